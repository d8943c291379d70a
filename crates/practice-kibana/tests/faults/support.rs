//! A server with a log in process and over TCP, and short ways to ask both.

use std::{io, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Request},
};
use http_body_util::BodyExt as _;
use practice_kibana::{
    Faulty, Key, Options, Practice, PracticeKibana, Space, World,
    faults::{Fault, Plan, Rule},
    faulty,
    log::{Action, Commit, Document},
    router,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tower::ServiceExt as _;

/// Ten times what the slowest of the tests over TCP takes.
pub(crate) const HANG: Duration = Duration::from_mins(1);

pub(crate) fn options() -> Options {
    Options {
        world: World::Empty,
        log: true,
        control: true,
        ..Options::default()
    }
}

/// A server in process.
pub(crate) struct Server {
    service: Faulty,
    pub(crate) practice: Practice,
    key: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Server {
    pub(crate) fn new(options: Options) -> Self {
        let (router, practice) = router(options);
        Self {
            service: faulty(router, &practice),
            key: practice.api_key().to_owned(),
            practice,
        }
    }

    pub(crate) fn empty() -> Self {
        Self::new(options())
    }

    /// A server where one fault befalls every request to a route.
    pub(crate) fn with(fault: Fault, route: &str) -> Self {
        let server = Self::empty();
        server.set(Rule::of(fault).on(route));
        server
    }

    pub(crate) fn set(&self, rule: Rule) {
        self.practice.faults().set(Plan::of([rule]));
    }

    pub(crate) fn as_key(&self, key: &Key) -> Self {
        Self {
            service: self.service.clone(),
            practice: self.practice.clone(),
            key: key.api_key.clone(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        uri: &str,
        body: Option<Value>,
    ) -> io::Result<Reply> {
        let response = self.begin(method, uri, body).await?;
        let (parts, body) = response.into_parts();
        let collected = body.collect().await.map_err(io::Error::other)?;
        Ok(Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes: collected.to_bytes(),
        })
    }

    /// The head of an answer, its body unread.
    pub(crate) async fn begin(
        &self,
        method: &str,
        uri: &str,
        body: Option<Value>,
    ) -> io::Result<axum::http::Response<Body>> {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("ApiKey {}", self.key))
            .header("kbn-xsrf", "true")
            .header("x-elastic-internal-origin", "Kibana")
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap();
        self.service.clone().oneshot(request).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Reply {
        self.send("GET", uri, None).await.unwrap()
    }

    /// Creates a case without faults and returns it.
    pub(crate) async fn case(&self, title: &str) -> Value {
        self.case_in("", title).await
    }

    /// The same in a space, as `/s/soc`.
    pub(crate) async fn case_in(&self, space: &str, title: &str) -> Value {
        let plan = self.practice.faults().plan();
        self.practice.faults().clear();
        let uri = format!("{space}/api/cases");
        let reply = self.send("POST", &uri, Some(case_body(title))).await;
        self.practice.faults().set(plan);
        reply.unwrap().json()
    }

    pub(crate) async fn comment(&self, case: &Value, text: &str) -> io::Result<Reply> {
        let uri = format!("/api/cases/{}/comments", id(case));
        self.send("POST", &uri, Some(comment_body(text))).await
    }

    pub(crate) async fn rename(&self, case: &Value, title: &str) -> io::Result<Reply> {
        let change = json!({"id": case["id"], "version": case["version"], "title": title});
        let body = json!({"cases": [change]});
        self.send("PATCH", "/api/cases", Some(body)).await
    }

    pub(crate) fn fired(&self) -> Vec<(&'static str, u64)> {
        let fired = self.practice.faults().fired();
        fired
            .iter()
            .map(|fired| (fired.fault, fired.request))
            .collect()
    }

    /// How many times something was done to documents of a kind.
    pub(crate) fn logged(&self, document: Document, action: Action) -> usize {
        count(&self.practice.log(), document, action)
    }
}

pub(crate) fn count(log: &[Arc<Commit>], document: Document, action: Action) -> usize {
    let changes = log.iter().flat_map(|commit| &commit.changes);
    changes
        .filter(|change| change.document == document && change.action == action)
        .count()
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{:?}", self.bytes);
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn case_body(title: &str) -> Value {
    json!({
        "title": title,
        "description": "D",
        "tags": [],
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "settings": {"syncAlerts": true},
        "owner": "securitySolution",
    })
}

pub(crate) fn comment_body(text: &str) -> Value {
    json!({"type": "user", "comment": text, "owner": "securitySolution"})
}

pub(crate) fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

/// A server over TCP.
pub(crate) struct Listening {
    pub(crate) server: PracticeKibana,
}

impl Listening {
    pub(crate) async fn new() -> Self {
        let server = PracticeKibana::start(options()).await.unwrap();
        Self { server }
    }

    pub(crate) async fn with(fault: Fault, route: &str) -> Self {
        let this = Self::new().await;
        this.set(Rule::of(fault).on(route));
        this
    }

    pub(crate) fn set(&self, rule: Rule) {
        self.server.practice().faults().set(Plan::of([rule]));
    }

    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect(self.address()).await
    }

    pub(crate) fn address(&self) -> &str {
        self.server.url().strip_prefix("http://").unwrap()
    }

    /// The bytes of a request; `close` ends the connection after it.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str, close: bool) -> String {
        let connection = if close { "close" } else { "keep-alive" };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: ApiKey {}\r\nkbn-xsrf: true\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n{body}",
            self.address(),
            self.server.api_key(),
            body.len()
        )
    }

    /// Sends one request and reads until the server ends the connection, one way or another.
    pub(crate) async fn exchange(
        &self,
        method: &str,
        path: &str,
        body: &str,
    ) -> (Vec<u8>, io::Result<()>) {
        let mut stream = self.connect().await.unwrap();
        let request = self.request(method, path, body, true);
        stream.write_all(request.as_bytes()).await.unwrap();
        read_to_end(&mut stream).await
    }

    pub(crate) fn logged(&self, document: Document, action: Action) -> usize {
        count(&self.server.practice().log(), document, action)
    }

    pub(crate) async fn fired(&self, id: &str, times: usize) {
        let faults = self.server.practice().faults();
        tokio::time::timeout(HANG, faults.until_fired(id, times))
            .await
            .expect("the fault happens");
    }
}

/// All that comes, and how it ends.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> (Vec<u8>, io::Result<()>) {
    let mut all = Vec::new();
    let read = tokio::time::timeout(HANG, stream.read_to_end(&mut all));
    let ended = read.await.expect("the server does not hang");
    (all, ended.map(drop))
}

/// The spaces of a server of many.
pub(crate) fn spaces(ids: &[&str]) -> Vec<Space> {
    ids.iter().map(|id| Space::new(id, id)).collect()
}
