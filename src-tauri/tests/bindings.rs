//! The committed TypeScript is what the commands and events really are, and every command is declared and allowed by name.

use std::{collections::BTreeSet, fs};

use specta_typescript::Typescript;

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
    let capability = fs::read_to_string("capabilities/main.json").unwrap();
    let allowed = between(&capability, "\"allow-", "\"");
    let allowed: BTreeSet<_> = allowed
        .into_iter()
        .map(|name| name.replace('-', "_"))
        .collect();
    assert_eq!(allowed, commands, "the main window may call every command");
}

fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(after)?.0.to_owned()))
        .collect()
}
