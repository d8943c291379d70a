//! What holds of the planner whatever happens (R05, R34, S36).

use super::*;
use crate::outbox::property::{hold, r34};

#[test]
fn r34_an_event_twice_is_an_event_once_or_refused() {
    let strategy = (entry(), fate());
    r34(&strategy, |(write, fate)| {
        let mut sender = Sender {
            kibana: Kibana::default(),
            line: line(&[write]),
            fates: vec![fate],
        };
        let id = sender.line[0].id.clone();
        sender.send(&id);
        let events = [
            Event::Orphaned,
            Event::Retry,
            Event::Cancel,
            Event::NeverCreated,
            Event::Release,
            Event::Approve,
            Event::Take,
        ];
        for event in events {
            let once = step(&sender.line[0], event.clone(), sender.now());
            let Ok(Transition { entry: once, .. }) = once else {
                continue;
            };
            match step(&once, event, sender.now()) {
                Ok(Transition { entry: twice, .. }) => prop_assert_eq!(twice, once),
                Err(NotNow { state }) => prop_assert_eq!(state, once.state.name()),
            }
        }
        Ok(())
    });
}

#[test]
fn r34_a_batch_holds_the_same_entries_in_whatever_order_they_come() {
    let strategy = (
        1_usize..250,
        1_usize..4,
        0_usize..250,
        prop::collection::hash_set(0_usize..250, 0..4),
    );
    r34(&strategy, |(n, n_bulks, shift, blamed)| {
        let entries = bulks(n, n_bulks);
        let refused: HashSet<_> = blamed
            .iter()
            .filter_map(|n| entries.get(*n))
            .map(|entry| entry.id.clone())
            .collect();
        let mut found = Vec::new();
        for shift in [0, shift % n] {
            let mut line = entries.clone();
            line.rotate_left(shift);
            let batches = batches_of(&line);
            let mut all = batches.concat();
            all.sort();
            let mut ids: Vec<_> = entries.iter().map(|entry| entry.id.clone()).collect();
            ids.sort();
            prop_assert_eq!(all, ids, "no entry is dropped, none comes twice");
            prop_assert!(batches.iter().all(|batch| batch.len() <= CHUNK));
            found.push((batches.len(), to_blame(batches, &refused)));
        }
        prop_assert_eq!(&found[0], &found[1]);
        prop_assert_eq!(
            found[0].1.len(),
            refused.len(),
            "exactly those to blame are found"
        );
        Ok(())
    });
}

/// Edits of as many cases, in bulks by turns.
fn bulks(n: usize, n_bulks: usize) -> Vec<Entry> {
    let bulks: Vec<_> = (0..n_bulks).map(|_| EntryId::new()).collect();
    let entry = |n: usize| Entry {
        seen: Some("WzEsMV0=".parse().unwrap()),
        bulk: Some(bulks[n % n_bulks].clone()),
        case: CaseRef {
            id: format!("case-{n}").parse().unwrap(),
            ..case(0)
        },
        ..line(&[(0, None)]).remove(0)
    };
    (0..n).map(entry).collect()
}

fn batches_of(line: &[Entry]) -> Vec<Vec<EntryId>> {
    let ids = |batch: Vec<&Entry>| batch.into_iter().map(|entry| entry.id.clone()).collect();
    let heads = heads(line, Timestamp::UNIX_EPOCH);
    batches(&heads).into_iter().map(ids).collect()
}

/// Halves whatever is refused until it is known what was to blame for it.
fn to_blame(mut open: Vec<Vec<EntryId>>, refused: &HashSet<EntryId>) -> Vec<EntryId> {
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
    to_blame
}

#[test]
fn r34_folding_ends_where_sending_all_would_end() {
    let strategy = prop::collection::vec(0_u8..4, 1..6);
    r34(&strategy, |titles| {
        let first = json!("t0");
        let mut line: Vec<Entry> = Vec::new();
        let mut seen = first.clone();
        for (place, n) in titles.iter().enumerate() {
            let mine = json!(format!("t{n}"));
            if mine == seen {
                continue;
            }
            let new = retitled(place, &seen, &mine);
            seen = mine;
            match fold(&line, &new) {
                Fold::Append => line.push(new),
                Fold::Into { edits, .. } if edits.is_empty() => drop(line.pop()),
                Fold::Into { entry, edits } => {
                    prop_assert_eq!(&entry, &line.last().unwrap().id);
                    line.last_mut().unwrap().change = Change::EditCase { edits };
                }
            }
        }
        prop_assert!(line.len() <= 1, "changes of one field are one entry");
        let mut now = first;
        for entry in &line {
            let reading = Reading::Case(json!({ "title": now }));
            let Standing::Open {
                change: Change::EditCase { edits },
                ..
            } = standing(entry, &reading, None)
            else {
                prop_assert!(false, "nobody else changed it");
                return Ok(());
            };
            now = edits.get(&Field::Title).unwrap().mine.clone();
        }
        prop_assert_eq!(now, seen);
        Ok(())
    });
}

fn retitled(place: usize, base: &Value, mine: &Value) -> Entry {
    let edit = Edit {
        field: Field::Title,
        base: base.clone(),
        mine: mine.clone(),
    };
    let change = Change::EditCase {
        edits: Edits::from(vec![edit]),
    };
    let now = Timestamp::UNIX_EPOCH;
    Entry {
        place: u64::try_from(place).unwrap(),
        ..Entry::new(case(0), "", change, Provenance::Window, now)
    }
}

#[test]
fn r05_the_order_within_a_case_is_the_order_of_acknowledgement() {
    let writes = prop::collection::vec((0_u8..3, Just(Some(0_u8))), 1..8);
    let strategy = (writes, prop::collection::vec(fate(), 0..12));
    let proof = Proof::begin("R05", 10_000, 10_000);
    hold(proof, &strategy, |(writes, fates)| {
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

#[test]
fn r34_every_entry_ends_confirmed_once_or_waits_for_a_person() {
    let writes = prop::collection::vec(entry(), 1..8);
    let strategy = (writes, prop::collection::vec(fate(), 0..12));
    r34(&strategy, |(writes, fates)| ends(&line(&writes), fates));
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
