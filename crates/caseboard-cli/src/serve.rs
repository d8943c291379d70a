//! Commands that run on: the server of an agent, and the practice Kibana.

use std::io::Write;

use caseboard_core::desk::{Desk, Provenance};

use crate::{
    args::{Args, Command, Mcp, McpCommand, Practice},
    commands::{self, Inside, PRACTICE},
    context::{Context, invalid},
    mcp::{self, Server, Session},
    target::{self, Target},
    told::Result,
};

/// Serves one agent until it is gone.
pub(crate) async fn agent(args: &Args, mcp: &Mcp) -> Result<()> {
    // Of nobody who could grant anything.
    let face = Provenance::Mcp {
        client: mcp.name.clone().unwrap_or_default(),
        session: String::new(),
    };
    if mcp.practice {
        let inside = Inside::open(face).await?;
        let context = crate::context(args, inside.desk.on_behalf(Provenance::Cli), false);
        commands::grant_all(&context).await?;
        let served = serve(args, mcp, &inside.desk).await;
        inside.desk.shutdown().await;
        inside.practice.stop().await;
        return served;
    }
    let desk = target::choose(args, crate::variable)?.open(face).await?;
    crate::tell_problems(&desk);
    let served = serve(args, mcp, &desk).await;
    desk.shutdown().await;
    served
}

async fn serve(args: &Args, mcp: &Mcp, desk: &Desk) -> Result<()> {
    let only = mcp::seen(
        desk,
        &mcp.only,
        args.deployment.as_deref(),
        args.space.as_deref(),
    )?;
    desk.follow_all();
    let session = Session::new(desk.clone(), mcp.name.as_deref(), only);
    Server::new(session).run().await
}

/// Sets up the client of an agent.
pub(crate) fn install(args: &Args) -> Result {
    let Command::Mcp(Mcp {
        command:
            Some(McpCommand::Install {
                client,
                only,
                practice,
                print,
            }),
        ..
    }) = &args.command
    else {
        return Err(invalid("client", "none is named"));
    };
    let program = std::env::current_exe();
    let program = program.map_err(|error| invalid("client", &error.to_string()))?;
    let wanted = mcp::Wanted {
        client: *client,
        profile: args.profile.as_deref(),
        only,
        practice: *practice,
        print: *print,
    };
    mcp::install(&wanted, &program, crate::variable)
}

/// Runs the practice Kibana until it is interrupted.
pub(crate) async fn practice(args: &Args, how: &Practice) -> Result<()> {
    if args.profile.as_deref().is_some_and(|name| name != PRACTICE) {
        return Err(invalid("profile", "the practice Kibana lives in its own"));
    }
    let dir = target::profile(PRACTICE, crate::variable)?;
    let desk = Target::Profile(dir).open(Provenance::Cli).await?;
    let context: Context = crate::context(args, desk, false);
    let begun = commands::practise(&context, how).await;
    crate::tell_problems(&context.desk);
    let (practice, text) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            context.desk.shutdown().await;
            return Err(error);
        }
    };
    // Whoever began it may not listen.
    drop(writeln!(std::io::stdout(), "{text}"));
    let interrupted = tokio::signal::ctrl_c().await;
    context.desk.shutdown().await;
    practice.stop().await;
    interrupted.map_err(|error| invalid("signal", &error.to_string()))
}
