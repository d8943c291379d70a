//! B051 to B064, tags and reporters, deprecated lists.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::support::{INDEX, Server, VERSION, array, comment_body, id, without};

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
        let case = server.case(json!({"tags": ["x"]})).await;
        let path = format!("/api/cases/{}", id(&case));
        let read = server.get(&path).await.ok();
        let expected = if has_comments {
            case.clone()
        } else {
            without(case.clone(), "comments")
        };
        assert_eq!(read, expected, "what was created is read");
        let whole = server.comment(&case, "hi").await;
        let read = server.get(&path).await.ok();
        assert_eq!(read["version"], whole["version"]);
        assert_eq!(
            read.get("comments"),
            has_comments.then_some(&whole["comments"])
        );
        assert_eq!(read.get("totalEvents").is_some(), !has_comments);
        let with = async |include: &str| {
            let uri = format!("{path}?includeComments={include}");
            server.get(&uri).await
        };
        let bare = with("false").await.ok();
        assert_eq!(bare.get("comments"), has_comments.then_some(&json!([])));
        let asked = with("true").await.ok();
        assert_eq!(asked.get("comments"), read.get("comments"));
        let odd = with("maybe").await;
        if has_comments {
            odd.refused(400, "[request query.includeComments]");
        } else {
            odd.ok();
        }
    }
}

#[tokio::test]
async fn b052_get_of_unknown_case_is_404() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let longer = format!("{}0", id(&case));
    for unknown in ["fake-id", &longer] {
        let text = format!("Saved object [cases/{unknown}] not found");
        server
            .get(&format!("/api/cases/{unknown}"))
            .await
            .refused_exactly(404, &text);
    }
    server.get(&format!("/api/cases/{}", id(&case))).await.ok();
}

#[tokio::test]
async fn b053_alerts_are_no_comments() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1"]).await;
    let whole = server.attach(&case, &["2", "3"]).await;
    assert_eq!(whole["totalComment"], 2, "the attachments are counted here");
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(
        (&read["totalComment"], &read["totalAlerts"]),
        (&json!(0), &json!(3))
    );
}

#[tokio::test]
async fn b054_comments_of_people_are_counted() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    server.attach(&case, &["1"]).await;
    server.comment(&case, "hi").await;
    server.comment(&other, "hi").await;
    server.comment(&other, "again").await;
    let totals = async |case: &Value| {
        let read = server.get(&format!("/api/cases/{}", id(case))).await.ok();
        (read["totalComment"].clone(), read["totalAlerts"].clone())
    };
    assert_eq!(totals(&case).await, (json!(1), json!(1)));
    assert_eq!(totals(&other).await, (json!(2), json!(0)));
}

#[tokio::test]
async fn b055_delete_is_204_and_final() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let path = format!("/api/cases/{}", id(&case));
    let reply = server.send("DELETE", &delete_uri(&[id(&case)]), None).await;
    reply.no_content();
    let text = format!("Saved object [cases/{}] not found", id(&case));
    server.get(&path).await.refused_exactly(404, &text);
    let again = server.send("DELETE", &delete_uri(&[id(&case)]), None).await;
    again.refused_exactly(404, &text);
    server.get(&format!("/api/cases/{}", id(&other))).await.ok();
    assert_eq!(server.find("").await["total"], 1);
}

#[tokio::test]
async fn b056_delete_is_all_or_nothing() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    for ids in [[id(&case), "fake-id"], ["fake-id", id(&case)]] {
        let reply = server.send("DELETE", &delete_uri(&ids), None).await;
        reply.refused_exactly(404, "Saved object [cases/fake-id] not found");
    }
    let two = server
        .send("DELETE", &delete_uri(&["fake-a", "fake-b"]), None)
        .await;
    two.refused_exactly(404, "Saved object [cases/fake-a] not found");
    let left = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(left["version"], whole["version"]);
    assert_eq!(left["totalComment"], 1);
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
    let server = Server::empty();
    let mut cases = Vec::new();
    for _ in 0..101 {
        cases.push(server.case(json!({})).await);
    }
    let ids: Vec<&str> = cases.iter().map(id).collect();
    let delete = async |ids: &[&str]| server.send("DELETE", &delete_uri(ids), None).await;
    delete(&ids).await.refused_exactly(400, text);
    assert_eq!(server.find("").await["total"], 101, "nothing was deleted");
    delete(&ids[..100]).await.no_content();
    assert_eq!(server.find("").await["total"], 1);
}

#[tokio::test]
async fn b058_no_ids_are_too_few() {
    let text = "The length of the field ids is too short. Array must be of length >= 1.";
    delete_refused(&delete_uri(&[]), 400, text).await;
    let text = "[request query.ids]: expected value of type [array] but got [undefined]";
    delete_refused("/api/cases", 400, text).await;
    delete_refused("/api/cases?ids%5B0%5D=a", 400, text).await;
    delete_refused(&delete_uri(&[""]), 400, "string must have length >= 1").await;
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let one = server.send("DELETE", &delete_uri(&[id(&case)]), None).await;
    one.no_content();
}

#[tokio::test]
async fn b059_bare_id_is_refused() {
    let text = "[request query.ids]: could not parse array value from json input";
    delete_refused("/api/cases?ids=abc", 400, text).await;
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let bare = format!("/api/cases?ids={}", id(&case));
    server
        .send("DELETE", &bare, None)
        .await
        .refused_exactly(400, text);
    assert_eq!(server.find("").await["total"], 1, "nothing was deleted");
    server
        .send("DELETE", &delete_uri(&[id(&case)]), None)
        .await
        .no_content();
}

#[tokio::test]
async fn b060_delete_takes_repeated_keys() {
    let server = Server::empty();
    let mut cases = Vec::new();
    for _ in 0..4 {
        cases.push(server.case(json!({})).await);
    }
    let uri = |cases: &[Value]| {
        let keys: Vec<String> = cases
            .iter()
            .map(|case| format!("ids={}", id(case)))
            .collect();
        format!("/api/cases?{}", keys.join("&"))
    };
    server
        .send("DELETE", &uri(&cases[..3]), None)
        .await
        .no_content();
    let left = server.find("").await;
    assert_eq!(left["cases"][0]["id"], cases[3]["id"]);
    assert_eq!(left["total"], 1);
    let gone = format!("Saved object [cases/{}] not found", id(&cases[0]));
    server
        .send("DELETE", &uri(&cases[..2]), None)
        .await
        .refused_exactly(404, &gone);
}

/// A server whose only case, with a comment, was deleted; and the paths of both.
async fn deleted() -> (Server, String, String) {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
    let of_case = format!("/api/cases/{}", id(&case));
    let comment = format!("{of_case}/comments/{}", id(&whole["comments"][0]));
    server.get(&comment).await.ok();
    let of = async |list: &str| {
        server.get(&format!("{of_case}/{list}/_find")).await.ok()["total"].clone()
    };
    assert_eq!(
        (of("comments").await, of("user_actions").await),
        (json!(1), json!(2))
    );
    server
        .send("DELETE", &delete_uri(&[id(&case)]), None)
        .await
        .no_content();
    (server, of_case, comment)
}

#[tokio::test]
async fn b061_comments_go_with_their_case() {
    let (server, _, comment) = deleted().await;
    let id = comment.rsplit('/').next().unwrap_or_default();
    let text = format!("Saved object [cases-comments/{id}] not found");
    server.get(&comment).await.refused_exactly(404, &text);
}

#[tokio::test]
async fn b062_user_actions_of_a_deleted_case_are_404() {
    let (server, of_case, _) = deleted().await;
    let id = of_case.rsplit('/').next().unwrap_or_default();
    let text = format!("Saved object [cases/{id}] not found");
    for list in ["user_actions/_find", "user_actions"] {
        server
            .get(&format!("{of_case}/{list}"))
            .await
            .refused_exactly(404, &text);
    }
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
    let case = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    server.patched(&case, json!({"status": "closed"})).await;
    let cases = async || server.alert(INDEX, "a1").await["kibana.alert.case_ids"].clone();
    assert_eq!(cases().await, json!([id(&case), id(&other)]));
    server
        .send("DELETE", &delete_uri(&[id(&case)]), None)
        .await
        .no_content();
    assert_eq!(cases().await, json!([id(&other)]));
    let alert = server.alert(INDEX, "a1").await;
    assert_eq!(
        alert["kibana.alert.workflow_status"], "closed",
        "the status stays"
    );
}

#[tokio::test]
async fn b173_deprecated_lists_carry_a_warning() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let whole = server.comment(&case, "hi").await;
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
        reply.ok();
    }
    for path in [format!("{of_case}/user_actions/_find"), of_case.clone()] {
        let reply = server.get(&path).await;
        assert!(!reply.headers.contains_key("warning"), "{path}");
    }
    let actions = array(&server.get(&format!("{of_case}/user_actions")).await.ok());
    assert_eq!(actions.len(), 2);
    assert_eq!(
        (&actions[0]["case_id"], &actions[0]["type"]),
        (&case["id"], &json!("create_case"))
    );
    assert_eq!(
        (&actions[1]["case_id"], &actions[1]["comment_id"]),
        (&case["id"], &whole["comments"][0]["id"])
    );
    assert!(actions[0].get("id").is_none() && actions[0]["action_id"].is_string());
}

#[tokio::test]
async fn b177_tags_are_distinct_and_ascending() {
    let server = Server::empty();
    assert_eq!(server.get("/api/cases/tags").await.ok(), json!([]));
    server.case(json!({"tags": ["unique", "defacement"]})).await;
    server
        .case(json!({"tags": ["defacement", "unique", "unique"]}))
        .await;
    assert_eq!(
        server.get("/api/cases/tags").await.ok(),
        json!(["defacement", "unique"])
    );
    server
        .case(json!({"tags": ["shop", "defacement"], "owner": "observability"}))
        .await;
    assert_eq!(
        server.get("/api/cases/tags").await.ok(),
        json!(["defacement", "shop", "unique"])
    );
    let of = async |query: &str| server.get(&format!("/api/cases/tags?{query}")).await;
    assert_eq!(
        of("owner=securitySolution").await.ok(),
        json!(["defacement", "unique"])
    );
    of("notExists=1")
        .await
        .refused_exactly(400, "invalid keys \"notExists\"");
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

#[tokio::test]
async fn reporters_are_distinct() {
    let server = Server::empty();
    let reporters = async |query: &str| {
        server
            .get(&format!("/api/cases/reporters?{query}"))
            .await
            .ok()
    };
    assert_eq!(reporters("").await, json!([]));
    let case = server.case(json!({})).await;
    server.case(json!({"owner": "cases"})).await;
    assert_eq!(reporters("").await, json!([case["created_by"]]));
    assert_eq!(reporters("owner=cases").await, json!([case["created_by"]]));
    assert_eq!(reporters("owner=observability").await, json!([]));
}

#[tokio::test]
async fn categories_are_distinct_and_ascending() {
    let server = Server::empty();
    for (category, owner) in [
        (json!("phish"), "securitySolution"),
        (json!("malware"), "securitySolution"),
        (json!("phish"), "cases"),
        (Value::Null, "cases"),
    ] {
        server
            .case(json!({"category": category, "owner": owner}))
            .await;
    }
    let categories = async |query: &str| {
        let uri = format!("/internal/cases/categories?{query}");
        server.internal("GET", &uri, None).await
    };
    assert_eq!(categories("").await.ok(), json!(["malware", "phish"]));
    assert_eq!(categories("owner=cases").await.ok(), json!(["phish"]));
    categories("odd=1")
        .await
        .refused_exactly(400, "invalid keys \"odd\"");
}
