//! Prints how long a large world takes to be ready, how much memory it has, and how long each route
//! takes on it.
//!
//! `cargo run --release -p practice-kibana --example figures -- [CASES] [COMMENTS] [ALERTS]`

#![expect(clippy::print_stdout, reason = "it prints figures")]

use std::{
    env, fs,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt as _;
use practice_kibana::{Options, Practice, Space, World, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// How often each request is sent; the middle one is shown, and the slowest.
const ROUNDS: usize = 9;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut numbers = env::args()
        .skip(1)
        .map(|text| text.parse().expect("a number"));
    let mut number = |default| numbers.next().unwrap_or(default);
    let world = World::Scale {
        cases: number(50_000),
        comments: number(100_000),
        alerts: number(200_000),
    };
    let start = Instant::now();
    let (router, practice) = router(Options {
        world,
        spaces: Space::eight(),
        ..Options::default()
    });
    println!("{world:?}");
    println!(
        "ready in {:.1} s ({:.1} s of processor), {}",
        start.elapsed().as_secs_f64(),
        processor().as_secs_f64(),
        memory()
    );
    let bench = Bench { router, practice };
    bench.run().await;
    println!("at the end {}", memory());
}

/// How long this thread has been computing, where the system tells it. On a machine that does other
/// things, too, this says more than the clock.
fn processor() -> Duration {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = spent.split(' ').next().and_then(|spent| spent.parse().ok());
    Duration::from_nanos(spent.unwrap_or_default())
}

/// The memory of this process, where the system tells it.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.unwrap_or_default().replace('\t', " ")
    };
    format!("{}, {}", line("VmRSS"), line("VmHWM"))
}

struct Bench {
    router: Router,
    practice: Practice,
}

impl Bench {
    async fn run(&self) {
        self.lists().await;
        self.one_case().await;
        self.alerts().await;
        self.writes().await;
    }

    async fn lists(&self) {
        let finds = [
            "",
            "perPage=100",
            "perPage=100&page=60",
            "perPage=100&sortField=updatedAt&sortOrder=desc",
            "perPage=100&sortField=closedAt&sortOrder=desc",
            "perPage=100&sortField=title",
            "perPage=100&sortField=category",
            "perPage=100&sortField=status",
            "perPage=100&sortField=severity&sortOrder=desc",
            "perPage=100&status=open&status=in-progress",
            "perPage=100&severity=high&tags=phish",
            "perPage=100&reporters=mlindqvist",
            "perPage=100&assignees=none",
            "perPage=100&assignees=u_ksato_8Wm3_0",
            "perPage=100&category=Malware",
            "perPage=100&owner=securitySolution",
            "perPage=100&from=now-30d&to=now",
            "perPage=100&search=beacon",
            "perPage=100&search=beac*",
            "perPage=100&search=becon~2",
            "perPage=100&search=%22shadow%20copies%22",
            "perPage=100&search=beacon%20-proxy%20%2B%20host*&defaultSearchOperator=AND",
            "perPage=100&search=nothinglikethis",
            "perPage=100&search=4711&searchFields=incremental_id.text",
        ];
        for find in finds {
            self.time("GET", &format!("/s/soc/api/cases/_find?{find}"), None)
                .await;
        }
        for path in [
            "/api/cases/tags",
            "/api/cases/reporters",
            "/internal/cases/categories",
            "/api/cases/status",
            "/api/cases/configure",
            "/api/actions/connectors",
            "/api/spaces/space",
        ] {
            self.time("GET", &format!("/s/soc{path}"), None).await;
        }
        let body = json!({"owner": "securitySolution", "search": "beacon", "perPage": 100});
        self.time("POST", "/s/soc/internal/cases/_search", Some(body))
            .await;
        let body = json!({"name": "s", "owners": ["securitySolution"]});
        let path = "/s/soc/internal/cases/_suggest_user_profiles";
        self.time("POST", path, Some(body)).await;
        let path = "/s/soc/api/files/files/securitySolutionFilesCases/list";
        self.time("POST", path, Some(json!({}))).await;
    }

    async fn one_case(&self) {
        let case = self.largest().await;
        let of_case = format!("/s/soc/api/cases/{case}");
        let inside = format!("/s/soc/internal/cases/{case}");
        for path in [
            of_case.clone(),
            format!("{of_case}/alerts"),
            format!("{of_case}/comments/_find?perPage=100"),
            format!("{of_case}/comments"),
            format!("{of_case}/user_actions/_find?perPage=100"),
            format!("{of_case}/user_actions"),
            format!("{of_case}/resolve"),
            format!("{inside}/user_actions/_find?perPage=100"),
            format!("{inside}/user_actions/_stats"),
            format!("{inside}/_users"),
            format!(
                "/s/soc/internal/cases/metrics/{case}?features=alerts.count&features=alerts.hosts&features=alerts.users&features=lifespan"
            ),
        ] {
            self.time("GET", &path, None).await;
        }
        let path = format!("{inside}/_similar");
        let body = json!({"perPage": 100, "page": 1});
        self.time("POST", &path, Some(body)).await;
        let ids: Vec<Value> = self.ids(1000).await;
        let path = "/s/soc/internal/cases/_bulk_get";
        self.time("POST", path, Some(json!({ "ids": ids }))).await;
        let alerts = self.send("GET", &format!("{of_case}/alerts"), None).await;
        let alert = alerts[0]["id"].as_str().unwrap_or("none");
        self.time("GET", &format!("/s/soc/api/cases/alerts/{alert}"), None)
            .await;
    }

    /// The case of the last hundred that has most alerts.
    async fn largest(&self) -> String {
        let path = "/s/soc/api/cases/_find?perPage=100&sortOrder=desc";
        let cases = self.send("GET", path, None).await["cases"].clone();
        let cases = cases.as_array().cloned().unwrap_or_default();
        let largest = cases
            .iter()
            .max_by_key(|case| case["totalAlerts"].as_u64())
            .expect("the space has cases");
        largest["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn ids(&self, count: usize) -> Vec<Value> {
        let mut ids = Vec::new();
        for page in 1..=count.div_ceil(100) {
            let path = format!("/s/soc/api/cases/_find?perPage=100&page={page}");
            let cases = self.send("GET", &path, None).await["cases"].clone();
            let cases = cases.as_array().cloned().unwrap_or_default();
            ids.extend(cases.iter().map(|case| case["id"].clone()));
        }
        ids
    }

    async fn alerts(&self) {
        let search = "/s/soc/api/detection_engine/signals/search";
        let found = self.send("POST", search, Some(json!({"size": 500}))).await;
        let hits = found["hits"]["hits"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let ids: Vec<&Value> = hits.iter().map(|hit| &hit["_id"]).collect();
        let newest = json!([{"@timestamp": {"order": "desc"}}]);
        let queries = [
            json!({"size": 100}),
            json!({"size": 500, "query": {"ids": {"values": ids}}}),
            json!({"size": 100, "sort": newest}),
            json!({"size": 100, "sort": newest, "from": 5000}),
            json!({"size": 100, "sort": newest, "track_total_hits": false, "_source": false}),
            json!({"size": 100, "sort": newest, "query": {"range": {"@timestamp": {"gte": "now-7d"}}}}),
            json!({"size": 100, "sort": newest, "query": {"bool": {"filter": [
                {"term": {"kibana.alert.workflow_status": "open"}},
                {"range": {"@timestamp": {"gte": "now-30d", "lte": "now"}}},
            ]}}}),
            json!({"size": 100, "query": {"terms": {"kibana.alert.severity": ["high", "critical"]}}}),
            json!({"size": 100, "query": {"term": {"host.name": "WS-FIN-0142"}}}),
            json!({"size": 100, "query": {"bool": {"must_not": [{"exists": {"field": "kibana.alert.case_ids"}}]}}}),
            json!({"size": 100, "sort": [{"kibana.alert.risk_score": "desc"}, {"@timestamp": "desc"}]}),
            json!({"size": 1000, "sort": newest}),
        ];
        for query in queries {
            self.time("POST", search, Some(query)).await;
        }
        let status = json!({"signal_ids": ids, "status": "acknowledged"});
        let path = "/s/soc/api/detection_engine/signals/status";
        self.time("POST", path, Some(status)).await;
        let tags = json!({"ids": ids, "tags": {"tags_to_add": ["seen"], "tags_to_remove": []}});
        let path = "/s/soc/api/detection_engine/signals/tags";
        self.time("POST", path, Some(tags)).await;
    }

    async fn writes(&self) {
        let new = json!({
            "title": "A new case", "description": "Of the bench", "tags": ["bench"],
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
            "settings": {"syncAlerts": true}, "owner": "securitySolution",
        });
        self.time("POST", "/s/soc/api/cases", Some(new)).await;
        let case = self.largest().await;
        let comment = json!({"type": "user", "comment": "words", "owner": "securitySolution"});
        let path = format!("/s/soc/api/cases/{case}/comments");
        self.time("POST", &path, Some(comment)).await;
        let mut rounds = Rounds::default();
        for round in 0..ROUNDS {
            let page = "/s/soc/api/cases/_find?perPage=100&sortOrder=desc&page=2";
            let cases = self.send("GET", page, None).await["cases"].clone();
            let severity = ["low", "high"][round % 2];
            let patches: Vec<Value> = cases
                .as_array()
                .into_iter()
                .flatten()
                .map(|case| json!({"id": case["id"], "version": case["version"], "severity": severity, "title": format!("Round {round}")}))
                .collect();
            let body = json!({ "cases": patches });
            rounds.take(self.timed("PATCH", "/s/soc/api/cases", Some(body)).await);
        }
        rounds.print("PATCH", "/s/soc/api/cases (100 cases)", None);
        let ids = self.ids(100 * ROUNDS).await;
        let mut rounds = Rounds::default();
        for ids in ids.chunks(100) {
            let ids = json!(ids).to_string().replace('"', "%22");
            let path = format!("/s/soc/api/cases?ids={ids}");
            rounds.take(self.timed("DELETE", &path, None).await);
        }
        rounds.print("DELETE", "/s/soc/api/cases (100 cases)", None);
    }

    /// Sends a request some times and prints how long it took.
    async fn time(&self, method: &str, path: &str, body: Option<Value>) {
        let mut rounds = Rounds::default();
        for _ in 0..ROUNDS {
            rounds.take(self.timed(method, path, body.clone()).await);
        }
        rounds.print(method, path, body.as_ref());
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.timed(method, path, body).await.1
    }

    async fn timed(&self, method: &str, path: &str, body: Option<Value>) -> (Duration, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(
                "authorization",
                format!("ApiKey {}", self.practice.api_key()),
            )
            .header("kbn-xsrf", "true")
            .header("x-elastic-internal-origin", "Kibana")
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .expect("the requests are valid");
        let (start, spent) = (Instant::now(), processor());
        let response = self.router.clone().oneshot(request).await;
        let spent = processor().saturating_sub(spent);
        let took = if spent.is_zero() {
            start.elapsed()
        } else {
            spent
        };
        let response = response.expect("the router never fails");
        let status = response.status();
        let bytes = response.into_body().collect().await;
        let bytes = bytes.expect("bodies are in memory").to_bytes();
        assert!(status.is_success(), "{method} {path}: {status} {bytes:?}");
        let answer = serde_json::from_slice(&bytes).unwrap_or_default();
        (took, answer)
    }
}

#[derive(Default)]
struct Rounds(Vec<Duration>);

impl Rounds {
    fn take(&mut self, (took, _): (Duration, Value)) {
        self.0.push(took);
    }

    fn print(mut self, method: &str, path: &str, body: Option<&Value>) {
        self.0.sort();
        let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
        let middle = milliseconds(self.0[self.0.len() / 2]);
        let slowest = self.0.last().copied().map(milliseconds);
        let slowest = slowest.unwrap_or_default();
        let body = body.map(Value::to_string).unwrap_or_default();
        let what: String = format!("{method} {path} {body}")
            .chars()
            .take(150)
            .collect();
        println!("{middle:8.2} ms {slowest:8.2} ms  {what}");
    }
}
