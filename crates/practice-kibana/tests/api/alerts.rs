//! B144 to B162.

use practice_kibana::Profile;
use serde_json::{Value, json};

use crate::{
    PROFILE,
    support::{INDEX, Server, alert_body, array, each, id, without},
};

const OTHER_INDEX: &str = ".internal.alerts-security.alerts-default-000002";
const ALIAS: &str = ".alerts-security.alerts-default";
const CASE_IS_FULL: &str = "Case has reached the maximum allowed number (1000) of attached alerts.";

async fn status_of(server: &Server, alert: &str) -> Value {
    server.alert(INDEX, alert).await["kibana.alert.workflow_status"].clone()
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("a{number}")).collect()
}

#[tokio::test]
async fn b144_texts_become_arrays() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut body = alert_body(&[]);
    body["alertId"] = json!("a1");
    body["index"] = json!(INDEX);
    let whole = server.post_comment(&case, body).await.ok();
    let comment = &whole["comments"][0];
    assert_eq!(
        (&comment["alertId"], &comment["index"]),
        (&json!(["a1"]), &json!([INDEX]))
    );
    assert_eq!(comment["rule"], json!({"id": "r-1", "name": "R"}));
    assert_eq!(whole["totalAlerts"], 1);
    let path = format!("/api/cases/{}/comments/{}", id(&case), id(comment));
    assert_eq!(server.get(&path).await.ok(), *comment);
    let mut rewritten = alert_body(&[]);
    rewritten["alertId"] = json!("a1");
    rewritten["index"] = json!(INDEX);
    rewritten["rule"] = json!({"id": null, "name": null});
    rewritten["id"] = comment["id"].clone();
    rewritten["version"] = comment["version"].clone();
    let uri = format!("/api/cases/{}/comments", id(&case));
    let whole = server.send("PATCH", &uri, Some(rewritten)).await.ok();
    let comment = &whole["comments"][0];
    assert_eq!(
        (&comment["alertId"], &comment["index"]),
        (&json!("a1"), &json!(INDEX)),
        "a change keeps the form that was sent"
    );
    assert_eq!(whole["totalAlerts"], 1);
}

#[tokio::test]
async fn b145_ids_and_indices_are_pairs() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut body = alert_body(&[]);
    for (ids, indices, shown) in [
        (
            json!("1"),
            json!(["index1", "index2"]),
            r#"ids: ["1"] indices: ["index1","index2"]"#,
        ),
        (
            json!(["1", "2"]),
            json!("index1"),
            r#"ids: ["1","2"] indices: ["index1"]"#,
        ),
        (json!([]), json!(["i"]), r#"ids: [] indices: ["i"]"#),
    ] {
        body["alertId"] = ids;
        body["index"] = indices;
        let text = format!(
            "Received an alert comment with ids and indices arrays of different lengths {shown}"
        );
        server
            .post_comment(&case, body.clone())
            .await
            .refused_exactly(400, &text);
    }
    let uri = format!("/api/cases/{}/alerts", id(&case));
    assert_eq!(server.get(&uri).await.ok(), json!([]));
    body["alertId"] = json!(["1", "2"]);
    body["index"] = json!(["index1", "index2"]);
    let whole = server.post_comment(&case, body.clone()).await.ok();
    let attached = server.get(&uri).await.ok();
    assert_eq!(each(&attached, "id"), ["1", "2"]);
    assert_eq!(each(&attached, "index"), ["index1", "index2"]);
    body["alertId"] = json!(["1"]);
    body["id"] = whole["comments"][0]["id"].clone();
    body["version"] = whole["comments"][0]["version"].clone();
    let comments = format!("/api/cases/{}/comments", id(&case));
    let changed = server.send("PATCH", &comments, Some(body)).await;
    changed.refused(400, "ids and indices arrays of different lengths");
}

#[tokio::test]
async fn b146_closed_cases_take_no_alerts() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let closed = server.patched(&case, json!({"status": "closed"})).await;
    let reply = server.post_comment(&closed, alert_body(&["1"])).await;
    reply.refused_exactly(400, "Alert cannot be attached to a closed case");
    let uri = format!("/api/cases/{}/alerts", id(&case));
    assert_eq!(server.get(&uri).await.ok(), json!([]));
    for status in ["in-progress", "open"] {
        let case = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
        let case = server.patched(&case, json!({ "status": status })).await;
        let whole = server.attach(&case, &[status]).await;
        assert_eq!(whole["status"], status);
    }
    assert_eq!(
        each(&server.get(&uri).await.ok(), "id"),
        ["in-progress", "open"]
    );
}

#[tokio::test]
async fn b147_1001_alerts_in_one_request_are_refused() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let ids = numbered(1001);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    server
        .post_comment(&case, alert_body(&ids))
        .await
        .refused_exactly(400, CASE_IS_FULL);
    let repeated = vec!["1"; 1001];
    server
        .post_comment(&case, alert_body(&repeated))
        .await
        .refused_exactly(400, CASE_IS_FULL);
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(read["version"], case["version"], "nothing was stored");
    let whole = server.attach(&case, &ids[..1000]).await;
    assert_eq!(whole["totalAlerts"], 1000);
    server.comment(&case, "comments are none").await;
    let whole = server.attach(&other, &ids[1000..]).await;
    assert_eq!(whole["totalAlerts"], 1, "another case has its own room");
}

#[tokio::test]
async fn b148_case_has_1000_alerts_at_most() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let ids = numbered(1201);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    server.attach(&case, &ids[..500]).await;
    for more in [&ids[500..1200], &ids[300..1000]] {
        server
            .post_comment(&case, alert_body(more))
            .await
            .refused_exactly(400, CASE_IS_FULL);
    }
    let whole = server.attach(&case, &ids[500..1000]).await;
    assert_eq!(whole["totalAlerts"], 1000);
    server
        .post_comment(&case, alert_body(&ids[1200..]))
        .await
        .refused_exactly(400, CASE_IS_FULL);
}

#[tokio::test]
async fn b149_attached_alert_is_not_attached_again() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let first = server.attach(&case, &["1", "2", "1"]).await;
    assert_eq!(first["comments"][0]["alertId"], json!(["1", "2"]));
    let again = server.attach(&case, &["2", "1"]).await;
    assert_eq!(again["version"], first["version"], "nothing was written");
    assert_eq!(array(&again["comments"]).len(), 1);
    assert_eq!(server.user_actions(&case, "types=alert").await.len(), 1);
}

#[tokio::test]
async fn b150_only_new_alerts_are_attached() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1", "2"]).await;
    let more = server.attach(&case, &["1", "2", "3"]).await;
    let second = &more["comments"][1];
    assert_eq!(
        (&second["alertId"], &second["index"]),
        (&json!(["3"]), &json!([INDEX]))
    );
    let mut elsewhere = alert_body(&["3"]);
    elsewhere["index"] = json!([OTHER_INDEX]);
    let whole = server.post_comment(&case, elsewhere).await.ok();
    assert_eq!(array(&whole["comments"]).len(), 2, "the id alone decides");
    assert_eq!(server.user_actions(&case, "types=alert").await.len(), 2);
}

#[tokio::test]
async fn b151_alert_knows_its_cases() {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let whole = server.attach(&case, &["a1"]).await;
    let mut by_alias = alert_body(&["a1"]);
    by_alias["index"] = json!([ALIAS]);
    let stored = server.post_comment(&other, by_alias).await.ok();
    assert_eq!(
        stored["comments"][0]["index"],
        json!([ALIAS]),
        "stored as sent"
    );
    assert_eq!(
        server.alert(INDEX, "a1").await["kibana.alert.case_ids"],
        json!([id(&case), id(&other)])
    );
    let comment = format!(
        "/api/cases/{}/comments/{}",
        id(&case),
        id(&whole["comments"][0])
    );
    server.send("DELETE", &comment, None).await.no_content();
    assert_eq!(
        server.alert(INDEX, "a1").await["kibana.alert.case_ids"],
        json!([id(&other)])
    );
}

#[tokio::test]
async fn b152_alert_is_in_10_cases_at_most() {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    server.put_alert(INDEX, "a2");
    for _ in 0..10 {
        let case = server.case(json!({})).await;
        server.attach(&case, &["a1"]).await;
    }
    let eleventh = server.case(json!({})).await;
    let reply = server.post_comment(&eleventh, alert_body(&["a1"])).await;
    reply.refused_exactly(400, "You cannot attach more than 10 cases to an alert");
    assert_eq!(
        array(&server.alert(INDEX, "a1").await["kibana.alert.case_ids"]).len(),
        10
    );
    let after = server
        .get(&format!("/api/cases/{}/alerts", id(&eleventh)))
        .await
        .ok();
    assert_eq!(
        each(&after, "id"),
        ["a1"],
        "the attachment was stored before the refusal"
    );
    let other = server.attach(&eleventh, &["a2"]).await;
    assert_eq!(other["totalAlerts"], 2, "another alert has its own room");
}

#[tokio::test]
async fn b153_attaching_gives_the_status_of_the_case() {
    for (sync, status, expected) in [
        (true, "in-progress", "acknowledged"),
        (false, "in-progress", "open"),
        (true, "open", "open"),
    ] {
        let server = Server::empty();
        server.put_alert(INDEX, "a1");
        server.put_alert(INDEX, "a2");
        let mut case = server.case(json!({"settings": {"syncAlerts": sync}})).await;
        if status != "open" {
            case = server.patched(&case, json!({ "status": status })).await;
        }
        server.attach(&case, &["a1"]).await;
        assert_eq!(status_of(&server, "a1").await, expected, "sync: {sync}");
        assert_eq!(status_of(&server, "a2").await, "open", "it is in no case");
        assert_eq!(
            server.alert(INDEX, "a1").await["kibana.alert.case_ids"],
            json!([id(&case)]),
            "sync: {sync}"
        );
    }
}

/// The statuses of an alert while its case goes through in progress, closed and open.
async fn statuses_with_sync(sync: bool) -> Vec<Value> {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    let mut case = server.case(json!({"settings": {"syncAlerts": sync}})).await;
    case = server.attach(&case, &["a1", "not-there"]).await;
    let mut statuses = Vec::new();
    for status in ["in-progress", "closed", "open"] {
        case = server.patched(&case, json!({ "status": status })).await;
        statuses.push(status_of(&server, "a1").await);
    }
    statuses
}

#[tokio::test]
async fn b154_status_of_the_case_is_passed_on() {
    assert_eq!(
        statuses_with_sync(true).await,
        ["acknowledged", "closed", "open"]
    );
}

#[tokio::test]
async fn b156_without_sync_alerts_are_left_alone() {
    assert_eq!(statuses_with_sync(false).await, ["open", "open", "open"]);
}

#[tokio::test]
async fn b155_turning_sync_on_catches_up() {
    let server = Server::empty();
    let off = json!({"settings": {"syncAlerts": false}});
    let on = json!({"settings": {"syncAlerts": true}});
    for alert in ["a1", "a2"] {
        server.put_alert(INDEX, alert);
    }
    let case = server.case(off.clone()).await;
    server.attach(&case, &["a1"]).await;
    let case = server.attach(&case, &["a2"]).await;
    let case = server
        .patched(&case, json!({"status": "in-progress"}))
        .await;
    let both = async || {
        [
            status_of(&server, "a1").await,
            status_of(&server, "a2").await,
        ]
    };
    assert_eq!(both().await, ["open", "open"]);
    let case = server.patched(&case, on.clone()).await;
    assert_eq!(both().await, ["acknowledged", "acknowledged"]);
    let case = server.patched(&case, off.clone()).await;
    assert_eq!(
        both().await,
        ["acknowledged", "acknowledged"],
        "turning it off does nothing"
    );
    let case = server.patched(&case, json!({"status": "open"})).await;
    assert_eq!(both().await, ["acknowledged", "acknowledged"]);
    let mut fields = on;
    fields["status"] = json!("closed");
    let case = server.patched(&case, fields).await;
    assert_eq!(both().await, ["closed", "closed"], "the newly sent status");
    let mut fields = off;
    fields["status"] = json!("open");
    server.patched(&case, fields).await;
    assert_eq!(
        both().await,
        ["open", "open"],
        "the old setting still counts"
    );
}

#[tokio::test]
async fn b157_same_id_in_another_index_is_another_alert() {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    server.put_alert(OTHER_INDEX, "a1");
    let case = server.case(json!({})).await;
    let case = server.attach(&case, &["a1"]).await;
    server.patched(&case, json!({"status": "closed"})).await;
    assert_eq!(status_of(&server, "a1").await, "closed");
    let other = server.alert(OTHER_INDEX, "a1").await;
    assert_eq!(other["kibana.alert.workflow_status"], "open");
    assert!(other.get("kibana.alert.case_ids").is_none(), "{other}");
}

#[tokio::test]
async fn b158_alerts_of_a_case() {
    let server = Server::empty();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let path = format!("/api/cases/{}/alerts", id(&case));
    assert_eq!(server.get(&path).await.ok(), json!([]));
    server.comment(&case, "no alert").await;
    server.attach(&case, &["2", "1"]).await;
    server.attach(&other, &["4"]).await;
    let whole = server.attach(&case, &["3"]).await;
    let alerts = server.get(&path).await.ok();
    let of = |alert: &str, attachment: usize| {
        let created_at = &whole["comments"][attachment]["created_at"];
        json!({"id": alert, "index": INDEX, "attached_at": created_at})
    };
    assert_eq!(alerts, json!([of("2", 1), of("1", 1), of("3", 2)]));
    assert_ne!(alerts[0]["attached_at"], alerts[2]["attached_at"]);
    server
        .get("/api/cases/fake-id/alerts")
        .await
        .refused_exactly(404, "Saved object [cases/fake-id] not found");
}

#[tokio::test]
async fn b159_cases_of_an_alert() {
    let server = Server::empty();
    let (a, b) = (
        server.case(json!({"title": "a"})).await,
        server.case(json!({"title": "b"})).await,
    );
    server.case(json!({})).await;
    server.attach(&a, &["1"]).await;
    server.attach(&b, &["1", "2"]).await;
    let whole = server.get(&format!("/api/cases/{}", id(&b))).await.ok();
    server
        .patched(&whole, json!({"status": "in-progress"}))
        .await;
    let mut found = each(&server.get("/api/cases/alerts/1").await.ok(), "title");
    found.sort_by_key(Value::to_string);
    assert_eq!(found, ["a", "b"]);
    let totals = match PROFILE {
        Profile::V9 => json!({"alerts": 2, "userComments": 0, "events": 0}),
        Profile::V8_18 => json!({"alerts": 2, "userComments": 0}),
    };
    let found = server.get("/api/cases/alerts/2").await.ok();
    let expected = json!([{
        "id": id(&b), "title": "b", "description": "D", "status": "in-progress",
        "createdAt": b["created_at"], "totals": totals,
    }]);
    assert_eq!(found, expected);
    assert_eq!(
        server.get("/api/cases/alerts/unknown").await.ok(),
        json!([])
    );
    let elsewhere = server.get("/s/soc/api/cases/alerts/1").await.ok();
    assert_eq!(elsewhere, json!([]));
    let comments = format!("/api/cases/{}/comments", id(&b));
    server.send("DELETE", &comments, None).await.no_content();
    let left = server.get("/api/cases/alerts/1").await.ok();
    assert_eq!(each(&left, "title"), ["a"]);
}

#[tokio::test]
async fn b160_totals_count_unique_alerts_and_comments_of_people() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    server.attach(&case, &["1", "2"]).await;
    let mut rewritten = alert_body(&["1"]);
    let attached = server.attach(&case, &["3"]).await["comments"][1].clone();
    let totals = async || server.get("/api/cases/alerts/1").await.ok()[0]["totals"].clone();
    assert_eq!(totals().await["alerts"], 3);
    rewritten["id"] = attached["id"].clone();
    rewritten["version"] = attached["version"].clone();
    let path = format!("/api/cases/{}/comments", id(&case));
    server.send("PATCH", &path, Some(rewritten)).await.ok();
    server.comment(&case, "hi").await;
    server.comment(&case, "again").await;
    let expected = match PROFILE {
        Profile::V9 => json!({"alerts": 2, "userComments": 2, "events": 0}),
        Profile::V8_18 => json!({"alerts": 2, "userComments": 2}),
    };
    assert_eq!(totals().await, expected);
}

#[tokio::test]
async fn b161_cases_of_an_alert_by_owner() {
    let server = Server::empty();
    let (case, other) = (
        server.case(json!({})).await,
        server.case(json!({"owner": "cases"})).await,
    );
    server.attach(&case, &["1"]).await;
    let mut body = alert_body(&["1"]);
    body["owner"] = json!("cases");
    server.post_comment(&other, body).await.ok();
    let of = async |query: &str| {
        let uri = format!("/api/cases/alerts/1?{query}");
        each(&server.get(&uri).await.ok(), "id")
    };
    assert_eq!(of("owner=not-real").await, [] as [Value; 0]);
    assert_eq!(of("owner=securitySolution").await, [id(&case)]);
    assert_eq!(of("owner=not-real&owner=cases").await, [id(&other)]);
    assert_eq!(of("owner=cases&owner=securitySolution").await.len(), 2);
    assert_eq!(of("").await.len(), 2);
    server
        .get("/api/cases/alerts/1?status=open")
        .await
        .refused_exactly(400, "invalid keys \"status\"");
}

#[tokio::test]
async fn b162_more_than_100_cases_are_returned() {
    let server = Server::empty();
    let mut cases = Vec::new();
    for _ in 0..101 {
        let case = server.case(json!({})).await;
        server.attach(&case, &["in no index"]).await;
        cases.push(case);
    }
    let found = server.get("/api/cases/alerts/in%20no%20index").await.ok();
    let sorted = |values: &Value| {
        let mut ids: Vec<String> = each(values, "id").iter().map(Value::to_string).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(&found), sorted(&json!(cases)));
    let other = server.get("/api/cases/alerts/in%20no").await.ok();
    assert_eq!(other, json!([]));
}

#[tokio::test]
async fn parts_of_an_alert_are_required() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    for part in ["alertId", "index", "rule", "owner"] {
        let body = without(alert_body(&["1"]), part);
        let text = format!("Invalid value \"undefined\" supplied to \"{part}\"");
        server.post_comment(&case, body).await.refused(400, &text);
    }
    for (part, value, text) in [
        (
            "alertId",
            json!(1),
            "Invalid value \"1\" supplied to \"alertId\"",
        ),
        (
            "index",
            json!([1]),
            "Invalid value \"1\" supplied to \"index\"",
        ),
        ("rule", json!({"id": "r"}), "supplied to \"rule,name\""),
        (
            "rule",
            json!({"id": 1, "name": null}),
            "supplied to \"rule,id\"",
        ),
        (
            "rule",
            json!({"id": null, "name": null, "odd": 1}),
            "invalid keys \"odd\"",
        ),
    ] {
        let mut body = alert_body(&["1"]);
        body[part] = value;
        server.post_comment(&case, body).await.refused(400, text);
    }
    let mut body = alert_body(&["1"]);
    body["rule"] = json!({"id": null, "name": null});
    let whole = server.post_comment(&case, body).await.ok();
    assert_eq!(array(&whole["comments"]).len(), 1, "a rule may be unknown");
}

#[tokio::test]
async fn attaching_a_closed_alert_to_an_open_case_reopens_it() {
    let server = Server::empty();
    server.put_alert(INDEX, "a1");
    let closed = server.case(json!({})).await;
    let whole = server.attach(&closed, &["a1"]).await;
    server.patched(&whole, json!({"status": "closed"})).await;
    assert_eq!(status_of(&server, "a1").await, "closed");
    let apart = server
        .case(json!({"settings": {"syncAlerts": false}}))
        .await;
    server.attach(&apart, &["a1"]).await;
    assert_eq!(status_of(&server, "a1").await, "closed");
    let open = server.case(json!({})).await;
    server.attach(&open, &["a1"]).await;
    assert_eq!(status_of(&server, "a1").await, "open");
}

#[tokio::test]
async fn odd_pairs_are_told_before_owner_and_unknown_case() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let mut body = alert_body(&["1"]);
    body["index"] = json!([]);
    for owner in ["securitySolution", "observability"] {
        body["owner"] = json!(owner);
        server
            .post_comment(&case, body.clone())
            .await
            .refused(400, "arrays of different lengths ids: [\"1\"] indices: []");
    }
    let unknown = json!({"id": "nope"});
    server
        .post_comment(&unknown, body)
        .await
        .refused(400, "arrays of different lengths");
}
