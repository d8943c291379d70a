//! The sender ends at any instant: nothing acknowledged is lost or sent twice.

use practice_kibana::faults::{Fault, Plan, Rule};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::*;

#[tokio::test(start_paused = true)]
async fn r06_killed_between_kibanas_commit_and_our_mark_it_is_there_once() {
    let mut proof = Proof::begin("R06", 50, 1_000);
    let mut world = World::new(6);
    let case = world.case("soc").await;
    let mut database = World::memory();
    // The answer waits long after the commit.
    let waits = Fault::Reorder {
        at_most: Duration::from_secs(20),
    };
    while let Some(kill) = proof.round() {
        let running = world.start_on(database);
        // What the last kill left is settled before, so that no other answer overtakes.
        running.settled().await;
        let route = if kill % 2 == 0 {
            "POST /api/cases/*/comments"
        } else {
            "POST /api/cases"
        };
        let rule = Rule::of(waits.clone()).on(route).limit(1);
        world.practice.faults().set(Plan::of([rule]));
        let before = world.practice.log().len();
        let entry = if kill % 2 == 0 {
            world.comment(&case)
        } else {
            world.new_case("soc")
        };
        let id = entry.id.clone();
        running.put(vec![entry]).await;
        while world.practice.log().len() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        database = running.kill().await;
        let state = entries(&database)
            .await
            .into_iter()
            .find(|entry| entry.id == id)
            .unwrap()
            .state;
        assert!(
            matches!(state, State::Sent { .. }),
            "the mark is not there: {state:?}"
        );
    }
    let running = world.start_on(database);
    let entries = running.settled().await;
    assert!(entries.iter().all(|entry| entry.state == State::Confirmed));
    assert_eq!(world.findings(&[&running.database]).await, []);
}

#[tokio::test(start_paused = true)]
async fn r24_quitting_at_any_time_leaves_everything_to_the_next_start() {
    let mut proof = Proof::begin("R24", 20, 300);
    let seed = proof.seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed);
    let mut cases = Vec::new();
    for _ in 0..5 {
        cases.push(world.case("soc").await);
    }
    let lost = Rule::of(Fault::ResetAfterCommit).probability(0.1);
    world.practice.faults().set(Plan::of([lost]).seeded(seed));
    let mut database = World::memory();
    let held = {
        let mut held = world.comment(&cases[0]);
        held.state = State::Held {
            until: world.clock.now() + SignedDuration::from_secs(8),
        };
        held
    };
    let id = held.id.clone();
    let mut first = Some(held);
    while proof.round().is_some() {
        let running = world.start_on(database);
        let mut new: Vec<_> = (0..4)
            .map(|_| world.comment(&cases[random.random_range(1..cases.len())]))
            .collect();
        new.extend(first.take());
        running.put(new).await;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..400))).await;
        database = running.kill().await;
    }
    world.practice.faults().clear();
    let running = world.start_on(database);
    while entries(&running.database)
        .await
        .iter()
        .any(|entry| entry.id != id && entry.state.is_in_line())
    {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tokio::time::sleep(Duration::from_secs(20)).await;
    let held = entries(&running.database)
        .await
        .into_iter()
        .find(|entry| entry.id == id)
        .unwrap();
    assert!(matches!(held.state, State::Held { .. }), "nobody let it go");
    assert!(held.asks(world.clock.now()), "so a person is asked");
    running
        .outbox
        .happens(&id, super::super::step::Event::Release)
        .await
        .unwrap();
    let entries = running.settled().await;
    assert!(entries.iter().all(|entry| entry.state == State::Confirmed));
    assert_eq!(world.findings(&[&running.database]).await, []);
}
