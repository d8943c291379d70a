//! The promise that what is shown is marked with its age and never older than its mark, held against the servers' own logs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kibana_cases::{CaseId, CaseStatus, NewCase, UpdateCase};
use practice_kibana::log::{Action, Document};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::*;
use crate::view::SpaceView;

/// The longest time between two passes, and until a request without an answer is marked. The rest is for a pass of several
/// requests, and for looking once a second.
const MOST_UNMARKED: SignedDuration = SignedDuration::from_secs(18 + 10 + 5);
/// A deletion shows first in a total that disagrees, and then in a full reading.
const MOST_UNMARKED_AFTER_DELETIONS: SignedDuration = SignedDuration::from_secs(3 * 18 + 10 + 5);
const SPACES: [&str; 2] = ["soc", "ot"];

#[tokio::test(start_paused = true)]
async fn r27_nothing_is_older_than_its_mark_and_what_fails_is_marked() {
    let mut proof = Proof::begin("R27", 20, 400);
    while let Some(seed) = proof.round() {
        let mut random = StdRng::seed_from_u64(seed);
        // A creation that makes up for a deletion in the total shows one pass later, which no mark can tell.
        let with_deletions = random.random_bool(0.3);
        let world = World::of(practice_kibana::World::Empty, 2, &SPACES, seed).await;
        let most = if with_deletions {
            MOST_UNMARKED_AFTER_DELETIONS
        } else {
            MOST_UNMARKED
        };
        let mut told = BTreeMap::new();
        for _ in 0..60 {
            let server = world.servers.choose(&mut random).unwrap();
            let space = SPACES.choose(&mut random).unwrap();
            change(server, space, with_deletions, &mut random).await;
            disturb(server, &mut random);
            look(&world.desk, server, &mut random).await;
            for _ in 0..random.random_range(1..12) {
                let millis = random.random_range(100..1_000);
                tokio::time::sleep(Duration::from_millis(millis)).await;
                for nth in 0..world.servers.len() {
                    for space in world.spaces(nth) {
                        assert_marked(&world, &space, (&mut told, most), seed);
                    }
                }
            }
            for (nth, server) in world.servers.iter().enumerate() {
                for space in world.spaces(nth) {
                    assert_not_older(&world.desk, server, &space, seed).await;
                }
            }
        }
        world.desk.shutdown().await;
    }
}

/// The cases of a space, and when each version of them was written.
pub(super) fn written(
    server: &Server,
    space: &str,
) -> BTreeMap<CaseId, Vec<(Timestamp, Option<String>)>> {
    let mut written = BTreeMap::<_, Vec<_>>::new();
    for commit in server.practice.log() {
        let here = commit
            .changes
            .iter()
            .filter(|change| change.document == Document::Case && commit.space == space);
        for change in here {
            let version = change.version.clone();
            let id = change.id.parse().unwrap();
            written.entry(id).or_default().push((commit.at, version));
        }
    }
    written
}

/// Somebody else works in Kibana.
pub(super) async fn change(
    server: &Server,
    space: &str,
    with_deletions: bool,
    random: &mut StdRng,
) {
    let space = server.client.space(&space.parse().unwrap());
    let there = written(server, space.id().as_str());
    let there: Vec<_> = there
        .iter()
        .filter(|(_, versions)| {
            versions
                .last()
                .is_some_and(|(_, version)| version.is_some())
        })
        .map(|(id, _)| id)
        .collect();
    let Some(id) = there.choose(random).filter(|_| random.random_bool(0.7)) else {
        if !with_deletions || there.len() < 4 {
            space
                .create_case(&NewCase::new("Odd beacon", "Seen."))
                .await
                .unwrap();
        }
        return;
    };
    match random.random_range(0..4) {
        0 => drop(
            space
                .add_comment(id, "securitySolution", "isolated")
                .await
                .unwrap(),
        ),
        1 if with_deletions && there.len() > 2 => {
            space.delete_cases(&[(*id).clone()]).await.unwrap();
        }
        _ => {
            let known = space.case(id).await.unwrap();
            let status = if known.status == CaseStatus::Open {
                CaseStatus::InProgress
            } else {
                CaseStatus::Open
            };
            let update = UpdateCase {
                status: Some(status),
                ..UpdateCase::new(known.id, known.version)
            };
            space.update_cases(&[update]).await.unwrap();
        }
    }
}

fn disturb(server: &Server, random: &mut StdRng) {
    let plan = server.practice.faults();
    match random.random_range(0..10) {
        0 | 3 => {
            let (failing, _) = faults().choose(random).unwrap().clone();
            // What comes slowly is old when it is there.
            let slow = Fault::Trickle {
                pause: Duration::from_millis(1),
            };
            let fault = if random.random_bool(0.3) {
                slow
            } else {
                failing
            };
            let rule = Rule::of(fault).probability(random.random_range(0.2..=1.0));
            let rule = if random.random_bool(0.5) {
                rule.in_space(SPACES.choose(random).unwrap())
            } else {
                rule
            };
            plan.set(Plan::of([rule]).seeded(random.random()));
        }
        1 | 2 => plan.clear(),
        _ => {}
    }
}

/// Somebody opens a case, or writes to it.
async fn look(desk: &Desk, server: &Server, random: &mut StdRng) {
    let space = SPACES.choose(random).unwrap();
    let written = written(server, space);
    let ids: Vec<_> = written.keys().collect();
    let Some(id) = ids.choose(random) else {
        return;
    };
    let case = CaseRef {
        source: server.source(space),
        id: (*id).clone(),
    };
    // It may not be known here yet, or no more.
    match random.random_range(0..4) {
        0 => drop(desk.open_case(&case).await),
        1 => drop(desk.add_comment(&case, "looking".to_owned()).await),
        _ => {}
    }
}

/// When a source was last marked as failing, or told to be newer than before.
type Told = BTreeMap<String, (Option<String>, Timestamp)>;

/// What is late without a word is marked with the cause.
fn assert_marked(
    world: &World,
    space: &SpaceView,
    (told, most): (&mut Told, SignedDuration),
    seed: u64,
) {
    let sync = &space.sync;
    let is_failed = sync.state == SyncState::Failed;
    assert_eq!(is_failed, sync.problem.is_some(), "seed {seed}");
    if sync.at.is_some() {
        let age = world.age(space);
        assert!(
            !age.is_negative(),
            "seed {seed}: {space:?} is of the future"
        );
    }
    let now = world.clock.now();
    let source = space.source.to_string();
    let (at, since) = told.entry(source).or_insert((None, now));
    if is_failed || sync.at != *at {
        (*at, *since) = (sync.at.clone(), now);
    }
    let unmarked = now.duration_since(*since);
    assert!(
        unmarked <= most,
        "seed {seed}: {} was neither read nor marked for {unmarked:#}",
        space.source
    );
}

/// Whatever was written before the mark is here, or something newer.
async fn assert_not_older(desk: &Desk, server: &Server, space: &SpaceView, seed: u64) {
    let at: Option<Timestamp> = space.sync.at.as_ref().map(|at| at.parse().unwrap());
    let attached = attached(server, space.source.space.as_str());
    for (id, versions) in written(server, space.source.space.as_str()) {
        let case = CaseRef {
            source: space.source.clone(),
            id,
        };
        let known = crate::cache::tests::told(&desk.inner.mirror, &case).await;
        let place = |version: &str| {
            let is_it = |(_, one): &(Timestamp, Option<String>)| one.as_deref() == Some(version);
            versions.iter().position(is_it).unwrap()
        };
        let before = |mark: Timestamp| versions.iter().rposition(|(at, _)| *at < mark);
        if let Some(wanted) = at.and_then(before) {
            let is_gone = versions[wanted].1.is_none();
            let is_newer = known
                .as_ref()
                .map_or(versions.last().unwrap().1.is_none(), |known| {
                    !is_gone && place(known.version.as_str()) >= wanted
                });
            assert!(
                is_newer,
                "seed {seed}: {case} is older than {at:?}: {versions:?}"
            );
        }
        let Ok(detail) = desk.detail(&case).await else {
            continue;
        };
        let Some(read_at) = detail.read_at else {
            continue;
        };
        let read_at: Timestamp = read_at.parse().unwrap();
        let shown = detail.activity.unwrap().into_iter();
        let shown: BTreeSet<_> = shown
            .filter_map(|entry| Some(entry.id?.to_string()))
            .collect();
        let wanted = attached.get(case.id.as_str()).into_iter().flatten();
        for (written_at, attachment) in wanted {
            assert!(
                *written_at >= read_at || shown.contains(attachment),
                "seed {seed}: {case} lacks what was written at {written_at}, read at {read_at}"
            );
        }
        let n_done = detail.history.map_or(0, |history| history.len());
        assert!(
            n_done > 0,
            "seed {seed}: {case} was read with what was done to it"
        );
    }
}

/// What was attached to the cases of a space, and when.
fn attached(server: &Server, space: &str) -> BTreeMap<String, Vec<(Timestamp, String)>> {
    let mut attached = BTreeMap::<_, Vec<_>>::new();
    for commit in server.practice.log() {
        let new = commit.changes.iter().filter(|change| {
            change.document == Document::Attachment
                && change.action == Action::Create
                && commit.space == space
        });
        for change in new {
            let case = change.case.clone().unwrap();
            let of_case = attached.entry(case).or_default();
            of_case.push((commit.at, change.id.clone()));
        }
    }
    attached
}
