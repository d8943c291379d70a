//! The application without a face: deployments and their keys, the mirror of Kibana's cases, sync, writes, alerts.
//!
//! Faces hold a [`desk::Desk`], call it, and show the [`view`]s it gives. It opens no window, starts no server and prints nothing.
#![warn(missing_docs)]

pub mod alerts;
mod approver;
mod cache;
mod clock;
mod deployment;
mod error;
mod keychain;
mod markdown;
mod outbox;
mod private;
mod profile;
#[cfg(test)]
#[path = "../../../tests/src/proof.rs"]
#[expect(
    clippy::print_stderr,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a proof tells what it did, here and in the journeys"
)]
mod proof;
mod sync;

#[cfg(feature = "bench")]
pub mod bench;
pub mod code;
pub mod crash;
pub mod desk;
pub mod event;
pub mod id;
pub mod link;
pub mod plain;
pub mod search;
pub mod view;

pub use approver::Agent;
pub use clock::{Clock, SystemClock};
pub use keychain::{Keychain, KeychainError, MemoryKeychain, SystemKeychain};
