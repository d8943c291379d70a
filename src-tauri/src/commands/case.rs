use caseboard_core::{
    code::CommandError,
    id::CaseRef,
    view::{Board, BoardQuery, BoardWindow, CaseDetail, NewStatus},
};
use tauri::State;

use crate::shell::Shell;

/// The board's columns and counts, from what is known on this computer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn board(
    shell: State<'_, Shell>,
    query: BoardQuery,
) -> Result<Board, CommandError> {
    shell.desk().await?.board(&query).await
}

/// At most `limit` cards of one column (never more than 200), from `offset`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn board_window(
    shell: State<'_, Shell>,
    query: BoardQuery,
    column: String,
    offset: u32,
    limit: u32,
) -> Result<BoardWindow, CommandError> {
    let desk = shell.desk().await?;
    desk.board_window(&query, &column, offset, limit).await
}

/// A case from what is known on this computer; a fresh reading begins, and `CaseChanged` tells when it is there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_case(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
) -> Result<CaseDetail, CommandError> {
    shell.desk().await?.open_case(&case_ref).await
}

/// Writes a comment. It shows at once as pending; the answer comes when Kibana confirmed it, or why it was not saved.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_comment(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    text: String,
) -> Result<CaseDetail, CommandError> {
    shell.desk().await?.add_comment(&case_ref, text).await
}

/// Changes the status of a case. It shows at once as pending; the answer comes when Kibana confirmed it, or why not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_case_status(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    status: NewStatus,
) -> Result<CaseDetail, CommandError> {
    shell.desk().await?.set_case_status(&case_ref, status).await
}
