//! After everything that can go wrong the mirror is as Kibana, in all spaces (R26).

use std::collections::BTreeMap;

use kibana_cases::{CaseId, FindCases};
use practice_kibana::faults::{Garbled, Loss, Shift};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    marks::{change, written},
    told::{all_entries, all_settled, rows},
    *,
};
use crate::{
    cache::tests::told,
    id::{CaseRef, SourceId},
    outbox::State,
    view::{CaseEdit, NewStatus},
};

const N_SERVERS: usize = 4;
const SPACES: [&str; 5] = ["soc", "ot", "it", "lab", "dev"];
/// How soon after the last fault, and after somebody asked for a reading, everything has to be as it is in Kibana.
const SOON: Duration = Duration::from_secs(30);

/// What can go wrong with one deployment for a while.
fn fault(random: &mut StdRng) -> Fault {
    let seconds = Duration::from_secs(random.random_range(1..10));
    let all = [
        Fault::RefuseConnect,
        Fault::StaySilent,
        Fault::ResetBeforeRead,
        Fault::ResetBeforeCommit,
        Fault::ResetAfterCommit,
        Fault::CutBody { bytes: None },
        Fault::FailAfterCommit { status: 502 },
        Fault::ConflictAfterCommit,
        Fault::HalfCommit,
        Fault::LateCommit { after: seconds },
        Fault::Throttle {
            status: 429,
            retry_after: RetryAfter {
                kind: RetryAfterKind::Seconds,
                wait: seconds,
            },
        },
        Fault::LoginPage,
        Fault::Garble(Garbled::Truncated),
        Fault::Garble(Garbled::Invalid),
        Fault::SearchLag { lag: seconds / 2 },
        Fault::ShiftPages(Shift::Insert),
        Fault::ShiftPages(Shift::Delete),
        Fault::ShiftPages(Shift::Touch),
        Fault::LoseCase(Loss::Delete),
        Fault::LoseCase(Loss::Close),
        Fault::Reorder { at_most: seconds },
        Fault::PoisonPool,
    ];
    all.choose(random).unwrap().clone()
}

fn disturb(server: &Server, random: &mut StdRng) {
    let faults = server.practice.faults();
    match random.random_range(0..10) {
        0..2 => {
            let rules = (0..random.random_range(1..3)).map(|_| {
                let rule = Rule::of(fault(random)).probability(random.random_range(0.1..=0.6));
                if random.random_bool(0.5) {
                    rule.in_space(SPACES.choose(random).unwrap())
                } else {
                    rule
                }
            });
            let rules: Vec<_> = rules.collect();
            faults.set(Plan::of(rules).seeded(random.random()));
        }
        2..4 => faults.clear(),
        _ => {}
    }
}

/// We write, too. What is refused because it is not known here was not acknowledged.
async fn write(world: &World, server: &Server, random: &mut StdRng) {
    let source = server.source(SPACES.choose(random).unwrap());
    let there = written(server, source.space.as_str());
    let ids: Vec<_> = there.keys().collect();
    let Some(id) = ids.choose(random) else { return };
    let case = CaseRef {
        source,
        id: (*id).clone(),
    };
    let severity = ["low", "medium", "high", "critical"]
        .choose(random)
        .unwrap();
    let edit = match random.random_range(0..3) {
        0 => return drop(world.desk.add_comment(&case, "looking".to_owned()).await),
        1 => CaseEdit {
            severity: Some((*severity).to_owned()),
            ..CaseEdit::default()
        },
        _ => CaseEdit {
            status: Some(NewStatus::InProgress),
            ..CaseEdit::default()
        },
    };
    drop(world.desk.edit_case(&case, &edit).await);
}

/// Every case of a space, as a canonical text. Kibana numbers a case later, and says of it neither that it changed nor another
/// version: that is read with the next reading of all, or when somebody opens the case.
type Cases = BTreeMap<CaseId, String>;

fn canonical(case: &kibana_cases::Case) -> String {
    let mut body = serde_json::to_value(case).unwrap();
    let fields = body.as_object_mut().unwrap();
    // Only some answers have them.
    fields.remove("comments");
    fields.remove("incremental_id");
    body.to_string()
}

async fn of_kibana(server: &Server, space: &str) -> Cases {
    let space = server.client.space(&space.parse().unwrap());
    let mut pages = space.all_cases(&FindCases::default());
    let mut cases = Cases::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap().cases.into_iter();
        cases.extend(page.map(|case| (case.id.clone(), canonical(&case))));
    }
    cases
}

/// The same of what is here, with nothing of ours laid over it.
async fn of_mirror(desk: &Desk) -> BTreeMap<SourceId, Cases> {
    let mut mirrored = BTreeMap::<_, Cases>::new();
    for case in rows(desk).await.into_iter().map(|row| row.case) {
        if let Some(known) = told(&desk.inner.mirror, &case).await {
            let cases = mirrored.entry(case.source).or_default();
            cases.insert(case.id, canonical(&known));
        }
    }
    mirrored
}

/// The first difference between the mirror and Kibana.
async fn difference(world: &World) -> Option<String> {
    let mut mirrored = of_mirror(&world.desk).await;
    for server in &world.servers {
        for space in SPACES {
            let source = server.source(space);
            let there = of_kibana(server, space).await;
            let here = mirrored.remove(&source).unwrap_or_default();
            if here != there {
                let ids = here.keys().chain(there.keys());
                let mut ids = ids.filter(|id| here.get(*id) != there.get(*id));
                let id = ids.next()?;
                return Some(format!(
                    "{source} {id}: here {:?}, there {:?}",
                    here.get(id),
                    there.get(id)
                ));
            }
        }
    }
    None
}

/// Waits until the mirror is as Kibana.
async fn converges(world: &World, what: &str) {
    let began = tokio::time::Instant::now();
    while let Some(difference) = difference(world).await {
        let since = began.elapsed();
        assert!(since < SOON, "{what}: after {since:?} {difference}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn r26_twenty_spaces_are_as_kibana_soon_after_the_last_fault() {
    let mut proof = Proof::begin("R26", 100, 200);
    let n_steps = if proof.is_long() { 2_000 } else { 10 };
    while let Some(seed) = proof.round() {
        let what = format!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let world = World::of(practice_kibana::World::Empty, N_SERVERS, &SPACES, seed).await;
        for _ in 0..n_steps {
            let server = world.servers.choose(&mut random).unwrap();
            let space = SPACES.choose(&mut random).unwrap();
            change(server, space, true, &mut random).await;
            disturb(server, &mut random);
            write(&world, server, &mut random).await;
            let millis = random.random_range(100..3_000);
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        for server in &world.servers {
            server.practice.faults().clear();
            // What was written late is the last of the faults.
            server.practice.faults().settled().await;
        }
        world.desk.sync_now();
        converges(&world, &what).await;
        // Whatever was on its way is settled by reading back, which takes longer.
        all_settled(&world.desk).await;
        for entry in all_entries(&world.desk).await.values() {
            let is_settled = matches!(
                entry.state,
                State::Confirmed | State::Cancelled | State::Parked { .. }
            );
            assert!(is_settled, "{what}: {entry:?}");
        }
        converges(&world, &what).await;
        world.desk.shutdown().await;
    }
}
