use caseboard_core::{
    code::CommandError,
    id::SourceId,
    view::{Assignable, CaseForm, Markdown},
};
use tauri::State;

use crate::shell::Shell;

/// How Kibana sets up the cases of an owner. If Kibana cannot be asked: as it was last read, with the reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn case_form(
    shell: State<'_, Shell>,
    source: SourceId,
    owner: String,
) -> Result<CaseForm, CommandError> {
    shell.desk().await?.case_form(&source, &owner).await
}

/// Persons whose name begins so, and to whom Kibana lets cases of this owner be assigned.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest_people(
    shell: State<'_, Shell>,
    source: SourceId,
    owner: String,
    text: String,
) -> Result<Vec<Assignable>, CommandError> {
    let desk = shell.desk().await?;
    desk.suggest_people(&source, &owner, &text).await
}

/// Markdown as it will show.
#[tauri::command(async)]
#[specta::specta]
#[expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "every command takes and answers in the same form"
)]
pub(crate) fn preview_markdown(text: String) -> Result<Markdown, CommandError> {
    Ok(Markdown::of(&text))
}
