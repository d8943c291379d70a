//! The state machine of one entry: an event comes in, the entry's next state and what to do come out.
//!
//! It asks nothing and waits for nothing, so tests walk it without a network or a sleep.

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{
    answer::Answer,
    entry::{Change, Entry, Reason, Refusal, Saw, State},
    field::{Edit, Edits},
    merge::Clash,
    reconcile::{READ_BACK, Standing, next_reading},
};
use crate::code::ErrorCode;

/// How long somebody can say "not sent" to what deletes, pushes, closes with its alerts, or changes many cases.
pub(crate) const HOLD: Duration = Duration::from_secs(8);
/// What is older than this asks again before it is sent (S36).
pub(crate) const OLD: SignedDuration = SignedDuration::from_hours(24);
/// What waited for longer than this was written to a case that nobody looks at any more: if it is in other hands or has another
/// status by now, it asks, too (S36).
pub(crate) const STALE: SignedDuration = SignedDuration::from_hours(1);
/// How long a late twin is looked for after an append was sent again.
pub(crate) const TWIN_WATCH: SignedDuration = SignedDuration::from_mins(10);
/// How often an entry is read again at once because the case changed just before it was sent.
const MOST_REREADS: u32 = 3;
/// How often an append is sent before a person has to look: each time after it was proved absent.
const MOST_APPENDS: u32 = 3;
/// How often any other change is sent before a person has to look.
const MOST_SENDS: u32 = 10;

/// Something that happened to an entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// The sender takes it from the line.
    Take,
    /// What reading says of it. `since_loss` counts from the loss of its answer, if one was lost.
    Read {
        standing: Box<Standing>,
        since_loss: Duration,
    },
    /// Reading failed.
    ReadFailed(Answer),
    /// Kibana answered that it is done. `made` are the ids that came of it.
    Applied { made: BTreeSet<String> },
    /// Kibana answered otherwise, or not.
    Failed(Answer),
    /// Its sender died, or stopped in the middle.
    Orphaned,
    /// Its second thoughts are over, or a person said yes to what a quit left held.
    Release,
    /// A person says yes to what an agent proposed.
    Approve,
    /// A person wants what waits for them to be tried again.
    Retry,
    /// A person settled the conflict: these are the values to write over theirs.
    Resolve(Edits),
    /// A person takes it back.
    Cancel,
    /// The entry that was to create its case was thrown away.
    NeverCreated,
    /// What sent it failed in a way that nobody thought of.
    Broke,
    /// It was saved from a damaged file, where it may have been older than what was done since.
    Salvaged,
    /// Copies were found that a late commit made.
    Twins(BTreeSet<String>),
}

/// What to do after a transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing, until something else happens.
    Rest,
    /// Read how it stands, now.
    Read,
    /// Read how it stands, so long after its answer was lost.
    ReadAt(Duration),
    /// Send it.
    Send,
    /// Take it again from the line after a pause that grows.
    Again,
    /// Send nothing to its deployment for a while, but one probe at the end of it.
    Close(Close),
}

/// Why nothing is sent to a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    /// It cannot be reached.
    Down,
    /// It asked to wait.
    Throttled { wait: Option<Duration> },
    /// It does not know the key.
    KeyRefused,
}

/// The event does not fit the entry's state: it is under way, or settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not possible while it is {state}")]
pub(crate) struct NotNow {
    pub(crate) state: &'static str,
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transition {
    pub(crate) entry: Entry,
    pub(crate) then: Then,
    /// Whether it goes to the end of the line, because a person wants it only now.
    pub(crate) to_end: bool,
}

/// The next state of an entry, and what to do.
pub(crate) fn step(entry: &Entry, event: Event, now: Timestamp) -> Result<Transition, NotNow> {
    let mut next = entry.clone();
    let waits_behind_none = !entry.blocks(now);
    let then = match (&entry.state, event) {
        (State::Queued, Event::Take) if entry.is_old(now) => next.park(Reason::Old),
        (State::Queued, Event::Take) => next.go_on(State::Leased, Then::Read),

        (State::Leased, Event::Read { standing, .. }) => next.stands(*standing, now),
        (State::Leased, Event::ReadFailed(answer)) => next.not_applied(answer),

        (State::Sent { .. }, Event::Applied { made }) => next.confirm(made, now),
        (State::Sent { at }, Event::Failed(answer)) => next.answered(*at, answer),

        (
            State::Ambiguous { sent } | State::Reconciling { sent, .. },
            Event::Read {
                standing,
                since_loss,
            },
        ) => next.read_back(*sent, *standing, since_loss, now),
        (State::Ambiguous { .. } | State::Reconciling { .. }, Event::ReadFailed(answer)) => {
            next.still_ambiguous(&answer)
        }

        (State::Leased, Event::Orphaned) => next.go_on(State::Queued, Then::Rest),
        (
            State::Sent { at: sent } | State::Ambiguous { sent } | State::Reconciling { sent, .. },
            Event::Orphaned,
        ) => next.go_on(State::Ambiguous { sent: *sent }, Then::Read),

        (State::Held { .. }, Event::Release)
        | (State::Proposed, Event::Approve)
        | (State::Parked { .. }, Event::Retry) => next.want_again(now),
        (
            State::Parked {
                reason: Reason::Conflict { clashes },
            },
            Event::Resolve(edits),
        ) => next.resolve(clashes, &edits, now),
        (
            State::Proposed | State::Held { .. } | State::Queued | State::Parked { .. },
            Event::Cancel,
        ) => next.go_on(State::Cancelled, Then::Rest),
        (
            State::Proposed | State::Held { .. } | State::Queued | State::Parked { .. },
            Event::NeverCreated,
        ) => next.park(Reason::NotCreated),

        (state, Event::Broke) if state.is_in_line() => {
            next.last_error = Some(ErrorCode::Internal);
            Then::Rest
        }
        (state, Event::Salvaged) if state.is_in_line() => next.park(Reason::Salvaged),

        (State::Confirmed, Event::Twins(twins)) => {
            next.twins.extend(twins);
            Then::Rest
        }
        (state, _) => {
            return Err(NotNow {
                state: state.name(),
            });
        }
    };
    let to_end = waits_behind_none && next.blocks(now);
    Ok(Transition {
        entry: next,
        then,
        to_end,
    })
}

impl Entry {
    /// Whether it was last wanted so long ago that it asks again.
    fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.wanted_at) > OLD
    }

    /// What its writer saw of the case, if that was so long ago that the case has to be found as it was.
    pub(crate) fn must_find(&self, now: Timestamp) -> Option<&Saw> {
        let is_stale = now.duration_since(self.wanted_at) > STALE;
        // Whatever may have been applied is settled as it was meant.
        self.saw
            .as_ref()
            .filter(|_| is_stale && self.state == State::Leased)
    }

    /// What the table of answers says of a write that was sent.
    fn answered(&mut self, sent: Timestamp, answer: Answer) -> Then {
        self.last_error = Some(answer.code());
        match answer {
            Answer::NotSent
            | Answer::Throttled { .. }
            | Answer::KeyRefused
            | Answer::Gone
            | Answer::Conflict => self.not_applied(answer),
            Answer::Refused(refusal) => self.refused(sent, refusal),
            Answer::Unchanged => self.go_on(State::Ambiguous { sent }, Then::Read),
            Answer::Lost => {
                let first = if self.change.appends() {
                    Then::ReadAt(READ_BACK[0])
                } else {
                    Then::Read
                };
                self.go_on(State::Ambiguous { sent }, first)
            }
        }
    }

    /// What follows where nothing was applied, or nothing was sent at all.
    fn not_applied(&mut self, answer: Answer) -> Then {
        self.last_error = Some(answer.code());
        match answer {
            Answer::NotSent => self.back_in_line(Then::Close(Close::Down)),
            Answer::Lost => self.back_in_line(Then::Again),
            Answer::Throttled { wait } => self.back_in_line(Then::Close(Close::Throttled { wait })),
            Answer::KeyRefused => self.back_in_line(Then::Close(Close::KeyRefused)),
            Answer::Refused(refusal) => {
                self.forget_baseline();
                self.park(Reason::Refused { refusal })
            }
            Answer::Gone | Answer::Conflict | Answer::Unchanged => self.reread(),
        }
    }

    /// Kibana says that it changed, or is gone: reading tells. A case that never stands still is left alone for a while.
    fn reread(&mut self) -> Then {
        self.forget_baseline();
        self.rereads += 1;
        if self.rereads <= MOST_REREADS {
            self.go_on(State::Leased, Then::Read)
        } else {
            self.rereads = 0;
            self.back_in_line(Then::Again)
        }
    }

    /// An attach can be refused after it was stored (§8, quirk 21), so reading decides.
    fn refused(&mut self, sent: Timestamp, refusal: Refusal) -> Then {
        if matches!(self.change, Change::AttachAlerts { .. }) {
            self.refusal = Some(refusal);
            self.go_on(State::Ambiguous { sent }, Then::Read)
        } else {
            self.not_applied(Answer::Refused(refusal))
        }
    }

    /// What a reading before sending says.
    fn stands(&mut self, standing: Standing, now: Timestamp) -> Then {
        match standing {
            Standing::Done { made } => self.confirm(made, now),
            Standing::Open {
                change, baseline, ..
            } => {
                self.change = change;
                self.baseline.get_or_insert(baseline);
                self.send(now)
            }
            // Sent before, and a person had to look: what was there then is still the baseline.
            Standing::Absent => self.send(now),
            Standing::Clash(clashes) => self.park(Reason::Conflict { clashes }),
            Standing::CaseChanged => self.park(Reason::CaseChanged),
            Standing::Gone => self.park(Reason::Gone),
        }
    }

    /// What a reading after a lost answer says.
    fn read_back(
        &mut self,
        sent: Timestamp,
        standing: Standing,
        since_loss: Duration,
        now: Timestamp,
    ) -> Then {
        match standing {
            Standing::Done { made } => self.confirm(made, now),
            Standing::Open { change, made, .. } => {
                self.made.extend(made);
                self.change = change;
                match self.refusal.take() {
                    Some(refusal) => self.park(Reason::Refused { refusal }),
                    None => self.send_again(now),
                }
            }
            Standing::Absent => match next_reading(since_loss) {
                Some(at) => {
                    let reads = self.n_reads() + 1;
                    self.go_on(State::Reconciling { sent, reads }, Then::ReadAt(at))
                }
                None => self.send_again(now),
            },
            Standing::Clash(clashes) => self.park(Reason::Conflict { clashes }),
            Standing::CaseChanged => self.park(Reason::CaseChanged),
            Standing::Gone => self.park(Reason::Gone),
        }
    }

    /// Reading back failed: it stays as it is, however long that takes; but where Kibana refuses to tell, it would refuse the next
    /// time, too.
    fn still_ambiguous(&mut self, answer: &Answer) -> Then {
        let code = answer.code();
        if matches!(answer, Answer::Refused(_) | Answer::Gone) {
            return self.park(Reason::Unknown { code });
        }
        self.last_error = Some(code);
        answer.closes().map_or(Then::Again, Then::Close)
    }

    /// Sends once more what was proved absent, at least for now.
    fn send_again(&mut self, now: Timestamp) -> Then {
        let appends = self.change.appends();
        let most = if appends { MOST_APPENDS } else { MOST_SENDS };
        if self.is_old(now) {
            return self.park(Reason::Old);
        }
        if self.attempts >= most {
            let code = self.last_error.unwrap_or(ErrorCode::KibanaFailed);
            return self.park(Reason::Unknown { code });
        }
        self.may_turn_up = true;
        if appends {
            self.watched_until = now.checked_add(TWIN_WATCH).ok();
            self.send(now)
        } else {
            // What is sent has to be made on what is there now.
            self.back_in_line(Then::Again)
        }
    }

    fn send(&mut self, now: Timestamp) -> Then {
        self.attempts += 1;
        self.refusal = None;
        self.go_on(State::Sent { at: now }, Then::Send)
    }

    fn back_in_line(&mut self, then: Then) -> Then {
        self.forget_baseline();
        self.go_on(State::Queued, then)
    }

    /// Nothing of it was applied, so the next sending takes a baseline of its own; but if an earlier sending may still
    /// turn up, what was there before that one counts.
    fn forget_baseline(&mut self) {
        if !self.may_turn_up {
            self.baseline = None;
        }
    }

    fn confirm(&mut self, made: BTreeSet<String>, now: Timestamp) -> Then {
        let mut made = made;
        if self.change.appends() && made.len() > 1 {
            // One is ours; a late commit made the others.
            self.twins = made.split_off(&made.iter().nth(1).cloned().unwrap_or_default());
        }
        self.made.extend(made);
        if self.watched_until.is_some() {
            self.watched_until = now.checked_add(TWIN_WATCH).ok();
        }
        (self.refusal, self.last_error) = (None, None);
        self.go_on(State::Confirmed, Then::Rest)
    }

    /// A person wants it, now: it goes to the end of the line, unless it only was held in its place.
    fn want_again(&mut self, now: Timestamp) -> Then {
        self.wanted_at = now;
        (self.attempts, self.rereads) = (0, 0);
        self.go_on(State::Queued, Then::Rest)
    }

    fn resolve(&mut self, clashes: &[Clash], edits: &Edits, now: Timestamp) -> Then {
        match &mut self.change {
            Change::EditCase { edits: mine } => {
                let others = mine
                    .iter()
                    .filter(|edit| clashes.iter().all(|clash| clash.field != edit.field));
                let settled = edits.iter().map(|edit| over_theirs(edit, clashes));
                *mine = Edits::new(others.cloned().chain(settled));
                if mine.is_empty() {
                    return self.go_on(State::Cancelled, Then::Rest);
                }
            }
            Change::EditComment { base, mine, .. } => {
                let Some(edit) = edits.iter().next() else {
                    return self.go_on(State::Cancelled, Then::Rest);
                };
                let edit = over_theirs(edit, clashes);
                edit.base.as_str().unwrap_or_default().clone_into(base);
                edit.mine.as_str().unwrap_or_default().clone_into(mine);
            }
            Change::CreateCase(_)
            | Change::AddComment { .. }
            | Change::DeleteAttachment { .. }
            | Change::AttachAlerts { .. }
            | Change::SetAlertStatus(_)
            | Change::DeleteCase { .. }
            | Change::Push { .. } => {}
        }
        self.want_again(now)
    }

    fn park(&mut self, reason: Reason) -> Then {
        self.last_error = Some(reason.code());
        self.go_on(State::Parked { reason }, Then::Rest)
    }

    fn go_on(&mut self, state: State, then: Then) -> Then {
        self.state = state;
        then
    }

    fn n_reads(&self) -> u32 {
        match self.state {
            State::Reconciling { reads, .. } => reads,
            _ => 0,
        }
    }
}

impl Reason {
    /// What a face is told of it.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Conflict { .. } => ErrorCode::VersionConflict,
            Self::Refused { refusal } => refusal.code,
            Self::Gone | Self::NotCreated => ErrorCode::NotFound,
            Self::Old => ErrorCode::TimedOut,
            Self::CaseChanged => ErrorCode::CaseChanged,
            Self::Unknown { code } => *code,
            Self::Salvaged => ErrorCode::CacheUnreadable,
        }
    }
}

/// What a person chose after seeing theirs: only a change that came after that is in its way.
fn over_theirs(edit: &Edit, clashes: &[Clash]) -> Edit {
    let seen = clashes.iter().find(|clash| clash.field == edit.field);
    Edit {
        base: seen.map_or_else(|| edit.base.clone(), |clash| clash.theirs.clone()),
        ..edit.clone()
    }
}
