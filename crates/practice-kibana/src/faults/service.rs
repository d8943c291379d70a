//! The service in front of the router: the one place where faults befall requests.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderMap, Method, Request, Response, StatusCode, Uri,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, DATE, HOST},
    },
};
use jiff::SignedDuration;
use tower::{Service, ServiceExt as _};

use super::{Fault, VersionFault, answers, bodies, deeds, live::Target};
use crate::{
    listener::Wire,
    query::Query,
    routes::{CONTROL, stamp, take_space},
    server::{App, Practice},
    store::Effect,
};

/// More than any request that the server takes.
const LARGEST_REQUEST: usize = 128 * 1024 * 1024;

/// Puts the faults of a server before its router, for use in process.
///
/// Over TCP they are there already. Errors of the service are of the kind `ConnectionRefused` if nothing
/// was sent, else `ConnectionReset`; a body breaks with the latter.
pub fn faulty(router: Router, practice: &Practice) -> Faulty {
    Faulty::new(router, practice.app(), None)
}

/// A practice server whose answers fail as its plan says.
#[derive(Clone)]
pub struct Faulty {
    router: Router,
    app: Arc<App>,
    /// The connection; none in process.
    wire: Option<Arc<Wire>>,
}

/// What the fault layer tells the gate about a request.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) number: u64,
    pub(crate) effect: Effect,
    pub(crate) skew: SignedDuration,
}

impl Ticket {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            effect: Effect::default(),
            skew: SignedDuration::ZERO,
        }
    }

    fn with(number: u64, faults: &[Fault]) -> Self {
        let mut ticket = Self::new(number);
        for fault in faults {
            match fault {
                Fault::HalfCommit => ticket.effect.half = true,
                Fault::Versions(VersionFault::Reused) => ticket.effect.reuse_versions = true,
                Fault::SearchLag { lag } => ticket.effect.lag = Some(*lag),
                Fault::SkewClock { seconds } => ticket.skew = SignedDuration::from_secs(*seconds),
                _ => {}
            }
        }
        ticket
    }
}

impl Service<Request<Body>> for Faulty {
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<Body>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { this.answer(request).await })
    }
}

/// A request that was read, and what is to befall it.
struct Disturbed {
    number: u64,
    target: Target,
    faults: Vec<Fault>,
    request: Request<Bytes>,
    /// Whether the request was cut to its first few things.
    is_part: bool,
}

impl Faulty {
    pub(crate) fn new(router: Router, app: &Arc<App>, wire: Option<Arc<Wire>>) -> Self {
        Self {
            router,
            app: Arc::clone(app),
            wire,
        }
    }

    async fn answer(self, mut request: Request<Body>) -> io::Result<Response<Body>> {
        let live = &self.app.live;
        let target = Target::of(request.method(), request.uri());
        if self.app.control && target.path.starts_with(CONTROL) {
            request.extensions_mut().insert(Ticket::new(0));
            return Ok(self.pass(request).await);
        }
        if self.wire.is_none() && live.take_poison() {
            return Err(super::reset());
        }
        let number = live.next_request();
        let faults = live.strike(&target, self.wire.is_some());
        let mut response = if faults.is_empty() {
            request.extensions_mut().insert(Ticket::new(number));
            self.pass(request).await
        } else {
            let broken = |error| {
                if let Some(wire) = &self.wire {
                    wire.reset();
                }
                error
            };
            let answer = self.disturb(number, target, faults, request).await;
            answer.map_err(broken)?
        };
        if self.wire.is_none() && !response.headers().contains_key(DATE) {
            let date = answers::http_date(self.app.clock.now());
            answers::insert(response.headers_mut(), DATE, &date);
        }
        live.delivered();
        Ok(response)
    }

    async fn disturb(
        &self,
        number: u64,
        target: Target,
        faults: Vec<Fault>,
        request: Request<Body>,
    ) -> io::Result<Response<Body>> {
        for fault in faults.iter().filter(|fault| !needs_a_subject(fault)) {
            self.app.live.record(fault, number, &target);
        }
        for fault in &faults {
            match fault {
                Fault::RefuseConnect if self.wire.is_none() => return Err(super::refused()),
                Fault::RefuseConnect | Fault::ResetBeforeRead => return Err(super::reset()),
                Fault::StaySilent => {
                    self.app.live.plan_changed().await;
                    return Err(super::reset());
                }
                _ => {}
            }
        }
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LARGEST_REQUEST).await;
        let body = body.map_err(|_| super::reset())?;
        if faults.contains(&Fault::ResetBeforeCommit) {
            return Err(super::reset());
        }
        let mut disturbed = Disturbed {
            number,
            target,
            faults,
            request: Request::from_parts(parts, body),
            is_part: false,
        };
        self.interfere(&mut disturbed);
        let response = if let Some(instead) = self.answer_instead(&disturbed) {
            instead
        } else {
            let response = self.pass(disturbed.ticketed()).await;
            self.misreport(&disturbed, response)?
        };
        self.spoil(&disturbed, response).await
    }

    /// What happens to documents, keys and the request itself before it is answered.
    fn interfere(&self, disturbed: &mut Disturbed) {
        let Disturbed {
            number,
            target,
            faults,
            request,
            is_part,
        } = disturbed;
        let app = &self.app;
        for fault in faults.iter() {
            let happened = match fault {
                Fault::ShiftPages(how) => deeds::shift(app, target, *how),
                Fault::LoseCase(how) => {
                    let query = Query::parse(request.uri().query());
                    deeds::lose(app, target, &query, request.body(), *how)
                }
                Fault::PartOfBulk { applied } => {
                    match deeds::first_of_bulk(request.body(), *applied) {
                        Some(part) => {
                            *request.body_mut() = part;
                            request.headers_mut().remove(CONTENT_LENGTH);
                            *is_part = true;
                            true
                        }
                        None => false,
                    }
                }
                Fault::ReduceKey { left, lasting } => {
                    app.live.reduce_key(request.headers(), *left, *lasting);
                    continue;
                }
                _ => continue,
            };
            if happened {
                app.live.record(fault, *number, target);
            }
        }
    }

    /// An answer that is given without doing what was asked, or before it is done.
    fn answer_instead(&self, disturbed: &Disturbed) -> Option<Response<Body>> {
        disturbed.faults.iter().find_map(|fault| match fault {
            Fault::LateCommit { after } => {
                let (this, request) = (self.clone(), disturbed.ticketed());
                self.app.live.later(*after, async move {
                    drop(this.pass(request).await);
                });
                Some(answers::proxy_failure(StatusCode::GATEWAY_TIMEOUT))
            }
            Fault::Throttle {
                status,
                retry_after,
            } => {
                let now = self.app.clock.now();
                let throttled = answers::throttled(*status, *retry_after, now);
                Some(self.by_kibana(throttled))
            }
            Fault::LoginPage => Some(answers::login_page()),
            Fault::Redirect { status, location } => Some(answers::redirect(*status, location)),
            _ => None,
        })
    }

    /// Answers something else than what happened.
    fn misreport(
        &self,
        disturbed: &Disturbed,
        response: Response<Body>,
    ) -> io::Result<Response<Body>> {
        const CONFLICT: &str = "version conflict, document already exists (current version is newer than the one that was read)";
        let mut response = response;
        let done = response.status().is_success();
        for fault in &disturbed.faults {
            match fault {
                Fault::ResetAfterCommit => return Err(super::reset()),
                Fault::FailAfterCommit { status: 500 } => {
                    let message =
                        "An internal server error occurred. Check Kibana server logs for details.";
                    response = self.failure(StatusCode::INTERNAL_SERVER_ERROR, message);
                }
                Fault::FailAfterCommit { status } => {
                    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                    response = answers::proxy_failure(status);
                }
                Fault::ConflictAfterCommit if done && disturbed.is_write() => {
                    self.app
                        .live
                        .record(fault, disturbed.number, &disturbed.target);
                    response = self.failure(StatusCode::CONFLICT, CONFLICT);
                }
                Fault::HalfCommit if done && disturbed.is_write() => {
                    self.app
                        .live
                        .record(fault, disturbed.number, &disturbed.target);
                    let message = format!("Failed to complete the request: Error: {CONFLICT}");
                    response = self.failure(StatusCode::INTERNAL_SERVER_ERROR, &message);
                }
                Fault::PartOfBulk { .. } if done && disturbed.is_part => {
                    let message =
                        "Failed to complete the request: Error: some documents were not written";
                    response = self.failure(StatusCode::INTERNAL_SERVER_ERROR, message);
                }
                _ => {}
            }
        }
        Ok(response)
    }

    /// Spoils an answer on its way.
    async fn spoil(
        &self,
        disturbed: &Disturbed,
        response: Response<Body>,
    ) -> io::Result<Response<Body>> {
        let (mut parts, body) = response.into_parts();
        let mut whole = to_bytes(body, usize::MAX)
            .await
            .map_err(|_| super::reset())?;
        for fault in &disturbed.faults {
            match fault {
                Fault::Strange(how) => {
                    let host = disturbed.request.headers().get(HOST);
                    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
                    whole = answers::make_strange(&whole, *how, host);
                }
                Fault::Versions(VersionFault::Missing) => {
                    whole = answers::without_versions(&whole);
                }
                Fault::Garble(how) => {
                    whole = answers::garble(&mut parts.headers, &whole, *how);
                }
                Fault::Headers(how) => answers::add_headers(&mut parts.headers, *how),
                Fault::SkewClock { seconds } => {
                    let skewed = self.app.now_skewed(SignedDuration::from_secs(*seconds));
                    answers::insert(&mut parts.headers, DATE, &answers::http_date(skewed));
                }
                Fault::PoisonPool => match &self.wire {
                    Some(wire) => wire.poison(),
                    None => self.app.live.poison(),
                },
                _ => {}
            }
        }
        let body = disturbed.body(&mut parts.headers, whole);
        let reorder = disturbed.faults.iter().find_map(|fault| match fault {
            Fault::Reorder { at_most } => Some(*at_most),
            _ => None,
        });
        if let Some(at_most) = reorder {
            self.app.live.be_overtaken(at_most).await;
        }
        Ok(Response::from_parts(parts, body))
    }

    /// A failure that Kibana itself tells, and no proxy before it.
    fn failure(&self, status: StatusCode, message: &str) -> Response<Body> {
        self.by_kibana(answers::failure(status, message))
    }

    fn by_kibana(&self, mut response: Response<Body>) -> Response<Body> {
        stamp(&self.app, response.headers_mut());
        response
    }

    async fn pass(&self, request: Request<Body>) -> Response<Body> {
        let answer: Result<_, Infallible> = self.router.clone().oneshot(request).await;
        answer.unwrap_or_else(|never| match never {})
    }
}

impl Disturbed {
    /// The request as the router gets it; it can be made again.
    fn ticketed(&self) -> Request<Body> {
        let (parts, body) = self.request.clone().into_parts();
        let mut request = Request::from_parts(parts, Body::from(body));
        let ticket = Ticket::with(self.number, &self.faults);
        request.extensions_mut().insert(ticket);
        request
    }

    fn is_write(&self) -> bool {
        ![Method::GET, Method::HEAD].contains(&self.target.method)
    }

    /// The body as it arrives: the first fault that concerns it decides.
    fn body(&self, headers: &mut HeaderMap, whole: Bytes) -> Body {
        let length = whole.len().to_string();
        headers.remove(CONTENT_LENGTH);
        for fault in &self.faults {
            match fault {
                Fault::Bomb { encoding, size } => {
                    answers::insert(headers, CONTENT_ENCODING, encoding.word());
                    return bodies::bomb(*encoding, *size);
                }
                Fault::EndlessBody => return bodies::endless(),
                Fault::CutBody { bytes } => {
                    let bytes = bytes.unwrap_or(whole.len() / 2);
                    answers::insert(headers, CONTENT_LENGTH, &length);
                    return bodies::cut(whole, bytes);
                }
                Fault::Trickle { pause } => {
                    answers::insert(headers, CONTENT_LENGTH, &length);
                    return bodies::trickle(whole, *pause);
                }
                _ => {}
            }
        }
        Body::from(whole)
    }
}

impl Target {
    fn of(method: &Method, uri: &Uri) -> Self {
        let mut uri = uri.clone();
        let space = take_space(&mut uri);
        Self {
            method: method.clone(),
            path: uri.path().to_owned(),
            space,
        }
    }
}

/// Whether a fault happens only if the request or the store has something for it.
fn needs_a_subject(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::ShiftPages(_)
            | Fault::LoseCase(_)
            | Fault::PartOfBulk { .. }
            | Fault::ConflictAfterCommit
            | Fault::HalfCommit
    )
}
