//! One Kibana for one run: nothing is saved, and nothing is left behind.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use kibana_cases::{Address, SpaceId};

use super::{
    Desk, Parts, Provenance,
    deployments::{credentials, new_id},
    live::Live,
    outage::Outage,
};
use crate::{
    cache::{Mirror, database::Database, migrations},
    clock::Clock,
    code::CommandError,
    deployment::{Deployment, SavedSpace, registry::Registry},
    error::Error,
    id::DeploymentId,
    keychain::MemoryKeychain,
    outbox,
    profile::{Keep, Profile},
    view::{KeyState, SignIn},
};

impl Desk {
    /// Opens one space of one Kibana, for this run alone: neither profile nor keychain is touched. `space` wins over one that
    /// `url` names; without either it is the default space. Nothing is asked before somebody asks.
    ///
    /// # Errors
    /// `invalid_input` with the field.
    pub async fn open_once(
        face: Provenance,
        url: &str,
        sign_in: &SignIn,
        space: Option<SpaceId>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CommandError> {
        let Address { url, space: named } = Address::read(url).map_err(Error::from)?;
        let space = space.or(named).unwrap_or_default();
        let mirror = tokio::task::spawn_blocking(|| {
            let database = Database::in_memory(migrations(), outbox::SALVAGE)?;
            Ok::<_, Error>(Mirror::new(database))
        });
        let mirror = mirror.await.expect("opening a database does not panic")?;
        let parts = Parts {
            profile: String::new(),
            dir: PathBuf::new(),
            registry: Registry::of_nothing(),
            settings: Profile::at(Path::new("")),
            keep: Keep::InMemory,
            mirror,
        };
        let desk = Self::new(face, parts, Arc::new(MemoryKeychain::default()), clock);
        desk.begin_outbox();
        let client = desk.client_of(&url, credentials(sign_in)?)?;
        let id = new_id();
        desk.inner.outbox.connect(&id, Some(client.clone()));
        let host = url.split_once("://").map_or(&*url, |(_, host)| host);
        let live = Live {
            saved: Deployment {
                id,
                name: host.trim_end_matches('/').to_owned(),
                kibana_version: None,
                me: None,
                spaces: vec![SavedSpace {
                    name: space.to_string(),
                    id: space,
                    shown: true,
                }],
                url,
            },
            is_new: true,
            client: Some(client),
            key: KeyState::MemoryOnly,
            key_mark: None,
            problem: None,
            watches: HashMap::new(),
            outage: Outage::default(),
            back_fill: None,
        };
        desk.put_live(live);
        Ok(desk)
    }

    /// Follows every space in use from now on. A profile's are followed by themselves.
    pub fn follow_all(&self) {
        let ids: Vec<DeploymentId> = {
            let state = self.state();
            let live = state.deployments.iter();
            live.map(|live| live.saved.id.clone()).collect()
        };
        for id in ids {
            self.watch_spaces(&id);
        }
    }
}
