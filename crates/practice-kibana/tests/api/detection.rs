//! B163: the search over alerts.

use practice_kibana::Alert;
use serde_json::{Value, json};

use crate::support::{INDEX, Reply, Server, array, each};

pub(crate) const ROUTE: &str = "/api/detection_engine/signals";

pub(crate) async fn ask(server: &Server, route: &str, body: Value) -> Reply {
    let uri = format!("{ROUTE}/{route}");
    server.send("POST", &uri, Some(body)).await
}

async fn search(server: &Server, body: Value) -> Value {
    ask(server, "search", body).await.ok()
}

/// The ids that a query finds, in the order of the index.
pub(crate) async fn found(server: &Server, query: Value) -> Vec<Value> {
    let answer = search(server, json!({"query": query, "size": 100})).await;
    each(&answer["hits"]["hits"], "_id")
}

/// A refusal in the detection engine's own envelope.
#[track_caller]
pub(crate) fn refused(reply: &Reply, text: &str) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    let body = reply.body.as_object().expect("bodies are objects");
    assert_eq!(body.len(), 2, "{}", reply.body);
    assert_eq!(body["status_code"], 400);
    let message = body["message"].as_str().expect("messages are texts");
    assert!(message.contains(text), "{message:?} has no {text:?}");
}

fn put(server: &Server, space: &str, id: &str, source: &Value) {
    server.practice.put_alert(Alert {
        space: space.to_owned(),
        index: format!(".internal.alerts-security.alerts-{space}-000001"),
        id: id.to_owned(),
        source: source.as_object().expect("sources are objects").clone(),
    });
}

/// Three alerts of the default space, and one of another.
pub(crate) fn with_alerts() -> Server {
    let server = Server::empty();
    let low = json!({
        "@timestamp": "2025-05-01T10:00:00.000Z",
        "kibana.alert.severity": "low",
        "kibana.alert.risk_score": 21,
        "kibana.alert.workflow_status": "open",
        "kibana.alert.workflow_tags": ["b", "a"],
        "host": {"name": "ws-1", "os": {"name": "Linux"}},
        "kibana.alert.rule.threat": [{"tactic": {"name": "Execution"}}, {"tactic": {"name": "Impact"}}],
    });
    let high = json!({
        "@timestamp": "2025-05-02T10:00:00.000Z",
        "kibana.alert.severity": "high",
        "kibana.alert.risk_score": 73,
        "kibana.alert.workflow_status": "open",
        "host.name": "ws-2",
        "user.name": null,
    });
    let bare = json!({
        "@timestamp": "2025-05-03T10:00:00.000Z",
        "kibana.alert.risk_score": 100,
        "kibana.alert.workflow_status": "closed",
    });
    put(&server, "default", "low", &low);
    put(&server, "default", "high", &high);
    put(&server, "default", "bare", &bare);
    put(&server, "soc", "other", &high);
    server
}

#[tokio::test]
async fn b163_search_without_a_clause_is_400_in_its_own_words() {
    let server = Server::empty();
    let text = "\"value\" must have at least 1 children";
    for body in [
        json!({}),
        json!({"runtime_mappings": {}}),
        json!({"from": 1}),
    ] {
        let reply = ask(&server, "search", body).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.body, json!({"message": text, "status_code": 400}));
    }
    for clause in [
        json!({"query": {"match_all": {}}}),
        json!({"aggs": {}}),
        json!({"_source": true}),
        json!({"fields": []}),
        json!({"track_total_hits": true}),
        json!({"size": 1}),
        json!({"sort": []}),
    ] {
        let answer = search(&server, clause).await;
        assert_eq!(
            answer["hits"],
            json!({"total": {"value": 0, "relation": "eq"}, "max_score": null, "hits": []}),
            "a space without alerts is no error"
        );
        assert_eq!(
            (&answer["timed_out"], &answer["_shards"]["failed"]),
            (&json!(false), &json!(0))
        );
    }
}

#[tokio::test]
async fn alerts_are_found_by_every_clause() {
    let server = with_alerts();
    let table = [
        (json!({"match_all": {}}), vec!["bare", "high", "low"]),
        (json!({"match_none": {}}), vec![]),
        (
            json!({"ids": {"values": ["low", "other", "nope"]}}),
            vec!["low"],
        ),
        (
            json!({"terms": {"_id": ["high", "low"]}}),
            vec!["high", "low"],
        ),
        (json!({"term": {"_id": "low"}}), vec!["low"]),
        (
            json!({"term": {"_index": INDEX}}),
            vec!["bare", "high", "low"],
        ),
        (
            json!({"terms": {"_index": [".alerts-security.alerts-default"]}}),
            vec!["bare", "high", "low"],
        ),
        (
            json!({"term": {"_index": ".alerts-security.alerts-soc"}}),
            vec![],
        ),
        (
            json!({"term": {"kibana.alert.severity": "low"}}),
            vec!["low"],
        ),
        (
            json!({"term": {"kibana.alert.severity": {"value": "low"}}}),
            vec!["low"],
        ),
        (
            json!({"match": {"kibana.alert.severity": {"query": "high"}}}),
            vec!["high"],
        ),
        (json!({"match_phrase": {"host.name": "ws-1"}}), vec!["low"]),
        (json!({"term": {"host.name": "ws-2"}}), vec!["high"]),
        (json!({"term": {"host.name.keyword": "ws-1"}}), vec!["low"]),
        (json!({"term": {"host.os.name": "Linux"}}), vec!["low"]),
        (
            json!({"term": {"kibana.alert.workflow_tags": "a"}}),
            vec!["low"],
        ),
        (
            json!({"term": {"kibana.alert.rule.threat.tactic.name": "Impact"}}),
            vec!["low"],
        ),
        (
            json!({"term": {"kibana.alert.risk_score": "73"}}),
            vec!["high"],
        ),
        (
            json!({"terms": {"kibana.alert.risk_score": [21, 73.0]}}),
            vec!["high", "low"],
        ),
        (
            json!({"exists": {"field": "host.name"}}),
            vec!["high", "low"],
        ),
        (json!({"exists": {"field": "user.name"}}), vec![]),
        (
            json!({"range": {"kibana.alert.risk_score": {"gte": 73}}}),
            vec!["bare", "high"],
        ),
        (
            json!({"range": {"kibana.alert.risk_score": {"gt": 21, "lt": 100}}}),
            vec!["high"],
        ),
        (
            json!({"range": {"kibana.alert.risk_score": {"lte": 21}}}),
            vec!["low"],
        ),
        (
            json!({"range": {"@timestamp": {"gte": "2025-05-02", "format": "strict_date"}}}),
            vec!["bare", "high"],
        ),
        (
            json!({"range": {"@timestamp": {"lte": "2025-05-02"}}}),
            vec!["high", "low"],
        ),
        (
            json!({"range": {"@timestamp": {"gt": "2025-05-02", "lt": null}}}),
            vec!["bare"],
        ),
        (
            json!({"range": {"@timestamp": {"lt": "now-4d/d"}}}),
            vec!["low"],
        ),
    ];
    for (query, expected) in table {
        assert_eq!(found(&server, query.clone()).await, expected, "{query}");
    }
}

#[tokio::test]
async fn clauses_combine_by_bool() {
    let server = with_alerts();
    let low = json!({"ids": {"values": ["low"]}});
    let high = json!({"ids": {"values": ["high"]}});
    let open = json!({"term": {"kibana.alert.workflow_status": "open"}});
    let table = [
        (json!({}), vec!["bare", "high", "low"]),
        (json!({"must": open}), vec!["high", "low"]),
        (json!({"must": [open], "filter": [low]}), vec!["low"]),
        (json!({"must": [low], "filter": [high]}), vec![]),
        (json!({"must_not": [low]}), vec!["bare", "high"]),
        (json!({"should": [low, high]}), vec!["high", "low"]),
        (
            json!({"should": [low, high], "must": [open]}),
            vec!["high", "low"],
        ),
        (
            json!({"should": [low], "must": [open]}),
            vec!["high", "low"],
        ),
        (
            json!({"should": [low], "must": [open], "minimum_should_match": 1}),
            vec!["low"],
        ),
        (
            json!({"should": [low, open], "minimum_should_match": 2}),
            vec!["low"],
        ),
        (
            json!({"should": [low, open], "minimum_should_match": "-1"}),
            vec!["high", "low"],
        ),
        (
            json!({"must_not": {"bool": {"should": [low, {"bool": {"must": high}}]}}}),
            vec!["bare"],
        ),
    ];
    for (parts, expected) in table {
        let query = json!({"bool": parts});
        assert_eq!(found(&server, query.clone()).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_understood_is_refused_and_never_guessed() {
    let server = with_alerts();
    let query = |query: Value| json!({"query": query});
    let table = [
        (
            query(json!({"wildcard": {"host.name": "ws*"}})),
            "unknown query [wildcard]",
        ),
        (
            query(json!({"bool": {"must": [{"script": {}}]}})),
            "unknown query [script]",
        ),
        (
            query(json!({"bool": {"could": []}})),
            "[bool] query does not support [could]",
        ),
        (query(json!({})), "empty clause"),
        (
            query(json!({"match_all": {}, "match_none": {}})),
            "expected one clause",
        ),
        (query(json!("all")), "must start with start_object"),
        (query(json!({"term": "x"})), "[term] query malformed"),
        (query(json!({"term": {"a": 1, "b": 2}})), "multiple fields"),
        (
            query(json!({"term": {"a": {"value": 1, "odd": 2}}})),
            "does not support [odd]",
        ),
        (
            query(json!({"term": {"a": [1]}})),
            "[term] query needs a value",
        ),
        (query(json!({"terms": {"_id": "low"}})), "requires an array"),
        (
            query(json!({"ids": {}})),
            "requires providing a values array",
        ),
        (
            query(json!({"exists": {}})),
            "must be provided with a [field]",
        ),
        (
            query(json!({"range": {"a": {"from": 1}}})),
            "does not support [from]",
        ),
        (
            query(json!({"range": {"a": {"gt": 1, "time_zone": "+01:00"}}})),
            "[range.time_zone]",
        ),
        (json!({"aggs": {"a": {}}}), "does not support [aggs]"),
        (
            json!({"size": 1, "runtime_mappings": {"a": {}}}),
            "[runtime_mappings]",
        ),
        (json!({"sort": [{"@timestamp": "up"}]}), "Unknown SortOrder"),
        (json!({"sort": [1]}), "[sort]"),
        (
            json!({"from": 9_999, "size": 2}),
            "less than or equal to: [10000] but was [10001]",
        ),
    ];
    for (body, text) in table {
        refused(&ask(&server, "search", body).await, text);
    }
    let deep = (0..32).fold(
        json!({"match_all": {}}),
        |inner, _| json!({"bool": {"must": inner}}),
    );
    refused(&ask(&server, "search", query(deep)).await, "too deep");
    for body in [
        json!({"size": "1"}),
        json!({"size": -1}),
        json!({"from": true, "size": 1}),
        json!({"track_total_hits": "all"}),
        json!({"fields": "host.name"}),
        json!({"_source": 1}),
        json!([]),
    ] {
        let reply = ask(&server, "search", body).await;
        reply.refused(400, "[request body]");
    }
}

#[tokio::test]
async fn hits_are_sorted_and_paged() {
    let server = with_alerts();
    let order = async |sort: Value| {
        let answer = search(&server, json!({"sort": sort})).await;
        each(&answer["hits"]["hits"], "_id")
    };
    assert_eq!(order(json!("@timestamp")).await, ["low", "high", "bare"]);
    assert_eq!(
        order(json!([{"@timestamp": "desc"}])).await,
        ["bare", "high", "low"]
    );
    let by_risk = json!([{"kibana.alert.risk_score": {"order": "desc"}}]);
    assert_eq!(order(by_risk).await, ["bare", "high", "low"]);
    let by_severity =
        |missing: &str| json!([{"kibana.alert.severity": {"order": "asc", "missing": missing}}]);
    assert_eq!(order(by_severity("_last")).await, ["high", "low", "bare"]);
    assert_eq!(order(by_severity("_first")).await, ["bare", "high", "low"]);
    let two =
        json!([{"kibana.alert.workflow_status": "desc"}, {"kibana.alert.risk_score": "desc"}]);
    assert_eq!(order(two).await, ["high", "low", "bare"]);

    let page =
        json!({"sort": [{"@timestamp": "asc"}, "kibana.alert.severity"], "from": 1, "size": 1});
    let answer = search(&server, page).await;
    let hits = array(&answer["hits"]["hits"]);
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["sort"], json!([1_746_180_000_000_u64, "high"]));
    assert_eq!(
        (&hits[0]["_score"], &answer["hits"]["max_score"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        answer["hits"]["total"],
        json!({"value": 3, "relation": "eq"})
    );
}

#[tokio::test]
async fn hits_are_counted_as_far_as_asked() {
    let server = with_alerts();
    for number in 0..10 {
        put(&server, "default", &format!("more-{number}"), &json!({}));
    }
    let total = async |body: Value| search(&server, body).await["hits"]["total"].clone();
    let all = json!({"value": 13, "relation": "eq"});
    assert_eq!(total(json!({"size": 0})).await, all);
    assert_eq!(total(json!({"track_total_hits": true})).await, all);
    assert_eq!(total(json!({"track_total_hits": 13})).await, all);
    let capped = total(json!({"track_total_hits": 5})).await;
    assert_eq!(capped, json!({"value": 5, "relation": "gte"}));
    assert_eq!(total(json!({"track_total_hits": false})).await, Value::Null);
    let ten = search(&server, json!({"query": {"match_all": {}}})).await;
    assert_eq!(array(&ten["hits"]["hits"]).len(), 10, "the default size");
    assert_eq!(ten["hits"]["max_score"], 1.0);
}

#[tokio::test]
async fn source_shows_what_is_asked_for() {
    let server = with_alerts();
    let source = async |filter: Value| {
        let body = json!({"query": {"ids": {"values": ["low"]}}, "_source": filter});
        let answer = search(&server, body).await;
        answer["hits"]["hits"][0].get("_source").cloned()
    };
    assert_eq!(source(json!(false)).await, None);
    assert_eq!(
        source(json!(true))
            .await
            .unwrap()
            .as_object()
            .unwrap()
            .len(),
        7
    );
    let os = json!({"host": {"os": {"name": "Linux"}}});
    assert_eq!(source(json!("host.os")).await, Some(os.clone()));
    assert_eq!(source(json!(["host.o*", "nope"])).await, Some(os.clone()));
    let severity = json!({"kibana.alert.severity": "low"});
    assert_eq!(source(json!(["kibana.*.severity"])).await, Some(severity));
    let both = json!({"includes": ["host"], "excludes": ["*.os"]});
    assert_eq!(source(both).await, Some(json!({"host": {"name": "ws-1"}})));
    let without = json!({"excludes": ["kibana.*", "@*", "host.name"]});
    assert_eq!(source(without).await, Some(os.clone()));
    let names = json!({"kibana.alert.rule.threat": [{"tactic": {"name": "Execution"}}, {"tactic": {"name": "Impact"}}]});
    let threat = "kibana.alert.rule.threat.tactic.name";
    assert_eq!(
        source(json!([threat])).await,
        Some(names),
        "objects in lists"
    );
    let nameless = json!({"includes": ["kibana.alert.rule.threat"], "excludes": [threat]});
    let emptied = json!({"kibana.alert.rule.threat": [{"tactic": {}}, {"tactic": {}}]});
    assert_eq!(source(nameless).await, Some(emptied));

    let body = json!({
        "query": {"ids": {"values": ["low"]}},
        "_source": false,
        "fields": ["host.*", {"field": "kibana.alert.workflow_tags"}, "*.tactic.name"],
    });
    let hit = search(&server, body).await["hits"]["hits"][0].clone();
    let fields = json!({
        "host.name": ["ws-1"],
        "host.os.name": ["Linux"],
        "kibana.alert.workflow_tags": ["b", "a"],
        "kibana.alert.rule.threat.tactic.name": ["Execution", "Impact"],
    });
    assert_eq!(hit["fields"], fields);
}
