//! The fault layer: what can go wrong between a client and Kibana, on demand and repeatably.
//!
//! A [`Plan`] is data. It is set at the start (`--faults`, [`crate::Options::faults`]), in process
//! ([`Faults::set`]) or at run time by `PUT /practice/faults`, which exists only with `--control`. Faults of
//! the connection really happen on the socket; [`faulty`] makes the same of a router in process, where
//! a broken connection is an [`std::io::Error`] of the service or of the body. Waiting is on tokio's clock.
//!
//! It deliberately knows nothing of clients: what a fault means is told by the commit log.

mod answers;
mod bodies;
mod deeds;
mod fault;
mod form;
mod hostile;
mod live;
mod plan;
mod service;

use std::{fmt, io, sync::Arc};

pub use fault::{
    Encoding, Fault, Garbled, Loss, ManyHeaders, RetryAfter, RetryAfterKind, RightsLeft, Shift,
    Strange, VersionFault,
};
pub use live::Fired;
pub(crate) use live::LivePlan;
pub use plan::{Plan, PlanError, RoutePattern, Rule, When};
pub(crate) use service::Ticket;
pub use service::{Faulty, faulty};

use crate::server::App;

/// The handle to the faults of a server: what is planned, and what happened.
#[derive(Clone)]
pub struct Faults {
    app: Arc<App>,
}

impl Faults {
    pub(crate) fn of(app: &Arc<App>) -> Self {
        Self {
            app: Arc::clone(app),
        }
    }

    /// Replaces the plan. Rules count from 1 again, reduced keys are whole again, silent requests end
    /// with a reset; what is to be committed late still is.
    pub fn set(&self, plan: Plan) {
        let longest = plan.rules.iter().filter_map(|rule| match rule.fault {
            Fault::SearchLag { lag } => Some(lag),
            _ => None,
        });
        self.app.store().keep_trail(longest.max());
        self.app.live.set(plan);
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.set(Plan::default());
    }

    /// The plan as it stands.
    pub fn plan(&self) -> Plan {
        self.app.live.plan()
    }

    /// What happened since the start of the server, in order.
    pub fn fired(&self) -> Vec<Fired> {
        self.app.live.fired()
    }

    /// Forgets what happened.
    pub fn forget_fired(&self) {
        self.app.live.forget_fired();
    }

    /// Waits until a fault has happened so many times in all.
    pub async fn until_fired(&self, id: &str, times: usize) {
        self.app.live.until_fired(id, times).await;
    }

    /// Waits until nothing is left to be committed late.
    pub async fn settled(&self) {
        self.app.live.settled().await;
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("plan", &self.plan())
            .finish_non_exhaustive()
    }
}

/// What a client sees of a connection that breaks.
fn reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "connection reset by peer")
}

/// What a client sees of a port where nobody listens.
fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused")
}
