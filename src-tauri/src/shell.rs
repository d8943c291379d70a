//! The open profile: its desk, and the practice server where the profile is the practice one.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, MutexGuard, PoisonError},
};

use caseboard_core::{
    SystemClock, SystemKeychain,
    code::{CommandError, ErrorCode},
    desk::Desk,
    id::DeploymentId,
    view::{DeploymentView, NewDeployment, StorageView},
};
use practice_kibana::{Options, PracticeKibana};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tokio::sync::{Mutex, broadcast::error::RecvError, watch};

use crate::{events, preferences::Preferences};

/// Name of the practice profile, in which nothing but the practice deployment lives.
const PRACTICE: &str = "practice";
/// Name of the analyst's profile where none is given.
const OWN: &str = "default";

/// Which set of deployments is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Profile {
    /// The embedded practice Kibana, alone in its profile.
    Practice,
    /// The analyst's own deployments.
    Own,
}

/// What the window needs to know first.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    pub app_version: String,
    pub profile: Profile,
    /// Why the profile could not be opened.
    pub problem: Option<CommandError>,
    /// Where what is written is kept; `null` where the profile could not be opened.
    pub storage: Option<StorageView>,
    pub preferences: Preferences,
}

/// How the app was started.
#[derive(Debug, Clone)]
pub(crate) struct StartUp {
    /// Folder of all profiles.
    pub(crate) profiles: PathBuf,
    /// Profile asked for.
    pub(crate) profile: Option<String>,
    /// Link to a case that is to be shown.
    pub(crate) link: Option<String>,
    /// Where to say that the first card is on screen, for whoever started the app.
    pub(crate) ready_file: Option<PathBuf>,
}

/// The state of the app.
pub(crate) struct Shell {
    start_up: StartUp,
    /// The link that is to be shown, until it was.
    link: std::sync::Mutex<Option<String>>,
    /// `None` until the first profile was opened, well or not.
    opened: watch::Sender<Option<Arc<Opened>>>,
    /// One profile is opened at a time.
    opening: Mutex<()>,
}

struct Opened {
    profile: Profile,
    desk: Result<Desk, CommandError>,
    practice: Mutex<Option<PracticeKibana>>,
}

impl Shell {
    pub(crate) fn new(start_up: StartUp) -> Self {
        Self {
            link: std::sync::Mutex::new(start_up.link.clone()),
            start_up,
            opened: watch::Sender::new(None),
            opening: Mutex::new(()),
        }
    }

    /// The profile that was asked for when the app was started.
    pub(crate) fn first_profile(&self) -> Profile {
        if self.start_up.profile.as_deref() == Some(PRACTICE) {
            Profile::Practice
        } else {
            Profile::Own
        }
    }

    /// The desk of the open profile, once one is open.
    pub(crate) async fn desk(&self) -> Result<Desk, CommandError> {
        self.opened().await.desk.clone()
    }

    pub(crate) async fn info(&self, preferences: Preferences) -> AppInfo {
        let opened = self.opened().await;
        AppInfo {
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: opened.profile,
            problem: opened.desk.as_ref().err().cloned(),
            storage: opened.desk.as_ref().ok().map(Desk::storage),
            preferences,
        }
    }

    /// Closes the open profile and opens another.
    pub(crate) async fn open(&self, app: &AppHandle, profile: Profile) -> Result<(), CommandError> {
        let _one_at_a_time = self.opening.lock().await;
        let (desk, practice) = match profile {
            Profile::Practice => open_practice(&self.start_up.profiles).await,
            Profile::Own => (self.open_own().await, None),
        };
        self.replace(
            app,
            Opened {
                profile,
                desk: desk.clone(),
                practice: Mutex::new(practice),
            },
        )
        .await;
        desk.map(drop)
    }

    /// Connects a Kibana to the analyst's own profile, which becomes the open one. The practice profile never holds it.
    pub(crate) async fn connect(
        &self,
        app: &AppHandle,
        new: &NewDeployment,
        key: SecretString,
    ) -> Result<DeploymentView, CommandError> {
        let opened = self.opened().await;
        if opened.profile == Profile::Own {
            return opened.desk.clone()?.connect(new, key).await;
        }
        let _one_at_a_time = self.opening.lock().await;
        let desk = self.open_own().await?;
        let connected = desk.connect(new, key).await;
        match connected {
            Ok(_) => {
                self.replace(
                    app,
                    Opened {
                        profile: Profile::Own,
                        desk: Ok(desk),
                        practice: Mutex::new(None),
                    },
                )
                .await;
            }
            Err(_) => desk.shutdown().await,
        }
        connected
    }

    /// Ends the open profile, so that requests under way reach a safe point.
    pub(crate) async fn close(&self) {
        if let Some(opened) = self.opened.send_replace(None) {
            opened.close().await;
        }
    }

    /// Folder of the profile that was asked for when the app was started.
    pub(crate) fn folder(&self) -> PathBuf {
        match self.first_profile() {
            Profile::Practice => self.start_up.profiles.join(PRACTICE),
            Profile::Own => self.own_folder(),
        }
    }

    /// A link that is to be shown, instead of the last one if nobody asked for that yet.
    pub(crate) fn pass_link(&self, link: String) {
        *self.passed() = Some(link);
    }

    /// The link that the app was started with, or started again; the first time that it is asked for.
    pub(crate) fn take_link(&self) -> Option<String> {
        self.passed().take()
    }

    fn passed(&self) -> MutexGuard<'_, Option<String>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the first card is on screen, to whoever started the app and asked to know.
    pub(crate) fn board_painted(&self) {
        let Some(file) = &self.start_up.ready_file else {
            return;
        };
        if let Err(error) = std::fs::write(file, "painted\n") {
            tracing::error!(%error, "could not say that the board is painted");
        }
    }

    async fn opened(&self) -> Arc<Opened> {
        let mut opened = self.opened.subscribe();
        let opened = opened
            .wait_for(Option::is_some)
            .await
            .expect("the shell owns the sender");
        opened.clone().expect("waited for it")
    }

    async fn open_own(&self) -> Result<Desk, CommandError> {
        open_desk(&self.own_folder()).await
    }

    fn own_folder(&self) -> PathBuf {
        let name = self
            .start_up
            .profile
            .as_deref()
            .filter(|name| *name != PRACTICE)
            .unwrap_or(OWN);
        self.start_up.profiles.join(name)
    }

    async fn replace(&self, app: &AppHandle, opened: Opened) {
        if let Ok(desk) = &opened.desk {
            forward_events(app.clone(), desk);
        }
        if let Err(problem) = &opened.desk {
            tracing::error!(code = ?problem.code, message = problem.message, "the profile could not be opened");
            if self.start_up.ready_file.is_some() {
                app.exit(1);
            }
        }
        let before = self.opened.send_replace(Some(Arc::new(opened)));
        events::emit_all(app);
        if let Some(before) = before {
            before.close().await;
        }
    }
}

impl Opened {
    async fn close(&self) {
        if let Ok(desk) = &self.desk {
            desk.shutdown().await;
        }
        if let Some(practice) = self.practice.lock().await.take() {
            practice.stop().await;
        }
    }
}

async fn open_practice(profiles: &Path) -> (Result<Desk, CommandError>, Option<PracticeKibana>) {
    let practice = match PracticeKibana::start(Options::default()).await {
        Ok(practice) => practice,
        Err(error) => return (Err(practice_failed(&error)), None),
    };
    let desk = async {
        let desk = open_desk(&profiles.join(PRACTICE)).await?;
        desk.adopt(
            DeploymentId::practice(),
            "PRACTICE",
            practice.url(),
            practice.api_key(),
        )
        .await?;
        Ok(desk)
    };
    (desk.await, Some(practice))
}

async fn open_desk(dir: &Path) -> Result<Desk, CommandError> {
    Desk::open(dir, Arc::new(SystemKeychain), Arc::new(SystemClock)).await
}

fn practice_failed(error: &std::io::Error) -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message: format!("the practice Kibana did not start: {error}"),
        hint: None,
        retryable: true,
        detail: None,
    }
}

/// Passes the desk's events on until the desk is gone. A window that fell behind asks for everything again.
fn forward_events(app: AppHandle, desk: &Desk) {
    let mut heard = desk.subscribe();
    desk.own(async move {
        loop {
            match heard.recv().await {
                Ok(event) => events::emit(&app, event),
                Err(RecvError::Lagged(missed)) => {
                    tracing::info!(missed, "the window fell behind");
                    events::emit_all(&app);
                }
                Err(RecvError::Closed) => return,
            }
        }
    });
}
