use caseboard_core::{
    code::CommandError,
    id::EntryId,
    view::{EntryView, OutboxView},
};
use tauri::State;

use crate::shell::Shell;

/// What was written and is not settled, and the newest of what is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn outbox(shell: State<'_, Shell>) -> Result<OutboxView, CommandError> {
    shell.desk().await?.outbox().await
}

/// Takes an entry back: not sent if it was not, else by its inverse, which is an ordinary change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_entry(
    shell: State<'_, Shell>,
    entry: EntryId,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.undo_entry(&entry).await
}

/// Tries again what waits for a person, or lets go what is held.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_entry(
    shell: State<'_, Shell>,
    entry: EntryId,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.retry_entry(&entry).await
}

/// Throws an entry away. What it wanted stays in the journal.
#[tauri::command]
#[specta::specta]
pub(crate) async fn discard_entry(
    shell: State<'_, Shell>,
    entry: EntryId,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.discard_entry(&entry).await
}

/// Settles a conflict: of these fields mine is written, of all others theirs stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_mine(
    shell: State<'_, Shell>,
    entry: EntryId,
    fields: Vec<String>,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.keep_mine(&entry, &fields).await
}
