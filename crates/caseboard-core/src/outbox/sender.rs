//! Sends what is in the outbox: one process of a profile, cases side by side, each entry by the state machine of `step`.
//!
//! Nothing is remembered here that matters: whoever becomes sender next finds everything in the tables. What was on its way
//! then may have arrived, so it is read back.

mod batch;
mod twins;
mod worker;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::Timestamp;
use kibana_cases::{Client, Error as ClientError, Space, User};
use rusqlite::Transaction;
use serde_json::Value;
use tokio::{
    sync::{Notify, broadcast},
    task::{self, JoinError, JoinSet},
    time::{Instant, sleep, sleep_until},
};

use self::worker::{Ended, Worker};
use super::{
    answer::Answer,
    entry::{Entry, State},
    gate::{Gate, Pass},
    line::{batches, heads},
    lock::{Holder, SenderLock},
    step::{Event, Transition},
    tables,
};
use crate::{
    cache::database::Database,
    clock::Clock,
    error::Error,
    id::{CaseRef, DeploymentId, EntryId, SourceId},
};

/// How often a process that does not send tries to become the one that does, and the sender looks for what others wrote.
const LOOK: Duration = Duration::from_millis(500);
/// Time between two times that settled entries are forgotten.
const PRUNE: Duration = Duration::from_hours(1);
/// Longest pause before an entry is tried again for reasons of its own.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The outbox of one open profile. Cheap to clone; clones are the same outbox.
#[derive(Clone)]
pub(crate) struct Outbox {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    seed: u64,
    deployments: Mutex<BTreeMap<DeploymentId, Deployment>>,
    /// There may be something to send.
    work: Notify,
    changed: broadcast::Sender<CaseRef>,
    refresh: OnceLock<Refresh>,
}

/// What Kibana has now, for whoever shows it: told before an entry stops showing what it wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fresh {
    /// A case, in Kibana's JSON.
    Case(SourceId, Value),
    /// What hangs on the case is to be read again.
    Details(CaseRef),
    /// The case is deleted.
    Gone(CaseRef),
}

/// A write that is about to be taken in.
pub(crate) enum Admitted {
    /// It is new.
    New(Entry),
    /// It was taken in before.
    Known(Entry),
}

type Refresh = Box<dyn Fn(Fresh) -> BoxFuture<'static, ()> + Send + Sync>;

/// Where entries of one deployment go.
#[derive(Clone)]
struct Deployment {
    /// `None` without a key.
    client: Option<Client>,
    gate: Arc<Gate>,
    us: Option<User>,
}

impl Outbox {
    pub(crate) fn new(database: Database, clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self {
            inner: Arc::new(Inner {
                database,
                clock,
                seed,
                deployments: Mutex::default(),
                work: Notify::new(),
                changed: broadcast::channel(1024).0,
                refresh: OnceLock::new(),
            }),
        }
    }

    /// Tells where entries of a deployment go from now on; `None` if there is no key for it.
    pub(crate) fn connect(&self, id: &DeploymentId, client: Option<Client>) {
        {
            let mut deployments = self.deployments();
            let seed = self.inner.seed ^ u64::try_from(deployments.len()).unwrap_or_default();
            let deployment = deployments.entry(id.clone()).or_insert_with(|| Deployment {
                client: None,
                gate: Gate::new(seed),
                us: None,
            });
            (deployment.client, deployment.us) = (client, None);
            deployment.gate.open();
        }
        self.inner.work.notify_one();
    }

    /// Somebody else found out that a deployment does not know its key, and will find out when it does: until then nothing
    /// is sent to it, and no probe of ours.
    pub(crate) fn key_refused(&self, id: &DeploymentId) {
        if let Some(deployment) = self.deployments().get(id) {
            deployment.gate.leave_probing_to_others();
        }
    }

    /// A deployment knows its key again.
    pub(crate) fn key_accepted(&self, id: &DeploymentId) {
        if let Some(deployment) = self.deployments().get(id) {
            deployment.gate.open();
        }
        self.inner.work.notify_one();
    }

    /// Has somebody told what Kibana has, before entries stop showing what they wanted. Once only.
    pub(crate) fn on_fresh(
        &self,
        refresh: impl Fn(Fresh) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) {
        let first = self.inner.refresh.set(Box::new(refresh)).is_ok();
        debug_assert!(first, "one desk holds it");
    }

    async fn refresh(&self, fresh: Fresh) {
        if let Some(refresh) = self.inner.refresh.get() {
            refresh(fresh).await;
        }
    }

    /// Hears which cases look different because of the outbox.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<CaseRef> {
        self.inner.changed.subscribe()
    }

    /// Takes writes in, all of them or none. When this returns they are on the disk.
    ///
    /// # Errors
    /// [`Error::OutboxFull`] if more would wait than the outbox takes, or why they could not be kept.
    pub(crate) async fn enqueue(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, Error> {
        self.enqueue_admitted(move |_, _| Ok(entries.into_iter().map(Admitted::New).collect()))
            .await
    }

    /// The same with what is admitted in the same transaction.
    pub(crate) async fn enqueue_admitted(
        &self,
        admit: impl FnOnce(&Transaction<'_>, Timestamp) -> Result<Vec<Admitted>, Error> + Send + 'static,
    ) -> Result<Vec<Entry>, Error> {
        let now = self.inner.clock.now();
        let taken = self.inner.database.write(move |transaction| {
            let before = tables::count_writes(transaction)?;
            let taken = admit(transaction, now)?
                .into_iter()
                .map(|admitted| match admitted {
                    Admitted::New(entry) => tables::enqueue(transaction, entry, now),
                    Admitted::Known(entry) => Ok(entry),
                })
                .collect::<Result<Vec<_>, _>>()?;
            let limit = tables::MOST_WRITES;
            if tables::count_writes(transaction)? > before.max(limit) {
                return Err(Error::OutboxFull { limit });
            }
            Ok(taken)
        });
        let taken = taken.await?;
        for entry in &taken {
            self.tell(&entry.case);
        }
        self.inner.work.notify_one();
        Ok(taken)
    }

    /// Lets something happen to an entry.
    pub(crate) async fn happens(&self, id: &EntryId, event: Event) -> Result<Transition, Error> {
        let now = self.inner.clock.now();
        let id = id.clone();
        let happened = self.inner.database.write(move |transaction| {
            let known_as = tables::load(transaction, &id)?.case;
            let done = tables::happens(transaction, &id, event, now)?;
            Ok((known_as, done))
        });
        let (known_as, done) = happened.await?;
        if known_as != done.entry.case {
            // Whoever looks at it by the name that it had before hears of it, too.
            self.tell(&known_as);
        }
        self.tell(&done.entry.case);
        self.inner.work.notify_one();
        Ok(done)
    }

    /// Changes entries in one transaction, and tells of them.
    pub(crate) async fn change(
        &self,
        work: impl FnOnce(&Transaction<'_>, Timestamp) -> Result<Vec<Entry>, Error> + Send + 'static,
    ) -> Result<Vec<Entry>, Error> {
        let now = self.inner.clock.now();
        let database = &self.inner.database;
        let changed = database.write(move |transaction| work(transaction, now));
        let changed = changed.await?;
        for entry in &changed {
            self.tell(&entry.case);
        }
        self.inner.work.notify_one();
        Ok(changed)
    }

    /// Lets go of what is held still, all at once, so that a bulk goes out in chunks.
    pub(crate) async fn release(&self, held: Vec<EntryId>) -> Result<(), Error> {
        let now = self.inner.clock.now();
        let released = self.inner.database.write(move |transaction| {
            let mut released = Vec::with_capacity(held.len());
            for id in &held {
                let is_held = matches!(tables::load(transaction, id)?.state, State::Held { .. });
                if is_held {
                    let done = tables::happens(transaction, id, Event::Release, now)?;
                    released.push(done.entry.case);
                }
            }
            Ok(released)
        });
        for case in released.await? {
            self.tell(&case);
        }
        self.inner.work.notify_one();
        Ok(())
    }

    /// Tells of what other processes of the profile do to the outbox, for as long as it is not dropped.
    pub(crate) async fn hear_others(&self) {
        let mut heard = None;
        loop {
            let after = heard;
            let news = self
                .inner
                .database
                .read(move |connection| tables::news(connection, after));
            match news.await {
                Ok((n, cases)) => {
                    heard = Some(n);
                    for case in &cases {
                        self.tell(case);
                    }
                }
                Err(error) => tracing::warn!(%error, "the outbox could not be read"),
            }
            self.inner.clock.sleep(LOOK).await;
        }
    }

    /// The process that sends, if it is not this one.
    pub(crate) fn other_sender(dir: &Path) -> Option<Holder> {
        Holder::of(dir).filter(|holder| holder.pid != std::process::id())
    }

    pub(crate) fn database(&self) -> &Database {
        &self.inner.database
    }

    /// Sends for as long as it is not dropped; waits before that until no other process does. `dir` is the profile's folder,
    /// or `None` if nothing is on disk and no other process can send; `name` is what people call this process.
    pub(crate) async fn run(&self, dir: Option<&Path>, name: &str) {
        let _lock = match dir {
            Some(dir) => Some(become_sender(dir, name).await),
            None => None,
        };
        let mut pruned: Option<Instant> = None;
        let mut running = Running::default();
        loop {
            if pruned.is_none_or(|at| at.elapsed() >= PRUNE) {
                pruned = Some(Instant::now());
                self.prune().await;
            }
            if let Err(error) = self.start(&mut running).await {
                tracing::warn!(%error, "the outbox could not be read");
            }
            let now = Instant::now();
            let due = running.pauses.values().min().copied();
            let due = due.unwrap_or(now + LOOK);
            tokio::select! {
                Some(ended) = running.tasks.join_next_with_id() => {
                    for broken in running.end(ended) {
                        self.broke(&broken).await;
                    }
                }
                () = self.inner.work.notified() => {}
                () = sleep_until(due.min(now + LOOK)) => {}
            }
        }
    }

    async fn prune(&self) {
        let now = self.inner.clock.now();
        let pruned = self
            .inner
            .database
            .write(move |transaction| tables::prune(transaction, now));
        if let Err(error) = pruned.await {
            tracing::warn!(%error, "old entries of the outbox could not be forgotten");
        }
    }

    /// Tells of an entry whose task failed in a way that nobody thought of. It is found in the tables, and goes on after a pause.
    async fn broke(&self, id: &EntryId) {
        tracing::error!(entry = %id, "a task of the sender panicked");
        if let Err(error) = self.happens(id, Event::Broke).await {
            tracing::warn!(%error, "it could not be told what became of an entry");
        }
    }

    /// Starts everything that can be started now.
    async fn start(&self, running: &mut Running) -> Result<(), Error> {
        let now = self.inner.clock.now();
        let instant = Instant::now();
        running.pauses.retain(|_, until| *until > instant);
        let (front, to_watch) = self
            .inner
            .database
            .read(move |connection| {
                Ok((
                    tables::front(connection)?,
                    tables::watched(connection, now)?,
                ))
            })
            .await?;
        for entry in &front {
            let left_behind = !matches!(entry.state, State::Held { .. } | State::Queued);
            if left_behind
                && running.may_start(&entry.id)
                && let Some(worker) = self.worker(entry.clone())
            {
                running.spawn(vec![entry.id.clone()], worker.resume());
            }
        }
        let mut due = heads(&front, now);
        due.retain(|entry| running.may_start(&entry.id));
        for batch in batches(&due) {
            let Some(pass) = batch.first().and_then(|first| self.try_pass(&first.case)) else {
                continue;
            };
            let workers: Vec<_> = batch
                .iter()
                .filter_map(|entry| self.worker((*entry).clone()))
                .collect();
            let ids = workers.iter().map(|worker| worker.entry.id.clone());
            running.spawn(ids.collect(), batch::send(workers, pass));
        }
        for entry in to_watch {
            if running.may_start(&entry.id)
                && !running.watched.contains(&entry.id)
                && let Some(worker) = self.worker(entry.clone())
            {
                running.watched.insert(entry.id.clone());
                running.spawn(vec![entry.id], twins::watch(worker));
            }
        }
        Ok(())
    }

    fn worker(&self, entry: Entry) -> Option<Worker> {
        let (space, gate) = self.way(&entry.case.source)?;
        Some(Worker {
            outbox: self.clone(),
            entry,
            space,
            gate,
            pass: None,
            lost_at: Instant::now(),
            reading: None,
            pauses: 0,
        })
    }

    fn try_pass(&self, case: &CaseRef) -> Option<Pass> {
        let (_, gate) = self.way(&case.source)?;
        gate.try_pass()
    }

    fn way(&self, source: &SourceId) -> Option<(Space, Arc<Gate>)> {
        let deployments = self.deployments();
        let deployment = deployments.get(&source.deployment)?;
        let client = deployment.client.as_ref()?;
        Some((client.space(&source.space), deployment.gate.clone()))
    }

    /// Whoever the key of a deployment belongs to. Asked once.
    pub(crate) async fn us(
        &self,
        deployment: &DeploymentId,
        space: &Space,
    ) -> Result<User, ClientError> {
        let known = self
            .deployments()
            .get(deployment)
            .and_then(|one| one.us.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let us = match super::wire::us(space).await {
            Ok(us) => us,
            // Kibana does not tell: everybody with the same words is us.
            Err(error) if matches!(Answer::to_read(&error), Answer::Refused(_) | Answer::Gone) => {
                User::default()
            }
            Err(error) => return Err(error),
        };
        if let Some(deployment) = self.deployments().get_mut(deployment) {
            deployment.us = Some(us.clone());
        }
        Ok(us)
    }

    fn tell(&self, case: &CaseRef) {
        // Nobody may be listening; then nobody has to hear it.
        drop(self.inner.changed.send(case.clone()));
    }

    fn deployments(&self) -> MutexGuard<'_, BTreeMap<DeploymentId, Deployment>> {
        self.inner
            .deployments
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the sender does at the moment.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Ended>,
    /// The entries of each task.
    under_way: HashMap<task::Id, Vec<EntryId>>,
    /// What is not to be tried again until then.
    pauses: HashMap<EntryId, Instant>,
    /// What late twins are looked for.
    watched: HashSet<EntryId>,
}

impl Running {
    fn may_start(&self, id: &EntryId) -> bool {
        let mut under_way = self.under_way.values().flatten();
        !self.pauses.contains_key(id) && !under_way.any(|one| one == id)
    }

    fn spawn(&mut self, entries: Vec<EntryId>, task: impl Future<Output = Ended> + Send + 'static) {
        let id = self.tasks.spawn(task).id();
        self.under_way.insert(id, entries);
    }

    /// Ends a task. Tells the entries of one that panicked; they stand aside for a while.
    fn end(&mut self, ended: Result<(task::Id, Ended), JoinError>) -> Vec<EntryId> {
        let now = Instant::now();
        match ended {
            Ok((id, ended)) => {
                self.under_way.remove(&id);
                let pauses = ended.pauses.into_iter();
                self.pauses
                    .extend(pauses.map(|(id, pause)| (id, now + pause)));
                Vec::new()
            }
            Err(error) => {
                let broken = self.under_way.remove(&error.id()).unwrap_or_default();
                for id in &broken {
                    self.watched.remove(id);
                    self.pauses.insert(id.clone(), now + LONGEST_PAUSE);
                }
                broken
            }
        }
    }
}

async fn become_sender(dir: &Path, name: &str) -> SenderLock {
    loop {
        match SenderLock::try_take(dir, name) {
            Ok(Some(lock)) => return lock,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the sender's lock cannot be taken"),
        }
        sleep(LOOK).await;
    }
}

/// A pause that grows with every time, between half of it and all of it.
fn growing(n: u32) -> Duration {
    let most = Duration::from_millis(500).saturating_mul(2_u32.saturating_pow(n.min(16)));
    most.min(LONGEST_PAUSE)
        .mul_f64(rand::random_range(0.5..1.0))
}
