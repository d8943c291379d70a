use kibana_cases::AttachmentKind;
use practice_kibana::{
    Alert,
    faults::{Fault, Plan, Rule},
};
use serde_json::json;

use super::*;
use crate::{
    desk::world::World,
    view::{BoardQuery, CaseRow},
};

const ROUTE: &str = "POST /api/cases/*/comments";

async fn some_case(world: &World) -> CaseRow {
    let query = BoardQuery::default();
    let window = world.desk.board_window(&query, "open", 0, 1).await;
    window.unwrap().rows.remove(0)
}

fn put_alert(world: &World, n: u32) -> String {
    let id = format!("{n:064x}");
    let source = json!({"kibana.alert.uuid": id, "kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "R"});
    world.servers[0].practice.put_alert(Alert {
        space: "soc".to_owned(),
        index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
        id: id.clone(),
        source: source.as_object().unwrap().clone(),
    });
    id
}

async fn has(world: &World, case: &CaseRow, id: &str) -> bool {
    let space = world.desk.space(&case.case.source).unwrap();
    let there = attached(&space, &case.case).await.unwrap();
    there.iter().any(|alert| alert.as_str() == id)
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_attached_now_is_told_as_waiting_and_attached_later() {
    let world = World::new(1, &["soc"], 6).await;
    let case = some_case(&world).await;
    let id = put_alert(&world, 1);
    let fault = Fault::ResetBeforeCommit;
    world.servers[0]
        .practice
        .faults()
        .set(Plan::of([Rule::of(fault).on(ROUTE)]));
    let report = world.desk.attach_alerts(&case.case, id.clone()).await;
    let Outcome::Waiting { entry } = report.unwrap().items.remove(0).outcome else {
        panic!("it cannot be there yet");
    };
    assert!(!has(&world, &case, &id).await);
    world.servers[0].practice.faults().clear();
    let settled = world
        .desk
        .wait_for_entries(&[entry], Duration::from_mins(10))
        .await;
    assert_eq!(settled.unwrap()[0].state, EntryState::Done);
    assert!(has(&world, &case, &id).await);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_after_the_alerts_were_stored_is_no_failure() {
    let world = World::new(1, &["soc"], 7).await;
    let case = some_case(&world).await;
    let id = put_alert(&world, 2);
    let fault = Fault::FailAfterCommit { status: 500 };
    let rule = Rule::of(fault).on(ROUTE).limit(1);
    world.servers[0].practice.faults().set(Plan::of([rule]));
    let report = world.desk.attach_alerts(&case.case, id.clone()).await;
    assert_eq!(report.unwrap().items[0].outcome, Outcome::Attached);
    assert!(has(&world, &case, &id).await);
    let space = world.desk.space(&case.case.source).unwrap();
    let there = space.attachments(&case.case.id).await.unwrap();
    let ours = there.attachments.iter().filter(|one| {
        matches!(&one.kind, AttachmentKind::Alerts { alerts, .. } if alerts.iter().any(|alert| alert.id.as_str() == id))
    });
    assert_eq!(ours.count(), 1, "it was read back, and not sent again");
    world.desk.shutdown().await;
}
