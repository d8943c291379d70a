//! The practice world: what it holds, and that it follows from its seed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use practice_kibana::{Clock, Options, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Reply, array, each};

const NOW: &str = "2025-05-06T07:08:09.123Z";
const SPACES: [&str; 3] = ["default", "soc", "ot"];

/// All that a client can read of a world.
struct World {
    cases: Vec<Value>,
    comments: Vec<Value>,
    user_actions: Vec<Value>,
    alerts: Vec<Value>,
    counts: [i64; 3],
    by_space: BTreeMap<&'static str, usize>,
}

async fn read(seed: u64, now: &str) -> World {
    let now: Timestamp = now.parse().expect("it is a time");
    let (router, practice) = router(Options {
        seed,
        clock: Clock::fixed(now),
        ..Options::default()
    });
    let ask = |method: &'static str, uri: String, body: Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("ApiKey {}", practice.api_key()))
            .header("kbn-xsrf", "true")
            .header("content-type", "application/json")
            .body(if body.is_null() {
                axum::body::Body::empty()
            } else {
                body.to_string().into()
            })
            .expect("tests write valid requests");
        let router = router.clone();
        async move {
            Reply::read(
                router
                    .oneshot(request)
                    .await
                    .expect("the router never fails"),
            )
            .await
            .ok()
        }
    };
    let mut world = World {
        cases: vec![],
        comments: vec![],
        user_actions: vec![],
        alerts: vec![],
        counts: [0; 3],
        by_space: BTreeMap::new(),
    };
    for space in SPACES {
        let found = ask(
            "GET",
            format!("/s/{space}/api/cases/_find?perPage=100"),
            Value::Null,
        )
        .await;
        for (slot, name) in world.counts.iter_mut().zip([
            "count_open_cases",
            "count_in_progress_cases",
            "count_closed_cases",
        ]) {
            *slot += found[name].as_i64().expect("counts are numbers");
        }
        let cases = array(&found["cases"]);
        world.by_space.insert(space, cases.len());
        for case in &cases {
            let path = format!(
                "/s/{space}/api/cases/{}",
                case["id"].as_str().expect("cases have ids")
            );
            world.comments.extend(array(
                &ask("GET", format!("{path}/comments"), Value::Null).await,
            ));
            let actions = ask(
                "GET",
                format!("{path}/user_actions/_find?perPage=100"),
                Value::Null,
            )
            .await;
            world.user_actions.extend(array(&actions["userActions"]));
        }
        world.cases.extend(cases);
        let search = format!("/s/{space}/api/detection_engine/signals/search");
        world.alerts.extend(array(
            &ask("POST", search, json!({"size": 1000})).await["hits"]["hits"],
        ));
    }
    world
}

#[tokio::test]
async fn world_has_its_numbers() {
    let world = read(1, NOW).await;
    assert_eq!(
        world.by_space,
        BTreeMap::from([("default", 14), ("soc", 34), ("ot", 12)])
    );
    assert_eq!(world.counts, [26, 16, 18]);
    assert_eq!(world.alerts.len(), 400);
    let unattached = world
        .alerts
        .iter()
        .filter(|alert| alert["_source"]["kibana.alert.case_ids"].is_null())
        .count();
    assert!(
        unattached >= 80,
        "only {unattached} alerts are left to practise with"
    );
    for severity in ["low", "medium", "high", "critical"] {
        assert!(
            world.cases.iter().any(|case| case["severity"] == severity),
            "{severity}"
        );
    }
    for owner in ["securitySolution", "observability", "cases"] {
        assert!(
            world.cases.iter().any(|case| case["owner"] == owner),
            "{owner}"
        );
    }
    assert!(
        world
            .comments
            .iter()
            .any(|comment| comment.to_string().contains("<img src=x onerror="))
    );
    assert!(
        world
            .comments
            .iter()
            .any(|comment| comment.to_string().contains('\u{202e}'))
    );
    assert!(
        !world
            .cases
            .iter()
            .any(|case| case["incremental_id"].is_null()),
        "every case has its number"
    );
    for placeholder in ["{host", "{user", "{ip", "{domain", "{sha256}", "{n}"] {
        let everything = json!([world.cases, world.comments, world.alerts]).to_string();
        assert!(
            !everything.contains(placeholder),
            "{placeholder} was not filled in"
        );
    }
}

#[tokio::test]
async fn nothing_is_in_the_future_or_older_than_two_weeks() {
    let now: Timestamp = NOW.parse().unwrap();
    let earliest = now - SignedDuration::from_hours(14 * 24 + 3);
    let world = read(1, NOW).await;
    let fields = ["created_at", "updated_at", "closed_at", "in_progress_at"];
    for document in world
        .cases
        .iter()
        .chain(&world.comments)
        .chain(&world.user_actions)
    {
        for time in fields.iter().filter_map(|field| document[field].as_str()) {
            let time: Timestamp = time.parse().unwrap();
            assert!(time <= now && time >= earliest, "{time} in {document}");
        }
    }
    for alert in &world.alerts {
        let time: Timestamp = alert["_source"]["@timestamp"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(time <= now && time >= earliest, "{time} in {alert}");
    }
    let newest = world
        .cases
        .iter()
        .filter_map(|case| case["created_at"].as_str())
        .max()
        .unwrap();
    let newest: Timestamp = newest.parse().unwrap();
    assert!(
        now.duration_since(newest) < SignedDuration::from_mins(10),
        "the newest case is of {newest}"
    );
}

#[tokio::test]
async fn references_lead_to_documents() {
    let world = read(1, NOW).await;
    let alerts: BTreeMap<&str, &Value> = world
        .alerts
        .iter()
        .map(|alert| (alert["_id"].as_str().unwrap(), &alert["_source"]))
        .collect();
    assert_eq!(alerts.len(), 400, "ids are unique");
    let lengths: BTreeSet<usize> = alerts.keys().map(|id| id.len()).collect();
    assert_eq!(lengths, BTreeSet::from([20, 40, 64]));
    let cases: BTreeMap<&str, &Value> = world
        .cases
        .iter()
        .map(|case| (case["id"].as_str().unwrap(), case))
        .collect();
    for alert in world
        .alerts
        .iter()
        .filter(|alert| !alert["_source"]["kibana.alert.case_ids"].is_null())
    {
        let source = &alert["_source"];
        for id in array(&source["kibana.alert.case_ids"]) {
            let case = cases[id.as_str().unwrap()];
            assert!(
                source["@timestamp"].as_str() < case["created_at"].as_str(),
                "alerts come before their case"
            );
            let expected = match case["status"].as_str() {
                Some("open") => "open",
                Some("in-progress") => "acknowledged",
                _ => "closed",
            };
            assert_eq!(source["kibana.alert.workflow_status"], expected, "{case}");
        }
    }
    let attached: Vec<Value> = world
        .comments
        .iter()
        .filter(|comment| comment["type"] == "alert")
        .cloned()
        .collect();
    assert!(!attached.is_empty());
    for id in attached
        .iter()
        .flat_map(|attachment| array(&attachment["alertId"]))
    {
        assert!(
            alerts.contains_key(id.as_str().unwrap()),
            "{id} is no alert"
        );
    }
    let colleagues: BTreeSet<String> = each(&json!(world.comments), "created_by")
        .iter()
        .map(|user| user["username"].to_string())
        .collect();
    assert!(colleagues.len() >= 5, "{colleagues:?}");
}

#[tokio::test]
async fn world_follows_from_its_seed() {
    let same = |left: &[Value], right: &[Value], names: &[&str]| {
        let of = |documents: &[Value]| -> Vec<Value> {
            documents
                .iter()
                .map(|document| names.iter().map(|name| document[name].clone()).collect())
                .collect()
        };
        of(left) == of(right)
    };
    let (first, later, other) = (
        read(1, NOW).await,
        read(1, "2025-09-01T00:00:00Z").await,
        read(2, NOW).await,
    );
    let of_case = [
        "id",
        "version",
        "title",
        "description",
        "tags",
        "status",
        "assignees",
        "totalAlerts",
        "totalComment",
    ];
    assert!(
        same(&first.cases, &later.cases, &of_case),
        "only dates move with the clock"
    );
    assert!(same(
        &first.comments,
        &later.comments,
        &["id", "version", "type", "comment", "alertId", "created_by"]
    ));
    assert!(same(
        &first.user_actions,
        &later.user_actions,
        &["id", "type", "action", "comment_id"]
    ));
    assert!(same(&first.alerts, &later.alerts, &["_id", "_index"]));
    assert!(
        !same(&first.cases, &other.cases, &["id"]),
        "another seed is another world"
    );
    assert_eq!(other.cases.len(), 60);
    assert_eq!(other.alerts.len(), 400);
}
