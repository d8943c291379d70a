//! Observables and similar cases.

use practice_kibana::{Key, Rights};
use serde_json::{Value, json};

use crate::support::{Reply, Server, array, each, id};

fn observable(kind: &str, value: &str) -> Value {
    json!({"typeKey": format!("observable-type-{kind}"), "value": value, "description": null})
}

async fn add(server: &Server, case: &Value, observable: Value) -> Reply {
    let uri = format!("/internal/cases/{}/observables", id(case));
    let body = json!({ "observable": observable });
    server.internal("POST", &uri, Some(body)).await
}

async fn change(server: &Server, case: &Value, observable: &Value, value: &str) -> Reply {
    let uri = format!(
        "/internal/cases/{}/observables/{}",
        id(case),
        id(observable)
    );
    let body = json!({"observable": {"value": value, "description": "seen"}});
    server.internal("PATCH", &uri, Some(body)).await
}

async fn delete(server: &Server, case: &Value, observable: &Value) -> Reply {
    let uri = format!(
        "/internal/cases/{}/observables/{}",
        id(case),
        id(observable)
    );
    server.internal("DELETE", &uri, None).await
}

#[tokio::test]
async fn observable_is_added() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let changed = add(&server, &case, observable("ipv4", "10.0.0.1"))
        .await
        .ok();
    let added = &changed["observables"][0];
    assert_eq!(
        (&added["typeKey"], &added["value"], &added["description"]),
        (
            &json!("observable-type-ipv4"),
            &json!("10.0.0.1"),
            &Value::Null
        )
    );
    assert!(added["id"].is_string());
    assert!(added["createdAt"].is_string());
    assert_eq!(added["updatedAt"], added["createdAt"]);
    assert_ne!(changed["version"], case["version"]);
    assert_eq!(changed["updated_at"], Value::Null, "the time stays");
    let actions = server.user_actions(&case, "types=observables").await;
    let payload = json!({"observables": {"count": 1, "actionType": "add"}});
    assert_eq!(
        (&actions[0]["action"], &actions[0]["payload"]),
        (&json!("update"), &payload)
    );
}

#[tokio::test]
async fn observable_is_changed_and_deleted() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let first = add(&server, &case, observable("ipv4", "10.0.0.1"))
        .await
        .ok();
    let first = &first["observables"][0];
    add(&server, &case, observable("ipv4", "10.0.0.2"))
        .await
        .ok();
    let changed = change(&server, &case, first, "10.0.0.3").await.ok();
    assert_eq!(
        each(&changed["observables"], "value"),
        ["10.0.0.3", "10.0.0.2"]
    );
    let after = &changed["observables"][0];
    assert_eq!(
        (&after["id"], &after["description"], &after["createdAt"]),
        (&first["id"], &json!("seen"), &first["createdAt"])
    );
    assert_ne!(after["updatedAt"], first["updatedAt"]);
    let prefix = format!("Failed to update observable id: {}: Error: ", id(first));
    let twice = format!("{prefix}Invalid duplicated observables in request.");
    change(&server, &case, first, "10.0.0.2")
        .await
        .refused_exactly(400, &twice);
    let invalid = format!("{prefix}Observable value is not valid for selected observable type.");
    change(&server, &case, first, "nonsense")
        .await
        .refused_exactly(400, &invalid);
    delete(&server, &case, first).await.no_content();
    let left = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(each(&left["observables"], "value"), ["10.0.0.2"]);
    let gone = format!("Failed to delete observable id: {}: Error: ", id(first));
    delete(&server, &case, first).await.refused(400, &gone);
    let actions = server.user_actions(&case, "types=observables").await;
    let kinds: Vec<&Value> = actions
        .iter()
        .map(|action| &action["payload"]["observables"]["actionType"])
        .collect();
    assert_eq!(kinds, ["add", "add", "update", "delete"]);
}

#[tokio::test]
async fn observables_are_checked() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let refused = async |observable: Value, text: &str| {
        let text = format!("Failed to add observable: Error: {text}");
        add(&server, &case, observable).await.refused(400, &text);
    };
    refused(
        observable("nope", "x"),
        "Invalid observable type, key does not exist: observable-type-nope",
    )
    .await;
    refused(
        observable("ipv4", "x"),
        "Observable value is not valid for selected observable type.",
    )
    .await;
    refused(
        json!({"typeKey": "t", "value": "v"}),
        "Invalid value \"undefined\" supplied to",
    )
    .await;
    let nowhere = json!({"id": "nope"});
    add(&server, &nowhere, observable("ipv4", "10.0.0.1"))
        .await
        .refused_exactly(
            400,
            "Failed to add observable: Error: Saved object [cases/nope] not found",
        );
    add(&server, &case, observable("ipv4", "10.0.0.1"))
        .await
        .ok();
    let twice = "Invalid duplicated observables in request.";
    refused(observable("ipv4", "10.0.0.1"), twice).await;
    for n in 2..=50 {
        add(&server, &case, observable("ipv4", &format!("10.0.0.{n}")))
            .await
            .ok();
    }
    let full = "Max 50 observables per case is allowed.";
    refused(observable("ipv4", "10.0.0.51"), full).await;
}

#[tokio::test]
async fn configured_types_are_types() {
    let server = Server::empty();
    let case = server.case(json!({})).await;
    let own = json!({"typeKey": "badge", "value": "4711", "description": null});
    add(&server, &case, own.clone())
        .await
        .refused(400, "key does not exist: badge");
    let body = json!({
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "closure_type": "close-by-user", "owner": "securitySolution",
        "observableTypes": [{"key": "badge", "label": "Badge"}],
    });
    server
        .send("POST", "/api/cases/configure", Some(body))
        .await
        .ok();
    add(&server, &case, own).await.ok();
}

#[tokio::test]
async fn observables_need_a_licence() {
    let server = Server::basic();
    let case = server.case(json!({})).await;
    let text = |deed: &str| {
        format!("In order to {deed} cases, you must be subscribed to an Elastic Platinum license")
    };
    let of = json!({"id": "x"});
    add(&server, &case, observable("ipv4", "10.0.0.1"))
        .await
        .refused_exactly(403, &text("assign observables to"));
    change(&server, &case, &of, "10.0.0.1")
        .await
        .refused_exactly(403, &text("update observables in"));
    delete(&server, &case, &of)
        .await
        .refused_exactly(403, &text("delete observables from"));
}

#[tokio::test]
async fn similar_cases_share_an_observable() {
    let server = Server::empty();
    let mut cases = Vec::new();
    for (title, values) in [
        ("a", ["10.0.0.1", "10.0.0.2"]),
        ("b", ["10.0.0.2", "10.0.0.1"]),
        ("c", ["10.0.0.2", "10.0.0.3"]),
        ("d", ["10.0.0.4", "10.0.0.5"]),
    ] {
        let case = server.case(json!({ "title": title })).await;
        for value in values {
            add(&server, &case, observable("ipv4", value)).await.ok();
        }
        cases.push(case);
    }
    let similar = async |case: &Value, body: Value| {
        let uri = format!("/internal/cases/{}/_similar", id(case));
        server.internal("POST", &uri, Some(body)).await
    };
    let found = similar(&cases[0], json!({"page": 1, "perPage": 10}))
        .await
        .ok();
    assert_eq!(
        (&found["total"], &found["page"], &found["per_page"]),
        (&json!(2), &json!(1), &json!(10))
    );
    assert_eq!(each(&found["cases"], "title"), ["b", "c"]);
    let shared = |n: usize| array(&found["cases"][n]["similarities"]["observables"]);
    assert_eq!(shared(0).len(), 2);
    let one = json!({"typeKey": "observable-type-ipv4", "typeLabel": "IPv4", "value": "10.0.0.2"});
    assert_eq!(shared(1), [one]);
    let second = similar(&cases[0], json!({"page": 2, "perPage": 1}))
        .await
        .ok();
    assert_eq!(each(&second["cases"], "title"), ["c"]);
    let alone = similar(&cases[3], json!({"page": 1, "perPage": 10}))
        .await
        .ok();
    assert_eq!(alone["total"], 0);
    similar(&json!({"id": "nope"}), json!({}))
        .await
        .refused_exactly(404, "Saved object [cases/nope] not found");
}

#[tokio::test]
async fn similar_cases_have_one_owner_and_need_a_licence() {
    let server = Server::empty();
    let mut cases = Vec::new();
    for owner in ["securitySolution", "observability", "securitySolution"] {
        let case = server.case(json!({ "owner": owner })).await;
        add(&server, &case, observable("ipv4", "10.0.0.1"))
            .await
            .ok();
        cases.push(case);
    }
    let uri = format!("/internal/cases/{}/_similar", id(&cases[0]));
    let body = json!({"page": 1, "perPage": 10});
    let found = server.internal("POST", &uri, Some(body)).await.ok();
    assert_eq!(each(&found["cases"], "id"), [cases[2]["id"].clone()]);
    Server::basic()
        .internal("POST", "/internal/cases/nope/_similar", Some(json!({"x": 1})))
        .await
        .refused_exactly(
            403,
            "In order to use the similar cases feature, you must be subscribed to an Elastic Platinum license",
        );
}

#[tokio::test]
async fn observables_ask_for_the_right_to_change_their_case() {
    let reader = Key::new("reader").with("default", Rights::Read);
    let server = Server::with_keys(&[&reader]);
    let case = server.case(json!({})).await;
    let case = add(&server, &case, observable("ipv4", "10.0.0.1"))
        .await
        .ok();
    let first = &case["observables"][0];
    let reading = server.as_key(&reader);
    let text = "Error: Unauthorized to update case with owners: \"securitySolution\"";
    let reply = add(&reading, &case, observable("ipv4", "10.0.0.2")).await;
    reply.refused_exactly(400, &format!("Failed to add observable: {text}"));
    let reply = change(&reading, &case, first, "10.0.0.3").await;
    let attempt = format!("Failed to update observable id: {}: {text}", id(first));
    reply.refused_exactly(400, &attempt);
    let reply = delete(&reading, &case, first).await;
    let attempt = format!("Failed to delete observable id: {}: {text}", id(first));
    reply.refused_exactly(400, &attempt);
    let read = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(
        read["observables"], case["observables"],
        "nothing was written"
    );
}
