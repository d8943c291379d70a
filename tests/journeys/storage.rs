use std::{fs, path::Path};

use caseboard_core::{
    Keychain,
    desk::Desk,
    view::{SpaceView, StorageState, SyncState},
};
use caseboard_journeys::{
    desk::{TestDesk, cards, key_item},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use jiff::Timestamp;

/// Names of the files in a folder.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let files = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// How many cases of the space are not closed, and when they were read, if they were.
fn of_soc(desk: &Desk) -> Option<(u32, Timestamp)> {
    let spaces = desk.deployments().remove(0).spaces.into_iter();
    let mut soc = spaces.filter(|space| space.source.space.as_str() == "soc");
    let SpaceView { n_active, sync, .. } = soc.next().unwrap();
    Some((n_active, sync.at?.parse().unwrap()))
}

#[tokio::test]
async fn the_board_is_there_after_a_restart_although_no_server_answers() {
    let mut seed = Seed::of("the_board_is_there_after_a_restart_although_no_server_answers");
    let practice = kibana::empty(vec![]).await;
    let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    test.card(&id).await;
    let before = test.until(async |desk| of_soc(desk)).await;
    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    drop(desk);
    let ended = Timestamp::now();
    practice.stop().await;

    let test = TestDesk::open_on(profile, keychain).await;
    let rows = test
        .until(async |desk| Some(cards(desk).await).filter(|rows| !rows.is_empty()))
        .await;
    assert_eq!((rows.len(), rows[0].title.as_str()), (1, title.as_str()));
    let (n_active, read_at) = test.until(async |desk| of_soc(desk)).await;
    assert_eq!(test.desk.storage().state, StorageState::OnDisk);
    assert_eq!(n_active, 1);
    assert!(
        before.1 <= read_at && read_at <= ended,
        "what is shown has the age of its reading"
    );
    let failed = async |desk: &Desk| {
        let spaces = desk.deployments().remove(0).spaces;
        let failed = |space: &SpaceView| space.sync.state == SyncState::Failed;
        spaces.iter().any(failed).then_some(())
    };
    test.until(failed).await;
    assert_eq!(cards(&test.desk).await, rows);
}

#[tokio::test]
async fn r13_a_lost_key_costs_nothing_but_a_new_reading_and_the_old_file_is_kept() {
    let mut proof = Proof::begin("R13", 1, 1);
    proof.round();
    let mut seed =
        Seed::of("r13_a_lost_key_costs_nothing_but_a_new_reading_and_the_old_file_is_kept");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    test.card(&id).await;
    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    drop(desk);
    let dir = profile.path().join("default");
    let before = fs::read(dir.join("mirror.db")).unwrap();
    keychain.delete(&key_item(&dir)).await.unwrap();

    let test = TestDesk::open_on(profile, keychain).await;
    let kept = test.until(async |desk| desk.storage().kept_file).await;
    assert_eq!(
        fs::read(dir.join(&kept)).unwrap(),
        before,
        "{kept} is the old file"
    );
    test.card(&id).await;
    assert_eq!(test.desk.storage().state, StorageState::OnDisk);
}
