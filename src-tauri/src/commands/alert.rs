use caseboard_core::{
    code::CommandError,
    id::{AlertId, CaseRef, SourceId},
    view::{
        AlertDetail, AlertSearch, AttachReport, Dropped, EntryView, FoundId, IncidentCase,
        IncidentPart, NewAlertStatus, ResolvedAlert, Suggestions, Tray,
    },
};
use tauri::{State, ipc::Channel};

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

/// Attaches alerts that live in the case's source. With `unknown`, because somebody said so, also those of which nobody can tell
/// the rule, and ids that no source in use knows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn attach_ids(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    ids: Vec<AlertId>,
    unknown: bool,
) -> Result<AttachReport, CommandError> {
    let desk = shell.desk().await?;
    desk.attach_ids(&case_ref, ids, unknown).await
}

/// Detaches alerts from a case, also out of a group that was attached together.
#[tauri::command]
#[specta::specta]
pub(crate) async fn detach_alerts(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    ids: Vec<AlertId>,
) -> Result<Vec<EntryView>, CommandError> {
    shell.desk().await?.detach_alerts(&case_ref, &ids).await
}

/// Reads what was dropped or pasted; nobody is asked. `column` names the one that holds the ids, where a table did not tell.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_drop(
    shell: State<'_, Shell>,
    text: String,
    column: Option<String>,
) -> Result<Dropped, CommandError> {
    shell.desk().await?.read_drop(text, column).await
}

/// Finds out where alerts live, and tells what each answer found. Answers when every source in use has answered.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resolve_alerts(
    shell: State<'_, Shell>,
    ids: Vec<FoundId>,
    told: Channel<Vec<ResolvedAlert>>,
) -> Result<(), CommandError> {
    // A window that is gone hears nothing.
    let tell = move |alerts| drop(told.send(alerts));
    shell.desk().await?.resolve_alerts(&ids, tell).await
}

/// Where alerts of one source may be attached, the likeliest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest_cases(
    shell: State<'_, Shell>,
    source: SourceId,
    ids: Vec<AlertId>,
) -> Result<Suggestions, CommandError> {
    shell.desk().await?.suggest_cases(&source, &ids).await
}

/// What waits in the Tray.
#[tauri::command]
#[specta::specta]
pub(crate) async fn tray(shell: State<'_, Shell>) -> Result<Tray, CommandError> {
    shell.desk().await?.tray().await
}

/// Keeps what waits in the Tray.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_tray(shell: State<'_, Shell>, tray: Tray) -> Result<(), CommandError> {
    shell.desk().await?.put_tray(tray).await
}

/// An alert of one source in full: as Kibana has it now, else as it was last read with a case that holds it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn alert_detail(
    shell: State<'_, Shell>,
    source: SourceId,
    alert: AlertId,
) -> Result<AlertDetail, CommandError> {
    shell.desk().await?.alert_detail(&source, &alert).await
}

/// Alerts of every source in use that a text names: by id, host, user, rule, address or hash, exactly.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_alerts(
    shell: State<'_, Shell>,
    text: String,
) -> Result<AlertSearch, CommandError> {
    shell.desk().await?.search_alerts(&text).await
}

/// Gives alerts of a case another status. The case stays as it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_alert_status(
    shell: State<'_, Shell>,
    case_ref: CaseRef,
    ids: Vec<AlertId>,
    status: NewAlertStatus,
) -> Result<EntryView, CommandError> {
    let desk = shell.desk().await?;
    desk.set_alert_status(&case_ref, ids, status).await
}

/// Creates a case in each source, attaches its alerts to it, and links all of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_incident(
    shell: State<'_, Shell>,
    parts: Vec<IncidentPart>,
) -> Result<Vec<IncidentCase>, CommandError> {
    Box::pin(shell.desk().await?.open_incident(parts)).await
}

/// Links cases of an incident that were not linked yet; tells of each whether it names all others now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn link_cases(
    shell: State<'_, Shell>,
    cases: Vec<CaseRef>,
) -> Result<Vec<bool>, CommandError> {
    shell.desk().await?.link_cases(&cases).await
}
