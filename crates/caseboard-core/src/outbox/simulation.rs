//! The planner against a Kibana that is two dozen lines long, loses answers and applies late: whole lives of entries,
//! without a network, a database or a clock.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
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
            standing: standing(&entry, &reading, None),
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn r34_an_event_twice_is_an_event_once_or_refused(
        writes in prop::collection::vec(entry(), 1..2),
        fate in fate(),
    ) {
        let mut sender = Sender { kibana: Kibana::default(), line: line(&writes), fates: vec![fate] };
        let id = sender.line[0].id.clone();
        sender.send(&id);
        let events = [
            Event::Orphaned, Event::Retry, Event::Cancel, Event::NeverCreated, Event::Release, Event::Approve, Event::Take,
        ];
        for event in events {
            let once = step(&sender.line[0], event.clone(), sender.now());
            let Ok(Transition { entry: once, .. }) = once else { continue };
            match step(&once, event, sender.now()) {
                Ok(Transition { entry: twice, .. }) => prop_assert_eq!(twice, once),
                Err(NotNow { state }) => prop_assert_eq!(state, once.state.name()),
            }
        }
    }

    #[test]
    fn r34_a_batch_holds_the_same_entries_in_whatever_order_they_come(
        n in 1_usize..250,
        n_bulks in 1_usize..4,
        shift in 0_usize..250,
        blamed in prop::collection::hash_set(0_usize..250, 0..4),
    ) {
        let bulks: Vec<_> = (0..n_bulks).map(|_| EntryId::new()).collect();
        let entries: Vec<_> = (0..n).map(|n| Entry {
            seen: Some("WzEsMV0=".parse().unwrap()),
            bulk: Some(bulks[n % n_bulks].clone()),
            case: CaseRef { id: format!("case-{n}").parse().unwrap(), ..case(0) },
            ..line(&[(0, None)]).remove(0)
        }).collect();
        let refused: std::collections::HashSet<_> = blamed.iter().filter_map(|n| entries.get(*n)).map(|entry| &entry.id).collect();
        let now = Timestamp::UNIX_EPOCH;
        let mut found = Vec::new();
        let mut sizes = Vec::new();
        for shift in [0, shift % n] {
            let mut line = entries.clone();
            line.rotate_left(shift);
            let batches = batches(&heads(&line, now)).into_iter().map(|batch| batch.into_iter().map(|entry| entry.id.clone()).collect::<Vec<_>>());
            let mut open: Vec<_> = batches.collect();
            let mut all: Vec<_> = open.concat();
            all.sort();
            let mut ids: Vec<_> = entries.iter().map(|entry| entry.id.clone()).collect();
            ids.sort();
            prop_assert_eq!(all, ids, "no entry is dropped, none comes twice");
            prop_assert!(open.iter().all(|batch| batch.len() <= CHUNK));
            sizes.push(open.len());
            let mut to_blame = Vec::new();
            while let Some(batch) = open.pop() {
                if batch.iter().any(|id| refused.contains(id)) {
                    match halves(batch.clone()) {
                        Some((one, other)) => open.extend([one, other]),
                        None => to_blame.extend(batch),
                    }
                }
            }
            to_blame.sort();
            found.push(to_blame);
        }
        prop_assert_eq!(&found[0], &found[1]);
        prop_assert_eq!(found[0].len(), refused.len(), "exactly those to blame are found");
        prop_assert_eq!(sizes[0], sizes[1]);
    }

    #[test]
    fn r34_folding_ends_where_sending_all_would_end(titles in prop::collection::vec(0_u8..4, 1..6)) {
        let title = |n: &u8| json!(format!("t{n}"));
        let first = json!("t0");
        let mut line: Vec<Entry> = Vec::new();
        let mut seen = first.clone();
        for (place, mine) in titles.iter().map(title).enumerate() {
            if mine == seen {
                continue;
            }
            let change = Change::EditCase {
                edits: Edits::from(vec![Edit { field: Field::Title, base: seen.clone(), mine: mine.clone() }]),
            };
            let mut new = Entry::new(case(0), "", change, Provenance::Window, Timestamp::UNIX_EPOCH);
            new.place = u64::try_from(place).unwrap();
            seen = mine;
            match fold(&line, &new) {
                Fold::Append => line.push(new),
                Fold::Into { edits, .. } if edits.is_empty() => { line.pop(); }
                Fold::Into { entry, edits } => {
                    prop_assert_eq!(&entry, &line.last().unwrap().id);
                    line.last_mut().unwrap().change = Change::EditCase { edits };
                }
            }
        }
        prop_assert!(line.len() <= 1, "changes of one field are one entry");
        let mut now = first;
        for entry in &line {
            let Standing::Open { change: Change::EditCase { edits }, .. } = standing(entry, &Reading::Case(json!({"title": now})), None) else {
                prop_assert!(false, "nobody else changed it");
                return Ok(());
            };
            now = edits.get(&Field::Title).unwrap().mine.clone();
        }
        prop_assert_eq!(now, seen);
    }
}

/// Runs proptest once with a seed, so that the rounds of a proof are counted.
fn once<S: Strategy>(
    strategy: &S,
    seed: u64,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(1)
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    if let Err(error) = runner.run(strategy, test) {
        panic!("seed {seed}: {error}");
    }
}

#[test]
fn r05_the_order_within_a_case_is_the_order_of_acknowledgement() {
    let writes = prop::collection::vec((0_u8..3, Just(Some(0_u8))), 1..8);
    let strategy = (writes, prop::collection::vec(fate(), 0..12));
    let mut proof = Proof::begin("R05", 10_000, 10_000);
    while let Some(seed) = proof.round() {
        once(&strategy, seed, |(writes, fates)| {
            // Each text once, so that its place tells.
            let mut written = line(&writes);
            for entry in &mut written {
                entry.change = Change::AddComment {
                    text: format!("comment {}", entry.place),
                };
            }
            let mut sender = Sender {
                kibana: Kibana::default(),
                line: written.clone(),
                fates,
            };
            sender.run();
            for n in 0..3 {
                let name = case(n).id.to_string();
                let log = &sender.kibana.log;
                let of_case = log.iter().filter(|(case, _)| *case == name);
                let places: Vec<_> = of_case
                    .map(|(_, text)| written.iter().position(|one| text_of(&one.change) == *text))
                    .collect();
                prop_assert!(places.is_sorted(), "{:?}", places);
            }
            Ok(())
        });
    }
}

#[test]
fn r34_every_entry_ends_confirmed_once_or_waits_for_a_person() {
    let writes = prop::collection::vec(entry(), 1..8);
    let strategy = (writes, prop::collection::vec(fate(), 0..12));
    let mut proof = Proof::begin("R34", 5_000, 20_000);
    while let Some(seed) = proof.round() {
        once(&strategy, seed, |(writes, fates)| {
            ends(&line(&writes), fates)
        });
    }
}

fn ends(written: &[Entry], fates: Vec<Fate>) -> Result<(), TestCaseError> {
    let mut sender = Sender {
        kibana: Kibana::default(),
        line: written.to_vec(),
        fates,
    };
    sender.run();
    sender.kibana.now += Duration::from_mins(10);
    sender.kibana.let_late_ones_in();
    prop_assert_eq!(sender.line.len(), written.len(), "no entry is dropped");
    let (mut promised, mut doubtful) = (Vec::new(), Vec::new());
    for (entry, before) in std::iter::zip(&sender.line, written) {
        prop_assert_eq!(&entry.id, &before.id);
        prop_assert!(
            matches!(entry.state, State::Confirmed | State::Parked { .. }),
            "{:?}",
            entry.state
        );
        let write = (entry.case.id.to_string(), text_of(&before.change));
        if entry.state == State::Confirmed {
            promised.push(write);
        } else if !entry.change.appends() {
            // An edit whose answer was lost and that was refused when it was sent again may still be applied late.
            // A person looks at it, and trying again finds it there.
            doubtful.push(write);
        }
    }
    for n in 0..3 {
        let of_case = |log: &[(String, String)]| -> Vec<String> {
            let name = case(n).id.to_string();
            log.iter()
                .filter(|(case, _)| *case == name)
                .filter(|write| !doubtful.contains(write))
                .map(|(_, text)| text.clone())
                .collect()
        };
        prop_assert_eq!(
            of_case(&sender.kibana.log),
            of_case(&promised),
            "once each, in order"
        );
    }
    Ok(())
}

#[test]
fn a_waiting_comment_keeps_its_place_and_is_folded_into_nothing() {
    let mut line = line(&[(0, None), (0, Some(1)), (0, None)]);
    let again = line.pop().unwrap();
    assert_eq!(fold(&line, &again), Fold::Append, "a comment came between");
    line.pop();
    assert!(matches!(fold(&line, &again), Fold::Into { .. }));
    let unseen = Entry {
        change: line[0].change.clone(),
        ..again.clone()
    };
    assert_eq!(
        fold(&line, &unseen),
        Fold::Append,
        "its writer saw another title"
    );
    line[0].state = State::Leased;
    assert_eq!(fold(&line, &again), Fold::Append, "it is under way");
}

#[test]
fn a_held_entry_holds_its_case_until_nobody_lets_it_go() {
    let mut line = line(&[(0, Some(1)), (0, Some(2)), (1, Some(3))]);
    let second = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
    line[0].state = State::Held { until: second(8) };
    let places = |now| -> Vec<u64> { heads(&line, now).iter().map(|head| head.place).collect() };
    assert_eq!(places(second(9)), [2], "the other case goes on");
    assert_eq!(places(second(19)), [1, 2], "it asks, and holds nobody up");
    assert!(line[0].asks(second(19)));
}

#[test]
fn s36_what_is_older_than_a_day_asks_before_it_is_sent() {
    let entry = line(&[(0, Some(1))]).remove(0);
    let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(25);
    let Transition { entry: parked, .. } = step(&entry, Event::Take, later).unwrap();
    assert_eq!(parked.state.name(), "parked");
    assert_eq!(parked.change, entry.change, "the text is kept");
    let again = step(&parked, Event::Retry, later).unwrap();
    assert!(again.to_end);
    let taken = step(&again.entry, Event::Take, later).unwrap();
    assert_eq!(
        taken.entry.state,
        State::Leased,
        "a person wanted it just now"
    );
}

#[test]
fn r34_a_value_of_the_wrong_kind_is_no_panic() {
    for odd in [Value::Null, json!(7), json!({"a": []}), json!([[1]])] {
        for field in [Field::Description, Field::Custom("k".to_owned())] {
            let merged =
                super::merge::merge_field(&field, &odd, &json!("mine"), &json!(["theirs"]));
            assert_eq!(merged, super::merge::MergedField::Clash);
        }
    }
}
