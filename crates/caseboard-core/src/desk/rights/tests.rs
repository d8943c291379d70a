//! What a desk knows of the rights of a key that the practice server takes some from.

use std::time::Duration;

use practice_kibana::faults::{Fault, Plan, RightsLeft, Rule};

use super::*;
use crate::{
    desk::world::{Asked, World},
    view::SyncState,
};

/// Leaves the desk's key no more than this, from now on.
fn reduce(world: &World, left: RightsLeft) {
    let reduced = Fault::ReduceKey {
        left,
        lasting: None,
    };
    let faults = world.servers[0].practice.faults();
    faults.set(Plan::of([Rule::of(reduced).limit(1)]));
}

fn restore(world: &World) {
    world.servers[0].practice.faults().set(Plan::default());
}

fn may_write(world: &World) -> Option<bool> {
    world.spaces(0)[0].rights.write
}

/// How often the server was asked for rights since the last time.
fn n_asked(world: &World) -> usize {
    let asked = world.servers[0].take_asked().into_iter();
    asked.filter(Asked::is_of_rights).count()
}

async fn minutes(n: u64) {
    tokio::time::sleep(Duration::from_mins(n)).await;
}

#[tokio::test(start_paused = true)]
async fn rights_are_asked_for_once_a_run_and_told() {
    let world = World::of(practice_kibana::World::Practice, 1, &["soc"], 1).await;
    let mut events = world.desk.subscribe();
    reduce(&world, RightsLeft::Read);
    assert_eq!(
        may_write(&world),
        None,
        "nothing is known before Kibana is asked"
    );
    minutes(10).await;
    let rights = world.spaces(0)[0].rights;
    assert_eq!((rights.read, rights.write), (Some(true), Some(false)));
    assert_eq!((rights.comment, rights.assign), (Some(false), Some(false)));
    assert_eq!(n_asked(&world), 1);
    let id = &world.servers[0].id;
    let told = DeskEvent::DeploymentChanged {
        deployment: id.clone(),
    };
    let mut heard = Vec::new();
    while let Ok(event) = events.try_recv() {
        heard.push(event);
    }
    assert!(heard.contains(&told), "faces hear of it");
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_test_and_a_new_key_bring_what_is_so_now() {
    let mut world = World::new(1, &["soc"], 2).await;
    assert_eq!(may_write(&world), Some(true));
    reduce(&world, RightsLeft::Read);
    let id = world.servers[0].id.clone();
    world.desk.test_saved_deployment(&id).await.unwrap();
    assert_eq!(may_write(&world), Some(false));
    restore(&world);
    n_asked(&world);
    world.connect(&world.servers[0]);
    assert_eq!(may_write(&world), None, "nothing is known of another key");
    minutes(1).await;
    assert_eq!((may_write(&world), n_asked(&world)), (Some(true), 1));
    world.restart().await;
    minutes(1).await;
    assert_eq!(may_write(&world), Some(true));
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn they_are_asked_for_again_after_a_refusal() {
    let world = World::new(1, &["soc"], 3).await;
    for left in [RightsLeft::None, RightsLeft::Revoked] {
        reduce(&world, left);
        n_asked(&world);
        minutes(10).await;
        let space = world.spaces(0).remove(0);
        assert_eq!(space.sync.state, SyncState::Failed);
        assert_eq!(
            space.rights.write,
            Some(true),
            "as last known, not as strangers are told"
        );
        assert_eq!(n_asked(&world), 0, "who may not read is not asked");
        restore(&world);
        minutes(20).await;
        assert_eq!((may_write(&world), n_asked(&world)), (Some(true), 1));
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn where_kibana_does_not_tell_nothing_is_known_and_nothing_else_suffers() {
    let world = World::of(practice_kibana::World::Practice, 1, &["soc"], 4).await;
    let mute = Rule::of(Fault::LoginPage).on("POST /api/core/capabilities");
    world.servers[0].practice.faults().set(Plan::of([mute]));
    minutes(1).await;
    assert_eq!(world.spaces(0)[0].rights, CaseRights::default());
    world.assert_fresh(0);
    world.desk.shutdown().await;
}
