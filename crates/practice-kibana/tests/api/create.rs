//! B018 to B050.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::support::{Server, case_body, without};

async fn refused(fields: Value, text: &str) {
    let server = Server::empty();
    server.post_case(fields).await.refused(400, text);
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
}

#[tokio::test]
async fn b018_create_is_200() {
    assert_eq!(Server::empty().post_case(json!({})).await.status, 200);
}

#[tokio::test]
async fn b019_new_case_has_its_defaults() {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["a", "a"]})).await;
    let expected = json!({
        "status": "open", "severity": "low", "category": null, "assignees": [], "customFields": [],
        "observables": [], "duration": null, "updated_at": null, "updated_by": null, "closed_at": null,
        "closed_by": null, "external_service": null, "totalComment": 0, "totalAlerts": 0, "comments": [],
        "owner": "securitySolution", "title": "T", "description": "D", "tags": ["a", "a"],
        "settings": {"syncAlerts": true},
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "created_at": "2025-05-06T07:08:09.123Z", "version": "WzEsMV0=",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(case.get(name), Some(value), "{name}");
    }
    assert_eq!(case["created_by"]["username"], "mlindqvist");
}

#[tokio::test]
async fn number_of_a_case_comes_later_and_is_no_write() {
    let server = Server::of(Profile::V9);
    let case = server.case(json!({})).await;
    assert_eq!(case["totalEvents"], 0);
    assert_eq!(case.get("incremental_id"), None, "the number comes later");
    server.advance(30);
    let later = server
        .get(&format!("/api/cases/{}", case["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(later["incremental_id"], 1);
    assert_eq!(later["version"], case["version"], "the number is no write");
}

#[tokio::test]
async fn b020_severity_is_echoed() {
    assert_eq!(
        Server::empty().case(json!({"severity": "high"})).await["severity"],
        "high"
    );
}

#[tokio::test]
async fn b021_unknown_key_is_400() {
    refused(json!({"badKey": 1}), "invalid keys \"badKey\"").await;
}

#[tokio::test]
async fn b022_status_is_not_accepted() {
    refused(json!({"status": "open"}), "invalid keys \"status\"").await;
}

/// Without a required field.
async fn refused_without(field: &str) {
    let server = Server::empty();
    let body = without(case_body(json!({})), field);
    let text = format!("Invalid value \"undefined\" supplied to \"{field}\"");
    server
        .send("POST", "/api/cases", Some(body))
        .await
        .refused(400, &text);
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
}

#[tokio::test]
async fn b023_connector_is_required() {
    refused_without("connector").await;
}

#[tokio::test]
async fn b024_title_is_required() {
    refused_without("title").await;
}

#[tokio::test]
async fn b025_description_is_required() {
    refused_without("description").await;
}

#[tokio::test]
async fn b026_tags_are_required() {
    refused_without("tags").await;
}

#[tokio::test]
async fn b027_settings_and_owner_are_required() {
    refused_without("settings").await;
    refused_without("owner").await;
}

#[tokio::test]
async fn body_is_required() {
    Server::empty()
        .send("POST", "/api/cases", None)
        .await
        .refused(400, "Invalid value");
}

#[tokio::test]
async fn b028_unknown_severity_is_400() {
    refused(
        json!({"severity": "very-severe"}),
        "Invalid value \"very-severe\" supplied to \"severity\"",
    )
    .await;
}

#[tokio::test]
async fn b029_title_has_160_characters_at_most() {
    let text = "The length of the title is too long. The maximum length is 160.";
    refused(json!({"title": "x".repeat(161)}), text).await;
    for length in [159, 160] {
        Server::empty()
            .case(json!({"title": "x".repeat(length)}))
            .await;
    }
    let server = Server::empty();
    let case = server
        .case(json!({"title": format!("  {}  ", "x".repeat(160))}))
        .await;
    assert_eq!(
        case["title"],
        "x".repeat(160),
        "blanks around it do not count"
    );
}

#[tokio::test]
async fn b030_title_is_not_empty() {
    for title in ["", "   "] {
        refused(
            json!({"title": title}),
            "The title field cannot be an empty string.",
        )
        .await;
    }
}

#[tokio::test]
async fn b031_description_has_30000_characters_at_most() {
    let text = "The length of the description is too long. The maximum length is 30000.";
    refused(json!({"description": "x".repeat(30_001)}), text).await;
    Server::empty()
        .case(json!({"description": "x".repeat(30_000)}))
        .await;
}

#[tokio::test]
async fn b032_description_is_not_empty() {
    refused(
        json!({"description": " "}),
        "The description field cannot be an empty string.",
    )
    .await;
}

#[tokio::test]
async fn b033_tag_is_not_empty() {
    for tag in ["", " "] {
        refused(
            json!({"tags": ["good", tag]}),
            "The tag field cannot be an empty string.",
        )
        .await;
    }
}

#[tokio::test]
async fn b034_tag_has_256_characters_at_most() {
    let text = "The length of the tag is too long. The maximum length is 256.";
    refused(json!({"tags": ["x".repeat(257)]}), text).await;
    Server::empty()
        .case(json!({"tags": ["x".repeat(256)]}))
        .await;
}

#[tokio::test]
async fn b035_tags_are_200_at_most() {
    let text = "The length of the field tags is too long. Array must be of length <= 200.";
    refused(json!({"tags": vec!["x"; 201]}), text).await;
    Server::empty().case(json!({"tags": vec!["x"; 200]})).await;
}

#[tokio::test]
async fn b036_category_has_50_characters_at_most() {
    let text = "The length of the category is too long. The maximum length is 50.";
    refused(json!({"category": "x".repeat(51)}), text).await;
    for category in ["", "  "] {
        refused(
            json!({"category": category}),
            "The category field cannot be an empty string.",
        )
        .await;
    }
    Server::empty()
        .case(json!({"category": "x".repeat(50)}))
        .await;
}

#[tokio::test]
async fn b037_texts_are_trimmed() {
    let fields =
        json!({"title": " t ", "description": "\n d ", "category": " c ", "tags": [" a ", "b"]});
    let case = Server::empty().case(fields).await;
    assert_eq!(case["title"], "t");
    assert_eq!(case["description"], "d");
    assert_eq!(case["category"], "c");
    assert_eq!(case["tags"], json!(["a", "b"]));
}

#[tokio::test]
async fn b038_assignees_are_10_at_most() {
    let assignees = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({"uid": format!("u_{n}_0")}))
            .collect()
    };
    let text = "The length of the field assignees is too long. Array must be of length <= 10.";
    refused(json!({"assignees": assignees(11)}), text).await;
    Server::empty()
        .case(json!({"assignees": assignees(10)}))
        .await;
}

#[tokio::test]
async fn b039_empty_and_repeated_assignees_are_dropped() {
    let assignees = json!([{"uid": "u_a_0"}, {"uid": ""}, {"uid": "u_b_0"}, {"uid": "u_a_0"}]);
    let case = Server::empty().case(json!({"assignees": assignees})).await;
    assert_eq!(
        case["assignees"],
        json!([{"uid": "u_a_0"}, {"uid": "u_b_0"}])
    );
}

fn connector(kind: &str, fields: &Value) -> Value {
    json!({"connector": {"id": "x", "name": "X", "type": kind, "fields": fields}})
}

#[tokio::test]
async fn b041_connector_type_and_fields_are_checked() {
    let unknown = connector(".not-exists", &Value::Null);
    let text = "Invalid value \".not-exists\" supplied to \"connector,type\"";
    refused(unknown, text).await;
    let unsupported = connector(".jira", &json!({"unsupported": "value"}));
    refused(unsupported, "connector").await;
    refused(connector(".none", &json!({"a": 1})), "connector,fields").await;
}

#[tokio::test]
async fn b042_connector_that_does_not_exist_is_stored() {
    let fields = json!({"issueType": "10006", "priority": "High", "parent": null});
    let case = Server::empty().case(connector(".jira", &fields)).await;
    assert_eq!(
        case["connector"],
        json!({"id": "x", "name": "X", "type": ".jira", "fields": fields})
    );
}

#[tokio::test]
async fn b043_unknown_owner_is_403() {
    let reply = Server::empty().post_case(json!({"owner": "nobody"})).await;
    reply.refused_exactly(403, "Unauthorized to create case with owners: \"nobody\"");
}

#[tokio::test]
async fn b050_create_writes_one_user_action() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions.len(), 1);
    let action = &actions[0];
    assert_eq!(
        (&action["type"], &action["action"]),
        (&json!("create_case"), &json!("create"))
    );
    assert_eq!(action["comment_id"], Value::Null);
    assert_eq!(
        action["payload"],
        json!({
            "title": "T", "description": "D", "tags": [], "settings": {"syncAlerts": true},
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
            "owner": "securitySolution", "status": "open", "severity": "low", "assignees": [],
            "category": null, "customFields": [],
        })
    );
}

#[tokio::test]
async fn only_sync_alerts_is_a_setting() {
    let settings = json!({"settings": {"syncAlerts": true, "extractObservables": true}});
    refused(settings, "invalid keys \"extractObservables\"").await;
}
