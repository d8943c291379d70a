//! A keychain that refuses at first, in virtual time.

use std::sync::atomic::Ordering;

use practice_kibana::faults::{Fault, Plan, Rule};

use super::*;
use crate::{desk::world::World, id::CaseRef};

async fn texts(world: &World, case: &CaseRef) -> (Option<String>, Vec<String>) {
    let entries = world.desk.outbox().await.unwrap().entries;
    let entries = entries.iter().map(|entry| format!("{:?}", entry.what));
    let draft = world.desk.draft(case).await.unwrap();
    (draft, entries.collect())
}

/// A case that is on the board, and of which no comment can be sent.
async fn case_without_comments(world: &World) -> CaseRef {
    let space = world.servers[0].client.space(&"soc".parse().unwrap());
    let new = kibana_cases::NewCase::new("Odd beacon", "Seen.");
    let case = CaseRef {
        source: world.servers[0].source("soc"),
        id: space.create_case(&new).await.unwrap().id,
    };
    tokio::time::sleep(Duration::from_mins(1)).await;
    world.servers[0].practice.faults().set(Plan::of([
        Rule::of(Fault::RefuseConnect).on("POST /api/cases/*/comments")
    ]));
    case
}

#[tokio::test(start_paused = true)]
async fn s17_a_keychain_that_answers_at_last_needs_no_restart_and_loses_nothing() {
    let mut world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    let case = case_without_comments(&world).await;
    let write = async |desk: &Desk, text: &str| {
        desk.add_comment(&case, text.to_owned()).await.unwrap();
        desk.put_draft(&case, text).await.unwrap();
    };
    write(&world.desk, "in the file").await;

    world.keychain.refuses.store(true, Ordering::Relaxed);
    world.restart().await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(world.desk.storage().state, StorageState::MemoryOnly);
    write(&world.desk, "in memory").await;

    world.keychain.refuses.store(false, Ordering::Relaxed);
    world.desk.sync_now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let storage = world.desk.storage();
    assert_eq!(
        (storage.state, storage.problem),
        (StorageState::OnDisk, None)
    );
    let kept = texts(&world, &case).await;
    assert_eq!(kept.0.as_deref(), Some("in memory"), "it is the newer one");
    assert_eq!(kept.1.len(), 2, "{:?}", kept.1);
    world.restart().await;
    assert_eq!(texts(&world, &case).await, kept, "it is in the file");

    world.servers[0].practice.faults().clear();
    // One of them was on its way at the end of a run, and is looked for.
    tokio::time::sleep(Duration::from_mins(5)).await;
    let there = world.servers[0]
        .client
        .space(&case.source.space)
        .attachments(&case.id)
        .await
        .unwrap()
        .attachments;
    assert_eq!(there.len(), 2, "each is sent once");
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_answers_elsewhere_is_asked_for_the_file_again() {
    let mut world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.keychain.refuses.store(true, Ordering::Relaxed);
    world.restart().await;
    assert_eq!(world.desk.storage().state, StorageState::MemoryOnly);
    world.keychain.refuses.store(false, Ordering::Relaxed);
    // A key that is saved now, after somebody unlocked it for that.
    world.connect(&world.servers[0]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.desk.storage().state, StorageState::OnDisk);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_deployment_stays_while_nobody_knows_what_the_closed_file_holds_for_it() {
    let mut world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    let case = case_without_comments(&world).await;
    let unsent = world.desk.add_comment(&case, "unsent".to_owned()).await;
    let unsent = unsent.unwrap().id;

    world.keychain.refuses.store(true, Ordering::Relaxed);
    world.restart().await;
    // Its key is in memory, so no keychain has to let go of it.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let id = world.servers[0].id.clone();
    let refused = world.desk.remove_deployment(&id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeychainUnavailable);
    assert_eq!(world.desk.deployments().len(), 1, "it stays");

    world.keychain.refuses.store(false, Ordering::Relaxed);
    world.desk.sync_now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.desk.storage().state, StorageState::OnDisk);
    let refused = world.desk.remove_deployment(&id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Rejected, "it is not sent");
    world.servers[0].practice.faults().clear();
    let settled = world
        .desk
        .wait_for_entries(std::slice::from_ref(&unsent), Duration::from_mins(5));
    settled.await.unwrap();
    world.desk.remove_deployment(&id).await.unwrap();
    assert_eq!(world.desk.outbox().await.unwrap().entries, []);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn two_that_make_a_key_at_once_have_the_same() {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    for known in [None, Some("gone".to_owned())] {
        let known = move |settings: &mut Settings| settings.key.clone_from(&known);
        world.desk.change_settings(known).await.unwrap();
        let keys = futures::join!(world.desk.database_key(), world.desk.database_key());
        let again = world.desk.database_key().await.unwrap();
        let text = |key: &DatabaseKey| {
            use secrecy::ExposeSecret as _;
            key.secret().expose_secret().to_owned()
        };
        assert_eq!(text(&keys.0.unwrap()), text(&again));
        assert_eq!(text(&keys.1.unwrap()), text(&again));
    }
    world.desk.shutdown().await;
}
