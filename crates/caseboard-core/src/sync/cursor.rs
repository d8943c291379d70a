//! [`Cursor`]: how far a source is known, kept from one run to the next.

use jiff::Timestamp;
use kibana_cases::SortField;
use serde::{Deserialize, Serialize};

use super::{LAG, SWEEP_INTERVAL, reading::Reading};

/// How far a source is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// What the next pass asks for.
    #[serde(with = "field")]
    pub(super) next: SortField,
    /// The newest change that was seen.
    updated: Option<Mark>,
    /// The newest case that was seen.
    created: Option<Mark>,
    /// When the last full reading ended.
    swept_at: Option<Timestamp>,
    /// Cases that Kibana counts and the last full reading could not read.
    gap: i64,
    /// Since when the totals disagree.
    disagrees_since: Option<Timestamp>,
}

/// The newest time that a question showed, as Kibana's clock tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    newest: Timestamp,
    /// When it was first seen, by our clock.
    seen_at: Timestamp,
    /// Whether it was seen again after searching must have caught up: then nothing older can still come.
    is_settled: bool,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            next: SortField::UpdatedAt,
            updated: None,
            created: None,
            swept_at: None,
            gap: 0,
            disagrees_since: None,
        }
    }
}

impl Cursor {
    /// Whether it is time for a full reading.
    pub(super) fn wants_sweep(&self, now: Timestamp) -> bool {
        self.swept_at
            .is_none_or(|at| is_outside(at, now, SWEEP_INTERVAL))
    }

    /// Everything at or before this time is known.
    pub(super) fn floor(&self, by: SortField) -> Option<Timestamp> {
        let mark = if by == SortField::UpdatedAt {
            self.updated
        } else {
            self.created
        };
        mark.map(Mark::floor)
    }

    /// Whether the mirror holds as many cases as Kibana counts.
    pub(super) fn agrees(&self, total: u32, n_known: u32) -> bool {
        i64::from(n_known) + self.gap == i64::from(total)
    }

    /// Notes what a pass saw.
    pub(super) fn passed(&mut self, reading: &Reading) {
        let (mark, newest) = if reading.by == SortField::UpdatedAt {
            (&mut self.updated, reading.newest_change)
        } else {
            (&mut self.created, reading.newest_case)
        };
        Mark::advance(mark, newest, reading);
        self.next = other(reading.by);
    }

    pub(super) fn agrees_now(&self) -> bool {
        self.disagrees_since.is_none()
    }

    pub(super) fn agreed(&mut self) {
        self.disagrees_since = None;
    }

    /// The totals disagree. Tells whether they do so for longer than searching may lag.
    pub(crate) fn disagrees(&mut self, now: Timestamp) -> bool {
        let since = *self.disagrees_since.get_or_insert(now);
        is_outside(since, now, LAG)
    }

    /// After a restart nobody knows for how long the totals disagree.
    pub(crate) fn doubt(&mut self) {
        self.disagrees_since = Some(Timestamp::UNIX_EPOCH);
    }

    /// Notes that every case was read.
    pub(super) fn swept(&mut self, reading: &Reading, n_known: u32, now: Timestamp) {
        // No change that was there before the first page is newer than the newest time on it.
        let newest = reading.newest_case.max(reading.newest_change);
        Mark::advance(&mut self.updated, newest, reading);
        Mark::advance(&mut self.created, reading.newest_case, reading);
        self.gap = i64::from(reading.total) - i64::from(n_known);
        self.swept_at = Some(now);
        self.disagrees_since = None;
        self.next = other(reading.by);
    }
}

impl Mark {
    fn floor(self) -> Timestamp {
        if self.is_settled {
            return self.newest;
        }
        self.newest.saturating_sub(LAG).unwrap_or(self.newest)
    }

    fn advance(mark: &mut Option<Self>, newest: Option<Timestamp>, reading: &Reading) {
        let (Some(newest), Some(seen_at)) = (newest, reading.began_at) else {
            return;
        };
        match mark {
            Some(known) if newest <= known.newest => {
                known.is_settled |= is_outside(known.seen_at, seen_at, LAG);
            }
            _ => {
                *mark = Some(Self {
                    newest,
                    seen_at,
                    is_settled: false,
                });
            }
        }
    }
}

/// Whether so much time has passed. A clock that was put back tells nothing: then it has.
fn is_outside(since: Timestamp, now: Timestamp, span: jiff::SignedDuration) -> bool {
    let passed = now.duration_since(since);
    passed.is_negative() || passed >= span
}

fn other(by: SortField) -> SortField {
    if by == SortField::UpdatedAt {
        SortField::CreatedAt
    } else {
        SortField::UpdatedAt
    }
}

/// As it stands in the database.
mod field {
    use kibana_cases::SortField;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(by: &SortField, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*by == SortField::UpdatedAt)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<SortField, D::Error> {
        Ok(if bool::deserialize(from)? {
            SortField::UpdatedAt
        } else {
            SortField::CreatedAt
        })
    }
}
