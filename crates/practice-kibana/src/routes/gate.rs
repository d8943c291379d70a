//! What stands in front of every route: who may knock, in Kibana's order of checks.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN},
        request::Parts,
        uri::PathAndQuery,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::Value;

use super::{CONTROL, Call, Scope, upload};
use crate::{
    auth::{self, Key, Rights},
    error::ApiError,
    faults::{RightsLeft, Ticket},
    query::Query,
    server::{App, Profile},
};

/// Kibana's `server.maxPayload`.
const MAX_PAYLOAD: usize = 1_048_576;
/// The one version that the public routes have.
const PUBLIC_VERSION: &str = "2023-10-31";
/// The paths that answer without credentials.
const OPEN_TO_STRANGERS: [&str; 2] = ["/api/status", "/api/core/capabilities"];
const API_VERSION: HeaderName = HeaderName::from_static("elastic-api-version");
const INTERNAL_ORIGIN: HeaderName = HeaderName::from_static("x-elastic-internal-origin");

/// The front door.
pub(super) struct Gate {
    pub(super) app: Arc<App>,
    /// The names that a Host header may have; none in process, where there is no Host to check, and
    /// for remote callers, whose name for this machine nobody here knows.
    pub(super) hosts: Option<[String; 2]>,
}

/// The address as it was sent, with the space in it.
#[derive(Clone)]
pub(super) struct SentUri(pub(super) Uri);

/// Lets a request in or answers it, and puts Kibana's headers on every response.
pub(super) async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let mut response = match gate.admit(request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    stamp(&gate.app, response.headers_mut());
    gate.app.traffic.count(response.status());
    response
}

impl Gate {
    async fn admit(&self, request: Request) -> Result<Request, ApiError> {
        let (mut parts, body) = request.into_parts();
        self.refuse_web_pages(&parts.headers)?;
        parts.extensions.insert(SentUri(parts.uri.clone()));
        let space = take_space(&mut parts.uri);
        let (key, scheme) = match auth::authenticate(&self.app.accounts, &parts.headers)? {
            Some((account, scheme)) => (Arc::clone(&account.key), Some(scheme)),
            None if OPEN_TO_STRANGERS.contains(&parts.uri.path()) => {
                (Arc::new(Key::new("stranger")), None)
            }
            None => return Err(ApiError::no_credentials()),
        };
        let key = self.reduce(key, &parts)?;
        let boundary = upload::boundary(&parts.headers).filter(|_| takes_files(&parts));
        let (body, upload) = match boundary {
            Some(boundary) => (Value::Null, Some(upload::read(body, boundary).await?)),
            None => (read_body(&parts.headers, body).await?, None),
        };
        self.check_browser_headers(&parts.method, &parts.headers)?;
        let mut query = Query::parse(parts.uri.query());
        if query.take_flag("elasticInternalOrigin") {
            let origin = HeaderValue::from_static("query");
            parts.headers.insert(INTERNAL_ORIGIN, origin);
        }
        let ticket = parts.extensions.remove::<Ticket>();
        let ticket = ticket.unwrap_or_else(|| Ticket::new(self.app.live.next_request()));
        let now = self.app.now_skewed(ticket.skew);
        parts.extensions.insert(Call {
            app: Scope::new(&self.app, &ticket, &key, &space, now),
            key,
            scheme,
            space,
            path: Vec::new(),
            query,
            body,
            upload: upload.map(Arc::new),
            now,
        });
        Ok(Request::from_parts(parts, Body::empty()))
    }

    /// Takes away what a fault took from the key (F24). Faults can still be ended.
    fn reduce(&self, key: Arc<Key>, parts: &Parts) -> Result<Arc<Key>, ApiError> {
        let is_control = self.app.control && parts.uri.path().starts_with(CONTROL);
        match self.app.live.rights_left(&parts.headers) {
            None => Ok(key),
            Some(_) if is_control => Ok(key),
            Some(RightsLeft::Revoked) => Err(ApiError::bad_credentials()),
            Some(RightsLeft::None) => Ok(Arc::new(key.at_most(Rights::None))),
            Some(RightsLeft::Read) => Ok(Arc::new(key.at_most(Rights::Read))),
        }
    }

    /// A page in a browser must not reach the server, be it by a name that resolves here or by a
    /// form that posts here.
    fn refuse_web_pages(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        if headers.contains_key(ORIGIN) {
            return Err(ApiError::foreign_origin());
        }
        let Some(own) = &self.hosts else {
            return Ok(());
        };
        let mut hosts = headers.get_all(HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) if own.iter().any(|own| own.as_bytes() == host.as_bytes()) => Ok(()),
            _ => Err(ApiError::foreign_host()),
        }
    }

    fn check_browser_headers(&self, method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
        let expected = self.app.profile.version();
        let version = headers
            .get("kbn-version")
            .map(|version| version.to_str().unwrap_or_default());
        if let Some(got) = version.filter(|got| *got != expected) {
            return Err(ApiError::out_of_date(got, expected));
        }
        let is_read = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
        if !is_read && version.is_none() && !headers.contains_key("kbn-xsrf") {
            return Err(ApiError::xsrf());
        }
        Ok(())
    }
}

/// Puts Kibana's headers on a response.
pub(crate) fn stamp(app: &App, headers: &mut HeaderMap) {
    const FIXED: [(&str, &str); 5] = [
        ("kbn-name", "practice"),
        (
            "cache-control",
            "private, no-cache, no-store, must-revalidate",
        ),
        (
            "content-security-policy",
            "script-src 'self'; worker-src blob: 'self'; style-src 'self'",
        ),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers.insert(
        HeaderName::from_static("kbn-license-sig"),
        app.license_signature.clone(),
    );
}

/// Takes `/s/{space}` off the path; without it the space is `default`.
pub(crate) fn take_space(uri: &mut Uri) -> String {
    let found = uri.path().strip_prefix("/s/").and_then(|rest| {
        let (space, path) = rest.split_once('/')?;
        let named = !space.is_empty()
            && space
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
        named.then(|| (space.to_owned(), format!("/{path}")))
    });
    let Some((space, mut path)) = found else {
        return "default".to_owned();
    };
    if let Some(query) = uri.query() {
        path.push('?');
        path.push_str(query);
    }
    let path = PathAndQuery::try_from(path).expect("part of a valid path is valid");
    *uri = Uri::from(path);
    space
}

/// Whether the route is the one that takes a file instead of JSON.
fn takes_files(parts: &Parts) -> bool {
    let mut segments = parts.uri.path().split('/').skip(1);
    parts.method == Method::POST
        && segments.next() == Some("api")
        && segments.next() == Some("cases")
        && segments.nth(1) == Some("files")
        && segments.next().is_none()
}

/// Reads the JSON of a body; null if it is empty.
async fn read_body(headers: &HeaderMap, body: Body) -> Result<Value, ApiError> {
    let announced: Option<usize> = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse().ok());
    if announced.is_some_and(|length| length > MAX_PAYLOAD) {
        return Err(ApiError::too_large(MAX_PAYLOAD));
    }
    let bytes = to_bytes(body, MAX_PAYLOAD)
        .await
        .map_err(|_| ApiError::too_large(MAX_PAYLOAD))?;
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    if !is_json(headers) {
        return Err(ApiError::wrong_media_type());
    }
    serde_json::from_slice(&bytes).map_err(|_| ApiError::malformed_json())
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

/// Marks the responses of public routes with their version.
pub(super) async fn stamp_public(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(API_VERSION, HeaderValue::from_static(PUBLIC_VERSION));
    response
}

/// Refuses a version that a versioned route does not have.
pub(super) async fn check_public_version(request: Request, next: Next) -> Response {
    match request.headers().get(API_VERSION) {
        Some(version) if version != PUBLIC_VERSION => {
            let version = version.to_str().unwrap_or_default();
            if version.parse::<Date>().is_err() {
                return ApiError::malformed_version(version).into_response();
            }
            let method = request.method().as_str().to_ascii_lowercase();
            ApiError::no_such_version(version, &method, request.uri().path(), PUBLIC_VERSION)
                .into_response()
        }
        _ => next.run(request).await,
    }
}

/// Closes internal routes to those who do not claim to be Kibana, from 9.0.
pub(super) async fn check_internal_origin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if app.profile == Profile::V9 && !request.headers().contains_key(INTERNAL_ORIGIN) {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", PathAndQuery::as_str);
        let method = request.method().as_str().to_ascii_lowercase();
        return ApiError::internal_route(path, &method).into_response();
    }
    next.run(request).await
}
