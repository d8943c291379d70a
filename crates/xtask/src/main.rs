//! The repository's own commands. It compiles before any system package is there, hence its few dependencies.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its standard streams"
)]

mod app;
mod behaviours;
mod bench;
mod bindings;
mod check;
mod gallery;
mod pages;
mod process;
mod prove;
mod run;
mod session;
mod setup;
mod shots;
mod test;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Caseboard's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and open Caseboard.
    Run {
        /// End after the picture of the board; for machines without a display.
        #[arg(long)]
        headless_exit: bool,
        /// Which set of deployments to open.
        #[arg(long, value_enum, default_value_t = run::Profile::Practice)]
        profile: run::Profile,
    },
    /// Install what is missing and run every test; the last line is `N passed, N failed`.
    Test,
    /// Everything static: formatting, lints, documentation, tidy, bindings, dependencies, the pages' linters.
    Check,
    /// Measure, and print what was measured.
    Bench {
        #[command(subcommand)]
        what: bench::Bench,
    },
    /// Serve a page with every component of the window in every state, until it is stopped.
    Gallery,
    /// Write pictures of the real window to `target/shots`.
    Shots,
    /// Prove promises, all or those named (`R03`), and write `target/prove/report.json`.
    Prove {
        /// How many rounds: those of every change, or of a release.
        #[arg(long, value_enum, default_value_t = prove::Tier::T0)]
        tier: prove::Tier,
        /// Ids of promises; none means all that have a test.
        ids: Vec<String>,
    },
    /// Write the committed TypeScript of commands and events.
    Bindings,
    /// Compare the repository with its own rules.
    Tidy,
    /// Install what is missing and nothing else.
    Setup,
    /// Start a private display, session bus and keyring, print their environment, and hold until standard input closes.
    #[command(hide = true)]
    Session {
        /// Where home, sockets and logs go.
        #[arg(long)]
        dir: PathBuf,
        /// A bus on which no Secret Service can be found.
        #[arg(long)]
        no_keyring: bool,
        /// Run this in the session, and end with it.
        #[arg(last = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    match dispatch(Arguments::parse().task) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(task: Task) -> Result<ExitCode> {
    match task {
        Task::Run {
            headless_exit,
            profile,
        } => run::run(profile, headless_exit),
        Task::Test => Ok(test::test()),
        Task::Check => check::check(),
        Task::Bench { what } => bench::bench(what),
        Task::Gallery => gallery::gallery(),
        Task::Shots => shots::shots(),
        Task::Prove { tier, ids } => prove::prove(tier, &ids),
        Task::Bindings => bindings::write(),
        Task::Tidy => tidy::tidy(),
        Task::Setup => setup::everything(),
        Task::Session {
            dir,
            no_keyring,
            command,
        } => session::hold(&dir, !no_keyring, &command),
    }
}
