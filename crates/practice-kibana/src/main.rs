//! The practice server as a program: prints one line of JSON when it is ready, serves until it is ended.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use practice_kibana::{Licence, Login, Options, PracticeKibana, Profile, Space, World, read_keys};
use serde_json::json;

/// A practice Kibana for Caseboard: answers Kibana's Cases API from memory, on this machine only.
///
/// When it is ready it prints one line of JSON with `url`, `apiKey` and `spaces`. Try it with
/// `curl -H "Authorization: ApiKey $KEY" "$URL/s/soc/api/cases/_find?sortOrder=desc"`.
/// Everything in it is made up and is gone when it ends (Ctrl-C).
#[derive(Parser)]
#[command(name = "practice-kibana", version)]
struct Arguments {
    /// Loopback address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5601")]
    listen: SocketAddr,

    /// API key to accept, as base64 of `id:api_key`; a random one is made up if this is left out.
    #[arg(long, value_name = "ENCODED")]
    api_key: Option<String>,

    /// TOML file with further keys and their rights by space.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,

    /// Person who may log in with a password (`Basic`) and do everything; may be repeated.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = read_login)]
    users: Vec<Login>,

    /// What is in the server at the start.
    #[arg(long, value_enum, default_value = "practice")]
    world: WorldArgument,

    /// Ids, texts and order of the world follow from this number; dates always end now.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Release of Kibana to play.
    #[arg(long, value_enum, default_value = "9.x")]
    profile: ProfileArgument,

    /// Licence to play: `basic` refuses assignees, observables and suggestions of users.
    #[arg(long, value_enum, default_value = "trial")]
    licence: LicenceArgument,

    /// Ids of the spaces of the empty world; the practice world brings its own.
    #[arg(
        long,
        value_name = "A,B,C",
        value_delimiter = ',',
        default_value = "default,soc,ot"
    )]
    spaces: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum WorldArgument {
    /// About 60 cases and 400 alerts in three spaces.
    Practice,
    /// Spaces, and nothing in them.
    Empty,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileArgument {
    #[value(name = "9.x")]
    V9,
    #[value(name = "8.18")]
    V8_18,
}

#[derive(Clone, Copy, ValueEnum)]
enum LicenceArgument {
    Trial,
    Basic,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let server = PracticeKibana::start(arguments.into_options()?)
        .await
        .context("cannot start the practice server")?;
    announce(&server).context("cannot print the address")?;
    until_ended().await.context("cannot wait for a signal")?;
    server.stop().await;
    Ok(())
}

impl Arguments {
    fn into_options(self) -> anyhow::Result<Options> {
        let keys = self.keys.as_deref().map(read_keys).transpose()?;
        Ok(Options {
            listen: self.listen,
            api_key: self.api_key,
            keys: keys.unwrap_or_default(),
            logins: self.users,
            world: match self.world {
                WorldArgument::Practice => World::Practice,
                WorldArgument::Empty => World::Empty,
            },
            seed: self.seed,
            profile: match self.profile {
                ProfileArgument::V9 => Profile::V9,
                ProfileArgument::V8_18 => Profile::V8_18,
            },
            licence: match self.licence {
                LicenceArgument::Trial => Licence::Trial,
                LicenceArgument::Basic => Licence::Basic,
            },
            spaces: self.spaces.iter().map(|id| named_space(id)).collect(),
            ..Options::default()
        })
    }
}

fn read_login(text: &str) -> Result<Login, &'static str> {
    match text.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => Ok(Login {
            name: name.to_owned(),
            password: password.to_owned(),
        }),
        _ => Err("a user is NAME:PASSWORD, neither of them empty"),
    }
}

/// A space with the name that the practice world gives it, or its id as name.
fn named_space(id: &str) -> Space {
    let known = Options::default()
        .spaces
        .into_iter()
        .find(|space| space.id == id);
    known.unwrap_or_else(|| Space::new(id, id))
}

fn announce(server: &PracticeKibana) -> io::Result<()> {
    let spaces = server.spaces().into_iter().map(|space| space.id);
    let spaces: Vec<String> = spaces.collect();
    let line = json!({"url": server.url(), "apiKey": server.api_key(), "spaces": spaces});
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

#[cfg(unix)]
async fn until_ended() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn until_ended() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
