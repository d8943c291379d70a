//! What can go wrong, by whose fault it is: the caller's, the network's, Kibana's, or whatever answered in its place.

use std::time::Duration;

use http::StatusCode;

use crate::{
    check::InvalidInput, credentials::InvalidCredentials, id::InvalidId, transport::TransportError,
};

/// Why a call failed. `route` is the route's pattern, never a filled-in path.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that a key may be sent to.
    #[error("the address is not usable: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The key is not an API key.
    #[error(transparent)]
    Credentials(#[from] InvalidCredentials),
    /// A text is not an id.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// What was given is more, or less, than Kibana takes. Nothing was sent.
    #[error(transparent)]
    Input(#[from] InvalidInput),
    /// The request is none that this client may send. Nothing was sent.
    #[error("{route}: not a route that this client may ask")]
    Route {
        /// Pattern of the route that was meant, or `raw`.
        route: &'static str,
    },
    /// Kibana answered with an error.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// No whole answer came.
    #[error("{route}: {source}")]
    Transport {
        /// Pattern of the route that was asked.
        route: &'static str,
        /// What happened on the way.
        source: TransportError,
    },
    /// Something wanted the request to go elsewhere; it was not followed.
    #[error("{route}: redirected to {target}")]
    Redirected {
        /// Pattern of the route that was asked.
        route: &'static str,
        /// The host that the answer named, or `?`.
        target: String,
    },
    /// Something other than Kibana answered.
    #[error("{route}: not Kibana, but {answered_as}")]
    NotKibana {
        /// Pattern of the route that was asked.
        route: &'static str,
        /// What the answer said of itself: its `Server` header, else its content type, else its status.
        answered_as: String,
    },
    /// Kibana answered, but not in the shape that the route promises.
    #[error("{route}: the answer could not be read at {path}: {reason}")]
    Decode {
        /// Pattern of the route that was asked.
        route: &'static str,
        /// Where in the JSON: `cases[3].title`.
        path: String,
        /// Why, without case text.
        reason: String,
    },
    /// The request is larger than Kibana takes. Nothing was sent.
    #[error("{route}: the request of {size} bytes is larger than {limit} bytes")]
    RequestTooLarge {
        /// Pattern of the route that was meant.
        route: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// It failed more than once.
    #[error("{last} (sent {attempts} times in {:.1} s)", elapsed.as_secs_f64())]
    AfterRetries {
        /// How often it was sent.
        attempts: u32,
        /// From the first to the last failure, pauses included.
        elapsed: Duration,
        /// The last failure.
        last: Box<Self>,
    },
}

/// An error that Kibana put into words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{route}: Kibana answered {status}: {message}")]
pub struct ApiError {
    /// Pattern of the route that was asked.
    pub route: &'static str,
    /// Status of the answer.
    pub status: StatusCode,
    /// Kibana's words. For unions these are long lists joined by commas: show the first sentence.
    pub message: String,
    /// Seconds that Kibana asks to wait.
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// 409: somebody changed it since `version` was read. Read again, apply again.
    pub fn is_version_conflict(&self) -> bool {
        self.status == StatusCode::CONFLICT
    }

    /// 404: deleted, never there, or in another space.
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// 403: the key lacks a right, or the licence a feature.
    pub fn is_forbidden(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
    }

    /// 400 of an attach: the case is closed and takes no alerts (§3.6). Kibana has no code for it but these words.
    pub fn is_case_closed(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
            && self
                .message
                .contains("Alert cannot be attached to a closed case")
    }

    /// 400 of an attach: the case would hold more than 1,000 alerts.
    pub fn is_case_full(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
            && self
                .message
                .contains("maximum allowed number (1000) of attached alerts")
    }

    /// 400 of an attach: an alert is in 10 cases already.
    pub fn is_alert_case_limit(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
            && self.message.contains("more than 10 cases to an alert")
    }

    /// 406 of a PATCH: everything already is as asked.
    pub fn is_unchanged(&self) -> bool {
        self.status == StatusCode::NOT_ACCEPTABLE
    }

    /// 401: the key is wrong, revoked or expired.
    pub fn is_unauthenticated(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }
}

impl Error {
    /// What went wrong, however often it was tried: never [`Error::AfterRetries`].
    pub fn cause(&self) -> &Self {
        match self {
            Self::AfterRetries { last, .. } => last.cause(),
            other => other,
        }
    }

    /// Kibana's answer, if that is what the error is.
    pub fn api(&self) -> Option<&ApiError> {
        match self.cause() {
            Self::Api(api) => Some(api),
            _ => None,
        }
    }

    /// See [`ApiError::is_version_conflict`].
    pub fn is_version_conflict(&self) -> bool {
        self.api().is_some_and(ApiError::is_version_conflict)
    }

    /// See [`ApiError::is_not_found`].
    pub fn is_not_found(&self) -> bool {
        self.api().is_some_and(ApiError::is_not_found)
    }

    /// See [`ApiError::is_forbidden`].
    pub fn is_forbidden(&self) -> bool {
        self.api().is_some_and(ApiError::is_forbidden)
    }

    /// Whether a write that ended so may have been applied all the same. Read back before repeating it.
    ///
    /// The classes are those of the outbox's table of answers: a lost or broken answer, 408 and 5xx (but 503 with
    /// `Retry-After`, which comes before authentication), and 409 on POST.
    pub fn may_have_worked(&self, method: &http::Method) -> bool {
        match self.cause() {
            Self::Transport { source, .. } => source.was_sent(),
            Self::Decode { .. } | Self::NotKibana { .. } => true,
            Self::Api(api) => match api.status {
                StatusCode::REQUEST_TIMEOUT => true,
                StatusCode::SERVICE_UNAVAILABLE => api.retry_after.is_none(),
                StatusCode::CONFLICT => method == http::Method::POST,
                status => status.is_server_error(),
            },
            Self::Address { .. }
            | Self::Credentials(_)
            | Self::Id(_)
            | Self::Input(_)
            | Self::Route { .. }
            | Self::RequestTooLarge { .. }
            | Self::Redirected { .. }
            | Self::AfterRetries { .. } => false,
        }
    }
}
