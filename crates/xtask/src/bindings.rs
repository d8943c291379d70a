//! Writes and compares the committed TypeScript of the shell's commands and events, by the shell's own test.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    app::{PAGES, whole_workspace},
    process::{cargo, succeed},
    setup,
};

/// `cargo xtask bindings`.
pub(crate) fn write() -> Result<ExitCode> {
    setup::for_tests()?;
    succeed(compare().env("CASEBOARD_WRITE_BINDINGS", "1"))?;
    println!("Written: ui/src/lib/backend/bindings.ts");
    Ok(ExitCode::SUCCESS)
}

/// The comparison, to be run.
pub(crate) fn compare() -> Command {
    let mut command = cargo(&["test", "--quiet"]);
    whole_workspace(&mut command, &[PAGES]);
    command.args(["--test", "bindings"]);
    command
}
