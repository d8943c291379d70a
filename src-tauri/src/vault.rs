//! What a key is wanted for while its window is open. Keys come from there and go into the core; none comes back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use caseboard_core::{
    code::{CommandError, ErrorCode},
    id::DeploymentId,
    view::{DeploymentView, NewDeployment},
};
use secrecy::SecretString;
use tauri::AppHandle;
use tokio::sync::oneshot;

use crate::{shell::Shell, window};

/// What a key is for.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// A Kibana that is not connected yet.
    Connect(NewDeployment),
    /// A deployment that has one, or had.
    Replace(DeploymentId),
}

/// What the window of keys says of its purpose: no word of a case.
#[derive(Debug, Clone)]
pub(crate) struct Asks {
    pub(crate) purpose: Purpose,
    /// Short name of the deployment.
    pub(crate) name: String,
    /// The only address that the key is used for.
    pub(crate) url: String,
}

/// Whoever waits for a key.
#[derive(Default)]
pub(crate) struct Vault {
    waiting: Mutex<Option<Waiting>>,
}

struct Waiting {
    purpose: Purpose,
    answer: oneshot::Sender<DeploymentView>,
}

impl Vault {
    /// Opens the window of keys, and waits until a key was taken there or the window was closed. Whoever waited before is told
    /// that nothing came of it.
    pub(crate) async fn ask(
        &self,
        app: &AppHandle,
        asks: Asks,
    ) -> Result<Option<DeploymentView>, CommandError> {
        window::open_vault(app, &asks).map_err(|error| {
            internal(format!("the window of keys could not be opened: {error}"))
        })?;
        let (answer, answered) = oneshot::channel();
        *self.waiting() = Some(Waiting {
            purpose: asks.purpose,
            answer,
        });
        Ok(answered.await.ok())
    }

    /// Takes a key: it is tested, kept, and the window closed. If the test fails the window stays, to try another.
    pub(crate) async fn take(
        &self,
        app: &AppHandle,
        shell: &Shell,
        key: SecretString,
    ) -> Result<(), CommandError> {
        let purpose = self.waiting().as_ref().map(|one| one.purpose.clone());
        let purpose = purpose.ok_or_else(|| internal("no key is wanted".to_owned()))?;
        let deployment = match purpose {
            Purpose::Connect(new) => shell.connect(app, &new, key).await?,
            Purpose::Replace(id) => shell.desk().await?.replace_key(&id, key).await?,
        };
        if let Some(waiting) = self.waiting().take() {
            // A page that was loaded anew meanwhile hears of it by the desk's events.
            drop(waiting.answer.send(deployment));
        }
        window::close_vault(app);
        Ok(())
    }

    /// The window is gone: nothing comes of it.
    pub(crate) fn closed(&self) {
        *self.waiting() = None;
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn internal(message: String) -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message,
        hint: None,
        retryable: false,
        detail: None,
    }
}
