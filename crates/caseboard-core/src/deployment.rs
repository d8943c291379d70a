//! Deployments: what is saved of them, and how a new one is tested.

mod excess;
pub(crate) mod probe;
pub(crate) mod registry;
pub(crate) mod rights;
pub(crate) mod role;
pub(crate) mod version;

use kibana_cases::SpaceId;
use serde::{Deserialize, Serialize};

use crate::id::DeploymentId;

/// A deployment as it is saved: no secret, no case text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deployment {
    pub(crate) id: DeploymentId,
    /// Short name: 2 to 8 capital letters or digits.
    pub(crate) name: String,
    /// Address with base path, without space. The key is bound to it.
    pub(crate) url: String,
    /// Kibana version at the last test.
    #[serde(default)]
    pub(crate) kibana_version: Option<String>,
    /// Profile uid of whoever the key belongs to, where Kibana told it at the last test.
    #[serde(default)]
    pub(crate) me: Option<String>,
    pub(crate) spaces: Vec<SavedSpace>,
}

/// A space of a saved deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedSpace {
    pub(crate) id: SpaceId,
    pub(crate) name: String,
    /// Whether it is in use.
    pub(crate) shown: bool,
}

impl Deployment {
    /// Takes in what a test found: new spaces come unused unless the list was empty, known ones keep their use.
    pub(crate) fn merge(&mut self, probe: probe::Probe) {
        let before = std::mem::take(&mut self.spaces);
        let shown = |id: &SpaceId| {
            before
                .iter()
                .find(|space| space.id == *id)
                .map(|space| space.shown)
        };
        self.kibana_version = probe.kibana_version.or(self.kibana_version.take());
        self.me = probe.me.and_then(|me| me.profile_uid);
        self.spaces = probe
            .spaces
            .into_iter()
            .map(|space| SavedSpace {
                shown: shown(&space.id).unwrap_or(false),
                id: space.id,
                name: space.name,
            })
            .collect();
        // A space in use that the key no longer may enter stays: its problem is told, its use is the person's to end.
        let lost = before
            .into_iter()
            .filter(|space| space.shown && !self.spaces.iter().any(|kept| kept.id == space.id));
        let lost: Vec<_> = lost.collect();
        self.spaces.extend(lost);
    }
}
