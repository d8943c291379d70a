//! What changed, as typed events of the window.

use caseboard_core::{
    event::DeskEvent,
    id::{CaseRef, DeploymentId, SourceId},
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

/// One case looks different now.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct CaseChanged {
    pub case: CaseRef,
}

/// A pass over a source ended, well or not, or its cases changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SourceChanged {
    pub source: SourceId,
}

/// A deployment was added or changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct DeploymentChanged {
    pub deployment: DeploymentId,
}

/// Something was written, or what was written stands elsewhere now.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct OutboxChanged {}

/// Another profile is open, or opening one failed, or events were missed: ask for everything again, from `app_info` on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ProfileChanged {}

/// The app was started again with a link: ask for its case.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct LinkPassed {}

/// Passes an event of the desk on to the window. A window that is gone has nothing to refresh.
pub(crate) fn emit(app: &AppHandle, event: DeskEvent) {
    let emitted = match event {
        DeskEvent::CaseChanged { case } => CaseChanged { case }.emit(app),
        DeskEvent::SourceChanged { source } => SourceChanged { source }.emit(app),
        DeskEvent::DeploymentChanged { deployment } => DeploymentChanged { deployment }.emit(app),
        DeskEvent::StorageChanged => ProfileChanged {}.emit(app),
        DeskEvent::OutboxChanged => OutboxChanged {}.emit(app),
    };
    if let Err(error) = emitted {
        tracing::debug!(%error, "the window did not hear an event");
    }
}

/// Makes the window ask for everything again.
pub(crate) fn emit_all(app: &AppHandle) {
    if let Err(error) = (ProfileChanged {}).emit(app) {
        tracing::debug!(%error, "the window did not hear an event");
    }
}

/// Makes the window ask for the case of a link. One that is not there yet asks by itself.
#[cfg(target_os = "linux")]
pub(crate) fn emit_link(app: &AppHandle) {
    if let Err(error) = (LinkPassed {}).emit(app) {
        tracing::debug!(%error, "the window did not hear an event");
    }
}
