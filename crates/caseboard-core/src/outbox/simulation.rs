//! The planner against a Kibana that is two dozen lines long, loses answers and applies late: whole lives of entries,
//! without a network, a database or a clock.

mod properties;

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    entry::{Change, Entry, Provenance, Refusal, State},
    field::{Edit, Edits, Field},
    fold::{Fold, fold},
    line::{CHUNK, batches, halves, heads},
    reconcile::{Reading, Standing, standing},
    step::{Event, NotNow, Then, Transition, step},
};
use crate::{
    cache::tests::source,
    code::ErrorCode,
    id::{CaseRef, EntryId},
    proof::Proof,
};

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Fine,
    NotSent,
    Throttled,
    KeyRefused,
    Refused,
    /// It is lost before anything is applied.
    LostBefore,
    /// It is applied, and its answer lost.
    LostAfter,
    /// It is applied so many seconds after its answer was lost.
    Late(u64),
    /// Its sender dies before it is applied, or after.
    Killed {
        applied: bool,
    },
}

/// Cases with one field and comments.
#[derive(Debug, Default)]
struct Kibana {
    now: Duration,
    cases: BTreeMap<String, Case>,
    /// When, what, and the version that it was made on.
    late: Vec<(Duration, Entry, usize)>,
    n_ids: usize,
    /// What was applied, in order: the text or value of every write.
    log: Vec<(String, String)>,
}

#[derive(Debug, Default, Clone)]
struct Case {
    title: String,
    version: usize,
    comments: Vec<(String, String)>,
}

impl Kibana {
    fn read(&mut self, entry: &Entry) -> Reading {
        self.let_late_ones_in();
        let case = self.cases.entry(entry.case.id.to_string()).or_default();
        match entry.change {
            Change::EditCase { .. } => {
                Reading::Case(json!({"title": case.title, "version": case.version}))
            }
            _ => Reading::Attachments(
                case.comments
                    .iter()
                    .map(|(id, text)| {
                        serde_json::from_value(json!({
                            "id": id, "version": "v", "type": "user", "comment": text,
                            "created_at": "2026-11-23T10:00:00Z", "created_by": {},
                        }))
                        .unwrap()
                    })
                    .collect(),
            ),
        }
    }

    /// Whether it was applied: an older version is a conflict.
    fn apply(&mut self, entry: &Entry, version: usize) -> bool {
        let name = entry.case.id.to_string();
        let case = self.cases.entry(name.clone()).or_default();
        let text = match &entry.change {
            Change::EditCase { edits } if case.version == version => {
                let title = edits.get(&Field::Title).unwrap().mine.as_str().unwrap();
                title.clone_into(&mut case.title);
                title.to_owned()
            }
            Change::EditCase { .. } => return false,
            Change::AddComment { text } => {
                self.n_ids += 1;
                case.comments
                    .push((format!("c{}", self.n_ids), text.clone()));
                text.clone()
            }
            _ => unreachable!("the simulation makes no other"),
        };
        case.version += 1;
        self.log.push((name, text));
        true
    }

    fn let_late_ones_in(&mut self) {
        let due = self.late.extract_if(.., |(at, ..)| *at <= self.now);
        for (_, entry, version) in due.collect::<Vec<_>>() {
            self.apply(&entry, version);
        }
    }

    fn version(&self, entry: &Entry) -> usize {
        let case = self.cases.get(entry.case.id.as_str());
        case.map_or(0, |case| case.version)
    }
}

/// A sender with nothing around it. It gives up waiting when nothing can happen any more.
struct Sender {
    kibana: Kibana,
    line: Vec<Entry>,
    fates: Vec<Fate>,
}

impl Sender {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::try_from(self.kibana.now).unwrap()
    }

    fn run(&mut self) {
        for _ in 0..10_000 {
            let head = heads(&self.line, self.now())
                .first()
                .map(|head| head.id.clone());
            let Some(id) = head else { return };
            self.send(&id);
            self.kibana.now += Duration::from_secs(1);
        }
        panic!("it never ends");
    }

    fn at(&self, id: &EntryId) -> usize {
        self.line.iter().position(|entry| entry.id == *id).unwrap()
    }

    fn happens(&mut self, id: &EntryId, event: Event) -> Then {
        let at = self.at(id);
        let Transition { entry, then, .. } = step(&self.line[at], event, self.now()).unwrap();
        self.line[at] = entry;
        then
    }

    /// From the line until it rests or goes back into it.
    fn send(&mut self, id: &EntryId) {
        let mut then = self.happens(id, Event::Take);
        let mut lost_at = self.kibana.now;
        let mut read_version = 0;
        loop {
            then = match then {
                Then::Rest | Then::Again | Then::Close(_)
                    if !matches!(
                        self.line[self.at(id)].state,
                        State::Ambiguous { .. } | State::Reconciling { .. }
                    ) =>
                {
                    return;
                }
                Then::Rest | Then::Again | Then::Close(_) | Then::Read => {
                    read_version = self.kibana.version(&self.line[self.at(id)]);
                    self.read(id, lost_at)
                }
                Then::ReadAt(at) => {
                    self.kibana.now = self.kibana.now.max(lost_at + at);
                    self.read(id, lost_at)
                }
                Then::Send => {
                    let event = self.answer(id, read_version);
                    lost_at = self.kibana.now;
                    self.happens(id, event)
                }
            };
        }
    }

    fn read(&mut self, id: &EntryId, lost_at: Duration) -> Then {
        let entry = self.line[self.at(id)].clone();
        let reading = self.kibana.read(&entry);
        let event = Event::Read {
            standing: standing(&entry, &reading, None).into(),
            since_loss: self.kibana.now.saturating_sub(lost_at),
        };
        self.happens(id, event)
    }

    fn answer(&mut self, id: &EntryId, version: usize) -> Event {
        let entry = self.line[self.at(id)].clone();
        let refused = Refusal {
            code: ErrorCode::Forbidden,
            words: String::new(),
        };
        match self.fates.pop().unwrap_or(Fate::Fine) {
            Fate::Fine if self.kibana.apply(&entry, version) => Event::Applied {
                made: std::collections::BTreeSet::new(),
            },
            Fate::Fine => Event::Failed(Answer::Conflict),
            Fate::NotSent => Event::Failed(Answer::NotSent),
            Fate::Throttled => Event::Failed(Answer::Throttled { wait: None }),
            Fate::KeyRefused => Event::Failed(Answer::KeyRefused),
            Fate::Refused => Event::Failed(Answer::Refused(refused)),
            Fate::LostBefore => Event::Failed(Answer::Lost),
            Fate::LostAfter => {
                self.kibana.apply(&entry, version);
                Event::Failed(Answer::Lost)
            }
            Fate::Late(seconds) => {
                let at = self.kibana.now + Duration::from_secs(seconds);
                self.kibana.late.push((at, entry, version));
                Event::Failed(Answer::Lost)
            }
            Fate::Killed { applied } => {
                if applied {
                    self.kibana.apply(&entry, version);
                }
                Event::Orphaned
            }
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Fine),
        1 => Just(Fate::NotSent),
        1 => Just(Fate::Throttled),
        1 => Just(Fate::KeyRefused),
        1 => Just(Fate::Refused),
        2 => Just(Fate::LostBefore),
        2 => Just(Fate::LostAfter),
        2 => (1_u64..120).prop_map(Fate::Late),
        1 => any::<bool>().prop_map(|applied| Fate::Killed { applied }),
    ]
}

/// Comments and titles for three cases; some of the comments say the same.
fn entry() -> impl Strategy<Value = (u8, Option<u8>)> {
    (0_u8..3, prop::option::of(0_u8..3))
}

fn case(n: u8) -> CaseRef {
    CaseRef {
        source: source("soc"),
        id: format!("case-{n}").parse().unwrap(),
    }
}

fn line(writes: &[(u8, Option<u8>)]) -> Vec<Entry> {
    let mut titles: BTreeMap<u8, String> = BTreeMap::new();
    let entry = |(place, (n, comment)): (usize, &(u8, Option<u8>))| {
        let change = if let Some(text) = comment {
            Change::AddComment {
                text: format!("comment {text}"),
            }
        } else {
            let base = titles.get(n).cloned().unwrap_or_default();
            let mine = format!("t{place}");
            titles.insert(*n, mine.clone());
            Change::EditCase {
                edits: Edits::new([Edit {
                    field: Field::Title,
                    base: base.into(),
                    mine: mine.into(),
                }]),
            }
        };
        let now = Timestamp::UNIX_EPOCH;
        Entry {
            place: u64::try_from(place).unwrap(),
            ..Entry::new(
                case(*n),
                "securitySolution",
                change,
                Provenance::Window,
                now,
            )
        }
    };
    writes.iter().enumerate().map(entry).collect()
}

fn text_of(change: &Change) -> String {
    match change {
        Change::AddComment { text } => text.clone(),
        Change::EditCase { edits } => edits
            .get(&Field::Title)
            .map_or_else(String::new, |edit| edit.mine.as_str().unwrap().to_owned()),
        _ => unreachable!("the simulation makes no other"),
    }
}
