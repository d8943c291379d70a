//! B018 to B050.

use serde_json::{Value, json};

use crate::support::{Server, array, case_body, id, without};

async fn refused(fields: Value, text: &str) {
    let server = Server::empty();
    server.post_case(fields).await.refused(400, text);
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
}

#[tokio::test]
async fn b018_create_is_200() {
    let server = Server::empty();
    let reply = server.post_case(json!({})).await;
    assert_eq!(reply.status, 200);
    let read = server
        .get(&format!("/api/cases/{}", id(&reply.body)))
        .await
        .ok();
    assert_eq!(read["version"], reply.body["version"]);
    assert_eq!(server.post_case(json!({"title": ""})).await.status, 400);
    assert_eq!(server.find("").await["total"], 1);
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
async fn b020_severity_is_echoed() {
    let server = Server::empty();
    for severity in ["low", "medium", "high", "critical"] {
        let case = server.case(json!({ "severity": severity })).await;
        assert_eq!(case["severity"], severity);
        let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
        assert_eq!(read["severity"], severity);
    }
    assert_eq!(server.case(json!({})).await["severity"], "low");
}

#[tokio::test]
async fn b021_unknown_key_is_400() {
    refused(json!({"badKey": 1}), "invalid keys \"badKey\"").await;
    refused(json!({"a": 1, "b": null}), "invalid keys \"a,b\"").await;
    let nested = json!({"connector": {"id": "none", "name": "none", "type": ".none", "fields": null, "deepKey": 1}});
    refused(nested, "invalid keys \"deepKey\"").await;
    let server = Server::empty();
    let reply = server.post_case(json!({"badKey": 1, "title": ""})).await;
    reply.refused_exactly(400, "The title field cannot be an empty string.");
    server.case(json!({})).await;
}

#[tokio::test]
async fn b022_status_is_not_accepted() {
    for status in ["open", "in-progress", "closed"] {
        refused(json!({ "status": status }), "invalid keys \"status\"").await;
    }
    assert_eq!(Server::empty().case(json!({})).await["status"], "open");
}

/// Without a required field, or with a value that is none, and then with it.
async fn refused_without(field: &str) {
    let server = Server::empty();
    let body = without(case_body(json!({})), field);
    let text = format!("Invalid value \"undefined\" supplied to \"{field}\"");
    server
        .send("POST", "/api/cases", Some(body))
        .await
        .refused_exactly(400, &text);
    for wrong in [Value::Null, json!(7)] {
        let text = format!("Invalid value \"{wrong}\" supplied to \"{field}\"");
        let reply = server.post_case(json!({ field: wrong })).await;
        reply.refused(400, &text);
    }
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
    server.post_case(json!({})).await.ok();
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
    for (severity, shown) in [
        (json!("very-severe"), "very-severe"),
        (json!("High"), "High"),
        (json!(20), "20"),
        (Value::Null, "null"),
    ] {
        let text = format!("Invalid value \"{shown}\" supplied to \"severity\"");
        refused(json!({ "severity": severity }), &text).await;
    }
    Server::empty().case(json!({"severity": "critical"})).await;
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
    for title in ["", "   ", "\t\n"] {
        refused(
            json!({"title": title}),
            "The title field cannot be an empty string.",
        )
        .await;
    }
    assert_eq!(
        Server::empty().case(json!({"title": "x"})).await["title"],
        "x"
    );
}

#[tokio::test]
async fn b031_description_has_30000_characters_at_most() {
    let text = "The length of the description is too long. The maximum length is 30000.";
    refused(json!({"description": "x".repeat(30_001)}), text).await;
    let long = "x".repeat(30_000);
    let case = Server::empty().case(json!({ "description": long })).await;
    assert_eq!(case["description"], long);
}

#[tokio::test]
async fn b032_description_is_not_empty() {
    for description in ["", " "] {
        refused(
            json!({ "description": description }),
            "The description field cannot be an empty string.",
        )
        .await;
    }
    let case = Server::empty().case(json!({"description": "x"})).await;
    assert_eq!(case["description"], "x");
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
    let case = Server::empty().case(json!({"tags": ["good", "x"]})).await;
    assert_eq!(case["tags"], json!(["good", "x"]));
}

#[tokio::test]
async fn b034_tag_has_256_characters_at_most() {
    let text = "The length of the tag is too long. The maximum length is 256.";
    refused(json!({"tags": ["x".repeat(257)]}), text).await;
    let tags = json!(["x".repeat(256)]);
    assert_eq!(
        Server::empty().case(json!({ "tags": tags })).await["tags"],
        tags
    );
}

#[tokio::test]
async fn b035_tags_are_200_at_most() {
    let text = "The length of the field tags is too long. Array must be of length <= 200.";
    refused(json!({"tags": vec!["x"; 201]}), text).await;
    let case = Server::empty().case(json!({"tags": vec!["x"; 200]})).await;
    assert_eq!(array(&case["tags"]).len(), 200, "repeated ones are kept");
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
    let wrong = "Invalid value \"7\" supplied to \"category\"";
    refused(json!({"category": 7}), wrong).await;
    for category in [json!("x".repeat(50)), json!("x"), Value::Null] {
        let case = Server::empty().case(json!({ "category": category })).await;
        assert_eq!(case["category"], category);
    }
}

#[tokio::test]
async fn b037_texts_are_trimmed() {
    let fields = json!({"title": " t t ", "description": "\n d ", "category": " c ", "tags": [" a ", "b b"]});
    let server = Server::empty();
    let case = server.case(fields).await;
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    for case in [&case, &read] {
        assert_eq!(case["title"], "t t", "blanks inside stay");
        assert_eq!(case["description"], "d");
        assert_eq!(case["category"], "c");
        assert_eq!(case["tags"], json!(["a", "b b"]));
    }
    assert_eq!(server.find("tags=a").await["total"], 1);
    let action = &server.user_actions(&case, "").await[0];
    assert_eq!(action["payload"]["title"], "t t");
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
    let ten = assignees(10);
    let case = Server::empty().case(json!({ "assignees": ten })).await;
    assert_eq!(case["assignees"], ten);
    let repeated = vec![json!({"uid": "u_0_0"}); 11];
    refused(json!({ "assignees": repeated }), text).await;
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
    refused(unsupported, "supplied to \"connector,fields\"").await;
    for kind in [".none", ".cases-webhook"] {
        refused(connector(kind, &json!({"a": 1})), "connector,fields").await;
        refused(connector(kind, &json!({})), "connector,fields").await;
    }
    refused(connector(".jira", &json!("x")), "connector,fields").await;
    let known = [
        (
            ".jira",
            json!({"issueType": "1", "priority": null, "parent": null}),
            "otherFields",
        ),
        (
            ".resilient",
            json!({"incidentTypes": ["1"], "severityCode": null}),
            "additionalFields",
        ),
        (
            ".servicenow",
            json!({"impact": "1", "severity": "2", "urgency": "3", "category": null, "subcategory": null}),
            "additionalFields",
        ),
        (
            ".servicenow-sir",
            json!({
                "category": null, "destIp": true, "malwareHash": false, "malwareUrl": null,
                "priority": null, "sourceIp": null, "subcategory": null,
            }),
            "additionalFields",
        ),
        (".swimlane", json!({"caseId": "7"}), ""),
        (".thehive", json!({"tlp": 2}), ""),
    ];
    for (kind, fields, optional) in known {
        let server = Server::empty();
        let case = server.case(connector(kind, &fields)).await;
        assert_eq!(case["connector"]["fields"], fields, "{kind}");
        server.case(connector(kind, &Value::Null)).await;
        let first = fields.as_object().unwrap().keys().next().unwrap();
        let missing = connector(kind, &without(fields.clone(), first));
        refused(missing, "supplied to \"connector,fields\"").await;
        if !optional.is_empty() {
            let mut more = fields.clone();
            more[optional] = json!("x");
            server.case(connector(kind, &more)).await;
        }
        let mut more = fields;
        more["odd"] = json!("x");
        refused(connector(kind, &more), "invalid keys \"odd\"").await;
    }
    for part in ["id", "name", "type"] {
        let mut body = connector(".jira", &Value::Null);
        body["connector"] = without(body["connector"].clone(), part);
        let text = format!("Invalid value \"undefined\" supplied to \"connector,{part}\"");
        refused(body, &text).await;
    }
    let mut body = connector(".jira", &Value::Null);
    body["connector"] = without(body["connector"].clone(), "fields");
    refused(body, "supplied to \"connector,fields\"").await;
}

#[tokio::test]
async fn b042_connector_that_does_not_exist_is_stored() {
    let server = Server::empty();
    let fields = json!({"issueType": "10006", "priority": "High", "parent": null});
    let case = server.case(connector(".jira", &fields)).await;
    let expected = json!({"id": "x", "name": "X", "type": ".jira", "fields": fields});
    assert_eq!(case["connector"], expected);
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["connector"], expected);
    let connectors = "/api/cases/configure/connectors/_find";
    assert_eq!(
        server.get(connectors).await.ok(),
        json!([]),
        "none was made"
    );
}

#[tokio::test]
async fn b043_unknown_owner_is_403() {
    let server = Server::empty();
    let reply = server.post_case(json!({"owner": "nobody"})).await;
    reply.refused_exactly(403, "Unauthorized to create case with owners: \"nobody\"");
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
    for owner in ["securitySolution", "observability", "cases"] {
        assert_eq!(server.case(json!({ "owner": owner })).await["owner"], owner);
    }
}

#[tokio::test]
async fn b050_create_writes_one_user_action() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.case(json!({"title": "another"})).await;
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions.len(), 1);
    let action = &actions[0];
    assert_eq!(
        (&action["type"], &action["action"]),
        (&json!("create_case"), &json!("create"))
    );
    assert_eq!(action["comment_id"], Value::Null);
    assert_eq!(action["created_at"], case["created_at"]);
    assert_eq!(action["created_by"], case["created_by"]);
    assert_eq!(action["owner"], "securitySolution");
    assert_eq!(
        action["payload"],
        json!({
            "title": "T", "description": "D", "tags": [], "settings": {"syncAlerts": true},
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
            "owner": "securitySolution", "status": "open", "severity": "low", "assignees": [],
            "category": null, "customFields": [],
        })
    );
    server
        .post_case(json!({"title": ""}))
        .await
        .refused(400, "title");
    assert_eq!(server.user_actions(&case, "").await.len(), 1);
}

#[tokio::test]
async fn only_sync_alerts_is_a_setting() {
    let settings = json!({"settings": {"syncAlerts": true, "extractObservables": true}});
    refused(settings, "invalid keys \"extractObservables\"").await;
}
