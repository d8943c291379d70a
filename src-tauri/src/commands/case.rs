use caseboard_core::{
    code::CommandError,
    id::{CaseRef, SourceId},
    view::{
        Board, BoardQuery, BoardRows, BoardWindow, BulkEdit, CaseDetail, CaseEdit, EntryView,
        NewCaseDraft, NewCaseForm,
    },
};
use tauri::State;

use crate::shell::Shell;

/// The board's columns and counts with the cards asked for, from what is known on this computer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn board(
    shell: State<'_, Shell>,
    query: BoardQuery,
    rows: BoardRows,
) -> Result<Board, CommandError> {
    shell.desk().await?.board(&query, &rows).await
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

/// Writes a comment, as it was typed. The answer comes when it is kept; the outbox sends it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_comment(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    text: String,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.add_comment(&case_ref, text).await
}

/// Changes fields of a case. The answer comes when the change is kept; the outbox sends it. `null` if nothing is to change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_case(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    edit: CaseEdit,
) -> Result<Option<EntryView>, CommandError> {
    shell.desk().await?.edit_case(&case_ref, &edit).await
}

/// Changes many cases together, of any sources; all parts are one bulk. Those that are as wanted already are left out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_cases(
    shell: State<'_, Shell>,
    parts: Vec<BulkEdit>,
) -> Result<Vec<EntryView>, CommandError> {
    shell.desk().await?.edit_bulk(&parts).await
}

/// Creates a case. Until Kibana has it, it has a name of our own, by which more can be written to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_case(
    shell: State<'_, Shell>,
    source: SourceId,
    form: NewCaseForm,
) -> Result<EntryView, CommandError> {
    shell.desk().await?.create_case(&source, form).await
}

/// The new case that somebody has begun to write.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_case_draft(
    shell: State<'_, Shell>,
) -> Result<Option<NewCaseDraft>, CommandError> {
    shell.desk().await?.new_case_draft().await
}

/// Keeps the new case that somebody has begun to write; `null` throws it away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_new_case_draft(
    shell: State<'_, Shell>,
    draft: Option<NewCaseDraft>,
) -> Result<(), CommandError> {
    shell.desk().await?.put_new_case_draft(draft).await
}

/// Notes that a person saw all of a case up to something that was done to it at this time, as Kibana wrote it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_at(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    until: String,
) -> Result<(), CommandError> {
    shell.desk().await?.look_at(&case_ref, &until).await
}

/// Pins something on the timeline of a case on this computer, under a name that the window gives it, or takes the pin away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pin(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    mark: String,
    on: bool,
) -> Result<(), CommandError> {
    shell.desk().await?.pin(&case_ref, &mark, on).await
}

/// What somebody was writing to a case.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
) -> Result<Option<String>, CommandError> {
    shell.desk().await?.draft(&case_ref).await
}

/// Keeps what somebody is writing to a case; an empty text is thrown away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_draft(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    text: String,
) -> Result<(), CommandError> {
    shell.desk().await?.put_draft(&case_ref, &text).await
}
