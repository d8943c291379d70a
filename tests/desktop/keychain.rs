//! The system's own keychain in sessions that lack something (S17). A desk is a process of its own here: this program once more,
//! since a process asks for its session bus only once.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use caseboard_core::{SystemClock, SystemKeychain, desk::Desk, view::StorageState};
use caseboard_journeys::window::session;
use serde_json::{Value, json};

const PROFILE: &str = "CASEBOARD_KEYCHAIN_PROFILE";
const TEST: &str = "keychain::a_desk_on_the_systems_keychain";
const MARK: &str = "storage: ";
/// By when people are told.
const TOLD: Duration = Duration::from_secs(10);

/// Opens a desk and tells where it keeps things, if it was started as a process that does.
#[tokio::test]
async fn a_desk_on_the_systems_keychain() {
    let Some(profile) = env::var_os(PROFILE) else {
        assert!(
            env::var_os(PROFILE).is_none(),
            "it is an ordinary run of the tests"
        );
        return;
    };
    let opened = Desk::open(
        Path::new(&profile),
        Arc::new(SystemKeychain),
        Arc::new(SystemClock),
    );
    let desk = opened.await.unwrap();
    let mut changes = desk.subscribe();
    let known = async {
        while desk.storage().state == StorageState::WaitingForKey {
            changes.recv().await.unwrap();
        }
    };
    // A keychain that says nothing is told as such.
    drop(tokio::time::timeout(TOLD, known).await);
    println!("{MARK}{}", json!(desk.storage()));
    desk.shutdown().await;
}

/// What a desk tells in a session.
fn storage(profile: &Path, environment: &HashMap<String, String>) -> Value {
    let mut process = Command::new(env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture"])
        .envs(environment)
        .env(PROFILE, profile)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let told = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| serde_json::from_str(line.split_once(MARK)?.1).ok());
    // It may hang on a keychain that does not answer.
    process.kill().unwrap();
    process.wait().unwrap();
    told.expect("it tells where it keeps things")
}

#[test]
fn s17_the_systems_keychain_is_told_apart_from_none_a_locked_and_another_one() {
    let dir = tempfile::Builder::new().prefix("cb-").tempdir().unwrap();
    let profile = dir.path().join("default");
    let unavailable = json!("keychain_unavailable");
    let without_bus = [
        (
            "DBUS_SESSION_BUS_ADDRESS",
            "unix:path=/nonexistent/bus".to_owned(),
        ),
        ("XDG_RUNTIME_DIR", dir.path().display().to_string()),
    ];
    let without_bus = without_bus.map(|(name, value)| (name.to_owned(), value));
    let told = storage(&profile, &HashMap::from(without_bus));
    assert_eq!(told["problem"]["code"], unavailable, "no bus: {told}");

    let home = tempfile::Builder::new().prefix("cb-").tempdir().unwrap();
    let (mut bare, environment) = session(home.path(), true);
    let told = storage(&profile, &environment);
    assert_eq!(told["problem"]["code"], unavailable, "no service: {told}");
    drop(bare.stdin.take());
    bare.wait().unwrap();
    assert!(!profile.join("mirror.db").exists(), "nothing is on disk");

    let home = tempfile::Builder::new().prefix("cb-").tempdir().unwrap();
    let (mut whole, environment) = session(home.path(), false);
    let told = storage(&profile, &environment);
    assert_eq!(told["state"], "onDisk", "{told}");
    let settings: Value =
        serde_json::from_slice(&fs::read(profile.join("profile.json")).unwrap()).unwrap();
    let keychain = settings["keychain"].as_str().unwrap();
    assert!(keychain.starts_with("gnome-keyring"), "{keychain}");
    let database = || fs::read(profile.join("mirror.db")).unwrap();
    let before = database();

    let lock = "[objectpath '/org/freedesktop/secrets/aliases/default']";
    run(
        &environment,
        "gdbus",
        &[
            "call",
            "--session",
            "--dest",
            "org.freedesktop.secrets",
            "--object-path",
            "/org/freedesktop/secrets",
            "--method",
            "org.freedesktop.Secret.Service.Lock",
            lock,
        ],
    );
    let told = storage(&profile, &environment);
    let waits = told["state"] == "waitingForKey";
    assert!(
        waits || told["problem"]["code"] == unavailable,
        "locked: {told}"
    );
    assert!(database() == before, "locked: the file was touched");
    drop(whole.stdin.take());
    whole.wait().unwrap();

    // Another one, that has nothing of what the first one keeps.
    let home = tempfile::Builder::new().prefix("cb-").tempdir().unwrap();
    let (mut other, environment) = session(home.path(), false);
    let kept = json!({"keep": "onDisk", "keychain": "kwalletd6"});
    fs::write(profile.join("profile.json"), kept.to_string()).unwrap();
    let told = storage(&profile, &environment);
    assert_eq!(told["problem"]["code"], "keychain_changed", "{told}");
    assert_eq!(told["problem"]["detail"]["was"], "kwalletd6");
    assert!(database() == before, "another: the file was touched");
    drop(other.stdin.take());
    other.wait().unwrap();
}

fn run(environment: &HashMap<String, String>, program: &str, arguments: &[&str]) {
    let done = Command::new(program)
        .args(arguments)
        .envs(environment)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program}: {error}");
}
