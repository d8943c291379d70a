//! Where what the desk knows is kept.

use serde::Serialize;

use crate::code::CommandError;

/// Where what the desk knows is kept, and what is wrong with that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct StorageView {
    /// Where it is.
    pub state: StorageState,
    /// Whether people want nothing on disk.
    pub by_choice: bool,
    /// Why it is not on disk although it should be.
    pub problem: Option<CommandError>,
    /// Name of a file of the profile that could not be read in this run. It was moved aside, and nothing was deleted.
    pub kept_file: Option<String>,
}

/// Where what the desk knows is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum StorageState {
    /// In memory, until the system's keychain gives the key of the file: it may have to be unlocked first.
    WaitingForKey,
    /// In the encrypted file of the profile.
    OnDisk,
    /// In memory until the app ends: what was not sent by then is lost.
    MemoryOnly,
}
