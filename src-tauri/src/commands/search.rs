use caseboard_core::{
    code::CommandError,
    search::{self, Search},
    view::{BoardQuery, BoardWindow, Chip, Grouping, Groups, ListPart, SearchField, SearchView},
};
use tauri::State;

use crate::shell::Shell;

/// The cases that match, in groups; at most `limit` of these (never more than 200).
#[tauri::command]
#[specta::specta]
pub(crate) async fn groups(
    shell: State<'_, Shell>,
    query: BoardQuery,
    grouping: Grouping,
    limit: u32,
) -> Result<Groups, CommandError> {
    shell.desk().await?.groups(&query, grouping, limit).await
}

/// A part of the list of cases that match, or of one group of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list(
    shell: State<'_, Shell>,
    query: BoardQuery,
    part: ListPart,
) -> Result<BoardWindow, CommandError> {
    shell.desk().await?.list(&query, &part).await
}

/// What a text means in the search language: as chips, with the places that could not be read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_search(text: String) -> Result<SearchView, CommandError> {
    Ok(Search::read(&text).view())
}

/// The text of chips; reading it gives the same chips.
#[tauri::command]
#[specta::specta]
pub(crate) async fn chips_to_text(chips: Vec<Chip>) -> Result<String, CommandError> {
    Ok(search::chips_to_text(&chips))
}

/// The fields of the search language, with what they take.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_fields() -> Result<Vec<SearchField>, CommandError> {
    Ok(search::fields())
}
