use caseboard_core::{
    code::CommandError,
    id::{DeploymentId, SourceId},
    view::{DeploymentView, NewDeployment},
};
use secrecy::SecretString;
use tauri::{AppHandle, State};

use crate::shell::Shell;

/// Deployments of the open profile, with their spaces and how fresh they are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn deployments(
    shell: State<'_, Shell>,
) -> Result<Vec<DeploymentView>, CommandError> {
    Ok(shell.desk().await?.deployments())
}

/// Tests address and key, then saves the deployment in the analyst's own profile, which becomes the open one, and puts the
/// key into the keychain. Nothing is saved if the test fails.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_deployment(
    app: AppHandle,
    shell: State<'_, Shell>,
    deployment: NewDeployment,
) -> Result<DeploymentView, CommandError> {
    shell.connect(&app, deployment).await
}

/// Tests a new key against the saved address, then puts it in the place of the old one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace_key(
    shell: State<'_, Shell>,
    deployment: DeploymentId,
    key: String,
) -> Result<DeploymentView, CommandError> {
    shell
        .desk()
        .await?
        .replace_key(&deployment, SecretString::from(key))
        .await
}

/// Takes a space into use or out of it; its cases appear on the board or leave it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_space_shown(
    shell: State<'_, Shell>,
    source: SourceId,
    shown: bool,
) -> Result<Vec<DeploymentView>, CommandError> {
    shell.desk().await?.set_space_shown(&source, shown).await
}

/// Reads every space in use now instead of at its next turn.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_now(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.desk().await?.sync_now();
    Ok(())
}
