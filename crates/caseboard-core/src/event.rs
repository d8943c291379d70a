//! What changed, told to every face: ids only, never the new world.

use serde::{Deserialize, Serialize};

use crate::id::{CaseRef, DeploymentId, SourceId};

/// Something changed; whoever shows it asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum DeskEvent {
    /// One case looks different now.
    CaseChanged {
        /// The case.
        case: CaseRef,
    },
    /// A pass over a source ended, well or not, or its cases changed.
    SourceChanged {
        /// The source.
        source: SourceId,
    },
    /// A deployment was added or changed.
    DeploymentChanged {
        /// The deployment.
        deployment: DeploymentId,
    },
    /// What the desk knows is kept elsewhere now, or began anew: everything may look different.
    StorageChanged,
    /// Something was written, or what was written stands elsewhere now.
    OutboxChanged,
}
