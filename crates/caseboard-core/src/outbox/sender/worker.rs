//! Takes one entry through the state machine, as far as it goes now.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use kibana_cases::{Error as ClientError, Space, User};
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Fresh, Outbox, growing};
use crate::{
    error::Error,
    id::EntryId,
    outbox::{
        answer::Answer,
        entry::{Change, Entry, State},
        gate::{Gate, Pass},
        reconcile::{Reading, Standing, standing},
        step::{Close, Event, Then},
        wire,
    },
};

/// How much longer than its deployment an entry waits that found nobody there.
const ASIDE: Duration = Duration::from_secs(1);

/// One entry on its way.
pub(super) struct Worker {
    pub(super) outbox: Outbox,
    pub(super) entry: Entry,
    pub(super) space: Space,
    pub(super) gate: Arc<Gate>,
    /// Leave to ask; given back while it only waits.
    pub(super) pass: Option<Pass>,
    /// When its answer was lost, or when it was found without a sender.
    pub(super) lost_at: Instant,
    /// What was read last.
    pub(super) reading: Option<Reading>,
    /// How often it paused for reasons of its own.
    pub(super) pauses: u32,
}

/// What a task of the sender leaves.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// What is not to be tried again for a while.
    pub(super) pauses: Vec<(EntryId, Duration)>,
}

impl Worker {
    /// Goes on with an entry whose sender is gone.
    pub(super) async fn resume(mut self) -> Ended {
        let resumed = match self.happens(Event::Orphaned).await {
            Ok(then) => self.drive(then).await,
            Err(error) => Err(error),
        };
        self.ended(resumed)
    }

    /// Does what follows, until nothing does for now. Tells for how long it is to be left alone.
    pub(super) async fn drive(&mut self, first: Then) -> Result<Option<Duration>, Error> {
        let mut then = first;
        loop {
            then = match then {
                Then::Rest => return Ok(None),
                Then::Close(why) => {
                    match self.pass.take() {
                        Some(mut pass) => pass.close(why),
                        None => self.gate.close_if_open(why),
                    }
                    let pause = self.aside(why);
                    if !self.is_doubtful() {
                        return Ok(pause);
                    }
                    sleep(pause.unwrap_or_default()).await;
                    Then::Read
                }
                Then::Again => {
                    self.pauses += 1;
                    let pause = growing(self.pauses.max(self.entry.attempts));
                    if !self.is_doubtful() {
                        return Ok(Some(pause));
                    }
                    self.pass = None;
                    sleep(pause).await;
                    Then::Read
                }
                Then::ReadAt(at) => {
                    self.pass = None;
                    sleep_until(self.lost_at + at).await;
                    Then::Read
                }
                // Another key or address holds from now on; without one it is found in the tables when there is.
                Then::Read | Then::Send if !self.find_way() => return Ok(None),
                Then::Read => self.read().await?,
                Then::Send => self.send().await?,
            };
        }
    }

    pub(super) fn find_way(&mut self) -> bool {
        let way = self.outbox.way(&self.entry.case.source);
        let Some((space, gate)) = way else {
            self.pass = None;
            return false;
        };
        (self.space, self.gate) = (space, gate);
        true
    }

    /// How long it stands aside after it found nobody there: the next probe is for another entry, since what fails may be
    /// this one alone.
    fn aside(&self, why: Close) -> Option<Duration> {
        let until = self.gate.closed_until().filter(|_| why == Close::Down)?;
        Some(until.saturating_duration_since(Instant::now()) + ASIDE)
    }

    pub(super) fn ended(self, how: Result<Option<Duration>, Error>) -> Ended {
        let pause = how.unwrap_or_else(|error| {
            // It stays as it is in the tables, and is found there.
            tracing::warn!(%error, "an entry of the outbox could not be brought forward");
            Some(growing(2))
        });
        let id = self.entry.id;
        Ended {
            pauses: pause.map(|pause| (id, pause)).into_iter().collect(),
        }
    }

    /// Whether it may have been applied: then it is not put back into the line, but asked about until it is settled.
    fn is_doubtful(&self) -> bool {
        matches!(
            self.entry.state,
            State::Ambiguous { .. } | State::Reconciling { .. }
        )
    }

    async fn read(&mut self) -> Result<Then, Error> {
        self.pass().await;
        // What is committed while this is answered may not be in it.
        let since_loss = self.lost_at.elapsed();
        let event = match wire::read(&self.space, &self.entry).await {
            Ok(reading) => {
                self.answered().await;
                let us = match self.us().await {
                    Ok(us) => us,
                    Err(error) => return self.read_failed(&error).await,
                };
                let standing = match standing(&self.entry, &reading, Some(&us)) {
                    standing @ (Standing::Open { .. } | Standing::Absent) => {
                        match self.is_as_seen(&reading).await {
                            Ok(true) => standing,
                            Ok(false) => Standing::CaseChanged,
                            Err(error) => return self.read_failed(&error).await,
                        }
                    }
                    standing => standing,
                };
                let found = match (&standing, &reading) {
                    (Standing::Done { .. }, Reading::Case(case)) => Some(Some(case.clone())),
                    (Standing::Done { made }, Reading::Newest(cases)) => {
                        Some(cases.iter().find(|case| is_one_of(case, made)).cloned())
                    }
                    (Standing::Done { .. }, _) => Some(None),
                    _ => None,
                };
                self.reading = Some(reading);
                let event = Event::Read {
                    standing: standing.into(),
                    since_loss,
                };
                if let Some(case) = found {
                    return self.is_done(event, case).await;
                }
                event
            }
            Err(error) => return self.read_failed(&error).await,
        };
        self.happens(event).await
    }

    async fn read_failed(&mut self, error: &ClientError) -> Result<Then, Error> {
        let answer = self.failed(error, Answer::to_read(error)).await;
        self.happens(Event::ReadFailed(answer)).await
    }

    /// Whether the case is as its writer saw it, where that matters.
    async fn is_as_seen(&self, reading: &Reading) -> Result<bool, ClientError> {
        let now = self.outbox.inner.clock.now();
        let Some(saw) = self.entry.must_find(now) else {
            return Ok(true);
        };
        if let Reading::Case(case) = reading {
            return Ok(saw.holds(case));
        }
        let case = wire::read_case(&self.space, self.entry.case.id.as_str()).await?;
        Ok(saw.holds(&case))
    }

    async fn send(&mut self) -> Result<Then, Error> {
        self.pass().await;
        // It was told for the reading before; without it nothing is taken for ours that may be another's.
        let us = self.us().await.ok();
        let reading = self.reading.take().unwrap_or(Reading::Gone);
        let event = match wire::write(&self.space, &self.entry, &reading, us.as_ref()).await {
            Ok(applied) => {
                self.answered().await;
                self.lost_at = Instant::now();
                let event = Event::Applied { made: applied.made };
                return self.is_done(event, applied.case).await;
            }
            Err(error) => {
                let answer = Answer::to_write(&self.entry.change, &error);
                Event::Failed(self.failed(&error, answer).await)
            }
        };
        self.lost_at = Instant::now();
        self.happens(event).await
    }

    pub(super) async fn us(&self) -> Result<User, ClientError> {
        let deployment = &self.entry.case.source.deployment;
        self.outbox.us(deployment, &self.space).await
    }

    /// What Kibana has now is told before the entry stops showing what it wanted, so that nothing flickers back; a case that it
    /// created is told once it has its real name, so that it never shows twice.
    async fn is_done(&mut self, event: Event, case: Option<Value>) -> Result<Then, Error> {
        if !self.entry.creates() {
            self.refresh(case).await;
            return self.happens(event).await;
        }
        let then = self.happens(event).await?;
        self.refresh(case).await;
        self.outbox.tell(&self.entry.case);
        Ok(then)
    }

    /// Tells what Kibana has now.
    async fn refresh(&self, case: Option<Value>) {
        let fresh = match (case, &self.entry.change) {
            (Some(case), _) => Fresh::Case(self.entry.case.source.clone(), case),
            (None, Change::DeleteCase { .. }) => Fresh::Gone(self.entry.case.clone()),
            (None, _) => Fresh::Details(self.entry.case.clone()),
        };
        self.outbox.refresh(fresh).await;
    }

    /// Notes that Kibana is there, if it is.
    pub(super) async fn failed(&mut self, error: &ClientError, answer: Answer) -> Answer {
        tracing::info!(entry = %self.entry.id, code = ?answer.code(), "not done");
        let is_there = error.api().is_some() && answer.closes().is_none();
        if is_there {
            self.answered().await;
        }
        answer
    }

    pub(super) async fn answered(&mut self) {
        self.pass().await.answered();
    }

    async fn pass(&mut self) -> &mut Pass {
        if self.pass.is_none() {
            self.pass = Some(self.gate.pass().await);
        }
        self.pass.as_mut().expect("it was just put there")
    }

    /// Lets something happen to the entry, in the tables first.
    pub(super) async fn happens(&mut self, event: Event) -> Result<Then, Error> {
        let done = self.outbox.happens(&self.entry.id, event).await?;
        self.entry = done.entry;
        Ok(done.then)
    }
}

fn is_one_of(case: &Value, ids: &BTreeSet<String>) -> bool {
    case["id"].as_str().is_some_and(|id| ids.contains(id))
}
