//! `cargo xtask run`: from a fresh clone to an open window, or to a picture of one where there is no display.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    app, pages,
    process::{exit_code, program, status, succeed, tail, target, wait_for},
    session::{Environment, Parts, Session, bus},
    setup,
};

/// The first card takes seconds; this is for machines with much else to do.
const BOARD: Duration = Duration::from_mins(2);

/// How long the app may take to put its things away.
const GOODBYE: Duration = Duration::from_secs(10);

/// Which set of deployments is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// The embedded practice Kibana.
    Practice,
    /// One's own deployments.
    Default,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Default => "default",
        }
    }
}

/// Installs, builds and opens. Without a display the board's picture proves that it came up.
pub(crate) fn run(profile: Profile, headless_exit: bool) -> Result<ExitCode> {
    setup::for_tests()?;
    pages::build()?;
    let binary = app::for_people()?;
    let folder = target("run")?;
    let display = env::var_os("DISPLAY")
        .or(env::var_os("WAYLAND_DISPLAY"))
        .is_some_and(|display| !display.is_empty());
    let session = session_for(&folder, display)?;
    let mut caseboard = program(binary);
    caseboard.args(["--profile", profile.name()]);
    if let Some(session) = &session {
        caseboard.envs(session.environment());
    }
    if display {
        println!("Opening Caseboard.");
        return Ok(exit_code(status(&mut caseboard)?));
    }
    let session = session.context("a machine without a display has a private session")?;
    without_display(caseboard, session.environment(), &folder, headless_exit)
}

/// What the machine lacks, if it lacks something. On a display that nobody sees nobody can answer a keyring's question either, so
/// there the user's own keyring is left alone in any case.
fn session_for(folder: &Path, display: bool) -> Result<Option<Session>> {
    if !display {
        println!("No display here: starting Xvfb, with a private session bus and keyring.");
    } else if !bus::users_has_secrets() {
        println!("No session bus with a Secret Service here: starting private ones.");
    } else {
        return Ok(None);
    }
    println!(
        "Your own keyring and profile are not touched; the private ones are kept in {}.",
        folder.display()
    );
    Session::start(
        folder,
        Parts {
            display: !display,
            keyring: true,
        },
    )
    .map(Some)
}

fn without_display(
    mut caseboard: Command,
    environment: &Environment,
    folder: &Path,
    headless_exit: bool,
) -> Result<ExitCode> {
    let ready = folder.join("ready");
    let log = folder.join("app.log");
    for old in [&ready, &picture(folder)] {
        if old.exists() {
            fs::remove_file(old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    caseboard
        .env("CASEBOARD_READY_FILE", &ready)
        .env_remove("WAYLAND_DISPLAY");
    caseboard.stdout(output.try_clone()?).stderr(output);
    println!("Opening Caseboard; its log is {}", log.display());
    let mut running = Running(caseboard.spawn().context("Caseboard cannot be started")?);
    let board = running
        .wait_for_board(&ready)
        .and_then(|()| photograph(environment, folder));
    let picture = board.with_context(|| {
        format!(
            "the end of {}:\n{}\nthe board did not come up",
            log.display(),
            tail(&log)
        )
    })?;
    println!("The board: {}", picture.display());
    if headless_exit {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Caseboard goes on until it is ended; Ctrl-C ends it.");
    Ok(exit_code(running.0.wait()?))
}

fn picture(folder: &Path) -> PathBuf {
    folder.join("board.png")
}

/// From the X server, because WebDriver's own pictures hang without a GPU.
fn photograph(environment: &Environment, folder: &Path) -> Result<PathBuf> {
    let picture = picture(folder);
    let windows = program("xdotool")
        .args(["search", "--onlyvisible", "--name", "^Caseboard$"])
        .envs(environment)
        .output()
        .context("cannot look for the window")?;
    let windows = String::from_utf8_lossy(&windows.stdout);
    let window = windows.lines().last().context("there is no window")?;
    succeed(
        program("import")
            .args(["-window", window])
            .arg(&picture)
            .envs(environment),
    )?;
    Ok(picture)
}

/// The app; dropping it ends it.
struct Running(Child);

impl Running {
    fn wait_for_board(&mut self, ready: &Path) -> Result<()> {
        wait_for("the first card", BOARD, || match self.0.try_wait()? {
            Some(status) => bail!("Caseboard ended before the first card, with {status}"),
            None => Ok(ready.exists().then_some(())),
        })
    }

    /// Asks, waits, and insists.
    fn end(&mut self) -> Result<ExitStatus> {
        let ask = format!("kill -TERM {}", self.0.id());
        succeed(program("sh").args(["-c", &ask]))?;
        wait_for("Caseboard's end", GOODBYE, || Ok(self.0.try_wait()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) && self.end().is_err() {
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }
}
