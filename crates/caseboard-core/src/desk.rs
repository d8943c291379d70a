//! [`Desk`]: the engine that every face holds. It opens a profile, follows the spaces in use, answers from the mirror and writes to Kibana.

mod attach;
mod deployments;
mod live;
mod read;
mod watch;
mod write;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use kibana_cases::Space;
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::live::State;
use crate::{
    cache::NamedSource,
    clock::Clock,
    code::CommandError,
    deployment::registry::Registry,
    error::Error,
    event::DeskEvent,
    id::{CaseRef, SourceId},
    keychain::Keychain,
    view::{Board, BoardQuery, BoardWindow, CaseDetail},
};

/// How long shutting down waits for requests under way.
const PATIENCE: Duration = Duration::from_secs(2);
/// Events that a slow face may lag behind before it misses some.
const EVENTS: usize = 1024;

/// The engine of one open profile. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    /// Name of the profile, as keychain items carry it.
    profile: String,
    registry: Registry,
    keychain: Arc<dyn Keychain>,
    clock: Arc<dyn Clock>,
    /// Never held across an await.
    state: Mutex<State>,
    events: broadcast::Sender<DeskEvent>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Desk {
    /// Opens a profile kept in `dir`, whose last part is its name. Keys are read and spaces followed in the background.
    ///
    /// # Errors
    /// `cache_unreadable` if what is saved cannot be read. It is left as it is.
    pub async fn open(
        dir: &Path,
        keychain: Arc<dyn Keychain>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CommandError> {
        let profile = dir.file_name().map_or_else(
            || "default".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        let dir = dir.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let registry = Registry::open(&dir)?;
            let saved = registry.load()?;
            Ok::<_, Error>((registry, saved))
        });
        let (registry, saved) = opened.await.expect("opening files does not panic")?;
        let inner = Inner {
            profile,
            registry,
            keychain,
            clock,
            state: Mutex::default(),
            events: broadcast::channel(EVENTS).0,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        let desk = Self {
            inner: Arc::new(inner),
        };
        for deployment in saved {
            desk.begin(deployment);
        }
        Ok(desk)
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

    /// Stops following, and waits a moment for requests under way.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(PATIENCE, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some requests were still under way when the desk was closed");
        }
    }

    /// The board's columns and counts.
    pub fn board(&self, query: &BoardQuery) -> Board {
        let state = self.state();
        state.mirror.board(&state.sources_in_use(), query)
    }

    /// At most `limit` cards of one column, never more than 200, from `offset`.
    pub fn board_window(
        &self,
        query: &BoardQuery,
        column: &str,
        offset: u32,
        limit: u32,
    ) -> BoardWindow {
        let state = self.state();
        state
            .mirror
            .board_window(&state.sources_in_use(), query, column, offset, limit)
    }

    /// Reads every space in use now.
    pub fn sync_now(&self) {
        self.state().wake_all();
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

    fn detail(&self, case: &CaseRef) -> Result<CaseDetail, Error> {
        let state = self.state();
        let (named, base) = state.named(&case.source)?;
        state
            .mirror
            .case_detail(&named, case, &base)
            .ok_or(Error::Unknown { what: "case" })
    }

    fn space(&self, source: &SourceId) -> Result<Space, Error> {
        self.state().space(source)
    }

    fn named(&self, source: &SourceId) -> Result<NamedSource, Error> {
        Ok(self.state().named(source)?.0)
    }
}
