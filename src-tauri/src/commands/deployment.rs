use caseboard_core::{
    code::CommandError,
    id::{DeploymentId, SourceId},
    view::{DeploymentTest, DeploymentView, NewDeployment},
};
use secrecy::SecretString;
use tauri::{AppHandle, State};

use crate::{
    shell::Shell,
    vault::{Asks, Purpose, Vault},
};

/// Deployments of the open profile, with their spaces and how fresh they are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn deployments(
    shell: State<'_, Shell>,
) -> Result<Vec<DeploymentView>, CommandError> {
    Ok(shell.desk().await?.deployments())
}

/// Asks for a key in the window of keys; address and key are tested there. Then the deployment is saved in the analyst's own
/// profile, which becomes the open one. Answers when the window is closed, with `null` if nothing came of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_deployment(
    app: AppHandle,
    shell: State<'_, Shell>,
    vault: State<'_, Vault>,
    deployment: NewDeployment,
) -> Result<Option<DeploymentView>, CommandError> {
    let url = shell.desk().await?.check_new(&deployment)?;
    let asks = Asks {
        name: deployment.name.clone(),
        purpose: Purpose::Connect(deployment),
        url,
    };
    vault.ask(&app, asks).await
}

/// Asks for a new key in the window of keys, where it is tested against the saved address; then it takes the place of the old
/// one. Answers when the window is closed, with `null` if nothing came of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace_key(
    app: AppHandle,
    shell: State<'_, Shell>,
    vault: State<'_, Vault>,
    deployment: DeploymentId,
) -> Result<Option<DeploymentView>, CommandError> {
    let DeploymentView { id, name, url, .. } = shell.desk().await?.deployment(&deployment)?;
    let purpose = Purpose::Replace(id);
    vault.ask(&app, Asks { purpose, name, url }).await
}

/// Takes the key that was asked for: tests it and puts it into the keychain. Only the window of keys may call it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn credential_set(
    app: AppHandle,
    shell: State<'_, Shell>,
    vault: State<'_, Vault>,
    key: String,
) -> Result<(), CommandError> {
    vault.take(&app, &shell, SecretString::from(key)).await
}

/// Tests a deployment as it is saved, in five steps.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_deployment(
    shell: State<'_, Shell>,
    deployment: DeploymentId,
) -> Result<DeploymentTest, CommandError> {
    let desk = shell.desk().await?;
    desk.test_saved_deployment(&deployment).await
}

/// The role that a key of a deployment needs at least, for the spaces in use: JSON to copy.
#[tauri::command]
#[specta::specta]
pub(crate) async fn minimal_role(
    shell: State<'_, Shell>,
    deployment: DeploymentId,
) -> Result<String, CommandError> {
    shell.desk().await?.minimal_role(&deployment)
}

/// Removes a deployment, its key, and what is kept of its cases; refused while something written for it is not settled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_deployment(
    shell: State<'_, Shell>,
    deployment: DeploymentId,
) -> Result<(), CommandError> {
    shell.desk().await?.remove_deployment(&deployment).await
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
