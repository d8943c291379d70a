//! A desk that follows practice servers in process and in virtual time, for its proofs and tests.

mod traffic;

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use axum::{Router, body::Body, extract::Request, middleware};
use jiff::{SignedDuration, Timestamp};
use kibana_cases::{Client, Credentials, ServiceTransport};
use practice_kibana::{Key, Options, Practice, Rights, faulty, router};
use secrecy::SecretString;
use tokio::time::Instant;

use self::traffic::Traffic;
use super::{
    deployments::{Clash, NewKey},
    *,
};
use crate::{
    deployment::{Deployment, SavedSpace},
    id::DeploymentId,
    keychain::{KeychainError, MemoryKeychain},
    view::{KeyMark, SpaceView, SyncState},
};

/// The time of the runtime, which tests turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct VirtualClock {
    began: Instant,
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        start + SignedDuration::try_from(self.began.elapsed()).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A keychain in memory that can refuse.
#[derive(Default)]
pub(super) struct Moody {
    inside: MemoryKeychain,
    pub(super) refuses: AtomicBool,
}

impl Moody {
    fn open(&self) -> Result<&MemoryKeychain, KeychainError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(KeychainError::Refused("nobody unlocked it".to_owned()));
        }
        Ok(&self.inside)
    }
}

#[async_trait]
impl Keychain for Moody {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.open()?.load(name).await
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.open()?.save(name, secret).await
    }

    async fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.open()?.delete(name).await
    }

    async fn backend(&self) -> Result<String, KeychainError> {
        self.open()?.backend().await
    }
}

/// A desk that follows practice servers in process.
pub(super) struct World {
    pub(super) desk: Desk,
    pub(super) clock: VirtualClock,
    pub(super) servers: Vec<Server>,
    pub(super) keychain: Arc<Moody>,
    dir: tempfile::TempDir,
}

/// Name of the key that somebody else in Kibana has.
pub(super) const COLLEAGUE: &str = "colleague";

/// A practice server, and how the desk reaches it.
pub(super) struct Server {
    pub(super) id: DeploymentId,
    pub(super) practice: Practice,
    /// A colleague's: without faults, and without a trace in the log of requests.
    pub(super) client: Client,
    spaces: Vec<String>,
    router: Router,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// What goes to it.
    pub(super) traffic: Traffic,
}

/// A request that reached a server.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) at: Instant,
    pub(super) method: http::Method,
    pub(super) path: String,
}

impl Asked {
    /// Whether it is one of a pass over the list.
    pub(super) fn is_of_list(&self) -> bool {
        self.path.ends_with("/api/cases/_find")
    }

    /// Whether it asks what the key may do.
    pub(super) fn is_of_rights(&self) -> bool {
        self.path.ends_with("/api/core/capabilities")
    }
}

impl World {
    /// Follows practice worlds, and has read them.
    pub(super) async fn new(n_servers: usize, spaces: &[&str], seed: u64) -> Self {
        let world = Self::of(practice_kibana::World::Practice, n_servers, spaces, seed).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        for nth in 0..n_servers {
            world.assert_fresh(nth);
        }
        world
    }

    /// Begins to follow servers.
    pub(super) async fn of(
        kind: practice_kibana::World,
        n_servers: usize,
        spaces: &[&str],
        seed: u64,
    ) -> Self {
        let clock = VirtualClock {
            began: Instant::now(),
        };
        let dir = tempfile::tempdir().unwrap();
        let keychain = Arc::<Moody>::default();
        let desk = open(&dir, &keychain, clock).await;
        let mut world = Self {
            desk,
            clock,
            servers: Vec::new(),
            keychain,
            dir,
        };
        for nth in 0..n_servers {
            let server = Server::new(nth, kind, spaces, (clock, seed));
            world.connect(&server);
            world.servers.push(server);
        }
        world
    }

    /// Ends the desk and begins it anew on what is kept.
    pub(super) async fn restart(&mut self) {
        self.desk.shutdown().await;
        self.begin_again().await;
    }

    /// Begins a desk on what is kept, however the last one ended.
    pub(super) async fn begin_again(&mut self) {
        self.desk = open(&self.dir, &self.keychain, self.clock).await;
        for server in &self.servers {
            self.connect(server);
        }
    }

    pub(super) fn connect(&self, server: &Server) {
        let key = Credentials::api_key(server.practice.api_key()).unwrap();
        let encoded = key.encoded().clone();
        let log = server.asked.clone();
        let logged =
            server
                .router
                .clone()
                .layer(middleware::map_request(move |request: Request| {
                    let asked = Asked {
                        at: Instant::now(),
                        method: request.method().clone(),
                        path: request.uri().path().to_owned(),
                    };
                    log.lock().unwrap().push(asked);
                    std::future::ready(request)
                }));
        let transport = ServiceTransport::<_, Body>::new(faulty(logged, &server.practice));
        let client = Client::builder("http://127.0.0.1", key)
            .transport(server.traffic.watch(transport))
            .crowd(self.desk.inner.crowd.clone())
            .seed(7)
            .build()
            .unwrap();
        let deployment = Deployment {
            id: server.id.clone(),
            name: server.id.to_string().to_uppercase(),
            url: "http://127.0.0.1".to_owned(),
            kibana_version: None,
            me: None,
            spaces: server
                .spaces
                .iter()
                .map(|space| SavedSpace {
                    id: space.parse().unwrap(),
                    name: space.clone(),
                    shown: true,
                })
                .collect(),
        };
        let key = NewKey {
            client,
            item: encoded,
            mark: KeyMark {
                last4: None,
                given_at: None,
            },
        };
        self.desk.install(deployment, key, Clash::Replace).unwrap();
    }

    pub(super) fn spaces(&self, nth: usize) -> Vec<SpaceView> {
        let deployments = self.desk.deployments();
        let mut deployments = deployments.into_iter();
        deployments
            .find(|one| one.id == self.servers[nth].id)
            .unwrap()
            .spaces
    }

    /// Read in the last interval, with its jitter.
    pub(super) fn assert_fresh(&self, nth: usize) {
        for space in self.spaces(nth) {
            assert_eq!(space.sync.state, SyncState::Following, "{}", space.source);
            let age = self.age(&space);
            let most = SignedDuration::from_secs(20);
            assert!(age <= most, "{} is {age:#} old", space.source);
        }
    }

    pub(super) fn age(&self, space: &SpaceView) -> SignedDuration {
        let at: Timestamp = space.sync.at.as_ref().unwrap().parse().unwrap();
        self.clock.now().duration_since(at)
    }
}

impl Server {
    fn new(
        nth: usize,
        world: practice_kibana::World,
        spaces: &[&str],
        (clock, seed): (VirtualClock, u64),
    ) -> Self {
        let colleague = Key::new(COLLEAGUE).with("*", Rights::All);
        let spaces_there = spaces.iter();
        let spaces_there = spaces_there.map(|space| practice_kibana::Space::new(space, space));
        let (router, practice) = router(Options {
            world,
            seed,
            clock: practice_kibana::Clock::new(move || clock.now()),
            spaces: spaces_there.collect(),
            keys: vec![colleague.clone()],
            log: true,
            ..Options::default()
        });
        let key = Credentials::api_key(&colleague.api_key).unwrap();
        let client = Client::builder("http://127.0.0.1", key)
            .transport(ServiceTransport::<_, Body>::new(router.clone()))
            .build()
            .unwrap();
        Self {
            id: serde_json::from_value(format!("d{nth}").into()).unwrap(),
            practice,
            client,
            spaces: spaces.iter().map(|space| (*space).to_owned()).collect(),
            router,
            asked: Arc::default(),
            traffic: Traffic::default(),
        }
    }

    pub(super) fn source(&self, space: &str) -> SourceId {
        SourceId {
            deployment: self.id.clone(),
            space: space.parse().unwrap(),
        }
    }

    /// What reached it since it was asked for that the last time.
    pub(super) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn open(dir: &tempfile::TempDir, keychain: &Arc<Moody>, clock: VirtualClock) -> Desk {
    let profile = dir.path().join("proof");
    let opened = Desk::open(&profile, keychain.clone(), Arc::new(clock)).await;
    opened.unwrap()
}
