//! The tasks that follow sources: one for each space in use, independent of all others.

use std::{sync::Arc, time::Duration};

use kibana_cases::{CasePage, Space};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Desk, live::Watch};
use crate::{
    cache::ReadNumber,
    code::{CommandError, ErrorCode},
    error::Error,
    event::DeskEvent,
    id::{CaseRef, DeploymentId, SourceId},
    sync::{INTERVAL, Next, PageOutcome, REFUSED_INTERVAL, Step},
};

/// Where a source's task stands.
struct Follower {
    source: SourceId,
    space: Space,
    step: Step,
    /// When the full reading under way, or the last one, began.
    sweep: ReadNumber,
    /// Cases that the last full reading could not read.
    n_unreadable: usize,
}

impl Desk {
    /// Follows every space in use of a deployment that has a key and is not followed yet.
    pub(super) fn watch_spaces(&self, id: &DeploymentId) {
        let mut state = self.state();
        let Some(live) = state.deployment_mut(id) else {
            return;
        };
        let Some(client) = live.client.clone() else {
            return;
        };
        for space in live.saved.spaces.iter().filter(|space| space.shown) {
            if live.watches.contains_key(&space.id) {
                continue;
            }
            let watch = Watch {
                stop: self.inner.stop.child_token(),
                wake: Arc::new(Notify::new()),
                read_at: None,
                problem: None,
            };
            let source = SourceId {
                deployment: id.clone(),
                space: space.id.clone(),
            };
            self.inner.tasks.spawn(self.clone().follow(
                source,
                client.space(&space.id),
                watch.wake.clone(),
                watch.stop.clone(),
            ));
            live.watches.insert(space.id.clone(), watch);
        }
    }

    async fn follow(
        self,
        source: SourceId,
        space: Space,
        wake: Arc<Notify>,
        stop: CancellationToken,
    ) {
        let sweep = self.state().mirror.begin();
        let mut follower = Follower {
            source,
            space,
            step: Step::first(),
            sweep,
            n_unreadable: 0,
        };
        loop {
            let pause = tokio::select! {
                () = stop.cancelled() => return,
                pause = self.pass(&mut follower, &stop) => pause,
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = wake.notified() => {}
                () = self.inner.clock.sleep(pause) => {}
            }
        }
    }

    /// One pass. Tells how long to wait for the next.
    async fn pass(&self, follower: &mut Follower, stop: &CancellationToken) -> Duration {
        loop {
            let began = self.state().mirror.begin();
            if follower.step.begins_sweep() {
                follower.sweep = began;
                follower.n_unreadable = 0;
            }
            match follower.space.find_cases(&follower.step.request()).await {
                // Out of use meanwhile: what came is not put back.
                Ok(_) | Err(_) if stop.is_cancelled() => return INTERVAL,
                Ok(page) => {
                    if self.take_in(follower, &page, began) {
                        return jittered(INTERVAL);
                    }
                }
                Err(error) => return self.pass_failed(follower, error),
            }
        }
    }

    /// Puts a page into the mirror. Tells whether the pass is over.
    fn take_in(&self, follower: &mut Follower, page: &CasePage, began: ReadNumber) -> bool {
        let source = &follower.source;
        if !page.unreadable.is_empty() {
            tracing::warn!(
                n = page.unreadable.len(),
                reason = page.unreadable[0].reason,
                "left out cases that could not be read"
            );
        }
        let mut opened = Vec::new();
        let over = {
            let mut state = self.state();
            let mut n_changed = 0;
            for case in page.cases.iter().cloned() {
                let reference = CaseRef {
                    source: source.clone(),
                    id: case.id.clone(),
                };
                if state.mirror.put(source, case, began) {
                    n_changed += 1;
                    opened.extend(
                        state
                            .mirror
                            .details(&reference)
                            .is_some()
                            .then_some(reference),
                    );
                }
            }
            let outcome = PageOutcome {
                n_changed,
                n_known: state.mirror.n_cases(source) + follower.n_unreadable,
            };
            let step = std::mem::replace(&mut follower.step, Step::first());
            if matches!(step, Step::Sweep { .. }) {
                follower.n_unreadable += page.unreadable.len();
            }
            let over = match step.next(page, outcome) {
                Next::Now(step) => {
                    follower.step = step;
                    false
                }
                Next::Later(step) => {
                    follower.step = step;
                    true
                }
                Next::Swept { seen, later } => {
                    state.mirror.retain(source, &seen, follower.sweep);
                    follower.step = later;
                    true
                }
            };
            let now = self.inner.clock.now();
            if let Some(watch) = state.watch_mut(source).filter(|_| over) {
                (watch.read_at, watch.problem) = (Some(now), None);
            }
            if let Some(live) = state.deployment_mut(&source.deployment).filter(|_| over) {
                live.problem
                    .take_if(|problem| problem.code == ErrorCode::Unauthenticated);
            }
            over
        };
        for case in opened {
            self.tell_case(&case);
        }
        self.tell(DeskEvent::SourceChanged {
            source: source.clone(),
        });
        over
    }

    fn pass_failed(&self, follower: &mut Follower, error: kibana_cases::Error) -> Duration {
        let problem = CommandError::from(Error::from(error));
        tracing::info!(source = %follower.source, code = ?problem.code, "a pass failed");
        follower.step = Step::first();
        let key_refused = problem.code == ErrorCode::Unauthenticated;
        {
            let mut state = self.state();
            if let Some(live) = state
                .deployment_mut(&follower.source.deployment)
                .filter(|_| key_refused)
            {
                live.problem = Some(problem.clone());
            }
            if let Some(watch) = state.watch_mut(&follower.source) {
                watch.problem = Some(problem);
            }
        }
        self.tell(DeskEvent::SourceChanged {
            source: follower.source.clone(),
        });
        jittered(if key_refused {
            REFUSED_INTERVAL
        } else {
            INTERVAL
        })
    }
}

/// ± 20 %, so that sources and analysts do not ask in step.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.8..1.2))
}
