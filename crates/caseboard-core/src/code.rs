//! What a face reports: [`CommandError`] with a stable [`ErrorCode`].

use serde::{Deserialize, Serialize};

/// What a face reports. `code` is stable and may be matched on; `message` is for people and may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    /// Stable name of what went wrong.
    pub code: ErrorCode,
    /// One clause for people, CLI and logs; the window has words of its own.
    pub message: String,
    /// What the person can do next, if there is such a thing.
    pub hint: Option<String>,
    /// Whether the same call may succeed later without a change.
    pub retryable: bool,
    /// Ids, counts, limits and times that the words on screen are filled from.
    pub detail: Option<ErrorDetail>,
}

/// Stable names of what can go wrong. Never renamed; a new one comes only when a face acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// What was given cannot be used; `detail` names the field or the limit.
    InvalidInput,
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The key is missing, wrong, revoked or expired.
    Unauthenticated,
    /// The key lacks a right here.
    Forbidden,
    /// Deleted, never there, or in another space.
    NotFound,
    /// Somebody else changed the same field meanwhile.
    VersionConflict,
    /// Kibana refused what was sent.
    Rejected,
    /// Kibana asked to slow down.
    RateLimited,
    /// Kibana answered with an error of its own, or with something unreadable.
    KibanaFailed,
    /// The system's keychain is missing or refused.
    KeychainUnavailable,
    /// Files of the profile cannot be read or written.
    CacheUnreadable,
    /// A fault of the app.
    Internal,
    /// The certificate is not trusted on this computer.
    TlsUntrusted,
    /// Something other than Kibana answered.
    NotKibana,
    /// The answer pointed elsewhere and was not followed.
    Redirected,
    /// The case holds 1,000 alerts.
    CaseFull,
    /// The case is closed and takes no alerts.
    CaseClosed,
    /// The alert is in 10 cases.
    AlertCaseLimit,
    /// The key may not read the alert.
    AlertUnreadable,
    /// The key of the file is in another keychain than the one that answers.
    KeychainChanged,
    /// What waits in the outbox would be lost.
    WritesWaiting,
    /// The outbox takes no more.
    OutboxFull,
    /// The case changed hands or status since a write that waited for long.
    CaseChanged,
    /// Agents may not write that there, or it is not what a person was shown.
    ApprovalRefused,
}

/// What the words on screen are filled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ErrorDetail {
    /// Kibana answered, with this status.
    Kibana {
        /// Status of the answer.
        status: u16,
    },
    /// Which field of the input is meant, and why it was not taken.
    Field {
        /// Name of the field.
        field: String,
        /// Why it was not taken.
        reason: String,
    },
    /// The cases that a name may mean.
    Candidates {
        /// Their handles.
        handles: Vec<String>,
    },
    /// A limit that was reached.
    Limit {
        /// The limit.
        limit: u32,
    },
    /// Where a redirect wanted to go.
    Target {
        /// The host, or what the answer called itself.
        host: String,
    },
    /// Writes that are not settled.
    Writes {
        /// How many.
        n: u32,
    },
    /// The keychain that has what is needed, and the one that answers.
    Keychains {
        /// What the first calls itself.
        was: String,
        /// What the second calls itself.
        now: String,
    },
    /// How long to wait before trying again.
    Wait {
        /// Seconds from now.
        seconds: u32,
    },
}
