//! The app started again while its window is open, and what tells that it is.

use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;
use tokio::time;

use super::{LOOK, PATIENCE, Window, given};

impl Window {
    /// Starts the app once more in this session and profile, and waits until that start has ended.
    pub async fn start_again(&self, arguments: &[&str]) -> ExitStatus {
        let mut again = self
            .app(self.start.profile())
            .args(arguments)
            .spawn()
            .unwrap();
        let ended = time::timeout(PATIENCE, async {
            let mut look = time::interval(LOOK);
            loop {
                look.tick().await;
                if let Some(status) = again.try_wait().unwrap() {
                    return status;
                }
            }
        });
        let ended = ended.await;
        ended.unwrap_or_else(|_| {
            again.kill().unwrap();
            panic!("it has a window of its own: {:?}", again.wait())
        })
    }

    /// The app in this session, and in a profile.
    pub fn app(&self, profile: &str) -> Command {
        let mut app = Command::new(given("CASEBOARD_APP"));
        app.envs(&self.environment)
            .env("CASEBOARD_PROFILE", profile)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        app
    }

    /// Names on the session's bus at which open windows can be found.
    pub fn windows_on_bus(&self) -> Vec<String> {
        let names = Command::new("gdbus")
            .args(["call", "--session", "--dest", "org.freedesktop.DBus"])
            .args(["--object-path", "/org/freedesktop/DBus"])
            .args(["--method", "org.freedesktop.DBus.ListNames"])
            .envs(&self.environment)
            .output()
            .unwrap();
        let names = String::from_utf8(names.stdout).unwrap();
        let names = names
            .split('\'')
            .filter(|name| name.starts_with("io.caseboard.desktop."));
        names.map(str::to_owned).collect()
    }

    /// Waits until no window is found on the bus.
    pub(super) async fn until_gone(&self) {
        self.until_on_bus(0).await;
    }

    /// Waits until so many windows are found on the bus.
    pub async fn until_on_bus(&self, n: usize) {
        let gone = time::timeout(PATIENCE, async {
            let mut look = time::interval(LOOK);
            while self.windows_on_bus().len() != n {
                look.tick().await;
            }
        });
        gone.await.unwrap_or_else(|_| {
            panic!(
                "there never were {n} on the bus: {:?}",
                self.windows_on_bus()
            )
        });
    }

    /// What is kept of the window's place.
    pub fn kept_place(&self) -> Value {
        let file = format!(
            "{}/caseboard/{}/window.json",
            self.environment["XDG_DATA_HOME"],
            self.start.profile()
        );
        let kept = std::fs::read(file).ok();
        let kept: Option<Value> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        kept.map(|kept| kept["place"].clone()).unwrap_or_default()
    }
}
