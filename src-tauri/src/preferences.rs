//! The window's preferences, kept by tauri-plugin-store and nothing else. Checked on load: what cannot be read is the default.

use std::sync::Arc;

use caseboard_core::code::{CommandError, ErrorCode};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

const KEY: &str = "window";

/// How the window looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preferences {
    pub theme: Theme,
    pub zone: Zone,
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
}

/// Time zone of the times on screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Zone {
    #[default]
    Local,
    Utc,
}

pub(crate) fn load(app: &AppHandle) -> Preferences {
    store(app)
        .ok()
        .and_then(|store| store.get(KEY))
        .and_then(|saved| serde_json::from_value(saved).ok())
        .unwrap_or_default()
}

pub(crate) fn save(app: &AppHandle, preferences: &Preferences) -> Result<(), CommandError> {
    let store = store(app).map_err(|error| not_saved(&*error))?;
    store.set(
        KEY,
        serde_json::to_value(preferences).map_err(|error| not_saved(&error))?,
    );
    store.save().map_err(|error| not_saved(&error))
}

/// The file stands beside the profiles, since it belongs to the window and not to any of them.
fn store(app: &AppHandle) -> Result<Arc<Store<Wry>>, Box<dyn std::error::Error>> {
    Ok(app.store(crate::profiles(app)?.join("preferences.json"))?)
}

fn not_saved(error: &dyn std::error::Error) -> CommandError {
    CommandError {
        code: ErrorCode::Internal,
        message: format!("the window's preferences could not be saved: {error}"),
        hint: Some("they hold until the app ends".to_owned()),
        retryable: true,
        detail: None,
    }
}
