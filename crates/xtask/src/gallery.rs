//! The page that shows every component in every state, from fixtures and without a backend.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    process::{npm, succeed},
    setup,
};

/// Where the development server stands, as `ui/vite.config.ts` says.
const PAGE: &str = "http://127.0.0.1:5173/gallery.html";
/// What can be asked of the page.
const QUERY: &str = "?part=cards&theme=contrast&density=compact";

/// `cargo xtask gallery`.
pub(crate) fn gallery() -> Result<ExitCode> {
    setup::for_tests()?;
    println!("{PAGE}, or a part of it as in {QUERY}");
    succeed(&mut npm(&["run", "gallery"]))?;
    Ok(ExitCode::SUCCESS)
}
