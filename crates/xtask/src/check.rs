//! `cargo xtask check`: everything static. All steps run, so that one look shows all that is wrong.

use std::{
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    app::{AUTOMATION, PAGES, WINDOW_TESTS, whole_workspace},
    bindings,
    process::{cargo, npm, program, succeed},
    setup, tidy,
};

/// One step and how it went.
struct Outcome {
    name: &'static str,
    took: Duration,
    result: Result<()>,
}

/// Runs every step and sums up.
pub(crate) fn check() -> Result<ExitCode> {
    setup::for_tests()?;
    let outcomes = [
        step("rustfmt", || {
            succeed(&mut cargo(&["fmt", "--all", "--check"]))
        }),
        step("clippy, as tests build it", || {
            succeed(&mut clippy(&[PAGES, AUTOMATION, WINDOW_TESTS]))
        }),
        step("clippy, as people get it", || {
            succeed(&mut clippy(&[PAGES]))
        }),
        step("rustdoc", || succeed(&mut rustdoc())),
        step("tidy", tidy::find_problems),
        step("bindings", || succeed(bindings::compare().arg("--locked"))),
        step("cargo-deny", || succeed(&mut deny()?)),
        step("prettier", || {
            succeed(&mut npm(&["run", "--silent", "format:check"]))
        }),
        step("eslint", || succeed(&mut npm(&["run", "--silent", "lint"]))),
        step("svelte-check", || {
            succeed(&mut npm(&["run", "--silent", "check"]))
        }),
    ];
    Ok(summary(&outcomes))
}

fn step(name: &'static str, work: impl FnOnce() -> Result<()>) -> Outcome {
    println!("── {name}");
    let began = Instant::now();
    let result = work();
    if let Err(error) = &result {
        println!("{error:#}");
    }
    Outcome {
        name,
        took: began.elapsed(),
        result,
    }
}

fn summary(outcomes: &[Outcome]) -> ExitCode {
    println!("── summary");
    for Outcome { name, took, result } in outcomes {
        println!(
            "{:6} {:6.1} s  {name}",
            if result.is_ok() { "ok" } else { "FAILED" },
            took.as_secs_f64()
        );
    }
    if outcomes.iter().all(|outcome| outcome.result.is_ok()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn clippy(features: &[&str]) -> Command {
    let mut command = cargo(&["clippy", "--locked", "--all-targets"]);
    whole_workspace(&mut command, features);
    command.args(["--", "-D", "warnings"]);
    command
}

fn rustdoc() -> Command {
    let mut command = cargo(&["doc", "--locked", "--no-deps"]);
    whole_workspace(&mut command, &[PAGES]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// Advisories are left out: their database is not part of the repository.
fn deny() -> Result<Command> {
    let mut command = program(setup::cargo_deny()?);
    // Packages that are there in two versions are warned of, and there is nothing to do about most of them.
    command.args([
        "--workspace",
        "--config",
        ".deny.toml",
        "--log-level",
        "error",
    ]);
    command.args(["check", "bans", "licenses", "sources"]);
    Ok(command)
}
