//! One deployment, and the spaces in it: where requests get address, headers and key, and answers become values.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use crate::{
    credentials::Credentials,
    error::{ApiError, Error},
    id::SpaceId,
    multipart,
    request::{Body, Request},
    route::Route,
    transport::{ReqwestTransport, Transport, is_loopback},
};

const KBN_XSRF: HeaderName = HeaderName::from_static("kbn-xsrf");
/// Internal routes are closed without it since 9.0, whatever its value (`kibana-cases-api.md` §1.2).
const INTERNAL_ORIGIN: HeaderName = HeaderName::from_static("x-elastic-internal-origin");
/// Only Kibana puts it on every answer (`kibana-cases-api.md` §1.3).
const KBN_NAME: HeaderName = HeaderName::from_static("kbn-name");
/// How much of a foreign answer an error quotes.
const LONGEST_EXCERPT: usize = 300;

/// A client of one deployment. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: Url,
    credentials: Credentials,
    transport: Box<dyn Transport>,
}

/// A client of one space of a deployment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Space {
    client: Client,
    space: SpaceId,
}

impl Client {
    /// A client over the network. `base` is the deployment's address with its base path, if it has one.
    ///
    /// # Errors
    /// [`Error::Address`] unless the address is https, or http on this computer.
    pub fn new(base: &str, credentials: Credentials) -> Result<Self, Error> {
        let base = usable(base)?;
        let transport = ReqwestTransport::new(&base).map_err(|source| Error::Transport {
            route: "set-up",
            source,
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                base,
                credentials,
                transport: Box::new(transport),
            }),
        })
    }

    /// A client over any transport.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_transport(
        base: &str,
        credentials: Credentials,
        transport: impl Transport + 'static,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: Arc::new(Inner {
                base: usable(base)?,
                credentials,
                transport: Box::new(transport),
            }),
        })
    }

    /// The same deployment, seen from one of its spaces.
    pub fn space(&self, space: &SpaceId) -> Space {
        Space {
            client: self.clone(),
            space: space.clone(),
        }
    }

    /// The deployment's address, with its base path.
    pub fn base(&self) -> &Url {
        &self.inner.base
    }

    pub(crate) async fn fetch<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let route = request.route;
        let answer = self.send(request).await?;
        // No body reads as `null`: for a route that promises none, ask for `()`.
        let body = match answer.body().trim_ascii() {
            [] => b"null",
            body => body,
        };
        serde_json::from_slice(body).map_err(|error| Error::Decode {
            route,
            reason: error.to_string(),
        })
    }

    /// Sends, and lets only answers of Kibana with a status of success pass.
    async fn send(&self, request: Request) -> Result<Response<Bytes>, Error> {
        let route = request.route;
        tracing::debug!(
            route,
            space = request.space.as_ref().map(SpaceId::as_str),
            "ask Kibana"
        );
        let answer = self.inner.transport.send(self.address(&request)?).await;
        let answer = answer.map_err(|source| Error::Transport { route, source })?;
        if answer.status().is_redirection() {
            return Err(Error::Redirected {
                route,
                target: redirect_target(answer.headers()),
            });
        }
        if !answer.headers().contains_key(KBN_NAME) && !is_trouble_on_the_way(answer.status()) {
            return Err(Error::NotKibana {
                route,
                answered_as: answered_as(&answer),
            });
        }
        if answer.status().is_success() {
            Ok(answer)
        } else {
            Err(Error::Api(Box::new(api_error(route, &answer))))
        }
    }

    /// The very last step before sending: the key is added here, to an address below the base and to no other.
    fn address(&self, request: &Request) -> Result<http::Request<Bytes>, Error> {
        let url = request.url(&self.inner.base);
        let route = Route::of_url(&request.method, &url, &self.inner.base)
            .filter(|route| route.name == request.route)
            .ok_or(Error::Route {
                route: request.route,
            })?;
        let (content_type, body) = match &request.body {
            Body::Empty => (None, Bytes::new()),
            Body::Json(body) => (
                Some(HeaderValue::from_static("application/json")),
                Bytes::from(body.to_string()),
            ),
            Body::Multipart(parts) => {
                let (content_type, body) = multipart::encode(parts);
                (Some(content_type), body)
            }
        };
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, self.inner.credentials.header());
        if request.method != http::Method::GET {
            builder = builder.header(KBN_XSRF, "true");
        }
        if route.is_internal() {
            builder = builder.header(INTERNAL_ORIGIN, "Kibana");
        }
        if let Some(content_type) = content_type {
            builder = builder.header(header::CONTENT_TYPE, content_type);
        }
        Ok(builder
            .body(body)
            .expect("a parsed URL and fixed headers make a request"))
    }
}

impl Space {
    /// The space's id.
    pub fn id(&self) -> &SpaceId {
        &self.space
    }

    pub(crate) async fn fetch<T: DeserializeOwned>(
        &self,
        mut request: Request,
    ) -> Result<T, Error> {
        request.space = Some(self.space.clone());
        self.client.fetch(request).await
    }
}

/// Both forms of Kibana's error envelope (`kibana-cases-api.md` §1.4).
#[derive(Deserialize)]
struct Envelope {
    message: Value,
}

fn api_error(route: &'static str, answer: &Response<Bytes>) -> ApiError {
    let message = match serde_json::from_slice::<Envelope>(answer.body()) {
        Ok(Envelope {
            message: Value::String(message),
        }) => message,
        Ok(Envelope {
            message: Value::Array(messages),
        }) => messages
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Ok(Envelope { message }) => message.to_string(),
        Err(_) => excerpt(answer.body()),
    };
    let retry_after = answer
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    ApiError {
        route,
        status: answer.status(),
        message,
        retry_after,
    }
}

/// A proxy in front of Kibana says so when Kibana is down or too busy; that does not make the address a wrong one.
fn is_trouble_on_the_way(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn redirect_target(headers: &HeaderMap) -> String {
    let location = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    let url = location.and_then(|location| Url::parse(location).ok());
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "?".to_owned())
}

fn answered_as(answer: &Response<Bytes>) -> String {
    let text = |name| {
        answer
            .headers()
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let named = text(header::SERVER)
        .or_else(|| text(header::CONTENT_TYPE))
        .filter(|name| !name.is_empty());
    named.map_or_else(
        || status_text(answer.status()),
        |name| name.chars().take(LONGEST_EXCERPT).collect(),
    )
}

fn status_text(status: StatusCode) -> String {
    format!("status {}", status.as_u16())
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_EXCERPT)
        .collect()
}

/// Only where a key may go: https anywhere, http on this computer; nothing in the address but host, port and base path.
fn usable(base: &str) -> Result<Url, Error> {
    let url = Url::parse(base).map_err(|_| Error::Address {
        reason: "it is not a URL",
    })?;
    let reason = match url.scheme() {
        "https" | "http" if !url.username().is_empty() || url.password().is_some() => {
            Some("it holds a user name or password")
        }
        "https" | "http" if url.query().is_some() || url.fragment().is_some() => {
            Some("it holds a query or a fragment")
        }
        "https" => None,
        "http" if is_loopback(&url) => None,
        "http" => Some("plain http is used only on this computer itself"),
        _ => Some("it is neither https nor http"),
    };
    reason.map_or(Ok(url), |reason| Err(Error::Address { reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_only_to_https_or_this_computer() {
        for good in [
            "https://kibana.example.org",
            "https://proxy.test:8443/kibana/",
            "http://127.0.0.1:5601",
            "http://localhost:5601",
            "http://[::1]:5601",
        ] {
            assert!(usable(good).is_ok(), "{good} is usable");
        }
        for bad in [
            "kibana",
            "ftp://k.test",
            "http://kibana.example.org",
            "https://me:pw@k.test",
            "https://k.test/?a=b",
            "https://k.test/#x",
            "http://127.0.0.1.evil.test",
        ] {
            assert!(usable(bad).is_err(), "{bad} is not usable");
        }
    }
}
