use std::{fs, path::Path, sync::Arc};

use async_trait::async_trait;
use caseboard_core::{
    Keychain, KeychainError, MemoryKeychain, SystemClock,
    code::ErrorCode,
    desk::Desk,
    view::{StorageState, SyncState},
};
use caseboard_journeys::{
    desk::{TestDesk, cards},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use secrecy::SecretString;
use tokio::sync::watch;

/// A keychain that answers nobody until it is unlocked, or that refuses everybody.
struct Locked {
    inside: MemoryKeychain,
    unlocked: watch::Sender<bool>,
    refuses: bool,
}

impl Locked {
    fn new(refuses: bool) -> Arc<Self> {
        Arc::new(Self {
            inside: MemoryKeychain::default(),
            unlocked: watch::Sender::new(refuses),
            refuses,
        })
    }

    async fn open(&self) -> Result<&MemoryKeychain, KeychainError> {
        let mut unlocked = self.unlocked.subscribe();
        unlocked.wait_for(|unlocked| *unlocked).await.unwrap();
        if self.refuses {
            return Err(KeychainError::Refused("nobody unlocked it".to_owned()));
        }
        Ok(&self.inside)
    }
}

#[async_trait]
impl Keychain for Locked {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.open().await?.load(name).await
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.open().await?.save(name, secret).await
    }

    async fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.open().await?.delete(name).await
    }
}

fn names(dir: &Path) -> Vec<String> {
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
async fn s17_a_locked_keychain_keeps_nobody_waiting_and_what_was_read_meanwhile_is_kept() {
    let mut proof = Proof::begin("S17", 1, 1);
    proof.round();
    let mut seed =
        Seed::of("s17_a_locked_keychain_keeps_nobody_waiting_and_what_was_read_meanwhile_is_kept");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let profile = tempfile::tempdir().unwrap();
    let keychain = Locked::new(false);
    let dir = profile.path().join("default");
    let desk = Desk::open(&dir, keychain.clone(), Arc::new(SystemClock))
        .await
        .unwrap();
    let test = TestDesk {
        desk,
        keychain: Arc::default(),
        profile,
    };
    assert_eq!(test.desk.storage().state, StorageState::WaitingForKey);
    test.connect("PROD", &practice).await;
    test.card(&id).await;
    assert!(
        !names(&dir).contains(&"mirror.db".to_owned()),
        "nothing is on disk"
    );

    keychain.unlocked.send_replace(true);
    test.until(async |desk| (desk.storage().state == StorageState::OnDisk).then_some(()))
        .await;
    assert_eq!(
        cards(&test.desk).await.len(),
        1,
        "it does not leave the board for a moment"
    );
    assert!(names(&dir).contains(&"mirror.db".to_owned()));
}

#[tokio::test]
async fn s17_without_a_keychain_nothing_is_on_disk_and_the_reason_is_told() {
    let mut proof = Proof::begin("S17", 1, 1);
    proof.round();
    let mut seed = Seed::of("s17_without_a_keychain_nothing_is_on_disk_and_the_reason_is_told");
    let practice = kibana::empty(vec![]).await;
    let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let profile = tempfile::tempdir().unwrap();
    let dir = profile.path().join("default");
    let desk = Desk::open(&dir, Locked::new(true), Arc::new(SystemClock))
        .await
        .unwrap();
    let test = TestDesk {
        desk,
        keychain: Arc::default(),
        profile,
    };
    let storage = test.desk.storage();
    assert_eq!(storage.state, StorageState::MemoryOnly);
    assert_eq!(
        storage.problem.unwrap().code,
        ErrorCode::KeychainUnavailable
    );
    test.connect("PROD", &practice).await;
    test.card(&id).await;
    for name in names(&dir) {
        let content = fs::read(dir.join(&name)).unwrap();
        assert!(
            !String::from_utf8_lossy(&content).contains(&title),
            "{name} holds a title"
        );
        assert!(!name.starts_with("mirror.db"), "{name} is on disk");
    }
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
    keychain.delete("default/mirror.db").await.unwrap();

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
