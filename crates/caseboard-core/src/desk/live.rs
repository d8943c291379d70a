//! What the desk holds while it runs: each deployment with its client and the spaces it follows.

use std::{collections::HashMap, collections::HashSet, sync::Arc};

use jiff::Timestamp;
use kibana_cases::{Client, Space, SpaceId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{back_fill::BackFill, outage::Outage};
use crate::{
    cache::{NamedSource, SourceFacts},
    code::CommandError,
    deployment::{Deployment, SavedSpace},
    error::Error,
    id::{CaseRef, DeploymentId, SourceId},
    view::{
        Attention, CaseRights, DeploymentView, KeyMark, KeyState, SpaceView, SyncState, SyncView,
    },
};

#[derive(Default)]
pub(super) struct State {
    /// What the mirror knew of each source when it was last asked.
    pub(super) facts: HashMap<SourceId, SourceFacts>,
    /// In the order in which they were added.
    pub(super) deployments: Vec<Live>,
    /// Cases whose details are being read, because somebody opened them.
    pub(super) reading: HashSet<CaseRef>,
    /// How much is looked at what is shown.
    pub(super) attention: Attention,
}

/// A deployment while the desk runs.
pub(super) struct Live {
    pub(super) saved: Deployment,
    /// Whether it was connected in this run, so that no file of an earlier one holds anything of it.
    pub(super) is_new: bool,
    /// `None` without a key.
    pub(super) client: Option<Client>,
    pub(super) key: KeyState,
    /// `None` without a key.
    pub(super) key_mark: Option<KeyMark>,
    pub(super) problem: Option<CommandError>,
    pub(super) watches: HashMap<SpaceId, Watch>,
    pub(super) outage: Outage,
    /// `None` until there is a key.
    pub(super) back_fill: Option<BackFill>,
}

/// A space that is followed.
pub(super) struct Watch {
    pub(super) stop: CancellationToken,
    /// Wakes its task, to look again when it is to ask.
    pub(super) wake: Arc<Notify>,
    /// It is to ask now.
    pub(super) is_asked: bool,
    /// When it is to ask besides, because of a write of ours.
    pub(super) after_write: Vec<Timestamp>,
    pub(super) read_at: Option<Timestamp>,
    pub(super) problem: Option<CommandError>,
    /// What the key may do there, as far as it is known.
    pub(super) rights: CaseRights,
    /// Whether that was asked, since the source was last refused.
    pub(super) asked_rights: bool,
}

impl Watch {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            wake: Arc::default(),
            is_asked: false,
            after_write: Vec::new(),
            read_at: None,
            problem: None,
            rights: CaseRights::default(),
            asked_rights: false,
        }
    }

    /// Has the source read now.
    pub(super) fn ask(&mut self) {
        self.is_asked = true;
        self.wake.notify_one();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl State {
    pub(super) fn deployment(&self, id: &DeploymentId) -> Result<&Live, Error> {
        self.deployments
            .iter()
            .find(|live| live.saved.id == *id)
            .ok_or(Error::Unknown { what: "deployment" })
    }

    pub(super) fn deployment_mut(&mut self, id: &DeploymentId) -> Option<&mut Live> {
        self.deployments
            .iter_mut()
            .find(|live| live.saved.id == *id)
    }

    pub(super) fn watch_mut(&mut self, source: &SourceId) -> Option<&mut Watch> {
        self.deployment_mut(&source.deployment)?
            .watches
            .get_mut(&source.space)
    }

    pub(super) fn space(&self, source: &SourceId) -> Result<Space, Error> {
        let live = self.deployment(&source.deployment)?;
        let client = live.client.as_ref().ok_or_else(|| Error::NoKey {
            deployment: live.saved.name.clone(),
        })?;
        Ok(client.space(&source.space))
    }

    pub(super) fn sources_in_use(&self) -> Vec<NamedSource> {
        self.deployments
            .iter()
            .flat_map(|live| {
                live.saved
                    .spaces
                    .iter()
                    .filter(|space| space.shown)
                    .map(|space| live.named(space))
            })
            .collect()
    }

    /// A source's names, and its deployment's address.
    pub(super) fn named(&self, source: &SourceId) -> Result<(NamedSource, String), Error> {
        let live = self.deployment(&source.deployment)?;
        let space = live
            .saved
            .spaces
            .iter()
            .find(|space| space.id == source.space)
            .ok_or(Error::Unknown { what: "space" })?;
        Ok((live.named(space), live.saved.url.clone()))
    }

    pub(super) fn wake_all(&mut self) {
        for live in &mut self.deployments {
            live.outage.ask_at_once();
            live.watches.values_mut().for_each(Watch::ask);
        }
    }

    pub(super) fn view(&self, live: &Live) -> DeploymentView {
        DeploymentView {
            id: live.saved.id.clone(),
            name: live.saved.name.clone(),
            url: live.saved.url.clone(),
            kibana_version: live.saved.kibana_version.clone(),
            key: live.key,
            me: live.saved.me.clone(),
            key_mark: live.key_mark.clone(),
            spaces: live
                .saved
                .spaces
                .iter()
                .map(|space| self.space_view(live, space))
                .collect(),
            problem: live.problem.clone(),
        }
    }

    fn space_view(&self, live: &Live, space: &SavedSpace) -> SpaceView {
        let source = SourceId {
            deployment: live.saved.id.clone(),
            space: space.id.clone(),
        };
        let facts = self.facts.get(&source).copied().unwrap_or_default();
        let watch = live.watches.get(&space.id);
        SpaceView {
            name: crate::plain::visible(&space.name),
            shown: space.shown,
            n_active: facts.n_active,
            n_cases: facts.coverage.n_cases,
            n_detailed: facts.coverage.n_detailed,
            rights: watch.map(|watch| watch.rights).unwrap_or_default(),
            sync: sync_view(watch, facts.read_at),
            source,
        }
    }
}

impl Live {
    fn named(&self, space: &SavedSpace) -> NamedSource {
        NamedSource {
            source: SourceId {
                deployment: self.saved.id.clone(),
                space: space.id.clone(),
            },
            deployment_name: self.saved.name.clone(),
            space_name: space.name.clone(),
            me: self.saved.me.clone(),
            has_siblings: self.saved.spaces.iter().filter(|space| space.shown).count() > 1,
        }
    }
}

/// `known_at` is since when the list is as Kibana has it, as this run or an earlier one found.
fn sync_view(watch: Option<&Watch>, known_at: Option<Timestamp>) -> SyncView {
    let Some(watch) = watch else {
        return SyncView {
            state: SyncState::Off,
            at: known_at.map(|at| at.to_string()),
            problem: None,
        };
    };
    let state = match (&watch.problem, watch.read_at) {
        (Some(_), _) => SyncState::Failed,
        (None, Some(_)) => SyncState::Following,
        (None, None) => SyncState::First,
    };
    SyncView {
        state,
        at: known_at.or(watch.read_at).map(|at| at.to_string()),
        problem: watch.problem.clone(),
    }
}
