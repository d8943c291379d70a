//! [`Desk`]: the engine that every face holds. It opens a profile, follows the spaces in use, answers from the mirror and writes to Kibana.

mod agents;
mod alert_side;
mod ask;
mod attach;
mod back_fill;
mod called;
mod deployments;
mod dropped;
mod entries;
mod form;
mod incident;
mod linked;
mod live;
mod once;
mod outage;
#[cfg(test)]
mod proofs;
mod push;
mod read;
mod rights;
mod storage;
mod twins;
mod watch;
#[cfg(test)]
mod world;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use kibana_cases::{Crowd, Space};
use tokio::sync::{Notify, broadcast};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::live::State;
use crate::{
    approver::Agent,
    cache::{Asking, Mirror, NamedSource, Part, database::Database, migrations},
    clock::Clock,
    code::CommandError,
    deployment::registry::Registry,
    error::Error,
    event::DeskEvent,
    id::{CaseRef, SourceId},
    keychain::Keychain,
    outbox::{self, Outbox},
    profile::{Keep, Profile},
    view::{
        Board, BoardQuery, BoardRows, BoardWindow, CaseDetail, Grouping, Groups, ListPart,
        StorageState, StorageView,
    },
};

/// How long shutting down waits for requests under way.
const PATIENCE: Duration = Duration::from_secs(2);
/// Events that a slow face may lag behind before it misses some.
const EVENTS: usize = 1024;

pub use crate::outbox::Provenance;

/// The engine of one open profile. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
    /// Whose writes are taken in.
    by: Provenance,
    /// What the agent is, if it is one's.
    agent: Arc<Agent>,
    /// Writes are made and checked, but not taken in.
    rehearses: bool,
}

struct Inner {
    /// Name of the profile, as keychain items carry it.
    profile: String,
    dir: PathBuf,
    registry: Registry,
    keychain: Arc<dyn Keychain>,
    clock: Arc<dyn Clock>,
    /// Of all clients together.
    crowd: Crowd,
    mirror: Mirror,
    outbox: Outbox,
    settings: Profile,
    storage: tokio::sync::watch::Sender<StorageView>,
    /// It is wanted elsewhere than before, or is to be tried again.
    keep_again: Notify,
    /// Held while everything moves between memory and file.
    moving: tokio::sync::Mutex<()>,
    /// Never held across an await.
    state: Mutex<State>,
    events: broadcast::Sender<DeskEvent>,
    back_fill_paused: tokio::sync::watch::Sender<bool>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// What a desk is made of.
struct Parts {
    profile: String,
    dir: PathBuf,
    registry: Registry,
    settings: Profile,
    keep: Keep,
    mirror: Mirror,
}

impl Desk {
    /// Opens a profile for the window, as [`Desk::open_as`].
    ///
    /// # Errors
    /// As [`Desk::open_as`].
    pub async fn open(
        dir: &Path,
        keychain: Arc<dyn Keychain>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CommandError> {
        Self::open_as(Provenance::Window, dir, keychain, clock).await
    }

    /// Opens a profile kept in `dir`, whose last part is its name. Keys are read and spaces followed in the background; what was
    /// known when the profile was last open is there as soon as the keychain gives the key of its file.
    ///
    /// # Errors
    /// `cache_unreadable` if what is saved cannot be read. It is left as it is.
    pub async fn open_as(
        face: Provenance,
        dir: &Path,
        keychain: Arc<dyn Keychain>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CommandError> {
        let profile = dir.file_name().map_or_else(
            || "default".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        let of_profile = dir.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let registry = Registry::open(&of_profile)?;
            let saved = registry.load()?;
            // Who wants nothing on disk is told apart before a keychain is asked.
            let settings = Profile::at(&of_profile);
            let keep = settings.load()?.keep;
            let mirror = Mirror::new(Database::in_memory(migrations(), outbox::SALVAGE)?);
            Ok::<_, Error>((registry, saved, settings, keep, mirror))
        });
        let (registry, saved, settings, keep, mirror) =
            opened.await.expect("opening files does not panic")?;
        let parts = Parts {
            profile,
            dir: dir.to_owned(),
            registry,
            settings,
            keep,
            mirror,
        };
        let desk = Self::new(face, parts, keychain, clock);
        desk.begin_storage().await;
        desk.begin_outbox();
        for deployment in saved {
            desk.begin(deployment);
        }
        Ok(desk)
    }

    fn new(
        face: Provenance,
        parts: Parts,
        keychain: Arc<dyn Keychain>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let Parts {
            profile,
            dir,
            registry,
            settings,
            keep,
            mirror,
        } = parts;
        let on_disk = keep == Keep::OnDisk;
        let storage = StorageView {
            state: if on_disk {
                StorageState::WaitingForKey
            } else {
                StorageState::MemoryOnly
            },
            by_choice: !on_disk,
            problem: None,
            kept_file: None,
        };
        let outbox = Outbox::new(mirror.database().clone(), clock.clone(), rand::random());
        let inner = Inner {
            profile,
            dir,
            registry,
            keychain,
            clock,
            mirror,
            crowd: Crowd::default(),
            outbox,
            settings,
            storage: tokio::sync::watch::Sender::new(storage),
            keep_again: Notify::default(),
            moving: tokio::sync::Mutex::default(),
            state: Mutex::default(),
            events: broadcast::channel(EVENTS).0,
            back_fill_paused: tokio::sync::watch::Sender::new(false),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        Self {
            inner: Arc::new(inner),
            by: face,
            agent: Arc::default(),
            rehearses: false,
        }
    }

    /// The same desk, with writes on somebody else's behalf.
    #[must_use]
    pub fn on_behalf(&self, by: Provenance) -> Self {
        Self { by, ..self.clone() }
    }

    /// The same desk, with writes that are made and checked, and told as they would be, but not taken in.
    #[must_use]
    pub fn rehearsing(&self) -> Self {
        Self {
            rehearses: true,
            ..self.clone()
        }
    }

    /// Hears of every change from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<DeskEvent> {
        self.inner.events.subscribe()
    }

    /// Runs a face's task until the desk is shut down.
    pub fn own(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.inner.stop.clone();
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Stops following, waits a moment for requests under way, and closes what is kept on this computer.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(PATIENCE, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some requests were still under way when the desk was closed");
        }
        self.inner.mirror.database().close().await;
    }

    /// The board's columns and counts, with the cards that are asked for; everything in it is of one moment.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn board(&self, query: &BoardQuery, rows: &BoardRows) -> Result<Board, CommandError> {
        let sources = self.sources_in_use();
        Ok(self
            .inner
            .mirror
            .board(sources, query, rows, self.asking())
            .await?)
    }

    /// At most `limit` cards of one column, never more than 200, from `offset`.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn board_window(
        &self,
        query: &BoardQuery,
        column: &str,
        offset: u32,
        limit: u32,
    ) -> Result<BoardWindow, CommandError> {
        let sources = self.sources_in_use();
        let part = Part { offset, limit };
        Ok(self
            .inner
            .mirror
            .board_window(sources, query, column, part, self.asking())
            .await?)
    }

    /// The cases that match, in groups; at most `limit` of these, never more than 200.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn groups(
        &self,
        query: &BoardQuery,
        grouping: Grouping,
        limit: u32,
    ) -> Result<Groups, CommandError> {
        let sources = self.sources_in_use();
        let asked = (grouping, limit);
        Ok(self
            .inner
            .mirror
            .groups(sources, query, asked, self.asking())
            .await?)
    }

    /// A part of the list of cases that match, or of one group of them.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn list(
        &self,
        query: &BoardQuery,
        list: &ListPart,
    ) -> Result<BoardWindow, CommandError> {
        let sources = self.sources_in_use();
        Ok(self
            .inner
            .mirror
            .list(sources, query, list, self.asking())
            .await?)
    }

    /// Reads every space in use now, and asks a keychain again that refused.
    pub fn sync_now(&self) {
        self.state().wake_all();
        self.ask_keychain_again();
    }

    /// Who asks, and when.
    fn asking(&self) -> Asking {
        let state = self.state();
        let saved = state.deployments.iter().map(|live| &live.saved);
        Asking {
            now: self.inner.clock.now(),
            me: saved
                .filter_map(|saved| Some((saved.id.clone(), saved.me.clone()?)))
                .collect(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .expect("no holder of the lock panics")
    }

    fn tell(&self, event: DeskEvent) {
        // Nobody may be listening; then nobody has to hear it.
        drop(self.inner.events.send(event));
    }

    fn tell_case(&self, case: &CaseRef) {
        self.tell(DeskEvent::CaseChanged { case: case.clone() });
    }

    async fn detail(&self, case: &CaseRef) -> Result<CaseDetail, Error> {
        self.see(&case.source)?;
        let (named, base) = self.state().named(&case.source)?;
        let detail = self
            .inner
            .mirror
            .case_detail(named, case, base, self.inner.clock.now())
            .await?;
        detail.ok_or(Error::Unknown { what: "case" })
    }

    /// Reads again what the sidebar tells of every source.
    async fn refresh_facts(&self) {
        match self.inner.mirror.facts().await {
            Ok(facts) => self.state().facts = facts,
            Err(error) => tracing::warn!(%error, "the sources could not be counted"),
        }
    }

    fn space(&self, source: &SourceId) -> Result<Space, Error> {
        self.see(source)?;
        self.state().space(source)
    }

    fn named(&self, source: &SourceId) -> Result<NamedSource, Error> {
        self.see(source)?;
        Ok(self.state().named(source)?.0)
    }
}
