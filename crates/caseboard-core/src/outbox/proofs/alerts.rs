//! What an attach counts as its own: what it made, and nothing that was there before.

use practice_kibana::faults::{Fault, Plan, Rule};

use super::{
    super::{
        entry::Alerts,
        undo::{Undo, undo},
    },
    *,
};

fn alerts(ids: &[&str]) -> Alerts {
    let pairs = ids.iter();
    Alerts {
        rule: kibana_cases::Rule::default(),
        pairs: pairs
            .map(|id| (id.parse().unwrap(), "index".to_owned()))
            .collect(),
    }
}

impl World {
    fn attach(&mut self, case: &CaseRef, ids: &[&str]) -> Entry {
        let token = self.token();
        let change = Change::AttachAlerts {
            alerts: alerts(ids),
        };
        self.entry(case, change, token)
    }

    /// The alerts of each attachment of a case.
    async fn attached(&self, case: &CaseRef) -> BTreeMap<String, Vec<String>> {
        let space = self.client.space(&case.source.space);
        let there = space.attachments(&case.id).await.unwrap().attachments;
        there
            .into_iter()
            .filter_map(|one| match one.kind {
                kibana_cases::AttachmentKind::Alerts { alerts, .. } => {
                    let ids = alerts.into_iter().map(|alert| alert.id.to_string());
                    Some((one.id.to_string(), ids.collect()))
                }
                _ => None,
            })
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_same_person_attached_before_is_not_detached_with_the_rest() {
    let seconds = Duration::from_secs;
    let faults = [
        None,
        Some(Fault::ResetAfterCommit),
        Some(Fault::ResetBeforeCommit),
        Some(Fault::FailAfterCommit { status: 500 }),
        Some(Fault::HalfCommit),
        Some(Fault::LateCommit { after: seconds(1) }),
        Some(Fault::LateCommit { after: seconds(40) }),
    ];
    for fault in faults {
        let what = format!("{fault:?}");
        let mut world = World::new(9);
        let case = world.case("soc").await;
        let first = world.start();
        let early = world.attach(&case, &["a", "b"]);
        first.put(vec![early]).await;
        first.settled().await;
        let before = world.attached(&case).await;
        assert_eq!(before.len(), 1, "{what}");

        // It was planned when nothing was attached yet.
        let rules = fault.map(|fault| Rule::of(fault).on("POST /api/cases/*/comments").limit(1));
        world.practice.faults().set(Plan::of(rules));
        let planned = world.attach(&case, &["b", "c"]);
        let id = planned.id.clone();
        first.put(vec![planned]).await;
        let entries = first.settled().await;
        world.practice.faults().settled().await;
        let entry = entries.into_iter().find(|entry| entry.id == id).unwrap();
        assert_eq!(entry.state, State::Confirmed, "{what}");
        let there = world.attached(&case).await;
        let new: Vec<_> = there
            .keys()
            .filter(|id| !before.contains_key(*id))
            .collect();
        assert!(!new.is_empty(), "{what}");
        assert_eq!(entry.made.iter().collect::<Vec<_>>(), new, "{what}");
        let Undo::Write(changes) = undo(&entry) else {
            panic!("{what}: it can be taken back");
        };
        assert_eq!(changes.len(), new.len(), "{what}");
    }
}
