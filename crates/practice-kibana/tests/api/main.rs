//! The practice server answers as Kibana does. Tests are named after the behaviours of the reference
//! (`B001` …) that they hold the server to. All but `data`, `help`, `scale`, `tcp` and `world` are run against 8.18
//! too, by `api_8_18`.

use practice_kibana::Profile;

/// The release that the tests ask.
const PROFILE: Profile = Profile::V9;

mod alert_fields;
mod alerts;
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
mod space_changes;
mod spaces;
mod support;
mod system;
mod tcp;
mod triage;
mod user_actions;
mod world;
