//! How often sources are read, told by the practice server's log of requests in virtual time.

use tokio::time::Instant;

use super::*;
use crate::desk::world::World;

/// When passes over the list reached a server. One may have several requests, each right after the other.
fn passes(world: &World, nth: usize) -> Vec<Instant> {
    let asked = world.servers[nth].take_asked().into_iter();
    let of_list = asked.filter(super::super::world::Asked::is_of_list);
    let mut passes: Vec<_> = of_list.map(|asked| asked.at).collect();
    passes.dedup_by(|later, at| *later - *at < Duration::from_millis(100));
    passes
}

async fn n_passes_in(world: &World, nth: usize, minutes: u64) -> usize {
    passes(world, nth);
    tokio::time::sleep(Duration::from_mins(minutes)).await;
    passes(world, nth).len()
}

#[tokio::test(start_paused = true)]
async fn sources_are_read_as_often_as_somebody_looks() {
    let world = World::new(2, &["soc"], 1).await;
    assert!(
        (35..=48).contains(&n_passes_in(&world, 0, 10).await),
        "every 15 s"
    );
    let visible = vec![world.servers[0].source("soc")];
    world.desk.attend(Attention::Focused {
        visible: Some(visible),
    });
    assert!(
        (35..=48).contains(&n_passes_in(&world, 0, 10).await),
        "seen"
    );
    assert!(
        (8..=13).contains(&n_passes_in(&world, 1, 10).await),
        "not seen"
    );
    world.desk.attend(Attention::Unfocused);
    assert!(
        (8..=13).contains(&n_passes_in(&world, 0, 10).await),
        "every minute"
    );
    world.desk.attend(Attention::Idle);
    assert!(
        (10..=13).contains(&n_passes_in(&world, 0, 60).await),
        "every 5 minutes"
    );
    tokio::time::sleep(Duration::from_mins(1)).await;
    passes(&world, 0);
    let back_at = Instant::now();
    world.desk.attend(Attention::default());
    tokio::time::sleep(Duration::from_secs(19)).await;
    let first = passes(&world, 0)[0];
    assert!(
        first - back_at <= Duration::from_secs(18),
        "whoever comes back need not wait"
    );
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_write_of_ours_is_followed_by_two_readings() {
    let world = World::new(1, &["soc"], 2).await;
    let source = world.servers[0].source("soc");
    world.desk.attend(Attention::Idle);
    let space = world.servers[0].client.space(&source.space);
    let id = space
        .find_cases(&kibana_cases::FindCases::default())
        .await
        .unwrap()
        .cases
        .remove(0)
        .id;
    tokio::time::sleep(Duration::from_secs(20)).await;
    passes(&world, 0);
    let written_at = Instant::now();
    let case = CaseRef { source, id };
    world
        .desk
        .add_comment(&case, "isolated".to_owned())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let after: Vec<_> = passes(&world, 0)
        .into_iter()
        .map(|at| (at - written_at).as_secs_f64())
        .collect();
    // The write itself takes a moment.
    assert_eq!(after.len(), 2, "{after:?}");
    assert!(
        (0.8..=2.2).contains(&after[0]) && (4.0..=7.0).contains(&after[1]),
        "{after:?}"
    );
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_kibana_asks_for_is_kept() {
    use practice_kibana::faults::{Fault, Plan, RetryAfter, RetryAfterKind, Rule};
    let world = World::new(1, &["soc"], 3).await;
    world.desk.pause_back_fill(true);
    let wait = Duration::from_mins(20);
    let retry_after = RetryAfter {
        kind: RetryAfterKind::Seconds,
        wait,
    };
    let throttle = Fault::Throttle {
        status: 429,
        retry_after,
    };
    let faults = world.servers[0].practice.faults();
    faults.set(Plan::of([Rule::of(throttle).limit(1)]));
    while faults.fired().is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let throttled_at = Instant::now();
    passes(&world, 0);
    tokio::time::sleep(wait + Duration::from_mins(1)).await;
    let first = passes(&world, 0)[0];
    assert!(
        first - throttled_at + Duration::from_millis(100) >= wait,
        "{:?}",
        first - throttled_at
    );
    world.desk.shutdown().await;
}
