//! B044 to B049, B086 and B087: custom fields of cases; and assignees without the licence for them.

use serde_json::{Value, json};

use crate::support::{Server, array, change, id};

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
    let values = json!([value("a", "text", json!("v"))]);
    let reply = server.post_case(json!({ "customFields": values })).await;
    reply.refused_exactly(400, text);
    refused(&server, values.clone(), text).await;
    let case = server.case(json!({"customFields": []})).await;
    assert_eq!(case["customFields"], json!([]));
    let configured = configured(json!([definition("a", "text", false)])).await;
    let case = configured.case(json!({ "customFields": values })).await;
    assert_eq!(case["customFields"], values);
    let elsewhere = json!({"customFields": values, "owner": "cases"});
    configured
        .post_case(elsewhere)
        .await
        .refused_exactly(400, text);
}

#[tokio::test]
async fn b045_repeated_keys_are_refused() {
    let fields = json!([
        definition("duplicated_key", "text", false),
        definition("other", "text", false)
    ]);
    let server = configured(fields).await;
    let twice = value("duplicated_key", "text", json!("v"));
    let text = "Invalid duplicated customFields keys in request: duplicated_key";
    refused(&server, json!([twice, twice]), text).await;
    let other = value("other", "text", json!("v"));
    let case = server.case(json!({"customFields": [twice, other]})).await;
    assert_eq!(case["customFields"], json!([twice, other]));
}

#[tokio::test]
async fn b046_unknown_keys_are_refused() {
    let server = configured(json!([definition("a", "text", false)])).await;
    let text = "Invalid custom field keys: invalid_key";
    let unknown = value("invalid_key", "text", json!("v"));
    let known = value("a", "text", json!("v"));
    refused(&server, json!([unknown]), text).await;
    refused(&server, json!([known, unknown]), text).await;
    let case = server.case(json!({"customFields": [known]})).await;
    assert_eq!(case["customFields"], json!([known]));
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
    let fields = json!([
        with_default("a", "text", json!("default")),
        definition("b", "text", false)
    ]);
    let server = configured(fields).await;
    let text = "Invalid value \"null\" supplied for the following required custom fields: \"a\"";
    let nothing = value("a", "text", Value::Null);
    refused(&server, json!([nothing]), text).await;
    let (default, b) = (
        value("a", "text", json!("default")),
        value("b", "text", Value::Null),
    );
    let case = server.case(json!({})).await;
    assert_eq!(case["customFields"], json!([default, b]));
    let case = server.case(json!({"customFields": [b]})).await;
    assert_eq!(
        case["customFields"],
        json!([b, default]),
        "null is a value of what is not required"
    );
    let sent = value("a", "text", json!("mine"));
    let case = server.case(json!({"customFields": [sent]})).await;
    assert_eq!(case["customFields"], json!([sent, b]));
}

#[tokio::test]
async fn b049_wrong_type_is_refused() {
    let mut label = definition("text", "text", false);
    label["label"] = json!("Free text");
    let server = configured(json!([definition("toggle", "toggle", false), label])).await;
    let text = "The following custom fields have the wrong type in the request: \"Free text\"";
    let wrong = value("text", "toggle", json!(true));
    refused(&server, json!([wrong]), text).await;
    let both =
        "The following custom fields have the wrong type in the request: \"toggle\", \"Free text\"";
    let other = value("toggle", "number", json!(1));
    refused(&server, json!([wrong, other]), both).await;
    let right = json!([
        value("toggle", "toggle", json!(true)),
        value("text", "text", json!("v"))
    ]);
    let case = server.case(json!({ "customFields": right })).await;
    assert_eq!(case["customFields"], right);
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
    assert_eq!(server.find("").await["total"], 0, "nothing was created");
    for none in [json!([{"uid": ""}]), json!([])] {
        let case = server.case(json!({ "assignees": none })).await;
        assert_eq!(case["assignees"], json!([]), "no assignee needs no licence");
    }
    let licensed = Server::empty().case(assigned.clone()).await;
    assert_eq!(licensed["assignees"], assigned["assignees"]);
}

#[tokio::test]
async fn b088_assigning_by_patch_needs_a_licence() {
    let server = Server::basic();
    let (case, other) = (server.case(json!({})).await, server.case(json!({})).await);
    let assigned = json!({"assignees": [{"uid": "u_a_0"}]});
    server
        .patch(&case, assigned.clone())
        .await
        .refused_exactly(403, &format!("{ASSIGN}, ids: [{}]", id(&case)));
    let changes = [
        change(&case, json!({"title": "t"})),
        change(&other, assigned.clone()),
    ];
    server
        .send("PATCH", "/api/cases", Some(json!({ "cases": changes })))
        .await
        .refused_exactly(403, &format!("{ASSIGN}, ids: [{}]", id(&other)));
    let now = server.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(now["version"], case["version"], "nothing was changed");
    let changed = server
        .patched(&case, json!({"assignees": [], "title": "t"}))
        .await;
    assert_eq!(changed["title"], "t");
    let licensed = Server::empty();
    let case = licensed.case(json!({})).await;
    let changed = licensed.patched(&case, assigned.clone()).await;
    assert_eq!(changed["assignees"], assigned["assignees"]);
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

#[tokio::test]
async fn values_have_the_type_they_name() {
    let kinds = ["text", "toggle", "number"];
    let server = configured(json!(kinds.map(|kind| definition(kind, kind, false)))).await;
    for (kind, wrong) in [
        ("text", json!(1)),
        ("text", json!(true)),
        ("toggle", json!("true")),
        ("toggle", json!(1)),
        ("number", json!("3")),
        ("number", json!(true)),
    ] {
        let shown = wrong
            .as_str()
            .map_or_else(|| wrong.to_string(), str::to_owned);
        let text = format!("Invalid value \"{shown}\" supplied to \"customFields,value\"");
        refused(&server, json!([value(kind, kind, wrong)]), &text).await;
    }
    let missing = json!([{"key": "text", "type": "text"}]);
    let text = "Invalid value \"undefined\" supplied to \"customFields,value\"";
    refused(&server, missing, text).await;
    let odd = json!([value("text", "list", json!("v"))]);
    let text = "Invalid value \"list\" supplied to \"customFields,type\"";
    refused(&server, odd, text).await;
    let most = 9_007_199_254_740_991_i64;
    for number in [-most, 0, most] {
        let sent = json!([
            value("number", "number", json!(number)),
            value("toggle", "toggle", json!(false)),
            value("text", "text", json!("v")),
        ]);
        let case = server.case(json!({ "customFields": sent })).await;
        assert_eq!(case["customFields"], sent);
    }
}

#[tokio::test]
async fn ten_values_are_the_most() {
    let server = configured(
        (0..10)
            .map(|n| definition(&n.to_string(), "text", false))
            .collect(),
    )
    .await;
    let ten: Value = (0..10)
        .map(|n| value(&n.to_string(), "text", json!("v")))
        .collect();
    let case = server.case(json!({ "customFields": ten })).await;
    assert_eq!(case["customFields"], ten);
}
