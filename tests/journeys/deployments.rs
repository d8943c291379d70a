//! What signs in belongs to one address, and goes with its deployment.

use std::sync::Arc;

use caseboard_core::{
    Keychain, MemoryKeychain,
    code::ErrorCode,
    id::DeploymentId,
    view::{CaseEdit, KeyState, SignIn},
};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    seed::Seed,
};
use practice_kibana::{Login, Options, PracticeKibana, Space, World};

async fn stored(test: &TestDesk) {
    test.until(async |desk| (desk.deployments()[0].key == KeyState::Stored).then_some(()))
        .await;
}

async fn kept(keychain: &Arc<MemoryKeychain>, id: &DeploymentId) -> bool {
    let name = format!("default/{id}");
    keychain.load(&name).await.unwrap().is_some()
}

#[tokio::test]
async fn s16_another_address_drops_the_key_and_asks_for_it_again() {
    let (practice, other) = (kibana::empty(vec![]).await, kibana::empty(vec![]).await);
    let host = practice.url().strip_prefix("http://").unwrap();
    let same = format!("{}/s/soc/app/security", practice.url());
    let changed = [
        format!("https://{host}"),
        format!("http://{}", host.replace("127.0.0.1", "localhost")),
        other.url().to_owned(),
        format!("{}/kibana", practice.url()),
    ];
    for url in changed {
        let test = TestDesk::open().await;
        let id = test.connect("PROD", &practice).await.id;
        stored(&test).await;
        let kept_on = test.desk.set_address(&id, &same).await.unwrap();
        assert_eq!(kept_on.key, KeyState::Stored, "the same address keeps it");
        assert!(kept(&test.keychain, &id).await);

        let moved = test.desk.set_address(&id, &url).await.unwrap();
        assert_eq!((moved.url, moved.key), (url.clone(), KeyState::Missing));
        assert_eq!(moved.problem.unwrap().code, ErrorCode::Unauthenticated);
        assert!(!kept(&test.keychain, &id).await, "{url}");
        let tested = test.desk.test_saved_deployment(&id).await.unwrap_err();
        assert_eq!(tested.code, ErrorCode::Unauthenticated, "nothing is sent");
    }
}

#[tokio::test]
async fn user_name_and_password_sign_in_after_a_restart_too() {
    let mut seed = Seed::of("user_name_and_password_sign_in_after_a_restart_too");
    let practice = PracticeKibana::start(Options {
        world: World::Empty,
        spaces: vec![Space::new("default", "Default")],
        logins: vec![Login {
            name: "maya".to_owned(),
            password: "pass: wörd".to_owned(),
        }],
        ..Options::default()
    })
    .await
    .unwrap();
    let test = TestDesk::open().await;
    let sign_in = SignIn::Password {
        user: "maya".to_owned(),
        password: "pass: wörd".to_owned().into(),
    };
    let connected = test
        .desk
        .connect_with("PROD", practice.url(), &sign_in)
        .await;
    assert_eq!(connected.unwrap().name, "PROD");
    stored(&test).await;
    test.desk.shutdown().await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "default").await;
    let test = TestDesk::open_on(test.profile, test.keychain).await;
    test.card(&id).await;
    assert_eq!(test.desk.deployments()[0].key, KeyState::Stored);
}

#[tokio::test]
async fn a_removed_deployment_takes_its_key_and_its_cases_along() {
    let mut seed = Seed::of("a_removed_deployment_takes_its_key_and_its_cases_along");
    let (prod, acme) = (kibana::empty(vec![]).await, kibana::empty(vec![]).await);
    let (gone, _) = Kibana::of(&prod).some_case(&mut seed, "soc").await;
    let (stays, _) = Kibana::of(&acme).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let id = test.connect("PROD", &prod).await.id;
    let other = test.connect("ACME", &acme).await.id;
    test.card(&gone).await;
    test.card(&stays).await;
    stored(&test).await;
    let reference = case(&id, "soc", &gone);
    test.desk.put_draft(&reference, "unsaid").await.unwrap();

    test.desk.remove_deployment(&id).await.unwrap();
    assert!(!kept(&test.keychain, &id).await);
    let cards = test.cards().await;
    assert!(
        cards
            .iter()
            .all(|card| card.case.source.deployment == other)
    );
    assert_eq!(cards.len(), 1, "the other's case is there as before");
    assert_eq!(test.desk.draft(&reference).await.unwrap(), None);
    let again = test.desk.remove_deployment(&id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
    test.desk.shutdown().await;
    let test = TestDesk::open_on(test.profile, test.keychain).await;
    let names: Vec<_> = test
        .desk
        .deployments()
        .into_iter()
        .map(|d| d.name)
        .collect();
    assert_eq!(names, ["ACME"]);
}

#[tokio::test]
async fn a_deployment_with_unsent_writes_stays() {
    let mut seed = Seed::of("a_deployment_with_unsent_writes_stays");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await.id;
    test.card(&id).await;
    stored(&test).await;
    practice.stop().await;
    let edit = CaseEdit {
        title: Some("unsent".to_owned()),
        ..CaseEdit::default()
    };
    let reference = case(&deployment, "soc", &id);
    test.desk
        .edit_case(&reference, &edit)
        .await
        .unwrap()
        .unwrap();
    let refused = test.desk.remove_deployment(&deployment).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Rejected);
    assert_eq!(test.desk.deployments().len(), 1);
    assert!(kept(&test.keychain, &deployment).await);
}
