//! The committed TypeScript is what the commands and events really are, and every command is declared and allowed by name.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use specta_typescript::Typescript;
use tauri_utils::{
    acl::{capability::Capability, manifest::Manifest, resolved::Resolved},
    platform::Target,
};

const COMMITTED: &str = "../ui/src/lib/backend/bindings.ts";

/// Compares; with `CASEBOARD_WRITE_BINDINGS` set (`cargo xtask bindings`) it writes the committed file instead.
#[test]
fn bindings_are_up_to_date() {
    let generated = concat!(env!("CARGO_TARGET_TMPDIR"), "/bindings.ts");
    let typescript = Typescript::default();
    caseboard_desktop::bindings::builder()
        .export(typescript, generated)
        .unwrap();
    if std::env::var_os("CASEBOARD_WRITE_BINDINGS").is_some() {
        fs::copy(generated, COMMITTED).unwrap();
    }
    let [generated, committed] =
        [generated, COMMITTED].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(generated, committed, "run `cargo xtask bindings`");
}

/// A command that `build.rs` does not name could be called by every window; one that no capability names, by none.
#[test]
fn every_command_is_declared_and_allowed() {
    let bindings = fs::read_to_string(COMMITTED).unwrap();
    let commands = between(&bindings, "__TAURI_INVOKE(\"", "\"");
    let build = fs::read_to_string("build.rs").unwrap();
    let list = build
        .split_once("COMMANDS: &[&str] = &[")
        .unwrap()
        .1
        .split_once("];")
        .unwrap()
        .0;
    assert_eq!(
        between(list, "\n    \"", "\""),
        commands,
        "build.rs declares every command"
    );
    let vault = BTreeSet::from(["credential_set".to_owned()]);
    assert_eq!(
        allowed("vault"),
        vault,
        "the window of keys hands over a key and can do nothing else"
    );
    assert_eq!(
        allowed("main"),
        &commands - &vault,
        "the main window may call every other command"
    );
}

/// Commands that the capability file of a window names.
fn allowed(window: &str) -> BTreeSet<String> {
    let capability = fs::read_to_string(format!("capabilities/{window}.json")).unwrap();
    let allowed = between(&capability, "\"allow-", "\"");
    let names = allowed.into_iter().map(|name| name.replace('-', "_"));
    names.collect()
}

/// Reviewed: a new line here is something more that a window, and whoever takes it over, may do.
#[test]
fn s09_windows_may_do_what_was_reviewed_and_nothing_else() {
    let manifests: BTreeMap<String, Manifest> = generated("acl-manifests");
    let capabilities: BTreeMap<String, Capability> = generated("capabilities");
    assert!(
        capabilities.values().all(|one| one.remote.is_none()),
        "no page of the network may call anything"
    );
    let resolved = Resolved::resolve(&manifests, capabilities, Target::current()).unwrap();
    assert!(
        resolved.has_app_acl,
        "our own commands have to be allowed, too"
    );
    let allowed = resolved.allowed_commands.iter().flat_map(|(name, all)| {
        let windows = all
            .iter()
            .flat_map(|one| one.windows.iter().chain(&one.webviews));
        windows.map(move |window| format!("{window} {name}\n"))
    });
    let allowed: BTreeSet<_> = allowed.collect();
    let conf: Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let policy = conf["app"]["security"]["csp"].as_str().unwrap();
    let found = Vec::from_iter(allowed).concat() + &policy.replace("; ", "\n") + "\n";
    assert_eq!(found, include_str!("s09.txt"));
}

fn generated<T: DeserializeOwned>(name: &str) -> T {
    let file = fs::read_to_string(format!("gen/schemas/{name}.json")).unwrap();
    serde_json::from_str(&file).unwrap()
}

fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(after)?.0.to_owned()))
        .collect()
}
