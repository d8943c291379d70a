//! B165 to B172.

use serde_json::{Value, json};

use crate::support::{Server, comment_body, each, id};

fn kinds(actions: &[Value]) -> Vec<String> {
    let text = |action: &Value, field: &str| action[field].as_str().unwrap_or_default().to_owned();
    actions
        .iter()
        .map(|action| format!("{} {}", text(action, "type"), text(action, "action")))
        .collect()
}

/// The path of the user actions of a case that was created and then named `a` and `b`.
async fn renamed_twice(server: &Server) -> String {
    let mut case = server.case(json!({})).await;
    for title in ["a", "b"] {
        case = server.patched(&case, json!({ "title": title })).await;
    }
    format!("/api/cases/{}/user_actions/_find", id(&case))
}

#[tokio::test]
async fn b165_oldest_first_20_a_page() {
    let server = Server::empty();
    let found = server.get(&renamed_twice(&server).await).await.ok();
    assert_eq!(
        (&found["page"], &found["perPage"], &found["total"]),
        (&json!(1), &json!(20), &json!(3))
    );
    assert_eq!(
        each(&found["userActions"], "type"),
        ["create_case", "title", "title"]
    );
    assert_eq!(found["userActions"][1]["payload"], json!({"title": "a"}));
}

#[tokio::test]
async fn b166_user_actions_have_id_and_version() {
    let server = Server::empty();
    let found = server.get(&renamed_twice(&server).await).await.ok();
    for field in ["id", "version"] {
        let mut values = each(&found["userActions"], field);
        assert!(values.iter().all(Value::is_string), "{values:?}");
        values.sort_by_key(Value::to_string);
        values.dedup();
        assert_eq!(values.len(), 3, "every {field} is its own");
    }
}

#[tokio::test]
async fn b172_newest_first_when_asked() {
    let server = Server::empty();
    let path = renamed_twice(&server).await;
    let newest = server.get(&format!("{path}?sortOrder=desc")).await.ok();
    assert_eq!(
        each(&newest["userActions"], "type"),
        ["title", "title", "create_case"]
    );
    assert_eq!(newest["userActions"][0]["payload"], json!({"title": "b"}));
}

#[tokio::test]
async fn b167_tags_are_added_and_deleted() {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["defacement"]})).await;
    server
        .patched(&case, json!({"tags": ["cool", "neat"]}))
        .await;
    let actions = server.user_actions(&case, "types=tags").await;
    assert_eq!(kinds(&actions), ["tags add", "tags delete"]);
    assert_eq!(actions[0]["payload"], json!({"tags": ["cool", "neat"]}));
    assert_eq!(actions[1]["payload"], json!({"tags": ["defacement"]}));
    assert_eq!(actions[0]["created_at"], actions[1]["created_at"]);
}

#[tokio::test]
async fn assignees_are_added_and_deleted() {
    let server = Server::empty();
    let case = server.case(json!({"assignees": [{"uid": "u_a_0"}]})).await;
    server
        .patched(&case, json!({"assignees": [{"uid": "u_b_0"}]}))
        .await;
    let actions = server.user_actions(&case, "types=assignees").await;
    assert_eq!(kinds(&actions), ["assignees add", "assignees delete"]);
    assert_eq!(
        actions[0]["payload"],
        json!({"assignees": [{"uid": "u_b_0"}]})
    );
}

#[tokio::test]
async fn b168_each_field_has_its_update() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let fields = json!({
        "title": "new", "description": "new", "severity": "high", "status": "closed", "category": "c",
        "settings": {"syncAlerts": false},
        "connector": {"id": "j", "name": "J", "type": ".jira", "fields": null},
    });
    server.patched(&case, fields.clone()).await;
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions.len(), 8);
    for (field, value) in fields.as_object().unwrap() {
        let action = actions
            .iter()
            .find(|action| action["type"] == field.as_str())
            .unwrap();
        assert_eq!(action["action"], "update");
        assert_eq!(action["payload"], json!({ field: value }));
        assert_eq!(action["comment_id"], Value::Null);
    }
}

#[tokio::test]
async fn b169_comments_leave_their_traces() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    let mut body = comment_body("new");
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    server
        .send(
            "PATCH",
            &format!("/api/cases/{}/comments", id(&case)),
            Some(body),
        )
        .await
        .ok();
    let path = format!("/api/cases/{}/comments/{}", id(&case), id(comment));
    server.send("DELETE", &path, None).await.no_content();
    let actions = server.user_actions(&case, "types=comment").await;
    assert_eq!(
        kinds(&actions),
        ["comment create", "comment update", "comment delete"]
    );
    for (action, text) in actions.iter().zip(["old", "new", "new"]) {
        assert_eq!(action["comment_id"], comment["id"]);
        assert_eq!(action["payload"], json!({"comment": comment_body(text)}));
    }
}

#[tokio::test]
async fn b170_groups_of_types() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
    let reference = json!({
        "type": "externalReference", "owner": "securitySolution", "externalReferenceId": "1",
        "externalReferenceStorage": {"type": "elasticSearchDoc"},
        "externalReferenceAttachmentTypeId": "endpoint", "externalReferenceMetadata": null,
    });
    server.post_comment(&case, reference).await.ok();
    let path = format!(
        "/api/cases/{}/comments/{}",
        id(&case),
        id(&whole["comments"][0])
    );
    server.send("DELETE", &path, None).await.no_content();
    let of = |types: &str| {
        let query = format!("types={types}");
        let (server, case) = (&server, &case);
        async move { server.user_actions(case, &query).await }
    };
    assert_eq!(kinds(&of("user").await), ["comment create"]);
    assert_eq!(each(&json!(of("alert").await), "comment_id").len(), 1);
    assert_eq!(
        of("attachment").await[0]["payload"]["comment"]["type"],
        "externalReference"
    );
    assert_eq!(
        kinds(&of("action").await),
        ["create_case create", "comment create", "comment create"]
    );
    assert_eq!(
        of("user&types=create_case").await.len(),
        2,
        "several types are OR"
    );
}

#[tokio::test]
async fn b171_parameters_are_checked() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}/user_actions/_find", id(&case));
    server
        .get(&format!("{path}?types=nope"))
        .await
        .refused(400, "Invalid value \"nope\" supplied to \"types\"");
    server
        .get(&format!("{path}?perPage=101"))
        .await
        .refused(400, "The provided perPage value is too high.");
    server
        .get(&format!("{path}?page=209&perPage=100"))
        .await
        .refused(400, "10000 documents");
    server
        .get("/api/cases/fake-id/user_actions/_find")
        .await
        .refused(404, "Saved object [cases/fake-id] not found");
}
