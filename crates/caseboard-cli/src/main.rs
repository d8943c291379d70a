//! Caseboard for terminals: the same desk as the window's, asked once and printed.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "printing is what a terminal's face does"
)]

mod args;
mod commands;
mod context;
mod exit;
mod output;
mod target;
mod told;
mod writes;

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use caseboard_core::code::CommandError;
use clap::Parser;
use serde_json::json;

use crate::{
    args::{Args, Command},
    context::Context,
    output::page::{self, Page},
    target::Target,
};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if let Command::Completions { shell } = &args.command {
        println!("{}", commands::completions(*shell));
        return ExitCode::SUCCESS;
    }
    match run(args).await {
        Ok(exit) => exit.into(),
        Err((error, as_json)) => {
            eprintln!("{}", failed(&error, as_json));
            exit::of(error.code).into()
        }
    }
}

async fn run(args: Args) -> Result<u8, (CommandError, bool)> {
    let as_json = args.json;
    let failed = |error| (error, as_json);
    let target =
        target::choose(&args, |name| std::env::var_os(name)?.into_string().ok()).map_err(failed)?;
    let once = matches!(target, Target::Once { .. });
    let desk = target.open().await.map_err(failed)?;
    // It ends in a moment, and the window may be at it.
    desk.pause_back_fill(true);
    let context = Context {
        desk,
        deployment: args.deployment,
        space: args.space.filter(|_| !once),
        json: as_json,
        colours: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        once,
        input: Box::new(context::standard_input),
    };
    let told = commands::run(&context, &args.command).await;
    let mut problems = Page::default();
    for problem in output::storage(&context.desk.storage()) {
        problems.line(problem);
    }
    let problems = problems.finish();
    if !problems.is_empty() {
        eprintln!("{problems}");
    }
    context.desk.shutdown().await;
    let told = told.map_err(failed)?;
    // Whoever read it may have had enough.
    drop(writeln!(std::io::stdout(), "{}", told.text));
    Ok(told.exit)
}

fn failed(error: &CommandError, as_json: bool) -> String {
    if as_json {
        return page::json(&json!({"error": error}));
    }
    let mut page = Page::new(std::io::stderr().is_terminal());
    output::failed(&mut page, error);
    page.finish()
}
