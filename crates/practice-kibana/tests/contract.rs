//! The practice server answers as the bodies in `tests/wire` say. Those files are all that it shares with a client.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{collections::HashMap, fs, path::Path};

use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
};
use http_body_util::BodyExt;
use practice_kibana::{Alert, Key, Options, Practice, Rights, Space, World, router};
use serde_json::{Value, from_slice, from_value, json};
use tower::ServiceExt;

const WIRE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/wire");

#[tokio::test]
async fn every_exchange_on_the_wire_holds() {
    let mut n_exchanges = 0;
    for file in fs::read_dir(WIRE)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            n_exchanges += replay(&file).await;
        }
    }
    assert!(n_exchanges >= 90, "only {n_exchanges} exchanges were found");
}

async fn replay(file: &Path) -> usize {
    let conversation: Value = from_slice(&fs::read(file).unwrap()).unwrap();
    let reader = Key::new("reader").with("*", Rights::Read);
    let options = Options {
        world: World::Empty,
        spaces: vec![Space::new("default", "Default"), Space::new("soc", "SOC")],
        keys: vec![reader.clone()],
        ..Options::default()
    };
    let (router, practice) = router(options);
    for alert in conversation["alerts"].as_array().into_iter().flatten() {
        put(&practice, alert);
    }
    let mut values = HashMap::new();
    let exchanges = conversation["exchanges"].as_array().unwrap();
    for (number, exchange) in exchanges.iter().enumerate() {
        let key = match exchange["key"].as_str() {
            None => practice.api_key().to_owned(),
            Some("reader") => reader.api_key.clone(),
            Some(_) => "bm9ib2R5Om5vdGhpbmc=".to_owned(),
        };
        let (status, body) = ask(&router, &key, &filled(&exchange["request"], &values)).await;
        let reply = &exchange["reply"];
        let place = format!(
            "{} #{number}: {}",
            file.display(),
            String::from_utf8_lossy(&body)
        );
        assert_eq!(u64::from(status), reply["status"], "{place}");
        if let Some(text) = reply["text"].as_str() {
            assert_eq!(body, text, "{place}");
        } else if reply["body"].is_null() {
            assert!(body.is_empty(), "{place}");
        } else {
            let body = from_slice(&body).unwrap();
            matches(&reply["body"], &body, &mut values, &place);
        }
    }
    exchanges.len()
}

fn put(practice: &Practice, alert: &Value) {
    let text = |name: &str| alert[name].as_str().unwrap().to_owned();
    let source = from_value(alert["source"].clone()).unwrap();
    practice.put_alert(Alert {
        space: text("space"),
        index: text("index"),
        id: text("id"),
        source,
    });
}

async fn ask(router: &Router, key: &str, request: &Value) -> (u16, Bytes) {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let mut builder = Request::builder()
        .method(text("method"))
        .uri(format!("{}?{}", text("path"), text("query")))
        .header("authorization", format!("ApiKey {key}"))
        .header("x-elastic-internal-origin", "contract");
    if text("method") != "GET" {
        builder = builder.header("kbn-xsrf", "true");
    }
    let (content_type, body) = match (request.get("body"), request["form"].as_array()) {
        (Some(body), _) => ("application/json", body.to_string()),
        (None, Some(parts)) => ("multipart/form-data; boundary=edge", form(parts)),
        (None, None) => ("application/json", String::new()),
    };
    builder = builder.header("content-type", content_type);
    let body = Body::from(body);
    let answer = router
        .clone()
        .oneshot(builder.body(body).unwrap())
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, body)
}

fn form(parts: &[Value]) -> String {
    let part = |part: &Value| {
        let text = |name: &str| part[name].as_str().unwrap();
        let file = part["file_name"].as_str();
        let file = file.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{}\"{file}\r\n\r\n{}\r\n",
            text("name"),
            text("content")
        )
    };
    parts.iter().map(part).collect::<String>() + "--edge--\r\n"
}

/// Everything with `<name>` replaced by the value that the server chose for it.
fn filled(value: &Value, values: &HashMap<String, String>) -> Value {
    let text = values
        .iter()
        .fold(value.to_string(), |text, (name, value)| {
            text.replace(&format!("<{name}>"), value)
        });
    text.parse().unwrap()
}

/// Every field of `expected` is in `actual`, and `<name:kind>` takes any value of that kind.
fn matches(expected: &Value, actual: &Value, values: &mut HashMap<String, String>, place: &str) {
    remember(expected, actual, values);
    compare(expected, actual, values, place);
}

/// Remembers the values that the server chose.
fn remember(expected: &Value, actual: &Value, values: &mut HashMap<String, String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                remember(expected, actual.get(name).unwrap_or(&Value::Null), values);
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected
                .iter()
                .zip(actual)
                .for_each(|(expected, actual)| remember(expected, actual, values));
        }
        (Value::String(pattern), Value::String(actual)) => {
            if let Some((name, _)) = placeholder(pattern) {
                values.insert(name.to_owned(), actual.clone());
            }
        }
        _ => {}
    }
}

fn compare(expected: &Value, actual: &Value, values: &HashMap<String, String>, place: &str) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                let actual = actual
                    .get(name)
                    .unwrap_or_else(|| panic!("{name} is missing in {place}"));
                compare(expected, actual, values, place);
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            assert_eq!(expected.len(), actual.len(), "{place}");
            expected
                .iter()
                .zip(actual)
                .for_each(|(expected, actual)| compare(expected, actual, values, place));
        }
        (Value::String(pattern), Value::String(actual)) => match placeholder(pattern) {
            Some((_, kind)) => {
                assert!(is_of_kind(actual, kind), "{actual} is no {kind} in {place}");
            }
            None => assert_eq!(filled(&json!(pattern), values), *actual, "{place}"),
        },
        (expected, actual) => assert_eq!(expected, actual, "{place}"),
    }
}

fn placeholder(pattern: &str) -> Option<(&str, &str)> {
    pattern
        .strip_prefix('<')?
        .strip_suffix('>')?
        .split_once(':')
}

fn is_of_kind(text: &str, kind: &str) -> bool {
    match kind {
        "uuid" => uuid::Uuid::try_parse(text).is_ok(),
        "time" => {
            text.len() == 24 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
        }
        "version" | "text" => !text.is_empty(),
        _ => panic!("{kind} is no kind"),
    }
}
