//! The practice server answers as Kibana does. Tests are named after the behaviours of the reference
//! (`B001` …) that they hold the server to.

mod alerts;
mod comments;
mod create;
mod find;
mod http;
mod patch;
mod read;
mod spaces;
mod support;
mod tcp;
mod user_actions;
mod world;
