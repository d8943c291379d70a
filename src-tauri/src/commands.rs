//! The commands of the window: take state, make one call, return.
#![expect(
    clippy::let_underscore_must_use,
    reason = "Tauri's command macro writes such a line"
)]

pub(crate) mod agent;
pub(crate) mod alert;
pub(crate) mod app;
pub(crate) mod attachment;
pub(crate) mod case;
pub(crate) mod deployment;
pub(crate) mod form;
pub(crate) mod link;
pub(crate) mod outbox;
pub(crate) mod search;
