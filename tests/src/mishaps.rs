//! What may go wrong with a write, for proofs in virtual time and over TCP.

use std::time::Duration;

use practice_kibana::faults::{Fault, RetryAfter, RetryAfterKind, Rule};

/// The answer to an attachment is lost or is an error though all or half of it was written, or it is to wait.
pub fn of_attaching() -> [Rule; 4] {
    let later = RetryAfter {
        kind: RetryAfterKind::Seconds,
        wait: Duration::from_secs(1),
    };
    let faults = [
        Fault::ResetAfterCommit,
        Fault::FailAfterCommit { status: 500 },
        Fault::HalfCommit,
        Fault::Throttle {
            status: 429,
            retry_after: later,
        },
    ];
    faults.map(|fault| Rule::of(fault).on("POST /api/cases/*/comments"))
}
