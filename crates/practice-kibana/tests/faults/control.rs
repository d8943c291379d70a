//! `/practice/…`: only if asked for, only for keys that may do everything, and never itself disturbed.

use practice_kibana::{
    Key, Options, Rights,
    faults::{Fault, Plan, RightsLeft},
};
use serde_json::json;

use crate::support::{Listening, Server, case_body, options};

#[tokio::test(start_paused = true)]
async fn faults_are_set_told_and_cleared_at_run_time() {
    let server = Server::empty();
    let plan =
        json!({"seed": 7, "rule": [{"fault": "F08", "route": "POST /api/cases", "status": 502}]});
    let set = server
        .send("PUT", "/practice/faults", Some(plan))
        .await
        .unwrap();
    assert_eq!(set.status, 204);
    let reply = server
        .send("POST", "/api/cases", Some(case_body("x")))
        .await
        .unwrap();
    assert_eq!(reply.status, 502);
    let told = server.get("/practice/faults").await.json();
    assert_eq!(told["plan"]["rule"][0]["fault"], "F08");
    assert_eq!(
        told["fired"],
        json!([
            {"fault": "F08", "request": 1, "method": "POST", "path": "/api/cases", "space": "default"}
        ])
    );
    let cleared = server
        .send("DELETE", "/practice/faults", None)
        .await
        .unwrap();
    assert_eq!(cleared.status, 204);
    let told = server.get("/practice/faults").await.json();
    assert_eq!(told["plan"], json!({"seed": 0, "rule": []}));
    let log = server.get("/practice/log").await.json();
    let commits = log["commits"].as_array().unwrap();
    assert_eq!(commits.len(), 1);
    assert_eq!(
        (&commits[0]["request"], &commits[0]["key"]),
        (&json!(1), &json!("practice"))
    );
    let rest = server.get("/practice/log?from=2").await.json();
    assert_eq!(rest, json!({"commits": []}));
}

#[tokio::test(start_paused = true)]
async fn a_bad_plan_is_refused_and_changes_nothing() {
    let server = Server::with(Fault::LoginPage, "GET /api/cases/tags");
    for (plan, wanted) in [
        (
            json!({"rule": [{"fault": "F99"}]}),
            "no fault is called F99",
        ),
        (
            json!({"rule": [{"fault": "F08", "status": 200}]}),
            "500 or 502 or 504",
        ),
        (json!({"rules": []}), "unknown field"),
        (json!(7), "[request body]: "),
    ] {
        let reply = server
            .send("PUT", "/practice/faults", Some(plan))
            .await
            .unwrap();
        assert_eq!(reply.status, 400);
        let message = reply.body()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(wanted), "{message}");
    }
    assert_eq!(server.get("/practice/log?from=x").await.status, 400);
    assert_eq!(server.practice.faults().plan().rules.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn control_needs_the_option_the_key_and_the_gate() {
    let reader = Key::new("reader").with("*", Rights::Read);
    let one_space = Key::new("writer").with("soc", Rights::All);
    let keys = vec![reader.clone(), one_space.clone()];
    let server = Server::new(Options { keys, ..options() });
    for key in [&reader, &one_space] {
        let server = server.as_key(key);
        for (method, path) in [
            ("GET", "/practice/faults"),
            ("DELETE", "/practice/faults"),
            ("GET", "/practice/log"),
        ] {
            assert_eq!(server.send(method, path, None).await.unwrap().status, 403);
        }
    }
    let stranger = server.as_key(&Key::new("stranger"));
    assert_eq!(stranger.get("/practice/faults").await.status, 401);
    let without = Server::new(Options {
        control: false,
        ..options()
    });
    for path in ["/practice/faults", "/practice/log"] {
        assert_eq!(without.get(path).await.status, 404);
    }
}

#[tokio::test]
async fn control_is_behind_the_gate_of_every_route() {
    let listening = Listening::new().await;
    let good = listening.request("DELETE", "/practice/faults", "", true);
    for (from, to, status) in [
        ("", "", "204"),
        ("kbn-xsrf: true\r\n", "", "400"),
        (
            "kbn-xsrf: true\r\n",
            "kbn-xsrf: true\r\nOrigin: http://evil.test\r\n",
            "403",
        ),
        ("Host: 127.0.0.1", "Host: evil.test", "403"),
        ("Authorization: ApiKey ", "Authorization: ApiKey x", "401"),
    ] {
        let request = good.replacen(from, to, 1);
        let mut stream = listening.connect().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
            .await
            .unwrap();
        let (answer, _) = crate::support::read_to_end(&mut stream).await;
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(answer.split(' ').nth(1), Some(status), "{request}");
    }
}

#[tokio::test(start_paused = true)]
async fn faults_spare_control() {
    let server = Server::empty();
    server.practice.faults().set(Plan::always(Fault::ReduceKey {
        left: RightsLeft::Revoked,
        lasting: None,
    }));
    assert_eq!(server.get("/api/cases/tags").await.status, 401);
    server.get("/practice/faults").await.json();
    let cleared = server
        .send("DELETE", "/practice/faults", None)
        .await
        .unwrap();
    assert_eq!(cleared.status, 204);
    assert_eq!(server.get("/api/cases/tags").await.status, 200);
}
