//! A drop of more alerts than a case holds, while answers are lost, writes are half done, and the desk ends in between (R09).

#[path = "../../../../../tests/src/mishaps.rs"]
#[expect(unreachable_pub, reason = "the journeys' own, too")]
mod mishaps;

use std::collections::{BTreeMap, BTreeSet};

use kibana_cases::AttachmentKind;
use practice_kibana::Alert;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

use super::*;
use crate::{
    id::CaseRef,
    view::{EntryState, Outcome},
};

/// Most alerts that Kibana keeps in a case.
const MOST: usize = 1000;

/// Puts alerts of a few rules into a space.
fn put_alerts(world: &World, ids: &[String], n_rules: usize) {
    for (nth, id) in ids.iter().enumerate() {
        let rule = format!("rule {}", nth % n_rules);
        let source = json!({"kibana.alert.rule.uuid": rule, "kibana.alert.rule.name": rule});
        world.servers[0].practice.put_alert(Alert {
            space: "soc".to_owned(),
            index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
            id: id.clone(),
            source: source.as_object().unwrap().clone(),
        });
    }
}

/// How often the case holds each alert.
async fn held(world: &World, case: &CaseRef) -> BTreeMap<String, usize> {
    let space = world.servers[0].client.space(&case.source.space);
    let there = space.attachments(&case.id).await.unwrap();
    let mut held = BTreeMap::new();
    for one in there.attachments {
        if let AttachmentKind::Alerts { alerts, .. } = one.kind {
            for alert in alerts {
                *held.entry(alert.id.to_string()).or_default() += 1;
            }
        }
    }
    held
}

fn faults(random: &mut StdRng) -> Plan {
    let applied = random.random_range(1..100);
    let faults = [
        Fault::HalfCommit,
        Fault::PartOfBulk { applied },
        Fault::ResetAfterCommit,
        Fault::FailAfterCommit { status: 500 },
        Fault::ResetBeforeCommit,
    ];
    let rules = faults.map(|fault| {
        Rule::of(fault)
            .on("POST /api/cases/*/comments")
            .probability(0.3)
            .limit(4)
    });
    Plan::of(rules).seeded(random.random())
}

#[tokio::test(start_paused = true)]
async fn r09_of_a_thousand_alerts_each_is_there_once_and_the_rest_is_counted() {
    let mut proof = Proof::begin("R09", 5, 50);
    while let Some(seed) = proof.round() {
        let mut random = StdRng::seed_from_u64(seed);
        let mut world = World::of(practice_kibana::World::Empty, 1, &["soc"], seed).await;
        let space = world.servers[0].client.space(&"soc".parse().unwrap());
        let new = kibana_cases::NewCase::new("a flood", "of alerts");
        let id = space.create_case(&new).await.unwrap().id;
        let case = CaseRef {
            source: world.servers[0].source("soc"),
            id,
        };
        tokio::time::sleep(Duration::from_mins(2)).await;
        let n_there = random.random_range(0..150);
        let ids: Vec<_> = (0..n_there + 1_000)
            .map(|n| format!("{seed:016x}{n:048x}"))
            .collect();
        let (there, dropped) = ids.split_at(n_there);
        put_alerts(&world, &ids, random.random_range(1..=4));
        let first = there.iter().map(|id| id.parse().unwrap()).collect();
        world.desk.attach_ids(&case, first, false).await.unwrap();
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(held(&world, &case).await.len(), n_there);

        world.servers[0].practice.faults().set(faults(&mut random));
        let report = world.desk.attach_alerts(&case, dropped.join("\n")).await;
        let report = report.unwrap();
        // It ends in the middle, and begins again, a few times.
        for _ in 0..random.random_range(0..4) {
            tokio::time::sleep(Duration::from_millis(random.random_range(0..20_000))).await;
            world.restart().await;
        }
        let mut waiting = Vec::new();
        let mut kept_out = BTreeSet::new();
        for item in report.items {
            match item.outcome {
                Outcome::Attached | Outcome::AlreadyAttached => {}
                Outcome::Waiting { entry } if waiting.contains(&entry) => {}
                Outcome::Waiting { entry } => waiting.push(entry),
                Outcome::Refused { error } if error.code == ErrorCode::CaseFull => {
                    kept_out.insert(item.id.to_string());
                }
                outcome => panic!("{}: {outcome:?}", item.id),
            }
        }
        let fired = world.servers[0].practice.faults().fired();
        assert!(!fired.is_empty(), "seed {seed}: nothing went wrong");
        let settled = world
            .desk
            .wait_for_entries(&waiting, Duration::from_hours(2))
            .await;
        for entry in settled.unwrap() {
            assert_eq!(entry.state, EntryState::Done, "seed {seed}: {entry:?}");
        }
        let held = held(&world, &case).await;
        assert!(
            held.values().all(|n| *n == 1),
            "seed {seed}: one is there twice"
        );
        let missing: BTreeSet<_> = ids
            .iter()
            .filter(|id| !held.contains_key(*id))
            .cloned()
            .collect();
        assert_eq!(missing, kept_out, "seed {seed}: what was told is what is");
        assert_eq!(
            kept_out.len(),
            ids.len().saturating_sub(MOST),
            "seed {seed}"
        );
        world.desk.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn r09_a_drop_that_meets_mishaps_is_there_once_each_time() {
    const OF_ONE_WORLD: usize = 40;
    let mut proof = Proof::begin("R09", 40, 1_000);
    let mut n_fired = 0;
    while !proof.is_done() {
        let world = World::of(practice_kibana::World::Empty, 1, &["soc"], proof.seed()).await;
        let source = world.servers[0].source("soc");
        let space = world.servers[0].client.space(&source.space);
        let mut cases = Vec::new();
        for n in 0..OF_ONE_WORLD {
            let new = kibana_cases::NewCase::new(format!("drop {n}"), "of alerts");
            cases.push(CaseRef {
                source: source.clone(),
                id: space.create_case(&new).await.unwrap().id,
            });
        }
        tokio::time::sleep(Duration::from_mins(2)).await;
        for case in &cases {
            let Some(seed) = proof.round() else { break };
            let mut random = StdRng::seed_from_u64(seed);
            let ids: Vec<_> = (0..random.random_range(1..25))
                .map(|n| format!("{seed:016x}{n:048x}"))
                .collect();
            put_alerts(&world, &ids, random.random_range(1..=4));
            let practice = &world.servers[0].practice;
            let rules = mishaps::of_attaching().map(|rule| rule.probability(0.4).limit(1));
            practice.faults().set(Plan::of(rules).seeded(seed));
            let report = world.desk.attach_alerts(case, ids.join("\n")).await;
            let waiting: BTreeSet<_> = report
                .unwrap()
                .items
                .into_iter()
                .filter_map(|item| match item.outcome {
                    Outcome::Attached => None,
                    Outcome::Waiting { entry } => Some(entry),
                    outcome => panic!("seed {seed}: {outcome:?} of {}", item.id),
                })
                .collect();
            let waiting: Vec<_> = waiting.into_iter().collect();
            let settled = world
                .desk
                .wait_for_entries(&waiting, Duration::from_hours(1))
                .await;
            for entry in settled.unwrap() {
                assert_eq!(entry.state, EntryState::Done, "seed {seed}: {entry:?}");
            }
            n_fired += practice.faults().fired().len();
            practice.faults().clear();
            let once = ids.into_iter().map(|id| (id, 1)).collect();
            assert_eq!(held(&world, case).await, once, "seed {seed}");
        }
        world.desk.shutdown().await;
    }
    assert!(n_fired > 0, "nothing went wrong");
}
