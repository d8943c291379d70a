//! Pictures of the real window and of the gallery, for people who look at changes.

use std::{
    fs,
    process::{Child, ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::{
    app::{self, AUTOMATION, PAGES, WINDOW_TESTS},
    gallery::{self, PAGE},
    pages,
    process::{program, succeed, target, wait_for},
    setup,
};

/// Far longer than the page's server needs to begin.
const PATIENCE: Duration = Duration::from_mins(1);

/// `cargo xtask shots`.
pub(crate) fn shots() -> Result<ExitCode> {
    setup::for_tests()?;
    pages::build()?;
    let environment = app::for_window_tests()?;
    let built = app::build(&["shots"], &[PAGES, AUTOMATION, WINDOW_TESTS])?;
    let folder = target("shots")?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    let _gallery = Gallery::start()?;
    succeed(
        program(built.get("shots").context("cargo built no shots")?)
            .arg(&folder)
            .arg(PAGE)
            .envs(environment),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The gallery's server, while it is needed.
struct Gallery(Child);

impl Gallery {
    fn start() -> Result<Self> {
        let mut server = gallery::server();
        let server = Self(
            server
                .stdin(Stdio::null())
                .spawn()
                .context("cannot start npm")?,
        );
        let address = gallery::ADDRESS;
        wait_for("the gallery", PATIENCE, || {
            Ok(std::net::TcpStream::connect(address).ok())
        })?;
        Ok(server)
    }
}

impl Drop for Gallery {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
