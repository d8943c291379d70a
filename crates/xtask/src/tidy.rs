//! `cargo xtask tidy`: rules of this repository that no other tool knows.

mod edges;
mod manifests;
mod pages;
mod sizes;
mod texts;

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{answer, cargo, program, root};

/// A file of the repository, tracked or about to be.
struct RepoFile {
    /// From the top folder, with `/`.
    path: String,
    text: String,
}

/// `cargo xtask tidy`.
pub(crate) fn tidy() -> Result<ExitCode> {
    find_problems()?;
    println!("Tidy.");
    Ok(ExitCode::SUCCESS)
}

/// Prints what is long, and fails with everything that breaks a rule.
pub(crate) fn find_problems() -> Result<()> {
    let files = files()?;
    let metadata = metadata()?;
    let mut problems = edges::problems(&metadata);
    problems.extend(manifests::problems(&files));
    problems.extend(texts::problems(&files));
    problems.extend(pages::problems(&files));
    sizes::print(&files);
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{} problems\n{}", problems.len(), problems.join("\n"));
}

fn files() -> Result<Vec<RepoFile>> {
    let list = answer(program("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]));
    let list = list.context("git cannot list the files of the repository")?;
    let mut paths: Vec<_> = list.split_terminator('\0').map(str::to_owned).collect();
    paths.sort();
    // Deleted but not yet committed, and files that are no text: not here to be judged.
    let read = |path: String| {
        Some(RepoFile {
            text: fs::read_to_string(root().join(&path)).ok()?,
            path,
        })
    };
    Ok(paths.into_iter().filter_map(read).collect())
}

fn metadata() -> Result<Value> {
    let text = answer(&mut cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]));
    let text = text.context("cargo cannot read the workspace: run `cargo metadata --no-deps`")?;
    serde_json::from_str(&text).context("cargo's answer is not JSON")
}
