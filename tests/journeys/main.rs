//! Stories below the window: a real desk, a real practice Kibana, real HTTP between them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alert_resolution;
#[cfg(unix)]
mod canary;
mod deployment_test;
mod deployments;
mod errors;
mod keep_on_disk;
mod keychain;
mod keys;
mod mishaps;
mod offline_edit;
mod own_writes;
mod restart;
mod storage;
mod triage;
mod two_deployments;
mod version_conflict;
