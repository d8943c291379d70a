use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use caseboard_core::{
    code::ErrorCode,
    view::{EntryState, EntryView, Outcome},
};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    seed::Seed,
};
use serde_json::json;

#[tokio::test]
async fn every_id_of_a_drop_has_an_outcome_and_the_server_agrees() {
    let mut seed = Seed::of("every_id_of_a_drop_has_an_outcome_and_the_server_agrees");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, title) = server.some_case(&mut seed, "soc").await;
    let [new, other_rule, old, unknown, foreign] = std::array::from_fn(|_| seed.alert_id());
    for (alert, rule) in [
        (&new, "Malware prevention"),
        (&other_rule, "Suspicious rundll32"),
        (&old, "Malware prevention"),
    ] {
        kibana::put_alert(&practice, "soc", alert, rule);
    }
    kibana::put_alert(&practice, "ot", &foreign, "Odd PLC write");
    server.attach("soc", &id, &old).await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);

    let text = format!(
        "please look at\n{new}, {old}\n[link](https://k.test/s/soc/app/security/alerts/redirect/{other_rule}?index=x)\n{unknown} {foreign}\n{new} e2a2fe19…086d76"
    );
    let report = test.desk.attach_alerts(&reference, text).await.unwrap();
    assert_eq!(
        (report.title, report.shortened),
        (title, vec!["e2a2fe19…086d76".to_owned()])
    );
    let order: Vec<_> = report
        .items
        .iter()
        .map(|item| (item.id.as_str(), item.line))
        .collect();
    assert_eq!(
        order,
        [
            (new.as_str(), 2),
            (&old, 2),
            (&other_rule, 3),
            (&unknown, 4),
            (&foreign, 4)
        ],
        "first-seen order, each once"
    );
    let outcomes: HashMap<_, _> = report
        .items
        .iter()
        .map(|item| (item.id.as_str(), &item.outcome))
        .collect();
    assert_eq!(outcomes[new.as_str()], &Outcome::Attached);
    assert_eq!(outcomes[other_rule.as_str()], &Outcome::Attached);
    assert_eq!(outcomes[old.as_str()], &Outcome::AlreadyAttached);
    assert_eq!(
        outcomes[unknown.as_str()],
        &Outcome::NotFound { unasked: vec![] }
    );
    assert_eq!(
        outcomes[foreign.as_str()],
        &Outcome::Elsewhere {
            sources: vec!["PROD / ot".to_owned()]
        }
    );
    assert_eq!(
        report.items[0]
            .summary
            .as_ref()
            .unwrap()
            .rule_name
            .as_deref(),
        Some("Malware prevention")
    );
    assert_eq!(
        server.alerts("soc", &id).await,
        BTreeSet::from([new, other_rule, old]),
        "the server holds what was told, and nothing else"
    );
}

#[tokio::test]
async fn a_space_out_of_use_is_not_asked() {
    let mut seed = Seed::of("a_space_out_of_use_is_not_asked");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let alert = seed.alert_id();
    kibana::put_alert(&practice, "ot", &alert, "Odd PLC write");
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await.id;
    let reference = case(&deployment, "soc", &id);
    let ot = case(&deployment, "ot", &id).source;
    test.desk.set_space_shown(&ot, false).await.unwrap();
    let report = test.desk.attach_alerts(&reference, alert).await.unwrap();
    assert_eq!(
        report.items[0].outcome,
        Outcome::NotFound { unasked: vec![] }
    );
}

#[tokio::test]
async fn a_closed_case_takes_no_alerts_and_says_so() {
    let mut seed = Seed::of("a_closed_case_takes_no_alerts_and_says_so");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let alert = seed.alert_id();
    kibana::put_alert(&practice, "soc", &alert, "R");
    server.patch("soc", &id, json!({"status": "closed"})).await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let report = test.desk.attach_alerts(&reference, alert).await.unwrap();
    assert!(
        matches!(&report.items[0].outcome, Outcome::Refused { error } if error.code == ErrorCode::CaseClosed)
    );
    assert!(server.alerts("soc", &id).await.is_empty());
}

#[tokio::test]
async fn an_alert_in_ten_cases_is_refused_before_kibana_is_asked() {
    let mut seed = Seed::of("an_alert_in_ten_cases_is_refused_before_kibana_is_asked");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let alert = seed.alert_id();
    kibana::put_alert(&practice, "soc", &alert, "R");
    for _ in 0..10 {
        let (full, _) = server.some_case(&mut seed, "soc").await;
        server.attach("soc", &full, &alert).await;
    }
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let report = test.desk.attach_alerts(&reference, alert).await.unwrap();
    assert!(
        matches!(&report.items[0].outcome, Outcome::Refused { error } if error.code == ErrorCode::AlertCaseLimit),
        "{:?}",
        report.items
    );
    assert!(server.alerts("soc", &id).await.is_empty());
}

#[tokio::test]
async fn the_thousand_and_first_alert_is_refused_and_counted() {
    let mut seed = Seed::of("the_thousand_and_first_alert_is_refused_and_counted");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let ids: Vec<_> = (0..1002).map(|_| seed.alert_id()).collect();
    for id in &ids {
        kibana::put_alert(&practice, "soc", id, "R");
    }
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let report = test
        .desk
        .attach_alerts(&reference, ids.join(" "))
        .await
        .unwrap();
    let n = |test: fn(&Outcome) -> bool| {
        report
            .items
            .iter()
            .filter(|item| test(&item.outcome))
            .count()
    };
    assert_eq!(
        n(|outcome| matches!(outcome, Outcome::Attached | Outcome::Waiting { .. })),
        1000
    );
    assert_eq!(
        n(
            |outcome| matches!(outcome, Outcome::Refused { error } if error.code == ErrorCode::CaseFull)
        ),
        2
    );
    let waiting = report.items.iter().filter_map(|item| match &item.outcome {
        Outcome::Waiting { entry } => Some(entry.clone()),
        _ => None,
    });
    let waiting: Vec<_> = waiting.collect();
    test.until(async |desk| {
        let entries = desk.wait_for_entries(&waiting, Duration::ZERO).await;
        let done = |entry: &EntryView| entry.state == EntryState::Done;
        entries.unwrap().iter().all(done).then_some(())
    })
    .await;
    assert_eq!(server.alerts("soc", &id).await.len(), 1000);
}

#[tokio::test]
async fn text_without_ids_is_refused_with_the_reason() {
    let mut seed = Seed::of("text_without_ids_is_refused_with_the_reason");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let error = test
        .desk
        .attach_alerts(&reference, "nothing to see on web-07".to_owned())
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}
