//! What can be asked for.

use clap::{Parser, Subcommand};

/// Case management for SOC analysts over Kibana, for terminals.
#[derive(Debug, Parser)]
#[command(name = "caseboard", version, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Profile to use, as connected in the window.
    #[arg(
        long,
        env = "CASEBOARD_PROFILE",
        default_value = "default",
        global = true
    )]
    pub(crate) profile: String,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Cases of all spaces in use.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Connected Kibanas.
    #[command(subcommand)]
    Deployment(DeploymentCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// Lists cases, worst severity first, then newest change.
    List(ListCases),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListCases {
    /// A search: words, `field:value`, `OR`, `-`. Write `--` before one that begins with `-`.
    pub(crate) words: Vec<String>,
    /// Status, as Kibana writes it.
    #[arg(long, default_value = "open")]
    pub(crate) status: String,
    /// Most cases that are listed; how many there are is told.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: u32,
    /// Prints JSON: `total`, `rows`, and `problems` of sources that could not be read.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeploymentCommand {
    /// Lists deployments, their spaces, and what is wrong with them.
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tests a deployment in five steps, and tells what its key may do in each space.
    Test {
        /// Name of the deployment.
        name: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}
