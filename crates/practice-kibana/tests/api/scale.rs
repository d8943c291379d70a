//! The large world: it has the numbers asked for, agrees with itself and follows from its seed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use practice_kibana::{Clock, Options, Practice, Space, World, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Reply, array, case_body, comment_body};

const NOW: &str = "2025-05-06T07:08:09.123Z";
const CASES: usize = 160;
const COMMENTS: usize = 290;
const ALERTS: usize = 500;

struct Large {
    router: axum::Router,
    practice: Practice,
}

/// All that a client can read of a space.
#[derive(Debug, PartialEq)]
struct Contents {
    cases: Vec<Value>,
    comments: Vec<Value>,
    user_actions: Vec<Value>,
    alerts: Vec<Value>,
}

impl Large {
    fn new(seed: u64, spaces: Vec<Space>) -> Self {
        let now: Timestamp = NOW.parse().expect("it is a time");
        let (router, practice) = router(Options {
            world: World::Scale {
                cases: CASES,
                comments: COMMENTS,
                alerts: ALERTS,
            },
            seed,
            spaces,
            clock: Clock::fixed(now),
            ..Options::default()
        });
        Self { router, practice }
    }

    async fn ask(&self, method: &str, uri: &str, body: Value) -> Value {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(uri)
            .header(
                "authorization",
                format!("ApiKey {}", self.practice.api_key()),
            )
            .header("kbn-xsrf", "true")
            .header("content-type", "application/json")
            .body(if body.is_null() {
                axum::body::Body::empty()
            } else {
                body.to_string().into()
            })
            .expect("tests write valid requests");
        let response = self.router.clone().oneshot(request).await;
        Reply::read(response.expect("the router never fails"))
            .await
            .ok()
    }

    async fn contents(&self, space: &str) -> Contents {
        let mut contents = Contents {
            cases: vec![],
            comments: vec![],
            user_actions: vec![],
            alerts: vec![],
        };
        for page in 1..=CASES.div_ceil(100) {
            let uri = format!("/s/{space}/api/cases/_find?perPage=100&page={page}");
            contents
                .cases
                .extend(array(&self.ask("GET", &uri, Value::Null).await["cases"]));
        }
        for case in contents.cases.clone() {
            let path = format!(
                "/s/{space}/api/cases/{}",
                case["id"].as_str().expect("cases have ids")
            );
            let comments = self
                .ask("GET", &format!("{path}/comments"), Value::Null)
                .await;
            contents.comments.extend(array(&comments));
            let uri = format!("{path}/user_actions/_find?perPage=100");
            let actions = self.ask("GET", &uri, Value::Null).await;
            contents.user_actions.extend(array(&actions["userActions"]));
        }
        let uri = format!("/s/{space}/api/detection_engine/signals/search");
        let found = self.ask("POST", &uri, json!({"size": 1000})).await;
        contents.alerts = array(&found["hits"]["hits"]);
        contents
    }

    async fn everything(&self) -> Vec<Contents> {
        let mut all = Vec::new();
        for space in self.practice.spaces() {
            all.push(self.contents(&space.id).await);
        }
        all
    }
}

fn sum(documents: &[Value], field: &str) -> usize {
    let numbers = documents.iter().map(|document| document[field].as_u64());
    let sum: u64 = numbers.map(|number| number.expect("it is a number")).sum();
    usize::try_from(sum).expect("it is small")
}

#[tokio::test]
async fn large_world_has_the_numbers_asked_for() {
    let all = Large::new(1, Space::eight()).everything().await;
    assert!(
        all.iter()
            .all(|space| !space.cases.is_empty() && !space.alerts.is_empty())
    );
    let count = |of: fn(&Contents) -> usize| all.iter().map(of).sum::<usize>();
    assert_eq!(count(|space| space.cases.len()), CASES);
    assert_eq!(count(|space| sum(&space.cases, "totalComment")), COMMENTS);
    assert_eq!(count(|space| space.alerts.len()), ALERTS);
    assert_eq!(
        count(|space| sum(&space.cases, "totalAlerts")),
        ALERTS / 5 * 3
    );
    let statuses: BTreeSet<String> = all
        .iter()
        .flat_map(|space| &space.cases)
        .map(|case| case["status"].to_string())
        .collect();
    assert_eq!(statuses.len(), 3, "{statuses:?}");
}

#[tokio::test]
async fn large_world_agrees_with_itself() {
    let all = Large::new(1, Space::eight()).everything().await;
    let mut versions = BTreeSet::new();
    for space in &all {
        for document in space
            .cases
            .iter()
            .chain(&space.comments)
            .chain(&space.user_actions)
        {
            assert!(
                versions.insert(document["version"].to_string()),
                "{document}"
            );
            for time in ["created_at", "updated_at", "closed_at"] {
                assert!(document[time].as_str() <= Some(NOW), "{time} of {document}");
            }
        }
        let numbers: BTreeSet<u64> = space
            .cases
            .iter()
            .map(|case| {
                case["incremental_id"]
                    .as_u64()
                    .expect("every case has its number")
            })
            .collect();
        assert_eq!(
            numbers.len(),
            space.cases.len(),
            "numbers are unique in a space"
        );
        for alert in &space.alerts {
            let source = &alert["_source"];
            for id in source["kibana.alert.case_ids"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let case = space.cases.iter().find(|case| case["id"] == *id);
                let case = case.expect("alerts name cases of their space");
                let attached = space.comments.iter().any(|comment| {
                    comment["type"] == "alert" && array(&comment["alertId"]).contains(&alert["_id"])
                });
                assert!(attached, "{id} does not name the alert back");
                assert!(source["@timestamp"].as_str() < case["created_at"].as_str());
            }
        }
        let created = space
            .user_actions
            .iter()
            .filter(|action| action["type"] == "create_case");
        assert_eq!(created.count(), space.cases.len());
        let comments = space
            .user_actions
            .iter()
            .filter(|action| action["type"] == "comment");
        assert_eq!(comments.count(), space.comments.len());
    }
}

#[tokio::test]
async fn large_world_follows_from_seed_and_clock() {
    let first = Large::new(7, Space::eight()).everything().await;
    assert_eq!(first, Large::new(7, Space::eight()).everything().await);
    let other = Large::new(8, Space::eight()).everything().await;
    assert_ne!(first[0].cases[0]["id"], other[0].cases[0]["id"]);
}

#[tokio::test]
async fn large_world_fits_into_any_spaces() {
    let spaces = vec![Space::new("a", "A"), Space::new("b", "B")];
    let large = Large::new(1, spaces);
    let all = large.everything().await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].cases.len() + all[1].cases.len(), CASES);
    let index = &all[0].alerts[0]["_index"];
    assert_eq!(*index, ".internal.alerts-security.alerts-a-000001");
}

/// The names of the fields of an object.
fn fields(document: &Value) -> BTreeSet<String> {
    let object = document.as_object().expect("documents are objects");
    object.keys().cloned().collect()
}

#[tokio::test]
async fn documents_have_the_shape_of_those_made_by_requests() {
    let large = Large::new(1, Space::eight());
    let contents = large.contents("default").await;
    let made = large.ask("POST", "/api/cases", case_body(json!({}))).await;
    let path = format!(
        "/api/cases/{}",
        made["id"].as_str().expect("cases have ids")
    );
    let uri = format!("{path}/comments");
    large.ask("POST", &uri, comment_body("words")).await;
    let comments = large.ask("GET", &uri, Value::Null).await;
    let uri = format!("{path}/user_actions/_find?sortOrder=asc");
    let actions = large.ask("GET", &uri, Value::Null).await;
    let untouched = contents
        .cases
        .iter()
        .find(|case| case["updated_at"].is_null());
    // Its number comes half a minute after the case.
    let mut made = fields(&made);
    made.insert("incremental_id".to_owned());
    if let Some(case) = untouched {
        assert_eq!(fields(case), made);
    }
    let touched = contents.cases.iter().find(|case| case["status"] == "open");
    let touched = touched.expect("some case is open");
    assert_eq!(fields(touched), made, "{touched}");
    let comment = contents
        .comments
        .iter()
        .find(|comment| comment["type"] == "user");
    let comment = comment.expect("somebody has written");
    assert_eq!(fields(comment), fields(&comments[0]));
    assert_eq!(
        fields(&contents.user_actions[0]),
        fields(&actions["userActions"][0])
    );
    let created = |action: &Value| fields(&action["payload"]);
    assert_eq!(
        created(&contents.user_actions[0]),
        created(&actions["userActions"][0])
    );
}
