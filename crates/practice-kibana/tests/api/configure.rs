//! B179 to B181: configurations, custom fields, connectors and pushes.

use practice_kibana::{Key, Rights};
use serde_json::{Value, json};

use crate::support::{INDEX, Reply, Server, array, each, id, without};

const NO_CONNECTOR: &str = ".none";

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is written with `json!` at every call"
)]
fn configuration(parts: Value) -> Value {
    let mut body = json!({
        "connector": {"id": "none", "name": "none", "type": NO_CONNECTOR, "fields": null},
        "closure_type": "close-by-user",
        "owner": "securitySolution",
    });
    for (name, value) in parts.as_object().expect("parts are an object") {
        body[name] = value.clone();
    }
    body
}

async fn post(server: &Server, parts: Value) -> Reply {
    server
        .send("POST", "/api/cases/configure", Some(configuration(parts)))
        .await
}

async fn patch(server: &Server, known: &Value, parts: Value) -> Reply {
    let mut body = parts;
    body["version"] = known["version"].clone();
    let uri = format!("/api/cases/configure/{}", id(known));
    server.send("PATCH", &uri, Some(body)).await
}

async fn refused(parts: Value, text: &str) {
    let server = Server::empty();
    post(&server, parts).await.refused(400, text);
    let configurations = server.get("/api/cases/configure").await.ok();
    assert_eq!(configurations, json!([]), "nothing was saved");
}

fn field(key: &str) -> Value {
    json!({"key": key, "label": key.to_uppercase(), "type": "text", "required": false})
}

fn many(count: usize, make: impl Fn(&str) -> Value) -> Value {
    (0..count).map(|n| make(&format!("k{n}"))).collect()
}

#[tokio::test]
async fn b179_no_configuration_is_an_empty_list() {
    let server = Server::empty();
    assert_eq!(server.get("/api/cases/configure").await.ok(), json!([]));
    post(&server, json!({})).await.ok();
    let configurations = server.get("/api/cases/configure").await.ok();
    assert_eq!(each(&configurations, "owner"), ["securitySolution"]);
    let other = server.get("/api/cases/configure?owner=cases").await.ok();
    assert_eq!(other, json!([]));
    let both = "/api/cases/configure?owner=cases&owner=securitySolution";
    assert_eq!(array(&server.get(both).await.ok()).len(), 1);
    server
        .get("/api/cases/configure?odd=1")
        .await
        .refused_exactly(400, "invalid keys \"odd\"");
    let elsewhere = server.get("/s/soc/api/cases/configure").await.ok();
    assert_eq!(elsewhere, json!([]), "every space has its own");
}

#[tokio::test]
async fn new_configuration_has_its_fields() {
    let server = Server::empty();
    let parts = json!({
        "customFields": [{"key": "a", "label": "A", "type": "toggle", "required": true, "defaultValue": false}],
        "templates": [{"key": "t", "name": "T", "description": "d", "tags": ["x"], "caseFields": null}],
        "observableTypes": [{"key": "o", "label": "O"}],
    });
    let created = post(&server, parts.clone()).await.ok();
    for (name, value) in parts.as_object().unwrap() {
        assert_eq!(created.get(name), Some(value), "{name}");
    }
    let expected = json!({
        "closure_type": "close-by-user", "mappings": [], "error": null, "updated_at": null, "updated_by": null,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(created.get(name), Some(value), "{name}");
    }
    assert_eq!(created["created_by"]["username"], "mlindqvist");
    assert!(created["id"].is_string() && created["version"].is_string());
    assert_eq!(
        server.get("/api/cases/configure").await.ok(),
        json!([created])
    );
}

#[tokio::test]
async fn b180_stale_version_of_a_configuration_is_409() {
    let server = Server::empty();
    let first = post(&server, json!({})).await.ok();
    let other = post(&server, json!({"owner": "cases"})).await.ok();
    let parts = json!({"closure_type": "close-by-pushing"});
    let second = patch(&server, &first, parts.clone()).await.ok();
    assert_eq!(second["closure_type"], "close-by-pushing");
    assert_eq!(second["id"], first["id"]);
    assert_ne!(second["version"], first["version"]);
    assert_eq!(second["updated_by"], first["created_by"]);
    assert!(second["updated_at"].as_str() > second["created_at"].as_str());
    let text =
        "This configuration has been updated. Please refresh before saving additional updates.";
    let back = json!({"closure_type": "close-by-user"});
    patch(&server, &first, back.clone())
        .await
        .refused_exactly(409, text);
    let uri = "/api/cases/configure?owner=securitySolution";
    assert_eq!(server.get(uri).await.ok(), json!([second]));
    patch(&server, &other, parts).await.ok();
    let third = patch(&server, &second, back.clone()).await.ok();
    assert_eq!(third["closure_type"], "close-by-user");
    let unknown = json!({"id": "nope", "version": "x"});
    patch(&server, &unknown, back)
        .await
        .refused_exactly(404, "Saved object [cases-configure/nope] not found");
    let uri = format!("/api/cases/configure/{}", id(&third));
    let missing = server.send("PATCH", &uri, Some(json!({}))).await;
    missing.refused_exactly(400, "Invalid value \"undefined\" supplied to \"version\"");
    let odd = json!({"version": third["version"], "owner": "cases"});
    let odd = server.send("PATCH", &uri, Some(odd)).await;
    odd.refused_exactly(400, "invalid keys \"owner\"");
}

#[tokio::test]
async fn b181_second_configuration_of_an_owner_replaces_the_first() {
    let server = Server::empty();
    let first = post(&server, json!({"customFields": [field("a")]}))
        .await
        .ok();
    let second = post(&server, json!({})).await.ok();
    assert_ne!(second["id"], first["id"]);
    let other = post(&server, json!({"owner": "observability"})).await.ok();
    let configurations = server.get("/api/cases/configure").await.ok();
    let mut ids = each(&configurations, "id");
    ids.sort_by_key(Value::to_string);
    let mut expected = [second["id"].clone(), other["id"].clone()];
    expected.sort_by_key(Value::to_string);
    assert_eq!(ids, expected);
    let gone = patch(&server, &first, json!({})).await;
    let text = format!("Saved object [cases-configure/{}] not found", id(&first));
    gone.refused_exactly(404, &text);
    assert_eq!(
        second["customFields"],
        json!([]),
        "nothing is left of the first"
    );
    let elsewhere = server
        .send(
            "POST",
            "/s/soc/api/cases/configure",
            Some(configuration(json!({}))),
        )
        .await
        .ok();
    let own = server
        .get("/api/cases/configure?owner=securitySolution")
        .await
        .ok();
    assert_eq!(each(&own, "id"), [id(&second)], "{elsewhere}");
}

#[tokio::test]
async fn required_parts_of_a_configuration() {
    let server = Server::empty();
    for part in ["connector", "closure_type", "owner"] {
        let body = without(configuration(json!({})), part);
        let text = format!("Invalid value \"undefined\" supplied to \"{part}\"");
        server
            .send("POST", "/api/cases/configure", Some(body))
            .await
            .refused(400, &text);
    }
    refused(
        json!({"closure_type": "never"}),
        "supplied to \"closure_type\"",
    )
    .await;
    refused(json!({"mappings": []}), "invalid keys \"mappings\"").await;
    post(&server, json!({"owner": "nobody"}))
        .await
        .refused_exactly(
            403,
            "Unauthorized to create case configuration with owners: \"nobody\"",
        );
    for closure in ["close-by-user", "close-by-pushing"] {
        let created = post(&server, json!({ "closure_type": closure })).await.ok();
        assert_eq!(created["closure_type"], closure);
    }
    let connector = json!({"id": "j", "name": "J", "type": ".jira", "fields": null});
    let created = post(&server, json!({ "connector": connector })).await.ok();
    assert_eq!(created["connector"], connector);
}

#[tokio::test]
async fn definitions_of_custom_fields_are_limited() {
    let fields = |fields: Value| json!({"customFields": fields});
    let with = |name: &str, value: Value| {
        let mut field = field("a");
        field[name] = value;
        fields(json!([field]))
    };
    refused(
        fields(json!([field("a"), field("b"), field("a")])),
        "Invalid duplicated customFields keys in request: a",
    )
    .await;
    refused(
        fields(many(11, field)),
        "The length of the field customFields is too long. Array must be of length <= 10.",
    )
    .await;
    refused(
        with("key", json!("k".repeat(37))),
        "The length of the key is too long. The maximum length is 36.",
    )
    .await;
    refused(
        with("key", json!("Upper")),
        "Key must be lower case, a-z, 0-9, '_', and '-' are allowed",
    )
    .await;
    refused(
        with("key", json!("")),
        "The key field cannot be an empty string.",
    )
    .await;
    refused(
        with("label", json!("l".repeat(51))),
        "The length of the label is too long. The maximum length is 50.",
    )
    .await;
    refused(
        with("label", json!(" ")),
        "The label field cannot be an empty string.",
    )
    .await;
    refused(
        with("type", json!("list")),
        "Invalid value \"list\" supplied to \"customFields,type\"",
    )
    .await;
    refused(
        with("defaultValue", json!(true)),
        "supplied to \"customFields,defaultValue\"",
    )
    .await;
    let server = Server::empty();
    post(&server, fields(many(10, field))).await.ok();
}

#[tokio::test]
async fn templates_are_limited_and_follow_the_custom_fields() {
    let template = |key: &str| json!({"key": key, "name": "N", "caseFields": null});
    let templates = |templates: Value| json!({"templates": templates});
    refused(
        templates(json!([template("t"), template("t")])),
        "Invalid duplicated templates keys in request: t",
    )
    .await;
    refused(
        templates(many(11, template)),
        "The length of the field templates is too long. Array must be of length <= 10.",
    )
    .await;
    let mut long = template("t");
    long["name"] = json!("n".repeat(51));
    long["description"] = json!("d".repeat(1001));
    let text = "The length of the name is too long. The maximum length is 50.,\
                The length of the description is too long. The maximum length is 1000.";
    refused(templates(json!([long])), text).await;
    let without_fields = without(template("t"), "caseFields");
    refused(
        templates(json!([without_fields])),
        "supplied to \"templates,caseFields\"",
    )
    .await;

    let server = Server::empty();
    let mut template = template("t");
    let value = |key: &str| json!({"key": key, "type": "text", "value": "v"});
    template["caseFields"] = json!({"title": "T", "customFields": [value("a"), value("b")]});
    let parts = json!({"customFields": [field("a"), field("b")], "templates": [template]});
    let known = post(&server, parts).await.ok();
    assert_eq!(known["templates"], json!([template]));
    let fewer = patch(&server, &known, json!({"customFields": [field("b")]}))
        .await
        .ok();
    assert_eq!(
        fewer["templates"][0]["caseFields"],
        json!({"title": "T", "customFields": [value("b")]})
    );
    assert_eq!(fewer["customFields"], json!([field("b")]));
}

#[tokio::test]
async fn observable_types_are_limited_and_unlike_the_built_in() {
    let kind = |key: &str, label: &str| json!({"key": key, "label": label});
    let types = |types: Value| json!({"observableTypes": types});
    let clash = "Invalid duplicated observable types in request: ";
    refused(types(json!([kind("o", "ipv4")])), &format!("{clash}ipv4")).await;
    refused(
        types(json!([kind("observable-type-url", "Mine")])),
        &format!("{clash}Mine"),
    )
    .await;
    refused(types(json!([kind("a", "Same"), kind("b", "same")])), clash).await;
    refused(
        types(many(11, |key| kind(key, key))),
        "The length of the field observableTypes is too long. Array must be of length <= 10.",
    )
    .await;
    let server = Server::empty();
    let ten = types(many(10, |key| kind(key, key)));
    assert_eq!(
        post(&server, ten.clone()).await.ok()["observableTypes"],
        ten["observableTypes"]
    );
}

#[tokio::test]
async fn connectors_of_cases_are_listed() {
    let server = Server::empty();
    let create = async |name: &str, kind: &str| {
        let body = json!({"name": name, "connector_type_id": kind, "config": {"apiUrl": "https://x.test"}, "secrets": {"token": "s"}});
        server
            .send("POST", "/api/actions/connector", Some(body))
            .await
            .ok()
    };
    let jira = create("Tickets", ".jira").await;
    create("Chat", ".slack").await;
    let expected = json!({
        "name": "Tickets", "connector_type_id": ".jira", "config": {"apiUrl": "https://x.test"},
        "is_preconfigured": false, "is_deprecated": false, "is_missing_secrets": false,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(jira.get(name), Some(value), "{name}");
    }
    assert!(jira.get("secrets").is_none(), "secrets do not come back");
    server
        .case(json!({"connector": {"id": id(&jira), "name": "Tickets", "type": ".jira", "fields": null}}))
        .await;
    let of_cases = server
        .get("/api/cases/configure/connectors/_find")
        .await
        .ok();
    assert_eq!(
        of_cases,
        json!([{
            "id": id(&jira), "name": "Tickets", "actionTypeId": ".jira", "config": {"apiUrl": "https://x.test"},
            "isPreconfigured": false, "isDeprecated": false, "isSystemAction": false, "isMissingSecrets": false,
            "referencedByCount": 1,
        }])
    );
    let all = server.get("/api/actions/connectors").await.ok();
    assert_eq!(each(&all, "name"), ["Chat", "Tickets"]);
    let elsewhere = server.get("/s/soc/api/actions/connectors").await.ok();
    assert_eq!(elsewhere, json!([]));
}

/// A server with a connector, and the path that pushes a case to it.
async fn with_connector() -> (Server, String) {
    let server = Server::empty();
    let body = json!({"name": "Tickets", "connector_type_id": ".jira"});
    let connector = server
        .send("POST", "/api/actions/connector", Some(body))
        .await
        .ok();
    let push = format!("connector/{}/_push", id(&connector));
    (server, push)
}

async fn push(server: &Server, case: &Value, path: &str) -> Reply {
    let uri = format!("/api/cases/{}/{path}", id(case));
    server.send("POST", &uri, Some(json!({}))).await
}

#[tokio::test]
async fn pushed_case_has_an_external_service() {
    let (server, path) = with_connector().await;
    let case = server.case(json!({})).await;
    server.comment(&case, "hi").await;
    let pushed = push(&server, &case, &path).await.ok();
    let service = &pushed["external_service"];
    assert_eq!(
        (&service["connector_name"], &pushed["status"]),
        (&json!("Tickets"), &json!("open"))
    );
    for field in [
        "connector_id",
        "external_id",
        "external_title",
        "external_url",
    ] {
        assert!(service[field].is_string(), "{field}");
    }
    assert_eq!(service["pushed_at"], pushed["updated_at"]);
    assert_eq!(service["pushed_by"]["username"], "mlindqvist");
    assert_ne!(pushed["version"], case["version"]);
    let comments = server
        .get(&format!("/api/cases/{}/comments/_find", id(&case)))
        .await
        .ok();
    assert_eq!(comments["comments"][0]["pushed_at"], service["pushed_at"]);
    let actions = server.user_actions(&case, "types=pushed").await;
    assert_eq!(
        (
            &actions[0]["action"],
            &actions[0]["payload"]["externalService"]
        ),
        (&json!("push_to_service"), service)
    );
    let again = push(&server, &case, &path).await.ok();
    assert_eq!(
        again["external_service"]["external_id"],
        service["external_id"]
    );
}

#[tokio::test]
async fn pushing_closes_where_the_configuration_says_so() {
    let (server, path) = with_connector().await;
    post(&server, json!({"closure_type": "close-by-pushing"}))
        .await
        .ok();
    server.put_alert(INDEX, "a1");
    let case = server.case(json!({})).await;
    server.attach(&case, &["a1"]).await;
    let pushed = push(&server, &case, &path).await.ok();
    assert_eq!(pushed["status"], "closed");
    assert_eq!(pushed["closed_at"], pushed["external_service"]["pushed_at"]);
    assert_eq!(server.user_actions(&case, "types=status").await.len(), 1);
    let alert = server.alert(INDEX, "a1").await;
    assert_eq!(alert["kibana.alert.workflow_status"], "closed");
    let text = "The T case is closed. Pushing a closed case is not allowed.";
    push(&server, &case, &path).await.refused_exactly(409, text);
}

#[tokio::test]
async fn pushing_wants_a_known_case_and_connector() {
    let (server, path) = with_connector().await;
    push(&server, &json!({"id": "nope"}), &path)
        .await
        .refused_exactly(404, "Saved object [cases/nope] not found");
    let case = server.case(json!({})).await;
    push(&server, &case, "connector/nope/_push")
        .await
        .refused_exactly(404, "Saved object [action/nope] not found");
    let uri = format!("/api/cases/{}/{path}", id(&case));
    server
        .send("POST", &uri, Some(json!({"x": 1})))
        .await
        .refused(400, "invalid keys \"x\"");
    server.send("POST", &uri, None).await.ok();
}

#[tokio::test]
async fn one_custom_field_is_set_by_itself() {
    let server = Server::empty();
    let required =
        json!({"key": "b", "label": "Bee", "type": "number", "required": true, "defaultValue": 1});
    post(&server, json!({"customFields": [field("a"), required]}))
        .await
        .ok();
    let case = server.case(json!({})).await;
    let set = async |key: &str, value: Value, version: &Value| {
        let uri = format!("/internal/cases/{}/custom_fields/{key}", id(&case));
        let body = json!({"value": value, "caseVersion": version});
        server.internal("PUT", &uri, Some(body)).await
    };
    let version = &case["version"];
    let set_a = set("a", json!("v"), version).await.ok();
    assert_eq!(set_a, json!({"key": "a", "type": "text", "value": "v"}));
    set("a", json!("w"), version)
        .await
        .refused(409, "have been updated");
    let now = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(each(&now["customFields"], "value"), [json!("v"), json!(1)]);
    let version = &now["version"];
    set("nope", json!("v"), version)
        .await
        .refused(400, "Invalid custom field keys: nope");
    set("b", json!("text"), version)
        .await
        .refused(400, "supplied to \"value\"");
    let text = "Invalid value \"null\" supplied for the following required custom fields: \"Bee\"";
    set("b", Value::Null, version)
        .await
        .refused_exactly(400, text);
    let actions = server.user_actions(&case, "types=customFields").await;
    assert_eq!(array(&json!(actions)).len(), 1);
}

#[tokio::test]
async fn bodies_of_connectors_are_checked_in_their_own_words() {
    let server = Server::empty();
    let uri = "/api/actions/connector";
    for (body, text) in [
        (
            json!({"connector_type_id": ".jira"}),
            "[request body.name]: expected value of type [string] but got [undefined]",
        ),
        (
            json!({"name": " ", "connector_type_id": ".jira"}),
            "[request body.name]: value ' ' is not valid",
        ),
        (
            json!({"name": "x"}),
            "[request body.connector_type_id]: expected value of type [string] but got [undefined]",
        ),
        (
            json!({"name": "x", "connector_type_id": ".jira", "config": 1}),
            "[request body.config]: expected value of type [object] but got [number]",
        ),
        (
            json!({"name": "x", "connector_type_id": ".jira", "secrets": []}),
            "[request body.secrets]: expected value of type [object] but got [Array]",
        ),
        (
            json!({"name": "x", "connector_type_id": ".jira", "id": "x"}),
            "[request body.id]: definition for this key is missing",
        ),
        (
            json!({"name": "x", "connector_type_id": ".fax"}),
            "Action type \".fax\" is not registered.",
        ),
        (
            json!({"name": "x", "connector_type_id": ".none"}),
            "Action type \".none\" is not registered.",
        ),
    ] {
        server
            .send("POST", uri, Some(body))
            .await
            .refused_exactly(400, text);
    }
    let all = server.get("/api/actions/connectors").await.ok();
    assert_eq!(all, json!([]), "nothing was saved");
}

#[tokio::test]
async fn connectors_ask_for_their_right() {
    let nobody = Key::new("nobody").with("default", Rights::None);
    let reader = Key::new("reader").with("default", Rights::Read);
    let server = Server::with_keys(&[&nobody, &reader]);
    let list = "/api/actions/connectors";
    server
        .as_key(&nobody)
        .get(list)
        .await
        .refused_exactly(403, "Unauthorized to get actions");
    server.as_key(&reader).get(list).await.ok();
    let body = json!({"name": "x", "connector_type_id": ".fax"});
    server
        .as_key(&reader)
        .send("POST", "/api/actions/connector", Some(body))
        .await
        .refused_exactly(403, "Unauthorized to create a \".fax\" action");
}

#[tokio::test]
async fn parts_of_a_configuration_change_alone() {
    let server = Server::empty();
    let mut known = post(&server, json!({})).await.ok();
    let changes = json!({
        "connector": {"id": "j", "name": "J", "type": ".jira", "fields": null},
        "closure_type": "close-by-pushing",
        "customFields": [field("a")],
        "templates": [{"key": "t", "name": "T", "caseFields": null}],
        "observableTypes": [{"key": "o", "label": "O"}],
    });
    for (name, value) in changes.as_object().unwrap() {
        let changed = patch(&server, &known, json!({ name: value })).await.ok();
        let mut expected = known.clone();
        expected[name] = value.clone();
        // Which fields of a case go where follows from the connector.
        for other in ["updated_at", "updated_by", "version", "mappings"] {
            expected[other] = changed[other].clone();
        }
        assert_eq!(changed, expected, "only {name} is changed");
        known = changed;
    }
    for (parts, text) in [
        (
            json!({"closure_type": "never"}),
            "supplied to \"closure_type\"",
        ),
        (
            json!({"connector": {"id": "x"}}),
            "supplied to \"connector,name\"",
        ),
        (
            json!({"customFields": [field("a"), field("a")]}),
            "duplicated customFields keys",
        ),
    ] {
        patch(&server, &known, parts).await.refused(400, text);
    }
    assert_eq!(
        server.get("/api/cases/configure").await.ok(),
        json!([known])
    );
}

#[tokio::test]
async fn references_to_a_connector_are_counted() {
    let server = Server::empty();
    let create = async |name: &str| {
        let body = json!({"name": name, "connector_type_id": ".jira"});
        server
            .send("POST", "/api/actions/connector", Some(body))
            .await
            .ok()
    };
    let (used, unused) = (create("A used one").await, create("B unused").await);
    let connector = json!({"id": id(&used), "name": "A", "type": ".jira", "fields": null});
    for _ in 0..2 {
        server.case(json!({ "connector": connector })).await;
    }
    server.case(json!({})).await;
    let of_cases = "/api/cases/configure/connectors/_find";
    let counts = each(&server.get(of_cases).await.ok(), "referencedByCount");
    assert_eq!(counts, [2, 0], "{unused}");
    let all = server.get("/api/actions/connectors").await.ok();
    assert_eq!(each(&all, "referenced_by_count"), [2, 0]);
}
