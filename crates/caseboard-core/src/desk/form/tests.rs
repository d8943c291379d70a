//! Told by the practice server in virtual time.

use std::time::Duration;

use kibana_cases::{
    CaseConnector, ClosureType, CustomFieldDefinition, NewCase, NewConfiguration, Owner, Template,
};
use practice_kibana::faults::{Fault, Plan, Rule};
use serde_json::{Value, json};

use super::*;
use crate::{
    code::ErrorCode,
    desk::world::World,
    view::{Activity, CaseEdit, CaseSeen, EntryState, NewCaseForm, PendingChange},
};

const OWNER: &str = "securitySolution";

fn configuration() -> NewConfiguration {
    let definition = |key: &str, kind: &str| -> CustomFieldDefinition {
        let label = key.to_uppercase();
        serde_json::from_value(json!({"key": key, "label": label, "type": kind, "required": false}))
            .unwrap()
    };
    let template: Template = serde_json::from_value(json!({
        "key": "phish", "name": "Phishing",
        "caseFields": {"title": "Phish", "tags": ["phish"], "severity": "high", "settings": {"syncAlerts": false},
                       "customFields": [{"key": "shift", "type": "text", "value": "night"}]},
    }))
    .unwrap();
    NewConfiguration {
        owner: Owner::SecuritySolution,
        closure_type: ClosureType::ByUser,
        connector: CaseConnector::default(),
        custom_fields: vec![
            definition("shift", "text"),
            definition("n", "number"),
            definition("vip", "toggle"),
        ],
        templates: vec![template],
        observable_types: Vec::new(),
    }
}

async fn world() -> (World, SourceId) {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    let source = world.servers[0].source("soc");
    let space = world.servers[0].client.space(&source.space);
    space.create_configuration(&configuration()).await.unwrap();
    (world, source)
}

fn text(key: &str, text: &str) -> CustomFieldEdit {
    CustomFieldEdit {
        key: key.to_owned(),
        value: CustomValue::Text {
            text: text.to_owned(),
        },
    }
}

#[tokio::test(start_paused = true)]
async fn a_form_is_as_it_was_last_read_while_kibana_cannot_be_asked() {
    let (mut world, source) = world().await;
    let read = world.desk.case_form(&source, OWNER).await.unwrap();
    let labels: Vec<_> = read.custom_fields.iter().map(|one| &*one.label).collect();
    assert_eq!(labels, ["SHIFT", "N", "VIP"]);
    assert_eq!(read.custom_fields[1].kind, CustomFieldKind::Number);
    let [phish] = &*read.templates else {
        panic!("there is one template");
    };
    assert_eq!(phish.title.as_deref(), Some("Phish"));
    assert_eq!(phish.sync_alerts, Some(false));
    assert_eq!(phish.custom_fields, [text("shift", "night")]);
    world.servers[0]
        .practice
        .faults()
        .set(Plan::of([Rule::of(Fault::RefuseConnect)]));
    let known = world.desk.case_form(&source, OWNER).await.unwrap();
    assert_eq!(known.problem.as_ref().unwrap().code, ErrorCode::Unreachable);
    assert_eq!(known.custom_fields, read.custom_fields);
    world.restart().await;
    let known = world.desk.case_form(&source, OWNER).await.unwrap();
    assert_eq!(known.templates, read.templates, "it outlives the process");
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_new_case_carries_its_custom_fields_and_its_draft_is_kept_until_then() {
    let (world, source) = world().await;
    let form = NewCaseForm {
        title: "Odd beacon".to_owned(),
        description: "Seen.".to_owned(),
        tags: vec![],
        severity: "high".to_owned(),
        assignees: vec![],
        category: None,
        sync_alerts: false,
        custom_fields: vec![text("shift", "night")],
    };
    let draft = NewCaseDraft {
        source: Some(source.clone()),
        form: form.clone(),
    };
    world
        .desk
        .put_new_case_draft(Some(draft.clone()))
        .await
        .unwrap();
    assert_eq!(world.desk.new_case_draft().await.unwrap(), Some(draft));
    let written = world.desk.create_case(&source, form).await.unwrap();
    let settled = world
        .desk
        .wait_for_entries(&[written.id], Duration::from_mins(1))
        .await
        .unwrap();
    assert_eq!(settled[0].state, EntryState::Done);
    let shown = world.desk.detail(&settled[0].case).await.unwrap();
    assert!(
        shown.fields.custom_fields.contains(&text("shift", "night")),
        "{:?}",
        shown.fields.custom_fields
    );
    assert_eq!(world.desk.new_case_draft().await.unwrap(), None);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_edited_offline_shows_at_once_and_says_that_it_is_pending() {
    let (world, source) = world().await;
    let space = world.servers[0].client.space(&source.space);
    let id = space
        .create_case(&NewCase::new("Odd beacon", "Seen."))
        .await
        .unwrap()
        .id;
    for text in ["first", "second"] {
        let commented = space.add_comment(&id, OWNER, text).await;
        commented.unwrap();
    }
    world.desk.sync_now();
    tokio::time::sleep(Duration::from_secs(20)).await;
    let case = CaseRef { source, id };
    world.desk.read_case(&case).await;
    world.servers[0]
        .practice
        .faults()
        .set(Plan::of([Rule::of(Fault::RefuseConnect)]));
    let before = world.desk.detail(&case).await.unwrap();
    let [first, second] = &*before.activity.unwrap() else {
        panic!("there are two comments");
    };
    let (first, second) = (first.id.clone().unwrap(), second.id.clone().unwrap());
    let desk = &world.desk;
    desk.edit_comment(&case, &first, None, "better".to_owned())
        .await
        .unwrap();
    desk.delete_attachment(&case, &second).await.unwrap();
    let edit = CaseEdit {
        custom_fields: vec![text("shift", "day")],
        seen: CaseSeen {
            custom_fields: vec![CustomFieldEdit {
                key: "shift".to_owned(),
                value: CustomValue::None,
            }],
            ..CaseSeen::default()
        },
        ..CaseEdit::default()
    };
    desk.edit_case(&case, &edit).await.unwrap();
    let shown = desk.detail(&case).await.unwrap();
    let [first, second] = &*shown.activity.unwrap() else {
        panic!("a comment that goes is there until it is gone");
    };
    let Activity::Comment {
        text: first_text, ..
    } = &first.what
    else {
        panic!("it is a comment");
    };
    assert_eq!(
        (&**first_text, first.pending),
        ("better", Some(PendingChange::Edited))
    );
    assert_eq!(second.pending, Some(PendingChange::Removed));
    assert_eq!(shown.fields.custom_fields, [text("shift", "day")]);
    world.servers[0].practice.faults().clear();
    desk.shutdown().await;
}

#[test]
fn a_template_of_another_form_gives_what_can_be_read() {
    let odd = |fields: Value| -> Template {
        serde_json::from_value(json!({"key": "a", "name": "a", "caseFields": fields})).unwrap()
    };
    for fields in [Value::Null, json!([]), json!({"title": 7, "tags": "x"})] {
        let read = template(&odd(fields));
        assert_eq!((read.title, read.tags), (None, Vec::<String>::new()));
    }
    let read = template(&odd(
        json!({"tags": ["x", 7], "assignees": [{"uid": "u_1_0"}, {}]}),
    ));
    assert_eq!(
        (read.tags, read.assignees),
        (vec!["x".to_owned()], vec!["u_1_0".to_owned()])
    );
}
