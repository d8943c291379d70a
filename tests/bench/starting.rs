//! How long a start takes.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use caseboard_journeys::window::given;
use tokio::time;

use crate::{
    Windows,
    figures::{Figures, Moment},
};

/// Milliseconds of a start of which the disk's files are in memory.
const WARM: f64 = 400.0;
const ROUNDS: usize = 9;
/// A hang guard.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts both programs in turn, each in the session of its window, which is closed.
pub(crate) async fn measure(windows: &mut Windows) -> anyhow::Result<Moment> {
    windows.app.leave().await;
    windows.floor.leave().await;
    let (mut of_app, mut of_floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (window, program, took) in [
            (&windows.app, "CASEBOARD_APP", &mut of_app),
            (&windows.floor, "CASEBOARD_FLOOR", &mut of_floor),
        ] {
            took.push(start(&given(program), &window.environment, window.dir.path()).await?);
        }
    }
    Ok(Moment {
        name: "a warm start, to two frames after the first card",
        budget: WARM,
        app: Figures::of(of_app)?,
        floor: Figures::of(of_floor)?,
        note: None,
    }
    .told())
}

/// Milliseconds until the program says that it is painted.
async fn start(
    program: &Path,
    environment: &HashMap<String, String>,
    dir: &Path,
) -> anyhow::Result<f64> {
    let ready = dir.join("ready");
    let began = Instant::now();
    let mut running = Running(
        Command::new(program)
            .envs(environment)
            .env("CASEBOARD_PROFILE", "default")
            .env("CASEBOARD_READY_FILE", &ready)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let mut look = time::interval(Duration::from_millis(1));
    while !ready.exists() {
        if let Some(status) = running.0.try_wait()? {
            bail!("{} ended with {status}", program.display());
        }
        if began.elapsed() > PATIENCE {
            bail!("{} was never painted", program.display());
        }
        look.tick().await;
    }
    let took = began.elapsed();
    fs::remove_file(&ready)?;
    running.end().await?;
    Ok(took.as_secs_f64() * 1000.0)
}

/// A program, which is ended with this.
struct Running(Child);

impl Running {
    /// Asks it to end, and waits for it.
    async fn end(&mut self) -> anyhow::Result<()> {
        let ask = format!("kill -TERM {}", self.0.id());
        Command::new("sh").args(["-c", &ask]).status()?;
        let gone = async {
            let mut look = time::interval(Duration::from_millis(20));
            while self.0.try_wait()?.is_none() {
                look.tick().await;
            }
            anyhow::Ok(())
        };
        time::timeout(PATIENCE, gone)
            .await
            .context("it does not end")?
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Who is gone already needs no ending.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
