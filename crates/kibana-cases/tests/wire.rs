//! The client sends and reads what the bodies in `tests/wire` say. Those files are all that it shares with a server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "wire/broken.rs"]
mod broken;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use kibana_cases::{
    AnswerBody, AttachedAlert, Case, Client, Credentials, Error, FindCases, NewAlerts, NewCase,
    SortField, Space, Transport, TransportError, UpdateCase,
};
use serde_json::{Map, Value, from_slice, from_value, json};

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
        let body = AnswerBody::from(self.reply["body"].to_string());
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
    assert!(n_exchanges >= 20, "only {n_exchanges} exchanges were found");
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
        check_request(
            &exchange["request"],
            &wire.request.lock().unwrap().take().unwrap(),
            &place,
        );
        check_told(&exchange["reply"], told, &place);
    }
    exchanges.len()
}

/// Makes the call that an exchange names. What it told comes back as JSON, in the words of the reply.
async fn call(
    client: &Client,
    space: &Space,
    name: &str,
    arguments: &Value,
) -> Result<Value, Error> {
    let text = |name: &str| arguments[name].as_str().unwrap().to_owned();
    let case = || text("case").parse().unwrap();
    Ok(match name {
        "status" => json!({"version": {"number": client.status().await?.version}}),
        "spaces" => client
            .spaces()
            .await?
            .into_iter()
            .map(|space| json!({"id": space.id, "name": space.name}))
            .collect(),
        "create_case" => {
            let tags = from_value(arguments["tags"].clone()).unwrap();
            let new = NewCase {
                title: text("title"),
                description: text("description"),
                tags,
                severity: text("severity").parse().unwrap(),
            };
            of_case(&space.create_case(&new).await?)
        }
        "case" => of_case(&space.case(&case()).await?),
        "find_cases" => {
            let sort_field = if text("sort_field") == "createdAt" {
                SortField::CreatedAt
            } else {
                SortField::UpdatedAt
            };
            let page = u32::try_from(arguments["page"].as_u64().unwrap()).unwrap();
            let page = space
                .find_cases(&FindCases {
                    sort_field,
                    page,
                    ..FindCases::default()
                })
                .await?;
            json!({"cases": page.cases.iter().map(of_case).collect::<Vec<_>>(), "total": page.total})
        }
        "update_cases" => {
            let update = UpdateCase {
                id: case(),
                version: text("version").parse().unwrap(),
                status: Some(text("status").parse().unwrap()),
            };
            space
                .update_cases(&[update])
                .await?
                .iter()
                .map(of_case)
                .collect()
        }
        "add_comment" => of_case(
            &space
                .add_comment(&case(), "securitySolution", &text("text"))
                .await?,
        ),
        "attachments" => {
            let read = space.attachments(&case()).await?;
            read.attachments
                .iter()
                .map(|attachment| json!({"id": attachment.id, "version": attachment.version}))
                .collect()
        }
        "attach_alerts" => {
            let pairs = arguments["alerts"].as_array().unwrap().iter();
            let alert = |pair: &Value| AttachedAlert {
                id: pair[0].as_str().unwrap().parse().unwrap(),
                index: pair[1].as_str().unwrap().to_owned(),
            };
            let new = NewAlerts {
                alerts: pairs.map(alert).collect(),
                rule: from_value(arguments["rule"].clone()).unwrap(),
            };
            of_case(
                &space
                    .attach_alerts(&case(), "securitySolution", &new)
                    .await?,
            )
        }
        "case_alerts" => space
            .case_alerts(&case())
            .await?
            .iter()
            .map(|(alert, _)| json!({"id": alert.id, "index": alert.index}))
            .collect(),
        "cases_of_alert" => space
            .cases_of_alert(&text("alert").parse().unwrap())
            .await?
            .iter()
            .map(|case| json!({"id": case.id, "title": case.title, "status": case.status}))
            .collect(),
        "alerts_by_id" => {
            let hits = space
                .alerts_by_id(&from_value::<Vec<_>>(arguments["ids"].clone()).unwrap())
                .await?;
            let hit = |hit: &kibana_cases::AlertHit| json!({"_id": hit.id, "_index": hit.index, "_source": {"host": {"name": hit.host()}, "user.name": hit.user(), "kibana.alert.rule.uuid": hit.rule().id, "kibana.alert.rule.name": hit.rule().name, "kibana.alert.severity": hit.severity(), "kibana.alert.workflow_status": hit.workflow_status(), "kibana.alert.reason": hit.reason()}});
            json!({"hits": {"hits": hits.iter().map(hit).collect::<Vec<_>>()}})
        }
        unknown => panic!("{unknown} is no method of the client"),
    })
}

fn of_case(case: &Case) -> Value {
    json!({
        "id": case.id, "version": case.version, "owner": case.owner, "title": case.title, "description": case.description, "tags": case.tags,
        "status": case.status, "settings": case.settings, "totalComment": case.total_comments, "totalAlerts": case.total_alerts,
    })
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
    let body = (!request.body().is_empty()).then(|| from_slice::<Value>(request.body()).unwrap());
    assert_eq!(body.as_ref(), expected.get("body"), "{place}");
}

fn check_told(reply: &Value, told: Result<Value, Error>, place: &str) {
    match told {
        Ok(told) => {
            assert_eq!(reply["status"], 200, "{place}: {told}");
            is_part_of(&told, &reply["body"], place);
        }
        Err(error) => {
            let api = error.api().unwrap_or_else(|| panic!("{place}: {error}"));
            assert_eq!(
                json!({"status": api.status.as_u16(), "message": api.message}),
                json!({"status": reply["status"], "message": reply["body"]["message"]}),
                "{place}"
            );
        }
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
        "created" | "updated" | "closed" | "commented" | "attached" => "2026-11-23T12:00:00.123Z",
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
