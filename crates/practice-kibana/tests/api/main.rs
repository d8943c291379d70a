//! The practice server answers as Kibana does. Tests are named after the behaviours of the reference
//! (`B001` …) that they hold the server to. All but `data`, `help`, `scale`, `since_9`, `tcp` and `world` are run
//! against 8.18 too, by `api_8_18`.
//!
//! `cargo xtask test` counts the behaviours that have a test here, and fails when one is missing. There are no exceptions.

use practice_kibana::Profile;

/// The release that the tests ask.
const PROFILE: Profile = Profile::V9;

mod alert_fields;
mod alerts;
mod attachments;
mod comments;
mod configure;
mod create;
mod custom_fields;
mod data;
mod detection;
mod door;
mod files;
mod find;
mod help;
mod http;
mod internal;
mod limits;
mod observables;
mod patch;
mod read;
mod rights;
mod scale;
mod since_9;
mod space_changes;
mod spaces;
mod support;
mod system;
mod tcp;
mod triage;
mod user_actions;
mod world;

/// By this test `cargo xtask test` knows that it reads the tests of 9.x.
#[tokio::test]
async fn plays_9_x() {
    let status = support::Server::empty().get("/api/status").await.ok();
    let number = status["version"]["number"].as_str().unwrap();
    assert!(number.starts_with("9."), "{number}");
}
