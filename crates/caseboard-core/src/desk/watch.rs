//! The tasks that follow sources: one for each space in use, independent of all others.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use kibana_cases::{CasePage, Space};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Desk, live::Watch};
use crate::{
    cache::ReadNumber,
    code::{CommandError, ErrorCode, ErrorDetail},
    error::Error,
    event::DeskEvent,
    id::{CaseRef, DeploymentId, SourceId},
    sync::{
        AFTER_WRITE, DOWN_INTERVAL, Follow, LATE, Limits, Next, PageOutcome, REFUSED_INTERVAL,
        interval, jitter,
    },
    view::Attention,
};

/// Where a source's task stands.
struct Follower {
    source: SourceId,
    space: Space,
    /// `None` until it is known how far an earlier run came.
    follow: Option<Follow>,
    /// When the reading under way began.
    began: ReadNumber,
    /// Since when what is being read is as Kibana has it: when the first page of it was asked for.
    since: Option<Timestamp>,
    /// Where the mirror was when following began: at another place it may hold something else.
    n_moves: u64,
}

/// How long to wait for the next pass.
#[derive(Debug, Clone, Copy)]
enum Rest {
    /// As long as people who look at the source want, or until a write of ours asks for it, and at least so long.
    Usual(Duration),
    /// Exactly so long.
    Fixed(Duration),
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
        if live.back_fill.is_none() {
            live.back_fill = Some(self.begin_back_fill(id));
        }
        for space in live.saved.spaces.iter().filter(|space| space.shown) {
            if live.watches.contains_key(&space.id) {
                continue;
            }
            let watch = Watch::new(self.inner.stop.child_token());
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
            since: None,
            n_moves: self.inner.mirror.database().n_moves(),
        };
        loop {
            let rest = if let Some(pause) = self.must_wait(&follower.source) {
                Rest::Fixed(pause)
            } else {
                tokio::select! {
                    () = stop.cancelled() => return,
                    rest = self.pass(&mut follower, &stop) => rest,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.rest(&follower.source, rest, &wake) => {}
            }
        }
    }

    /// Waits for the next pass. What people look at, and what we write, may change meanwhile.
    async fn rest(&self, source: &SourceId, rest: Rest, wake: &Notify) {
        let began = self.inner.clock.now();
        let jitter = jitter();
        while let Some(left) = self.left(source, rest, (began, jitter)) {
            tokio::select! {
                () = wake.notified() => {}
                () = self.inner.clock.sleep(left) => return,
            }
        }
    }

    /// How much is left of a rest; `None` if it is over. A clock that was turned ends it.
    fn left(
        &self,
        source: &SourceId,
        rest: Rest,
        (began, jitter): (Timestamp, f64),
    ) -> Option<Duration> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let usual = interval(&state.attention, source).mul_f64(jitter);
        let watch = state.watch_mut(source)?;
        let is_due = watch.after_write.iter().any(|at| *at <= now);
        watch.after_write.retain(|at| *at > now);
        let is_asked = std::mem::take(&mut watch.is_asked);
        let after_write = watch.after_write.iter().map(|at| at.duration_since(now));
        let after_write = after_write.min().and_then(|left| left.try_into().ok());
        let passed = Duration::try_from(now.duration_since(began)).ok()?;
        let left = match rest {
            Rest::Usual(least) => {
                let least = least.saturating_sub(passed);
                let usual = usual.saturating_sub(passed).max(least);
                let soon = if is_due {
                    Some(Duration::ZERO)
                } else {
                    after_write
                };
                soon.map_or(usual, |soon: Duration| usual.min(soon.max(least)))
            }
            Rest::Fixed(pause) => pause.saturating_sub(passed),
        };
        (!is_asked && !left.is_zero()).then_some(left)
    }

    /// How much somebody looks at what a face shows. Until a face tells, everything is looked at.
    pub fn attend(&self, attention: Attention) {
        let mut state = self.state();
        state.attention = attention;
        let watches = state
            .deployments
            .iter()
            .flat_map(|live| live.watches.values());
        watches.for_each(|watch| watch.wake.notify_one());
    }

    /// Has a source read soon, because something of ours was written there.
    pub(super) fn wrote(&self, source: &SourceId) {
        let now = self.inner.clock.now();
        if let Some(watch) = self.state().watch_mut(source) {
            let soon = AFTER_WRITE.iter().map(|after| after.mul_f64(jitter()));
            watch.after_write = soon
                .filter_map(|after| now.checked_add(after).ok())
                .collect();
            watch.wake.notify_one();
        }
    }

    fn must_wait(&self, source: &SourceId) -> Option<Duration> {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let live = state.deployment_mut(&source.deployment)?;
        live.must_wait(&source.space, now)
    }

    /// One pass. Tells how long to wait for the next.
    async fn pass(&self, follower: &mut Follower, stop: &CancellationToken) -> Rest {
        loop {
            let n_moves = self.inner.mirror.database().n_moves();
            if follower.n_moves != n_moves {
                follower.n_moves = n_moves;
                follower.follow = None;
            }
            let over = match self.turn(follower, stop).await {
                Ok(over) => over,
                // Out of use meanwhile: what came is not put back.
                Err(_) if stop.is_cancelled() => return Rest::Usual(Duration::ZERO),
                Err(error) => return self.pass_failed(follower, error),
            };
            if over || stop.is_cancelled() {
                return Rest::Usual(Duration::ZERO);
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
        let now = self.inner.clock.now();
        if follow.begins() {
            follower.began = began;
        }
        follower.since.get_or_insert(now);
        let request = follow.request(now);
        let asked = follower.space.find_cases(&request);
        let page = self.patiently(&follower.source, asked).await?;
        if stop.is_cancelled() {
            return Ok(true);
        }
        self.learn_rights(&follower.source);
        self.take_in(follower, &page, began).await
    }

    /// Waits for an answer, however long it takes, and marks the source if that is long.
    async fn patiently<T, E>(
        &self,
        source: &SourceId,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => return answer,
            () = self.inner.clock.sleep(LATE) => {}
        }
        let is_marked = self.state().watch_mut(source).is_some_and(|watch| {
            let is_first = watch.problem.is_none();
            watch
                .problem
                .get_or_insert_with(|| Error::NoAnswerYet.into());
            is_first
        });
        if is_marked {
            self.tell(DeskEvent::SourceChanged {
                source: source.clone(),
            });
        }
        let answer = answer.await?;
        if let Some(watch) = self.state().watch_mut(source)
            && is_marked
        {
            watch.problem = None;
        }
        Ok(answer)
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
            // While the totals disagree something that is gone may show, or something new not.
            let since = follower.since.take().filter(|_| follow.agrees());
            mirror.set_read_at(&source, since, follow.cursor()).await?;
            self.refresh_facts().await;
            self.pass_succeeded(&source, since);
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

    fn pass_succeeded(&self, source: &SourceId, since: Option<Timestamp>) {
        let mut state = self.state();
        if let Some(watch) = state.watch_mut(source) {
            watch.read_at = since.or(watch.read_at);
            watch.problem = None;
        }
        if let Some(live) = state.deployment_mut(&source.deployment) {
            let refused = |problem: &mut CommandError| problem.code == ErrorCode::Unauthenticated;
            if live.problem.take_if(refused).is_some() {
                self.inner.outbox.key_accepted(&source.deployment);
            }
            live.note_success();
        }
    }

    fn pass_failed(&self, follower: &mut Follower, error: Error) -> Rest {
        let problem = CommandError::from(error);
        tracing::info!(source = %follower.source, code = ?problem.code, "a pass failed");
        if let Some(follow) = &mut follower.follow {
            follow.failed();
            if follow.begins() {
                follower.since = None;
            }
        }
        let key_refused = problem.code == ErrorCode::Unauthenticated;
        if key_refused {
            self.inner.outbox.key_refused(&follower.source.deployment);
        }
        let asked_pause = match problem.detail {
            Some(ErrorDetail::Wait { seconds }) => Duration::from_secs(seconds.into()),
            _ => Duration::ZERO,
        };
        let down_for = if key_refused {
            // Never earlier: whoever watches the other side counts these (R11).
            REFUSED_INTERVAL.mul_f64(rand::random_range(1.0..1.2))
        } else {
            DOWN_INTERVAL.mul_f64(jitter())
        };
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
                let refused = key_refused || problem.code == ErrorCode::Forbidden;
                watch.asked_rights &= !refused;
                watch.problem = Some(problem);
            }
        }
        self.tell(DeskEvent::SourceChanged {
            source: follower.source.clone(),
        });
        if key_refused {
            Rest::Fixed(down_for)
        } else {
            Rest::Usual(asked_pause)
        }
    }
}

#[cfg(test)]
mod tests;
