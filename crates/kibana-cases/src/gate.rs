//! How many requests are under way to one deployment, and who is next: spaces take turns, so that a busy one starves no other.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};

use crate::id::SpaceId;

#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Those who wait, by space; the space in front is next.
    queues: VecDeque<Queue>,
    /// Nothing is sent before.
    closed_until: Option<Instant>,
}

#[derive(Debug)]
struct Queue {
    space: Option<SpaceId>,
    waiting: VecDeque<oneshot::Sender<Permit>>,
}

/// Leave to have one request under way; given back by dropping it.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
}

impl Gate {
    pub(crate) fn new(in_flight: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                free: in_flight,
                queues: VecDeque::new(),
                closed_until: None,
            }),
        })
    }

    /// Nobody passes before `until`; an earlier end of this does not shorten a later one.
    pub(crate) fn close_until(&self, until: Instant) {
        let mut state = self.state();
        state.closed_until = state.closed_until.max(Some(until));
    }

    /// Waits for a turn, and then for the gate to be open.
    pub(crate) async fn pass(self: &Arc<Self>, space: Option<&SpaceId>) -> Permit {
        let permit = match self.queue(space) {
            Ok(permit) => permit,
            // Senders are kept until they are used.
            Err(turn) => turn.await.expect("a waiting place is not dropped"),
        };
        while let Some(until) = self.closed_until() {
            sleep_until(until).await;
        }
        permit
    }

    fn closed_until(&self) -> Option<Instant> {
        self.state()
            .closed_until
            .filter(|&until| until > Instant::now())
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
        let gate = Gate::new(1);
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
        let gate = Gate::new(1);
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
        let gate = Gate::new(2);
        let started = Instant::now();
        gate.close_until(started + Duration::from_secs(30));
        gate.close_until(started + Duration::from_secs(10));
        drop(gate.pass(None).await);
        assert!(
            started.elapsed() >= Duration::from_secs(30),
            "nobody passes earlier"
        );
    }
}
