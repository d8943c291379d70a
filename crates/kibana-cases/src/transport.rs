//! The one place that sends: a port with two ways behind it, the network and a `tower` service in the same process.

use std::{error::Error as StdError, fmt, marker::PhantomData, net::IpAddr, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower::{Service, ServiceExt};

/// Time for a connection with TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence while an answer is read. Writes wait up to a second for an index refresh, longer on serverless.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The whole request, answer included: Kibana's own socket limit.
const WHOLE_TIMEOUT: Duration = Duration::from_mins(2);
/// Largest answer, decoded.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// Carries one request to Kibana and its whole answer back.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request as it is, once, and reads the whole answer. Redirects are answers like any other.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection: name, route, port or refusal. Nothing was sent.
    #[error("could not connect: {0}")]
    Unreachable(String),
    /// The certificate is not trusted on this computer. Nothing was sent.
    #[error("the certificate is not trusted: {0}")]
    Untrusted(String),
    /// No answer in time. The request may have been applied.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke after sending began. The request may have been applied.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The answer is larger than this client reads. The request may have been applied.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl TransportError {
    /// Whether any of the request may have reached the server.
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Untrusted(_) => false,
            Self::TimedOut | Self::Broken(_) | Self::TooLarge { .. } => true,
        }
    }
}

/// The network, by reqwest: TLS by the platform's verifier, no redirects, loopback never through a proxy.
#[derive(Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport for one deployment; keep it, connections are reused.
    ///
    /// # Errors
    /// [`TransportError::Unreachable`] if the system's TLS cannot be set up at all.
    pub fn new(base: &url::Url) -> Result<Self, TransportError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(WHOLE_TIMEOUT)
            .user_agent(concat!("caseboard/", env!("CARGO_PKG_VERSION")));
        if is_loopback(base) {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| TransportError::Unreachable(innermost(&error)))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(innermost(&error)))?;
        let mut answer = self
            .client
            .execute(request)
            .await
            .map_err(|error| from_reqwest(&error))?;
        let mut parts = Response::builder().status(answer.status());
        if let Some(headers) = parts.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| after_headers(&error))?
        {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(TransportError::TooLarge {
                    limit: LARGEST_ANSWER,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(parts
            .body(body.freeze())
            .expect("status and headers came from a valid answer"))
    }
}

/// A `tower` service in the same process in the place of the network, for proofs in virtual time.
pub struct ServiceTransport<S, RequestBody> {
    service: S,
    request_body: PhantomData<fn(RequestBody)>,
}

impl<S, RequestBody> ServiceTransport<S, RequestBody> {
    /// Sends every request to a clone of `service`.
    pub fn new(service: S) -> Self {
        Self {
            service,
            request_body: PhantomData,
        }
    }
}

impl<S, RequestBody> fmt::Debug for ServiceTransport<S, RequestBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceTransport")
    }
}

#[async_trait]
impl<S, RequestBody, AnswerBody> Transport for ServiceTransport<S, RequestBody>
where
    S: Service<Request<RequestBody>, Response = Response<AnswerBody>> + Clone + Send + Sync,
    S::Error: fmt::Display,
    S::Future: Send,
    RequestBody: From<Bytes> + Send + 'static,
    AnswerBody: http_body::Body<Data: Send> + Send,
    AnswerBody::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self
            .service
            .clone()
            .oneshot(request.map(RequestBody::from))
            .await;
        let (parts, body) = answer
            .map_err(|error| TransportError::Broken(error.to_string()))?
            .into_parts();
        let body = Limited::new(body, LARGEST_ANSWER).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => TransportError::TooLarge {
                limit: LARGEST_ANSWER,
            },
            None => TransportError::Broken(error.to_string()),
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(url::Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    }
}

fn from_reqwest(error: &reqwest::Error) -> TransportError {
    let reason = innermost(error);
    if error.is_connect() {
        return if speaks_of_certificates(error) {
            TransportError::Untrusted(reason)
        } else {
            TransportError::Unreachable(reason)
        };
    }
    if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::Broken(reason)
    }
}

fn after_headers(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::Broken(innermost(error))
    }
}

fn speaks_of_certificates(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.to_string().contains("certificate"))
}

/// The cause that nothing else caused: the part that tells people something, without the URL.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    causes(error)
        .last()
        .map_or_else(|| "no reason given".to_owned(), ToString::to_string)
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}
