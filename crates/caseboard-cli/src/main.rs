//! Caseboard for terminals: the same desk as the window's, asked once and printed.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "printing is what a terminal's face does"
)]

mod args;
mod commands;
mod output;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use caseboard_core::{SystemClock, SystemKeychain, desk::Desk};
use clap::Parser;

use crate::args::Args;

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let dir = profiles()
        .context("neither XDG_DATA_HOME nor HOME says where profiles are kept")?
        .join(&args.profile);
    let desk = Desk::open(&dir, Arc::new(SystemKeychain), Arc::new(SystemClock))
        .await
        .map_err(output::failed)?;
    let told = commands::run(&desk, &args.command).await;
    for problem in output::storage(&desk.storage()) {
        eprintln!("{problem}");
    }
    desk.shutdown().await;
    println!("{}", told?);
    Ok(())
}

/// Where the window keeps its profiles too.
fn profiles() -> Option<PathBuf> {
    let path = |name| {
        std::env::var_os(name)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let data = path("XDG_DATA_HOME").or_else(|| Some(path("HOME")?.join(".local/share")))?;
    Some(data.join("caseboard"))
}
