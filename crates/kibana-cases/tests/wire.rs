//! The client sends and reads what the bodies in `tests/wire` say. Those files are all that it shares with a server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "wire/broken.rs"]
mod broken;
#[path = "wire/call.rs"]
mod call;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use kibana_cases::{AnswerBody, Client, Credentials, Error, Transport, TransportError};
use serde_json::{Map, Value, from_slice, json};

use call::call;

const WIRE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/wire");

/// Answers every request with one reply, and keeps the request.
#[derive(Debug, Clone, Default)]
struct Wire {
    reply: Value,
    request: Arc<Mutex<Option<Request<Bytes>>>>,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        *self.request.lock().unwrap() = Some(request);
        let status = u16::try_from(self.reply["status"].as_u64().unwrap()).unwrap();
        let body = match (&self.reply["body"], &self.reply["text"]) {
            (Value::Null, Value::String(text)) => text.clone(),
            (Value::Null, _) => String::new(),
            (body, _) => body.to_string(),
        };
        let body = AnswerBody::from(body);
        Ok(Response::builder()
            .status(status)
            .header("kbn-name", "kibana")
            .body(body)
            .unwrap())
    }
}

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

/// Every exchange of every file, with examples in it.
fn exchanges() -> Vec<Value> {
    let files = fs::read_dir(WIRE)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files
        .flat_map(|file| {
            let conversation: Value = from_slice(&fs::read(&file).unwrap()).unwrap();
            conversation["exchanges"].as_array().unwrap().clone()
        })
        .map(|exchange| with_examples(&exchange))
        .collect()
}

async fn replay(file: &Path) -> usize {
    let conversation: Value = from_slice(&fs::read(file).unwrap()).unwrap();
    let exchanges = conversation["exchanges"].as_array().unwrap();
    for (number, exchange) in exchanges.iter().enumerate() {
        let exchange = with_examples(exchange);
        let place = format!("{} #{number}", file.display());
        let wire = Wire {
            reply: with_unknown_fields(&exchange["reply"]),
            request: Arc::default(),
        };
        let reply = wire.reply.clone();
        let credentials = Credentials::api_key("id:key").unwrap();
        let client = Client::builder("https://kibana.test", credentials)
            .transport(wire.clone())
            .build()
            .unwrap();
        let space = client.space(
            &exchange["space"]
                .as_str()
                .unwrap_or("default")
                .parse()
                .unwrap(),
        );
        let told = call(
            &client,
            &space,
            exchange["call"].as_str().unwrap(),
            &exchange["arguments"],
        )
        .await;
        let sent = wire.request.lock().unwrap().take();
        if exchange["client"] == "refuses" {
            let error = told.expect_err(&place);
            assert!(matches!(error, Error::Input(_)), "{place}: {error}");
            assert!(sent.is_none(), "{place}: nothing is sent");
            continue;
        }
        check_request(&exchange["request"], &sent.expect(&place), &place);
        check_told(&reply, told, &place);
    }
    exchanges.len()
}

fn check_request(expected: &Value, request: &Request<Bytes>, place: &str) {
    assert_eq!(request.method().as_str(), expected["method"], "{place}");
    assert_eq!(request.uri().path(), expected["path"], "{place}");
    assert_eq!(request.uri().query(), expected["query"].as_str(), "{place}");
    assert_eq!(
        request.headers()["authorization"],
        "ApiKey aWQ6a2V5",
        "{place}"
    );
    assert_eq!(
        request.headers().contains_key("kbn-xsrf"),
        expected["method"] != "GET",
        "{place}: every write carries it"
    );
    let internal = expected["path"].as_str().unwrap().contains("/internal/")
        || expected["path"]
            .as_str()
            .unwrap()
            .ends_with("/core/capabilities");
    assert_eq!(
        request.headers().contains_key("x-elastic-internal-origin"),
        internal,
        "{place}: Kibana's own routes ask for it, and no others"
    );
    if let Some(parts) = expected["form"].as_array() {
        let form = String::from_utf8(request.body().to_vec()).unwrap();
        assert_eq!(form, form_of(parts), "{place}");
        return;
    }
    let body = (!request.body().is_empty()).then(|| from_slice::<Value>(request.body()).unwrap());
    assert_eq!(body.as_ref(), expected.get("body"), "{place}");
}

/// A form as this client writes it.
fn form_of(parts: &[Value]) -> String {
    let part = |part: &Value| {
        let text = |name: &str| part[name].as_str().unwrap();
        let file = part["file_name"].as_str().map_or_else(String::new, |name| {
            format!("; filename=\"{name}\"\r\nContent-Type: application/octet-stream")
        });
        format!(
            "--kibana-cases-00000000\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\r\n{}\r\n",
            text("name"),
            text("content")
        )
    };
    parts.iter().map(part).collect::<String>() + "--kibana-cases-00000000--\r\n"
}

fn check_told(reply: &Value, told: Result<Value, Error>, place: &str) {
    match told {
        Ok(told) => {
            let status = &reply["status"];
            assert!(status == 200 || status == 204, "{place}: {told}");
            let body = reply.get("body").or_else(|| reply.get("text"));
            is_part_of(&told, body.unwrap_or(&Value::Null), place);
        }
        Err(error) => {
            let api = error.api().unwrap_or_else(|| panic!("{place}: {error}"));
            assert_eq!(
                json!({"status": api.status.as_u16(), "message": api.message}),
                json!({"status": reply["status"], "message": message(&reply["body"])}),
                "{place}"
            );
        }
    }
}

/// The detection engine may tell several.
fn message(body: &Value) -> Value {
    match &body["message"] {
        Value::Array(messages) => {
            let messages: Vec<_> = messages.iter().filter_map(Value::as_str).collect();
            json!(messages.join(", "))
        }
        message => message.clone(),
    }
}

/// Everything told stands in the body, in its place.
fn is_part_of(told: &Value, body: &Value, place: &str) {
    match (told, body) {
        (Value::Object(told), Value::Object(body)) => {
            for (name, told) in told {
                is_part_of(told, &body[name], place);
            }
        }
        (Value::Array(told), Value::Array(body)) => {
            assert_eq!(told.len(), body.len(), "{place}");
            told.iter()
                .zip(body)
                .for_each(|(told, body)| is_part_of(told, body, place));
        }
        (told, body) => assert_eq!(told, body, "{place}"),
    }
}

/// An example for every value that a server chooses.
fn with_examples(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            while let Some((before, name, after)) =
                text.split_once('<').and_then(|(before, rest)| {
                    rest.split_once('>')
                        .map(|(name, after)| (before, name, after))
                })
            {
                let name = name.split(':').next().unwrap();
                text = format!("{before}{}{after}", example(name));
            }
            Value::String(text)
        }
        Value::Array(values) => values.iter().map(with_examples).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), with_examples(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn example(name: &str) -> &str {
    match name {
        "created" | "created2" | "updated" | "updated2" | "closed" | "commented" | "attached"
        | "pushed" | "conf_at" | "conf_up" => "2026-11-23T12:00:00.123Z",
        name if name.ends_with("_at") || name.ends_with("_up") => "2026-11-23T12:00:01.456Z",
        name => name,
    }
}

/// Newer servers answer with more.
fn with_unknown_fields(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(with_unknown_fields).collect(),
        Value::Object(fields) => {
            let mut fields: Map<_, _> = fields
                .iter()
                .map(|(name, value)| (name.clone(), with_unknown_fields(value)))
                .collect();
            fields.insert("from_the_future".to_owned(), json!({"a": [1, null]}));
            Value::Object(fields)
        }
        other => other.clone(),
    }
}
