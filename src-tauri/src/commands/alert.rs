use caseboard_core::{code::CommandError, id::CaseRef, view::AttachReport};
use tauri::State;

use crate::shell::Shell;

/// Attaches every alert whose id stands in `text` and that lives in the case's source; tells the outcome of each.
#[tauri::command]
#[specta::specta]
pub(crate) async fn attach_alerts(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    text: String,
) -> Result<AttachReport, CommandError> {
    shell.desk().await?.attach_alerts(&case_ref, text).await
}
