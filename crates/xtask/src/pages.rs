//! Builds the pages that the shell embeds, only when they are not what the sources say.
//!
//! Times of files mean nothing in a fresh clone, and the shell's build script leaves a placeholder: contents decide.

use std::{
    ffi::OsStr,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::process::{npm, succeed, target, ui};

/// Folders below `ui` that are no sources.
const NO_SOURCES: [&str; 2] = ["node_modules", "dist"];

/// Builds `ui/dist` unless the one there was made from these very sources.
pub(crate) fn build() -> Result<()> {
    let stamp = target("xtask")?.join("pages.stamp");
    let sources = fingerprint(&ui(), &NO_SOURCES)?;
    let made = |pages: u64| format!("{sources:016x} {pages:016x}\n");
    let dist = ui().join("dist");
    if dist.is_dir()
        && fs::read_to_string(&stamp)
            .is_ok_and(|text| fingerprint(&dist, &[]).is_ok_and(|pages| text == made(pages)))
    {
        return Ok(());
    }
    println!("Building the pages.");
    succeed(&mut npm(&["run", "build"])).context("the pages could not be built")?;
    fs::write(&stamp, made(fingerprint(&dist, &[])?))
        .with_context(|| format!("cannot write {}", stamp.display()))
}

/// Builds pages that parse every text as HTML, for the tests that must find out; tells where they are.
pub(crate) fn build_naive() -> Result<PathBuf> {
    let pages = target("xtask")?.join("naive-pages");
    let mut command = npm(&["run", "build", "--", "--config", "naive.config.ts"]);
    command.args(["--emptyOutDir", "--outDir"]).arg(&pages);
    println!("Building naive pages.");
    succeed(&mut command).context("the naive pages could not be built")?;
    Ok(pages)
}

/// One number for the names and contents of all files below a folder; tests do not count, they are not in the pages.
fn fingerprint(folder: &Path, skipped: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    add(folder, skipped, &mut hasher)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(hasher.finish())
}

fn add(folder: &Path, skipped: &[&str], hasher: &mut DefaultHasher) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if !skipped.iter().any(|skip| name == OsStr::new(skip)) {
                name.hash(hasher);
                add(&entry.path(), skipped, hasher)?;
            }
        } else if !name.to_string_lossy().ends_with(".test.ts") {
            name.hash(hasher);
            fs::read(entry.path())?.hash(hasher);
        }
    }
    Ok(())
}
