//! Sync and outbox together while Kibana turns everything away (R18), and while it does not know the key (R11).

use super::*;
use crate::{
    id::{CaseRef, SourceId},
    view::{BoardQuery, BoardRows, EntryState},
};

/// How soon after a storm everything is as before.
const RECOVERY: Duration = Duration::from_mins(1);

impl World {
    async fn some_case(&self, space: &str) -> CaseRef {
        let query = BoardQuery::default();
        let mut rows = Vec::new();
        for column in self
            .desk
            .board(&query, &BoardRows::default())
            .await
            .unwrap()
            .columns
        {
            let window = self.desk.board_window(&query, &column.status, 0, 200).await;
            rows.extend(window.unwrap().rows);
        }
        let source = SourceId {
            deployment: self.servers[0].id.clone(),
            space: space.parse().unwrap(),
        };
        let mut cases = rows.into_iter().map(|row| row.case);
        cases.find(|case| case.source == source).unwrap()
    }

    /// A comment a minute. Tells how many requests there were, a minute of quiet after the last one included.
    async fn ten_minutes_of_work(&self, case: &CaseRef) -> usize {
        self.servers[0].traffic.take();
        for n in 0..10 {
            let text = format!("comment {n}");
            self.desk.add_comment(case, text).await.unwrap();
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        self.servers[0].practice.faults().clear();
        tokio::time::sleep(RECOVERY).await;
        self.servers[0].traffic.take().len()
    }

    async fn all_is_sent(&self) -> bool {
        let entries = self.desk.outbox().await.unwrap().entries;
        entries.iter().all(|entry| entry.state == EntryState::Done)
    }
}

#[tokio::test(start_paused = true)]
async fn r18_sync_and_outbox_leave_a_kibana_alone_that_asks_for_it_and_are_back_within_a_minute() {
    let world = World::new(1, &["soc", "ot"], 18).await;
    // Its steady beat would only hide what is counted.
    world.desk.pause_back_fill(true);
    let case = world.some_case("soc").await;
    let calm = world.ten_minutes_of_work(&case).await;
    assert!(world.all_is_sent().await);
    let (seconds, none) = (RetryAfterKind::Seconds, RetryAfterKind::None);
    for (status, kind, wait) in [(429, none, 0), (429, seconds, 5), (503, seconds, 30)] {
        let wait = Duration::from_secs(wait);
        let fault = Fault::Throttle {
            status,
            retry_after: RetryAfter { kind, wait },
        };
        let what = format!("{fault:?}");
        world.servers[0].practice.faults().set(Plan::always(fault));
        let stormy = world.ten_minutes_of_work(&case).await;
        assert_eq!(
            world.servers[0].traffic.n_early(),
            0,
            "{what}: requests too early"
        );
        assert!(stormy * 10 <= calm * 11, "{what}: {stormy}, not {calm}");
        assert!(world.all_is_sent().await, "{what}: a minute later");
        world.assert_fresh(0);
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn r11_sync_and_outbox_together_ask_once_in_five_minutes_with_a_key_that_is_refused() {
    let world = World::new(1, &["soc", "ot"], 11).await;
    // Its steady beat would only hide what is counted.
    world.desk.pause_back_fill(true);
    let case = world.some_case("soc").await;
    let revoked = Fault::ReduceKey {
        left: RightsLeft::Revoked,
        lasting: None,
    };
    world.servers[0]
        .practice
        .faults()
        .set(Plan::always(revoked));
    for n in 0..5 {
        let text = format!("comment {n}");
        world.desk.add_comment(&case, text).await.unwrap();
    }
    // Everybody finds out for themselves.
    tokio::time::sleep(Duration::from_mins(1)).await;
    world.servers[0].traffic.take();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let asked = world.servers[0].traffic.take();
    assert!(asked.len() >= 9, "it is still looked for: {}", asked.len());
    for pair in asked.windows(2) {
        let between = pair[1] - pair[0];
        assert!(between >= Duration::from_mins(5), "{between:?} apart");
    }
    world.servers[0].practice.faults().clear();
    tokio::time::sleep(Duration::from_mins(7)).await;
    assert!(world.all_is_sent().await, "as soon as the key is known");
    world.desk.shutdown().await;
}
