//! Faults about what is really written: F08 to F12, F22 to F24, F30.

use std::{io, time::Duration};

use practice_kibana::{
    Key, Options, Rights,
    faults::{Fault, Loss, Plan, RightsLeft, Rule, Shift, VersionFault},
    log::{Action, Cause, Document},
};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{Server, case_body, comment_body, id, options, spaces};

const CASES: &str = "POST /api/cases";
const COMMENTS: &str = "POST /api/cases/*/comments";

#[tokio::test(start_paused = true)]
async fn f08_commits_then_fails() {
    for status in [500, 502, 504] {
        let server = Server::with(Fault::FailAfterCommit { status }, CASES);
        let reply = server
            .send("POST", "/api/cases", Some(case_body("x")))
            .await;
        let reply = reply.unwrap();
        assert_eq!(reply.status, status);
        let by_kibana = reply.header("kbn-name").is_some();
        assert_eq!(by_kibana, status == 500, "the rest is told by a proxy");
        assert_eq!(server.logged(Document::Case, Action::Create), 1);
        assert_eq!(server.fired(), [("F08", 1)]);
    }
}

#[tokio::test(start_paused = true)]
async fn f09_says_conflict_though_it_was_applied() {
    let server = Server::empty();
    let case = server.case("before").await;
    server.set(Rule::of(Fault::ConflictAfterCommit));
    let reply = server.rename(&case, "after").await.unwrap();
    assert_eq!(
        (reply.status, &reply.body()["statusCode"]),
        (409, &json!(409))
    );
    let read = server.get(&format!("/api/cases/{}", id(&case))).await;
    assert_eq!(read.json()["title"], "after", "reading is spared");
    let stale = server.rename(&case, "later").await.unwrap();
    assert_eq!(stale.status, 409);
    assert_eq!(server.fired(), [("F09", 2)], "a true conflict is no fault");
}

#[tokio::test(start_paused = true)]
async fn f10_applies_half_and_wraps_a_version_conflict() {
    let server = Server::empty();
    let case = server.case("x").await;
    server.set(Rule::of(Fault::HalfCommit));
    let reply = server.comment(&case, "half").await.unwrap();
    assert_eq!(reply.status, 500);
    assert!(
        reply.body()["message"]
            .as_str()
            .unwrap()
            .contains("version conflict")
    );
    server.practice.faults().clear();
    let now = server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(now["totalComment"], 1, "the comment is there");
    assert_eq!(now["version"], case["version"], "its case knows nothing");
    assert_eq!(now["updated_at"], Value::Null);
    assert_eq!(server.logged(Document::Attachment, Action::Create), 1);
    assert_eq!(
        server.logged(Document::UserAction, Action::Create),
        1,
        "that of the case"
    );
    assert_eq!(server.fired().len(), 1);

    server.set(Rule::of(Fault::HalfCommit));
    assert_eq!(server.rename(&case, "half").await.unwrap().status, 500);
    let now = server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(now["title"], "half", "a case is changed");
    assert_eq!(
        server.logged(Document::UserAction, Action::Create),
        1,
        "and not recorded"
    );
}

#[tokio::test(start_paused = true)]
async fn f11_applies_the_first_few_of_many() {
    let server = Server::empty();
    let cases = [
        server.case("a").await,
        server.case("b").await,
        server.case("c").await,
    ];
    server.set(Rule::of(Fault::PartOfBulk { applied: 2 }));
    let changes: Vec<Value> = cases
        .iter()
        .map(|case| json!({"id": case["id"], "version": case["version"], "severity": "high"}))
        .collect();
    let body = json!({"cases": changes});
    let reply = server
        .send("PATCH", "/api/cases", Some(body))
        .await
        .unwrap();
    assert_eq!(reply.status, 500);
    let mut severities = Vec::new();
    for case in &cases {
        let now = server.get(&format!("/api/cases/{}", id(case))).await.json();
        severities.push(now["severity"].clone());
    }
    assert_eq!(severities, ["high", "high", "low"]);

    let uri = format!("/internal/cases/{}/attachments/_bulk_create", id(&cases[0]));
    let bodies = json!([comment_body("1"), comment_body("2"), comment_body("3")]);
    let reply = server.send("POST", &uri, Some(bodies)).await.unwrap();
    assert_eq!(reply.status, 500);
    assert_eq!(server.logged(Document::Attachment, Action::Create), 2);

    let alerts = json!({
        "type": "alert", "alertId": ["1", "2", "3"], "index": ["i", "i", "i"],
        "rule": {"id": "r", "name": "R"}, "owner": "securitySolution",
    });
    let uri = format!("/api/cases/{}/comments", id(&cases[1]));
    assert_eq!(
        server
            .send("POST", &uri, Some(alerts))
            .await
            .unwrap()
            .status,
        500
    );
    let now = server
        .get(&format!("/api/cases/{}", id(&cases[1])))
        .await
        .json();
    assert_eq!(now["totalAlerts"], 2);
    assert_eq!(
        server.rename(&cases[2], "one").await.unwrap().status,
        200,
        "one is not many"
    );
    assert_eq!(server.fired().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn f12_answers_504_and_commits_late() {
    let server = Server::with(
        Fault::LateCommit {
            after: Duration::from_secs(90),
        },
        CASES,
    );
    let body = Some(case_body("late"));
    assert_eq!(
        server
            .send("POST", "/api/cases", body)
            .await
            .unwrap()
            .status,
        504
    );
    sleep(Duration::from_secs(89)).await;
    assert_eq!(server.logged(Document::Case, Action::Create), 0);
    server.practice.faults().clear();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(server.logged(Document::Case, Action::Create), 1);
    server.practice.faults().settled().await;
    let log = server.practice.log();
    assert_eq!(
        (log[0].request, log[0].route.as_str()),
        (1, "POST /api/cases")
    );
}

#[tokio::test(start_paused = true)]
async fn f12_is_held_to_the_rules_of_its_moment() {
    let server = Server::empty();
    let case = server.case("x").await;
    let late = Fault::LateCommit {
        after: Duration::from_secs(10),
    };
    server.set(Rule::of(late).on("PATCH /api/cases").nth(1));
    assert_eq!(server.rename(&case, "late").await.unwrap().status, 504);
    assert_eq!(server.rename(&case, "now").await.unwrap().status, 200);
    server.practice.faults().settled().await;
    let now = server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(now["title"], "now", "its version is stale by then");
}

#[tokio::test(start_paused = true)]
async fn f22_pages_shift_while_they_are_read() {
    let titles = async |server: &Server, page: u64| {
        let uri =
            format!("/api/cases/_find?sortField=createdAt&sortOrder=desc&perPage=2&page={page}");
        let found = server.get(&uri).await.json();
        let cases = found["cases"].as_array().unwrap().clone();
        cases
            .iter()
            .map(|case| case["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (how, second) in [
        (Shift::Insert, vec!["3", "2"]),
        (Shift::Delete, vec!["1"]),
        (Shift::Touch, vec!["2", "1"]),
    ] {
        let mut clocked = options();
        let start: jiff::Timestamp = "2025-05-06T07:08:09Z".parse().unwrap();
        let ticks = std::sync::atomic::AtomicI64::new(start.as_millisecond());
        clocked.clock = practice_kibana::Clock::new(move || {
            let now = ticks.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
            jiff::Timestamp::from_millisecond(now).unwrap()
        });
        let server = Server::new(clocked);
        for title in ["1", "2", "3", "4"] {
            server.case(title).await;
        }
        server.set(
            Rule::of(Fault::ShiftPages(how))
                .on("GET /api/cases/_find")
                .nth(2),
        );
        assert_eq!(titles(&server, 1).await, ["4", "3"]);
        assert_eq!(titles(&server, 2).await, second, "{how:?}");
        let log = server.practice.log();
        let last = log.last().unwrap();
        assert_eq!(last.cause, Cause::Fault("F22".to_owned()));
        assert_eq!(
            (last.request, last.user.as_deref()),
            (0, Some("somebody.else"))
        );
        assert_eq!(server.fired().len(), 1);
    }
    let empty = Server::with(Fault::ShiftPages(Shift::Delete), "GET /api/cases/_find");
    titles(&empty, 1).await;
    assert!(empty.fired().is_empty(), "there was nothing to delete");
}

#[tokio::test(start_paused = true)]
async fn f23_a_case_is_deleted_moved_or_closed_under_us() {
    let server = Server::new(Options {
        spaces: spaces(&["default", "soc"]),
        ..options()
    });
    let case = server.case("deleted").await;
    server.set(Rule::of(Fault::LoseCase(Loss::Delete)));
    assert_eq!(server.comment(&case, "x").await.unwrap().status, 404);
    assert_eq!(server.comment(&case, "x").await.unwrap().status, 404);
    assert_eq!(server.fired().len(), 1, "it can be lost once");

    let case = server.case("moved").await;
    let with_comment = server
        .comment_without_faults(&case, "stays with its case")
        .await;
    server.set(Rule::of(Fault::LoseCase(Loss::Move)));
    assert_eq!(server.rename(&case, "x").await.unwrap().status, 404);
    server.practice.faults().clear();
    let moved = server
        .get(&format!("/s/soc/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(
        (&moved["title"], &moved["totalComment"]),
        (&json!("moved"), &json!(1))
    );
    let comment = &with_comment["comments"][0];
    let uri = format!("/s/soc/api/cases/{}/comments/{}", id(&case), id(comment));
    assert_eq!(server.get(&uri).await.status, 200);
    assert_eq!(server.logged(Document::Case, Action::Move), 1);
    assert_eq!(
        server.get("/s/soc/api/cases/_find").await.json()["total"],
        1
    );
    assert_eq!(server.get("/api/cases/_find").await.json()["total"], 0);

    let case = server.case("closed").await;
    server.set(Rule::of(Fault::LoseCase(Loss::Close)).on(COMMENTS));
    let alerts = json!({"type": "alert", "alertId": "1", "index": "i", "rule": {"id": null, "name": null}, "owner": "securitySolution"});
    let uri = format!("/api/cases/{}/comments", id(&case));
    assert_eq!(
        server
            .send("POST", &uri, Some(alerts))
            .await
            .unwrap()
            .status,
        400
    );
    let now = server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(now["status"], "closed");
    assert_eq!(now["closed_by"]["username"], "somebody.else");
}

#[tokio::test(start_paused = true)]
async fn f24_a_key_loses_its_rights_and_gets_them_back() {
    let key = Key::new("writer").with("*", Rights::All);
    let server = Server::new(Options {
        keys: vec![key.clone()],
        ..options()
    });
    let writer = server.as_key(&key);
    let case = server.case("x").await;
    for (left, read, write) in [
        (RightsLeft::Revoked, 401, 401),
        (RightsLeft::None, 403, 403),
        (RightsLeft::Read, 200, 403),
    ] {
        let lasting = Some(Duration::from_mins(5));
        server.set(Rule::of(Fault::ReduceKey { left, lasting }).nth(2));
        assert_eq!(writer.comment(&case, "before").await.unwrap().status, 200);
        assert_eq!(
            writer.comment(&case, "reduced").await.unwrap().status,
            write
        );
        let uri = format!("/api/cases/{}", id(&case));
        assert_eq!(writer.get(&uri).await.status, read, "{left:?}");
        assert_eq!(server.get(&uri).await.status, 200, "other keys are whole");
        sleep(Duration::from_secs(301)).await;
        assert_eq!(writer.comment(&case, "again").await.unwrap().status, 200);
    }
    let left = RightsLeft::Revoked;
    server.set(Rule::of(Fault::ReduceKey {
        left,
        lasting: None,
    }));
    assert_eq!(writer.get("/api/cases/tags").await.status, 401);
    sleep(Duration::from_hours(100)).await;
    server.practice.faults().clear();
    assert_eq!(writer.get("/api/cases/tags").await.status, 200);
    assert_eq!(server.logged(Document::Attachment, Action::Create), 6);
}

#[tokio::test(start_paused = true)]
async fn f30_a_reused_token_lets_a_stale_write_through() {
    let server = Server::empty();
    let case = server.case("first").await;
    let reused = Rule::of(Fault::Versions(VersionFault::Reused))
        .on("PATCH /api/cases")
        .nth(1);
    server.set(reused);
    let changed = server.rename(&case, "second").await.unwrap().json();
    assert_eq!(
        changed[0]["version"], case["version"],
        "the token says nothing"
    );
    assert_eq!(server.rename(&case, "third").await.unwrap().status, 200);
    assert_eq!(server.rename(&case, "fourth").await.unwrap().status, 409);
    let titles: Vec<Value> = server
        .practice
        .log()
        .iter()
        .flat_map(|commit| commit.changes.clone())
        .filter(|change| change.document == Document::Case)
        .map(|change| change.fields["title"].after.clone())
        .collect();
    assert_eq!(titles, ["first", "second", "third"]);
}

#[tokio::test(start_paused = true)]
async fn f30_tokens_are_missing_from_answers() {
    let server = Server::empty();
    let case = server.case("x").await;
    server.set(Rule::of(Fault::Versions(VersionFault::Missing)));
    let uri = format!("/api/cases/{}", id(&case));
    assert_eq!(server.get(&uri).await.json().get("version"), None);
    let found = server.get("/api/cases/_find").await.json();
    assert_eq!(found["cases"][0].get("version"), None);
    assert_eq!(
        server.rename(&case, "y").await.unwrap().status,
        200,
        "they still count"
    );
}

#[tokio::test(start_paused = true)]
async fn faults_combine() {
    let server = Server::empty();
    let case = server.case("x").await;
    let lose = Rule::of(Fault::LoseCase(Loss::Close));
    let reset = Rule::of(Fault::ResetAfterCommit);
    server.practice.faults().set(Plan::of([reset, lose]));
    let error = server.comment(&case, "x").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    server.practice.faults().clear();
    let now = server
        .get(&format!("/api/cases/{}", id(&case)))
        .await
        .json();
    assert_eq!(
        (&now["status"], &now["totalComment"]),
        (&json!("closed"), &json!(1))
    );
}

#[tokio::test(start_paused = true)]
async fn the_log_names_every_case_that_goes_with_its_space() {
    let server = Server::empty();
    let case = server.case_in("/s/ot", "x").await;
    let gone = server.send("DELETE", "/api/spaces/space/ot", None).await;
    assert_eq!(gone.unwrap().status, 204);
    let log = server.practice.log();
    let last = log.last().unwrap();
    let changes: Vec<_> = last
        .changes
        .iter()
        .map(|change| (change.document, change.action, change.id.as_str()))
        .collect();
    let expect = [
        (Document::Case, Action::Delete, id(&case)),
        (Document::Space, Action::Delete, "ot"),
    ];
    assert_eq!(changes, expect);
}

impl Server {
    async fn comment_without_faults(&self, case: &Value, text: &str) -> Value {
        self.practice.faults().clear();
        self.comment(case, text).await.unwrap().json()
    }
}
