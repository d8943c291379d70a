//! A raw HTTP voice: asks a Kibana without any type of ours, so that client and server cannot agree on a mistake.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use practice_kibana::{Alert, Key, Options, PracticeKibana, Space, World};
use serde_json::{Value, json};

use crate::seed::Seed;

/// Spaces of the Kibana that most stories begin with.
pub const SPACES: [&str; 3] = ["default", "soc", "ot"];

/// One Kibana, asked with one key.
#[derive(Debug, Clone)]
pub struct Kibana {
    pub url: String,
    pub key: String,
    http: Client<HttpConnector, Full<bytes::Bytes>>,
}

/// A hang guard, far longer than anything expected: nothing is timed by it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until something holds.
pub async fn until<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    let asked = async {
        let mut ask = tokio::time::interval(Duration::from_millis(50));
        while !holds().await {
            ask.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("it never came to hold on the server");
}

/// A practice Kibana without cases, in three spaces.
pub async fn empty(keys: Vec<Key>) -> PracticeKibana {
    let spaces = SPACES
        .map(|space| Space::new(space, &space.to_uppercase()))
        .to_vec();
    PracticeKibana::start(Options {
        world: World::Empty,
        spaces,
        keys,
        log: true,
        ..Options::default()
    })
    .await
    .unwrap()
}

/// Puts an alert into a space; it is of the rule `Rule <token>` on the host `ws-17`.
pub fn put_alert(practice: &PracticeKibana, space: &str, id: &str, rule: &str) {
    let source = json!({
        "@timestamp": "2026-11-23T12:00:00.000Z",
        "host": {"name": "ws-17"},
        "kibana.alert.rule.uuid": format!("id of {rule}"),
        "kibana.alert.rule.name": rule,
        "kibana.alert.severity": "high",
        "kibana.alert.workflow_status": "open",
        "kibana.alert.uuid": id,
    });
    let index = format!(".internal.alerts-security.alerts-{space}-000001");
    practice.practice().put_alert(Alert {
        space: space.to_owned(),
        index,
        id: id.to_owned(),
        source: source.as_object().unwrap().clone(),
    });
}

impl Kibana {
    pub fn of(practice: &PracticeKibana) -> Self {
        Self::new(practice.url(), practice.api_key())
    }

    pub fn new(url: &str, key: &str) -> Self {
        Self {
            url: url.to_owned(),
            key: key.to_owned(),
            http: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Creates a case in a space and returns it.
    pub async fn create_case(&self, space: &str, title: &str, severity: &str) -> Value {
        let body = json!({
            "title": title, "description": format!("Seen in **{space}**."), "tags": ["triage", "T1059.001"], "severity": severity, "owner": "securitySolution",
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null}, "settings": {"syncAlerts": true},
        });
        self.ok(Method::POST, space, "/api/cases", Some(body)).await
    }

    /// Creates a case with a title of its own in a space; returns id and title.
    pub async fn some_case(&self, seed: &mut Seed, space: &str) -> (String, String) {
        let title = seed.title();
        let case = self.create_case(space, &title, "high").await;
        (case["id"].as_str().unwrap().to_owned(), title)
    }

    pub async fn case(&self, space: &str, id: &str) -> Value {
        self.ok(Method::GET, space, &format!("/api/cases/{id}"), None)
            .await
    }

    /// Changes fields of a case as somebody else would.
    pub async fn patch(&self, space: &str, id: &str, fields: Value) {
        let mut case = json!({"id": id, "version": self.case(space, id).await["version"]});
        case.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        self.ok(
            Method::PATCH,
            space,
            "/api/cases",
            Some(json!({"cases": [case]})),
        )
        .await;
    }

    pub async fn delete(&self, space: &str, id: &str) {
        let path = format!("/api/cases?ids=%5B%22{id}%22%5D");
        let (status, body) = self.ask(Method::DELETE, space, &path, None).await;
        assert_eq!(status, 204, "{body}");
    }

    /// Writes a comment.
    pub async fn comment(&self, space: &str, id: &str, text: &str) {
        let body = json!({"type": "user", "comment": text, "owner": "securitySolution"});
        let path = format!("/api/cases/{id}/comments");
        self.ok(Method::POST, space, &path, Some(body)).await;
    }

    /// Texts of a case's comments, oldest first.
    pub async fn comments(&self, space: &str, id: &str) -> Vec<String> {
        let found = self
            .ok(
                Method::GET,
                space,
                &format!("/api/cases/{id}/comments/_find?perPage=100&sortOrder=asc"),
                None,
            )
            .await;
        found["comments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|comment| comment["comment"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Ids of the alerts that a case has.
    pub async fn alerts(&self, space: &str, id: &str) -> BTreeSet<String> {
        let alerts = self
            .ok(Method::GET, space, &format!("/api/cases/{id}/alerts"), None)
            .await;
        alerts
            .as_array()
            .unwrap()
            .iter()
            .map(|alert| alert["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// How often a case holds each alert, as its attachments say.
    pub async fn attached(&self, space: &str, id: &str) -> BTreeMap<String, usize> {
        let path = format!("/api/cases/{id}/comments");
        let attachments = self.ok(Method::GET, space, &path, None).await;
        let ids =
            attachments
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|comment| match &comment["alertId"] {
                    Value::Array(ids) => ids.clone(),
                    Value::Null => vec![],
                    id => vec![id.clone()],
                });
        let mut attached = BTreeMap::new();
        for id in ids {
            *attached.entry(id.as_str().unwrap().to_owned()).or_default() += 1;
        }
        attached
    }

    pub async fn attach(&self, space: &str, id: &str, alert: &str) {
        let body = json!({
            "type": "alert", "alertId": alert, "index": format!(".internal.alerts-security.alerts-{space}-000001"),
            "rule": {"id": "r", "name": "R"}, "owner": "securitySolution",
        });
        self.ok(
            Method::POST,
            space,
            &format!("/api/cases/{id}/comments"),
            Some(body),
        )
        .await;
    }

    /// Titles of all cases of a space.
    pub async fn titles(&self, space: &str) -> BTreeSet<String> {
        let found = self
            .ok(Method::GET, space, "/api/cases/_find?perPage=100", None)
            .await;
        assert!(
            found["total"].as_u64().unwrap() <= 100,
            "one page holds them all"
        );
        found["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["title"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Open cases of a space, worst first.
    pub async fn open_cases(&self, space: &str) -> Vec<Value> {
        let found = self
            .ok(
                Method::GET,
                space,
                "/api/cases/_find?perPage=100&status=open&sortField=severity&sortOrder=desc",
                None,
            )
            .await;
        found["cases"].as_array().unwrap().clone()
    }

    /// Ids of alerts of a space that are in no case.
    pub async fn unattached_alerts(&self, space: &str) -> Vec<String> {
        let body = json!({"query": {"bool": {"filter": [{"term": {"kibana.alert.workflow_status": "open"}}]}}, "size": 500});
        let found = self
            .ok(
                Method::POST,
                space,
                "/api/detection_engine/signals/search",
                Some(body),
            )
            .await;
        let free = |hit: &&Value| {
            hit["_source"]["kibana.alert.case_ids"]
                .as_array()
                .is_none_or(Vec::is_empty)
        };
        found["hits"]["hits"]
            .as_array()
            .unwrap()
            .iter()
            .filter(free)
            .map(|hit| hit["_id"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn ok(&self, method: Method, space: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, space, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn ask(
        &self,
        method: Method,
        space: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let prefix = if space == "default" {
            String::new()
        } else {
            format!("/s/{space}")
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{prefix}{path}", self.url))
            .header("authorization", format!("ApiKey {}", self.key))
            .header("kbn-xsrf", "true")
            .header("content-type", "application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self
            .http
            .request(request.body(Full::from(body)).unwrap())
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}
