//! Follows one source: a full reading first, then one small request a pass, and a full reading again when the totals disagree.
//!
//! New cases have no `updated_at`, and Kibana sorts those last in both directions: so passes alternate between the newest
//! changes and the newest cases (`decisions.md`, Sync and search). A pass reads on until it meets what was known before;
//! [`cursor`] holds how far that is. Nothing here asks, waits or writes: `desk/watch.rs` does.

mod cursor;
mod interval;
#[cfg(test)]
mod proofs;
mod reading;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    cursor::Cursor,
    interval::{AFTER_WRITE, VISIBLE, interval, jitter},
};

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};
use kibana_cases::{CaseId, CasePage, FindCases, SortField};

use self::reading::Reading;

/// How long a request goes without an answer before the source is marked (R17).
pub(crate) const LATE: Duration = Duration::from_secs(10);
/// Time between two probes of a deployment that does not answer.
pub(crate) const DOWN_INTERVAL: Duration = Duration::from_secs(30);
/// Time between two passes over a deployment that does not accept its key (R11).
pub(crate) const REFUSED_INTERVAL: Duration = Duration::from_mins(5);
/// How far searching may lag behind what is written.
const LAG: SignedDuration = SignedDuration::from_secs(10);
/// After this time a source is read in full again, whatever its total.
const SWEEP_INTERVAL: SignedDuration = SignedDuration::from_hours(24);

/// What Kibana gives at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Cases on one page.
    pub(crate) per_page: u32,
    /// Cases on all pages of one question.
    pub(crate) most_cases: u32,
}

/// What a page told, once it is in the mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageOutcome {
    /// Cases of the page that were new or different.
    pub(crate) n_changed: usize,
    /// Cases of the source that the mirror holds now.
    pub(crate) n_known: u32,
}

/// What follows after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask on at once.
    More,
    /// The pass is over.
    Over,
    /// Every case was seen: those that were not are gone. The pass is over once [`Follow::swept`] knows what is left.
    Swept(BTreeSet<CaseId>),
}

/// Where following a source stands.
#[derive(Debug)]
pub(crate) struct Follow {
    limits: Limits,
    cursor: Cursor,
    /// `None` between two passes.
    reading: Option<Reading>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_page: 100,
            most_cases: 10_000,
        }
    }
}

impl Follow {
    /// Goes on from where an earlier run stood, or begins.
    pub(crate) fn new(limits: Limits, cursor: Option<Cursor>) -> Self {
        let mut cursor = cursor.unwrap_or_default();
        cursor.doubt();
        Self {
            limits,
            cursor,
            reading: None,
        }
    }

    /// Whether the next request begins a reading, so that what is older can be told from what came meanwhile.
    pub(crate) fn begins(&self) -> bool {
        self.reading
            .as_ref()
            .is_none_or(|reading| reading.began_at.is_none())
    }

    /// The next request. The same again until its answer was taken in.
    pub(crate) fn request(&mut self, now: Timestamp) -> FindCases {
        let limits = self.limits;
        let cursor = &self.cursor;
        let reading = self.reading.get_or_insert_with(|| {
            if cursor.wants_sweep(now) {
                Reading::sweep()
            } else {
                Reading::follow(cursor.next, cursor.floor(cursor.next))
            }
        });
        reading.request(limits)
    }

    /// What follows after this page, which is in the mirror now.
    pub(crate) fn take_in(
        &mut self,
        page: &CasePage,
        outcome: PageOutcome,
        now: Timestamp,
    ) -> Next {
        let Some(reading) = &mut self.reading else {
            return Next::Over;
        };
        reading.take_in(page, outcome.n_changed, self.limits, now);
        if !reading.is_over {
            return Next::More;
        }
        if reading.is_cut {
            // Further pages of this question do not exist.
            let newest_change = reading.newest_change;
            *reading = Reading::sweep();
            reading.newest_change = newest_change;
            return Next::More;
        }
        if reading.is_sweep && !reading.is_complete {
            self.swept(outcome.n_known, now);
            return Next::Over;
        }
        let agrees = self.cursor.agrees(reading.total, outcome.n_known);
        if reading.is_sweep || (reading.is_complete && !agrees) {
            return Next::Swept(reading.seen.clone());
        }
        self.finish_pass(agrees, now)
    }

    /// Ends a full reading, when the mirror holds nothing that it did not see.
    pub(crate) fn swept(&mut self, n_known: u32, now: Timestamp) {
        if let Some(reading) = self.reading.take() {
            self.cursor.swept(&reading, n_known, now);
        }
    }

    /// A request or a write failed. A full reading goes on where it stands; another begins anew.
    pub(crate) fn failed(&mut self) {
        self.reading.take_if(|reading| !reading.is_sweep);
    }

    /// Whether the mirror holds as many cases as Kibana counts: else it shows something that is gone, or lacks something.
    pub(crate) fn agrees(&self) -> bool {
        self.cursor.agrees_now()
    }

    /// Where to go on after a restart.
    pub(crate) fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    fn finish_pass(&mut self, agrees: bool, now: Timestamp) -> Next {
        let Some(reading) = self.reading.take() else {
            return Next::Over;
        };
        self.cursor.passed(&reading);
        if agrees {
            self.cursor.agreed();
            return Next::Over;
        }
        // A new case shows in the newest cases; a deleted one only in a full reading.
        if reading.by == SortField::UpdatedAt {
            let by = SortField::CreatedAt;
            self.reading = Some(Reading::follow(by, self.cursor.floor(by)));
            return Next::More;
        }
        if self.cursor.disagrees(now) {
            self.reading = Some(Reading::sweep());
            return Next::More;
        }
        Next::Over
    }
}
