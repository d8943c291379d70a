//! The program itself, with the Kibana that the environment names, and nothing else.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use practice_kibana::{Login, Options, PracticeKibana};
use serde_json::Value;

/// The program with an environment of its own.
fn caseboard(home: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caseboard"));
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it prints text");
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

async fn run(mut command: Command, line: &[&str]) -> (Option<i32>, String, String) {
    command.args(line);
    let output = tokio::task::spawn_blocking(move || command.output().expect("it can be started"));
    told(&output.await.expect("waiting does not panic"))
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir)
        .expect("the folder is there")
        .next()
        .is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_the_environments_kibana_is_used_once_and_leaves_nothing() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let key = practice.api_key();
    let once = [
        ("KIBANA_URL", practice.url()),
        ("KIBANA_API_KEY", key),
        ("KIBANA_SPACE_ID", "soc"),
    ];

    let (exit, out, error) = run(caseboard(home.path(), &once), &["case", "find", "--json"]).await;
    assert_eq!((exit, error.as_str()), (Some(0), ""), "{out}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["sources"][0]["source"]["space"], "soc");
    assert!(found["sources"][0]["total"].as_u64().unwrap() > 0);
    let id = found["sources"][0]["rows"][0]["case"]["id"]
        .as_str()
        .unwrap();

    let comment = ["comment", "add", id, "once"];
    let (exit, out, _) = run(caseboard(home.path(), &once), &comment).await;
    assert_eq!(exit, Some(0), "{out}");
    let host = practice.url().strip_prefix("http://").unwrap();
    assert!(
        out.starts_with(&format!("{host} / soc  "))
            && out.ends_with("add the comment once: done\n"),
        "{out}"
    );
    let (_, out, _) = run(caseboard(home.path(), &once), &["comment", "list", id]).await;
    assert!(out.ends_with("\n  once\n"), "{out}");

    let (exit, out, _) = run(
        caseboard(home.path(), &once),
        &["case", "find", "--space", "ot", "--json"],
    )
    .await;
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (exit, &found["sources"][0]["source"]["space"]),
        (Some(0), &Value::from("ot"))
    );
    assert!(is_empty(home.path()), "nothing was written anywhere");

    // A profile that is named by a flag and the environment's Kibana: which is meant?
    let both = ["--profile", "work", "case", "list"];
    let (exit, _, error) = run(caseboard(home.path(), &once), &both).await;
    assert_eq!(exit, Some(2));
    assert!(
        error.contains("work") && error.contains(practice.url()),
        "{error}"
    );
    assert!(is_empty(home.path()));

    // A named profile or deployment wins: nothing of the environment's Kibana is used.
    let named = [&once[..], &[("CASEBOARD_PROFILE", "work")]].concat();
    let (exit, out, _) = run(caseboard(home.path(), &named), &["deployment", "list"]).await;
    assert_eq!(exit, Some(0));
    assert!(out.starts_with("No Kibana is connected"), "{out}");
    let deployment = ["--deployment", "PROD", "case", "list"];
    let (exit, _, error) = run(caseboard(home.path(), &once), &deployment).await;
    assert_eq!(exit, Some(3), "{error}");

    let without = [("KIBANA_URL", practice.url())];
    let (exit, _, error) = run(caseboard(home.path(), &without), &["case", "list"]).await;
    assert_eq!(exit, Some(2), "{error}");
    assert!(error.contains("KIBANA_API_KEY"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_user_and_password_sign_in_too() {
    let practice = PracticeKibana::start(Options {
        logins: vec![Login {
            name: "ana".to_owned(),
            password: "correct horse".to_owned(),
        }],
        ..Options::default()
    })
    .await
    .unwrap();
    let home = tempfile::tempdir().unwrap();
    let once = [
        ("KIBANA_URL", practice.url()),
        ("KIBANA_USERNAME", "ana"),
        ("KIBANA_PASSWORD", "correct horse"),
    ];
    let (exit, out, error) = run(caseboard(home.path(), &once), &["case", "list", "--json"]).await;
    assert_eq!(exit, Some(0), "{out}{error}");
    let wrong = [once[0], once[1], ("KIBANA_PASSWORD", "wrong")];
    let (exit, _, error) = run(caseboard(home.path(), &wrong), &["case", "find"]).await;
    assert_eq!(exit, Some(4), "{error}");
    assert!(!error.contains("wrong"), "{error}");
}

/// Sampled all the time that it runs: the key stands neither among its arguments nor in its environment.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn s15_a_key_on_standard_input_is_seen_by_no_other_process() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut command = caseboard(home.path(), &[]);
    command
        .args(["deployment", "add", "PROD", practice.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let key = practice.api_key().to_owned();
    let sampling = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let proc = Path::new("/proc").join(child.id().to_string());
        let mut input = child.stdin.take().unwrap();
        let mut samples = 0;
        let mut look = || {
            for name in ["cmdline", "environ"] {
                let seen = std::fs::read(proc.join(name)).unwrap_or_default();
                let seen = String::from_utf8_lossy(&seen);
                assert!(!seen.contains(&key), "{name}");
                samples += usize::from(!seen.is_empty());
            }
        };
        look();
        writeln!(input, "{key}").unwrap();
        drop(input);
        while child.try_wait().unwrap().is_none() {
            look();
        }
        let output = child.wait_with_output().unwrap();
        assert!(samples > 2, "{samples}");
        let (exit, out, error) = told(&output);
        assert!(!out.contains(&key) && !error.contains(&key), "{out}{error}");
        exit
    });
    // There is no keychain here: a deployment whose key nothing keeps is not added.
    assert_eq!(sampling.await.unwrap(), Some(12));
    let saved =
        std::fs::read_to_string(home.path().join("data/caseboard/default/deployments.json"));
    let saved: Value = serde_json::from_str(&saved.unwrap()).unwrap();
    assert_eq!(saved["deployments"].as_array().unwrap().len(), 0);
}
