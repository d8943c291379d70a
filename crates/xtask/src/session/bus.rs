//! Questions to a session bus, asked through `gdbus`.

use std::{env, path::Path};

use super::Environment;
use crate::process::{answer, has, program};

/// The bus name of every Secret Service.
const SECRETS: &str = "org.freedesktop.secrets";

/// A bus that starts no service by itself, so that a missing one can be told from one that is slow.
pub(super) const WITHOUT_ACTIVATION: &str = include_str!("bus.conf");

/// Whether the user's own session has a bus with a Secret Service, running or to be started on demand.
pub(crate) fn users_has_secrets() -> bool {
    // Without either, gdbus would start a bus of its own.
    let socket = env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|folder| Path::new(&folder).join("bus").exists());
    if !socket && env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none_or(|address| address.is_empty()) {
        return false;
    }
    let users = Environment::new();
    let known = |method: &str| {
        ask_bus(&users, method, &[]).is_some_and(|names| names.contains(&format!("'{SECRETS}'")))
    };
    has("gdbus") && (known("ListNames") || known("ListActivatableNames"))
}

/// Whether the bus of this environment is there.
pub(super) fn answers(environment: &Environment) -> bool {
    ask_bus(environment, "GetId", &[]).is_some()
}

/// Whether secrets can be stored without a question to anyone.
pub(super) fn secrets_are_open(environment: &Environment) -> bool {
    // Asked first, because the next question would start a second, locked keyring on a bus that can.
    let owned = ask_bus(environment, "NameHasOwner", &[SECRETS])
        .is_some_and(|answer| answer.contains("true"));
    owned
        && call(
            environment,
            SECRETS,
            "/org/freedesktop/secrets/aliases/default",
            "org.freedesktop.DBus.Properties.Get",
            &["org.freedesktop.Secret.Collection", "Locked"],
        )
        .is_some_and(|answer| answer.contains("false"))
}

fn ask_bus(environment: &Environment, method: &str, arguments: &[&str]) -> Option<String> {
    call(
        environment,
        "org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        &format!("org.freedesktop.DBus.{method}"),
        arguments,
    )
}

fn call(
    environment: &Environment,
    destination: &str,
    object: &str,
    method: &str,
    arguments: &[&str],
) -> Option<String> {
    let mut gdbus = program("gdbus");
    gdbus.args([
        "call",
        "--session",
        "--timeout",
        "5",
        "--dest",
        destination,
        "--object-path",
        object,
        "--method",
        method,
    ]);
    answer(gdbus.args(arguments).envs(environment))
}
