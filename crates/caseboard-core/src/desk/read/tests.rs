//! Reading a case, told by the practice server's log of requests in virtual time.

use kibana_cases::NewCase;

use super::*;
use crate::desk::world::World;

/// Reads a case; tells how many pages of its history that took.
async fn pages(world: &World, case: &CaseRef) -> usize {
    world.servers[0].take_asked();
    world.desk.read_case(case).await;
    let asked = world.servers[0].take_asked().into_iter();
    asked
        .filter(|asked| asked.path.ends_with("/user_actions/_find"))
        .count()
}

#[tokio::test(start_paused = true)]
async fn only_what_is_new_of_a_history_is_read() {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    world.desk.pause_back_fill(true);
    let space = world.servers[0].client.space(&"soc".parse().unwrap());
    let new = NewCase::new("Odd beacon", "Seen.");
    let id = space.create_case(&new).await.unwrap().id;
    let comment = async || {
        space
            .add_comment(&id, "securitySolution", "more")
            .await
            .unwrap()
    };
    for _ in 0..250 {
        comment().await;
    }
    world.desk.sync_now();
    tokio::time::sleep(Duration::from_secs(20)).await;
    let case = CaseRef {
        source: world.servers[0].source("soc"),
        id: id.clone(),
    };
    assert_eq!(pages(&world, &case).await, 3);
    comment().await;
    assert_eq!(pages(&world, &case).await, 1);
    for _ in 0..100 {
        comment().await;
    }
    assert_eq!(
        pages(&world, &case).await,
        1,
        "the total tells that nothing is missing"
    );
    let known = world.desk.inner.mirror.history(&case).await.unwrap();
    let mut all = space.all_user_actions(&id);
    let mut told = Vec::new();
    while let Some(page) = all.next().await {
        told.extend(page.unwrap().items);
    }
    assert_eq!((known.len(), known), (352, told));
    let shown = world.desk.detail(&case).await.unwrap();
    let (activity, history) = (shown.activity.unwrap(), shown.history.unwrap());
    assert_eq!(
        (activity.len(), history.len()),
        (351, 1),
        "nothing is told twice"
    );
    world.desk.shutdown().await;
}
