//! Deployments, their spaces, and how fresh what we hold of them is.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    code::CommandError,
    id::{DeploymentId, SourceId},
};

/// A deployment as the sidebar and the dialogs show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentView {
    /// Its id.
    pub id: DeploymentId,
    /// Short name: 2 to 8 capital letters or digits.
    pub name: String,
    /// Address with base path, without space.
    pub url: String,
    /// Kibana version, once it has answered with one.
    pub kibana_version: Option<String>,
    /// Where its key is.
    pub key: KeyState,
    /// Spaces that the key may enter.
    pub spaces: Vec<SpaceView>,
    /// What is wrong with the whole deployment; what is wrong with one space stands there.
    pub problem: Option<CommandError>,
}

/// Where a deployment's key is. The key itself never leaves the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum KeyState {
    /// On its way into the system's keychain, which may have to be unlocked first.
    Saving,
    /// In the system's keychain.
    Stored,
    /// In memory until the app ends, because there is no keychain.
    MemoryOnly,
    /// Nowhere: it has to be given again.
    Missing,
}

/// One space of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpaceView {
    /// Names the space.
    pub source: SourceId,
    /// The space's name.
    pub name: String,
    /// Whether the space is in use: read, and shown on the board.
    pub shown: bool,
    /// Cases known of it that are not closed.
    pub n_active: u32,
    /// How fresh it is.
    pub sync: SyncView,
}

/// How fresh what we hold of a source is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SyncView {
    /// What sync does with it.
    pub state: SyncState,
    /// When the list of its cases was last read in full; `None` if never.
    pub at: Option<String>,
    /// Why the last pass failed.
    pub problem: Option<CommandError>,
}

/// What sync does with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum SyncState {
    /// Not in use.
    Off,
    /// The first reading is under way.
    First,
    /// Read in full, and followed.
    Following,
    /// The last pass failed; older data is shown.
    Failed,
}

/// What is needed to connect a Kibana.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeployment {
    /// Short name: 2 to 8 capital letters or digits.
    pub name: String,
    /// Any URL of that Kibana; what stands behind base path and space is ignored.
    pub url: String,
    /// API key, encoded or as `id:api_key`.
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub key: SecretString,
}
