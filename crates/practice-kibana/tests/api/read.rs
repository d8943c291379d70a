//! B051 to B064, tags and reporters, deprecated lists.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::support::{INDEX, Server, VERSION, array, comment_body, id};

fn delete_uri(ids: &[&str]) -> String {
    let list: Vec<String> = ids.iter().map(|id| format!("%22{id}%22")).collect();
    format!("/api/cases?ids=%5B{}%5D", list.join(","))
}

#[tokio::test]
async fn b051_get_has_comments_on_8_18_only() {
    for (server, has_comments) in [
        (Server::of(Profile::V9), false),
        (Server::of(Profile::V8_18), true),
    ] {
        let case = server.case(json!({})).await;
        server.comment(&case, "hi").await;
        let path = format!("/api/cases/{}", id(&case));
        let read = server.get(&path).await.ok();
        assert_eq!(read["id"], case["id"]);
        assert_eq!(
            read.get("comments").map(|comments| array(comments).len()),
            has_comments.then_some(1)
        );
        assert_eq!(read.get("totalEvents").is_some(), !has_comments);
        let bare = server
            .get(&format!("{path}?includeComments=false"))
            .await
            .ok();
        assert_eq!(bare.get("comments"), has_comments.then_some(&json!([])));
    }
}

#[tokio::test]
async fn b052_get_of_unknown_case_is_404() {
    Server::empty()
        .get("/api/cases/fake-id")
        .await
        .refused_exactly(404, "Saved object [cases/fake-id] not found");
}

#[tokio::test]
async fn b053_alerts_are_no_comments() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(
        (&read["totalComment"], &read["totalAlerts"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn b054_comments_of_people_are_counted() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    server.comment(&case, "hi").await;
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["totalComment"], 1);
}

#[tokio::test]
async fn b055_delete_is_204_and_final() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reply = server.send("DELETE", &delete_uri(&[id(&case)]), None).await;
    reply.no_content();
    server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .refused(404, "not found");
}

#[tokio::test]
async fn b056_delete_is_all_or_nothing() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let reply = server
        .send("DELETE", &delete_uri(&[id(&case), "fake-id"]), None)
        .await;
    reply.refused_exactly(404, "Saved object [cases/fake-id] not found");
    server.get(&format!("/api/cases/{}", id(&case))).await.ok();
}

async fn delete_refused(uri: &str, status: u16, text: &str) {
    Server::empty()
        .send("DELETE", uri, None)
        .await
        .refused(status, text);
}

#[tokio::test]
async fn b057_101_ids_are_too_many() {
    let text = "The length of the field ids is too long. Array must be of length <= 100.";
    delete_refused(&delete_uri(&vec!["x"; 101]), 400, text).await;
    let uri = delete_uri(&vec!["x"; 100]);
    delete_refused(&uri, 404, "Saved object [cases/x] not found").await;
}

#[tokio::test]
async fn b058_no_ids_are_too_few() {
    let text = "The length of the field ids is too short. Array must be of length >= 1.";
    delete_refused(&delete_uri(&[]), 400, text).await;
    let text = "[request query.ids]: expected value of type [array] but got [undefined]";
    delete_refused("/api/cases", 400, text).await;
    delete_refused(&delete_uri(&[""]), 400, "string must have length >= 1").await;
}

#[tokio::test]
async fn b059_bare_id_is_refused() {
    let text = "[request query.ids]: could not parse array value from json input";
    delete_refused("/api/cases?ids=abc", 400, text).await;
}

#[tokio::test]
async fn b060_delete_takes_repeated_keys() {
    let server = Server::empty();
    let (a, b) = (server.case(json!({})).await, server.case(json!({})).await);
    server
        .send(
            "DELETE",
            &format!("/api/cases?ids={}&ids={}", id(&a), id(&b)),
            None,
        )
        .await
        .no_content();
    assert_eq!(server.find("").await["total"], 0);
}

/// A server whose only case, with a comment, was deleted; and the paths of both.
async fn deleted() -> (Server, String, String) {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    let of_case = format!("/api/cases/{}", id(&case));
    let comment = format!("{of_case}/comments/{}", id(&whole["comments"][0]));
    server.get(&comment).await.ok();
    server
        .send("DELETE", &delete_uri(&[id(&case)]), None)
        .await
        .no_content();
    (server, of_case, comment)
}

#[tokio::test]
async fn b061_comments_go_with_their_case() {
    let (server, _, comment) = deleted().await;
    server
        .get(&comment)
        .await
        .refused(404, "Saved object [cases-comments/");
}

#[tokio::test]
async fn b062_user_actions_of_a_deleted_case_are_404() {
    let (server, of_case, _) = deleted().await;
    server
        .get(&format!("{of_case}/user_actions/_find"))
        .await
        .refused(404, "Saved object [cases/");
}

#[tokio::test]
async fn b063_comments_of_a_deleted_case_are_none() {
    let (server, of_case, _) = deleted().await;
    let comments = server.get(&format!("{of_case}/comments/_find")).await.ok();
    assert_eq!(
        comments,
        json!({"comments": [], "page": 1, "per_page": 20, "total": 0})
    );
}

#[tokio::test]
async fn b064_deletion_leaves_the_alerts() {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    server.attach(&case, &["a1"]).await;
    server.attach(&other, &["a1"]).await;
    server
        .send("DELETE", &delete_uri(&[id(&case)]), None)
        .await
        .no_content();
    assert_eq!(
        server.alert(INDEX, "a1").await["kibana.alert.case_ids"],
        json!([id(&other)])
    );
}

#[tokio::test]
async fn b173_deprecated_lists_carry_a_warning() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let of_case = format!("/api/cases/{}", id(&case));
    for path in [
        format!("{of_case}/user_actions"),
        format!("{of_case}/comments"),
        "/api/cases/status".to_owned(),
    ] {
        let reply = server.get(&path).await;
        assert_eq!(
            reply.headers["warning"].to_str().unwrap(),
            format!("299 Kibana-{VERSION} \"Deprecated endpoint\""),
            "{path}"
        );
    }
    let actions = array(&server.get(&format!("{of_case}/user_actions")).await.ok());
    assert_eq!(actions.len(), 2);
    assert_eq!(
        (&actions[0]["case_id"], &actions[0]["type"]),
        (&case["id"], &json!("create_case"))
    );
    assert!(actions[0].get("id").is_none() && actions[0]["action_id"].is_string());
}

#[tokio::test]
async fn b177_tags_are_distinct_and_ascending() {
    let server = Server::empty();
    server.case(json!({"tags": ["unique", "defacement"]})).await;
    server
        .case(json!({"tags": ["defacement"], "owner": "observability"}))
        .await;
    server
        .case(json!({"tags": ["shop"], "owner": "observability"}))
        .await;
    assert_eq!(
        server.get("/api/cases/tags").await.ok(),
        json!(["defacement", "shop", "unique"])
    );
    let of_owner = server
        .get("/api/cases/tags?owner=securitySolution")
        .await
        .ok();
    assert_eq!(of_owner, json!(["defacement", "unique"]));
    server
        .get("/api/cases/tags?notExists=1")
        .await
        .refused(400, "invalid keys \"notExists\"");
    let reporters = array(&server.get("/api/cases/reporters").await.ok());
    assert_eq!(reporters.len(), 1);
    assert_eq!(reporters[0]["username"], "mlindqvist");
}

#[tokio::test]
async fn comments_are_read_one_by_one() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server
        .post_comment(&case, comment_body("  keep the blanks  "))
        .await
        .ok();
    let comment = server
        .get(&format!(
            "/api/cases/{}/comments/{}",
            id(&case),
            id(&whole["comments"][0])
        ))
        .await
        .ok();
    assert_eq!(comment["comment"], "  keep the blanks  ");
    assert_eq!(comment["updated_at"], Value::Null);
    let unknown = format!("/api/cases/{}/comments/nope", id(&case));
    server
        .get(&unknown)
        .await
        .refused_exactly(404, "Saved object [cases-comments/nope] not found");
}
