//! What can be asked for.

mod case;

use caseboard_core::view::SortField;
use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use self::case::{CaseCommand, CreateCase, FindCases, ListCases, UpdateCase};
use crate::exit;

/// Case management for SOC analysts over Kibana, for terminals.
#[derive(Debug, Parser)]
#[command(name = "caseboard", version, arg_required_else_help = true, after_long_help = exit::help())]
pub(crate) struct Args {
    /// Profile to use, as connected in the window; `CASEBOARD_PROFILE`, else `default`, if it is left out.
    #[arg(long, global = true)]
    pub(crate) profile: Option<String>,
    /// Name of the only deployment that is meant.
    #[arg(long, global = true)]
    pub(crate) deployment: Option<String>,
    /// Id of the only space that is meant.
    #[arg(long, global = true)]
    pub(crate) space: Option<String>,
    /// Prints JSON: nothing is cut, and hidden characters stand as `\u202e`.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Cases of all spaces in use.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Comments of a case.
    #[command(subcommand)]
    Comment(CommentCommand),
    /// Alerts, and the cases that hold them.
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Tells what was done to a case, oldest first.
    Timeline {
        /// The case: its id, its handle (PROD/soc#42, PROD/soc~76e195) or the beginning of its id.
        case: String,
    },
    /// Spaces.
    #[command(subcommand)]
    Space(SpaceCommand),
    /// Connected Kibanas.
    #[command(subcommand)]
    Deployment(DeploymentCommand),
    /// Reads every space in use now.
    Sync,
    /// What was written and where it stands.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// What agents may write.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Shows what agents propose, or says yes to it after showing it. Needs a terminal to say yes.
    Approve {
        /// Ids of proposals; all that wait are listed without any.
        proposals: Vec<String>,
        /// Allows the same kind of write to the same case for an hour.
        #[arg(long)]
        for_an_hour: bool,
    },
    /// Says no to what an agent proposes.
    Refuse {
        /// Id of the proposal.
        proposal: String,
        /// What the agent is told.
        #[arg(long)]
        note: Option<String>,
    },
    /// Serves an agent over standard input and output (MCP); or sets its client up.
    Mcp(Mcp),
    /// Runs the practice Kibana until it is interrupted, in the profile `practice`.
    Practice(Practice),
    /// Prints the skill for agents: when and how to use Caseboard.
    Skill,
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How a write is done.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Write {
    /// Tells what would be written, and writes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Needed to delete and for more than 20 cases; nothing is held for second thoughts then.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Seconds to wait until Kibana has it. What takes longer stays in the outbox and is sent when it can be.
    #[arg(long, default_value_t = 60)]
    pub(crate) wait: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CommentCommand {
    /// Adds a comment.
    Add {
        /// The case.
        case: String,
        /// The text in Markdown; `-` reads it from standard input.
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Lists the comments of a case, oldest first.
    List {
        /// The case.
        case: String,
    },
    /// Changes the text of a comment.
    Edit {
        /// The case.
        case: String,
        /// Id of the comment.
        comment: String,
        /// The new text in Markdown; `-` reads it from standard input.
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Deletes a comment. Needs `--yes` and the whole id of the case.
    Delete {
        /// The case, by its whole id.
        case: String,
        /// Id of the comment.
        comment: String,
        #[command(flatten)]
        write: Write,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// Attaches alerts of the case's space to it.
    Attach {
        /// The case.
        case: String,
        /// Ids of alerts, or any text that holds some; `-` reads it from standard input.
        #[arg(required = true)]
        alerts: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Detaches alerts from a case. Needs `--yes` and the whole id of the case. What was attached together with them stays.
    Detach {
        /// The case, by its whole id.
        case: String,
        /// Ids of alerts; `-` reads them from standard input.
        #[arg(required = true)]
        alerts: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Lists the alerts of a case, oldest attachment first.
    List {
        /// The case.
        case: String,
    },
    /// Tells which cases hold an alert.
    Cases {
        /// Id of the alert.
        alert: String,
    },
    /// Shows an alert, and which cases hold it.
    Show {
        /// Id of the alert.
        alert: String,
    },
    /// Finds alerts, newest first. All conditions must hold, each exactly.
    Find(FindAlerts),
}

#[derive(Debug, clap::Args)]
pub(crate) struct FindAlerts {
    /// Name of the rule that raised it.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// Name of the host.
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// Name of the user.
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// low, medium, high or critical.
    #[arg(long)]
    pub(crate) severity: Option<String>,
    /// open, acknowledged or closed.
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Raised then or later: a time in RFC 3339, or date math (`now-1d`).
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Raised then or earlier.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// Most alerts of each space; how many there are is told.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SpaceCommand {
    /// Lists spaces, and how fresh what is known of them is.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeploymentCommand {
    /// Connects a Kibana. Its API key, or the password of `--user`, is read from standard input, or asked for without showing it.
    Add {
        /// Short name: 2 to 8 capital letters or digits.
        name: String,
        /// Any URL of that Kibana; a space in it is the one that is used at first.
        url: String,
        /// Signs in as this user, by password.
        #[arg(long)]
        user: Option<String>,
        /// Tests it, and saves nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists deployments, their spaces, and what is wrong with them.
    List,
    /// Tests a deployment in five steps, and tells what its key may do in each space.
    Test {
        /// Name of the deployment.
        name: String,
    },
    /// Removes a deployment, its key and what is kept of its cases. Kibana is not changed. Needs `--yes`.
    Remove {
        /// Name of the deployment, or its id.
        name: String,
        /// Needed.
        #[arg(long)]
        yes: bool,
        /// Tells what would be removed, and removes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// Lists what is not settled, and the newest of what is.
    List,
    /// Tries again what waits for a person, or lets go what is held.
    Retry {
        /// Ids of entries; `-` reads them from standard input.
        #[arg(required = true)]
        entries: Vec<String>,
        /// In a conflict: fields of which mine is written. Of all others theirs stays.
        #[arg(long, value_delimiter = ',')]
        mine: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
    /// Throws entries away that were not sent. Needs `--yes`.
    Discard {
        /// Ids of entries; `-` reads them from standard input.
        #[arg(required = true)]
        entries: Vec<String>,
        #[command(flatten)]
        write: Write,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Lists what is granted. What is not listed is refused.
    List,
    /// Grants kinds of writes in a space: a person is asked each time. Needs a terminal, but for the practice Kibana.
    Grant {
        /// create, comment, attach, update, close, delete, push, or all.
        #[arg(required = true)]
        classes: Vec<String>,
        /// They are sent without asking. Never what closes, deletes or pushes: that is asked about.
        #[arg(long)]
        allow: bool,
    },
    /// Takes grants away.
    Revoke {
        /// create, comment, attach, update, close, delete, push, or all.
        #[arg(required = true)]
        classes: Vec<String>,
    },
    /// Sets whether comments of agents end with a line that says so.
    Mark {
        /// Whether they do.
        #[arg(action = clap::ArgAction::Set)]
        comments: bool,
    },
}

/// How an agent is served.
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Mcp {
    /// What the agent is called in the journal and where people are asked; what it calls itself, if it is left out.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// A space that it may see, as PROD/soc; may be given many times. All spaces in use, if it is left out.
    #[arg(long, value_name = "SPACE")]
    pub(crate) only: Vec<String>,
    /// Serves a practice Kibana of its own, with everything granted, and keeps nothing.
    #[arg(long, conflicts_with = "only")]
    pub(crate) practice: bool,
    #[command(subcommand)]
    pub(crate) command: Option<McpCommand>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum McpCommand {
    /// Writes the configuration of a client, or prints it. It never holds a key.
    Install {
        /// The client.
        #[arg(long, value_enum)]
        client: Client,
        /// A space that it may see, as PROD/soc; may be given many times.
        #[arg(long, value_name = "SPACE")]
        only: Vec<String>,
        /// Serves a practice Kibana of its own.
        #[arg(long, conflicts_with = "only")]
        practice: bool,
        /// Prints it, and writes nothing.
        #[arg(long)]
        print: bool,
    },
}

/// Clients that can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    Vscode,
}

/// How the practice Kibana is run.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Practice {
    /// Another world of the same kind; the same number makes the same world.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Grants agents everything in it; what closes or deletes is still asked about.
    #[arg(long)]
    pub(crate) grant_all: bool,
}

/// Kibana's names of what cases are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum SortBy {
    CreatedAt,
    UpdatedAt,
    ClosedAt,
    Title,
    Category,
    Status,
    Severity,
}

/// Kibana's names of the two orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortOrder {
    Asc,
    Desc,
}

impl From<SortBy> for SortField {
    fn from(by: SortBy) -> Self {
        match by {
            SortBy::CreatedAt => Self::CreatedAt,
            SortBy::UpdatedAt => Self::UpdatedAt,
            SortBy::ClosedAt => Self::ClosedAt,
            SortBy::Title => Self::Title,
            SortBy::Category => Self::Category,
            SortBy::Status => Self::Status,
            SortBy::Severity => Self::Severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    /// No command takes what signs in as an argument (S15).
    #[test]
    fn s15_no_argument_takes_a_key() {
        fn names(command: &clap::Command, found: &mut Vec<String>) {
            let arguments = command.get_arguments();
            found.extend(arguments.map(|argument| argument.get_id().to_string()));
            for sub in command.get_subcommands() {
                names(sub, found);
            }
        }
        let mut found = Vec::new();
        names(&Args::command(), &mut found);
        assert!(found.len() > 40, "{found:?}");
        for name in found {
            let name = name.to_lowercase();
            for secret in ["key", "password", "secret", "token"] {
                assert!(!name.contains(secret), "{name}");
            }
        }
    }
}
