//! Exit codes: one for each error code, and one for what is still in the outbox.

use std::fmt::Write as _;

use caseboard_core::code::ErrorCode;

/// What was written is in the outbox, and not settled.
pub(crate) const QUEUED: u8 = 75;

/// Every error code.
pub(crate) const ALL: [ErrorCode; 25] = [
    ErrorCode::Internal,
    ErrorCode::InvalidInput,
    ErrorCode::NotFound,
    ErrorCode::Unauthenticated,
    ErrorCode::Forbidden,
    ErrorCode::VersionConflict,
    ErrorCode::Rejected,
    ErrorCode::Unreachable,
    ErrorCode::TimedOut,
    ErrorCode::RateLimited,
    ErrorCode::KibanaFailed,
    ErrorCode::KeychainUnavailable,
    ErrorCode::CacheUnreadable,
    ErrorCode::TlsUntrusted,
    ErrorCode::NotKibana,
    ErrorCode::Redirected,
    ErrorCode::CaseFull,
    ErrorCode::CaseClosed,
    ErrorCode::AlertCaseLimit,
    ErrorCode::AlertUnreadable,
    ErrorCode::KeychainChanged,
    ErrorCode::WritesWaiting,
    ErrorCode::OutboxFull,
    ErrorCode::CaseChanged,
    ErrorCode::ApprovalRefused,
];

/// The exit code of an error.
pub(crate) fn of(code: ErrorCode) -> u8 {
    told(code).0
}

/// What `--help` tells of them.
pub(crate) fn help() -> String {
    let mut help = "Exit codes:\n    0  done\n".to_owned();
    let queued = "in the outbox, not settled within --wait; it is sent when it can be";
    let all = ALL.into_iter().map(told);
    for (exit, words) in all.chain([(QUEUED, queued)]) {
        writeln!(help, "   {exit:>2}  {words}").expect("a text takes every line");
    }
    help += "\nOne-off use: with KIBANA_URL and KIBANA_API_KEY (or KIBANA_USERNAME and KIBANA_PASSWORD), and KIBANA_SPACE_ID for
another space than the default one, no profile is needed. They are used only if neither a profile nor --deployment is named.";
    help
}

/// What people are told of an error of this kind.
pub(crate) fn words(code: ErrorCode) -> &'static str {
    told(code).1
}

fn told(code: ErrorCode) -> (u8, &'static str) {
    match code {
        ErrorCode::Internal => (1, "a fault of caseboard"),
        ErrorCode::InvalidInput => (2, "what was given cannot be used"),
        ErrorCode::NotFound => (3, "deleted, never there, or in another space"),
        ErrorCode::Unauthenticated => (4, "the key is missing, wrong, revoked or expired"),
        ErrorCode::Forbidden => (5, "the key lacks a right"),
        ErrorCode::VersionConflict => (6, "somebody else changed the same"),
        ErrorCode::Rejected => (7, "Kibana refused it, or it cannot be done now"),
        ErrorCode::Unreachable => (8, "no connection"),
        ErrorCode::TimedOut => (9, "no answer in time"),
        ErrorCode::RateLimited => (10, "Kibana asked to slow down"),
        ErrorCode::KibanaFailed => (11, "Kibana failed"),
        ErrorCode::KeychainUnavailable => (12, "the system's keychain is missing or refused"),
        ErrorCode::CacheUnreadable => (13, "files of the profile cannot be read or written"),
        ErrorCode::TlsUntrusted => (14, "the certificate is not trusted"),
        ErrorCode::NotKibana => (15, "something other than Kibana answered"),
        ErrorCode::Redirected => (16, "the answer pointed elsewhere"),
        ErrorCode::CaseFull => (17, "the case holds 1,000 alerts"),
        ErrorCode::CaseClosed => (18, "the case is closed and takes no alerts"),
        ErrorCode::AlertCaseLimit => (19, "the alert is in 10 cases"),
        ErrorCode::AlertUnreadable => (20, "the key may not read the alert"),
        ErrorCode::KeychainChanged => (21, "the key of the file is in another keychain"),
        ErrorCode::WritesWaiting => (22, "what waits in the outbox would be lost"),
        ErrorCode::OutboxFull => (23, "the outbox takes no more"),
        ErrorCode::CaseChanged => (24, "the case changed status or hands while it waited"),
        ErrorCode::ApprovalRefused => (
            25,
            "agents may not do that, or the proposal cannot be answered",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_error_has_an_exit_code_of_its_own() {
        let exits: BTreeSet<_> = ALL.into_iter().map(of).collect();
        assert_eq!(exits.len(), ALL.len());
        assert!(!exits.contains(&0) && !exits.contains(&QUEUED));
        for exit in exits {
            assert!(help().contains(&format!("   {exit:>2}  ")), "{exit}");
        }
    }
}
