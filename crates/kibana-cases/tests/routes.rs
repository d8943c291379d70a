//! Whatever an id holds, no request leaves the routes of the Cases API, and what is a good id arrives as it is (S23).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    cell::Cell,
    str::FromStr,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use kibana_cases::{
    AlertId, AnswerBody, AttachedAlert, CaseId, CaseMetric, Client, ConnectorId, Credentials,
    Error, FindComments, FindFiles, FindUserActions, FindUserActionsWithin, NewAlerts,
    NewAttachment, NewFile, NewObservable, NewSpace, ObservableTypeKey, Owner, Rule, SpaceId,
    Transport, TransportError, UpdateConfiguration,
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
    /// `turn` chooses which of the operations are asked beside the usual ones.
    fn paths(&self, text: &str, turn: usize) -> Vec<Vec<String>> {
        self.runtime.block_on(async {
            self.ask(text).await;
            self.ask_of_case(text, turn % N_OF_CASE).await;
            self.ask_of_part(text, turn % N_OF_PART).await;
        });
        let sent = std::mem::take(&mut *self.echo.sent.lock().unwrap());
        sent.iter()
            .map(|request| segments(request.uri().path()))
            .collect()
    }

    async fn ask(&self, text: &str) {
        let default = self.client.space(&SpaceId::default());
        if let Ok(space) = text.parse() {
            let space = self.client.space(&space);
            drop(space.cases_of_alert(&"a".parse().unwrap()).await);
        }
        if let Ok(case) = text.parse::<CaseId>() {
            drop(default.case(&case).await);
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

    /// One of the operations on a case, whose id is `text`.
    async fn ask_of_case(&self, text: &str, turn: usize) {
        let space = self.client.space(&SpaceId::default());
        let Ok(case) = text.parse::<CaseId>() else {
            return;
        };
        let owner = "securitySolution";
        let comment = NewAttachment::Comment("x".to_owned());
        let alert = AttachedAlert {
            id: "a".parse().unwrap(),
            index: "i".to_owned(),
        };
        let new = NewAlerts {
            alerts: vec![alert],
            rule: Rule::default(),
        };
        match turn {
            0 => drop(space.attachments(&case).await),
            1 => drop(space.case_alerts(&case).await),
            2 => drop(space.add_comment(&case, owner, "x").await),
            3 => drop(space.attach_alerts(&case, owner, &new).await),
            4 => drop(space.find_comments(&case, &FindComments::default()).await),
            5 => drop(space.delete_all_attachments(&case).await),
            6 => drop(
                space
                    .find_user_actions(&case, &FindUserActions::default())
                    .await,
            ),
            7 => drop(space.attach(&case, owner, &[comment]).await),
            8 => drop(
                space
                    .attachments_by_id(&case, &["a".parse().unwrap()])
                    .await,
            ),
            9 => drop(space.delete_files(&case, &["f".parse().unwrap()]).await),
            10 => drop(space.user_action_stats(&case).await),
            11 => drop(
                space
                    .find_user_actions_within(&case, &FindUserActionsWithin::default())
                    .await,
            ),
            12 => drop(space.case_users(&case).await),
            13 => drop(space.similar_cases(&case, 1, 10).await),
            14 => drop(space.case_metrics(&case, &[CaseMetric::Lifespan]).await),
            15 => {
                let file = NewFile {
                    name: "a.txt".to_owned(),
                    called: None,
                    content: "x".into(),
                };
                drop(space.upload_file(&case, file).await);
            }
            _ => {
                let seen = NewObservable {
                    type_key: ObservableTypeKey::Url,
                    value: "x".to_owned(),
                    description: None,
                };
                drop(space.add_observable(&case, &seen).await);
            }
        }
    }

    /// One of the operations on something of a case, on a configuration or on a space, whose id is `text`.
    async fn ask_of_part(&self, text: &str, turn: usize) {
        let space = self.client.space(&SpaceId::default());
        let case = "x".parse().unwrap();
        let version = "v".parse().unwrap();
        match turn {
            0 => if_id(text, async |id| drop(space.attachment(&case, &id).await)).await,
            1 => {
                if_id(text, async |id| {
                    drop(space.delete_attachment(&case, &id).await);
                })
                .await;
            }
            2 => if_id(text, async |id| drop(space.push_case(&case, &id).await)).await,
            3 => {
                if_id(text, async |id| {
                    drop(space.download_file(&Owner::SecuritySolution, &id).await);
                })
                .await;
            }
            4 => {
                if_id(text, async |id| {
                    drop(space.update_observable(&case, &id, "x", None).await);
                })
                .await;
            }
            5 => {
                if_id(text, async |id| {
                    drop(space.delete_observable(&case, &id).await);
                })
                .await;
            }
            6 => {
                if_id(text, async |id| {
                    drop(
                        space
                            .set_custom_field(&case, &id, &"x".into(), &version)
                            .await,
                    );
                })
                .await;
            }
            7 => {
                let change = UpdateConfiguration::new(version);
                if_id(text, async |id| {
                    drop(space.update_configuration(&id, &change).await);
                })
                .await;
            }
            8 => if_id(text, async |id| drop(self.client.space_info(&id).await)).await,
            9 => if_id(text, async |id| drop(self.client.delete_space(&id).await)).await,
            10 => {
                if_id(text, async |id| {
                    drop(self.client.update_space(&NewSpace::new(id, "x")).await);
                })
                .await;
            }
            _ => {
                let find = FindFiles {
                    owner: text.into(),
                    ..FindFiles::default()
                };
                drop(space.find_files(&find).await);
            }
        }
    }
}

async fn if_id<Id: FromStr>(text: &str, ask: impl AsyncFnOnce(Id)) {
    if let Ok(id) = text.parse() {
        ask(id).await;
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

const N_OF_CASE: usize = OF_CASE.len();
const N_OF_PART: usize = OF_PART.len();

/// What [`Trial::ask_of_case`] asks in each turn, `*` for the id.
const OF_CASE: [&str; 17] = [
    "api/cases/*/comments",
    "api/cases/*/alerts",
    "api/cases/*/comments",
    "api/cases/*/comments",
    "api/cases/*/comments/_find",
    "api/cases/*/comments",
    "api/cases/*/user_actions/_find",
    "internal/cases/*/attachments/_bulk_create",
    "internal/cases/*/attachments/_bulk_get",
    "internal/cases/*/attachments/files/_bulk_delete",
    "internal/cases/*/user_actions/_stats",
    "internal/cases/*/user_actions/_find",
    "internal/cases/*/_users",
    "internal/cases/*/_similar",
    "internal/cases/metrics/*",
    "api/cases/*/files",
    "internal/cases/*/observables",
];

/// What [`Trial::ask_of_part`] asks in each turn, `*` for the id.
const OF_PART: [&str; 12] = [
    "api/cases/x/comments/*",
    "api/cases/x/comments/*",
    "api/cases/x/connector/*/_push",
    "api/files/files/securitySolutionFilesCases/*/blob",
    "internal/cases/x/observables/*",
    "internal/cases/x/observables/*",
    "internal/cases/x/custom_fields/*",
    "api/cases/configure/*",
    "api/spaces/space/*",
    "api/spaces/space/*",
    "api/spaces/space/*",
    "api/files/files/*/list",
];

/// What else may be asked.
const OTHERS: [&str; 4] = [
    "api/cases/*",
    "api/cases/alerts/*",
    "api/cases/*/comments/*",
    "api/status",
];

fn is_allowed(path: &[String]) -> bool {
    let path = match path {
        [s, space, rest @ ..] if s == "s" && space.parse::<SpaceId>().is_ok() => rest,
        all => all,
    };
    let mut patterns = OF_CASE.iter().chain(&OF_PART).chain(&OTHERS);
    patterns.any(|pattern| {
        pattern.split('/').count() == path.len()
            && pattern
                .split('/')
                .zip(path)
                .all(|(allowed, segment)| allowed == "*" || allowed == segment)
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
    let turn = Cell::new(0);
    runner
        .run(&hostile(), |text| {
            turn.set(turn.get() + 1);
            for path in trial.paths(&text, turn.get()) {
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
        let turn = round / 3;
        let paths = trial.paths(&text, turn);
        let mut expected = Vec::new();
        if text.parse::<CaseId>().is_ok() {
            expected.push(vec!["api", "cases", &text]);
            expected.push(filled(OF_CASE[turn % N_OF_CASE], &text));
        }
        let of_part = OF_PART[turn % N_OF_PART];
        let takes_it = match turn % N_OF_PART {
            2 | 6 => text.parse::<ConnectorId>().is_ok(),
            8..11 => text.parse::<SpaceId>().is_ok(),
            // A longer name, of which the id is a part.
            11 => false,
            _ => text.parse::<CaseId>().is_ok(),
        };
        if takes_it {
            expected.push(filled(of_part, &text));
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

fn filled<'a>(pattern: &'a str, id: &'a str) -> Vec<&'a str> {
    pattern
        .split('/')
        .map(|segment| if segment == "*" { id } else { segment })
        .collect()
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
