//! `cargo xtask test`: every test there is. All suites run, and the last line says `N passed, N failed`, after
//! one that says how much of Kibana the practice server has.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    ops::AddAssign,
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    app::{self, AUTOMATION, PAGES, WINDOW_TESTS, whole_workspace},
    behaviours::Behaviours,
    pages,
    process::{cargo, npm, shown, status, target},
    setup,
};

/// How many tests went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// Runs tests, and lets their output be heard.
type Suite = fn(&mut Behaviours) -> Result<Counts>;

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs all suites, whatever becomes of one, and sums up.
pub(crate) fn test() -> ExitCode {
    let suites: [(&str, Suite); 4] = [
        ("set-up", set_up),
        ("Rust", rust),
        ("the real window", window),
        ("TypeScript", typescript),
    ];
    let mut total = Counts::default();
    let mut behaviours = Behaviours::default();
    for (name, suite) in suites {
        println!("── {name}");
        total += suite(&mut behaviours).unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Counts {
                passed: 0,
                failed: 1,
            }
        });
    }
    let missing = behaviours
        .missing()
        .unwrap_or_else(|error| vec![format!("{error:#}")]);
    for text in &missing {
        println!("{text}");
    }
    total.failed += u64::from(!missing.is_empty());
    println!("{}", behaviours.summary());
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Not a suite of its own, but what it cannot do the others will miss: counted only when it fails.
fn set_up(_: &mut Behaviours) -> Result<Counts> {
    setup::for_tests()?;
    pages::build()?;
    Ok(Counts::default())
}

/// Everything below the window, with doctests.
fn rust(behaviours: &mut Behaviours) -> Result<Counts> {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    whole_workspace(&mut command, &[PAGES]);
    libtest(&mut command, behaviours)
}

/// Stories in a real window, driven from outside.
fn window(behaviours: &mut Behaviours) -> Result<Counts> {
    // First, so that what Cargo keeps is the one for people.
    let mut environment = vec![app::naive()?];
    environment.extend(app::for_window_tests()?);
    let mut command = cargo(&["test", "--no-fail-fast"]);
    whole_workspace(&mut command, &[PAGES, AUTOMATION, WINDOW_TESTS]);
    command.args(["--test", "desktop"]).envs(environment);
    libtest(&mut command, behaviours)
}

/// Components and rules of the pages, in jsdom.
fn typescript(_: &mut Behaviours) -> Result<Counts> {
    let report = target("xtask")?.join("vitest.json");
    if report.exists() {
        fs::remove_file(&report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    let mut command = npm(&["run", "test", "--", "--reporter=default", "--reporter=json"]);
    let status = status(command.arg(format!("--outputFile.json={}", report.display())))?;
    let text = fs::read_to_string(&report)
        .with_context(|| format!("{} left no report", shown(&command)))?;
    plausible(vitest_counts(&text)?, status.success(), &command)
}

/// Runs test programs, shows what they say as they say it, and adds up their last lines.
fn libtest(command: &mut Command, behaviours: &mut Behaviours) -> Result<Counts> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    let output = BufReader::new(child.stdout.take().context("the output is a pipe")?);
    let mut counts = Counts::default();
    for line in output.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        counts += libtest_counts(&line).unwrap_or_default();
        behaviours.read(&line);
    }
    plausible(counts, child.wait()?.success(), command)
}

/// The counts of a line `test result: ok. 3 passed; 0 failed; …`.
fn libtest_counts(line: &str) -> Option<Counts> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = counts
        .split("; ")
        .filter_map(|part| part.split_once(' '))
        .map(|(number, _)| number.parse());
    Some(Counts {
        passed: numbers.next()?.ok()?,
        failed: numbers.next()?.ok()?,
    })
}

fn vitest_counts(report: &str) -> Result<Counts> {
    let report: Value = serde_json::from_str(report).context("vitest's report is not JSON")?;
    let number = |name: &str| {
        report
            .get(name)
            .and_then(Value::as_u64)
            .with_context(|| format!("vitest's report has no {name}"))
    };
    Ok(Counts {
        passed: number("numPassedTests")?,
        failed: number("numFailedTests")?,
    })
}

/// A suite that ran nothing, or that broke without naming a test, has failed once.
fn plausible(counts: Counts, success: bool, command: &Command) -> Result<Counts> {
    match counts {
        Counts {
            passed: 0,
            failed: 0,
        } if success => bail!("{} ran no test", shown(command)),
        Counts { failed: 0, .. } if !success => {
            println!("{} broke without naming a test", shown(command));
            Ok(Counts {
                failed: 1,
                ..counts
            })
        }
        counts => Ok(counts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_result_lines_are_counted() {
        let check = |line: &str, expected: Option<(u64, u64)>| {
            assert_eq!(
                libtest_counts(line),
                expected.map(|(passed, failed)| Counts { passed, failed }),
                "{line}"
            );
        };
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            Some((12, 0)),
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            Some((3, 2)),
        );
        check("test one ... ok", None);
        check("test result: something else", None);
    }

    #[test]
    fn a_vitest_report_without_counts_is_an_error() {
        let report = r#"{"numPassedTests": 7, "numFailedTests": 1, "success": false}"#;
        assert_eq!(
            vitest_counts(report).unwrap(),
            Counts {
                passed: 7,
                failed: 1
            }
        );
        assert!(vitest_counts(r#"{"numPassedTests": 7}"#).is_err());
    }

    #[test]
    fn broken_and_empty_suites_fail() {
        let command = Command::new("suite");
        let check = |passed, failed, success| {
            plausible(Counts { passed, failed }, success, &command)
                .map(|counts| counts.failed)
                .ok()
        };
        assert_eq!(check(0, 0, true), None, "nothing ran");
        assert_eq!(check(0, 0, false), Some(1), "it could not be built");
        assert_eq!(check(9, 0, false), Some(1), "a program of it crashed");
        assert_eq!(
            check(9, 2, false),
            Some(2),
            "the tests that failed are named"
        );
        assert_eq!(check(9, 0, true), Some(0), "all is well");
    }
}
