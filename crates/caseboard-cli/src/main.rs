//! Caseboard for terminals and agents: the same desk as the window's.
#![expect(clippy::print_stderr, reason = "a terminal's face says what is wrong")]

mod args;
mod commands;
mod context;
mod exit;
mod mcp;
mod output;
#[cfg(test)]
#[path = "../../../tests/src/proof.rs"]
#[expect(
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a proof tells what it did, here and in the journeys"
)]
mod proof;
mod serve;
mod target;
mod told;
mod writes;

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use caseboard_core::{
    code::CommandError,
    crash,
    desk::{Desk, Provenance},
};
use clap::Parser;
use serde_json::json;

use crate::{
    args::{Args, Command, McpCommand},
    context::Context,
    output::page::{self, Page},
    target::Target,
};

#[tokio::main]
async fn main() -> ExitCode {
    crash::leave_nothing(|line| eprintln!("caseboard {line}"));
    let args = Args::parse();
    let as_json = args.json;
    let done = match &args.command {
        Command::Completions { shell } => Ok((commands::completions(*shell), 0)),
        Command::Skill => Ok((commands::SKILL.to_owned(), 0)),
        Command::Mcp(mcp) => match &mcp.command {
            Some(McpCommand::Install { .. }) => serve::install(&args).map(|told| (told.text, 0)),
            None => serve::agent(&args, mcp).await.map(|()| (String::new(), 0)),
        },
        Command::Practice(how) => serve::practice(&args, how)
            .await
            .map(|()| (String::new(), 0)),
        Command::Case(_)
        | Command::Comment(_)
        | Command::Alert(_)
        | Command::Timeline { .. }
        | Command::Space(_)
        | Command::Deployment(_)
        | Command::Sync
        | Command::Outbox(_)
        | Command::Agent(_)
        | Command::Approve { .. }
        | Command::Refuse { .. } => run(args).await,
    };
    match done {
        Ok((text, exit)) => {
            if !text.is_empty() {
                // Whoever read it may have had enough.
                drop(writeln!(
                    std::io::stdout(),
                    "{}",
                    text.trim_end_matches('\n')
                ));
            }
            exit.into()
        }
        Err(error) => {
            eprintln!("{}", failed(&error, as_json));
            exit::of(error.code).into()
        }
    }
}

async fn run(args: Args) -> Result<(String, u8), CommandError> {
    let target = target::choose(&args, variable)?;
    let once = matches!(target, Target::Once { .. });
    let desk = target.open(Provenance::Cli).await?;
    // It ends in a moment, and the window may be at it.
    desk.pause_back_fill(true);
    let context = context(&args, desk, once);
    let told = commands::run(&context, &args.command).await;
    tell_problems(&context.desk);
    context.desk.shutdown().await;
    let told = told?;
    Ok((told.text, told.exit))
}

/// What a command line is done with.
fn context(args: &Args, desk: Desk, once: bool) -> Context {
    let sits_there = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    Context {
        desk,
        deployment: args.deployment.clone(),
        space: args.space.clone().filter(|_| !once),
        json: args.json,
        colours: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        once,
        bars: !args.json,
        input: Box::new(context::standard_input),
        ask: sits_there.then(|| Box::new(context::ask_terminal) as context::Ask),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

fn tell_problems(desk: &Desk) {
    let mut problems = Page::default();
    for problem in output::storage(&desk.storage()) {
        problems.line(problem);
    }
    let problems = problems.finish();
    if !problems.is_empty() {
        eprintln!("{problems}");
    }
}

fn failed(error: &CommandError, as_json: bool) -> String {
    if as_json {
        return page::json(&json!({"error": error}));
    }
    let mut page = Page::new(std::io::stderr().is_terminal());
    output::failed(&mut page, error);
    page.finish()
}
