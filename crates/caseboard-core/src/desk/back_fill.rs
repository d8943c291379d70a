//! Reads the details of cases that nobody opened, so that searches miss nothing: one task for each deployment, slowly, newest
//! cases first.
//!
//! What is missing stands in the mirror, so a restart goes on where the last run stood.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use kibana_cases::SpaceId;
use tokio::sync::{
    Semaphore,
    broadcast::{Receiver, error::RecvError},
    watch,
};
use tokio_util::sync::CancellationToken;

use super::{Desk, live::State, outage::is_of_all, read::Pace};
use crate::{
    clock::Clock,
    code::{CommandError, ErrorCode},
    error::Error,
    event::DeskEvent,
    id::{CaseRef, DeploymentId, SourceId},
};

/// Goes by before each request: at most one a second and deployment.
const PAUSE: Duration = Duration::from_secs(1);
/// A case that cannot be read is left alone for so long. Every further failure doubles it.
const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_mins(5);
/// A case is left alone for at most so long.
const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(24);

/// The back-fill of a deployment; ends when it is dropped.
pub(super) struct BackFill {
    stop: CancellationToken,
    /// The case that is being read, and what ends that when somebody opens it.
    reading: Option<(CaseRef, CancellationToken)>,
}

impl Drop for BackFill {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Lets one request after the other pass, with a pause before each, and none while somebody wants quiet.
pub(super) struct Rhythm {
    turns: Semaphore,
    clock: Arc<dyn Clock>,
    is_paused: watch::Receiver<bool>,
}

impl Rhythm {
    pub(super) async fn turn<T>(&self, request: impl Future<Output = T>) -> T {
        let _turn = self.turns.acquire().await;
        self.clock.sleep(PAUSE).await;
        wait_while(self.is_paused.clone()).await;
        request.await
    }
}

/// What could not be read, kept as long as the task runs.
#[derive(Debug, Default)]
struct Failures {
    /// When something of a space failed the last time: nothing more is asked there until a pass over it went well.
    spaces: HashMap<SpaceId, Timestamp>,
    /// How often a case failed, and until when it is left alone.
    cases: HashMap<CaseRef, (u32, Timestamp)>,
}

impl Failures {
    fn note(&mut self, case: &CaseRef, code: ErrorCode, now: Timestamp) {
        self.spaces.insert(case.source.space.clone(), now);
        if !is_of_the_case(code) {
            return;
        }
        let (n, until) = self.cases.entry(case.clone()).or_default();
        let pause = FIRST_BACK_OFF * 2_i32.saturating_pow((*n).min(16));
        *n += 1;
        *until = now
            .saturating_add(pause.min(LONGEST_BACK_OFF))
            .unwrap_or(now);
    }

    fn leaves_alone(&self, case: &CaseRef, now: Timestamp) -> bool {
        self.cases.get(case).is_some_and(|(_, until)| {
            // A clock that was put back holds nothing up for longer.
            let left = until.duration_since(now);
            left.is_positive() && left <= LONGEST_BACK_OFF
        })
    }
}

impl State {
    /// Somebody opened a case, which is read at once: the back-fill leaves it.
    pub(super) fn stop_filling(&mut self, case: &CaseRef) {
        let live = self.deployment_mut(&case.source.deployment);
        let filling = live.and_then(|live| live.back_fill.as_mut());
        let reading = filling.and_then(|filling| filling.reading.take_if(|(of, _)| of == case));
        if let Some((_, stop)) = reading {
            stop.cancel();
        }
    }

    fn set_filling(
        &mut self,
        deployment: &DeploymentId,
        reading: Option<(CaseRef, CancellationToken)>,
    ) {
        let live = self.deployment_mut(deployment);
        if let Some(filling) = live.and_then(|live| live.back_fill.as_mut()) {
            filling.reading = reading;
        }
    }

    /// Sources that are followed, and were read since something failed there.
    fn sources_to_fill(&self, deployment: &DeploymentId, failures: &Failures) -> Vec<SourceId> {
        let Ok(live) = self.deployment(deployment) else {
            return Vec::new();
        };
        let can_be_asked = live.watches.iter().filter(|(space, watch)| {
            let failed_at = failures.spaces.get(*space);
            watch.problem.is_none()
                && watch
                    .read_at
                    .is_some_and(|at| failed_at.is_none_or(|failed_at| at > *failed_at))
        });
        let sources = can_be_asked.map(|(space, _)| SourceId {
            deployment: deployment.clone(),
            space: space.clone(),
        });
        sources.collect()
    }
}

impl Desk {
    /// Stops reading the details of cases that nobody opened, or goes on with it where it stood. What is being asked is answered.
    pub fn pause_back_fill(&self, is_paused: bool) {
        self.inner.back_fill_paused.send_replace(is_paused);
    }

    pub(super) fn begin_back_fill(&self, deployment: &DeploymentId) -> BackFill {
        let stop = self.inner.stop.child_token();
        let (desk, deployment, stopped) = (self.clone(), deployment.clone(), stop.clone());
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                () = desk.fill(&deployment) => {}
            }
        });
        BackFill {
            stop,
            reading: None,
        }
    }

    async fn fill(&self, deployment: &DeploymentId) {
        let mut events = self.subscribe();
        let rhythm = Rhythm {
            turns: Semaphore::new(1),
            clock: self.inner.clock.clone(),
            is_paused: self.inner.back_fill_paused.subscribe(),
        };
        let mut failures = Failures::default();
        loop {
            wait_while(rhythm.is_paused.clone()).await;
            // What happened before is seen by looking; what happens from now on is heard.
            events = events.resubscribe();
            match self.next_to_fill(deployment, &failures).await {
                Ok(Some(case)) => self.fill_case(&case, &rhythm, &mut failures).await,
                Ok(None) => until_read(&mut events, deployment).await,
                Err(error) => {
                    tracing::warn!(%error, "it could not be told which details are missing");
                    until_read(&mut events, deployment).await;
                }
            }
        }
    }

    async fn next_to_fill(
        &self,
        deployment: &DeploymentId,
        failures: &Failures,
    ) -> Result<Option<CaseRef>, Error> {
        let now = self.inner.clock.now();
        let (sources, reading) = {
            let state = self.state();
            let sources = state.sources_to_fill(deployment, failures);
            (sources, state.reading.clone())
        };
        let n_left_out = failures.cases.len() + reading.len();
        let limit = u32::try_from(n_left_out + 1).unwrap_or(u32::MAX);
        let missing = self.inner.mirror.without_details(sources, limit).await?;
        let mut missing = missing.into_iter();
        Ok(missing.find(|case| !reading.contains(case) && !failures.leaves_alone(case, now)))
    }

    async fn fill_case(&self, case: &CaseRef, rhythm: &Rhythm, failures: &mut Failures) {
        let deployment = &case.source.deployment;
        let opened = CancellationToken::new();
        let space = {
            let mut state = self.state();
            if state.reading.contains(case) {
                return;
            }
            state.set_filling(deployment, Some((case.clone(), opened.clone())));
            state.space(&case.source)
        };
        let read = async {
            let space = space?.once();
            Box::pin(self.try_read_case(case, &space, Pace::Slowly(rhythm))).await
        };
        let read = tokio::select! {
            () = opened.cancelled() => return,
            read = read => read,
        };
        self.state().set_filling(deployment, None);
        let is_news = match read {
            Ok(changed) => {
                failures.cases.remove(case);
                changed
            }
            Err(error) => {
                let problem = CommandError::from(error);
                tracing::info!(%case, code = ?problem.code, "the details of a case could not be read");
                failures.note(case, problem.code, self.inner.clock.now());
                is_of_the_case(problem.code) && self.note_problem(case, problem).await
            }
        };
        self.refresh_facts().await;
        if is_news {
            self.tell_case(case);
        }
        self.tell(DeskEvent::SourceChanged {
            source: case.source.clone(),
        });
    }
}

/// Whether another case of the same source may be read all the same.
fn is_of_the_case(code: ErrorCode) -> bool {
    !is_of_all(code) && code != ErrorCode::RateLimited
}

async fn wait_while(mut is_paused: watch::Receiver<bool>) {
    // The desk, which holds the other end, owns whoever waits.
    drop(is_paused.wait_for(|is_paused| !is_paused).await);
}

/// Waits until something was read of the deployment.
async fn until_read(events: &mut Receiver<DeskEvent>, deployment: &DeploymentId) {
    loop {
        match events.recv().await {
            Ok(DeskEvent::SourceChanged { source }) if source.deployment == *deployment => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests;
