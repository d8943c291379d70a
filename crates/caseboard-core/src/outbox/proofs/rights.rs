//! Cases that go away, and rights that do.

use practice_kibana::faults::{Fault, Loss, Plan, RightsLeft, Rule};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{super::entry::Reason, *};

#[tokio::test(start_paused = true)]
async fn r10_nothing_vanishes_with_a_case_that_is_deleted_moved_or_closed() {
    let mut losses = [Loss::Delete, Loss::Move, Loss::Close].into_iter().cycle();
    let mut proof = Proof::begin("R10", 3, 3);
    while let Some(seed) = proof.round() {
        let loss = losses.next().unwrap();
        let mut world = World::new(seed);
        let case = world.case("soc").await;
        let rule = Rule::of(Fault::LoseCase(loss))
            .on("GET /api/cases/*/comments")
            .limit(1);
        world.practice.faults().set(Plan::of([rule]));
        let running = world.start();
        let first = world.comment(&case);
        let second = world.comment(&case);
        let mut alerts = world.comment(&case);
        alerts.change = Change::AttachAlerts {
            alerts: super::super::entry::Alerts {
                rule: kibana_cases::Rule::default(),
                pairs: vec![("alert-1".parse().unwrap(), "index".to_owned())],
            },
        };
        running.put(vec![first.clone(), second, alerts]).await;
        let entries = running.settled().await;
        assert_eq!(entries.len(), 3, "{loss:?}: nothing vanishes");
        let waits = |entry: &&Entry| matches!(entry.state, State::Parked { .. });
        let n_waiting = entries.iter().filter(waits).count();
        // Comments may be added to a closed case, alerts may not.
        let expected = if loss == Loss::Close { 1 } else { 3 };
        assert_eq!(n_waiting, expected, "{loss:?}: {entries:?}");
        assert_eq!(entries[0].change, first.change, "the text is kept");
        let export = running
            .database
            .read(|connection| tables::journal(connection, 0, 100));
        let export = json!(export.await.unwrap()).to_string();
        for text in ["token-1", "token-2"] {
            assert!(export.contains(text), "{loss:?}: {text} can be exported");
        }
        for entry in entries.iter().filter(waits) {
            let closed = crate::code::ErrorCode::CaseClosed;
            let gone = crate::code::ErrorCode::NotFound;
            assert!([Some(closed), Some(gone)].contains(&entry.last_error));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn r11_a_key_that_comes_and_goes_burns_no_entry() {
    let mut proof = Proof::begin("R11", 200, 500);
    let seed = proof.seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed);
    let mut cases = Vec::new();
    for _ in 0..20 {
        cases.push(world.case("soc").await);
    }
    let running = world.start();
    while let Some(round) = proof.round() {
        if round % 25 == 10 {
            let revoked = Fault::ReduceKey {
                left: RightsLeft::Revoked,
                lasting: Some(Duration::from_secs(random.random_range(1..1200))),
            };
            world
                .practice
                .faults()
                .set(Plan::of([Rule::of(revoked).limit(1)]));
        }
        let entry = world.comment(&cases[random.random_range(0..cases.len())]);
        running.put(vec![entry]).await;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..500))).await;
    }
    let entries = running.settled().await;
    let unsent = entries.iter().find(|entry| entry.state != State::Confirmed);
    assert_eq!(unsent, None);
    world.practice.faults().clear();
    assert_eq!(world.findings(&[&running.database]).await, []);
}

#[tokio::test(start_paused = true)]
async fn r11_a_revoked_key_is_probed_once_in_five_minutes_and_a_missing_right_parks() {
    let mut world = World::new(111);
    let case = world.case("soc").await;
    let running = world.start();
    let revoked = Fault::ReduceKey {
        left: RightsLeft::Revoked,
        lasting: None,
    };
    world
        .practice
        .faults()
        .set(Plan::of([Rule::of(revoked).limit(1)]));
    let some = (0..5).map(|_| world.comment(&case)).collect();
    running.put(some).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world
        .practice
        .faults()
        .set(Plan::of([Rule::of(Fault::ReduceKey {
            left: RightsLeft::Revoked,
            lasting: None,
        })]));
    world.practice.faults().forget_fired();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let n_asked = world.practice.faults().fired().len();
    assert!((1..=12).contains(&n_asked), "{n_asked} requests in an hour");
    world.practice.faults().clear();
    running
        .outbox
        .connect(&DeploymentId::practice(), Some(world.client.clone()));
    let entries = running.settled().await;
    assert!(entries.iter().all(|entry| entry.state == State::Confirmed));

    let read = Fault::ReduceKey {
        left: RightsLeft::Read,
        lasting: None,
    };
    world.practice.faults().set(Plan::of([Rule::of(read)]));
    let entry = world.comment(&case);
    running.put(vec![entry]).await;
    let entry = running.settled().await.pop().unwrap();
    let State::Parked {
        reason: Reason::Refused { refusal },
    } = &entry.state
    else {
        panic!("it waits for a person, not {:?}", entry.state)
    };
    assert_eq!(refusal.code, crate::code::ErrorCode::Forbidden);
    world.practice.faults().clear();
    running
        .outbox
        .happens(&entry.id, super::super::step::Event::Retry)
        .await
        .unwrap();
    assert_eq!(
        running.settled().await.pop().unwrap().state,
        State::Confirmed
    );
    assert_eq!(world.findings(&[&running.database]).await, []);
}

#[tokio::test(start_paused = true)]
async fn what_kibana_refuses_to_show_after_a_lost_answer_waits_for_a_person() {
    let mut world = World::new(6);
    let case = world.case("soc").await;
    let running = world.start();
    let lost = Rule::of(Fault::FailAfterCommit { status: 502 });
    let faults = world.practice.faults();
    faults.set(Plan::of([lost.on("POST /api/cases/*/comments").limit(1)]));
    let entry = world.comment(&case);
    running.put(vec![entry]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let none = Fault::ReduceKey {
        left: RightsLeft::None,
        lasting: None,
    };
    let faults = world.practice.faults();
    faults.set(Plan::of([Rule::of(none)]));
    faults.forget_fired();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let n_asked = world.practice.faults().fired().len();
    assert!(n_asked <= 2, "{n_asked} requests");
    let entry = running.settled().await.pop().unwrap();
    let code = crate::code::ErrorCode::Forbidden;
    let reason = Reason::Unknown { code };
    assert_eq!(entry.state, State::Parked { reason });

    // Once it can be read again it is found, and not sent again.
    world.practice.faults().clear();
    let retry = super::super::step::Event::Retry;
    running.outbox.happens(&entry.id, retry).await.unwrap();
    let entry = running.settled().await.pop().unwrap();
    assert_eq!(entry.state, State::Confirmed);
    assert_eq!(world.comments(&case).await.len(), 1);
}
