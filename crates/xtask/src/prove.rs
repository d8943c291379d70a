//! `cargo xtask prove`: runs the tests that are named after promises (`r03_…`, `s16_…`) and writes a row for each promise.
//!
//! A proof prints one line `proof: {"id":"R03","rounds":40,"asked":40,"seed":7,"findings":0}` when it ends. A promise without such
//! a line, and one of fewer rounds than it asked for, has not been proven.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::{
    app::{PAGES, whole_workspace},
    pages,
    process::{answer, cargo, program, root, shown, target},
    setup,
};

/// What a proof's line begins with.
const MARK: &str = "proof: ";

/// How long proofs take: a change, or a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    /// The rounds of every change.
    T0,
    /// The rounds as the promise says, or what 30 minutes allow.
    T1,
}

impl Tier {
    fn name(self) -> &'static str {
        match self {
            Self::T0 => "t0",
            Self::T1 => "t1",
        }
    }
}

/// Proves the promises named, or all that have a test; the report is `target/prove/report.json`.
pub(crate) fn prove(tier: Tier, ids: &[String]) -> Result<ExitCode> {
    let there = promises(&root())?;
    let wanted: BTreeSet<String> = if ids.is_empty() {
        there.keys().cloned().collect()
    } else {
        ids.iter().map(|id| id.to_ascii_uppercase()).collect()
    };
    setup::for_tests()?;
    pages::build()?;
    let packages = wanted.iter().filter_map(|id| there.get(id)).flatten();
    let mut command = tests(tier, &wanted, &packages.collect());
    let shown = shown(&command);
    let (rows, success) = run(&mut command)?;
    let commit = answer(program("git").args(["rev-parse", "HEAD"])).unwrap_or_default();
    let report: Vec<Value> = rows
        .into_iter()
        .filter(|row| wanted.contains(id(row)))
        .map(|row| complete(row, tier, commit.trim(), &shown))
        .collect();
    let file = target("prove")?.join("report.json");
    fs::write(&file, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", file.display());
    let problems = problems(&wanted, &report);
    for problem in &problems {
        println!("{problem}");
    }
    println!(
        "{} of {} promises proven",
        wanted.len() - problems.len().min(wanted.len()),
        wanted.len()
    );
    Ok(if problems.is_empty() && success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One thread, so that no proof starves another. A change has built the workspace anyway; long proofs are built for themselves,
/// optimised, from the packages that hold them.
fn tests(tier: Tier, wanted: &BTreeSet<String>, packages: &BTreeSet<&String>) -> Command {
    let mut command = cargo(&["test", "--no-fail-fast", "--tests"]);
    match tier {
        Tier::T0 => whole_workspace(&mut command, &[PAGES]),
        Tier::T1 => {
            command.args(["--profile", "proof"]);
            for package in packages {
                command.args(["--package", package]);
            }
        }
    }
    command.args(["--", "--nocapture", "--test-threads=1"]);
    command.args(
        wanted
            .iter()
            .map(|id| format!("{}_", id.to_ascii_lowercase())),
    );
    command.env("PROOF_TIER", tier.name());
    // Thousands of profiles, each write of which waits for the disk. What becomes of it without power is not proven here: a
    // process that is killed leaves the same behind in memory.
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        command.env("TMPDIR", memory);
    }
    command
}

fn run(command: &mut Command) -> Result<(Vec<Value>, bool)> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    let output = BufReader::new(child.stdout.take().context("the output is a pipe")?);
    let mut rows = Vec::new();
    for line in output.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        rows.extend(row(&line));
    }
    Ok((rows, child.wait()?.success()))
}

/// A proof's line; libtest may have written the name of the test before it.
fn row(line: &str) -> Option<Value> {
    let (_, row) = line.split_once(MARK)?;
    serde_json::from_str(row).ok()
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap_or_default()
}

fn complete(mut row: Value, tier: Tier, commit: &str, command: &str) -> Value {
    row["tier"] = json!(tier.name());
    row["commit"] = json!(commit);
    row["command"] = json!(command);
    row
}

/// Why something was not proven, a line each.
fn problems(wanted: &BTreeSet<String>, report: &[Value]) -> Vec<String> {
    let problem = |wanted: &String| {
        let mut rows = report.iter().filter(|row| id(row) == wanted).peekable();
        if rows.peek().is_none() {
            return Some(format!("{wanted}: no proof ran to its end"));
        }
        rows.find_map(|row| {
            let number = |name: &str| row[name].as_u64();
            let findings = number("findings").unwrap_or(1);
            if findings > 0 {
                return Some(format!("{wanted}: {findings} findings"));
            }
            let fewer = number("rounds") < number("asked") && row["stopped"].is_null();
            fewer.then(|| format!("{wanted}: fewer rounds than asked"))
        })
    };
    wanted.iter().filter_map(problem).collect()
}

/// The promises that some test is named after, and the packages of these tests.
fn promises(folder: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let listed = program("git")
        .args(["grep", "-oE", r"fn [rs][0-9]{2}_", "--", "*.rs"])
        .current_dir(folder)
        .output()
        .context("cannot look for tests")?;
    let names = String::from_utf8_lossy(&listed.stdout);
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (promise, package) in names.lines().filter_map(promise) {
        found.entry(promise).or_default().insert(package);
    }
    if found.is_empty() {
        bail!("no test is named after a promise");
    }
    Ok(found)
}

fn promise(line: &str) -> Option<(String, String)> {
    let (file, test) = line.split_once(':')?;
    let name = test.strip_prefix("fn ")?.strip_suffix('_')?;
    let package = match file.split('/').collect::<Vec<_>>()[..] {
        ["crates", package, ..] => package,
        ["tests", ..] => "caseboard-journeys",
        _ => "caseboard-desktop",
    };
    Some((name.to_ascii_uppercase(), package.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    #[test]
    fn a_proof_is_read_behind_the_name_of_its_test() {
        let line = r#"test late::r04_twins ... proof: {"id":"R04","rounds":20}"#;
        assert_eq!(row(line).unwrap()["id"], "R04");
        assert!(row("test late::r04_twins ... ok").is_none());
        let of = |package: &str| Some(("R04".to_owned(), package.to_owned()));
        assert_eq!(
            promise("crates/kibana-cases/src/retry.rs:fn r04_"),
            of("kibana-cases")
        );
        assert_eq!(
            promise("tests/journeys/keys.rs:fn r04_"),
            of("caseboard-journeys")
        );
    }

    #[test]
    fn missing_short_and_failed_proofs_are_told() {
        let report = [
            json!({"id": "R01", "rounds": 20, "asked": 20, "findings": 0}),
            json!({"id": "R03", "rounds": 39, "asked": 40, "findings": 0}),
            json!({"id": "R04", "rounds": 900, "asked": 1000, "findings": 0, "stopped": "30 min"}),
            json!({"id": "R05", "rounds": 5, "asked": 5, "findings": 1}),
        ];
        assert_eq!(
            problems(&wanted(&["R01", "R03", "R04", "R05", "R06"]), &report),
            [
                "R03: fewer rounds than asked",
                "R05: 1 findings",
                "R06: no proof ran to its end"
            ]
        );
    }
}
