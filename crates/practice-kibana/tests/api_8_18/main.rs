//! The same tests as `api`, against the server that plays 8.18. What only one release does has tests in `api` alone.
//!
//! `cargo xtask test` counts the behaviours that have a test here, and fails when one is missing. Exceptions:
//!
//! - B009: 8.18 leaves internal routes open.
//! - B010: they need no header there.
//! - B092: `in_progress_at` came with 9.2.
//! - B093: `time_to_acknowledge`, `time_to_investigate` and `time_to_resolve` came with 9.2.
//! - B094: so there is nothing to unset.

use practice_kibana::Profile;

/// The release that the tests ask.
const PROFILE: Profile = Profile::V8_18;

#[path = "../api/alert_fields.rs"]
mod alert_fields;
#[path = "../api/alerts.rs"]
mod alerts;
#[path = "../api/attachments.rs"]
mod attachments;
#[path = "../api/comments.rs"]
mod comments;
#[path = "../api/configure.rs"]
mod configure;
#[path = "../api/create.rs"]
mod create;
#[path = "../api/custom_fields.rs"]
mod custom_fields;
#[path = "../api/detection.rs"]
mod detection;
#[path = "../api/door.rs"]
mod door;
#[path = "../api/files.rs"]
mod files;
#[path = "../api/find.rs"]
mod find;
#[path = "../api/http.rs"]
mod http;
#[path = "../api/internal.rs"]
mod internal;
#[path = "../api/limits.rs"]
mod limits;
#[path = "../api/observables.rs"]
mod observables;
#[path = "../api/patch.rs"]
mod patch;
#[path = "../api/read.rs"]
mod read;
#[path = "../api/rights.rs"]
mod rights;
#[path = "../api/space_changes.rs"]
mod space_changes;
#[path = "../api/spaces.rs"]
mod spaces;
#[path = "../api/support.rs"]
mod support;
#[path = "../api/system.rs"]
mod system;
#[path = "../api/triage.rs"]
mod triage;
#[path = "../api/user_actions.rs"]
mod user_actions;

/// By this test `cargo xtask test` knows that it reads the tests of 8.18.
#[tokio::test]
async fn plays_8_18() {
    let status = support::Server::empty().get("/api/status").await.ok();
    let number = status["version"]["number"].as_str().unwrap();
    assert!(number.starts_with("8.18."), "{number}");
}
