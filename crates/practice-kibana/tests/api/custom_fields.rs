//! B044 to B049, B086 and B087: custom fields of cases; and assignees without the licence for them.

use serde_json::{Value, json};

use crate::support::{Server, array, id};

/// A server whose cases have these custom fields.
async fn configured(fields: Value) -> Server {
    let server = Server::empty();
    let body = json!({
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "closure_type": "close-by-user", "owner": "securitySolution", "customFields": fields,
    });
    server
        .send("POST", "/api/cases/configure", Some(body))
        .await
        .ok();
    server
}

fn definition(key: &str, kind: &str, required: bool) -> Value {
    json!({"key": key, "label": key, "type": kind, "required": required})
}

fn with_default(key: &str, kind: &str, default: Value) -> Value {
    let mut definition = definition(key, kind, true);
    definition["defaultValue"] = default;
    definition
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is written with `json!` at every call"
)]
fn value(key: &str, kind: &str, value: Value) -> Value {
    json!({"key": key, "type": kind, "value": value})
}

async fn refused(server: &Server, values: Value, text: &str) {
    server
        .post_case(json!({"customFields": values}))
        .await
        .refused(400, text);
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
}

#[tokio::test]
async fn b044_custom_fields_without_configuration_are_refused() {
    let server = Server::empty();
    let text = "No custom fields configured.";
    refused(&server, json!([value("a", "text", json!("v"))]), text).await;
    server.case(json!({"customFields": []})).await;
}

#[tokio::test]
async fn b045_repeated_keys_are_refused() {
    let server = configured(json!([definition("duplicated_key", "text", false)])).await;
    let twice = value("duplicated_key", "text", json!("v"));
    let text = "Invalid duplicated customFields keys in request: duplicated_key";
    refused(&server, json!([twice, twice]), text).await;
    server.case(json!({"customFields": [twice]})).await;
}

#[tokio::test]
async fn b046_unknown_keys_are_refused() {
    let server = configured(json!([definition("a", "text", false)])).await;
    let text = "Invalid custom field keys: invalid_key";
    refused(
        &server,
        json!([value("invalid_key", "text", json!("v"))]),
        text,
    )
    .await;
}

#[tokio::test]
async fn b047_fields_left_out_are_appended() {
    let fields = json!([
        with_default("a", "text", json!("default")),
        definition("b", "toggle", false),
        definition("c", "number", false),
        with_default("d", "toggle", json!(true)),
    ]);
    let server = configured(fields).await;
    let sent = value("c", "number", json!(7));
    let case = server.case(json!({"customFields": [sent]})).await;
    let expected = json!([
        sent,
        value("a", "text", json!("default")),
        value("b", "toggle", Value::Null),
        value("d", "toggle", json!(true)),
    ]);
    assert_eq!(case["customFields"], expected);
    let actions = server.user_actions(&case, "").await;
    assert_eq!(actions[0]["payload"]["customFields"], expected);
}

#[tokio::test]
async fn b048_null_for_a_required_field_is_refused() {
    let server = configured(json!([with_default("a", "text", json!("default"))])).await;
    let text = "Invalid value \"null\" supplied for the following required custom fields: \"a\"";
    refused(&server, json!([value("a", "text", Value::Null)]), text).await;
    let case = server.case(json!({})).await;
    assert_eq!(
        case["customFields"],
        json!([value("a", "text", json!("default"))])
    );
}

#[tokio::test]
async fn b049_wrong_type_is_refused() {
    let server = configured(json!([definition("text", "text", false)])).await;
    let text = "The following custom fields have the wrong type in the request: \"text\"";
    refused(&server, json!([value("text", "toggle", json!(true))]), text).await;
}

#[tokio::test]
async fn required_field_without_default_must_be_sent() {
    let fields = json!([definition("a", "text", true), definition("b", "text", true)]);
    let server = configured(fields).await;
    let text = "Missing required custom fields without default value configured: \"a\", \"b\"";
    refused(&server, json!([]), text).await;
    server.post_case(json!({})).await.refused_exactly(400, text);
}

#[tokio::test]
async fn values_are_limited_by_their_type() {
    let fields = ["text", "toggle", "number"].map(|kind| definition(kind, kind, false));
    let server = configured(json!(fields)).await;
    let text = |text: String| json!([value("text", "text", json!(text))]);
    let too_long = "The length of the value is too long. The maximum length is 160.";
    refused(&server, text("x".repeat(161)), too_long).await;
    refused(
        &server,
        text(String::new()),
        "The value field cannot be an empty string.",
    )
    .await;
    let number = |number: Value| json!([value("number", "number", number)]);
    let not_safe =
        "The value field should be an integer between -(2^53 - 1) and 2^53 - 1, inclusive.";
    refused(&server, number(json!(9_007_199_254_740_992_i64)), not_safe).await;
    refused(&server, number(json!(1.5)), not_safe).await;
    refused(
        &server,
        number(json!("1")),
        "supplied to \"customFields,value\"",
    )
    .await;
    let eleven: Value = (0..11)
        .map(|n| value(&n.to_string(), "text", json!("v")))
        .collect();
    let too_many =
        "The length of the field customFields is too long. Array must be of length <= 10.";
    refused(&server, eleven, too_many).await;
    server
        .case(json!({"customFields": text("x".repeat(160))}))
        .await;
    server
        .case(json!({"customFields": number(json!(-9_007_199_254_740_991_i64))}))
        .await;
}

#[tokio::test]
async fn b086_patching_an_empty_list_resets_all() {
    let fields = json!([
        with_default("a", "text", json!("default")),
        definition("b", "toggle", false)
    ]);
    let server = configured(fields).await;
    let sent = json!([
        value("a", "text", json!("v")),
        value("b", "toggle", json!(true))
    ]);
    let case = server.case(json!({ "customFields": sent })).await;
    assert_eq!(case["customFields"], sent);
    let reset = server.patched(&case, json!({"customFields": []})).await;
    let expected = [
        value("a", "text", json!("default")),
        value("b", "toggle", Value::Null),
    ];
    assert_eq!(array(&reset["customFields"]), expected);
    let actions = server.user_actions(&case, "types=customFields").await;
    let payloads: Vec<&Value> = actions.iter().map(|action| &action["payload"]).collect();
    let one = |field: &Value| json!({"customFields": [field]});
    assert_eq!(
        payloads,
        [&one(&expected[0]), &one(&expected[1])],
        "one action a field"
    );
}

#[tokio::test]
async fn b087_patching_without_a_required_field_is_refused() {
    let fields = json!([
        definition("a", "text", true),
        definition("b", "text", false)
    ]);
    let server = configured(fields).await;
    let a = value("a", "text", json!("v"));
    let case = server.case(json!({"customFields": [a]})).await;
    let text = "Missing required custom fields without default value configured: \"a\"";
    let b = value("b", "text", json!("w"));
    server
        .patch(&case, json!({"customFields": [b]}))
        .await
        .refused_exactly(400, text);
    let changed = server.patched(&case, json!({"customFields": [b, a]})).await;
    assert_eq!(changed["customFields"], json!([b, a]));
    let same = server
        .patch(&changed, json!({"customFields": [a, b]}))
        .await;
    same.refused(406, "All update fields are identical to current version.");
}

const ASSIGN: &str =
    "In order to assign users to cases, you must be subscribed to an Elastic Platinum license";

#[tokio::test]
async fn b040_assignees_need_a_licence() {
    let server = Server::basic();
    let assigned = json!({"assignees": [{"uid": "u_a_0"}]});
    server
        .post_case(assigned.clone())
        .await
        .refused_exactly(403, ASSIGN);
    assert_eq!(server.find("").await["total"], 0);
    let none = server.case(json!({"assignees": [{"uid": ""}]})).await;
    assert_eq!(none["assignees"], json!([]), "no assignee needs no licence");
    Server::empty().case(assigned).await;
}

#[tokio::test]
async fn b088_assigning_by_patch_needs_a_licence() {
    let server = Server::basic();
    let case = server.case(json!({})).await;
    server
        .patch(&case, json!({"assignees": [{"uid": "u_a_0"}]}))
        .await
        .refused_exactly(403, &format!("{ASSIGN}, ids: [{}]", id(&case)));
    server
        .patched(&case, json!({"assignees": [], "title": "t"}))
        .await;
}

#[tokio::test]
async fn filtering_by_assignees_needs_a_licence() {
    let text = "In order to filter cases by assignees, you must be subscribed to an Elastic Platinum license";
    Server::basic()
        .get("/api/cases/_find?assignees=none")
        .await
        .refused_exactly(403, text);
    Server::empty().find("assignees=none").await;
}
