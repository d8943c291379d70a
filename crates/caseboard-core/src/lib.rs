//! The application without a face: deployments and their keys, the mirror of Kibana's cases, sync, writes, alerts.
//!
//! Faces hold a [`desk::Desk`], call it, and show the [`view`]s it gives. It opens no window, starts no server and prints nothing.
#![warn(missing_docs)]

mod alerts;
mod cache;
mod clock;
mod deployment;
mod error;
mod keychain;
mod markdown;
mod plain;
mod sync;

#[cfg(feature = "bench")]
pub mod bench;
pub mod code;
pub mod desk;
pub mod event;
pub mod id;
pub mod view;

pub use clock::{Clock, SystemClock};
pub use keychain::{Keychain, KeychainError, MemoryKeychain, SystemKeychain};
