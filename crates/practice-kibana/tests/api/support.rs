//! A server in process, a clock that the test moves, and short ways to ask.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, Response},
};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use practice_kibana::{Alert, Clock, Key, Licence, Options, Practice, Profile, World, router};
use serde_json::{Map, Value, from_slice, json};
use tower::ServiceExt as _;

use crate::PROFILE;

/// The index of alerts in the default space.
pub(crate) const INDEX: &str = ".internal.alerts-security.alerts-default-000001";

/// The version number of the release that is tested.
pub(crate) const VERSION: &str = match PROFILE {
    Profile::V9 => "9.2.3",
    Profile::V8_18 => "8.18.4",
};

/// An empty server whose clock moves one millisecond a request.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) practice: Practice,
    clock: Arc<AtomicI64>,
    key: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Server {
    pub(crate) fn empty() -> Self {
        Self::of(PROFILE)
    }

    /// An empty server of one release, whichever is being tested.
    pub(crate) fn of(profile: Profile) -> Self {
        Self::new(Options {
            world: World::Empty,
            profile,
            ..Options::default()
        })
    }

    /// An empty server without a paid licence.
    pub(crate) fn basic() -> Self {
        Self::new(Options {
            world: World::Empty,
            profile: PROFILE,
            licence: Licence::Basic,
            ..Options::default()
        })
    }

    pub(crate) fn with_keys(keys: &[&Key]) -> Self {
        let keys = keys.iter().map(|&key| key.clone()).collect();
        Self::new(Options {
            world: World::Empty,
            profile: PROFILE,
            keys,
            ..Options::default()
        })
    }

    pub(crate) fn new(options: Options) -> Self {
        let start: Timestamp = "2025-05-06T07:08:09.123Z".parse().expect("it is a time");
        let clock = Arc::new(AtomicI64::new(start.as_millisecond()));
        let shared = Arc::clone(&clock);
        let ticking = Clock::new(move || {
            let millisecond = shared.fetch_add(1, Ordering::SeqCst);
            Timestamp::from_millisecond(millisecond).expect("tests end before the end of time")
        });
        let (router, practice) = router(Options {
            clock: ticking,
            ..options
        });
        let key = practice.api_key().to_owned();
        Self {
            router,
            practice,
            clock,
            key,
        }
    }

    /// The same server, asked with another key.
    pub(crate) fn as_key(&self, key: &Key) -> Self {
        Self {
            router: self.router.clone(),
            practice: self.practice.clone(),
            clock: Arc::clone(&self.clock),
            key: key.api_key.clone(),
        }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Sends a request as it is.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Reply {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router never fails");
        Reply::read(response).await
    }

    /// Sends a request with key, xsrf header and JSON.
    pub(crate) async fn send(&self, method: &str, uri: &str, body: Option<Value>) -> Reply {
        self.raw(self.request(method, uri, body)).await
    }

    /// The same to a route for Kibana's own use.
    pub(crate) async fn internal(&self, method: &str, uri: &str, body: Option<Value>) -> Reply {
        let mut request = self.request(method, uri, body);
        let origin = HeaderValue::from_static("Kibana");
        request
            .headers_mut()
            .insert("x-elastic-internal-origin", origin);
        self.raw(request).await
    }

    pub(crate) fn request(&self, method: &str, uri: &str, body: Option<Value>) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("ApiKey {}", self.key))
            .header("kbn-xsrf", "true")
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .expect("tests write valid requests")
    }

    pub(crate) async fn get(&self, uri: &str) -> Reply {
        self.send("GET", uri, None).await
    }

    /// Creates a case from a minimal body with these fields replaced.
    pub(crate) async fn post_case(&self, fields: Value) -> Reply {
        self.send("POST", "/api/cases", Some(case_body(fields)))
            .await
    }

    pub(crate) async fn case(&self, fields: Value) -> Value {
        self.post_case(fields).await.ok()
    }

    /// Changes fields of a case that was read before.
    pub(crate) async fn patch(&self, case: &Value, fields: Value) -> Reply {
        self.send(
            "PATCH",
            "/api/cases",
            Some(json!({"cases": [change(case, fields)]})),
        )
        .await
    }

    /// The same, returning the changed case.
    pub(crate) async fn patched(&self, case: &Value, fields: Value) -> Value {
        let cases = self.patch(case, fields).await.ok();
        assert_eq!(cases.as_array().map(Vec::len), Some(1), "{cases}");
        cases[0].clone()
    }

    pub(crate) async fn post_comment(&self, case: &Value, body: Value) -> Reply {
        self.send(
            "POST",
            &format!("/api/cases/{}/comments", id(case)),
            Some(body),
        )
        .await
    }

    /// Adds a comment and returns the case with all comments.
    pub(crate) async fn comment(&self, case: &Value, text: &str) -> Value {
        self.post_comment(case, comment_body(text)).await.ok()
    }

    /// Attaches alerts of the default index and returns the case with all comments.
    pub(crate) async fn attach(&self, case: &Value, alerts: &[&str]) -> Value {
        self.post_comment(case, alert_body(alerts)).await.ok()
    }

    pub(crate) fn put_alert(&self, index: &str, alert: &str) {
        let source = json!({"kibana.alert.workflow_status": "open", "@timestamp": "2025-05-06T07:00:00.000Z"});
        self.practice.put_alert(Alert {
            space: "default".to_owned(),
            index: index.to_owned(),
            id: alert.to_owned(),
            source: object(source),
        });
    }

    /// The fields of an alert, by the detection engine's search.
    pub(crate) async fn alert(&self, index: &str, alert: &str) -> Value {
        let query = json!({"query": {"bool": {"filter": [{"ids": {"values": [alert]}}, {"term": {"_index": index}}]}}});
        let found = self
            .send("POST", "/api/detection_engine/signals/search", Some(query))
            .await
            .ok();
        found["hits"]["hits"][0]["_source"].clone()
    }

    pub(crate) async fn find(&self, query: &str) -> Value {
        self.get(&format!("/api/cases/_find?{query}")).await.ok()
    }

    pub(crate) async fn user_actions(&self, case: &Value, query: &str) -> Vec<Value> {
        let uri = format!(
            "/api/cases/{}/user_actions/_find?perPage=100&{query}",
            id(case)
        );
        array(&self.get(&uri).await.ok()["userActions"])
    }
}

impl Reply {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body
            .collect()
            .await
            .expect("bodies are in memory")
            .to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            from_slice(&bytes).expect("bodies are JSON")
        };
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    /// The body of a 200.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub(crate) fn no_content(&self) {
        assert_eq!((self.status, &self.body), (204, &Value::Null));
    }

    /// A refusal in Kibana's envelope whose message holds a text.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, text: &str) {
        self.envelope(status);
        let message = self.body["message"].as_str().expect("messages are texts");
        assert!(
            message.contains(text),
            "{message:?} does not contain {text:?}"
        );
    }

    /// A refusal with exactly this message.
    #[track_caller]
    pub(crate) fn refused_exactly(&self, status: u16, text: &str) {
        self.envelope(status);
        assert_eq!(self.body["message"], text);
    }

    #[track_caller]
    fn envelope(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["statusCode"], status);
        let reason = match status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            406 => "Not Acceptable",
            409 => "Conflict",
            413 => "Request Entity Too Large",
            415 => "Unsupported Media Type",
            _ => "another",
        };
        assert_eq!(self.body["error"], reason);
    }
}

/// A minimal case with fields replaced; null takes a field out.
pub(crate) fn case_body(fields: Value) -> Value {
    let mut body = json!({
        "title": "T",
        "description": "D",
        "tags": [],
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "settings": {"syncAlerts": true},
        "owner": "securitySolution",
    });
    for (name, value) in object(fields) {
        body[&name] = value;
    }
    body
}

/// The same body without a field.
pub(crate) fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut()
        .expect("bodies are objects")
        .remove(field);
    body
}

pub(crate) fn change(case: &Value, fields: Value) -> Value {
    let mut change = json!({"id": case["id"], "version": case["version"]});
    for (name, value) in object(fields) {
        change[&name] = value;
    }
    change
}

pub(crate) fn comment_body(text: &str) -> Value {
    json!({"type": "user", "comment": text, "owner": "securitySolution"})
}

pub(crate) fn alert_body(alerts: &[&str]) -> Value {
    json!({
        "type": "alert",
        "alertId": alerts,
        "index": vec![INDEX; alerts.len()],
        "rule": {"id": "r-1", "name": "R"},
        "owner": "securitySolution",
    })
}

pub(crate) fn id(document: &Value) -> &str {
    document["id"].as_str().expect("documents have ids")
}

#[track_caller]
pub(crate) fn array(value: &Value) -> Vec<Value> {
    assert!(value.is_array(), "{value} is no array");
    value.as_array().cloned().unwrap_or_default()
}

/// One field of every object of an array.
#[track_caller]
pub(crate) fn each(values: &Value, field: &str) -> Vec<Value> {
    array(values)
        .iter()
        .map(|value| value[field].clone())
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    assert!(value.is_object(), "{value} is no object");
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
