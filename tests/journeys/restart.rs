use std::fs;

use caseboard_core::{code::ErrorCode, view::KeyState};
use caseboard_journeys::{
    desk::TestDesk,
    kibana::{self, Kibana},
    seed::Seed,
};

#[tokio::test]
async fn deployments_and_keys_survive_a_restart_and_no_file_holds_the_key() {
    let mut seed = Seed::of("deployments_and_keys_survive_a_restart_and_no_file_holds_the_key");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    test.until(async |desk| (desk.deployments()[0].key == KeyState::Stored).then_some(()))
        .await;
    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    for file in fs::read_dir(profile.path().join("default")).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        assert!(
            !String::from_utf8_lossy(&content).contains(practice.api_key()),
            "the key is in no file"
        );
    }
    let test = TestDesk::open_on(profile, keychain).await;
    assert_eq!(
        test.card(&id).await.handle.split(['#', '~']).next(),
        Some("PROD/soc")
    );
}

#[tokio::test]
async fn a_key_is_not_sent_to_an_address_it_was_not_given_for() {
    let practice = kibana::empty(vec![]).await;
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    test.until(async |desk| (desk.deployments()[0].key == KeyState::Stored).then_some(()))
        .await;
    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    let file = profile.path().join("default/deployments.json");
    let changed = fs::read_to_string(&file)
        .unwrap()
        .replace(practice.url(), "http://127.0.0.1:1");
    fs::write(&file, changed).unwrap();
    let test = TestDesk::open_on(profile, keychain).await;
    let problem = test
        .until(async |desk| desk.deployments().remove(0).problem)
        .await;
    assert_eq!(
        problem.code,
        ErrorCode::Unauthenticated,
        "it asks for the key again"
    );
    assert_eq!(test.desk.deployments()[0].key, KeyState::Missing);
}
