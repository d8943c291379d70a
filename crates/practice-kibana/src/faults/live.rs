//! The plan while it runs: counters, dice, and the record of what happened.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, Method, header::AUTHORIZATION};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Fault, Plan, RightsLeft};

/// A fault that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// The id of the fault, as in `F06`.
    pub fault: &'static str,
    /// Number of the request among all that the server got, from 1; 0 for a port that was closed.
    pub request: u64,
    /// The method.
    pub method: String,
    /// The path without its space.
    pub path: String,
    /// The space.
    pub space: String,
}

/// The route of a request as rules see it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) method: Method,
    /// Without its space.
    pub(super) path: String,
    pub(super) space: String,
}

/// What all requests share of the fault layer.
pub(crate) struct LivePlan {
    state: Mutex<State>,
    requests: AtomicU64,
    /// Changes with every plan; tells whether the port is closed.
    port_closed: watch::Sender<bool>,
    n_fired: watch::Sender<usize>,
    delivered: watch::Sender<u64>,
    holding: AtomicBool,
    poisoned: AtomicBool,
    late: TaskTracker,
    stopping: CancellationToken,
}

#[derive(Default)]
struct State {
    plan: Plan,
    /// One for each rule.
    counters: Vec<Counter>,
    fired: Vec<Fired>,
    reduced: Vec<Reduced>,
}

struct Counter {
    looked_at: u64,
    struck: u64,
    random: ChaCha8Rng,
}

struct Reduced {
    shown: HeaderValue,
    left: RightsLeft,
    until: Option<Instant>,
}

impl LivePlan {
    pub(crate) fn new() -> Self {
        let late = TaskTracker::new();
        late.close();
        Self {
            state: Mutex::default(),
            requests: AtomicU64::new(0),
            port_closed: watch::Sender::new(false),
            n_fired: watch::Sender::new(0),
            delivered: watch::Sender::new(0),
            holding: AtomicBool::new(false),
            poisoned: AtomicBool::new(false),
            late,
            stopping: CancellationToken::new(),
        }
    }

    pub(super) fn set(&self, plan: Plan) {
        let closes_port = plan.rules.iter().any(super::Rule::closes_port);
        {
            let mut state = self.state();
            state.counters = (0_u64..)
                .zip(&plan.rules)
                .map(|(position, _)| Counter::new(plan.seed, position))
                .collect();
            state.plan = plan;
            state.reduced.clear();
        }
        self.poisoned.store(false, Ordering::SeqCst);
        self.port_closed.send_replace(closes_port);
    }

    pub(super) fn plan(&self) -> Plan {
        self.state().plan.clone()
    }

    pub(super) fn fired(&self) -> Vec<Fired> {
        self.state().fired.clone()
    }

    pub(super) fn forget_fired(&self) {
        self.state().fired.clear();
    }

    pub(super) async fn until_fired(&self, id: &str, times: usize) {
        let mut n_fired = self.n_fired.subscribe();
        let enough = |_: &usize| {
            let state = self.state();
            state.fired.iter().filter(|fired| fired.fault == id).count() >= times
        };
        // The sender lives as long as `self`.
        drop(n_fired.wait_for(enough).await);
    }

    /// Numbers a request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The faults that befall a request. Each rule that looks at it counts it.
    pub(super) fn strike(&self, target: &Target, over_tcp: bool) -> Vec<Fault> {
        let mut state = self.state();
        let State { plan, counters, .. } = &mut *state;
        let mut struck = Vec::new();
        for (rule, counter) in plan.rules.iter().zip(counters) {
            let by_port = over_tcp && rule.closes_port();
            if by_port || !rule.looks_at(&target.method, &target.path, &target.space) {
                continue;
            }
            counter.looked_at += 1;
            let draw = || counter.random.random_range(0.0..1.0);
            let may = rule.limit.is_none_or(|limit| counter.struck < limit);
            if rule.when.includes(counter.looked_at, draw) && may {
                counter.struck += 1;
                struck.push(rule.fault.clone());
            }
        }
        struck
    }

    /// Writes down that a fault happened.
    pub(super) fn record(&self, fault: &Fault, request: u64, target: &Target) {
        let n_fired = {
            let mut state = self.state();
            state.fired.push(Fired {
                fault: fault.id(),
                request,
                method: target.method.to_string(),
                path: target.path.clone(),
                space: target.space.clone(),
            });
            state.fired.len()
        };
        self.n_fired.send_replace(n_fired);
    }

    /// Writes down that the port was closed.
    pub(crate) fn record_closed_port(&self) {
        let nowhere = Target {
            method: Method::CONNECT,
            path: String::new(),
            space: String::new(),
        };
        self.record(&Fault::RefuseConnect, 0, &nowhere);
    }

    /// Tells whether the port is to be closed, now and whenever the plan changes.
    pub(crate) fn port_closed(&self) -> watch::Receiver<bool> {
        self.port_closed.subscribe()
    }

    /// Waits until there is another plan.
    pub(super) async fn plan_changed(&self) {
        let mut plan = self.port_closed.subscribe();
        // The sender lives as long as `self`.
        drop(plan.changed().await);
    }

    pub(super) fn reduce_key(
        &self,
        headers: &HeaderMap,
        left: RightsLeft,
        lasting: Option<Duration>,
    ) {
        if let Some(shown) = headers.get(AUTHORIZATION) {
            self.state().reduced.push(Reduced {
                shown: shown.clone(),
                left,
                until: lasting.map(|lasting| Instant::now() + lasting),
            });
        }
    }

    /// What the key of a request is left with; `None` if it is whole.
    pub(crate) fn rights_left(&self, headers: &HeaderMap) -> Option<RightsLeft> {
        let mut state = self.state();
        if state.reduced.is_empty() {
            return None;
        }
        let now = Instant::now();
        state
            .reduced
            .retain(|reduced| reduced.until.is_none_or(|until| until > now));
        let shown = headers.get(AUTHORIZATION)?;
        let last = state.reduced.iter().rfind(|reduced| reduced.shown == shown);
        last.map(|reduced| reduced.left)
    }

    pub(super) fn poison(&self) {
        self.poisoned.store(true, Ordering::SeqCst);
    }

    pub(super) fn take_poison(&self) -> bool {
        self.poisoned.swap(false, Ordering::SeqCst)
    }

    /// Tells those who wait to be overtaken that an answer went out.
    pub(super) fn delivered(&self) {
        self.delivered.send_modify(|number| *number += 1);
    }

    /// Waits until another answer went out. One answer waits at a time, so that the next can overtake it.
    pub(super) async fn be_overtaken(&self, at_most: Duration) {
        if self.holding.swap(true, Ordering::SeqCst) {
            return;
        }
        // An answer that is dropped while it waits must not keep the place.
        let place = Place(&self.holding);
        let mut delivered = self.delivered.subscribe();
        drop(tokio::time::timeout(at_most, delivered.changed()).await);
        drop(place);
    }

    /// Runs something later, unless the server stops before.
    pub(super) fn later(&self, after: Duration, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.late.spawn(async move {
            let then = async {
                tokio::time::sleep(after).await;
                work.await;
            };
            stopping.run_until_cancelled_owned(then).await;
        });
    }

    pub(super) async fn settled(&self) {
        self.late.wait().await;
    }

    /// Ends what was to happen later.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counter {
    fn new(seed: u64, position: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(position);
        Self {
            looked_at: 0,
            struck: 0,
            random,
        }
    }
}

/// The one place of an answer that waits to be overtaken.
struct Place<'a>(&'a AtomicBool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}
