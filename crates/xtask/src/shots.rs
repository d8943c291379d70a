//! Pictures of the real window, for people who look at changes.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::{
    app::{self, AUTOMATION, PAGES, WINDOW_TESTS},
    pages,
    process::{program, succeed, target},
    setup,
};

const SCREENS: [&str; 3] = ["board", "case", "drop"];
const THEMES: [&str; 2] = ["light", "dark"];

/// `cargo xtask shots`.
pub(crate) fn shots() -> Result<ExitCode> {
    setup::for_tests()?;
    pages::build()?;
    let environment = app::for_window_tests()?;
    let built = app::build(&["shots"], &[PAGES, AUTOMATION, WINDOW_TESTS])?;
    let folder = target("shots")?;
    let pictures: Vec<_> = SCREENS
        .iter()
        .flat_map(|screen| THEMES.map(|theme| folder.join(format!("{screen}-{theme}.png"))))
        .collect();
    for picture in pictures.iter().filter(|picture| picture.exists()) {
        fs::remove_file(picture).with_context(|| format!("cannot remove {}", picture.display()))?;
    }
    succeed(
        program(built.get("shots").context("cargo built no shots")?)
            .arg(&folder)
            .envs(environment),
    )?;
    for picture in &pictures {
        if !fs::metadata(picture).is_ok_and(|file| file.len() > 0) {
            bail!("{} was not written", picture.display());
        }
        println!("{}", picture.display());
    }
    Ok(ExitCode::SUCCESS)
}
