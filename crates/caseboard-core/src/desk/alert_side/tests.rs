use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{
    desk::dropped::tests::{case, empty, of_rule, put},
    view::{EntryState, EntryWhat},
};

#[tokio::test(start_paused = true)]
async fn an_alert_tells_all_that_it_says_and_which_cases_hold_it() {
    let world = empty(2).await;
    let target = case(&world, 0, "soc", "the target").await;
    let id = format!("{:064x}", 1);
    let mut document = of_rule("Malware prevention");
    document["process"] = json!({"command_line": "rundll32 \u{202e}x", "args": ["a", "b"]});
    put(&world, 0, "soc", &id, &document);
    let attached = world.desk.attach_alerts(&target, id.clone()).await;
    attached.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let alert: AlertId = id.parse().unwrap();
    let detail = world
        .desk
        .alert_detail(&target.source, &alert)
        .await
        .unwrap();
    assert_eq!(detail.place, "D0 / soc");
    assert_eq!(detail.kept, None);
    let values = |name: &str| {
        let field = detail.fields.iter().find(|field| field.name == name);
        field.map(|field| field.values.clone()).unwrap_or_default()
    };
    assert_eq!(values("host.name"), ["web-07"]);
    assert_eq!(values("process.command_line"), ["rundll32 ⟨RLO⟩x"]);
    assert_eq!(values("process.args"), ["a", "b"]);
    assert!(detail.raw.contains("⟨RLO⟩"), "{}", detail.raw);
    let cases: Vec<_> = detail
        .cases
        .iter()
        .map(|one| (&one.row.case, one.sync_alerts))
        .collect();
    assert_eq!(cases, [(&target, true)]);

    let elsewhere = world.servers[1].source("soc");
    let missing = world
        .desk
        .alert_detail(&elsewhere, &alert)
        .await
        .unwrap_err();
    assert_eq!(missing.code, crate::code::ErrorCode::NotFound);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn an_alert_whose_index_is_gone_is_told_as_it_was_read() {
    let world = empty(1).await;
    let target = case(&world, 0, "soc", "the target").await;
    let id = format!("{:064x}", 1);
    // It is in the case and was read once, and Kibana has no such document.
    let attached = world
        .desk
        .attach_ids(&target, vec![id.parse().unwrap()], true)
        .await;
    attached.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let body = json!({"_id": id, "_index": "gone", "_source": of_rule("R")}).to_string();
    let database = world.desk.inner.mirror.database();
    let keep = database.write(move |transaction| {
        let keep = "INSERT INTO alerts (source, alert, body, read_at) SELECT source, alert, ?1, 7 FROM case_alerts JOIN cases USING (case_key)";
        Ok(transaction.execute(keep, [body])?)
    });
    assert_eq!(keep.await.unwrap(), 1);
    let alert: AlertId = id.parse().unwrap();
    let detail = world
        .desk
        .alert_detail(&target.source, &alert)
        .await
        .unwrap();
    let kept = detail.kept.unwrap();
    assert_eq!(kept.at.as_deref(), Some("1970-01-01T00:00:00.000007Z"));
    assert_eq!(kept.problem, None);
    assert_eq!(detail.summary.host.as_deref(), Some("web-07"));
    assert_eq!(detail.cases[0].row.case, target);
    let found = world.desk.search_alerts(&id).await.unwrap();
    assert_eq!(found.places[0].alerts[0].cases[0].case, target);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_a_text_names_is_found_in_every_source_with_its_cases() {
    let world = empty(2).await;
    let target = case(&world, 0, "soc", "the target").await;
    let ids = [1, 2, 3].map(|n| format!("{n:064x}"));
    put(&world, 0, "soc", &ids[0], &of_rule("R"));
    put(&world, 1, "ot", &ids[1], &of_rule("R"));
    let mut other = of_rule("Q");
    other["host"]["name"] = "db-01".into();
    other["file"] = json!({"hash": {"sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}});
    other["source"] = json!({"ip": "203.0.113.9"});
    put(&world, 1, "soc", &ids[2], &other);
    let attached = world.desk.attach_alerts(&target, ids[0].clone()).await;
    attached.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let at = |search: &AlertSearch| {
        let places = search.places.iter();
        let found =
            places.map(|there| (there.name.clone(), there.total, there.alerts[0].cases.len()));
        found.collect::<Vec<_>>()
    };
    let of = |name: &str, n_cases| (name.to_owned(), 1, n_cases);
    for (text, found) in [
        ("web-07", vec![of("D0 / soc", 1), of("D1 / ot", 0)]),
        ("Q", vec![of("D1 / soc", 0)]),
        (
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            vec![of("D1 / soc", 0)],
        ),
        ("203[.]0[.]113[.]9", vec![of("D1 / soc", 0)]),
        (ids[0].as_str(), vec![of("D0 / soc", 1)]),
        ("nobody", vec![]),
    ] {
        let search = world.desk.search_alerts(text).await.unwrap();
        assert_eq!(at(&search), found, "{text}");
        assert!(search.unasked.is_empty());
    }
    assert!(world.desk.search_alerts(" ").await.is_err());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn alerts_get_another_status_the_case_stays_and_they_go_back() {
    let world = empty(1).await;
    let target = case(&world, 0, "soc", "the target").await;
    let ids = [1, 2].map(|n| format!("{n:064x}"));
    for (id, status) in ids.iter().zip(["open", "acknowledged"]) {
        let mut document = of_rule("R");
        document["kibana.alert.workflow_status"] = status.into();
        put(&world, 0, "soc", id, &document);
    }
    // It takes over no status: both stay as they are until somebody says so.
    let unsynced = crate::view::CaseEdit {
        sync_alerts: Some(false),
        ..Default::default()
    };
    world.desk.edit_case(&target, &unsynced).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    let attached = world.desk.attach_alerts(&target, ids.join(" ")).await;
    attached.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let space = world.servers[0].client.space(&target.source.space);
    let alerts = ids.clone().map(|id| id.parse::<AlertId>().unwrap());
    let stand = async || {
        let mut hits = space.alerts_by_id(&alerts).await.unwrap().items;
        hits.sort_by(|left, right| left.id.cmp(&right.id));
        let stand = hits.iter().map(|hit| hit.workflow_status().unwrap());
        stand.collect::<Vec<_>>()
    };
    let set = world
        .desk
        .set_alert_status(&target, alerts.to_vec(), NewAlertStatus::Closed)
        .await
        .unwrap();
    assert_eq!(
        set.what,
        EntryWhat::SetAlertStatus {
            n_alerts: 2,
            status: "closed".to_owned()
        }
    );
    let patience = Duration::from_mins(1);
    let settled = world
        .desk
        .wait_for_entries(std::slice::from_ref(&set.id), patience)
        .await
        .unwrap();
    assert_eq!(settled[0].state, EntryState::Done);
    assert_eq!(stand().await, ["closed", "closed"]);
    let case = space.case(&target.id).await.unwrap();
    assert_eq!(case.status.as_str(), "open");
    world.desk.undo_entry(&set.id).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(stand().await, ["open", "acknowledged"]);

    let nobody: AlertId = "nobody".parse().unwrap();
    let lost = world
        .desk
        .set_alert_status(&target, vec![nobody], NewAlertStatus::Open)
        .await;
    let lost = lost.unwrap().id;
    let settled = world
        .desk
        .wait_for_entries(&[lost], patience)
        .await
        .unwrap();
    assert_eq!(settled[0].state, EntryState::NeedsYou, "it is gone");
    assert!(
        world
            .desk
            .set_alert_status(&target, vec![], NewAlertStatus::Open)
            .await
            .is_err()
    );
    world.desk.shutdown().await;
}
