//! A session bus and a keyring that end with the test: without a keyring no two processes share a profile.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

/// Where programs look for the bus.
pub(crate) const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
/// Tells this program that it runs in a session of its own.
const INSIDE: &str = "CASEBOARD_TEST_SESSION";

/// It starts no service by itself: that would be another keyring, and a locked one.
const CONFIGURATION: &str = include_str!("../../../xtask/src/session/bus.conf");

/// Both end when standard input does, which is when the test ends, however it ends.
const SERVICES: &str = r#"
bus=$(dbus-daemon --fork --nopidfile --print-pid --config-file="$1/bus.conf" --address="$DBUS_SESSION_BUS_ADDRESS") || exit 1
trap 'kill $keyring $bus' EXIT
printf throwaway | gnome-keyring-daemon --foreground --unlock --components=secrets >"$1/keyring.log" 2>&1 &
keyring=$!
gdbus wait --session --timeout 60 org.freedesktop.secrets || exit 1
until gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets/aliases/default \
    --method org.freedesktop.DBus.Properties.Get org.freedesktop.Secret.Collection Locked | grep -q false
do kill -0 $keyring || exit 1
done
echo ready
read -r _
"#;

/// Whether this is the inside of a session. If it is not, the test of this name is run inside of one.
#[expect(
    clippy::print_stdout,
    reason = "what is said inside is what the test says"
)]
pub(crate) fn is_inside(test: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bus.conf"), CONFIGURATION).unwrap();
    let bus = format!("unix:path={}/bus", dir.path().display());
    let mut services = Command::new("sh")
        .args(["-c", SERVICES, "sh"])
        .arg(dir.path())
        .env("HOME", dir.path())
        .env("XDG_DATA_HOME", dir.path())
        .env("XDG_RUNTIME_DIR", dir.path())
        .env(BUS, &bus)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = services.stdout.take().unwrap();
    let mut told = BufReader::new(told).lines().map_while(Result::ok);
    let ready = told.find(|line| line == "ready");
    assert!(
        ready.is_some(),
        "dbus-daemon, gdbus and gnome-keyring-daemon are needed: run `cargo xtask setup`"
    );
    let inside = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "yes")
        .env(BUS, &bus)
        .output();
    drop(services.stdin.take());
    services.wait().unwrap();
    let inside = inside.unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    println!("{said}{}", String::from_utf8_lossy(&inside.stderr));
    assert!(
        inside.status.success() && said.contains("1 passed"),
        "{test} fails inside of its session"
    );
    false
}
