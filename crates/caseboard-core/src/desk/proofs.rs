//! The promises of sync about sources that fail, held against the practice server's faults in virtual time.
//!
//! Each proof prints its seed and takes it back by `SEED=`.

use async_trait::async_trait;
use axum::body::Body;
use jiff::{SignedDuration, Timestamp};
use kibana_cases::{Client, Credentials, ServiceTransport};
use practice_kibana::{
    Options, Practice,
    faults::{Fault, Plan, RetryAfter, RetryAfterKind, RightsLeft, Rule},
    faulty, router,
};
use tokio::time::Instant;

use super::{deployments::Clash, *};
use crate::{
    code::ErrorCode,
    deployment::{Deployment, SavedSpace},
    id::DeploymentId,
    keychain::MemoryKeychain,
    proof::Proof,
    view::{SpaceView, SyncState},
};

/// The time of the runtime, which tests turn.
#[derive(Debug, Clone, Copy)]
struct VirtualClock {
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

/// A desk that follows practice servers in process.
pub(super) struct World {
    pub(super) desk: Desk,
    clock: VirtualClock,
    pub(super) practices: Vec<Practice>,
    pub(super) ids: Vec<DeploymentId>,
    _dir: tempfile::TempDir,
}

impl World {
    pub(super) async fn new(n_deployments: usize, spaces: &[&str], seed: u64) -> Self {
        let clock = VirtualClock {
            began: Instant::now(),
        };
        let dir = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryKeychain::default());
        let profile = dir.path().join("proof");
        let desk = Desk::open(&profile, keychain, Arc::new(clock)).await;
        let mut world = Self {
            desk: desk.unwrap(),
            clock,
            practices: Vec::new(),
            ids: Vec::new(),
            _dir: dir,
        };
        for nth in 0..n_deployments {
            world.connect(nth, spaces, seed);
        }
        tokio::time::sleep(Duration::from_mins(1)).await;
        for nth in 0..n_deployments {
            world.assert_fresh(nth);
        }
        world
    }

    fn connect(&mut self, nth: usize, spaces: &[&str], seed: u64) {
        let clock = self.clock;
        let (router, practice) = router(Options {
            world: practice_kibana::World::Practice,
            seed,
            clock: practice_kibana::Clock::new(move || clock.now()),
            ..Options::default()
        });
        let key = Credentials::api_key(practice.api_key()).unwrap();
        let encoded = key.encoded().clone();
        let client = Client::builder("http://127.0.0.1", key)
            .transport(ServiceTransport::<_, Body>::new(faulty(router, &practice)))
            .crowd(self.desk.inner.crowd.clone())
            .seed(seed)
            .build()
            .unwrap();
        let id: DeploymentId = serde_json::from_value(format!("d{nth}").into()).unwrap();
        let deployment = Deployment {
            id: id.clone(),
            name: format!("D{nth}"),
            url: "http://127.0.0.1".to_owned(),
            kibana_version: None,
            spaces: spaces
                .iter()
                .map(|space| SavedSpace {
                    id: space.parse().unwrap(),
                    name: (*space).to_owned(),
                    shown: true,
                })
                .collect(),
        };
        self.desk
            .install(deployment, client, encoded, Clash::Refuse)
            .unwrap();
        self.ids.push(id);
        self.practices.push(practice);
    }

    fn spaces(&self, nth: usize) -> Vec<SpaceView> {
        let deployments = self.desk.deployments();
        let mut deployments = deployments.into_iter();
        deployments
            .find(|one| one.id == self.ids[nth])
            .unwrap()
            .spaces
    }

    /// Read in the last interval, with its jitter.
    fn assert_fresh(&self, nth: usize) {
        for space in self.spaces(nth) {
            assert_eq!(space.sync.state, SyncState::Following, "{}", space.source);
            let age = self.age(&space);
            let most = SignedDuration::from_secs(20);
            assert!(age <= most, "{} is {age:#} old", space.source);
        }
    }

    fn age(&self, space: &SpaceView) -> SignedDuration {
        let at: Timestamp = space.sync.at.as_ref().unwrap().parse().unwrap();
        self.clock.now().duration_since(at)
    }
}

fn faults() -> [(Fault, &'static [ErrorCode]); 7] {
    [
        (Fault::RefuseConnect, &[ErrorCode::Unreachable]),
        (
            Fault::StaySilent,
            &[ErrorCode::TimedOut, ErrorCode::Unreachable],
        ),
        (Fault::ResetBeforeCommit, &[ErrorCode::Unreachable]),
        (
            Fault::FailAfterCommit { status: 502 },
            &[ErrorCode::KibanaFailed, ErrorCode::Unreachable],
        ),
        (
            Fault::Throttle {
                status: 429,
                retry_after: RetryAfter {
                    kind: RetryAfterKind::Seconds,
                    wait: Duration::from_secs(30),
                },
            },
            &[ErrorCode::RateLimited],
        ),
        (Fault::LoginPage, &[ErrorCode::NotKibana]),
        (
            Fault::ReduceKey {
                left: RightsLeft::Revoked,
                lasting: None,
            },
            &[ErrorCode::Unauthenticated],
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn r17_a_deployment_that_fails_delays_no_other_and_is_marked() {
    let mut proof = Proof::begin("R17", 28, 140);
    let mut all = faults().into_iter().cycle();
    let mut n_rounds = 0;
    let mut world = World::new(4, &["soc"], proof.seed()).await;
    while proof.round().is_some() {
        let (fault, codes) = all.next().unwrap();
        let failing = n_rounds / 7 % 4;
        n_rounds += 1;
        let what = format!("{fault:?} in deployment {failing}");
        world.practices[failing]
            .faults()
            .set(Plan::of([Rule::of(fault)]));
        for minute in 1..=4 {
            tokio::time::sleep(Duration::from_mins(1)).await;
            for nth in (0..4).filter(|nth| *nth != failing) {
                world.assert_fresh(nth);
            }
            if minute < 4 {
                continue;
            }
            for space in world.spaces(failing) {
                assert_eq!(space.sync.state, SyncState::Failed, "{what}");
                let code = space.sync.problem.as_ref().unwrap().code;
                assert!(codes.contains(&code), "{what}: {code:?}");
                let stale_for = SignedDuration::from_mins(minute) - SignedDuration::from_mins(1);
                assert!(world.age(&space) >= stale_for, "{what}");
            }
        }
        world.practices[failing].faults().clear();
        world.desk.sync_now();
        tokio::time::sleep(Duration::from_mins(1)).await;
        world.assert_fresh(failing);
    }
    world.practices.clear();
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn r17_a_space_that_fails_delays_no_other_of_its_deployment() {
    let world = World::new(1, &["soc", "ot"], 17).await;
    let rule = Rule::of(Fault::StaySilent).in_space("soc");
    world.practices[0].faults().set(Plan::of([rule]));
    tokio::time::sleep(Duration::from_mins(4)).await;
    let spaces = world.spaces(0);
    assert_eq!(spaces[0].sync.state, SyncState::Failed);
    assert_eq!(spaces[1].sync.state, SyncState::Following);
    assert!(world.age(&spaces[1]) <= SignedDuration::from_secs(20));
    world.desk.shutdown().await;
}
