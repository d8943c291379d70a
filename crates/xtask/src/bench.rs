//! Measurements, reported and never asserted.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::Subcommand;

use crate::process::{cargo, succeed, target};

/// What is measured.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Bench {
    /// The mirror with 50,000 cases in 10 sources, beside a plain SQL scan of the same table.
    Core,
}

/// `cargo xtask bench`.
pub(crate) fn bench(what: Bench) -> Result<ExitCode> {
    match what {
        Bench::Core => core(),
    }
}

fn core() -> Result<ExitCode> {
    let folder = target("bench/core")?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    let folder = target("bench/core")?;
    let arguments = [
        "run",
        "--release",
        "-p",
        "caseboard-core",
        "--features",
        "bench",
        "--example",
        "bench",
        "--",
    ];
    succeed(cargo(&arguments).arg(&folder))?;
    Ok(ExitCode::SUCCESS)
}
