//! Whatever an id holds, no request leaves the routes of the Cases API, and what is a good id arrives as it is (S23).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use kibana_cases::{
    AlertId, AnswerBody, CaseId, Client, Credentials, Error, NewAlerts, Rule, SpaceId, Transport,
    TransportError,
};
use percent_encoding::percent_decode_str;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::{Builder, Runtime};

const BASE: &str = "https://kibana.test/base";

/// Keeps what would have been sent, and answers `null`.
#[derive(Debug, Clone, Default)]
struct Echo {
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

#[async_trait]
impl Transport for Echo {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        self.sent.lock().unwrap().push(request);
        let answer = Response::builder().header("kbn-name", "kibana");
        Ok(answer.body(AnswerBody::from("null")).unwrap())
    }
}

struct Trial {
    runtime: Runtime,
    client: Client,
    echo: Echo,
}

impl Trial {
    fn new() -> Self {
        let echo = Echo::default();
        let key = Credentials::api_key("id:key").unwrap();
        Self {
            runtime: Builder::new_current_thread().enable_time().build().unwrap(),
            client: Client::builder(BASE, key)
                .transport(echo.clone())
                .build()
                .unwrap(),
            echo,
        }
    }

    /// Asks with `text` in the place of every id, and tells the paths that were sent, decoded segment by segment.
    fn paths(&self, text: &str) -> Vec<Vec<String>> {
        self.runtime.block_on(self.ask(text));
        let sent = std::mem::take(&mut *self.echo.sent.lock().unwrap());
        sent.iter()
            .map(|request| segments(request.uri().path()))
            .collect()
    }

    async fn ask(&self, text: &str) {
        let default = self.client.space(&SpaceId::default());
        if let Ok(space) = text.parse() {
            drop(
                self.client
                    .space(&space)
                    .cases_of_alert(&"a".parse().unwrap())
                    .await,
            );
        }
        if let Ok(case) = text.parse::<CaseId>() {
            drop(default.case(&case).await);
            drop(default.attachments(&case).await);
            drop(default.case_alerts(&case).await);
            drop(default.add_comment(&case, "securitySolution", "x").await);
            let new = NewAlerts {
                alerts: vec![],
                rule: Rule {
                    id: None,
                    name: None,
                },
            };
            drop(default.attach_alerts(&case, "securitySolution", &new).await);
        }
        if let Ok(alert) = text.parse::<AlertId>() {
            drop(default.cases_of_alert(&alert).await);
        }
        for (method, path) in [
            (Method::GET, vec!["api", "cases", text]),
            (Method::GET, vec!["api", "cases", "alerts", text]),
            (Method::DELETE, vec!["api", "cases", "x", "comments", text]),
            (Method::GET, text.split('/').collect()),
        ] {
            if let Ok(request) = kibana_cases::Request::raw(method, &path) {
                drop(default.raw(request).await);
            }
        }
    }
}

fn segments(path: &str) -> Vec<String> {
    let path = path.strip_prefix("/base/").expect("below the base path");
    path.split('/')
        .map(|segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .unwrap()
                .into_owned()
        })
        .collect()
}

/// Beginnings of paths, `*` for one segment.
const ALLOWED: &[&[&str]] = &[
    &["api", "cases", "*"],
    &["api", "cases", "*", "comments"],
    &["api", "cases", "*", "alerts"],
    &["api", "cases", "*", "comments", "*"],
    &["api", "cases", "alerts", "*"],
    &["api", "status"],
];

fn is_allowed(path: &[String]) -> bool {
    let path = match path {
        [s, space, rest @ ..] if s == "s" && space.parse::<SpaceId>().is_ok() => rest,
        all => all,
    };
    ALLOWED.iter().any(|allowed| {
        allowed.len() == path.len()
            && allowed
                .iter()
                .zip(path)
                .all(|(allowed, segment)| *allowed == "*" || allowed == segment)
    }) && path.iter().all(|segment| {
        !segment.is_empty()
            && segment != "."
            && segment != ".."
            && !segment.contains(char::is_control)
    })
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("../"),
        Just("..\\"),
        Just(".."),
        Just("."),
        Just("%2e%2e"),
        Just("%2e"),
        Just("%2f"),
        Just("/"),
        Just("\\"),
        Just(";"),
        Just("?"),
        Just("#"),
        Just("\0"),
        Just("%00"),
        Just("\r\nHost: evil"),
        Just("@"),
        Just("//evil.test"),
        Just("https://evil.test"),
        Just("api/security/role"),
        Just("s/other/api/cases"),
        Just("_find"),
        Just("tags"),
        Just("alerts"),
        Just("configure"),
        Just("comments"),
        Just("\u{202e}"),
        Just("％２ｅ"),
        Just(" "),
        Just("\t"),
        Just(":"),
        Just("a"),
        Just("6f1b3c52"),
    ]
    .prop_map(str::to_owned);
    let noise = any::<String>();
    prop::collection::vec(prop_oneof![4 => piece, 1 => noise], 0..6)
        .prop_map(|pieces| pieces.concat())
}

#[test]
fn s23_no_hostile_id_leaves_the_routes() {
    let trial = Trial::new();
    let config = Config {
        cases: 50_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    runner
        .run(&hostile(), |text| {
            for path in trial.paths(&text) {
                prop_assert!(is_allowed(&path), "{text:?} asked {path:?}");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn s23_good_ids_arrive_unchanged() {
    let trial = Trial::new();
    let mut runner = TestRunner::deterministic();
    let cases = "[A-Za-z0-9_-]{20,64}";
    let spaces = "[a-z0-9_-]{1,128}";
    let alerts = "[ -~à-ÿ€]{3,60}";
    for round in 0..10_000 {
        let strategy = [cases, spaces, alerts][round % 3];
        let text = strategy.new_tree(&mut runner).unwrap().current();
        let paths = trial.paths(&text);
        let mut expected = Vec::new();
        if text.parse::<CaseId>().is_ok() {
            expected.push(vec!["api", "cases", &text]);
            expected.push(vec!["api", "cases", &text, "comments"]);
            expected.push(vec!["api", "cases", &text, "alerts"]);
        }
        if text
            .parse::<SpaceId>()
            .is_ok_and(|space| !space.is_default())
        {
            expected.push(vec!["s", &text, "api", "cases", "alerts", "a"]);
        }
        expected.push(vec!["api", "cases", "alerts", &text]);
        for path in expected {
            assert!(
                paths.iter().any(|sent| *sent == path),
                "{path:?} is not among {paths:?}"
            );
        }
    }
}

#[test]
fn s23_an_id_that_is_a_word_of_another_route_is_refused() {
    let trial = Trial::new();
    let space = trial.client.space(&SpaceId::default());
    for word in ["_find", "tags", "reporters", "status", "configure"] {
        let id = word.parse().unwrap();
        let error = trial.runtime.block_on(space.case(&id)).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Route {
                    route: "GET /api/cases/{case}"
                }
            ),
            "{word}: {error}"
        );
    }
    assert!(
        trial.echo.sent.lock().unwrap().is_empty(),
        "nothing was sent"
    );
}

#[test]
fn s23_only_listed_routes_can_be_asked_raw() {
    let trial = Trial::new();
    let path = ["api", "cases", "tags"];
    let request = kibana_cases::Request::raw(Method::GET, &path).unwrap();
    assert_eq!(request.route, "GET /api/cases/tags");
    let asked = trial.client.raw(request.query("owner", "securitySolution"));
    trial.runtime.block_on(asked).unwrap();
    let sent = trial.echo.sent.lock().unwrap();
    assert_eq!(
        sent[0].uri(),
        "https://kibana.test/base/api/cases/tags?owner=securitySolution"
    );
    for path in [
        &["api", "security", "role"][..],
        &["api", "cases", "..", "security"],
        &[],
        &[""],
    ] {
        let error = kibana_cases::Request::raw(Method::GET, path).unwrap_err();
        assert!(matches!(error, Error::Route { .. }), "{path:?}: {error}");
    }
}
