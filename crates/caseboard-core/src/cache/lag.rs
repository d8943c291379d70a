//! What was read or confirmed a moment ago, which a listing may not know yet: Kibana's search lags behind what is written.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use kibana_cases::{Case, CaseId};
use tokio::time::Instant;

use crate::id::{CaseRef, SourceId};

/// How long a listing is not believed to be newer than what was read by id.
const LAG: Duration = Duration::from_secs(15);
/// How long a listing is not believed that shows a case which we deleted: it may have been asked for before, and a request takes two
/// minutes at most.
const GONE: Duration = Duration::from_mins(3);

/// Cases that were read by id, or confirmed, within [`LAG`], and those that were deleted within [`GONE`].
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    cases: Arc<Mutex<HashMap<CaseRef, Known>>>,
    gone: Arc<Mutex<HashMap<CaseRef, Instant>>>,
}

#[derive(Debug)]
struct Known {
    changed_at: Option<Timestamp>,
    at: Instant,
    /// Whether it is a new case of ours, however often it was read or changed since.
    is_ours: bool,
}

impl Recent {
    /// Notes that a case is like this, as Kibana told when it was asked for it alone, or when it confirmed a write of ours.
    pub(super) fn note(&self, source: &SourceId, case: &Case, is_confirmed: bool) {
        let now = Instant::now();
        let mut cases = self.cases();
        cases.retain(|_, known| now.duration_since(known.at) < LAG);
        let reference = CaseRef {
            source: source.clone(),
            id: case.id.clone(),
        };
        let before = cases.get(&reference);
        let was_ours = before.is_some_and(|known| known.is_ours);
        let known = Known {
            // Answers overtake each other.
            changed_at: case
                .updated_at
                .max(before.and_then(|known| known.changed_at)),
            at: now,
            is_ours: was_ours || is_confirmed && case.updated_at.is_none(),
        };
        cases.insert(reference, known);
    }

    /// Notes that we deleted a case.
    pub(super) fn note_gone(&self, case: &CaseRef) {
        let now = Instant::now();
        let mut gone = self.gone();
        gone.retain(|_, at| now.duration_since(*at) < GONE);
        gone.insert(case.clone(), now);
        self.cases().remove(case);
    }

    /// Leaves out what a listing tells of cases that are known to have changed since, or to be gone.
    pub(super) fn without_older(&self, source: &SourceId, listed: Vec<Case>) -> Vec<Case> {
        let recent = self.of(source, |known| known.changed_at);
        let is_older = |case: &Case| {
            let known = recent.get(&case.id);
            known.is_some_and(|changed_at| case.updated_at < *changed_at)
        };
        let gone = self.gone_of(source);
        let is_there = |case: &Case| !is_older(case) && !gone.contains(&case.id);
        listed.into_iter().filter(is_there).collect()
    }

    fn gone_of(&self, source: &SourceId) -> HashSet<CaseId> {
        let now = Instant::now();
        let gone = self.gone();
        let recent = gone
            .iter()
            .filter(|(case, at)| case.source == *source && now.duration_since(**at) < GONE);
        recent.map(|(case, _)| case.id.clone()).collect()
    }

    /// Cases of a source that we created, and that a listing may not know yet.
    pub(super) fn new_cases(&self, source: &SourceId) -> impl Iterator<Item = CaseId> {
        let recent = self.of(source, |known| known.is_ours);
        recent
            .into_iter()
            .filter_map(|(id, is_ours)| is_ours.then_some(id))
    }

    fn of<T>(&self, source: &SourceId, tell: impl Fn(&Known) -> T) -> HashMap<CaseId, T> {
        let now = Instant::now();
        let cases = self.cases();
        let recent = cases
            .iter()
            .filter(|(case, known)| case.source == *source && now.duration_since(known.at) < LAG);
        recent
            .map(|(case, known)| (case.id.clone(), tell(known)))
            .collect()
    }

    fn gone(&self) -> MutexGuard<'_, HashMap<CaseRef, Instant>> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cases(&self) -> MutexGuard<'_, HashMap<CaseRef, Known>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
