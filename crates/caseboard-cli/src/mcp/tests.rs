//! Tools against the practice server.

mod agents;
mod snapshots;

use std::{sync::Arc, time::Instant};

use caseboard_core::{
    code::{CommandError, ErrorCode},
    view::{Policy, WriteClass},
};
use practice_kibana::{Options, Space};
use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use super::{
    Server, Session, failure,
    session::{Call, seen},
    tools::{Kind, TOOLS},
};
use crate::{commands::tests::Terminal, exit, proof::Proof};

/// A server of one session.
struct Agent {
    server: Server,
}

impl Agent {
    /// On the desk of a terminal, with these sources only.
    fn of(terminal: &Terminal, only: &[&str]) -> Self {
        let only: Vec<_> = only.iter().map(|name| (*name).to_owned()).collect();
        let only = seen(&terminal.desk, &only, None, None).unwrap();
        let session = Session::new(terminal.desk.clone(), Some("helper"), only);
        Self {
            server: Server::new(session),
        }
    }

    async fn call(&self, tool: &str, input: Value) -> CallToolResult {
        let call = Call::new(Arc::clone(&self.server.session), None);
        self.server.call(tool, call, input).await.unwrap()
    }

    /// The structured answer of a call that succeeds.
    async fn told(&self, tool: &str, input: Value) -> Value {
        let result = self.call(tool, input.clone()).await;
        let told = result.structured_content.unwrap();
        assert_ne!(result.is_error, Some(true), "{tool} {input}: {told}");
        told
    }

    /// The code of a call that fails.
    async fn fails(&self, tool: &str, input: Value) -> String {
        let result = self.call(tool, input.clone()).await;
        let told = result.structured_content.unwrap();
        assert_eq!(result.is_error, Some(true), "{tool} {input}: {told}");
        told["code"].as_str().unwrap().to_owned()
    }

    /// Waits until what a call wrote is settled.
    async fn settled(&self, written: &Value) -> Value {
        let writes = written["writes"].as_array().unwrap().iter();
        let entries: Vec<_> = writes.map(|write| write["entry"].clone()).collect();
        let wait = json!({"entries": entries, "wait_seconds": 60});
        self.told("outbox_list", wait).await
    }
}

/// Grants kinds of writes in every space.
async fn grant(terminal: &Terminal, classes: &[WriteClass], policy: Policy) {
    let spaces = terminal.desk.deployments().remove(0).spaces;
    for space in spaces {
        for class in classes {
            let set = terminal
                .desk
                .set_policy(&space.source, *class, Some(policy));
            set.await.unwrap();
        }
    }
}

fn text(result: &CallToolResult) -> String {
    let texts = result.content.iter().filter_map(|block| block.as_text());
    texts.map(|block| block.text.clone()).collect()
}

fn size(result: &CallToolResult) -> usize {
    serde_json::to_vec(result).unwrap().len()
}

#[tokio::test]
async fn twenty_cases_are_small_and_say_how_many_there_are() {
    let terminal = Terminal::of(Options::default()).await;
    let agent = Agent::of(&terminal, &[]);
    let result = agent.call("case_list", json!({})).await;
    let told = result.structured_content.clone().unwrap();
    let total = told["total"].as_u64().unwrap();
    assert!(total > 20, "{total}");
    assert_eq!(told["cases"].as_array().unwrap().len(), 20);
    assert!(
        size(&result) < 6_000,
        "both forms have {} bytes",
        size(&result)
    );

    let mut cases = Vec::new();
    let mut cursor = json!(0);
    while !cursor.is_null() {
        let told = agent
            .told("case_list", json!({"limit": 9, "cursor": cursor}))
            .await;
        assert_eq!(told["total"], total);
        let page = told["cases"].as_array().unwrap().iter();
        cases.extend(page.map(|case| case["case"].as_str().unwrap().to_owned()));
        cursor = told["next_cursor"].clone();
    }
    assert_eq!(cases.len() as u64, total);
    cases.sort_unstable();
    cases.dedup();
    assert_eq!(cases.len() as u64, total, "each once");
}

#[tokio::test]
async fn s44_an_answer_is_never_larger_than_64_kib() {
    let terminal = Terminal::of(Options::default()).await;
    let (id, _) = terminal.case("soc", &"w".repeat(160)).await;
    let long = "\u{202e}ö".repeat(14_000);
    for _ in 0..12 {
        let told = terminal.with(&["comment", "add", &id, "-"], &long).await;
        assert_eq!(told.unwrap().exit, 0);
    }
    let update = ["case", "update", &id, "--description", "-"];
    terminal.with(&update, &long).await.unwrap();
    let agent = Agent::of(&terminal, &[]);
    let mut read = 0;
    let mut cursor = json!(0);
    while !cursor.is_null() {
        let input = json!({"case": id, "limit": 100, "cursor": cursor});
        let result = agent.call("comment_list", input).await;
        assert!(size(&result) <= 64 * 1024, "{}", size(&result));
        let told = result.structured_content.unwrap();
        for comment in told["comments"].as_array().unwrap() {
            assert!(comment["text"]["left_out"].as_u64().unwrap() > 0);
            read += 1;
        }
        cursor = told["next_cursor"].clone();
    }
    assert_eq!(read, 12);
    // Piece by piece it is all there.
    let (mut whole, mut from) = (String::new(), 0);
    loop {
        let result = agent
            .call("case_get", json!({"case": id, "from": from}))
            .await;
        assert!(size(&result) <= 64 * 1024, "{}", size(&result));
        let description = &result.structured_content.unwrap()["description"];
        let piece = description["text"].as_str().unwrap();
        whole += piece;
        from += piece.chars().count();
        if description["left_out"].is_null() {
            break;
        }
    }
    assert_eq!(whole, long.replace('\u{202e}', "⟨RLO⟩"));
}

#[tokio::test]
async fn s44_calls_are_counted() {
    let terminal = Terminal::of(Options::default()).await;
    let agent = Agent::of(&terminal, &[]);
    let (mut passed, began) = (0, Instant::now());
    for _ in 0..1_000 {
        let result = agent.call("deployment_list", json!({})).await;
        if result.is_error == Some(true) {
            let told = result.structured_content.unwrap();
            assert_eq!(told["code"], "rate_limited");
            assert!(told["wait_seconds"].as_u64().unwrap() <= 61);
        } else {
            passed += 1;
        }
    }
    let most = 60 * (began.elapsed().as_secs() / 60 + 1);
    assert!((60..=most).contains(&passed), "{passed} of {most}");
}

#[test]
fn s45_tools_are_constants_and_say_what_they_are() {
    fn check(schema: &Value, of: &str) {
        if schema["type"] == "object" {
            assert_eq!(schema["additionalProperties"], false, "{of}: {schema}");
        }
        match schema {
            Value::Object(fields) => fields.values().for_each(|field| check(field, of)),
            Value::Array(items) => items.iter().for_each(|item| check(item, of)),
            _ => {}
        }
    }
    let n = u32::try_from(TOOLS.len()).unwrap();
    let mut proof = Proof::begin("S45", n, n);
    for spec in TOOLS.iter() {
        proof.round();
        let tool = spec.tool();
        let text = serde_json::to_string(&tool).unwrap();
        let marks = text.replace("⟨RLO⟩", "");
        assert!(marks.is_ascii(), "{}: {marks}", spec.name);
        check(&Value::Object((*tool.input_schema).clone()), spec.name);
        check(
            &Value::Object((*tool.output_schema.unwrap()).clone()),
            spec.name,
        );
        assert_eq!(tool.input_schema["type"], "object");
        let said = tool.annotations.unwrap();
        let all = [
            said.read_only_hint,
            said.destructive_hint,
            said.idempotent_hint,
            said.open_world_hint,
        ];
        assert!(all.iter().all(Option::is_some), "{}", spec.name);
        assert_eq!(said.read_only_hint, Some(spec.kind == Kind::Read));
        let writes = [
            "create", "update", "close", "delete", "add", "edit", "attach", "detach", "discard",
        ];
        let sounds = writes
            .iter()
            .any(|verb| spec.name.ends_with(&format!("_{verb}")));
        assert_eq!(sounds, spec.kind != Kind::Read, "{}", spec.name);
        // No tool takes an address, a file or a query language of Elasticsearch.
        for argument in tool.input_schema["properties"].as_object().unwrap().keys() {
            for word in ["url", "host_name", "path", "file", "kql", "dsl"] {
                assert!(!argument.contains(word), "{}: {argument}", spec.name);
            }
        }
    }
}

#[tokio::test]
async fn s45_tools_that_read_write_nothing() {
    let terminal = Terminal::of(Options {
        log: true,
        ..Options::default()
    })
    .await;
    grant(&terminal, &WriteClass::ALL, Policy::Ask).await;
    let (id, handle) = terminal.case("soc", "Read").await;
    let found = terminal
        .json(&["alert", "find", "--space", "soc", "--limit", "1"])
        .await;
    let alert = found["sources"][0]["alerts"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = terminal.practice.practice().log().len();
    let agent = Agent::of(&terminal, &[]);
    for spec in TOOLS.iter().filter(|spec| spec.kind == Kind::Read) {
        let properties = spec.tool().input_schema["properties"].clone();
        let mut input = json!({});
        for (name, value) in [
            ("case", json!(id)),
            ("alert", json!(alert)),
            ("deployment", json!("PROD")),
            ("text", json!(format!("see {handle}, {alert} and nothing"))),
        ] {
            if !properties[name].is_null() {
                input[name] = value;
            }
        }
        agent.told(spec.name, input).await;
    }
    assert_eq!(terminal.practice.practice().log().len(), before);
    assert!(terminal.desk.proposals().await.unwrap().is_empty());

    let resolved = agent
        .told(
            "resolve",
            json!({"text": format!("see {handle}, {alert} and nothing")}),
        )
        .await;
    assert_eq!(resolved["found"][0]["case"]["case"], handle);
    assert_eq!(resolved["found"][1]["word"], alert);
    let unknown: Vec<_> = resolved["unknown"].as_array().unwrap().iter().collect();
    assert_eq!(unknown.len(), 3, "{unknown:?}");
}

#[tokio::test]
async fn what_is_given_wrongly_is_told() {
    let terminal = Terminal::of(Options::default()).await;
    let agent = Agent::of(&terminal, &[]);
    for (tool, input) in [
        ("case_list", json!({"limit": 0})),
        ("case_list", json!({"limit": 101})),
        ("case_list", json!({"lim": 1})),
        ("case_get", json!({})),
        ("case_find", json!({"severity": ["worst"]})),
        ("alert_show", json!({"alert": ".."})),
        ("outbox_list", json!({"entries": ["x"]})),
        ("case_update", json!({"cases": []})),
        ("case_create", json!({"title": "t", "description": "d"})),
    ] {
        assert_eq!(
            agent.fails(tool, input.clone()).await,
            "invalid_input",
            "{tool} {input}"
        );
    }
    let (id, _) = terminal.case("soc", "Prefix").await;
    grant(&terminal, &WriteClass::ALL, Policy::Ask).await;
    let prefix = id.get(..8).unwrap();
    agent.told("case_get", json!({"case": prefix})).await;
    let comment = json!({"case": prefix, "text": "x"});
    assert_eq!(agent.fails("comment_add", comment).await, "invalid_input");
    assert_eq!(
        agent
            .fails("case_get", json!({"case": "ffffffff-0000"}))
            .await,
        "not_found"
    );
}

/// S43: the words of every error are ours.
#[test]
fn s43_errors_are_a_fixed_catalogue() {
    let mut all = String::new();
    let n = u32::try_from(exit::ALL.len()).unwrap();
    let mut proof = Proof::begin("S43", n, n);
    for code in exit::ALL {
        proof.round();
        let error = CommandError {
            code,
            message: "canary of Kibana".to_owned(),
            hint: Some("canary".to_owned()),
            retryable: false,
            detail: Some(caseboard_core::code::ErrorDetail::Target {
                host: "canary.example".to_owned(),
            }),
        };
        let told = text(&failure(&error));
        assert!(!told.contains("canary"), "{told}");
        all += &told;
        all.push('\n');
    }
    insta::assert_snapshot!("errors", all);
    assert_eq!(exit::of(ErrorCode::ApprovalRefused), 25);
}

#[tokio::test]
async fn s43_no_key_is_in_anything_that_is_told() {
    let terminal = Terminal::of(Options::default()).await;
    let agent = Agent::of(&terminal, &[]);
    let key = terminal.practice.api_key();
    let mut told = String::new();
    for (tool, input) in [
        ("space_list", json!({})),
        ("deployment_list", json!({})),
        ("deployment_test", json!({"deployment": "PROD"})),
        ("sync", json!({})),
        ("case_list", json!({})),
        ("case_get", json!({"case": key})),
        ("outbox_list", json!({})),
    ] {
        told += &serde_json::to_string(&agent.call(tool, input).await).unwrap();
    }
    let hidden = told.replace(&json!(key).to_string(), "");
    assert!(!hidden.contains(key) && !told.contains(terminal.practice.url()));
}

/// Spaces of another world.
fn spaces(ids: &[&str]) -> Vec<Space> {
    ids.iter().map(|id| Space::new(id, id)).collect()
}
