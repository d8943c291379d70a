//! One deployment, and the spaces in it: where requests get address, headers and key, and answers become values.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, header};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::{
    answer,
    builder::ClientBuilder,
    credentials::Credentials,
    decode,
    error::Error,
    exchange::exchange,
    gate::Gate,
    id::SpaceId,
    limits::Limits,
    multipart,
    request::{Body, Repeat, Request},
    retry::Retries,
    route::{Route, Size},
    transport::Transport,
};

const KBN_XSRF: HeaderName = HeaderName::from_static("kbn-xsrf");
/// Internal routes are closed without it since 9.0, whatever its value (`kibana-cases-api.md` §1.2).
const INTERNAL_ORIGIN: HeaderName = HeaderName::from_static("x-elastic-internal-origin");

/// A client of one deployment. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) base: Url,
    pub(crate) credentials: Credentials,
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) limits: Limits,
    pub(crate) gate: Arc<Gate>,
    pub(crate) retries: Retries,
}

/// A client of one space of a deployment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Space {
    client: Client,
    id: SpaceId,
    is_asked_once: bool,
}

impl Client {
    /// A client over the network, with every limit as it is by default. `base` is the deployment's address with its base
    /// path, if it has one.
    ///
    /// # Errors
    /// [`Error::Address`] unless the address is https, or http on this computer.
    pub fn new(base: &str, credentials: Credentials) -> Result<Self, Error> {
        Self::builder(base, credentials).build()
    }

    /// A client with certificates, limits or a transport of its own.
    pub fn builder(base: &str, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(base, credentials)
    }

    pub(crate) fn of(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The same deployment, seen from one of its spaces.
    pub fn space(&self, space: &SpaceId) -> Space {
        Space {
            client: self.clone(),
            id: space.clone(),
            is_asked_once: false,
        }
    }

    /// The deployment's address, with its base path.
    pub fn base(&self) -> &Url {
        &self.inner.base
    }

    /// The limits that this client keeps.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) async fn fetch<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let route = request.route;
        // Boxed, so that the futures of all methods stay small.
        let answer = Box::pin(self.send(request)).await?;
        decode::from_slice(answer.body(), &self.inner.limits).map_err(|mismatch| Error::Decode {
            route,
            path: mismatch.path,
            reason: mismatch.reason,
        })
    }

    /// As [`Client::fetch`], of an answer that is no JSON.
    pub(crate) async fn fetch_bytes(&self, request: Request) -> Result<Bytes, Error> {
        Box::pin(self.send(request)).await.map(Response::into_body)
    }

    /// Sends until it succeeds or must not be sent again.
    async fn send(&self, request: Request) -> Result<Response<Bytes>, Error> {
        let inner = &*self.inner;
        let started = Instant::now();
        let mut attempts = 1;
        loop {
            let mut pass = inner.gate.pass(request.space.as_ref()).await;
            let error = match self.send_once(&request).await {
                Ok(answer) => {
                    pass.open();
                    inner.retries.succeeded(&inner.limits);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match inner.retries.pause(&error, &inner.limits) {
                Some(pause) => pass.close_until(Instant::now() + pause),
                None => pass.open(),
            }
            drop(pass);
            let again = inner
                .retries
                .again(&request, &error, attempts, &inner.limits);
            match again {
                Some(wait) => sleep(wait).await,
                None if attempts == 1 => return Err(error),
                None => {
                    return Err(Error::AfterRetries {
                        attempts,
                        elapsed: started.elapsed(),
                        last: Box::new(error),
                    });
                }
            }
            attempts += 1;
        }
    }

    async fn send_once(&self, request: &Request) -> Result<Response<Bytes>, Error> {
        let inner = &*self.inner;
        let name = request.route;
        let space = request.space.as_ref().map(SpaceId::as_str);
        tracing::debug!(route = name, space, "ask Kibana");
        let (route, addressed) = self.address(request)?;
        let answer = exchange(&*inner.transport, addressed, route, &inner.limits).await;
        let answer = answer.map_err(|source| Error::Transport {
            route: name,
            source,
        })?;
        answer::success(name, answer)
    }

    /// The very last step before sending: the key is added here, to an address below the base and to no other.
    fn address(&self, request: &Request) -> Result<(&'static Route, http::Request<Bytes>), Error> {
        let inner = &*self.inner;
        let url = request.url(&inner.base);
        let route = Route::of_url(&request.method, &url, &inner.base)
            .filter(|route| route.name == request.route)
            .ok_or(Error::Route {
                route: request.route,
            })?;
        let (content_type, body) = self.body(request)?;
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str())
            .header(header::ACCEPT, accepted(route))
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::AUTHORIZATION, inner.credentials.header());
        if request.method != http::Method::GET {
            builder = builder.header(KBN_XSRF, "true");
        }
        if route.is_internal() {
            builder = builder.header(INTERNAL_ORIGIN, "Kibana");
        }
        if let Some(content_type) = content_type {
            builder = builder.header(header::CONTENT_TYPE, content_type);
        }
        let addressed = builder
            .body(body)
            .expect("a parsed URL and fixed headers make a request");
        Ok((route, addressed))
    }

    fn body(&self, request: &Request) -> Result<(Option<HeaderValue>, Bytes), Error> {
        let limits = &self.inner.limits;
        let (content_type, body, limit) = match &request.body {
            Body::Empty => (None, Bytes::new(), limits.request),
            Body::Json(body) => (
                Some(HeaderValue::from_static("application/json")),
                Bytes::from(body.to_string()),
                limits.request,
            ),
            Body::Multipart(parts) => {
                let (content_type, body) = multipart::encode(parts);
                (Some(content_type), body, limits.upload)
            }
        };
        if body.len() > limit {
            return Err(Error::RequestTooLarge {
                route: request.route,
                size: body.len(),
                limit,
            });
        }
        Ok((content_type, body))
    }
}

fn accepted(route: &Route) -> &'static str {
    match route.size {
        Size::Small | Size::List => "application/json",
        Size::File => "*/*",
    }
}

impl Space {
    /// The space's id.
    pub fn id(&self) -> &SpaceId {
        &self.id
    }

    /// The same space for somebody with a rhythm of their own: every request is sent once, and what fails has failed.
    #[must_use]
    pub fn once(self) -> Self {
        Self {
            is_asked_once: true,
            ..self
        }
    }

    pub(crate) async fn fetch<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        self.client.fetch(self.addressed(request)).await
    }

    pub(crate) async fn fetch_bytes(&self, request: Request) -> Result<Bytes, Error> {
        self.client.fetch_bytes(self.addressed(request)).await
    }

    fn addressed(&self, mut request: Request) -> Request {
        request.space = Some(self.id.clone());
        if self.is_asked_once {
            request.repeat = Repeat::Never;
        }
        request
    }
}
