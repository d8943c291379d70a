//! Measurements, reported and never asserted.

use std::{env, fs, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::Subcommand;

use crate::{
    app, pages,
    process::{cargo, program, succeed, target},
    setup,
};

/// The webview's switch for machines without a graphics card, which Caseboard sets for itself.
const RENDERER_SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What is measured.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Bench {
    /// The mirror with 50,000 cases in 10 sources, beside a plain SQL scan of the same table.
    Core,
    /// The real window of a release build with 10,000 cases, beside an empty page of the same toolkit.
    Ui,
}

/// `cargo xtask bench`.
pub(crate) fn bench(what: Bench) -> Result<ExitCode> {
    match what {
        Bench::Core => core(),
        Bench::Ui => ui(),
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

fn ui() -> Result<ExitCode> {
    setup::for_tests()?;
    pages::build()?;
    let (bench, environment) = app::for_ui_bench()?;
    let mut bench = program(bench);
    if !has_graphics_card() && env::var_os(RENDERER_SWITCH).is_none() {
        // For the empty page too: both are to be drawn by the same renderer.
        bench.env(RENDERER_SWITCH, "1");
    }
    succeed(bench.arg(target("bench/ui")?).envs(environment))?;
    Ok(ExitCode::SUCCESS)
}

fn has_graphics_card() -> bool {
    let is_renderer = |entry: fs::DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("renderD")
    };
    fs::read_dir("/dev/dri").is_ok_and(|devices| devices.flatten().any(is_renderer))
}
