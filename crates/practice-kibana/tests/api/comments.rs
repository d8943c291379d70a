//! B125 to B143.

use std::slice;

use serde_json::{Value, json};

use crate::support::{Reply, Server, alert_body, array, comment_body, each, id, without};

fn comment_path(case: &Value, comment: &Value) -> String {
    format!("/api/cases/{}/comments/{}", id(case), id(comment))
}

async fn patch_comment(server: &Server, case: &Value, comment: &Value, fields: Value) -> Reply {
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

/// The attachments of a case, by the list of all.
async fn attachments(server: &Server, case: &Value) -> Vec<Value> {
    let uri = format!("/api/cases/{}/comments", id(case));
    array(&server.get(&uri).await.ok())
}

#[tokio::test]
async fn b125_comment_answers_the_whole_case() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    server.attach(&case, &["1"]).await;
    let whole = server.comment(&case, "hello").await;
    let comments = array(&whole["comments"]);
    let expected = json!({
        "type": "user", "comment": "hello", "owner": "securitySolution", "pushed_at": null,
        "pushed_by": null, "updated_at": null, "updated_by": null,
        "created_by": case["created_by"],
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(comments[1].get(name), Some(value), "{name}");
    }
    assert_eq!(each(&whole["comments"], "type"), ["alert", "user"]);
    assert_eq!(
        whole["totalComment"], 2,
        "attachments of every kind are counted here"
    );
    assert_eq!(whole["totalAlerts"], 1);
    assert_eq!(case["updated_by"], Value::Null);
    assert_eq!(whole["updated_by"], case["created_by"]);
    for field in [
        "id",
        "title",
        "description",
        "status",
        "created_at",
        "owner",
    ] {
        assert_eq!(whole[field], case[field], "{field} is that of the case");
    }
    let read = server.get(&comment_path(&case, &comments[1])).await.ok();
    assert_eq!(read, comments[1]);
    assert_eq!(attachments(&server, &other).await, [] as [Value; 0]);
}

#[tokio::test]
async fn b126_comment_changes_version_and_time_of_the_case() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let whole = server.comment(&case, "hello").await;
    let comment = &whole["comments"][0];
    assert_eq!(whole["updated_at"], comment["created_at"]);
    assert_ne!(whole["updated_at"], case["updated_at"]);
    assert_ne!(whole["version"], case["version"]);
    assert_ne!(
        whole["version"], comment["version"],
        "no two documents share a version"
    );
    let stale = server.patch(&case, json!({"title": "new"})).await;
    stale.refused(409, "have been updated");
    server.patched(&whole, json!({"title": "new"})).await;
    server.patched(&other, json!({"title": "new"})).await;
}

#[tokio::test]
async fn b127_valid_body_for_an_unknown_case_is_404() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for body in [comment_body("hi"), alert_body(&["1"])] {
        server
            .post_comment(&json!({"id": "fake-id"}), body.clone())
            .await
            .refused_exactly(404, "Saved object [cases/fake-id] not found");
        server.post_comment(&case, body).await.ok();
    }
}

#[tokio::test]
async fn b128_invalid_body_for_an_unknown_case_is_400() {
    let server = Server::empty();
    let unknown = json!({"id": "fake-id"});
    server
        .post_comment(&unknown, comment_body(""))
        .await
        .refused_exactly(400, "The comment field cannot be an empty string.");
    let missing = without(comment_body("hi"), "owner");
    server
        .post_comment(&unknown, missing)
        .await
        .refused(400, "supplied to \"owner\"");
    let mut pairs = alert_body(&["1", "2"]);
    pairs["index"] = json!("i");
    server
        .post_comment(&unknown, pairs)
        .await
        .refused(400, "of different lengths");
    let valid = server.post_comment(&unknown, comment_body("x")).await;
    valid.refused(404, "not found");
}

#[tokio::test]
async fn b129_owner_is_that_of_the_case() {
    let server = Server::empty();
    let case = server.case(json!({"owner": "cases"})).await;
    let mut body = comment_body("hi");
    for owner in ["observability", "securitySolution"] {
        body["owner"] = json!(owner);
        server
            .post_comment(&case, body.clone())
            .await
            .refused_exactly(400, "The owner field of the comment must match the case");
    }
    assert_eq!(attachments(&server, &case).await, [] as [Value; 0]);
    body["owner"] = json!("cases");
    let whole = server.post_comment(&case, body).await.ok();
    assert_eq!(whole["comments"][0]["owner"], "cases");
}

#[tokio::test]
async fn b130_type_text_and_owner_are_required() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for field in ["type", "comment", "owner"] {
        let body = without(comment_body("hi"), field);
        let text = format!("Invalid value \"undefined\" supplied to \"{field}\"");
        server.post_comment(&case, body).await.refused(400, &text);
        let mut wrong = comment_body("hi");
        wrong[field] = json!(7);
        let text = format!("Invalid value \"7\" supplied to \"{field}\"");
        server.post_comment(&case, wrong).await.refused(400, &text);
    }
    let reply = server
        .post_comment(
            &case,
            json!({"type": "nonsense", "owner": "securitySolution"}),
        )
        .await;
    reply.refused(400, "Invalid value \"nonsense\" supplied to \"type\"");
    assert_eq!(attachments(&server, &case).await, [] as [Value; 0]);
    server.post_comment(&case, comment_body("hi")).await.ok();
}

#[tokio::test]
async fn b132_keys_of_another_type_are_refused() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for field in ["alertId", "index", "rule", "badKey"] {
        let mut body = comment_body("hi");
        body[field] = json!("x");
        let text = format!("invalid keys \"{field}\"");
        server.post_comment(&case, body).await.refused(400, &text);
    }
    let mut body = alert_body(&["1"]);
    body["comment"] = json!("hi");
    let text = "invalid keys \"comment\"";
    server.post_comment(&case, body).await.refused(400, text);
    assert_eq!(attachments(&server, &case).await, [] as [Value; 0]);
    server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
}

#[tokio::test]
async fn b131_comment_has_1_to_30000_characters() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reply = server
        .post_comment(&case, comment_body(&"x".repeat(30_001)))
        .await;
    reply.refused_exactly(
        400,
        "The length of the comment is too long. The maximum length is 30000.",
    );
    for text in ["", " \n "] {
        server
            .post_comment(&case, comment_body(text))
            .await
            .refused_exactly(400, "The comment field cannot be an empty string.");
    }
    assert_eq!(attachments(&server, &case).await, [] as [Value; 0]);
    let longest = "x".repeat(30_000);
    let around = format!("  {longest} \n");
    for text in [longest.as_str(), "x", &around] {
        let whole = server.comment(&case, text).await;
        let last = array(&whole["comments"]).pop().unwrap();
        assert_eq!(last["comment"], text, "it is stored as sent");
    }
}

#[tokio::test]
async fn b133_closed_cases_take_comments() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    let whole = server.comment(&closed, "hi").await;
    assert_eq!(each(&whole["comments"], "comment"), ["hi"]);
    assert_eq!(
        (&whole["status"], &whole["closed_at"]),
        (&json!("closed"), &closed["closed_at"]),
        "it stays closed"
    );
    let alert = server.post_comment(&closed, alert_body(&["1"])).await;
    alert.refused(400, "Alert cannot be attached to a closed case");
}

#[tokio::test]
async fn b134_comment_is_changed() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let whole = server.comment(&whole, "other").await;
    let comment = &whole["comments"][0];
    let changed = patch_comment(&server, &case, comment, json!({})).await.ok();
    assert_eq!(each(&changed["comments"], "comment"), ["new", "other"]);
    let after = &changed["comments"][0];
    assert_eq!(after["updated_by"], case["created_by"]);
    assert_eq!(changed["updated_by"], case["created_by"]);
    assert_eq!(changed["updated_at"], after["updated_at"]);
    assert_ne!(after["updated_at"], Value::Null);
    assert_ne!(after["version"], comment["version"]);
    assert_ne!(changed["version"], whole["version"]);
    for field in ["id", "created_at", "created_by", "type", "owner"] {
        assert_eq!(after[field], comment[field], "{field} stays");
    }
    assert_eq!(changed["comments"][1], whole["comments"][1]);
    assert_eq!(changed["totalComment"], 2);
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
    let fresh = patch_comment(&server, &case, comment, json!({"comment": "first"}))
        .await
        .ok();
    let text = "This case has been updated. Please refresh before saving additional updates.";
    patch_comment(&server, &case, comment, json!({"comment": "second"}))
        .await
        .refused_exactly(409, text);
    assert_eq!(attachments(&server, &case).await[0]["comment"], "first");
    let of_case = json!({"version": fresh["version"]});
    patch_comment(&server, &case, comment, of_case)
        .await
        .refused_exactly(409, text);
    let again = json!({"comment": "second"});
    let changed = patch_comment(&server, &case, &fresh["comments"][0], again)
        .await
        .ok();
    assert_eq!(changed["comments"][0]["comment"], "second");
}

#[tokio::test]
async fn b136_type_and_owner_stay() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    for owner in ["observability", "nobody"] {
        let reply = patch_comment(&server, &case, comment, json!({ "owner": owner })).await;
        reply.refused_exactly(400, "You cannot change the owner of the comment.");
    }
    let mut body = alert_body(&["1"]);
    body["id"] = comment["id"].clone();
    body["version"] = comment["version"].clone();
    let uri = format!("/api/cases/{}/comments", id(&case));
    let kind = server.send("PATCH", &uri, Some(body.clone())).await;
    kind.refused_exactly(400, "You cannot change the type of the comment.");
    body["owner"] = json!("observability");
    let both = server.send("PATCH", &uri, Some(body)).await;
    both.refused_exactly(400, "You cannot change the type of the comment.");
    assert_eq!(attachments(&server, &case).await, slice::from_ref(comment));
    patch_comment(&server, &case, comment, json!({})).await.ok();
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
    patch_comment(&server, &json!({"id": "fake-id"}), comment, json!({}))
        .await
        .refused_exactly(404, "Saved object [cases/fake-id] not found");
    assert_eq!(attachments(&server, &other).await, slice::from_ref(comment));
    patch_comment(&server, &other, comment, json!({}))
        .await
        .ok();
}

#[tokio::test]
async fn b138_comment_is_deleted() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let whole = server.comment(&case, "stays").await;
    let comment = &whole["comments"][0];
    let delete = async |comment: &Value| {
        server
            .send("DELETE", &comment_path(&case, comment), None)
            .await
    };
    delete(&json!({"id": "nope"}))
        .await
        .refused_exactly(404, "Saved object [cases-comments/nope] not found");
    delete(comment).await.no_content();
    let gone = format!("Saved object [cases-comments/{}] not found", id(comment));
    delete(comment).await.refused_exactly(404, &gone);
    server
        .get(&comment_path(&case, comment))
        .await
        .refused_exactly(404, &gone);
    assert_eq!(
        attachments(&server, &case).await,
        slice::from_ref(&whole["comments"][1])
    );
    let after = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(after["totalComment"], 1);
    assert_ne!(after["version"], whole["version"]);
    assert_ne!(after["updated_at"], whole["updated_at"]);
}

#[tokio::test]
async fn b139_comment_is_deleted_through_its_own_case_only() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let whole = server.comment(&case, "hi").await;
    let comment = &whole["comments"][0];
    for through in [&other, &json!({"id": "nonsense"})] {
        let text = format!(
            "This comment {} does not exist in {}.",
            id(comment),
            id(through)
        );
        server
            .send("DELETE", &comment_path(through, comment), None)
            .await
            .refused_exactly(404, &text);
    }
    assert_eq!(attachments(&server, &case).await, slice::from_ref(comment));
    let own = comment_path(&case, comment);
    server.send("DELETE", &own, None).await.no_content();
}

#[tokio::test]
async fn b140_deleting_all_of_none_is_404() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let path = format!("/api/cases/{}/comments", id(&case));
    let text = format!("No comments found for {}.", id(&case));
    server.comment(&other, "hi").await;
    server
        .send("DELETE", &path, None)
        .await
        .refused_exactly(404, &text);
    server
        .send("DELETE", "/api/cases/fake-id/comments", None)
        .await
        .refused_exactly(404, "No comments found for fake-id.");
    server.comment(&case, "hi").await;
    server.attach(&case, &["1"]).await;
    server.send("DELETE", &path, None).await.no_content();
    assert_eq!(attachments(&server, &case).await, [] as [Value; 0]);
    assert_eq!(attachments(&server, &other).await.len(), 1);
    let actions = server.user_actions(&case, "types=comment").await;
    let deleted = actions
        .iter()
        .filter(|action| action["action"] == "delete")
        .count();
    assert_eq!(deleted, 2, "one user action an attachment");
    server
        .send("DELETE", &path, None)
        .await
        .refused_exactly(404, &text);
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
    assert_eq!(each(&found["comments"], "type"), ["user"; 3]);
    let names: Vec<&String> = found.as_object().unwrap().keys().collect();
    assert_eq!(names, ["comments", "page", "per_page", "total"]);
    let last = server
        .get(&format!("{path}?sortOrder=desc&perPage=1"))
        .await
        .ok();
    assert_eq!(
        (each(&last["comments"], "comment"), &last["total"]),
        (vec![json!("three")], &json!(3))
    );
    let second = server.get(&format!("{path}?perPage=2&page=2")).await.ok();
    assert_eq!(
        (
            each(&second["comments"], "comment"),
            &second["page"],
            &second["per_page"]
        ),
        (vec![json!("three")], &json!(2), &json!(2))
    );
    let unknown = server.get("/api/cases/fake-id/comments/_find").await.ok();
    assert_eq!(
        unknown,
        json!({"comments": [], "page": 1, "per_page": 20, "total": 0})
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
    let path = format!("/api/cases/{}/comments/_find", id(&case));
    server
        .get(&format!("{path}?{query}"))
        .await
        .refused(400, text);
    let known = format!("{path}?page=1&perPage=100&sortOrder=asc");
    assert_eq!(server.get(&known).await.ok()["per_page"], 100);
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
    find_refused(
        "perPage=true",
        "Invalid value \"true\" supplied to \"perPage\"",
    )
    .await;
    find_refused("page=101&perPage=100", "more than 10000 documents").await;
    find_refused("sortOrder=up", "supplied to \"sortOrder\"").await;
}

#[tokio::test]
async fn changed_comment_has_the_limits_of_a_new_one() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "old").await;
    let comment = &whole["comments"][0];
    let empty = "The comment field cannot be an empty string.";
    let long = "The length of the comment is too long. The maximum length is 30000.";
    for (fields, text) in [
        (json!({"comment": ""}), empty),
        (json!({"comment": " "}), empty),
        (json!({"comment": "x".repeat(30_001)}), long),
        (json!({"badKey": 1}), "invalid keys \"badKey\""),
        (
            json!({"version": 1}),
            "Invalid value \"1\" supplied to \"version\"",
        ),
        (
            json!({"id": null}),
            "Invalid value \"null\" supplied to \"id\"",
        ),
    ] {
        let reply = patch_comment(&server, &case, comment, fields).await;
        reply.refused_exactly(400, text);
    }
    let mut pairs = alert_body(&["1", "2"]);
    pairs["index"] = json!(["one"]);
    let reply = patch_comment(&server, &case, comment, without(pairs, "owner")).await;
    reply.refused(400, "invalid keys \"comment\"");
    assert_eq!(attachments(&server, &case).await, slice::from_ref(comment));
    let longest = json!({"comment": "x".repeat(30_000)});
    patch_comment(&server, &case, comment, longest).await.ok();
}
