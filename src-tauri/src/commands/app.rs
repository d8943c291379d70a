use caseboard_core::{
    code::CommandError,
    view::{Attention, StorageView},
};
use tauri::{AppHandle, State, WebviewWindow};

use crate::{
    preferences::{self, Preferences},
    shell::{AppInfo, Profile, Shell},
};

/// Which profile is open, and the window's preferences.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_info(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Result<AppInfo, CommandError> {
    Ok(shell.info(preferences::load(&app)).await)
}

/// Closes the open profile and opens another: practice, or the analyst's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_profile(
    app: AppHandle,
    shell: State<'_, Shell>,
    profile: Profile,
) -> Result<AppInfo, CommandError> {
    shell.open(&app, profile).await?;
    Ok(shell.info(preferences::load(&app)).await)
}

/// Saves the window's preferences, and gives it the size of type that is preferred.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_preferences(
    app: AppHandle,
    window: WebviewWindow,
    preferences: Preferences,
) -> Result<(), CommandError> {
    let saved = preferences::save(&app, preferences)?;
    preferences::apply(&window, &saved)
}

/// Says how closely somebody looks at the window, which decides how often sources are read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn attend(
    shell: State<'_, Shell>,
    attention: Attention,
) -> Result<(), CommandError> {
    shell.desk().await?.attend(attention);
    Ok(())
}

/// Sets whether anything may be kept on disk, for this run and those to come. Without, what is not sent when the app ends is
/// lost; `writes_waiting` if that is the case now, unless `even_unsettled`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_keep_on_disk(
    shell: State<'_, Shell>,
    keep: bool,
    even_unsettled: bool,
) -> Result<StorageView, CommandError> {
    let desk = shell.desk().await?;
    desk.set_keep_on_disk(keep, even_unsettled).await
}

/// Tells whoever started the app that the first card is on screen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn board_painted(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.board_painted();
    Ok(())
}
