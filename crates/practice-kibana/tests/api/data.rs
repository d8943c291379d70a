//! The file that keeps a world: over restarts, against a kill, against damage, and for one server.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use jiff::Timestamp;
use practice_kibana::{Clock, DataError, Options, PracticeKibana, World};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{array, case_body, comment_body};

const SPACES: [&str; 3] = ["default", "soc", "ot"];

fn options(data: &Path, world: World) -> Options {
    let now: Timestamp = "2025-05-06T07:08:09.123Z".parse().expect("it is a time");
    Options {
        world,
        data: Some(data.to_owned()),
        clock: Clock::fixed(now),
        ..Options::default()
    }
}

async fn start(data: &Path, world: World) -> PracticeKibana {
    let started = PracticeKibana::start(options(data, world)).await;
    started.expect("the file is sound")
}

async fn refusal(data: &Path) -> DataError {
    let error = PracticeKibana::start(options(data, World::Empty)).await;
    let error = error.expect_err("the file must not be used").into_inner();
    let error = error.expect("the error says more").downcast();
    *error.expect("it is about the file")
}

/// Asks over TCP and returns the JSON, which must come with a 2xx.
async fn ask(url: &str, key: &str, method: &str, path: &str, body: Option<Value>) -> Value {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    send(url, key, method, path, ("application/json", &body)).await
}

async fn send(url: &str, key: &str, method: &str, path: &str, (kind, body): (&str, &str)) -> Value {
    let address = url.strip_prefix("http://").expect("the address is a URL");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: ApiKey {key}\r\nkbn-xsrf: true\r\nx-elastic-internal-origin: Kibana\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the server reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("answers are text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("answers have a head");
    assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    serde_json::from_str(body).unwrap_or_else(|_| body.into())
}

/// Everything that can be read.
async fn everything(server: &PracticeKibana) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    let mut paths = vec!["/api/spaces/space".to_owned(), "/api/status".to_owned()];
    for space in SPACES {
        let listed = format!("/s/{space}/api/cases/_find?perPage=100");
        let cases = ask(server.url(), server.api_key(), "GET", &listed, None).await;
        paths.push(listed);
        paths.extend(
            [
                "api/cases/_find?search=host*&sortField=title",
                "api/cases/tags",
                "api/cases/reporters",
                "api/cases/status",
                "api/cases/configure",
                "api/actions/connectors",
                "api/cases/configure/connectors/_find",
                "internal/cases/categories",
            ]
            .map(|path| format!("/s/{space}/{path}")),
        );
        for case in array(&cases["cases"]) {
            let id = case["id"].as_str().expect("cases have ids");
            paths.extend(
                [
                    "",
                    "/alerts",
                    "/comments",
                    "/resolve",
                    "/user_actions",
                    "/user_actions/_find?perPage=100",
                ]
                .map(|path| format!("/s/{space}/api/cases/{id}{path}")),
            );
            paths.push(format!("/s/{space}/internal/cases/{id}/_users"));
        }
        for (path, body) in [
            ("api/detection_engine/signals/search", json!({"size": 1000})),
            ("api/files/files/securitySolutionFilesCases/list", json!({})),
        ] {
            let path = format!("/s/{space}/{path}");
            let answer = ask(server.url(), server.api_key(), "POST", &path, Some(body)).await;
            for file in answer["files"].as_array().into_iter().flatten() {
                let id = file["id"].as_str().expect("files have ids");
                paths.push(format!(
                    "/s/{space}/api/files/files/securitySolutionFilesCases/{id}/blob"
                ));
            }
            answers.push((path, answer));
        }
    }
    for path in paths {
        let mut answer = ask(server.url(), server.api_key(), "GET", &path, None).await;
        if path == "/api/status" {
            // What the process did is its own.
            answer["metrics"].take();
        }
        answers.push((path, answer));
    }
    answers
}

/// Changes something of every kind, and returns the id of a case that was made.
async fn work(server: &PracticeKibana) -> String {
    let (url, key) = (server.url(), server.api_key());
    let post = |path: &'static str, body: Value| ask(url, key, "POST", path, Some(body));
    let definition = json!({"key": "site", "label": "Site", "type": "text", "required": false});
    let none = json!({"id": "none", "name": "none", "type": ".none", "fields": null});
    post("/api/cases/configure", json!({"owner": "securitySolution", "closure_type": "close-by-user", "connector": none, "customFields": [definition]})).await;
    let jira = json!({"name": "Jira", "connector_type_id": ".jira", "config": {"apiUrl": "https://jira.example.org", "projectKey": "SOC"}, "secrets": {"email": "a@example.org", "apiToken": "x"}});
    let connector = post("/api/actions/connector", jira).await["id"].clone();
    let case = post("/api/cases", case_body(json!({"title": "Kept"}))).await;
    let id = case["id"].as_str().expect("cases have ids").to_owned();
    let path = format!("/api/cases/{id}");
    ask(
        url,
        key,
        "POST",
        &format!("{path}/comments"),
        Some(comment_body("kept, too")),
    )
    .await;
    let part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--x--\r\n";
    send(
        url,
        key,
        "POST",
        &format!("{path}/files"),
        ("multipart/form-data; boundary=x", part),
    )
    .await;
    let observable = json!({"observable": {"typeKey": "observable-type-ipv4", "value": "192.0.2.7", "description": null}});
    ask(
        url,
        key,
        "POST",
        &format!("/internal/cases/{id}/observables"),
        Some(observable),
    )
    .await;
    let connector = connector.as_str().expect("connectors have ids").to_owned();
    ask(
        url,
        key,
        "POST",
        &format!("{path}/connector/{connector}/_push"),
        Some(json!({})),
    )
    .await;
    let found = post(
        "/s/soc/api/detection_engine/signals/search",
        json!({"size": 3}),
    )
    .await;
    let alert = found["hits"]["hits"][0]["_id"].clone();
    post(
        "/s/soc/api/detection_engine/signals/status",
        json!({"signal_ids": [alert], "status": "closed"}),
    )
    .await;
    let cases = ask(url, key, "GET", "/s/ot/api/cases/_find", None).await;
    let gone = json!([cases["cases"][0]["id"]])
        .to_string()
        .replace('"', "%22");
    ask(
        url,
        key,
        "DELETE",
        &format!("/s/ot/api/cases?ids={gone}"),
        None,
    )
    .await;
    id
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    let server = start(&data, World::Practice).await;
    let id = work(&server).await;
    let before = everything(&server).await;
    server.finish().await.unwrap();

    let server = start(&data, World::Empty).await;
    for ((path, before), (same, after)) in before.iter().zip(everything(&server).await) {
        assert_eq!(
            (path, before),
            (&same, &after),
            "the flags of the world do not count"
        );
    }
    let (url, key) = (server.url().to_owned(), server.api_key().to_owned());
    let new = ask(&url, &key, "POST", "/api/cases", Some(case_body(json!({})))).await;
    assert!(
        !before
            .iter()
            .any(|(_, answer)| answer.to_string().contains(new["id"].as_str().unwrap())),
        "ids are not given twice"
    );
    let comment = format!("/api/cases/{id}/comments");
    ask(
        &url,
        &key,
        "POST",
        &comment,
        Some(comment_body("and again")),
    )
    .await;
    let gone = json!([new["id"]]).to_string().replace('"', "%22");
    ask(
        &url,
        &key,
        "DELETE",
        &format!("/api/cases?ids={gone}"),
        None,
    )
    .await;
    let before = everything(&server).await;
    server.finish().await.unwrap();

    let server = start(&data, World::Empty).await;
    assert_eq!(
        before,
        everything(&server).await,
        "a file that was written over itself"
    );
    server.finish().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    let server = start(&data, World::Empty).await;
    server.finish().await.unwrap();
    for name in ["world", "world.lock"] {
        let mode = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(!folder.path().join("world.new").exists());
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    start(&data, World::Practice).await.finish().await.unwrap();
    let sound = fs::read(&data).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 0x10;
    let cut = |end: usize| sound.iter().copied().take(end).collect::<Vec<u8>>();
    let damages = [
        ("flipped", flipped),
        ("cut in two", cut(sound.len() / 2)),
        ("one byte short", cut(sound.len() - 1)),
        ("empty", Vec::new()),
        ("something else", b"[package]\nname = \"x\"\n".repeat(20)),
    ];
    for (name, damaged) in damages {
        fs::write(&data, &damaged).unwrap();
        let error = refusal(&data).await;
        assert!(
            matches!(error, DataError::Damaged { .. }),
            "{name}: {error}"
        );
        assert!(
            error.to_string().contains("move it away"),
            "{name}: {error}"
        );
        assert_eq!(fs::read(&data).unwrap(), damaged, "{name}");
    }
    fs::write(&data, &sound).unwrap();
    start(&data, World::Empty).await.finish().await.unwrap();
}

#[tokio::test]
async fn a_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder
        .write_all(b"{\"what\":\"practice-kibana data\",\"format\":2}\n")
        .unwrap();
    let newer = encoder.finish().unwrap();
    fs::write(&data, &newer).unwrap();
    let error = refusal(&data).await;
    assert!(
        matches!(error, DataError::Newer { found: 2, .. }),
        "{error}"
    );
    assert_eq!(fs::read(&data).unwrap(), newer);
}

#[tokio::test]
async fn a_second_server_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    let first = start(&data, World::Empty).await;
    let error = refusal(&data).await;
    assert!(matches!(error, DataError::InUse { .. }), "{error}");
    first.finish().await.unwrap();
    start(&data, World::Empty).await.finish().await.unwrap();
}

/// The server as a program, which can be killed.
struct Program {
    child: Child,
    url: String,
    key: String,
}

impl Program {
    fn start(data: &PathBuf) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_practice-kibana"))
            .args(["--listen", "127.0.0.1:0", "--world", "empty", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program is there");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("it announces itself");
        let said: Value = serde_json::from_str(&line).expect("it says JSON");
        let text = |name: &str| said[name].as_str().expect("it says so").to_owned();
        Self {
            url: text("url"),
            key: text("apiKey"),
            child,
        }
    }

    /// The titles of all cases, in the order of their creation.
    async fn titles(&self) -> Vec<String> {
        let found = ask(
            &self.url,
            &self.key,
            "GET",
            "/api/cases/_find?perPage=100",
            None,
        )
        .await;
        let cases = array(&found["cases"]);
        cases
            .iter()
            .map(|case| {
                case["title"]
                    .as_str()
                    .expect("cases have titles")
                    .to_owned()
            })
            .collect()
    }

    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
    }
}

#[tokio::test]
async fn a_kill_leaves_what_was_saved_before_or_after_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("world");
    let mut kept: Vec<String> = Vec::new();
    for round in 0..6 {
        let program = Program::start(&data);
        let mut acknowledged = program.titles().await;
        assert_eq!(acknowledged, kept, "a start changes nothing");
        for number in 0..round * 3 {
            let body = case_body(json!({"title": format!("{round}-{number}")}));
            let made = ask(&program.url, &program.key, "POST", "/api/cases", Some(body)).await;
            acknowledged.push(made["title"].as_str().unwrap().to_owned());
        }
        program.kill();
        let program = Program::start(&data);
        let found = program.titles().await;
        program.kill();
        assert!(
            acknowledged.starts_with(&found),
            "{found:?} of {acknowledged:?}"
        );
        assert!(
            found.starts_with(&kept),
            "what was there at the start is still there"
        );
        kept = found;
    }
}
