use std::{fs, path::Path};

use caseboard_core::{
    Keychain,
    desk::Desk,
    view::{StorageState, SyncState},
};
use caseboard_journeys::{
    desk::{TestDesk, cards, key_item},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};

/// Names of the files in a folder.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let files = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_board_is_there_after_a_restart_although_no_server_answers() {
    let mut seed = Seed::of("the_board_is_there_after_a_restart_although_no_server_answers");
    let practice = kibana::empty(vec![]).await;
    let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    test.card(&id).await;
    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    let before = desk.deployments().remove(0);
    drop(desk);
    practice.stop().await;

    let test = TestDesk::open_on(profile, keychain).await;
    let rows = test
        .until(async |desk| Some(cards(desk).await).filter(|rows| !rows.is_empty()))
        .await;
    assert_eq!((rows.len(), rows[0].title.as_str()), (1, title.as_str()));
    assert_eq!(test.desk.storage().state, StorageState::OnDisk);
    let space = |deployment: &caseboard_core::view::DeploymentView| {
        let spaces = deployment.spaces.iter();
        spaces
            .filter(|space| space.source.space.as_str() == "soc")
            .map(|space| (space.n_active, space.sync.at.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        space(&test.desk.deployments()[0]),
        space(&before),
        "what is shown has the age of its reading"
    );
    let failed = async |desk: &Desk| {
        let spaces = desk.deployments().remove(0).spaces;
        let failed =
            |space: &caseboard_core::view::SpaceView| space.sync.state == SyncState::Failed;
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
