//! Deployments, their spaces, and how fresh what we hold of them is.

use serde::{Deserialize, Serialize};

use crate::{
    code::CommandError,
    id::{DeploymentId, SourceId},
    view::CaseRights,
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
    /// Profile uid of whoever the key belongs to; `None` where Kibana does not tell it.
    pub me: Option<String>,
    /// By what people tell its key from others; `None` without a key.
    pub key_mark: Option<KeyMark>,
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

/// By what people tell a key from others. The key itself never leaves the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct KeyMark {
    /// The last four characters of its encoded form, as Kibana showed it, without the signs that fill it up. `None` of a
    /// password.
    pub last4: Option<String>,
    /// When it was given; `None` of one that was given before that was kept.
    pub given_at: Option<String>,
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
    /// Cases known of it.
    pub n_cases: u32,
    /// Those among them whose comments, alerts and history are here as they are now: searches miss nothing in them.
    pub n_detailed: u32,
    /// What its key may do there, as far as Kibana told it in this run: what nobody knows may be tried.
    pub rights: CaseRights,
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
    /// Since when at least the list of its cases is as Kibana has it: nothing shown is older. `None` if it never was read in full.
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
    /// The last pass failed, or one gets no answer; older data is shown.
    Failed,
}

/// How much the person before a face looks at it: what nobody looks at is read less often.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Attention {
    /// It has the focus.
    Focused {
        /// The sources that are on the screen; all of them if none are named.
        visible: Option<Vec<SourceId>>,
    },
    /// Something else has the focus.
    Unfocused,
    /// Nobody touched the computer for 10 minutes.
    Idle,
}

impl Default for Attention {
    /// Everything is on the screen.
    fn default() -> Self {
        Self::Focused { visible: None }
    }
}

/// What is needed to connect a Kibana, besides what signs in there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeployment {
    /// Short name: 2 to 8 capital letters or digits.
    pub name: String,
    /// Any URL of that Kibana; what stands behind base path and space is ignored.
    pub url: String,
}
