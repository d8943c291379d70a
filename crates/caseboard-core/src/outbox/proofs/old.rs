//! What waited for long, what is many, and what is over.

use practice_kibana::faults::{Fault, Plan};

use super::{
    super::{
        entry::{Reason, Saw},
        step::{Event, OLD, STALE},
        twin::remove_twin,
    },
    *,
};
use crate::{code::ErrorCode, error::Error, id::EntryId};

/// How a colleague changes a case.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Colleague {
    Nothing,
    Title,
    Status,
    Assignee,
}

impl World {
    /// A comment of somebody who sees the case as it is now.
    async fn seen_comment(&mut self, case: &CaseRef) -> Entry {
        let now = self.now(case).await;
        Entry {
            saw: Saw::of(&now),
            ..self.comment(case)
        }
    }

    async fn change_as(&self, colleague: Colleague, case: &CaseRef) {
        let mut body = match colleague {
            Colleague::Nothing => return,
            Colleague::Title => json!({"title": "another"}),
            Colleague::Status => json!({"status": "closed"}),
            Colleague::Assignee => json!({"assignees": [{"uid": "u_colleague_0"}]}),
        };
        let now = self.now(case).await;
        body["id"] = now["id"].clone();
        body["version"] = now["version"].clone();
        let patch = kibana_cases::Request::raw(http::Method::PATCH, &["api", "cases"]).unwrap();
        let space = self.client.space(&case.source.space);
        let body = json!({ "cases": [body] });
        space.raw(patch.json(body)).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn s36_what_waited_for_an_hour_asks_if_the_case_changed_hands_or_status() {
    // In minutes.
    let hour = STALE.as_mins().unsigned_abs();
    let day = OLD.as_mins().unsigned_abs();
    let mut proof = Proof::begin("S36", 9, 9);
    let mut all = [
        (hour - 1, Colleague::Status, false),
        (hour - 1, Colleague::Assignee, false),
        (hour + 1, Colleague::Nothing, false),
        (hour + 1, Colleague::Title, false),
        (hour + 1, Colleague::Status, true),
        (hour + 1, Colleague::Assignee, true),
        (day - 1, Colleague::Nothing, false),
        (day + 1, Colleague::Nothing, true),
        (day + 1, Colleague::Status, true),
    ]
    .into_iter();
    while proof.round().is_some() {
        let (waited, colleague, asks) = all.next().unwrap();
        let mut world = World::new(36);
        let case = world.case("soc").await;
        let entry = world.seen_comment(&case).await;
        let database = World::memory();
        let resting = world.resting(&database);
        resting.enqueue(vec![entry.clone()]).await.unwrap();
        tokio::time::sleep(Duration::from_mins(waited)).await;
        world.change_as(colleague, &case).await;
        let running = world.start_on(database);
        let settled = running.settled().await.pop().unwrap();
        let what = format!("{colleague:?} after {waited} min: {:?}", settled.state);
        assert_eq!(settled.change, entry.change, "{what}: the text is kept");
        let n = world.comments(&case).await.len();
        if !asks {
            assert_eq!((&settled.state, n), (&State::Confirmed, 1), "{what}");
            continue;
        }
        assert_eq!(n, 0, "{what}");
        let expected = if waited > day {
            Reason::Old
        } else {
            Reason::CaseChanged
        };
        assert_eq!(settled.state, State::Parked { reason: expected }, "{what}");
        running
            .outbox
            .happens(&entry.id, Event::Retry)
            .await
            .unwrap();
        let settled = running.settled().await.pop().unwrap();
        assert_eq!(settled.state, State::Confirmed, "{what}: a person said yes");
    }
}

#[tokio::test(start_paused = true)]
async fn the_outbox_takes_500_writes_and_a_bulk_is_one_of_them() {
    let mut world = World::new(5);
    let database = World::memory();
    let resting = world.resting(&database);
    let bulk = EntryId::new();
    let some_case = || CaseRef {
        source: source("soc"),
        id: EntryId::new().as_str().parse().unwrap(),
    };
    let of_bulk = (0..300).map(|_| Entry {
        bulk: Some(bulk.clone()),
        ..world.comment(&some_case())
    });
    let of_bulk = of_bulk.collect();
    resting.enqueue(of_bulk).await.unwrap();
    let most = tables::MOST_WRITES;
    for _ in 1..most {
        let entry = world.comment(&some_case());
        resting.enqueue(vec![entry]).await.unwrap();
    }
    let count = async || database.read(tables::count_writes).await.unwrap();
    assert_eq!(count().await, most);
    let one_more = world.comment(&some_case());
    let refused = resting.enqueue(vec![one_more.clone()]).await;
    assert!(
        matches!(refused, Err(Error::OutboxFull { limit: 500 })),
        "{refused:?}"
    );
    let told = crate::code::CommandError::from(refused.unwrap_err());
    assert_eq!((told.code, told.retryable), (ErrorCode::OutboxFull, true));
    assert_eq!(count().await, most, "nothing of it is kept");
    let last = entries(&database).await.pop().unwrap();
    resting.happens(&last.id, Event::Cancel).await.unwrap();
    resting.enqueue(vec![one_more]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn settled_entries_are_forgotten_in_time_and_the_journal_is_not() {
    let mut world = World::new(30);
    let case = world.case("soc").await;
    let database = World::memory();
    let resting = world.resting(&database);
    for _ in 0..400 {
        let entry = world.comment(&case);
        resting.enqueue(vec![entry.clone()]).await.unwrap();
        resting.happens(&entry.id, Event::Cancel).await.unwrap();
    }
    world
        .practice
        .faults()
        .set(Plan::always(Fault::RefuseConnect));
    let waits = world.comment(&case);
    resting.enqueue(vec![waits.clone()]).await.unwrap();
    let before = ids(&database).await;
    let running = world.start_on(database);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let left = ids(&running.database).await;
    assert_eq!(left, before[100..], "the newest 300, and what waits");
    let database = running.kill().await;
    tokio::time::sleep(Duration::from_hours(30 * 24)).await;
    let running = world.start_on(database);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let left = ids(&running.database).await;
    assert_eq!(left, [waits.id], "what waits is never forgotten");
    let journal = running
        .database
        .read(|connection| tables::journal(connection, 0, u32::MAX));
    let written = journal.await.unwrap();
    let n_written = written.iter().filter(|line| line.came_from.is_none());
    assert_eq!(n_written.count(), 401);
}

async fn ids(database: &Database) -> Vec<EntryId> {
    let entries = entries(database).await;
    entries.into_iter().map(|entry| entry.id).collect()
}

#[tokio::test(start_paused = true)]
async fn a_late_twin_is_removed_by_one_ordinary_entry() {
    let mut world = World::new(44);
    let case = world.case("soc").await;
    let running = world.start();
    for new_case in [false, true] {
        let route = if new_case {
            "POST /api/cases"
        } else {
            "POST /api/cases/*/comments"
        };
        let after = Duration::from_mins(4);
        let late = practice_kibana::faults::Rule::of(Fault::LateCommit { after });
        world
            .practice
            .faults()
            .set(Plan::of([late.on(route).limit(1)]));
        let entry = if new_case {
            world.new_case("soc")
        } else {
            world.comment(&case)
        };
        let id = entry.id.clone();
        running.put(vec![entry]).await;
        running.settled().await;
        world.practice.faults().settled().await;
        tokio::time::sleep(Duration::from_secs(61)).await;
        let load = async || {
            let entries = entries(&running.database).await;
            entries.into_iter().find(|entry| entry.id == id).unwrap()
        };
        let copied = load().await;
        let twin = copied.twins.first().unwrap();
        assert!(remove_twin(&copied, copied.made.first().unwrap()).is_err());
        let (of, change) = remove_twin(&copied, twin).unwrap();
        let mut removal = world.entry(&of, change, String::new());
        removal.removes_twin_of = Some(id.clone());
        running.put(vec![removal]).await;
        running.settled().await;
        assert!(load().await.twins.is_empty(), "it is shown no more");
        assert_eq!(load().await.made, copied.made);
        if new_case {
            let made = load().await.case;
            assert_eq!(world.now(&made).await["id"], json!(made.id));
        } else {
            assert_eq!(world.comments(&case).await.len(), 1);
        }
    }
}
