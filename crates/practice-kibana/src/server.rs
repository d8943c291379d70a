//! Options, the listener, and the handle of a running server.

use std::{
    fmt, io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, http::HeaderValue};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tokio::{
    net::TcpListener,
    sync::Notify,
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    auth::{Account, EVERY_SPACE, Key, Login, Rights, User, random_api_key},
    clock::Clock,
    data::{DataError, DataFile, Loaded, Saver},
    faults::{Faults, Faulty, LivePlan, Plan},
    listener::{self, Serving},
    log::Commit,
    routes, seed,
    space::{Space, Spaces},
    store::{AlertDocument, Origin, Store},
    traffic::Traffic,
};

/// How long [`PracticeKibana::stop`] waits for requests under way.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How a practice server is to be. The default is the practice world on a free port.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; loopback only, unless told otherwise. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether `listen` may be an address that other machines reach. Anybody there can then try keys
    /// and read what is sent, since it is plain HTTP; Host is not checked, because only the caller
    /// knows the name of the machine. An Origin header is still refused.
    pub allow_remote: bool,
    /// The encoded API key of the practice analyst, who may do everything; `None` makes one up.
    pub api_key: Option<String>,
    /// Further keys.
    pub keys: Vec<Key>,
    /// People who may log in by name and password.
    pub logins: Vec<Login>,
    /// What is in the server at the start, unless `data` names a file that is there.
    pub world: World,
    /// The file that keeps the world over restarts; `None` forgets it. Only [`PracticeKibana::start`]
    /// heeds it. Keys and logins are not in it.
    pub data: Option<PathBuf>,
    /// Ids, texts and order follow from the seed; dates follow from the clock.
    pub seed: u64,
    /// The time of the server.
    pub clock: Clock,
    /// The spaces of an empty or large world; the practice world brings its own.
    pub spaces: Vec<Space>,
    /// Which release to play.
    pub profile: Profile,
    /// What the deployment has paid for.
    pub licence: Licence,
    /// What goes wrong from the start on.
    pub faults: Plan,
    /// Whether `/practice/faults` and `/practice/log` are there, for keys that may do everything.
    pub control: bool,
    /// Whether every write is kept in the commit log. Costs memory that is never given back.
    pub log: bool,
}

/// What is in a server at the start. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Three spaces of a security operations centre: cases, alerts, two weeks of work.
    Practice,
    /// Spaces, and nothing in them.
    Empty,
    /// As many documents as asked for, spread over the spaces and the last year. It holds more than
    /// a team would write, so that lists, searches and syncs can be tried at their limits.
    Scale {
        /// Cases of all spaces.
        cases: usize,
        /// Comments of people; cut at 9,000 in one case.
        comments: usize,
        /// Alerts. Cases hold three fifths of them, each at most 1,000.
        alerts: usize,
    },
}

/// Which release of Kibana to play. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// 9.2.
    V9,
    /// 8.18.
    V8_18,
}

/// What a deployment has paid for. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licence {
    /// Everything, as in the 30 days of a trial.
    Trial,
    /// No assignees, observables or suggestions of users: Kibana answers 403 (`kibana-cases-api.md` §8, 19).
    Basic,
}

/// An alert that a test puts into a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// The space that sees it.
    pub space: String,
    /// The concrete index, `.internal.alerts-security.alerts-{space}-000001`.
    pub index: String,
    /// The document id.
    pub id: String,
    /// The fields.
    pub source: Map<String, Value>,
}

/// A running practice server. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct PracticeKibana {
    practice: Practice,
    url: String,
    stopping: CancellationToken,
    tasks: TaskTracker,
    /// Tells the saver that no request comes any more.
    ended: CancellationToken,
    saver: Option<JoinHandle<Result<(), DataError>>>,
}

/// A practice server without a listener: the handle of the router that [`router`] makes.
#[derive(Clone)]
pub struct Practice {
    app: Arc<App>,
}

/// Makes the router of a practice server for use in process, as proofs in virtual time do.
///
/// No host is checked, since there is no port; all else is as over TCP. [`crate::faulty`] puts the fault layer in front.
pub fn router(options: Options) -> (Router, Practice) {
    let practice = Practice::new(options, None);
    (routes::router(&practice.app, None), practice)
}

impl PracticeKibana {
    /// Binds and serves on an owned task.
    ///
    /// # Errors
    /// When the address cannot be bound, or is no loopback address and `allow_remote` is not set;
    /// consider port 0. When the data file is in use, damaged or cannot be written; the error then
    /// holds a [`DataError`].
    pub async fn start(options: Options) -> io::Result<Self> {
        let is_local = options.listen.ip().is_loopback();
        if !is_local && !options.allow_remote {
            let text = format!(
                "{} is not a loopback address, and remote callers were not allowed",
                options.listen
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let options = Options {
            listen: address,
            ..options
        };
        let (practice, saver) = open(options).await.map_err(io::Error::other)?;
        let router = routes::router(&practice.app, is_local.then_some(address));
        let stopping = CancellationToken::new();
        let ended = CancellationToken::new();
        let tasks = TaskTracker::new();
        let app = Arc::clone(&practice.app);
        let on_close = Arc::clone(&practice.app);
        let serving = Serving {
            address,
            service: Box::new(move |wire| Faulty::new(router.clone(), &app, Some(wire))),
            port_closed: practice.app.live.port_closed(),
            on_close: Box::new(move || on_close.live.record_closed_port()),
            stopping: stopping.clone(),
            tasks: tasks.clone(),
        };
        tasks.spawn(listener::serve(listener, serving));
        tasks.close();
        let savers = TaskTracker::new();
        let saver = saver.map(|saver| savers.spawn(saver.run(ended.clone())));
        Ok(Self {
            practice,
            url: format!("http://{address}"),
            stopping,
            tasks,
            ended,
            saver,
        })
    }

    /// Base URL, as in `http://127.0.0.1:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The encoded API key of the practice analyst.
    pub fn api_key(&self) -> &str {
        self.practice.api_key()
    }

    /// The spaces there are.
    pub fn spaces(&self) -> Vec<Space> {
        self.practice.spaces()
    }

    /// The handle to what is inside.
    pub fn practice(&self) -> &Practice {
        &self.practice
    }

    /// Stops accepting, lets requests under way end, for 5 seconds at the most, and writes the data
    /// file, if there is one.
    pub async fn stop(self) {
        if let Err(error) = self.finish().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the world is not saved"
            );
        }
    }

    /// Stops as [`stop`](Self::stop) does, and tells whether the world is saved.
    ///
    /// # Errors
    /// When the data file does not hold the last changes.
    pub async fn finish(mut self) -> Result<(), DataError> {
        self.stopping.cancel();
        self.practice.faults().clear();
        if timeout(STOP_LIMIT, self.tasks.wait()).await.is_err() {
            tracing::warn!("a connection outlived the practice server");
        }
        self.ended.cancel();
        match self.saver.take() {
            Some(saver) => saver.await.expect("saving does not panic"),
            None => Ok(()),
        }
    }
}

impl Drop for PracticeKibana {
    fn drop(&mut self) {
        self.stopping.cancel();
        self.ended.cancel();
        self.practice.app.live.stop();
    }
}

/// Makes the inside of a server, from its data file if there is one, and who writes the file.
async fn open(options: Options) -> Result<(Practice, Option<Saver>), DataError> {
    let Some(path) = options.data.clone() else {
        return Ok((Practice::new(options, None), None));
    };
    let opening = spawn_blocking(move || {
        let (file, loaded) = DataFile::open(&path)?;
        let is_loaded = loaded.is_some();
        let practice = Practice::new(options, loaded);
        let changed = Arc::new(Notify::new());
        practice
            .app
            .store()
            .note_changes(Arc::clone(&changed), is_loaded);
        let saver = Saver::new(Arc::clone(&practice.app), file, changed);
        Ok((practice, Some(saver)))
    });
    opening.await.expect("opening does not panic")
}

impl Practice {
    fn new(options: Options, loaded: Option<Loaded>) -> Self {
        let Loaded { uuid, store } = loaded.unwrap_or_else(|| Self::begin(&options));
        let mut analyst = Key::new("practice").with(EVERY_SPACE, Rights::All);
        analyst.user = seed::analyst();
        analyst.api_key = options.api_key.unwrap_or_else(random_api_key);
        let spaces = Arc::clone(store.spaces());
        let signature = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let keys = [analyst].into_iter().chain(options.keys);
        let accounts = keys
            .map(Account::of_key)
            .chain(options.logins.iter().map(Account::of_login))
            .collect();
        let app = App {
            store: Mutex::new(store),
            accounts,
            spaces,
            clock: options.clock,
            profile: options.profile,
            licence: options.licence,
            uuid,
            listen: options.listen,
            traffic: Traffic::new(),
            license_signature: HeaderValue::try_from(signature)
                .expect("hexadecimal digits are ASCII"),
            live: LivePlan::new(),
            control: options.control,
            keeps_log: options.log,
            nobody: Arc::new(Origin::server()),
        };
        if options.log {
            app.store().keep_log();
        }
        let practice = Self { app: Arc::new(app) };
        practice.faults().set(options.faults);
        practice
    }

    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// What goes wrong, and what went wrong.
    pub fn faults(&self) -> Faults {
        Faults::of(&self.app)
    }

    /// Every write since the start; empty unless [`Options::log`] asked for it.
    pub fn log(&self) -> Vec<Arc<Commit>> {
        self.log_from(1)
    }

    /// The same from a number on.
    pub fn log_from(&self, number: u64) -> Vec<Arc<Commit>> {
        self.app.store().log(number)
    }

    /// Makes the world that is asked for.
    fn begin(options: &Options) -> Loaded {
        let mut store = Store::new(options.seed);
        let spaces = match options.world {
            World::Empty => options.spaces.clone(),
            World::Practice => seed::practice(&mut store, options.seed, options.clock.now()),
            World::Scale {
                cases,
                comments,
                alerts,
            } => {
                let extent = seed::Extent {
                    cases,
                    comments,
                    alerts,
                };
                let now = options.clock.now();
                seed::scale(&mut store, extent, &options.spaces, options.seed, now);
                options.spaces.clone()
            }
        };
        for space in spaces {
            store.spaces().put(space);
        }
        Loaded {
            uuid: Uuid::new_v4().to_string(),
            store,
        }
    }

    /// The encoded API key of the practice analyst.
    pub fn api_key(&self) -> &str {
        self.app
            .accounts
            .first()
            .map(|account| account.key.api_key.as_str())
            .expect("the analyst's key is always there")
    }

    /// The spaces there are.
    pub fn spaces(&self) -> Vec<Space> {
        self.app.spaces.all()
    }

    /// Puts an alert into the server, as a detection rule would; replaces one of the same space, index and id.
    pub fn put_alert(&self, alert: Alert) {
        let Alert {
            space,
            index,
            id,
            source,
        } = alert;
        self.app.store().put_alert(AlertDocument {
            space: space.into(),
            index: index.into(),
            id: id.into(),
            source: source.into(),
        });
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practice")
            .field("spaces", &self.app.spaces)
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        let [default, soc, ot, ..] = Space::eight_named();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            api_key: None,
            keys: Vec::new(),
            logins: Vec::new(),
            world: World::Practice,
            data: None,
            seed: 1,
            clock: Clock::default(),
            spaces: vec![default, soc, ot],
            profile: Profile::V9,
            licence: Licence::Trial,
            faults: Plan::default(),
            control: false,
            log: false,
        }
    }
}

impl Licence {
    /// Whether what Kibana reserves to its Platinum licence is there.
    pub(crate) fn includes_platinum(self) -> bool {
        self == Self::Trial
    }
}

impl Profile {
    /// The version that the server says it has.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::V9 => "9.2.3",
            Self::V8_18 => "8.18.4",
        }
    }

    /// The build that the server says it is, which grows from release to release.
    pub(crate) fn build_number(self) -> u32 {
        match self {
            Self::V9 => 90_203,
            Self::V8_18 => 81_804,
        }
    }
}

/// What all requests share.
pub(crate) struct App {
    store: Mutex<Store>,
    /// The analyst comes first.
    pub(crate) accounts: Vec<Account>,
    pub(crate) spaces: Arc<Spaces>,
    pub(crate) clock: Clock,
    pub(crate) profile: Profile,
    pub(crate) licence: Licence,
    pub(crate) uuid: String,
    /// Where it was told to listen.
    pub(crate) listen: SocketAddr,
    pub(crate) traffic: Traffic,
    pub(crate) license_signature: HeaderValue,
    pub(crate) live: LivePlan,
    pub(crate) control: bool,
    pub(crate) keeps_log: bool,
    nobody: Arc<Origin>,
}

impl App {
    /// Everybody who may call.
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.accounts.iter().map(|account| &account.key.user)
    }

    /// The time of a clock that is wrong by so much.
    pub(crate) fn now_skewed(&self, skew: SignedDuration) -> Timestamp {
        let now = self.clock.now();
        now.checked_add(skew).unwrap_or(now)
    }

    /// Locks the documents for nobody in particular.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store_for(Arc::clone(&self.nobody))
    }

    /// Locks the documents for one request. A panic in another request leaves them whole, because
    /// a commit is applied at its end.
    pub(crate) fn store_for(&self, origin: Arc<Origin>) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.begin(origin);
        store
    }
}
