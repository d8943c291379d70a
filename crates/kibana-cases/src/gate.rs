//! How many requests are under way to one deployment, and who is next: spaces take turns, so that a busy one starves no other.
//!
//! Once Kibana asked to be left alone, nothing is sent before the time that it named; then one request finds out whether it is
//! over, so that those who waited do not come all at once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot},
    time::{Instant, sleep_until},
};

use crate::{id::SpaceId, limits::IN_FLIGHT_OF_PROGRAM};

/// Everybody of one program who asks a Kibana: 32 requests are under way at the same time, whichever deployments they go to.
/// Clones are the same crowd.
#[derive(Debug, Clone)]
pub struct Crowd(Arc<Semaphore>);

#[derive(Debug)]
pub(crate) struct Gate {
    crowd: Crowd,
    state: Mutex<State>,
    /// It was closed, opened, or may be probed.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Those who wait, by space; the space in front is next.
    queues: VecDeque<Queue>,
    closed: Option<Closed>,
}

#[derive(Debug, Clone, Copy)]
struct Closed {
    /// Nothing is sent before.
    until: Instant,
    /// One request is under way that finds out whether it is over.
    probed: bool,
}

/// What a request waits for at a closed gate.
enum Waits {
    For(Instant),
    ForProbe,
}

#[derive(Debug)]
struct Queue {
    space: Option<SpaceId>,
    waiting: VecDeque<oneshot::Sender<Permit>>,
}

/// Leave to have one request under way; given back by dropping it, after the gate was told how it went.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    probes: bool,
    _permit: Permit,
    _place: OwnedSemaphorePermit,
}

/// A place at the gate of one deployment.
#[derive(Debug)]
struct Permit {
    gate: Arc<Gate>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(IN_FLIGHT_OF_PROGRAM)))
    }
}

impl Crowd {
    async fn place(&self) -> OwnedSemaphorePermit {
        let place = Arc::clone(&self.0).acquire_owned().await;
        place.expect("the crowd is never sent home")
    }
}

impl Gate {
    pub(crate) fn new(in_flight: usize, crowd: Crowd) -> Arc<Self> {
        Arc::new(Self {
            crowd,
            state: Mutex::new(State {
                free: in_flight,
                queues: VecDeque::new(),
                closed: None,
            }),
            changed: Notify::new(),
        })
    }

    /// Waits for a turn, for the gate to be open, and for a place in the crowd, which a closed gate does not keep from others.
    pub(crate) async fn pass(self: &Arc<Self>, space: Option<&SpaceId>) -> Pass {
        let permit = match self.queue(space) {
            Ok(permit) => permit,
            // Senders are kept until they are used.
            Err(turn) => turn.await.expect("a waiting place is not dropped"),
        };
        loop {
            let changed = self.changed.notified();
            match self.waits() {
                Some(Waits::For(until)) => {
                    tokio::select! {
                        () = changed => {}
                        () = sleep_until(until) => {}
                    }
                    continue;
                }
                Some(Waits::ForProbe) => {
                    changed.await;
                    continue;
                }
                None => {}
            }
            let place = self.crowd.place().await;
            if let Some(probes) = self.try_open() {
                return Pass {
                    gate: Arc::clone(self),
                    probes,
                    _permit: permit,
                    _place: place,
                };
            }
        }
    }

    fn waits(&self) -> Option<Waits> {
        let closed = self.state().closed?;
        if closed.until > Instant::now() {
            return Some(Waits::For(closed.until));
        }
        closed.probed.then_some(Waits::ForProbe)
    }

    /// Whether a request may go, and whether only to find out; `None` while it may not.
    fn try_open(&self) -> Option<bool> {
        match &mut self.state().closed {
            None => Some(false),
            Some(closed) if closed.probed || closed.until > Instant::now() => None,
            Some(closed) => {
                closed.probed = true;
                Some(true)
            }
        }
    }

    /// An earlier end of this does not shorten a later one.
    fn close_until(&self, until: Instant) {
        {
            let mut state = self.state();
            let before = state.closed.unwrap_or(Closed {
                until,
                probed: false,
            });
            state.closed = Some(Closed {
                until: until.max(before.until),
                ..before
            });
        }
        self.changed.notify_waiters();
    }

    /// Ends a probe. The gate is open then, unless another answer closed it meanwhile.
    fn probed(&self, is_over: bool) {
        {
            let mut state = self.state();
            state.closed = state.closed.and_then(|closed| {
                let stays = !is_over || closed.until > Instant::now();
                stays.then_some(Closed {
                    probed: false,
                    ..closed
                })
            });
        }
        self.changed.notify_waiters();
    }

    fn queue(
        self: &Arc<Self>,
        space: Option<&SpaceId>,
    ) -> Result<Permit, oneshot::Receiver<Permit>> {
        let mut state = self.state();
        if state.free > 0 {
            state.free -= 1;
            return Ok(Permit {
                gate: Arc::clone(self),
            });
        }
        let (sender, receiver) = oneshot::channel();
        let same = |queue: &&mut Queue| queue.space.as_ref() == space;
        match state.queues.iter_mut().find(same) {
            Some(queue) => queue.waiting.push_back(sender),
            None => state.queues.push_back(Queue {
                space: space.cloned(),
                waiting: [sender].into(),
            }),
        }
        Err(receiver)
    }

    /// Whose turn it is, of those that still wait; without any, the place is free.
    fn next(&self) -> Option<oneshot::Sender<Permit>> {
        let mut state = self.state();
        while let Some(mut queue) = state.queues.pop_front() {
            let next =
                std::iter::from_fn(|| queue.waiting.pop_front()).find(|next| !next.is_closed());
            if !queue.waiting.is_empty() {
                state.queues.push_back(queue);
            }
            if next.is_some() {
                return next;
            }
        }
        state.free += 1;
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Kibana asked that nothing be sent before `until`.
    pub(crate) fn close_until(&self, until: Instant) {
        self.gate.close_until(until);
    }

    /// The request ended, and Kibana did not ask to be left alone.
    pub(crate) fn open(&mut self) {
        if std::mem::take(&mut self.probes) {
            self.gate.probed(true);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probes {
            self.gate.probed(false);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(next) = self.gate.next() {
            // Who stopped waiting meanwhile drops the permit, which gives it on.
            drop(next.send(Self {
                gate: Arc::clone(&self.gate),
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};

    use super::*;

    #[tokio::test]
    async fn spaces_take_turns() {
        let gate = Gate::new(1, Crowd::default());
        let first = gate.pass(None).await;
        let order = Mutex::new(Vec::new());
        let spaces = ["a", "a", "a", "a", "b", "c", "b"];
        let mut waiting: FuturesUnordered<_> = spaces
            .iter()
            .map(|space| async {
                let permit = gate.pass(Some(&space.parse().unwrap())).await;
                order.lock().unwrap().push(*space);
                drop(permit);
            })
            .collect();
        assert!(waiting.next().now_or_never().is_none(), "one is under way");
        drop(first);
        while waiting.next().await.is_some() {}
        assert_eq!(
            order.lock().unwrap().as_slice(),
            ["a", "b", "c", "a", "b", "a", "a"]
        );
    }

    #[tokio::test]
    async fn who_stops_waiting_takes_no_place() {
        let gate = Gate::new(1, Crowd::default());
        let first = gate.pass(None).await;
        let mut impatient = Box::pin(gate.pass(None));
        assert!((&mut impatient).now_or_never().is_none());
        // It is given the place, and gone before it hears of it.
        drop(first);
        drop(impatient);
        assert!(
            gate.pass(None).now_or_never().is_some(),
            "the place is free again"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_opens_at_its_time() {
        let gate = Gate::new(2, Crowd::default());
        let started = Instant::now();
        gate.close_until(started + Duration::from_secs(30));
        gate.close_until(started + Duration::from_secs(10));
        let mut probe = gate.pass(None).await;
        assert!(
            started.elapsed() >= Duration::from_secs(30),
            "nobody passes earlier"
        );
        assert!(
            gate.pass(None).now_or_never().is_none(),
            "one finds out whether it is over"
        );
        let mut others = Box::pin(gate.pass(None));
        assert!((&mut others).now_or_never().is_none());
        probe.open();
        assert!(others.now_or_never().is_some(), "it is");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_under_way_before_opens_nothing_and_a_probe_without_an_end_keeps_nobody_out() {
        let gate = Gate::new(3, Crowd::default());
        let mut early = gate.pass(None).await;
        let started = Instant::now();
        gate.pass(None)
            .await
            .close_until(started + Duration::from_secs(30));
        early.open();
        let probe = gate.pass(None).await;
        assert!(started.elapsed() >= Duration::from_secs(30));
        early.close_until(started + Duration::from_mins(1));
        drop(probe);
        let mut next = gate.pass(None).await;
        assert!(started.elapsed() >= Duration::from_mins(1));
        next.open();
        assert!(gate.pass(None).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_whole_program_has_32_requests_under_way_and_a_closed_gate_keeps_no_place() {
        let crowd = Crowd::default();
        let closed = Gate::new(6, crowd.clone());
        closed.close_until(Instant::now() + Duration::from_secs(30));
        let waiting: Vec<_> = (0..6).map(|_| closed.pass(None)).collect();
        let mut waiting: FuturesUnordered<_> = waiting.into_iter().collect();
        assert!(waiting.next().now_or_never().is_none(), "it is closed");
        let gates: Vec<_> = (0..7).map(|_| Gate::new(6, crowd.clone())).collect();
        let mut under_way = Vec::new();
        for gate in &gates {
            under_way.extend((0..6).filter_map(|_| gate.pass(None).now_or_never()));
        }
        assert_eq!(under_way.len(), IN_FLIGHT_OF_PROGRAM);
        under_way.clear();
        assert!(waiting.next().await.is_some(), "its time has come");
    }
}
