//! The table of answers: what an answer to a write, or its absence, proves.

use std::time::Duration;

use http::StatusCode;
use kibana_cases::{ApiError, Error};

use super::{
    entry::{Change, Refusal},
    step::Close,
};
use crate::{code::ErrorCode, error::code_of};

/// What became of a write, as far as its answer tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// It was not sent.
    NotSent,
    /// Kibana refused it before looking at it, and asks to wait.
    Throttled { wait: Option<Duration> },
    /// Kibana does not know the key; nothing was looked at.
    KeyRefused,
    /// Kibana looked and said no.
    Refused(Refusal),
    /// The case or the attachment is not there.
    Gone,
    /// It was made on an older version.
    Conflict,
    /// Kibana says that everything already is as asked.
    Unchanged,
    /// It may have been applied.
    Lost,
}

impl Answer {
    /// Sorts the failure of a write. A whole answer of success needs no sorting: it is applied.
    pub(crate) fn to_write(change: &Change, error: &Error) -> Self {
        match error.cause() {
            Error::Transport { source, .. } if !source.was_sent() => Self::NotSent,
            Error::Redirected { .. } => Self::NotSent,
            Error::Transport { .. } | Error::Decode { .. } | Error::NotKibana { .. } => Self::Lost,
            Error::Api(api) => Self::of_status(api, is_versioned(change)),
            Error::Address { .. }
            | Error::Credentials(_)
            | Error::Id(_)
            | Error::Input(_)
            | Error::Route { .. }
            | Error::RequestTooLarge { .. }
            | Error::AfterRetries { .. } => Self::refused(error),
        }
    }

    /// Sorts the failure of a reading. What a proxy says in Kibana's place concerns the whole deployment.
    pub(crate) fn to_read(error: &Error) -> Self {
        match error.cause() {
            Error::Transport { source, .. } if !source.was_sent() => Self::NotSent,
            Error::Redirected { .. } => Self::NotSent,
            Error::Transport { .. } | Error::Decode { .. } | Error::NotKibana { .. } => Self::Lost,
            Error::Api(api) if matches!(api.status.as_u16(), 502 | 504) => Self::NotSent,
            Error::Api(api) if api.status.as_u16() == 503 && api.retry_after.is_none() => {
                Self::NotSent
            }
            Error::Api(api) => Self::of_status(api, false),
            Error::Address { .. }
            | Error::Credentials(_)
            | Error::Id(_)
            | Error::Input(_)
            | Error::Route { .. }
            | Error::RequestTooLarge { .. }
            | Error::AfterRetries { .. } => Self::refused(error),
        }
    }

    fn of_status(api: &ApiError, versioned: bool) -> Self {
        let wait = api
            .retry_after
            .map(|seconds| Duration::from_secs(seconds.into()));
        match api.status {
            StatusCode::UNAUTHORIZED => Self::KeyRefused,
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled { wait },
            StatusCode::SERVICE_UNAVAILABLE if wait.is_some() => Self::Throttled { wait },
            StatusCode::NOT_FOUND => Self::Gone,
            StatusCode::NOT_ACCEPTABLE if versioned => Self::Unchanged,
            StatusCode::CONFLICT if versioned => Self::Conflict,
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT => Self::Lost,
            status if status.is_server_error() => Self::Lost,
            _ => Self::refused(&Error::Api(Box::new(api.clone()))),
        }
    }

    fn refused(error: &Error) -> Self {
        let words = match error.api() {
            Some(api) => api.message.clone(),
            None => error.to_string(),
        };
        Self::Refused(Refusal {
            code: code_of(error),
            words,
        })
    }

    /// Why nothing more should be sent to the deployment for a while, if it says so.
    pub(crate) fn closes(&self) -> Option<Close> {
        match self {
            Self::NotSent => Some(Close::Down),
            Self::Throttled { wait } => Some(Close::Throttled { wait: *wait }),
            Self::KeyRefused => Some(Close::KeyRefused),
            Self::Refused(_) | Self::Gone | Self::Conflict | Self::Unchanged | Self::Lost => None,
        }
    }

    /// What a face is told of it.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::NotSent => ErrorCode::Unreachable,
            Self::Throttled { .. } => ErrorCode::RateLimited,
            Self::KeyRefused => ErrorCode::Unauthenticated,
            Self::Refused(refusal) => refusal.code,
            Self::Gone => ErrorCode::NotFound,
            Self::Conflict | Self::Unchanged => ErrorCode::VersionConflict,
            Self::Lost => ErrorCode::KibanaFailed,
        }
    }
}

/// Whether Kibana compares a version before it applies the change.
fn is_versioned(change: &Change) -> bool {
    match change {
        Change::EditCase { .. } | Change::EditComment { .. } => true,
        Change::CreateCase(_)
        | Change::AddComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_)
        | Change::DeleteCase { .. }
        | Change::Push { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use kibana_cases::TransportError;

    use super::*;
    use crate::outbox::field::Edits;

    fn answered(status: u16, retry_after: Option<u32>) -> Error {
        Error::Api(Box::new(ApiError {
            route: "test",
            status: StatusCode::from_u16(status).unwrap(),
            message: "words".to_owned(),
            retry_after,
        }))
    }

    fn on_the_way(source: TransportError) -> Error {
        Error::Transport {
            route: "test",
            source,
        }
    }

    fn refused(code: ErrorCode) -> Answer {
        Answer::Refused(Refusal {
            code,
            words: "words".to_owned(),
        })
    }

    #[test]
    fn the_table_of_answers() {
        use Answer::{Conflict, Gone, KeyRefused, Lost, NotSent, Throttled, Unchanged};
        let patch = Change::EditCase {
            edits: Edits::default(),
        };
        let post = Change::AddComment {
            text: String::new(),
        };
        let wait = |seconds| Throttled {
            wait: Some(Duration::from_secs(seconds)),
        };
        let decode = || Error::Decode {
            route: "test",
            path: String::new(),
            reason: String::new(),
        };
        let late = TransportError::TimedOut {
            what: "first byte",
            limit: Duration::from_secs(30),
        };
        for (error, to_patch, to_post) in [
            (
                on_the_way(TransportError::Unreachable(String::new())),
                NotSent,
                NotSent,
            ),
            (
                on_the_way(TransportError::Untrusted(String::new())),
                NotSent,
                NotSent,
            ),
            (
                on_the_way(TransportError::Broken(String::new())),
                Lost,
                Lost,
            ),
            (on_the_way(late), Lost, Lost),
            (decode(), Lost, Lost),
            (answered(401, None), KeyRefused, KeyRefused),
            (
                answered(429, None),
                Throttled { wait: None },
                Throttled { wait: None },
            ),
            (answered(503, Some(30)), wait(30), wait(30)),
            (answered(503, None), Lost, Lost),
            (answered(408, None), Lost, Lost),
            (answered(500, None), Lost, Lost),
            (answered(502, None), Lost, Lost),
            (answered(504, None), Lost, Lost),
            (answered(409, None), Conflict, Lost),
            (answered(406, None), Unchanged, refused(ErrorCode::Rejected)),
            (answered(404, None), Gone, Gone),
            (
                answered(400, None),
                refused(ErrorCode::Rejected),
                refused(ErrorCode::Rejected),
            ),
            (
                answered(403, None),
                refused(ErrorCode::Forbidden),
                refused(ErrorCode::Forbidden),
            ),
            (
                answered(413, None),
                refused(ErrorCode::Rejected),
                refused(ErrorCode::Rejected),
            ),
            (
                answered(415, None),
                refused(ErrorCode::Rejected),
                refused(ErrorCode::Rejected),
            ),
            (
                answered(422, None),
                refused(ErrorCode::Rejected),
                refused(ErrorCode::Rejected),
            ),
        ] {
            assert_eq!(Answer::to_write(&patch, &error), to_patch, "PATCH: {error}");
            assert_eq!(Answer::to_write(&post, &error), to_post, "POST: {error}");
        }
    }
}
