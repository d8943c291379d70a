//! B165 to B172.

use serde_json::{Value, json};

use crate::support::{Server, array, comment_body, each, id};

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
    let path = renamed_twice(&server).await;
    let found = server.get(&path).await.ok();
    assert_eq!(
        (&found["page"], &found["perPage"], &found["total"]),
        (&json!(1), &json!(20), &json!(3))
    );
    assert!(found.get("per_page").is_none(), "it is camelCase here");
    assert_eq!(
        each(&found["userActions"], "type"),
        ["create_case", "title", "title"]
    );
    assert_eq!(found["userActions"][1]["payload"], json!({"title": "a"}));
    assert_eq!(
        server.get(&format!("{path}?sortOrder=asc")).await.ok(),
        found
    );
    let second = server.get(&format!("{path}?page=2&perPage=2")).await.ok();
    assert_eq!(
        (&second["page"], &second["perPage"], &second["total"]),
        (&json!(2), &json!(2), &json!(3))
    );
    assert_eq!(second["userActions"], json!([found["userActions"][2]]));

    let case = server.case(json!({})).await;
    for number in 0..20 {
        server.comment(&case, &number.to_string()).await;
    }
    let uri = format!("/api/cases/{}/user_actions/_find", id(&case));
    let first = server.get(&uri).await.ok();
    assert_eq!(
        (array(&first["userActions"]).len(), &first["total"]),
        (20, &json!(21))
    );
    let rest = server.get(&format!("{uri}?page=2")).await.ok();
    assert_eq!(
        rest["userActions"][0]["payload"]["comment"]["comment"],
        "19"
    );
}

#[tokio::test]
async fn b166_user_actions_have_id_and_version() {
    let server = Server::empty();
    let path = renamed_twice(&server).await;
    let found = server.get(&path).await.ok();
    for field in ["id", "version"] {
        let mut values = each(&found["userActions"], field);
        assert!(values.iter().all(Value::is_string), "{values:?}");
        values.sort_by_key(Value::to_string);
        values.dedup();
        assert_eq!(values.len(), 3, "every {field} is its own");
    }
    let deprecated = path.trim_end_matches("/_find");
    let all = server.get(deprecated).await.ok();
    assert_eq!(each(&all, "action_id"), each(&found["userActions"], "id"));
    for action in array(&all) {
        assert!(action.get("id").is_none() && action.get("version").is_none());
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
    let one = server
        .get(&format!("{path}?sortOrder=desc&perPage=1"))
        .await
        .ok();
    assert_eq!(one["userActions"], json!([newest["userActions"][0]]));
    let mut oldest = array(&server.get(&path).await.ok()["userActions"]);
    oldest.reverse();
    assert_eq!(newest["userActions"], json!(oldest));
    server
        .get(&format!("{path}?sortOrder=newest"))
        .await
        .refused(400, "Invalid value \"newest\" supplied to \"sortOrder\"");
}

#[tokio::test]
async fn b167_tags_are_added_and_deleted() {
    let server = Server::empty();
    let case = server.case(json!({"tags": ["defacement"]})).await;
    let case = server
        .patched(&case, json!({"tags": ["cool", "neat"]}))
        .await;
    let actions = server.user_actions(&case, "types=tags").await;
    assert_eq!(kinds(&actions), ["tags add", "tags delete"]);
    assert_eq!(actions[0]["payload"], json!({"tags": ["cool", "neat"]}));
    assert_eq!(actions[1]["payload"], json!({"tags": ["defacement"]}));
    assert_eq!(actions[0]["created_at"], actions[1]["created_at"]);
    assert_eq!(actions[0]["created_at"], case["updated_at"]);
    let case = server
        .patched(&case, json!({"tags": ["cool", "neat", "new"]}))
        .await;
    server
        .patched(&case, json!({"tags": ["cool", "new"]}))
        .await;
    let actions = server.user_actions(&case, "types=tags").await;
    assert_eq!(kinds(&actions[2..]), ["tags add", "tags delete"]);
    assert_eq!(
        actions[2]["payload"],
        json!({"tags": ["new"]}),
        "only what is new"
    );
    assert_eq!(actions[3]["payload"], json!({"tags": ["neat"]}));
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
    let changed = server.patched(&case, fields.clone()).await;
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions.len(), 8);
    for (field, value) in fields.as_object().unwrap() {
        let of_field = server.user_actions(&case, &format!("types={field}")).await;
        assert_eq!(of_field.len(), 1, "{field}");
        let action = &of_field[0];
        assert_eq!(action["type"], field.as_str());
        assert_eq!(action["action"], "update");
        assert_eq!(action["payload"], json!({ field: value }));
        assert_eq!(action["comment_id"], Value::Null);
        assert_eq!(action["created_at"], changed["updated_at"]);
        assert_eq!(action["created_by"], changed["updated_by"]);
    }
    let other = server.case(json!({})).await;
    server.patched(&other, json!({"title": "new"})).await;
    let actions = server.user_actions(&other, "").await;
    assert_eq!(kinds(&actions), ["create_case create", "title update"]);
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
    let created = server.user_actions(&case, "types=create_case").await;
    assert_eq!(created[0]["comment_id"], Value::Null);
    assert_eq!(created[0]["payload"].get("comment"), None);
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
    let state = json!({
        "type": "persistableState", "owner": "securitySolution",
        "persistableStateAttachmentTypeId": ".lens", "persistableStateAttachmentState": {},
    });
    server.post_comment(&case, reference).await.ok();
    server.post_comment(&case, state).await.ok();
    let comment = &whole["comments"][0];
    let mut body = comment_body("new");
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    let comments = format!("/api/cases/{}/comments", id(&case));
    server.send("PATCH", &comments, Some(body)).await.ok();
    let path = format!("{comments}/{}", id(comment));
    server.send("DELETE", &path, None).await.no_content();
    let of = async |types: &str| {
        let actions = server.user_actions(&case, &format!("types={types}")).await;
        let attached = actions.iter().map(|action| {
            let kind = action["payload"]["comment"]["type"].as_str();
            format!(
                "{} {}",
                kind.unwrap_or("none"),
                action["action"].as_str().unwrap()
            )
        });
        attached.collect::<Vec<_>>()
    };
    assert_eq!(of("user").await, ["user create"]);
    assert_eq!(of("alert").await, ["alert create"]);
    assert_eq!(
        of("attachment").await,
        ["externalReference create", "persistableState create"]
    );
    assert_eq!(
        of("action").await,
        [
            "none create",
            "alert create",
            "externalReference create",
            "persistableState create"
        ]
    );
    assert_eq!(
        of("comment").await,
        [
            "user create",
            "alert create",
            "externalReference create",
            "persistableState create",
            "user update",
            "user delete"
        ]
    );
    assert_eq!(
        of("user&types=create_case").await,
        ["none create", "user create"],
        "several types are OR"
    );
}

#[tokio::test]
async fn b171_parameters_are_checked() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}/user_actions/_find", id(&case));
    let many = "The number of documents is too high. Paginating through more than 10000 documents is not possible.";
    for (query, text) in [
        ("types=nope", "Invalid value \"nope\" supplied to \"types\""),
        (
            "types=user&types=nope",
            "Invalid value \"nope\" supplied to \"types\"",
        ),
        (
            "perPage=101",
            "The provided perPage value is too high. The maximum allowed perPage value is 100.",
        ),
        ("page=209&perPage=100", many),
        ("page=101&perPage=100", many),
        ("notExists=1", "invalid keys \"notExists\""),
    ] {
        server
            .get(&format!("{path}?{query}"))
            .await
            .refused_exactly(400, text);
    }
    server
        .get("/api/cases/fake-id/user_actions/_find")
        .await
        .refused_exactly(404, "Saved object [cases/fake-id] not found");
    for known in [
        "assignees",
        "comment",
        "connector",
        "description",
        "pushed",
        "tags",
        "title",
        "status",
        "settings",
        "severity",
        "create_case",
        "delete_case",
        "category",
        "customFields",
        "observables",
        "action",
        "user",
        "alert",
        "attachment",
    ] {
        let query = format!("{path}?types={known}&page=100&perPage=100");
        assert_eq!(server.get(&query).await.ok()["userActions"], json!([]));
    }
}
