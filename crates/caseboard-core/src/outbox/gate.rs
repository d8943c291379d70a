//! When a deployment is asked: as long as it answers, always; while it does not, by one probe at a time.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};

use super::step::Close;

/// Entries of one deployment that are being sent at the same time.
const MOST_AT_ONCE: usize = 6;
/// First pause after trouble on the way. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// First pause after "too many requests".
const THROTTLED_PAUSE: Duration = Duration::from_secs(2);
/// Time between two probes of a deployment that is down.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Time between two probes with a key that was refused (R11).
const KEY_PAUSE: Duration = Duration::from_mins(5);

/// The gate of one deployment.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Notify,
    slots: Arc<Semaphore>,
}

#[derive(Debug)]
struct State {
    closed: Option<Closed>,
    /// How often it was closed.
    n_closes: u64,
    failures: u32,
    random: StdRng,
}

#[derive(Debug, Clone, Copy)]
struct Closed {
    until: Instant,
    why: Close,
    /// Somebody is asking, to find out whether it is over.
    probed: bool,
}

/// Leave to send to a deployment. Whoever holds it tells how it went.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    probes: bool,
    /// How often the gate had been closed when it was given.
    n_closes: u64,
    _slot: OwnedSemaphorePermit,
}

impl Gate {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                closed: None,
                n_closes: 0,
                failures: 0,
                random: StdRng::seed_from_u64(seed),
            }),
            changed: Notify::new(),
            slots: Arc::new(Semaphore::new(MOST_AT_ONCE)),
        })
    }

    /// Leave to send, if it can be had now.
    pub(crate) fn try_pass(self: &Arc<Self>) -> Option<Pass> {
        let slot = self.slots.clone().try_acquire_owned().ok()?;
        self.try_open(slot).ok()
    }

    /// Leave to send, as soon as it can be had.
    pub(crate) async fn pass(self: &Arc<Self>) -> Pass {
        loop {
            let changed = self.changed.notified();
            let Some(until) = self.closed_until() else {
                let slot = self.slots.clone().acquire_owned().await;
                let slot = slot.expect("the slots are never closed");
                match self.try_open(slot) {
                    Ok(pass) => return pass,
                    Err(_slot) => continue,
                }
            };
            tokio::select! {
                () = changed => {}
                () = sleep_until(until) => {}
            }
        }
    }

    /// When it is worth asking again; `None` for now.
    pub(crate) fn closed_until(&self) -> Option<Instant> {
        let closed = self.state().closed?;
        if closed.probed {
            // Whoever probes tells, at the latest when it gives up.
            return Some(Instant::now() + LONGEST_PAUSE);
        }
        (Instant::now() < closed.until).then_some(closed.until)
    }

    /// Why nothing is sent now.
    pub(crate) fn why_closed(&self) -> Option<Close> {
        self.state().closed.map(|closed| closed.why)
    }

    /// Something changed that may have helped: a new key, a person who asks for it.
    pub(crate) fn open(&self) {
        {
            let mut state = self.state();
            state.closed = None;
            state.failures = 0;
        }
        self.changed.notify_waiters();
    }

    /// It did not answer, or asks to be left alone, as whoever asked without leave of their own found out. What is closed
    /// already stays as it is.
    pub(crate) fn close_if_open(&self, why: Close) {
        if self.why_closed().is_none() {
            self.close(why);
        }
    }

    /// It stays closed for as long as somebody else, who asks every few minutes, says so again.
    pub(crate) fn leave_probing_to_others(&self) {
        self.close_for(Close::KeyRefused, KEY_PAUSE * 2);
    }

    /// A pass if it is open, or for a probe; the slot while it is closed.
    fn try_open(
        self: &Arc<Self>,
        slot: OwnedSemaphorePermit,
    ) -> Result<Pass, OwnedSemaphorePermit> {
        let mut state = self.state();
        let probes = match &mut state.closed {
            None => false,
            Some(closed) if closed.probed || Instant::now() < closed.until => return Err(slot),
            Some(closed) => {
                closed.probed = true;
                true
            }
        };
        Ok(Pass {
            gate: self.clone(),
            probes,
            n_closes: state.n_closes,
            _slot: slot,
        })
    }

    fn close(&self, why: Close) {
        let pause = {
            let mut state = self.state();
            state.failures = state.failures.saturating_add(1);
            state.pause(why)
        };
        self.close_for(why, pause);
    }

    fn close_for(&self, why: Close, pause: Duration) {
        {
            let mut state = self.state();
            let until = Instant::now() + pause;
            // What was asked for is never undercut by trouble that is told later.
            let until = match state.closed {
                Some(closed) if !closed.probed => closed.until.max(until),
                _ => until,
            };
            state.closed = Some(Closed {
                until,
                why,
                probed: false,
            });
            state.n_closes += 1;
        }
        self.changed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pause(&mut self, why: Close) -> Duration {
        let doubled = 2_u32.saturating_pow(self.failures.saturating_sub(1).min(16));
        match why {
            Close::Down => {
                let pause = FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE);
                pause.mul_f64(self.random.random_range(0.8..1.2))
            }
            Close::Throttled { wait } => {
                let growing = THROTTLED_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE);
                let growing = growing.mul_f64(self.random.random_range(0.5..1.0));
                let asked = wait.unwrap_or_default();
                // Never earlier than asked, and later than that where it turns us away again and again.
                growing.max(asked.mul_f64(self.random.random_range(1.0..1.1)))
            }
            Close::KeyRefused => KEY_PAUSE.mul_f64(self.random.random_range(1.0..1.1)),
        }
    }
}

impl Pass {
    /// Kibana answered. What was asked before the gate was closed the last time says nothing about that.
    pub(crate) fn answered(&mut self) {
        self.probes = false;
        if self.gate.state().n_closes == self.n_closes {
            self.gate.open();
        }
    }

    /// It did not, or asks to be left alone.
    pub(crate) fn close(&mut self, why: Close) {
        self.probes = false;
        self.gate.close(why);
    }
}

impl Drop for Pass {
    /// A probe that nobody told the end of: the next one may try.
    fn drop(&mut self) {
        if self.probes {
            if let Some(closed) = &mut self.gate.state().closed {
                closed.probed = false;
            }
            self.gate.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_lets_one_probe_through_at_its_time() {
        let gate = Gate::new(7);
        let mut pass = gate.try_pass().unwrap();
        pass.close(Close::KeyRefused);
        drop(pass);
        assert!(gate.try_pass().is_none());
        let started = Instant::now();
        let mut probe = gate.pass().await;
        assert!(started.elapsed() >= KEY_PAUSE, "not before its time");
        assert!(gate.try_pass().is_none(), "one probe at a time");
        probe.close(Close::Throttled {
            wait: Some(Duration::from_secs(30)),
        });
        drop(probe);
        let started = Instant::now();
        let mut probe = gate.pass().await;
        assert!(started.elapsed() >= Duration::from_secs(30));
        probe.answered();
        assert!(gate.try_pass().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_to_what_was_asked_before_opens_no_gate() {
        let gate = Gate::new(7);
        let (mut slow, mut quick) = (gate.try_pass().unwrap(), gate.try_pass().unwrap());
        quick.close(Close::Throttled {
            wait: Some(Duration::from_secs(30)),
        });
        slow.answered();
        assert!(gate.try_pass().is_none(), "it asked to be left alone");
        drop((slow, quick));
        let started = Instant::now();
        let mut probe = gate.pass().await;
        assert!(started.elapsed() >= Duration::from_secs(30));
        probe.answered();
        assert!(gate.try_pass().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_ends_without_a_word_keeps_nobody_out() {
        let gate = Gate::new(7);
        let mut pass = gate.try_pass().unwrap();
        pass.close(Close::Down);
        drop(pass);
        drop(gate.pass().await);
        assert!(gate.try_pass().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_six_at_once() {
        let gate = Gate::new(7);
        let passes: Vec<_> = std::iter::from_fn(|| gate.try_pass()).collect();
        assert_eq!(passes.len(), MOST_AT_ONCE);
    }
}
