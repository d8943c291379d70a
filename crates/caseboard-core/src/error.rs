//! What can go wrong in the core, and how a face is told.

use std::fmt;

use kibana_cases::{ApiError, InputProblem, InvalidCredentials, InvalidInput, TransportError};

use crate::{
    code::{CommandError, ErrorCode, ErrorDetail},
    keychain::KeychainError,
};

/// Why an operation of the desk failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The client's call failed.
    #[error(transparent)]
    Kibana(#[from] kibana_cases::Error),
    /// What the person gave cannot be used.
    #[error("{field}: {reason}")]
    Input { field: &'static str, reason: String },
    /// What the person gave is longer than Kibana takes.
    #[error("{field} is longer than {limit} characters")]
    TooLong { field: &'static str, limit: u32 },
    /// There is no such deployment or case here.
    #[error("there is no such {what}")]
    Unknown { what: &'static str },
    /// A request is under way for longer than people should wait without a word.
    #[error("there is no answer yet")]
    NoAnswerYet,
    /// What the person called a case may mean each of these, and others where there are more.
    #[error("that may be {}{}", .candidates.join(", "), if *.more { " and more" } else { "" })]
    Ambiguous { candidates: Vec<String>, more: bool },
    /// There is no key to ask with.
    #[error("the key of {deployment} is not in the keychain")]
    NoKey { deployment: String },
    /// The keychain failed.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// A file of the profile could not be read or written.
    #[error("{file}: {source}")]
    File {
        file: &'static str,
        source: std::io::Error,
    },
    /// A file of the profile holds something else than it should. It is left as it is.
    #[error("{file} cannot be read: {reason}")]
    Damaged { file: &'static str, reason: String },
    /// The database did not do it; nothing was changed.
    #[error("the database {0}")]
    Database(DatabaseFault),
    /// The database is of a newer app. It is left as it is.
    #[error(
        "the database was written by a newer app (its tables are of version {found}, this app knows {known})"
    )]
    NewerDatabase { found: u32, known: u32 },
    /// Another process of the profile has its files open.
    #[error("another window or command has this profile open")]
    InUse,
    /// Another keychain answers than the one that holds the key of the database.
    #[error(
        "the key of the database is kept by {was}, and now {now} answers, which does not have it"
    )]
    OtherKeychain { was: String, now: String },
    /// What was written and is not settled would be lost.
    #[error("{n} writes are not settled, and would be lost with the app")]
    Unsettled { n: u32 },
    /// The outbox takes no more.
    #[error("no more than {limit} writes can wait")]
    OutboxFull { limit: u32 },
    /// The entry of the outbox stands where that is not possible.
    #[error(transparent)]
    NotNow(#[from] crate::outbox::NotNow),
    /// Agents may not write that there.
    #[error("agents may not {class} in {place}")]
    NotGranted { class: &'static str, place: String },
    /// A person's answer does not fit what was proposed.
    #[error("the proposal cannot be answered: {reason}")]
    NotApproved { reason: &'static str },
    /// People are asked too much already.
    #[error("no more than {limit} proposals can wait")]
    TooManyProposals { limit: u32 },
    /// People are asked too often.
    #[error("too many proposals in a short time")]
    TooFast { seconds: u32 },
    /// The app is ending.
    #[error("the app is ending")]
    Stopped,
}

/// What is wrong with the database. Holds no word of SQLite's own, which may repeat what stands in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseFault {
    /// There is no room on the disk.
    Full,
    /// It may be read but not written.
    ReadOnly,
    /// The disk, or what lies between it and us, failed.
    Disk,
    /// Another process wrote for too long.
    Busy,
    /// It is damaged, or the key is not its key.
    Unreadable,
    /// A fault of ours, by SQLite's number.
    Other(i32),
}

impl Error {
    pub(crate) fn input(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Input {
            field,
            reason: reason.into(),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let Some(sqlite) = error.sqlite_error() else {
            return Self::Database(DatabaseFault::Other(0));
        };
        Self::Database(match sqlite.code {
            Code::DiskFull => DatabaseFault::Full,
            Code::ReadOnly | Code::PermissionDenied => DatabaseFault::ReadOnly,
            Code::SystemIoFailure | Code::CannotOpen => DatabaseFault::Disk,
            Code::DatabaseBusy | Code::DatabaseLocked => DatabaseFault::Busy,
            Code::NotADatabase | Code::DatabaseCorrupt => DatabaseFault::Unreadable,
            _ => DatabaseFault::Other(sqlite.extended_code),
        })
    }
}

impl fmt::Display for DatabaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("has no room on the disk"),
            Self::ReadOnly => f.write_str("cannot be written"),
            Self::Disk => f.write_str("cannot reach its disk"),
            Self::Busy => f.write_str("is in use by another process for too long"),
            Self::Unreadable => f.write_str("is damaged, or its key is another"),
            Self::Other(code) => write!(f, "failed with SQLite's error {code}"),
        }
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (code, detail, hint) = match &error {
            Error::Kibana(error) => return of_kibana(error),
            Error::Input { field, reason } => (
                ErrorCode::InvalidInput,
                Some(ErrorDetail::Field {
                    field: (*field).to_owned(),
                    reason: reason.clone(),
                }),
                None,
            ),
            Error::TooLong { limit, .. } => (
                ErrorCode::InvalidInput,
                Some(ErrorDetail::Limit { limit: *limit }),
                Some("split it in two"),
            ),
            Error::Unknown { .. } => (ErrorCode::NotFound, None, None),
            Error::NoAnswerYet => (ErrorCode::TimedOut, None, None),
            Error::NoKey { .. } => (ErrorCode::Unauthenticated, None, Some("replace the key")),
            Error::Keychain(_) => (
                ErrorCode::KeychainUnavailable,
                None,
                Some("start or unlock the system's keychain"),
            ),
            Error::Database(DatabaseFault::Full) => (
                ErrorCode::CacheUnreadable,
                None,
                Some("make room on the disk"),
            ),
            Error::NewerDatabase { .. } => {
                (ErrorCode::CacheUnreadable, None, Some("update the app"))
            }
            Error::File { .. } | Error::Damaged { .. } | Error::Database(_) => {
                (ErrorCode::CacheUnreadable, None, None)
            }
            Error::InUse => (ErrorCode::Rejected, None, Some("close it, then try again")),
            Error::OtherKeychain { was, now } => (
                ErrorCode::KeychainChanged,
                Some(ErrorDetail::Keychains {
                    was: was.clone(),
                    now: now.clone(),
                }),
                Some("start the old one again, or begin with a new key"),
            ),
            Error::Unsettled { n } => (
                ErrorCode::WritesWaiting,
                Some(ErrorDetail::Writes { n: *n }),
                Some("wait until they are sent, or go on without them"),
            ),
            Error::OutboxFull { limit } => (
                ErrorCode::OutboxFull,
                Some(ErrorDetail::Limit { limit: *limit }),
                Some("wait until some are sent, or discard what needs you"),
            ),
            Error::Ambiguous { candidates, .. } => (
                ErrorCode::InvalidInput,
                Some(ErrorDetail::Candidates {
                    handles: candidates.clone(),
                }),
                Some("name the one that is meant"),
            ),
            Error::NotNow(_) => (ErrorCode::Rejected, None, Some("look where it stands now")),
            Error::NotGranted { class, .. } => (
                ErrorCode::ApprovalRefused,
                Some(field(class, "it is not granted")),
                Some("a person can grant it"),
            ),
            Error::NotApproved { .. } => (
                ErrorCode::ApprovalRefused,
                None,
                Some("look where it stands now"),
            ),
            Error::TooManyProposals { limit } => (
                ErrorCode::RateLimited,
                Some(ErrorDetail::Limit { limit: *limit }),
                Some("wait until some are answered"),
            ),
            Error::TooFast { seconds } => (
                ErrorCode::RateLimited,
                Some(ErrorDetail::Wait { seconds: *seconds }),
                None,
            ),
            Error::Stopped => (ErrorCode::Internal, None, None),
        };
        let retryable = matches!(
            error,
            Error::Keychain(_)
                | Error::File { .. }
                | Error::NoAnswerYet
                | Error::InUse
                | Error::TooManyProposals { .. }
                | Error::TooFast { .. }
                | Error::OutboxFull { .. }
        ) || matches!(error, Error::Database(fault) if fault != DatabaseFault::Unreadable);
        Self {
            code,
            message,
            hint: hint.map(str::to_owned),
            retryable,
            detail,
        }
    }
}

/// The stable code of a failed call.
pub(crate) fn code_of(error: &kibana_cases::Error) -> ErrorCode {
    of_kibana(error).code
}

fn of_kibana(error: &kibana_cases::Error) -> CommandError {
    use kibana_cases::Error as Client;
    let message = error.to_string();
    let (code, retryable, detail) = match error.cause() {
        Client::Api(api) => {
            return CommandError {
                message,
                ..of_answer(api)
            };
        }
        Client::Address { reason } => (ErrorCode::InvalidInput, false, Some(field("url", reason))),
        Client::Credentials(reason) => (
            ErrorCode::InvalidInput,
            false,
            Some(field(field_of(*reason), &reason.to_string())),
        ),
        Client::Id(reason) => (
            ErrorCode::InvalidInput,
            false,
            Some(field("id", &reason.to_string())),
        ),
        Client::Input(invalid) => (ErrorCode::InvalidInput, false, Some(of_input(invalid))),
        Client::Route { .. } | Client::AfterRetries { .. } => (ErrorCode::Internal, false, None),
        Client::RequestTooLarge { .. } => (
            ErrorCode::InvalidInput,
            false,
            Some(field("request", &message)),
        ),
        Client::Transport { source, .. } => (of_transport(source), true, None),
        Client::Redirected { target, .. } => (
            ErrorCode::Redirected,
            false,
            Some(ErrorDetail::Target {
                host: target.clone(),
            }),
        ),
        Client::NotKibana { answered_as, .. } => (
            ErrorCode::NotKibana,
            false,
            Some(ErrorDetail::Target {
                host: answered_as.clone(),
            }),
        ),
        Client::Decode { .. } => (ErrorCode::KibanaFailed, true, None),
    };
    CommandError {
        code,
        message,
        hint: None,
        retryable,
        detail,
    }
}

/// The field of a form that a text for signing in stands in.
fn field_of(reason: InvalidCredentials) -> &'static str {
    match reason {
        InvalidCredentials::Empty | InvalidCredentials::Form => "key",
        InvalidCredentials::UserName => "user",
        InvalidCredentials::Password => "password",
    }
}

fn of_answer(api: &ApiError) -> CommandError {
    let code = match api.status.as_u16() {
        401 => ErrorCode::Unauthenticated,
        403 => ErrorCode::Forbidden,
        404 => ErrorCode::NotFound,
        409 => ErrorCode::VersionConflict,
        429 => ErrorCode::RateLimited,
        _ if api.is_case_closed() => ErrorCode::CaseClosed,
        _ if api.is_case_full() => ErrorCode::CaseFull,
        _ if api.is_alert_case_limit() => ErrorCode::AlertCaseLimit,
        500.. => ErrorCode::KibanaFailed,
        _ => ErrorCode::Rejected,
    };
    let detail = match api.retry_after {
        Some(seconds) => ErrorDetail::Wait { seconds },
        None => ErrorDetail::Kibana {
            status: api.status.as_u16(),
        },
    };
    let retryable = matches!(code, ErrorCode::RateLimited | ErrorCode::KibanaFailed);
    CommandError {
        code,
        message: api.to_string(),
        hint: None,
        retryable,
        detail: Some(detail),
    }
}

fn of_transport(error: &TransportError) -> ErrorCode {
    match error {
        TransportError::Unreachable(_) | TransportError::Broken(_) => ErrorCode::Unreachable,
        TransportError::Untrusted(_) => ErrorCode::TlsUntrusted,
        TransportError::TimedOut { .. } => ErrorCode::TimedOut,
        TransportError::TooLarge { .. }
        | TransportError::HeadersTooLarge { .. }
        | TransportError::Inflated { .. }
        | TransportError::Encoding(_) => ErrorCode::KibanaFailed,
    }
}

fn of_input(invalid: &InvalidInput) -> ErrorDetail {
    let limit = match invalid.problem {
        InputProblem::TooLong { limit, .. }
        | InputProblem::TooMany { limit, .. }
        | InputProblem::TooLarge { limit, .. } => u32::try_from(limit).ok(),
        InputProblem::Empty
        | InputProblem::TooFew { .. }
        | InputProblem::TooSmall { .. }
        | InputProblem::Repeated
        | InputProblem::Form { .. } => None,
    };
    limit.map_or_else(
        || field(invalid.field, &invalid.problem.to_string()),
        |limit| ErrorDetail::Limit { limit },
    )
}

fn field(field: &str, reason: &str) -> ErrorDetail {
    ErrorDetail::Field {
        field: field.to_owned(),
        reason: reason.to_owned(),
    }
}
