//! The server as one request sees it: whoever takes the store by it is known to the store.

use std::{
    ops::Deref,
    sync::{Arc, MutexGuard},
};

use axum::http::Method;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    auth::Key,
    faults::{Faults, Ticket},
    log::Cause,
    server::App,
    store::{Origin, Store},
};

/// The server on behalf of one request.
#[derive(Clone)]
pub(super) struct Scope {
    app: Arc<App>,
    origin: Arc<Origin>,
}

impl Scope {
    pub(super) fn new(
        app: &Arc<App>,
        ticket: &Ticket,
        key: &Key,
        space: &str,
        now: Timestamp,
    ) -> Self {
        let origin = Origin {
            at: now,
            request: ticket.number,
            route: String::new(),
            space: space.to_owned(),
            key: key.name.clone(),
            user: key.user.username.clone(),
            cause: Cause::Request,
            seen: Vec::new(),
            effect: ticket.effect,
        };
        Self {
            app: Arc::clone(app),
            origin: Arc::new(origin),
        }
    }

    /// Adds what is known once there is a route. Without a log nobody asks for it.
    pub(super) fn enter_route(&mut self, method: &Method, pattern: &str, body: &Value) {
        if !self.app.keeps_log {
            return;
        }
        // Nobody else holds it yet.
        if let Some(origin) = Arc::get_mut(&mut self.origin) {
            origin.route = format!("{method} {pattern}");
            origin.seen = versions_seen(body);
        }
    }

    pub(super) fn faults(&self) -> Faults {
        Faults::of(&self.app)
    }

    /// Locks the documents for the request.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.app.store_for(Arc::clone(&self.origin))
    }
}

impl Deref for Scope {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

/// The pairs of id and version in a body: its own, and those of `cases`.
fn versions_seen(body: &Value) -> Vec<(String, String)> {
    let pair = |value: &Value| {
        let id = value["id"].as_str()?.to_owned();
        Some((id, value["version"].as_str()?.to_owned()))
    };
    let cases = body["cases"].as_array().into_iter().flatten();
    cases.chain([body]).filter_map(pair).collect()
}
