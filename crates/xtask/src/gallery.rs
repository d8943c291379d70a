//! The page that shows every component in every state, from fixtures and without a backend.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    process::{program, root, succeed},
    setup,
};

/// Where the development server listens, as `ui/vite.config.ts` says.
pub(crate) const ADDRESS: &str = "127.0.0.1:5173";
pub(crate) const PAGE: &str = "http://127.0.0.1:5173/gallery.html";
/// What can be asked of the page.
const QUERY: &str = "?part=cards&theme=contrast&density=compact";

/// `cargo xtask gallery`.
pub(crate) fn gallery() -> Result<ExitCode> {
    setup::for_tests()?;
    println!("{PAGE}, or a part of it as in {QUERY}");
    succeed(&mut server())?;
    Ok(ExitCode::SUCCESS)
}

/// The development server itself: npm would not end it when it is ended.
pub(crate) fn server() -> Command {
    let mut command = program("node");
    command
        .current_dir(root().join("ui"))
        .arg("node_modules/vite/bin/vite.js");
    command
}
