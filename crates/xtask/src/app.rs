//! Builds the programs of the workspace.
//!
//! Cargo unites features over the packages it is asked for. Every command therefore asks for the whole workspace and picks what it
//! wants by target name, with the same features of Tauri: then no two commands compile the same dependency differently.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::{
    pages,
    process::{cargo, root, shown, target},
};

/// Embedded pages instead of a development server: part of every build, because it is a feature of Tauri too.
pub(crate) const PAGES: &str = "caseboard-desktop/custom-protocol";
/// WebDriver may attach.
pub(crate) const AUTOMATION: &str = "caseboard-desktop/automation";
/// The stories in a real window.
pub(crate) const WINDOW_TESTS: &str = "caseboard-journeys/desktop";

/// Caseboard as people get it, in a debug build.
pub(crate) fn for_people() -> Result<PathBuf> {
    keep(
        "run",
        &build(&["caseboard-desktop"], &[PAGES])?,
        "caseboard-desktop",
    )
}

/// What tests in a real window drive, and the environment that tells them where it is.
pub(crate) fn for_window_tests() -> Result<Vec<(&'static str, PathBuf)>> {
    // Asked first: the file may be replaced while Cargo works.
    let xtask = env::current_exe().context("cannot tell where this program is")?;
    let built = build(
        &["caseboard-desktop", "caseboard", "practice-kibana"],
        &[PAGES, AUTOMATION],
    )?;
    Ok(vec![
        (
            "CASEBOARD_APP",
            keep("automation", &built, "caseboard-desktop")?,
        ),
        ("CASEBOARD_CLI", keep("automation", &built, "caseboard")?),
        (
            "CASEBOARD_PRACTICE",
            keep("automation", &built, "practice-kibana")?,
        ),
        ("CASEBOARD_XTASK", xtask),
        (
            "CASEBOARD_AXE",
            root().join("ui/node_modules/axe-core/axe.min.js"),
        ),
    ])
}

/// Caseboard with pages that parse every text as HTML and no policy that stops scripts: what the tests of hostile text must find out.
pub(crate) fn naive() -> Result<(&'static str, PathBuf)> {
    let differences = json!({
        "build": {"frontendDist": pages::build_naive()?},
        "app": {"security": {"csp": null}},
    });
    let built = build_with(
        &[],
        &["caseboard-desktop"],
        &[PAGES, AUTOMATION],
        &[("TAURI_CONFIG", differences.to_string())],
    )?;
    let naive = keep("naive", &built, "caseboard-desktop")?;
    Ok(("CASEBOARD_NAIVE_APP", naive))
}

/// What `bench ui` drives, measures by and is, in a release build, and the environment that tells where each is.
pub(crate) fn for_ui_bench() -> Result<(PathBuf, Vec<(&'static str, PathBuf)>)> {
    let xtask = env::current_exe().context("cannot tell where this program is")?;
    let mut built = build_with(
        &["--release"],
        &["caseboard-desktop", "caseboard-floor", "bench-ui"],
        &[PAGES, AUTOMATION, WINDOW_TESTS],
        &[],
    )?;
    let mut take = |name: &str| {
        let built = built.remove(name);
        built.with_context(|| format!("cargo built no {name}"))
    };
    Ok((
        take("bench-ui")?,
        vec![
            ("CASEBOARD_APP", take("caseboard-desktop")?),
            ("CASEBOARD_FLOOR", take("caseboard-floor")?),
            ("CASEBOARD_XTASK", xtask),
        ],
    ))
}

/// Adds the arguments that all builds share: whole workspace, these features.
pub(crate) fn whole_workspace(command: &mut Command, features: &[&str]) {
    command.args(["--workspace", "--features", &features.join(",")]);
}

/// Builds programs of the workspace and tells where each is.
pub(crate) fn build(programs: &[&str], features: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
    build_with(&[], programs, features, &[])
}

fn build_with(
    arguments: &[&str],
    programs: &[&str],
    features: &[&str],
    environment: &[(&str, String)],
) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = cargo(&["build", "--message-format=json-render-diagnostics"]);
    command.args(arguments);
    whole_workspace(&mut command, features);
    for program in programs {
        command.args(["--bin", program]);
    }
    println!("Building {}.", programs.join(" and "));
    let output = command
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("{} ended with {}", shown(&command), output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

/// The program that one of Cargo's messages is about, if it is about one.
fn executable(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let name = message.get("target")?.get("name")?.as_str()?;
    let path = message.get("executable")?.as_str()?;
    Some((name.to_owned(), path.into()))
}

/// Copies a program out of Cargo's reach: the variants of the shell overwrite each other there.
fn keep(variant: &str, built: &BTreeMap<String, PathBuf>, name: &str) -> Result<PathBuf> {
    let from = built
        .get(name)
        .with_context(|| format!("cargo built no {name}"))?;
    let to = target("xtask/app")?.join(variant);
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    let to = to.join(from.file_name().context("a program has a name")?);
    replace(from, &to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(to)
}

/// In two steps, because a program that runs cannot be written over.
fn replace(from: &Path, to: &Path) -> std::io::Result<()> {
    let new = to.with_extension("new");
    fs::copy(from, &new)?;
    fs::rename(new, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_have_a_place() {
        let program = r#"{"reason":"compiler-artifact","target":{"name":"caseboard"},"executable":"/t/caseboard"}"#;
        let library = r#"{"reason":"compiler-artifact","target":{"name":"caseboard_core"},"executable":null}"#;
        assert_eq!(
            executable(program),
            Some(("caseboard".to_owned(), PathBuf::from("/t/caseboard")))
        );
        assert_eq!(executable(library), None);
        assert_eq!(executable("not json"), None);
    }
}
