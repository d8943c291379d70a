//! The desk ends at any time, in order or not: nothing acknowledged is lost, and what was held stays held (R24).

use std::collections::BTreeSet;

use kibana_cases::{AttachedAlert, NewAlerts};
use practice_kibana::history::Write;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    told::{Told, all_settled, known_cases},
    *,
};
use crate::{
    id::{CaseRef, EntryId},
    outbox::State,
    view::{CaseEdit, NewStatus},
};

/// How long a quit may take.
const QUIT: Duration = Duration::from_secs(2);
/// So many quits, then a person answers what was held, and everything is settled.
const QUITS_OF_A_LIFE: usize = 20;
/// From so many on a bulk is held.
const BULK: usize = 21;

/// A profile that is opened and closed again and again.
struct Life {
    world: World,
    told: Told,
    /// Where ordinary writes go.
    cases: Vec<CaseRef>,
    /// One for each deletion.
    doomed: Vec<CaseRef>,
    /// With an alert that would be closed, too.
    alerted: Option<CaseRef>,
    /// Changed all at once.
    many: Vec<CaseRef>,
    /// What was held when a desk ended.
    held: BTreeSet<EntryId>,
    /// How much was on its way when a desk ended.
    n_under_way: usize,
}

impl Life {
    async fn new(seed: u64) -> Self {
        let world = World::of(practice_kibana::World::Empty, 1, &["soc"], seed).await;
        let cases = known_cases(&world, 0, "soc", 5).await;
        let doomed = known_cases(&world, 0, "soc", QUITS_OF_A_LIFE).await;
        let alerted = known_cases(&world, 0, "soc", 1).await.pop();
        let many = known_cases(&world, 0, "soc", BULK).await;
        let alerts = vec![AttachedAlert {
            id: "alert-1".parse().unwrap(),
            index: "index".to_owned(),
        }];
        let new = NewAlerts {
            alerts,
            rule: kibana_cases::Rule::default(),
        };
        let space = world.servers[0].client.space(&"soc".parse().unwrap());
        let of = &alerted.as_ref().unwrap().id;
        space
            .attach_alerts(of, "securitySolution", &new)
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_mins(1)).await;
        Self {
            world,
            told: Told::default(),
            cases,
            doomed,
            alerted,
            many,
            held: BTreeSet::new(),
            n_under_way: 0,
        }
    }

    async fn writes(&mut self, random: &mut StdRng) {
        let desk = self.world.desk.clone();
        for _ in 0..4 {
            let case = self.cases.choose(random).unwrap();
            self.told.comment(&desk, case).await;
        }
        let severity = |word: &str| CaseEdit {
            severity: Some(word.to_owned()),
            ..CaseEdit::default()
        };
        match random.random_range(0..4) {
            0 if !self.many.is_empty() => {
                let many = std::mem::take(&mut self.many);
                let edit = severity("high");
                for entry in desk.edit_cases(&many, &edit).await.unwrap() {
                    self.told.wrote(&entry, severity_of("high"));
                }
            }
            1 if self.alerted.is_some() => {
                let case = self.alerted.take().unwrap();
                let edit = CaseEdit {
                    status: Some(NewStatus::Closed),
                    ..CaseEdit::default()
                };
                let entry = desk.edit_case(&case, &edit).await.unwrap().unwrap();
                let value = "closed".into();
                self.told
                    .wrote(&entry, edit_of("status", value, "open".into()));
            }
            _ => {
                let case = self.doomed.pop().unwrap();
                self.told.delete(&desk, &case).await;
            }
        }
    }

    /// Writes, and ends in the middle of it.
    async fn round(&mut self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let rules = [
            Rule::of(Fault::ResetAfterCommit).probability(0.1),
            Rule::of(Fault::StaySilent).probability(0.05),
            Rule::of(Fault::Reorder {
                at_most: Duration::from_secs(1),
            })
            .probability(0.5),
        ];
        let faults = self.world.servers[0].practice.faults();
        faults.set(Plan::of(rules).seeded(seed));
        self.writes(&mut random).await;
        let longest = *[400, 3_000, 12_000].choose(&mut random).unwrap();
        let wait = random.random_range(0..longest);
        tokio::time::sleep(Duration::from_millis(wait)).await;

        let before = self.told.hear(&self.world.desk).await;
        let under_way = |state: &State| matches!(state, State::Leased | State::Sent { .. });
        self.n_under_way += before
            .values()
            .filter(|entry| under_way(&entry.state))
            .count();
        let began = tokio::time::Instant::now();
        if random.random_bool(0.3) {
            self.world.desk.inner.stop.cancel();
        } else {
            self.world.desk.shutdown().await;
        }
        let took = began.elapsed();
        assert!(took <= QUIT, "seed {seed}: it took {took:?} to quit");
        self.world.begin_again().await;

        let after = self.told.hear(&self.world.desk).await;
        let held = before
            .values()
            .filter(|entry| matches!(entry.state, State::Held { .. }));
        self.held.extend(held.map(|entry| entry.id.clone()));
        for id in &self.held {
            let state = &after[id].state;
            assert!(
                matches!(state, State::Held { .. }),
                "seed {seed}: it was held, and is {state:?}"
            );
        }
        let known: BTreeSet<_> = after.keys().collect();
        let lost = self.told.ids().find(|id| !known.contains(id));
        assert_eq!(lost, None, "seed {seed}: it was acknowledged");
    }

    /// What was held waits for a person, who says yes or no.
    async fn ends(mut self, seed: u64) -> usize {
        let mut random = StdRng::seed_from_u64(seed);
        self.world.servers[0].practice.faults().clear();
        let desk = &self.world.desk;
        all_settled(desk).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let asked = desk.outbox().await.unwrap().entries;
        for id in &self.held {
            let entry = asked.iter().find(|entry| entry.id == *id).unwrap();
            assert!(entry.asks, "seed {seed}: a person is asked: {entry:?}");
            if random.random_bool(0.5) {
                desk.retry_entry(id).await.unwrap();
            } else {
                desk.discard_entry(id).await.unwrap();
            }
        }
        all_settled(desk).await;
        for entry in self.told.hear(desk).await.values() {
            let is_settled = matches!(entry.state, State::Confirmed | State::Cancelled);
            assert!(is_settled, "seed {seed}: {entry:?}");
        }
        assert_eq!(self.told.findings(&self.world.servers), [], "seed {seed}");
        self.world.desk.shutdown().await;
        self.n_under_way
    }
}

fn severity_of(word: &str) -> Write {
    edit_of("severity", word.into(), "low".into())
}

fn edit_of(field: &str, value: serde_json::Value, seen: serde_json::Value) -> Write {
    Write::Edit {
        field: field.to_owned(),
        value,
        seen: None,
        seen_value: Some(seen),
    }
}

#[tokio::test(start_paused = true)]
async fn r24_a_desk_quits_at_any_time_within_two_seconds_and_what_was_held_asks() {
    let mut proof = Proof::begin("R24", 20, 300);
    let (mut n_held, mut n_under_way) = (0, 0);
    while let Some(seed) = proof.round() {
        let mut life = Life::new(seed).await;
        life.round(seed).await;
        for _ in 1..QUITS_OF_A_LIFE {
            let Some(seed) = proof.round() else { break };
            life.round(seed).await;
        }
        n_held += life.held.len();
        n_under_way += life.ends(seed).await;
    }
    assert!(
        n_held > 0 && n_under_way > 0,
        "{n_held} held, {n_under_way} under way"
    );
}
