use caseboard_core::{
    code::CommandError,
    id::{AttachmentId, CaseRef},
    view::EntryView,
};
use tauri::State;

use crate::shell::Shell;

/// Changes the text of a comment. `seen` is the text that the person began with. `null` if nothing is to change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_comment(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    comment: AttachmentId,
    seen: String,
    text: String,
) -> Result<Option<EntryView>, CommandError> {
    let desk = shell.desk().await?;
    desk.edit_comment(&case_ref, &comment, Some(seen), text)
        .await
}

/// Deletes a comment, or detaches the alerts of an attachment.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_attachment(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    attachment: AttachmentId,
) -> Result<EntryView, CommandError> {
    let desk = shell.desk().await?;
    desk.delete_attachment(&case_ref, &attachment).await
}
