//! The practice server as a program: prints one line of JSON when it is ready, serves until it is ended.

use std::{
    collections::HashSet,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, ValueEnum, error::ErrorKind};
use practice_kibana::{
    Licence, Login, Options, PracticeKibana, Profile, Space, World, faults::Plan, read_keys,
};
use serde_json::json;

/// What is played and what is not, with lines to copy; the end of `--help`.
const HELP: &str = include_str!("help.txt");

/// Headings of `--help`.
mod heading {
    pub(crate) const ADDRESS: &str = "Address";
    pub(crate) const CALLERS: &str = "Who may call";
    pub(crate) const WORLD: &str = "What is in it";
    pub(crate) const RELEASE: &str = "Which Kibana to play";
    pub(crate) const FAULTS: &str = "What goes wrong";
}

/// A practice Kibana: answers Kibana's Cases API from memory, to write and test clients against.
///
/// When it is ready it prints one line of JSON with `url`, `apiKey` and `spaces`, and serves until it
/// is ended (Ctrl-C). Everything in it is made up and is gone then, unless --data keeps it.
#[derive(Parser)]
#[command(name = "practice-kibana", version, after_long_help = HELP)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5601", help_heading = heading::ADDRESS)]
    listen: SocketAddr,

    /// Let other machines in: `--listen` may then be another address than this computer's own.
    ///
    /// It is plain HTTP, so keys and cases can be read on the way, and Host is no longer checked.
    #[arg(long, help_heading = heading::ADDRESS)]
    allow_remote: bool,

    /// API key that may do everything, as base64 of `id:api_key`; a random one is made up if this is left out.
    #[arg(long, value_name = "ENCODED", help_heading = heading::CALLERS)]
    api_key: Option<String>,

    /// TOML file with further keys and their rights by space; an example stands below.
    #[arg(long, value_name = "FILE", help_heading = heading::CALLERS)]
    keys: Option<PathBuf>,

    /// Person who may log in with a password (`Basic`) and do everything; may be repeated.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = read_login, help_heading = heading::CALLERS)]
    users: Vec<Login>,

    /// What is in the server at the start.
    #[arg(long, value_enum, default_value = "practice", help_heading = heading::WORLD)]
    world: WorldArgument,

    /// File that keeps the world over restarts. If it is there, it is what is in the server, and
    /// --world and the flags that go with it do not count. One server can use it at a time.
    #[arg(long, value_name = "FILE", help_heading = heading::WORLD)]
    data: Option<PathBuf>,

    /// Also tell, on standard error, when the file of --data was written and how long requests waited.
    #[arg(long)]
    verbose: bool,

    /// Ids, texts and order of the world follow from this number; dates always end now.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = heading::WORLD)]
    seed: u64,

    /// Release of Kibana to play.
    #[arg(long, value_enum, default_value = "9.x", help_heading = heading::RELEASE)]
    profile: ProfileArgument,

    /// Licence to play.
    #[arg(long, value_enum, default_value = "trial", help_heading = heading::RELEASE)]
    licence: LicenceArgument,

    /// Ids of the spaces of the worlds `empty` (default,soc,ot unless named here) and `scale`
    /// (eight unless named here); the world `practice` brings its own.
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', help_heading = heading::WORLD)]
    spaces: Vec<String>,

    /// Cases of the world `scale` only [default: 50000].
    #[arg(long, value_name = "N", help_heading = heading::WORLD)]
    cases: Option<usize>,

    /// Comments of the world `scale` only, over all its cases [default: 2 a case].
    #[arg(long, value_name = "N", help_heading = heading::WORLD)]
    comments: Option<usize>,

    /// Alerts of the world `scale` only; cases hold three fifths of them [default: 4 a case].
    #[arg(long, value_name = "N", help_heading = heading::WORLD)]
    alerts: Option<usize>,

    /// TOML file with faults (F01 to F25, F28 to F30) and the requests that they befall; see the README.
    #[arg(long, value_name = "FILE", help_heading = heading::FAULTS)]
    faults: Option<PathBuf>,

    /// Adds `/practice/faults` (GET, PUT, DELETE) and `/practice/log`, and keeps the log of every write.
    #[arg(long, help_heading = heading::FAULTS)]
    control: bool,
}

/// Most cases, comments and alerts of the world `scale`. More would not fit into memory.
const MOST: usize = 5_000_000;
/// Most comments of the world `scale` for each of its cases.
const COMMENTS_A_CASE: usize = 1000;

#[derive(Clone, Copy, ValueEnum)]
enum WorldArgument {
    /// About 60 cases and 400 alerts in three spaces.
    Practice,
    /// Spaces, and nothing in them.
    Empty,
    /// As many cases, comments and alerts as --cases, --comments and --alerts say.
    Scale,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileArgument {
    /// 9.2: internal routes want an origin header, cases have times and late numbers.
    #[value(name = "9.x")]
    V9,
    /// 8.18: cases carry their comments, internal routes are open.
    #[value(name = "8.18")]
    V8_18,
}

#[derive(Clone, Copy, ValueEnum)]
enum LicenceArgument {
    /// Everything.
    Trial,
    /// Assignees, observables and suggestions of users are refused.
    Basic,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Err(problem) = arguments.check() {
        Arguments::command()
            .error(ErrorKind::ArgumentConflict, problem)
            .exit();
    }
    // Its own output is one line; all else is for people.
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(if arguments.verbose {
            tracing::Level::DEBUG
        } else {
            tracing::Level::WARN
        })
        .init();
    let server = PracticeKibana::start(arguments.into_options()?)
        .await
        .context("cannot start the practice server")?;
    announce(&server).context("cannot print the address")?;
    until_ended().await.context("cannot wait for a signal")?;
    server.finish().await.context("the last changes are lost")
}

impl Arguments {
    /// Refuses what would be ignored or could not be.
    fn check(&self) -> Result<(), String> {
        let of_scale = [
            ("--cases", self.cases),
            ("--comments", self.comments),
            ("--alerts", self.alerts),
        ];
        let given = of_scale.iter().find(|(_, number)| number.is_some());
        if let (Some((flag, _)), false) = (given, matches!(self.world, WorldArgument::Scale)) {
            return Err(format!("{flag} is for --world scale only"));
        }
        if matches!(self.world, WorldArgument::Practice) && !self.spaces.is_empty() {
            return Err("the world `practice` brings its own spaces; --spaces is for --world empty and --world scale".to_owned());
        }
        let large = of_scale.iter().find(|(_, number)| *number > Some(MOST));
        if let Some((flag, _)) = large {
            return Err(format!("{flag} can be at most {MOST}"));
        }
        let mut known = HashSet::new();
        for id in &self.spaces {
            if !is_space_id(id) {
                return Err(format!(
                    "`{id}` is no id of a space: small letters, digits, - and _ only"
                ));
            }
            if !known.insert(id) {
                return Err(format!("the space `{id}` is named twice"));
            }
        }
        let (cases, comments) = (self.cases(), self.comments.unwrap_or_default());
        if comments > cases.saturating_mul(COMMENTS_A_CASE) {
            return Err(format!(
                "{comments} comments do not fit on {cases} cases: {COMMENTS_A_CASE} for each at most"
            ));
        }
        Ok(())
    }

    fn cases(&self) -> usize {
        self.cases.unwrap_or(50_000)
    }

    fn world(&self) -> World {
        match self.world {
            WorldArgument::Practice => World::Practice,
            WorldArgument::Empty => World::Empty,
            WorldArgument::Scale => World::Scale {
                cases: self.cases(),
                comments: self.comments.unwrap_or(2 * self.cases()),
                alerts: self.alerts.unwrap_or(4 * self.cases()),
            },
        }
    }

    fn spaces(&self) -> Vec<Space> {
        let known = Space::eight();
        if !self.spaces.is_empty() {
            let named = |id: &String| {
                let known = known.iter().find(|space| space.id == *id);
                known.cloned().unwrap_or_else(|| Space::new(id, id))
            };
            return self.spaces.iter().map(named).collect();
        }
        match self.world {
            WorldArgument::Scale => known,
            WorldArgument::Practice | WorldArgument::Empty => Options::default().spaces,
        }
    }

    fn into_options(self) -> anyhow::Result<Options> {
        let keys = self.keys.as_deref().map(read_keys).transpose()?;
        let (world, spaces) = (self.world(), self.spaces());
        let faults = self.faults.as_deref().map(Plan::read).transpose()?;
        Ok(Options {
            listen: self.listen,
            allow_remote: self.allow_remote,
            api_key: self.api_key,
            keys: keys.unwrap_or_default(),
            logins: self.users,
            world,
            data: self.data,
            spaces,
            seed: self.seed,
            profile: match self.profile {
                ProfileArgument::V9 => Profile::V9,
                ProfileArgument::V8_18 => Profile::V8_18,
            },
            licence: match self.licence {
                LicenceArgument::Trial => Licence::Trial,
                LicenceArgument::Basic => Licence::Basic,
            },
            faults: faults.unwrap_or_default(),
            control: self.control,
            log: self.control,
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

fn is_space_id(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    !id.is_empty() && id.chars().all(allowed)
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
