//! B164: what analysts do to alerts, and who may.

use practice_kibana::{Key, Rights};
use serde_json::{Value, json};

use crate::{
    detection::{ROUTE, ask, found, refused, with_alerts},
    support::{INDEX, Server, array},
};

#[tokio::test]
async fn b164_status_of_alerts_is_set_by_id() {
    let server = with_alerts();
    let case = server.case(json!({})).await;
    server.attach(&case, &["low"]).await;
    let status = async || server.alert(INDEX, "low").await["kibana.alert.workflow_status"].clone();
    let body = json!({"signal_ids": ["low", "unknown", "other"], "status": "closed"});
    let answer = ask(&server, "status", body).await.ok();
    assert_eq!(
        answer,
        json!({
            "took": answer["took"],
            "timed_out": false,
            "total": 1,
            "updated": 1,
            "deleted": 0,
            "batches": 1,
            "version_conflicts": 0,
            "noops": 0,
            "retries": {"bulk": 0, "search": 0},
            "throttled_millis": 0,
            "requests_per_second": -1,
            "throttled_until_millis": 0,
            "failures": [],
        })
    );
    assert_eq!(status().await, "closed");
    let cases = server.find("").await;
    assert_eq!(
        cases["cases"][0]["status"], "open",
        "alerts never change a case"
    );
    for (sent, stored) in [
        ("in-progress", "acknowledged"),
        ("open", "open"),
        ("acknowledged", "acknowledged"),
    ] {
        let body = json!({"signal_ids": ["low"], "status": sent});
        ask(&server, "status", body).await.ok();
        assert_eq!(status().await, stored);
    }
    let uri = format!("/s/soc{ROUTE}/search");
    let untouched = server
        .send("POST", &uri, Some(json!({"size": 1})))
        .await
        .ok();
    assert_eq!(
        untouched["hits"]["hits"][0]["_source"]["kibana.alert.workflow_status"], "open",
        "another space is not reached"
    );
}

#[tokio::test]
async fn status_of_alerts_is_set_by_query() {
    let server = with_alerts();
    let open = json!({"term": {"kibana.alert.workflow_status": "open"}});
    let body = json!({"query": open, "status": "closed", "conflicts": "proceed"});
    assert_eq!(ask(&server, "status", body).await.ok()["updated"], 2);
    assert!(found(&server, open.clone()).await.is_empty());
    let again = json!({"query": open, "status": "closed", "conflicts": "abort"});
    let answer = ask(&server, "status", again).await.ok();
    assert_eq!(
        (&answer["total"], &answer["batches"]),
        (&json!(0), &json!(0))
    );
    let odd = json!({"query": {"wildcard": {}}, "status": "open"});
    refused(
        &ask(&server, "status", odd).await,
        "unknown query [wildcard]",
    );
}

#[tokio::test]
async fn a_reason_stays_while_the_alert_is_closed() {
    let server = with_alerts();
    let reason = async |body: Value| {
        ask(&server, "status", body).await.ok();
        server.alert(INDEX, "low").await["kibana.alert.workflow_reason"].clone()
    };
    let closed = json!({"signal_ids": ["low"], "status": "closed", "reason": "duplicate"});
    assert_eq!(reason(closed).await, "duplicate");
    let open = json!({"signal_ids": ["low"], "status": "open", "reason": "duplicate"});
    assert_eq!(reason(open).await, Value::Null);
}

#[tokio::test]
async fn odd_bodies_of_status_are_400_in_the_standard_envelope() {
    let server = with_alerts();
    for (body, text) in [
        (json!({"signal_ids": [], "status": "open"}), "signal_ids"),
        (json!({"signal_ids": "low", "status": "open"}), "signal_ids"),
        (json!({"signal_ids": [1], "status": "open"}), "signal_ids"),
        (json!({"signal_ids": [""], "status": "open"}), "signal_ids"),
        (json!({"status": "open"}), "signal_ids"),
        (
            json!({"signal_ids": ["low"], "query": {}, "status": "open"}),
            "signal_ids",
        ),
        (json!({"signal_ids": ["low"]}), "status"),
        (json!({"signal_ids": ["low"], "status": "odd"}), "status"),
        (
            json!({"query": {"match_all": {}}, "status": "open", "conflicts": "win"}),
            "conflicts",
        ),
        (
            json!({"signal_ids": ["low"], "status": "closed", "reason": 1}),
            "reason",
        ),
    ] {
        ask(&server, "status", body).await.refused(400, text);
    }
    let low = server.alert(INDEX, "low").await;
    assert_eq!(
        low["kibana.alert.workflow_status"], "open",
        "nothing was written"
    );
}

#[tokio::test]
async fn tags_of_alerts_keep_their_order() {
    let server = with_alerts();
    let tags =
        |add: &[&str], remove: &[&str]| json!({"tags_to_add": add, "tags_to_remove": remove});
    let body = json!({"ids": ["low", "high", "nope"], "tags": tags(&["c", "a", "c"], &["b", "z"])});
    let answer = ask(&server, "tags", body).await.ok();
    assert_eq!(
        (&answer["updated"], &answer["failures"]),
        (&json!(2), &json!([]))
    );
    let of = async |id: &str| server.alert(INDEX, id).await["kibana.alert.workflow_tags"].clone();
    assert_eq!(of("low").await, json!(["a", "c"]));
    assert_eq!(of("high").await, json!(["c", "a"]));

    let refuse = async |body: Value| {
        let reply = ask(&server, "tags", body).await;
        assert_eq!(
            (reply.status, &reply.body["status_code"]),
            (400, &json!(400))
        );
        array(&reply.body["message"])
    };
    let clash = refuse(json!({"ids": ["low"], "tags": tags(&["x", "y"], &["y"])})).await;
    assert_eq!(clash, ["tags_to_add and tags_to_remove both have: y"]);
    assert_eq!(
        refuse(json!({"ids": [], "tags": tags(&["x"], &["x"])}))
            .await
            .len(),
        2
    );
    assert_eq!(of("low").await, json!(["a", "c"]), "nothing was written");
    ask(&server, "tags", json!({"tags": tags(&[], &[])}))
        .await
        .refused_exactly(400, "[request body]: ids: Required");
    ask(
        &server,
        "tags",
        json!({"ids": "low", "tags": tags(&[], &[])}),
    )
    .await
    .refused_exactly(400, "[request body]: ids: Expected array");
    for body in [
        json!({"tags": tags(&[], &[])}),
        json!({"ids": ["low"]}),
        json!({"ids": ["low"], "tags": {"tags_to_add": []}}),
        json!({"ids": ["low"], "tags": {"tags_to_add": [1], "tags_to_remove": []}}),
    ] {
        ask(&server, "tags", body)
            .await
            .refused(400, "[request body]");
    }
}

#[tokio::test]
async fn assignees_of_alerts_come_and_go() {
    let server = with_alerts();
    let change = async |add: &[&str], remove: &[&str]| {
        let body = json!({"ids": ["low"], "assignees": {"add": add, "remove": remove}});
        ask(&server, "assignees", body).await
    };
    let of =
        async || server.alert(INDEX, "low").await["kibana.alert.workflow_assignee_ids"].clone();
    change(&["u_a_0", "u_b_0"], &[]).await.ok();
    assert_eq!(of().await, json!(["u_a_0", "u_b_0"]));
    change(&["u_c_0"], &["u_a_0"]).await.ok();
    assert_eq!(of().await, json!(["u_b_0", "u_c_0"]));
    let clash = change(&["u_d_0"], &["u_d_0"]).await;
    assert_eq!(
        array(&clash.body["message"]),
        ["add and remove both have: u_d_0"]
    );
    assert_eq!(of().await, json!(["u_b_0", "u_c_0"]));
}

#[tokio::test]
async fn detection_routes_ask_for_their_right() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let reader = Key::new("reader").with("default", Rights::Read);
    let outside = Key::new("outside").with("soc", Rights::All);
    let server = Server::with_keys(&[&nobody, &reader, &outside]);
    for route in ["search", "status", "tags", "assignees"] {
        let text = format!(
            "API [POST {ROUTE}/{route}] is unauthorized for user, this action is granted by the Kibana privileges [securitySolution]"
        );
        for key in [&nobody, &outside] {
            let reply = ask(&server.as_key(key), route, json!({"size": 1})).await;
            reply.refused_exactly(403, &text);
        }
        let reading = ask(&server.as_key(&reader), route, json!({"size": 1})).await;
        if route == "search" {
            reading.ok();
        } else {
            reading.refused_exactly(403, &text);
        }
    }
}
