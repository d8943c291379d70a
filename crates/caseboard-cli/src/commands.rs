//! One file for each kind of thing, one function for each command.

mod agent;
mod alert;
mod case;
mod comment;
mod deployment;
mod outbox;
mod practice;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    alert::alert_ids,
    case::changed,
    practice::{Inside, PRACTICE, grant_all, practise},
};
use crate::{
    args::{
        AgentCommand, AlertCommand, CaseCommand, Command, CommentCommand, DeploymentCommand,
        OutboxCommand, SpaceCommand,
    },
    context::Context,
    told::Result,
};

/// Does what is asked for and returns what is to be printed.
pub(crate) async fn run(context: &Context, command: &Command) -> Result {
    match command {
        Command::Case(command) => run_case(context, command).await,
        Command::Comment(command) => run_comment(context, command).await,
        Command::Alert(command) => run_alert(context, command).await,
        Command::Timeline { case } => case::timeline(context, case).await,
        Command::Space(SpaceCommand::List) => deployment::list_spaces(context).await,
        Command::Deployment(command) => run_deployment(context, command).await,
        Command::Sync => deployment::sync(context).await,
        Command::Outbox(command) => run_outbox(context, command).await,
        Command::Agent(command) => run_agent(context, command).await,
        Command::Approve {
            proposals,
            for_an_hour,
        } => agent::approve(context, proposals, *for_an_hour).await,
        Command::Refuse { proposal, note } => agent::refuse(context, proposal, note.clone()).await,
        Command::Completions { shell } => Ok(completions(*shell).into()),
        Command::Skill => Ok(SKILL.to_owned().into()),
        // They run on, and are begun where the program begins.
        Command::Mcp(_) | Command::Practice(_) => Ok(String::new().into()),
    }
}

/// What an agent has to know, in the layout of agent skills.
pub(crate) const SKILL: &str = include_str!("../skills/case-management/SKILL.md");

async fn run_agent(context: &Context, command: &AgentCommand) -> Result {
    match command {
        AgentCommand::List => agent::list(context).await,
        AgentCommand::Grant { classes, allow } => agent::grant(context, classes, *allow).await,
        AgentCommand::Revoke { classes } => agent::revoke(context, classes).await,
        AgentCommand::Mark { comments } => agent::mark(context, *comments).await,
    }
}

async fn run_case(context: &Context, command: &CaseCommand) -> Result {
    match command {
        CaseCommand::List(list) => case::list(context, list).await,
        CaseCommand::Find(find) => case::find(context, find).await,
        CaseCommand::Get { case } => case::get(context, case).await,
        CaseCommand::Create(create) => case::create(context, create).await,
        CaseCommand::Update(update) => case::update(context, update).await,
        CaseCommand::Close { cases, write } => case::close(context, cases, write).await,
        CaseCommand::Delete { cases, write } => case::delete(context, cases, write).await,
    }
}

async fn run_comment(context: &Context, command: &CommentCommand) -> Result {
    match command {
        CommentCommand::Add { case, text, write } => comment::add(context, case, text, write).await,
        CommentCommand::List { case } => comment::list(context, case).await,
        CommentCommand::Edit {
            case,
            comment,
            text,
            write,
        } => comment::edit(context, (case, comment), text, write).await,
        CommentCommand::Delete {
            case,
            comment,
            write,
        } => comment::delete(context, (case, comment), write).await,
    }
}

async fn run_alert(context: &Context, command: &AlertCommand) -> Result {
    match command {
        AlertCommand::Attach {
            case,
            alerts,
            write,
        } => alert::attach(context, case, alerts, write).await,
        AlertCommand::Detach {
            case,
            alerts,
            write,
        } => alert::detach(context, case, alerts, write).await,
        AlertCommand::List { case } => alert::list(context, case).await,
        AlertCommand::Cases { alert } => alert::cases(context, alert).await,
        AlertCommand::Show { alert } => alert::show(context, alert).await,
        AlertCommand::Find(find) => alert::find(context, find).await,
    }
}

async fn run_deployment(context: &Context, command: &DeploymentCommand) -> Result {
    match command {
        DeploymentCommand::Add {
            name,
            url,
            user,
            dry_run,
        } => deployment::add(context, (name, url), user.as_deref(), *dry_run).await,
        DeploymentCommand::List => deployment::list(context).await,
        DeploymentCommand::Test { name } => deployment::test(context, name).await,
        DeploymentCommand::Remove { name, yes, dry_run } => {
            deployment::remove(context, name, *yes, *dry_run).await
        }
    }
}

async fn run_outbox(context: &Context, command: &OutboxCommand) -> Result {
    match command {
        OutboxCommand::List => outbox::list(context).await,
        OutboxCommand::Retry {
            entries,
            mine,
            write,
        } => outbox::retry(context, entries, mine, write).await,
        OutboxCommand::Discard { entries, write } => outbox::discard(context, entries, write).await,
    }
}

/// What a shell has to know to complete a command line.
pub(crate) fn completions(shell: clap_complete::Shell) -> String {
    let mut command = <crate::args::Args as clap::CommandFactory>::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "caseboard", &mut script);
    String::from_utf8_lossy(&script).trim_end().to_owned()
}
