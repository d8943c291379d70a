use caseboard_core::{code::CommandError, id::CaseRef, link::Link};
use tauri::{State, WebviewWindow};

use crate::{links, shell::Shell};

/// Asks whether a link that stands in a case is to be opened, in a dialog of the system, and opens it in the browser then.
/// Tells whether it was opened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(window: WebviewWindow, link: String) -> Result<bool, CommandError> {
    links::open(&window, Link::read(&link)?).await
}

/// The case that a link names: `caseboard://case/<deployment>/<space>/<id>`, or its address in a Kibana that is connected.
/// `invalid_input` if it is no link to a case.
#[tauri::command]
#[specta::specta]
pub(crate) async fn linked_case(
    shell: State<'_, Shell>,
    link: String,
) -> Result<CaseRef, CommandError> {
    shell.desk().await?.linked_case(&link)
}

/// The case of the link that the app was started with, or started again; once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn passed_case(shell: State<'_, Shell>) -> Result<Option<CaseRef>, CommandError> {
    let desk = shell.desk().await?;
    let link = shell.take_link();
    link.map(|link| desk.linked_case(&link)).transpose()
}
