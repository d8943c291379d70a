//! The one place that sends: a port with two ways behind it, the network and a `tower` service in the same process.

use std::{
    any::Any,
    error::Error as StdError,
    fmt, io,
    marker::PhantomData,
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use tower::{Service, ServiceExt as _};

use crate::limits::Limits;

/// Carries one request to Kibana and its answer back. Limits and decompression are not its business.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request as it is, once, and answers as soon as the headers are there. Redirects are answers like any other.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError>;
}

/// The body of an answer while it arrives. Dropping it ends the exchange.
pub struct AnswerBody(UnsyncBoxBody<Bytes, TransportError>);

impl AnswerBody {
    /// A body that arrives in pieces.
    pub fn new(body: impl Body<Data = Bytes, Error = TransportError> + Send + 'static) -> Self {
        Self(UnsyncBoxBody::new(body))
    }
}

impl<T: Into<Bytes>> From<T> for AnswerBody {
    fn from(whole: T) -> Self {
        Self::new(Full::new(whole.into()).map_err(|never| match never {}))
    }
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerBody")
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Pin::new(&mut self.get_mut().0).poll_frame(context)
    }
}

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection: name, route, port or refusal. Nothing was sent.
    #[error("could not connect: {0}")]
    Unreachable(String),
    /// The certificate is not trusted for this deployment, or the server knows no TLS of today. Nothing was sent.
    #[error("the server is not trusted: {0}")]
    Untrusted(String),
    /// A limit of time passed. The request may have been applied.
    #[error("the {what} took longer than {} s", limit.as_secs_f64())]
    TimedOut {
        /// What was waited for: `first byte`, `next byte`, `whole answer`.
        what: &'static str,
        /// How long.
        limit: Duration,
    },
    /// The connection broke after sending began. The request may have been applied.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The body of the answer is larger than this client reads. The request may have been applied.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The headers of the answer are more than this client reads. The request may have been applied.
    #[error("the headers of the answer are larger than {bytes} bytes, or more than {lines}")]
    HeadersTooLarge {
        /// The limit of all names and values in bytes.
        bytes: usize,
        /// The limit of their number.
        lines: usize,
    },
    /// The answer grows too much by decompression. The request may have been applied.
    #[error("the answer is compressed more than {ratio}:1")]
    Inflated {
        /// The limit.
        ratio: usize,
    },
    /// The answer's compression cannot be read. The request may have been applied.
    #[error("the answer cannot be decompressed: {0}")]
    Encoding(&'static str),
}

impl TransportError {
    pub(crate) fn headers_too_large(limits: &Limits) -> Self {
        Self::HeadersTooLarge {
            bytes: limits.header_bytes,
            lines: limits.header_lines,
        }
    }

    /// Whether any of the request may have reached the server.
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Untrusted(_) => false,
            Self::TimedOut { .. }
            | Self::Broken(_)
            | Self::TooLarge { .. }
            | Self::HeadersTooLarge { .. }
            | Self::Inflated { .. }
            | Self::Encoding(_) => true,
        }
    }
}

/// The network, by reqwest: TLS by the platform's verifier, no redirects, loopback never through a proxy.
#[derive(Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    limits: Limits,
}

impl ReqwestTransport {
    /// A transport for one deployment; keep it, connections are reused. `ca_pem` are certificates, in PEM, that are
    /// trusted beside those of the system, and for this deployment alone.
    ///
    /// # Errors
    /// [`TransportError::Untrusted`] if `ca_pem` holds no certificate, [`TransportError::Unreachable`] if the system's TLS
    /// cannot be set up at all.
    pub fn new(
        base: &url::Url,
        ca_pem: Option<&[u8]>,
        limits: &Limits,
    ) -> Result<Self, TransportError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .http1_max_headers(limits.header_lines)
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .retry(reqwest::retry::never())
            .user_agent(concat!("caseboard/", env!("CARGO_PKG_VERSION")));
        if is_loopback(base) {
            builder = builder.no_proxy();
            // Nothing of it goes over TLS, so the system's certificates, a few hundred files, are not read.
            if base.scheme() == "http" {
                builder = builder.tls_certs_only([]);
            }
        }
        if let Some(pem) = ca_pem {
            let untrusted = |_| TransportError::Untrusted("no certificate in PEM form".to_owned());
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(untrusted)?;
            if certificates.is_empty() {
                return Err(TransportError::Untrusted(
                    "no certificate in PEM form".to_owned(),
                ));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        let client = builder
            .build()
            .map_err(|error| TransportError::Unreachable(innermost(&error)))?;
        Ok(Self {
            client,
            limits: *limits,
        })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(innermost(&error)))?;
        let answer = self.client.execute(request).await;
        let answer = answer.map_err(|error| from_reqwest(&error, &self.limits))?;
        let whole = |error: reqwest::Error| TransportError::Broken(innermost(&error));
        Ok(Response::from(answer).map(|body| AnswerBody::new(body.map_err(whole))))
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
impl<S, RequestBody, Answer> Transport for ServiceTransport<S, RequestBody>
where
    S: Service<Request<RequestBody>, Response = Response<Answer>> + Clone + Send + Sync,
    S::Error: fmt::Display + 'static,
    S::Future: Send,
    RequestBody: From<Bytes> + Send + 'static,
    Answer: Body<Data: Into<Bytes> + Send> + Send + 'static,
    Answer::Error: fmt::Display,
{
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let answer = self
            .service
            .clone()
            .oneshot(request.map(RequestBody::from))
            .await;
        let answer = answer.map_err(|error| from_service(&error))?;
        Ok(answer.map(|body| {
            let body = body.map_err(|error| TransportError::Broken(error.to_string()));
            AnswerBody::new(body.map_frame(|frame| frame.map_data(Into::into)))
        }))
    }
}

/// An I/O error can say that the connection was refused, so that nothing was sent; all else broke on the way.
fn from_service<E: fmt::Display + 'static>(error: &E) -> TransportError {
    let io = (error as &dyn Any).downcast_ref::<io::Error>();
    match io.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => TransportError::Unreachable(error.to_string()),
        _ => TransportError::Broken(error.to_string()),
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

fn from_reqwest(error: &reqwest::Error, limits: &Limits) -> TransportError {
    let reason = innermost(error);
    if error.is_connect() {
        return if is_about_trust(error) {
            TransportError::Untrusted(reason)
        } else {
            TransportError::Unreachable(reason)
        };
    }
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    // A client's hyper tells this kind of unreadable head by its words alone.
    if hyper.is_some_and(|error| error.is_parse() && error.to_string().contains("too large")) {
        TransportError::headers_too_large(limits)
    } else {
        TransportError::Broken(reason)
    }
}

fn is_about_trust(error: &reqwest::Error) -> bool {
    let words = ["certificate", "peer is incompatible"];
    causes(error).any(|cause| {
        let cause = cause.to_string();
        words.iter().any(|word| cause.contains(word))
    })
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
