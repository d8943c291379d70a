//! Lost, late and odd answers: exactly once, whatever comes back.

use std::time::Duration;

use practice_kibana::faults::{Fault, Garbled, Plan, Rule};

use super::*;

/// Rounds on one server: with everything that is there already each would take longer than the one before.
const OF_A_WORLD: usize = 32;

fn lost_answers() -> Vec<Fault> {
    let mut faults = vec![
        Fault::ResetBeforeCommit,
        Fault::ResetAfterCommit,
        Fault::CutBody { bytes: None },
        Fault::ConflictAfterCommit,
        Fault::HalfCommit,
        Fault::PoisonPool,
    ];
    faults.extend([500, 502, 504].map(|status| Fault::FailAfterCommit { status }));
    let garbled = [
        Garbled::Truncated,
        Garbled::Invalid,
        Garbled::ContentType,
        Garbled::Utf8,
        Garbled::Deep,
        Garbled::DuplicateKeys,
        Garbled::HugeNumber,
    ];
    faults.extend(garbled.map(Fault::Garble));
    faults
}

#[tokio::test(start_paused = true)]
async fn r03_a_comment_or_case_whose_answer_is_lost_is_there_exactly_once() {
    const OF_A_FAULT: u32 = 40;
    let n_faults = u32::try_from(lost_answers().len()).unwrap();
    let mut proof = Proof::begin("R03", OF_A_FAULT * n_faults, 1_000 * n_faults);
    let mut faults = lost_answers().into_iter().cycle();
    let mut left = true;
    while left {
        let mut world = World::new(3);
        let case = world.case("soc").await;
        let running = world.start();
        for n in 0..OF_A_WORLD {
            let Some(seed) = proof.round() else {
                left = false;
                break;
            };
            let fault = faults.next().unwrap();
            let (entry, route) = if seed % 2 == 0 {
                (world.comment(&case), "POST /api/cases/*/comments")
            } else {
                (world.new_case("soc"), "POST /api/cases")
            };
            let rule = Rule::of(fault.clone()).on(route).limit(1);
            world.practice.faults().set(Plan::of([rule]));
            running.put(vec![entry]).await;
            running.settled().await;
            let fired = world.practice.faults().fired().len();
            assert!(fired > n, "{fault:?} happened");
        }
        for entry in running.settled().await {
            assert_eq!(entry.state, State::Confirmed, "{entry:?}");
        }
        assert_eq!(world.findings(&[&running.database]).await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn r04_a_late_commit_is_there_once_and_a_later_one_is_shown() {
    let mut proof = Proof::begin("R04", 20, 119 * 20);
    let mut left = true;
    while left {
        let mut world = World::new(4);
        let case = world.case("soc").await;
        let running = world.start();
        for _ in 0..OF_A_WORLD {
            let Some(seed) = proof.round() else {
                left = false;
                break;
            };
            let late = Fault::LateCommit {
                after: Duration::from_secs(1 + seed % 119),
            };
            let rule = Rule::of(late).on("POST /api/cases/*/comments").limit(1);
            world.practice.faults().set(Plan::of([rule]));
            let entry = world.comment(&case);
            running.put(vec![entry]).await;
            running.settled().await;
        }
        assert_eq!(world.findings(&[&running.database]).await, []);
        let within = running.settled().await;
        assert!(
            within
                .iter()
                .all(|entry| entry.state == State::Confirmed && entry.twins.is_empty())
        );
    }

    let mut world = World::new(4);
    let case = world.case("soc").await;
    let running = world.start();
    for late in [121, 240, 480, 600] {
        let after = Duration::from_secs(late);
        let rule = Rule::of(Fault::LateCommit { after })
            .on("POST /api/cases/*/comments")
            .limit(1);
        world.practice.faults().set(Plan::of([rule]));
        let entry = world.comment(&case);
        let id = entry.id.clone();
        running.put(vec![entry]).await;
        running.settled().await;
        world.practice.faults().settled().await;
        tokio::time::sleep(Duration::from_secs(61)).await;
        let entries = entries(&running.database).await;
        let entry = entries.iter().find(|entry| entry.id == id).unwrap();
        assert_eq!(entry.twins.len(), 1, "the twin after {late} s is shown");
        assert!(
            entry.twins.is_disjoint(&entry.made),
            "and it is not the one that counts"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn r05_a_blocked_case_delays_no_other() {
    let mut world = World::new(5);
    let (stuck, free) = (world.case("soc").await, world.case("soc").await);
    let route = format!("POST /api/cases/{}/comments", stuck.id);
    let rule = Rule::of(Fault::FailAfterCommit { status: 500 }).on(&route);
    let read = Rule::of(Fault::ResetBeforeRead).on(&format!("GET /api/cases/{}/**", stuck.id));
    world.practice.faults().set(Plan::of([rule, read]));
    let running = world.start();
    let entries = (0..20)
        .map(|n| world.comment(if n % 2 == 0 { &stuck } else { &free }))
        .collect();
    let started = Instant::now();
    running.put(entries).await;
    while world.comments(&free).await.len() < 10 {
        assert!(
            started.elapsed() <= Duration::from_secs(1),
            "the other case waits"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    world.practice.faults().clear();
    running.settled().await;
    assert_eq!(world.findings(&[&running.database]).await, []);
    assert_eq!(world.comments(&stuck).await.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn r03_the_same_words_twice_are_two_comments_whatever_gets_lost() {
    let mut world = World::new(33);
    let case = world.case("soc").await;
    let running = world.start();
    for fault in lost_answers() {
        let before = world.comments(&case).await.len();
        let rule = Rule::of(fault.clone())
            .on("POST /api/cases/*/comments")
            .every(2);
        world.practice.faults().set(Plan::of([rule]));
        let twice = (0..2).map(|_| {
            let mut entry = world.comment(&case);
            entry.change = Change::AddComment {
                text: "isolated".to_owned(),
            };
            entry
        });
        running.put(twice.collect()).await;
        running.settled().await;
        assert_eq!(world.comments(&case).await.len(), before + 2, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_to_a_new_case_follows_it() {
    let mut world = World::new(6);
    let running = world.start();
    let create = world.new_case("soc");
    let local = create.case.clone();
    let comment = world.comment(&local);
    running.put(vec![create, comment]).await;
    let entries = running.settled().await;
    assert!(entries.iter().all(|entry| entry.state == State::Confirmed));
    assert_ne!(
        entries[1].case, local,
        "it has the name that Kibana gave it"
    );
    assert_eq!(world.comments(&entries[1].case).await.len(), 1);
    assert_eq!(world.findings(&[&running.database]).await, []);
}
