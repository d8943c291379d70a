//! B125 to B143.

use serde_json::{Value, json};

use crate::support::{Server, alert_body, array, comment_body, each, id, without};

fn comment_path(case: &Value, comment: &Value) -> String {
    format!("/api/cases/{}/comments/{}", id(case), id(comment))
}

async fn patch_comment(
    server: &Server,
    case: &Value,
    comment: &Value,
    fields: Value,
) -> crate::support::Reply {
    let mut body = comment_body("new");
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    for (name, value) in fields.as_object().expect("fields are an object") {
        body[name] = value.clone();
    }
    server
        .send(
            "PATCH",
            &format!("/api/cases/{}/comments", id(case)),
            Some(body),
        )
        .await
}

#[tokio::test]
async fn b125_comment_answers_the_whole_case() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    let whole = server.comment(&case, "hello").await;
    let comments = array(&whole["comments"]);
    let expected = json!({
        "type": "user", "comment": "hello", "owner": "securitySolution", "pushed_at": null,
        "pushed_by": null, "updated_at": null, "updated_by": null,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(comments[1].get(name), Some(value), "{name}");
    }
    assert_eq!(comments[1]["created_by"]["username"], "mlindqvist");
    assert_eq!(
        whole["totalComment"], 2,
        "attachments of every kind are counted here"
    );
    assert_eq!(whole["updated_by"]["username"], "mlindqvist");
}

#[tokio::test]
async fn b126_comment_changes_version_and_time_of_the_case() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hello").await;
    let comment = &whole["comments"][0];
    assert_eq!(whole["updated_at"], comment["created_at"]);
    assert_ne!(whole["updated_at"], case["updated_at"]);
    assert_ne!(whole["version"], case["version"]);
    assert_ne!(
        whole["version"], comment["version"],
        "no two documents share a version"
    );
}

#[tokio::test]
async fn b127_valid_body_for_an_unknown_case_is_404() {
    Server::empty()
        .post_comment(&json!({"id": "fake-id"}), comment_body("hi"))
        .await
        .refused_exactly(404, "Saved object [cases/fake-id] not found");
}

#[tokio::test]
async fn b128_invalid_body_for_an_unknown_case_is_400() {
    Server::empty()
        .post_comment(&json!({"id": "fake-id"}), comment_body(""))
        .await
        .refused(400, "cannot be an empty string");
}

#[tokio::test]
async fn b129_owner_is_that_of_the_case() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut body = comment_body("hi");
    body["owner"] = json!("observability");
    server
        .post_comment(&case, body)
        .await
        .refused_exactly(400, "The owner field of the comment must match the case");
}

#[tokio::test]
async fn b130_type_text_and_owner_are_required() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for field in ["type", "comment", "owner"] {
        let reply = server
            .post_comment(&case, without(comment_body("hi"), field))
            .await;
        reply.refused(
            400,
            &format!("Invalid value \"undefined\" supplied to \"{field}\""),
        );
    }
    let reply = server
        .post_comment(
            &case,
            json!({"type": "nonsense", "owner": "securitySolution"}),
        )
        .await;
    reply.refused(400, "Invalid value \"nonsense\" supplied to \"type\"");
    assert_eq!(server.find("").await["cases"][0]["totalComment"], 0);
}

#[tokio::test]
async fn b132_keys_of_another_type_are_refused() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for field in ["alertId", "index"] {
        let mut body = comment_body("hi");
        body[field] = json!("x");
        server
            .post_comment(&case, body)
            .await
            .refused(400, &format!("invalid keys \"{field}\""));
    }
    assert_eq!(server.find("").await["cases"][0]["totalComment"], 0);
}

#[tokio::test]
async fn b131_comment_has_1_to_30000_characters() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reply = server
        .post_comment(&case, comment_body(&"x".repeat(30_001)))
        .await;
    reply.refused(
        400,
        "The length of the comment is too long. The maximum length is 30000.",
    );
    server.comment(&case, &"x".repeat(30_000)).await;
    for text in ["", " \n "] {
        server
            .post_comment(&case, comment_body(text))
            .await
            .refused(400, "The comment field cannot be an empty string.");
    }
}

#[tokio::test]
async fn b133_closed_cases_take_comments() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let case = server.patched(&case, json!({"status": "closed"})).await;
    server.comment(&case, "hi").await;
}

#[tokio::test]
async fn b134_comment_is_changed() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    let changed = patch_comment(&server, &case, comment, json!({})).await.ok();
    let after = &changed["comments"][0];
    assert_eq!(after["comment"], "new");
    assert_eq!(after["updated_by"]["username"], "mlindqvist");
    assert_eq!(changed["updated_by"]["username"], "mlindqvist");
    assert_eq!(changed["updated_at"], after["updated_at"]);
    assert_ne!(after["version"], comment["version"]);
    let same = patch_comment(&server, &case, after, json!({})).await.ok();
    assert_ne!(
        same["comments"][0]["version"], after["version"],
        "the same text is a change, too"
    );
}

#[tokio::test]
async fn b135_stale_version_of_a_comment_is_409() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    patch_comment(&server, &case, comment, json!({})).await.ok();
    let text = "This case has been updated. Please refresh before saving additional updates.";
    patch_comment(&server, &case, comment, json!({}))
        .await
        .refused_exactly(409, text);
}

#[tokio::test]
async fn b136_type_and_owner_stay() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    let owner = patch_comment(&server, &case, comment, json!({"owner": "observability"})).await;
    owner.refused_exactly(400, "You cannot change the owner of the comment.");
    let mut body = alert_body(&["1"]);
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    let kind = server
        .send(
            "PATCH",
            &format!("/api/cases/{}/comments", id(&case)),
            Some(body),
        )
        .await;
    kind.refused_exactly(400, "You cannot change the type of the comment.");
}

#[tokio::test]
async fn b137_unknown_comment_is_404() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let unknown = json!({"id": "nope", "version": "x"});
    for case in [&case, &json!({"id": "fake-id"})] {
        let reply = patch_comment(&server, case, &unknown, json!({})).await;
        reply.refused_exactly(404, "Saved object [cases-comments/nope] not found");
    }
    let other = server.case(json!({})).await;
    let whole = server.comment(&other, "hi").await;
    let comment = &whole["comments"][0];
    let text = format!(
        "This comment {} does not exist in {}).",
        id(comment),
        id(&case)
    );
    patch_comment(&server, &case, comment, json!({}))
        .await
        .refused_exactly(404, &text);
}

#[tokio::test]
async fn b138_comment_is_deleted() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    let comment = &whole["comments"][0];
    let delete = async || {
        server
            .send("DELETE", &comment_path(&case, comment), None)
            .await
    };
    delete().await.no_content();
    let gone = format!("Saved object [cases-comments/{}] not found", id(comment));
    delete().await.refused_exactly(404, &gone);
    let after = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(after["totalComment"], 0);
    assert_ne!(after["version"], whole["version"]);
}

#[tokio::test]
async fn b139_comment_is_deleted_through_its_own_case_only() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let whole = server.comment(&case, "hi").await;
    let comment = &whole["comments"][0];
    let text = format!(
        "This comment {} does not exist in {}.",
        id(comment),
        id(&other)
    );
    server
        .send("DELETE", &comment_path(&other, comment), None)
        .await
        .refused_exactly(404, &text);
    server.get(&comment_path(&case, comment)).await.ok();
}

#[tokio::test]
async fn b140_deleting_all_of_none_is_404() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let path = format!("/api/cases/{}/comments", id(&case));
    let text = format!("No comments found for {}.", id(&case));
    server
        .send("DELETE", &path, None)
        .await
        .refused_exactly(404, &text);
    server
        .send("DELETE", "/api/cases/fake-id/comments", None)
        .await
        .refused(404, "No comments found for fake-id.");
    server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
    server.send("DELETE", &path, None).await.no_content();
    let actions = server.user_actions(&case, "types=comment").await;
    let deleted = actions
        .iter()
        .filter(|action| action["action"] == "delete")
        .count();
    assert_eq!(deleted, 2, "one user action an attachment");
}

#[tokio::test]
async fn b141_find_lists_people_only() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for text in ["one", "two", "three"] {
        server.comment(&case, text).await;
        server.attach(&case, &[text]).await;
    }
    let path = format!("/api/cases/{}/comments/_find", id(&case));
    let found = server.get(&path).await.ok();
    assert_eq!(each(&found["comments"], "comment"), ["one", "two", "three"]);
    assert_eq!(
        (&found["page"], &found["per_page"], &found["total"]),
        (&json!(1), &json!(20), &json!(3))
    );
    let last = server
        .get(&format!("{path}?sortOrder=desc&perPage=1"))
        .await
        .ok();
    assert_eq!(
        (each(&last["comments"], "comment"), &last["total"]),
        (vec![json!("three")], &json!(3))
    );
    let all = server
        .get(&format!("/api/cases/{}/comments", id(&case)))
        .await
        .ok();
    assert_eq!(
        each(&all, "type"),
        ["user", "alert", "user", "alert", "user", "alert"]
    );
}

async fn find_refused(query: &str, text: &str) {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let uri = format!("/api/cases/{}/comments/_find?{query}", id(&case));
    server.get(&uri).await.refused(400, text);
}

#[tokio::test]
async fn b142_find_knows_no_other_parameters() {
    find_refused("notExists=papa", "invalid keys \"notExists\"").await;
    find_refused("owner=x", "invalid keys \"owner\"").await;
    find_refused("namespaces=*", "invalid keys \"namespaces\"").await;
}

#[tokio::test]
async fn b143_find_limits_its_pages() {
    find_refused(
        "perPage=101",
        "The provided perPage value is too high. The maximum allowed perPage value is 100.",
    )
    .await;
    find_refused("perPage=true", "cannot parse to a number").await;
}

#[tokio::test]
async fn other_kinds_of_attachments_are_kept_as_sent() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reference = json!({
        "type": "externalReference", "owner": "securitySolution", "externalReferenceId": "1",
        "externalReferenceStorage": {"type": "elasticSearchDoc"},
        "externalReferenceAttachmentTypeId": "endpoint", "externalReferenceMetadata": {"any": [1, {"thing": true}]},
    });
    let state = json!({
        "type": "persistableState", "owner": "securitySolution",
        "persistableStateAttachmentTypeId": ".lens", "persistableStateAttachmentState": {"deep": {"er": 1}},
    });
    server.post_comment(&case, reference.clone()).await.ok();
    let whole = server.post_comment(&case, state.clone()).await.ok();
    for (stored, sent) in array(&whole["comments"]).iter().zip([&reference, &state]) {
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(stored.get(name), Some(value), "{name}");
        }
    }
    let mut unknown = reference;
    unknown["externalReferenceAttachmentTypeId"] = json!("nobody's");
    server
        .post_comment(&case, unknown)
        .await
        .refused_exactly(400, "Attachment type nobody's is not registered.");
}
