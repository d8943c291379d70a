//! Every field of `kibana-cases-api.md` §4.1 is in the alerts of the practice world, and alerts are
//! found, sorted and shown by it.

use practice_kibana::Options;
use serde_json::{Value, json};

use crate::{PROFILE, support::Server};

const FIELDS: [&str; 42] = [
    "_id",
    "_index",
    "@timestamp",
    "kibana.alert.uuid",
    "kibana.alert.rule.uuid",
    "kibana.alert.rule.name",
    "kibana.alert.rule.rule_id",
    "kibana.alert.rule.type",
    "kibana.alert.rule.category",
    "kibana.alert.rule.consumer",
    "kibana.alert.rule.producer",
    "kibana.alert.rule.rule_type_id",
    "kibana.alert.severity",
    "kibana.alert.risk_score",
    "kibana.alert.status",
    "kibana.alert.workflow_status",
    "kibana.alert.workflow_status_updated_at",
    "kibana.alert.workflow_reason",
    "kibana.alert.workflow_tags",
    "kibana.alert.workflow_assignee_ids",
    "kibana.alert.case_ids",
    "kibana.alert.reason",
    "kibana.alert.original_time",
    "kibana.alert.ancestors.id",
    "kibana.alert.depth",
    "kibana.alert.url",
    "kibana.space_ids",
    "host.name",
    "user.name",
    "process.name",
    "process.parent.name",
    "process.hash.sha256",
    "file.name",
    "file.hash.sha256",
    "host.ip",
    "source.ip",
    "destination.ip",
    "destination.domain",
    "event.category",
    "kibana.alert.rule.threat.tactic.id",
    "kibana.alert.rule.threat.technique.id",
    "kibana.alert.rule.threat.technique.subtechnique.id",
];

fn world() -> Server {
    Server::new(Options {
        profile: PROFILE,
        ..Options::default()
    })
}

async fn post(server: &Server, route: &str, body: Value) -> Value {
    let uri = format!("/api/detection_engine/signals/{route}");
    server.send("POST", &uri, Some(body)).await.ok()
}

/// Does to one alert what analysts do, so that it has the fields that come of it.
async fn work_on(server: &Server, alert: &str) {
    let status = json!({"signal_ids": [alert], "status": "closed", "reason": "duplicate"});
    post(server, "status", status).await;
    let tags = json!({"ids": [alert], "tags": {"tags_to_add": ["seen"], "tags_to_remove": []}});
    post(server, "tags", tags).await;
    let people = json!({"ids": [alert], "assignees": {"add": ["u_ana_0"], "remove": []}});
    post(server, "assignees", people).await;
}

/// The first value of a field of a hit, be it flat or nested.
fn value(hit: &Value, field: &str) -> Value {
    fn within(source: &Value, field: &str) -> Option<Value> {
        if let Some(value) = source.get(field) {
            return Some(value.get(0).unwrap_or(value).clone());
        }
        field.match_indices('.').find_map(|(dot, _)| {
            let (head, tail) = field.split_at(dot);
            let inner = source.get(head)?;
            within(inner.get(0).unwrap_or(inner), tail.strip_prefix('.')?)
        })
    }
    match field {
        "_id" | "_index" => hit[field].clone(),
        field => within(&hit["_source"], field).unwrap_or_default(),
    }
}

#[tokio::test]
async fn alerts_are_found_by_every_field() {
    let server = world();
    let any = post(&server, "search", json!({"size": 1})).await;
    let any = &any["hits"]["hits"][0]["_id"];
    work_on(&server, any.as_str().expect("hits have ids")).await;
    for field in FIELDS {
        let body = json!({"query": {"exists": {"field": field}}, "size": 1});
        let hit = post(&server, "search", body).await["hits"]["hits"][0].clone();
        let value = value(&hit, field);
        assert!(!value.is_null(), "no alert has {field}");
        for query in [
            json!({"term": {field: value}}),
            json!({"terms": {field: [value, "another"]}}),
            json!({"range": {field: {"gte": value, "lte": value}}}),
        ] {
            let ids = json!({"ids": {"values": [hit["_id"]]}});
            let both = json!({"bool": {"filter": [ids, query]}});
            let found = post(&server, "search", json!({"query": both})).await;
            assert_eq!(found["hits"]["total"]["value"], 1, "{both}");
            let neither = json!({"bool": {"filter": [ids], "must_not": [query]}});
            let found = post(&server, "search", json!({"query": neither})).await;
            assert_eq!(found["hits"]["total"]["value"], 0, "{neither}");
        }
        let other = json!({"bool": {"filter": [{"term": {field: "no such value"}}]}});
        let found = post(&server, "search", json!({"query": other})).await;
        assert_eq!(found["hits"]["total"]["value"], 0, "{field}");
    }
}

#[tokio::test]
async fn alerts_are_sorted_and_shown_by_every_field() {
    let server = world();
    let any = post(&server, "search", json!({"size": 1})).await;
    let any = &any["hits"]["hits"][0]["_id"];
    work_on(&server, any.as_str().expect("hits have ids")).await;
    for field in FIELDS {
        let ask = async |order: &str| {
            let body = json!({"sort": [{field: order}], "size": 1000, "_source": [field]});
            let found = post(&server, "search", body).await;
            found["hits"]["hits"]
                .as_array()
                .expect("hits are a list")
                .clone()
        };
        let hits = ask("asc").await;
        assert!(
            !value(&hits[0], field).is_null(),
            "{field} is not shown or sorts its lack first"
        );
        let keys: Vec<&Value> = hits.iter().map(|hit| &hit["sort"][0]).collect();
        let ordered = keys.windows(2).all(|pair| match (pair[0], pair[1]) {
            (Value::Number(left), Value::Number(right)) => left.as_f64() <= right.as_f64(),
            (Value::String(left), Value::String(right)) => left <= right,
            (_, right) => right.is_null(),
        });
        assert!(ordered, "{field}: {keys:?}");
        let greatest = &ask("desc").await[0]["sort"][0];
        assert!(!greatest.is_null(), "{field} sorts its lack first");
    }
}
