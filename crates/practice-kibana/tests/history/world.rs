//! One seed: a server with faults, a client under test, and a colleague who works on the same cases.

use std::{collections::HashSet, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use practice_kibana::{
    Clock, Faulty, Key, Options, Practice, Rights, World,
    faults::{Fault, Plan, Rule},
    faulty,
    history::{DeploymentLog, Finding, History, check},
    log::Commit,
    router,
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::client::{Bug, Client};

const STEPS: usize = 14;
const SPACES: [&str; 2] = ["default", "soc"];

/// What one seed led to.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) history: History,
    pub(crate) log: Vec<Commit>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) fired: HashSet<&'static str>,
}

/// Runs a seed in virtual time on one thread.
pub(crate) fn run(seed: u64, bug: Option<Bug>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(story(seed, bug))
}

async fn story(seed: u64, bug: Option<Bug>) -> Outcome {
    let keys = ["analyst", "colleague"].map(|name| Key::new(name).with("*", Rights::All));
    let [own, colleague] = keys.clone();
    let start = Instant::now();
    let (router, practice) = router(Options {
        world: World::Empty,
        keys: keys.into(),
        seed,
        clock: Clock::new(move || {
            let begin: Timestamp = "2025-05-06T07:08:09Z".parse().unwrap();
            begin + start.elapsed()
        }),
        log: true,
        ..Options::default()
    });
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // The colleague has a quiet line of their own.
    let colleague = Colleague {
        router: router.clone(),
        key: colleague.api_key,
    };
    let service = faulty(router, &practice);
    let client = Client::new(
        Line {
            service,
            key: own.api_key,
        },
        bug,
    );
    for space in SPACES {
        let case = colleague.create(space).await;
        client.open(space, &case).await;
    }
    practice.faults().set(plan(&practice, seed));
    for _ in 0..STEPS {
        step(&client, &colleague, &mut random).await;
        if random.random_bool(0.6) {
            client.work(random.random_bool(0.7)).await;
        }
        client.show();
    }
    practice.faults().set(Plan::default());
    practice.faults().settled().await;
    client.work(false).await;
    client.show();
    client.refresh_all().await;
    client.show();
    finish(&practice, client)
}

fn finish(practice: &Practice, client: Client) -> Outcome {
    let log: Vec<Commit> = practice
        .log()
        .iter()
        .map(|commit| (**commit).clone())
        .collect();
    let logs = [DeploymentLog {
        deployment: "practice".to_owned(),
        commits: log.clone(),
    }];
    let history = client.into_history();
    let fired = practice.faults().fired();
    Outcome {
        findings: check(&history, &logs),
        fired: fired.iter().map(|fired| fired.fault).collect(),
        history,
        log,
    }
}

/// Trouble for every kind of write, and answers to reads that come late.
fn plan(practice: &Practice, seed: u64) -> Plan {
    assert!(
        practice.faults().fired().is_empty(),
        "the beginning is quiet"
    );
    let late = |seconds| Fault::LateCommit {
        after: Duration::from_secs(seconds),
    };
    let faults = [
        (Fault::RefuseConnect, 0.05),
        (Fault::ResetBeforeCommit, 0.06),
        (Fault::ResetAfterCommit, 0.06),
        (Fault::CutBody { bytes: None }, 0.05),
        (Fault::FailAfterCommit { status: 502 }, 0.05),
        (Fault::ConflictAfterCommit, 0.05),
        (Fault::HalfCommit, 0.05),
        (late(5), 0.03),
        (late(100), 0.03),
    ];
    let writes = faults.into_iter().flat_map(|(fault, probability)| {
        ["POST", "PATCH", "DELETE"].map(|method| {
            let route = format!("{method} /api/**");
            Rule::of(fault.clone()).on(&route).probability(probability)
        })
    });
    let at_most = Duration::from_secs(5);
    let reads = Rule::of(Fault::Reorder { at_most })
        .on("GET /api/**")
        .probability(0.5);
    Plan::of(writes.chain([reads])).seeded(seed)
}

async fn step(client: &Client, colleague: &Colleague, random: &mut ChaCha8Rng) {
    let n_cases = client.n_cases();
    let case = random.random_range(0..n_cases);
    match random.random_range(0..100) {
        0..35 => client.comment(case),
        35..55 => client.rename(case),
        55..65 => client.create(SPACES[random.random_range(0..2)]),
        65..78 => client.delete_comment(case),
        78..85 => client.discard_draft(case),
        _ => {
            if let Some((space, id)) = client.place(case) {
                colleague.rename(&space, &id).await;
            }
        }
    }
    // Whoever looks at another space while writes wait.
    client.look_at(SPACES[random.random_range(0..2)]);
}

/// How the client under test reaches the server.
pub(crate) struct Line {
    service: Faulty,
    key: String,
}

/// What became of a request.
pub(crate) enum Answer {
    /// A status, and the JSON if there is some.
    Told(u16, Value),
    /// Nothing was sent.
    NotSent,
    /// It may or may not have arrived.
    Broken,
}

impl Line {
    pub(crate) async fn ask(&self, method: Method, uri: &str, body: Option<Value>) -> Answer {
        let request = request(&self.key, method, uri, body);
        let answer = match self.service.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                return Answer::NotSent;
            }
            Err(_) => return Answer::Broken,
        };
        let status = answer.status().as_u16();
        match answer.into_body().collect().await {
            Ok(body) => {
                let json = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
                Answer::Told(status, json)
            }
            Err(_) => Answer::Broken,
        }
    }

    /// A reading, which has no faults but being late.
    pub(crate) async fn read(&self, uri: &str) -> Value {
        match self.ask(Method::GET, uri, None).await {
            Answer::Told(_, json) => json,
            Answer::NotSent | Answer::Broken => Value::Null,
        }
    }
}

struct Colleague {
    router: Router,
    key: String,
}

impl Colleague {
    async fn ask(&self, method: Method, uri: &str, body: Option<Value>) -> Value {
        let request = request(&self.key, method, uri, body);
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let body = answer.into_body().collect().await.unwrap();
        serde_json::from_slice(&body.to_bytes()).unwrap()
    }

    async fn create(&self, space: &str) -> Value {
        let uri = format!("/s/{space}/api/cases");
        self.ask(Method::POST, &uri, Some(case_body("Theirs")))
            .await
    }

    async fn rename(&self, space: &str, id: &str) {
        let case = self
            .ask(Method::GET, &format!("/s/{space}/api/cases/{id}"), None)
            .await;
        // It may never have come to be where it was meant to be.
        let Some(version) = case["version"].as_str() else {
            return;
        };
        let title = format!("Theirs {version}");
        let change = json!({"id": id, "version": version, "title": title});
        let body = Some(json!({"cases": [change]}));
        self.ask(Method::PATCH, &format!("/s/{space}/api/cases"), body)
            .await;
    }
}

pub(crate) fn case_body(title: &str) -> Value {
    json!({
        "title": title,
        "description": "D",
        "tags": [],
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "settings": {"syncAlerts": false},
        "owner": "securitySolution",
    })
}

fn request(key: &str, method: Method, uri: &str, body: Option<Value>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(uri)
        .header("authorization", format!("ApiKey {key}"))
        .header("kbn-xsrf", "true")
        .header("content-type", "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap()
}
