//! Drops over TCP while answers are lost after the write, come as errors after half of it, or ask to wait (R09).

use std::{collections::BTreeMap, time::Duration};

use caseboard_core::view::{EntryState, EntryView, Outcome};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    mishaps,
    proof::Proof,
    seed::Seed,
};
use futures::future::join_all;
use practice_kibana::faults::Plan;

#[tokio::test]
async fn r09_drops_over_tcp_are_there_once_whatever_is_answered() {
    let mut proof = Proof::begin("R09", 10, 50);
    let mut words = Seed::of("r09_drops_over_tcp");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let mut drops = Vec::new();
    while proof.round().is_some() {
        let (id, _) = server.some_case(&mut words, "soc").await;
        let alerts: Vec<_> = (0..12).map(|_| words.alert_id()).collect();
        for (nth, alert) in alerts.iter().enumerate() {
            kibana::put_alert(&practice, "soc", alert, ["R", "Q"][nth % 2]);
        }
        drops.push((id, alerts));
    }
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await.id;
    let faults = practice.practice().faults();
    let rules = mishaps::of_attaching().map(|rule| rule.probability(0.15));
    faults.set(Plan::of(rules).seeded(proof.seed()));
    let attached = drops.iter().map(async |(id, alerts)| {
        let case = case(&deployment, "soc", id);
        let report = test.desk.attach_alerts(&case, alerts.join("\n")).await;
        report.unwrap().items
    });
    let reports = join_all(attached).await;
    let waiting: Vec<_> = reports
        .into_iter()
        .flatten()
        .filter_map(|item| match item.outcome {
            Outcome::Attached => None,
            Outcome::Waiting { entry } => Some(entry),
            outcome => panic!("{}: {outcome:?}", item.id),
        })
        .collect();
    faults.clear();
    test.until(async |desk| {
        let entries = desk.wait_for_entries(&waiting, Duration::ZERO).await;
        let done = |entry: &EntryView| entry.state == EntryState::Done;
        entries.unwrap().iter().all(done).then_some(())
    })
    .await;
    assert!(!faults.fired().is_empty(), "nothing went wrong");
    for (id, alerts) in drops {
        let once: BTreeMap<_, _> = alerts.into_iter().map(|alert| (alert, 1)).collect();
        assert_eq!(server.attached("soc", &id).await, once);
    }
}
