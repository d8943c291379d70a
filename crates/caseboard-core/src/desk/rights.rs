//! What keys may do in the spaces that are followed, so that faces can tell it before a click. Kibana judges all the same.

use std::collections::HashMap;

use kibana_cases::SpaceId;
use tokio_util::sync::CancellationToken;

use super::{Desk, live::Live};
use crate::{
    deployment::rights,
    event::DeskEvent,
    id::{DeploymentId, SourceId},
    view::{CaseRights, SpaceRights},
};

/// The spaces that were followed when rights were asked for. Those of another key are followed anew.
pub(super) struct Followed(HashMap<SpaceId, CancellationToken>);

impl Live {
    pub(super) fn followed(&self) -> Followed {
        let watches = self.watches.iter();
        Followed(
            watches
                .map(|(space, watch)| (space.clone(), watch.stop.clone()))
                .collect(),
        )
    }
}

impl Desk {
    /// Asks what the key may do in a source that just answered, unless that was asked since it was last refused. Nobody waits
    /// for it.
    pub(super) fn learn_rights(&self, source: &SourceId) {
        let (space, stop) = {
            let mut state = self.state();
            let Ok(space) = state.space(source) else {
                return;
            };
            let watch = state.watch_mut(source).filter(|watch| !watch.asked_rights);
            let Some(watch) = watch else {
                return;
            };
            watch.asked_rights = true;
            (space, watch.stop.clone())
        };
        let (desk, source) = (self.clone(), source.clone());
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                (told, _) = rights::told_in(&space) => desk.note_rights(&source, told, &stop),
            }
        });
    }

    /// Takes what a test of a saved deployment was told.
    pub(super) fn note_tested(&self, id: &DeploymentId, followed: &Followed, told: &[SpaceRights]) {
        for SpaceRights { space, rights, .. } in told {
            if let Some(stop) = followed.0.get(space) {
                let source = SourceId {
                    deployment: id.clone(),
                    space: space.clone(),
                };
                self.note_rights(&source, *rights, stop);
            }
        }
    }

    fn note_rights(&self, source: &SourceId, told: CaseRights, stop: &CancellationToken) {
        // Kibana tells strangers, too, that they may do nothing: whoever could read was not told of the own key. And where
        // nothing is told what is known stays.
        if told.read == Some(false) || told.write.is_none() {
            return;
        }
        {
            let mut state = self.state();
            let watch = state.watch_mut(source);
            let Some(watch) = watch.filter(|watch| !stop.is_cancelled() && watch.rights != told)
            else {
                return;
            };
            watch.rights = told;
        }
        self.tell(DeskEvent::DeploymentChanged {
            deployment: source.deployment.clone(),
        });
    }
}

#[cfg(test)]
mod tests;
