//! The tasks that follow sources: one for each space in use, independent of all others.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
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
    sync::{DOWN_INTERVAL, Follow, INTERVAL, Limits, Next, PageOutcome, REFUSED_INTERVAL},
};

/// Where a source's task stands.
struct Follower {
    source: SourceId,
    space: Space,
    /// `None` until it is known how far an earlier run came.
    follow: Option<Follow>,
    /// When the reading under way began.
    began: ReadNumber,
    /// Where the mirror was when following began: at another place it may hold something else.
    n_moves: u64,
}

impl Desk {
    /// Follows every space in use of a deployment that has a key and is not followed yet.
    pub(super) fn watch_spaces(&self, id: &DeploymentId) {
        let mut state = self.state();
        let Some(live) = state.deployment_mut(id) else {
            return;
        };
        self.inner.outbox.connect(id, live.client.clone());
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
        let mut follower = Follower {
            source,
            space,
            follow: None,
            began: ReadNumber::default(),
            n_moves: self.inner.mirror.database().n_moves(),
        };
        loop {
            let pause = if let Some(pause) = self.must_wait(&follower.source) {
                pause
            } else {
                tokio::select! {
                    () = stop.cancelled() => return,
                    pause = self.pass(&mut follower, &stop) => pause,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = wake.notified() => {}
                () = self.inner.clock.sleep(pause) => {}
            }
        }
    }

    fn must_wait(&self, source: &SourceId) -> Option<Duration> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let live = state.deployment_mut(&source.deployment)?;
        live.must_wait(&source.space, now)
    }

    /// One pass. Tells how long to wait for the next.
    async fn pass(&self, follower: &mut Follower, stop: &CancellationToken) -> Duration {
        loop {
            let n_moves = self.inner.mirror.database().n_moves();
            if follower.n_moves != n_moves {
                follower.n_moves = n_moves;
                follower.follow = None;
            }
            let over = match self.turn(follower, stop).await {
                Ok(over) => over,
                // Out of use meanwhile: what came is not put back.
                Err(_) if stop.is_cancelled() => return INTERVAL,
                Err(error) => return self.pass_failed(follower, error),
            };
            if over || stop.is_cancelled() {
                return jittered(INTERVAL);
            }
        }
    }

    /// One request and what follows from its answer. Tells whether the pass is over.
    async fn turn(&self, follower: &mut Follower, stop: &CancellationToken) -> Result<bool, Error> {
        let began = self.inner.mirror.begin().await?;
        let follow = match &mut follower.follow {
            Some(follow) => follow,
            none => {
                let cursor = self.inner.mirror.cursor(&follower.source).await?;
                none.insert(Follow::new(Limits::default(), cursor))
            }
        };
        if follow.begins() {
            follower.began = began;
        }
        let request = follow.request(self.inner.clock.now());
        let page = follower.space.find_cases(&request).await?;
        if stop.is_cancelled() {
            return Ok(true);
        }
        self.take_in(follower, &page, began).await
    }

    /// Puts a page into the mirror. Tells whether the pass is over.
    async fn take_in(
        &self,
        follower: &mut Follower,
        page: &CasePage,
        began: ReadNumber,
    ) -> Result<bool, Error> {
        let source = follower.source.clone();
        if !page.unreadable.is_empty() {
            tracing::warn!(
                n = page.unreadable.len(),
                reason = page.unreadable[0].reason,
                "left out cases that could not be read"
            );
        }
        let mirror = &self.inner.mirror;
        let taken_in = mirror.put(&source, page.cases.clone(), began).await?;
        let outcome = PageOutcome {
            n_changed: taken_in.n_changed,
            n_known: taken_in.n_known,
        };
        let now = self.inner.clock.now();
        let Some(follow) = &mut follower.follow else {
            return Ok(true);
        };
        let over = match follow.take_in(page, outcome, now) {
            Next::More => false,
            Next::Over => true,
            Next::Swept(seen) => {
                let n_known = mirror.retain(&source, seen, follower.began).await?;
                follow.swept(n_known, now);
                true
            }
        };
        if over {
            mirror.set_read_at(&source, now, follow.cursor()).await?;
            self.refresh_facts().await;
            self.pass_succeeded(&source, now);
        } else {
            self.refresh_facts().await;
        }
        for id in taken_in.opened {
            self.tell_case(&CaseRef {
                source: source.clone(),
                id,
            });
        }
        self.tell(DeskEvent::SourceChanged { source });
        Ok(over)
    }

    fn pass_succeeded(&self, source: &SourceId, now: Timestamp) {
        let mut state = self.state();
        if let Some(watch) = state.watch_mut(source) {
            (watch.read_at, watch.problem) = (Some(now), None);
        }
        if let Some(live) = state.deployment_mut(&source.deployment) {
            live.problem
                .take_if(|problem| problem.code == ErrorCode::Unauthenticated);
            live.note_success();
        }
    }

    fn pass_failed(&self, follower: &mut Follower, error: Error) -> Duration {
        let problem = CommandError::from(error);
        tracing::info!(source = %follower.source, code = ?problem.code, "a pass failed");
        if let Some(follow) = &mut follower.follow {
            follow.failed();
        }
        let key_refused = problem.code == ErrorCode::Unauthenticated;
        let down_for = jittered(if key_refused {
            REFUSED_INTERVAL
        } else {
            DOWN_INTERVAL
        });
        {
            let now = self.inner.clock.now();
            let mut state = self.state();
            if let Some(live) = state.deployment_mut(&follower.source.deployment) {
                live.note_failure(&follower.source.space, now, down_for);
                if key_refused {
                    live.problem = Some(problem.clone());
                }
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
