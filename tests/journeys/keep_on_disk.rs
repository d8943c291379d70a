//! People who want nothing on disk: everything moves into memory, and back when they change their mind.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use async_trait::async_trait;
use caseboard_core::{
    Keychain, KeychainError, MemoryKeychain, SystemClock,
    code::{ErrorCode, ErrorDetail},
    desk::Desk,
    id::CaseRef,
    view::StorageState,
};
use caseboard_journeys::{
    desk::{TestDesk, cards, case, key_item},
    kibana::{self, Kibana},
    seed::Seed,
};
use practice_kibana::{
    PracticeKibana,
    faults::{Fault, Plan},
};
use secrecy::SecretString;

use super::{keys, storage::names};

/// A desk that shows a case, and the words that must not be found on disk.
struct Shown {
    test: TestDesk,
    practice: PracticeKibana,
    case: CaseRef,
    words: Vec<String>,
    /// Name of the keychain's item that has the key of the file.
    item: String,
}

impl Shown {
    async fn new(story: &str) -> Self {
        let mut seed = Seed::of(story);
        let practice = kibana::empty(vec![]).await;
        let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
        let test = TestDesk::open().await;
        let deployment = test.connect("PROD", &practice).await.id;
        test.card(&id).await;
        Self {
            item: key_item(&test.profile.path().join("default")),
            test,
            practice,
            case: case(&deployment, "soc", &id),
            words: vec![title],
        }
    }

    fn dir(&self) -> std::path::PathBuf {
        self.test.profile.path().join("default")
    }

    async fn until_its_key_is_gone(&self) {
        let gone = async || self.test.keychain.load(&self.item).await.unwrap().is_none();
        kibana::until(gone).await;
    }
}

fn database(dir: &Path) -> Vec<String> {
    let mut names = names(dir);
    names.retain(|name| name.starts_with("mirror.db"));
    names
}

fn copy(from: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |name: String| (name.clone(), fs::read(from.join(name)).unwrap());
    names(from).into_iter().map(read).collect()
}

/// As after the death of the process: nothing is closed, nothing is told.
async fn open_again(dir: &Path, keychain: Arc<dyn Keychain>) -> Desk {
    Desk::open(dir, keychain, Arc::new(SystemClock))
        .await
        .unwrap()
}

#[tokio::test]
async fn nothing_is_on_disk_when_nobody_wants_it_there_and_a_restart_stays_in_memory() {
    let shown = Shown::new("nothing_is_on_disk_when_nobody_wants_it_there").await;
    let (test, dir) = (&shown.test, shown.dir());
    assert_eq!(test.desk.storage().state, StorageState::OnDisk);
    assert!(!database(&dir).is_empty());

    let storage = test.desk.set_keep_on_disk(false, false).await.unwrap();
    assert_eq!(storage.state, StorageState::MemoryOnly);
    assert!(storage.by_choice && storage.problem.is_none());
    assert_eq!(database(&dir), [""; 0]);
    assert_eq!(cards(&test.desk).await.len(), 1, "it is still there");
    shown.until_its_key_is_gone().await;
    let written = test
        .desk
        .add_comment(&shown.case, "host isolated".to_owned())
        .await
        .unwrap();
    test.until(async |desk| {
        let entries = desk.outbox().await.unwrap().entries;
        let sent = entries.iter().find(|entry| entry.id == written.id)?;
        (sent.state == caseboard_core::view::EntryState::Done).then_some(())
    })
    .await;
    test.desk.shutdown().await;
    let mut words = shown.words.clone();
    words.push("host isolated".to_owned());
    let (hits, _) = keys::search(test.profile.path(), &words);
    assert!(hits.is_empty(), "{hits:?}");
    assert_eq!(database(&dir), [""; 0]);

    shown.practice.stop().await;
    let desk = open_again(&dir, shown.test.keychain.clone()).await;
    let storage = desk.storage();
    assert_eq!(
        (storage.state, storage.by_choice),
        (StorageState::MemoryOnly, true)
    );
    assert_eq!(cards(&desk).await, [], "it begins empty");
    assert!(
        shown
            .test
            .keychain
            .load(&shown.item)
            .await
            .unwrap()
            .is_none()
    );
    desk.shutdown().await;
    assert_eq!(database(&dir), [""; 0]);
}

#[tokio::test]
async fn what_is_in_memory_is_kept_when_people_change_their_mind() {
    let shown = Shown::new("what_is_in_memory_is_kept").await;
    let (desk, dir) = (&shown.test.desk, shown.dir());
    desk.set_keep_on_disk(false, false).await.unwrap();
    desk.put_draft(&shown.case, "a draft").await.unwrap();
    let storage = desk.set_keep_on_disk(true, false).await.unwrap();
    assert_eq!(
        (storage.state, storage.by_choice),
        (StorageState::OnDisk, false)
    );
    desk.shutdown().await;
    shown.practice.stop().await;

    let desk = open_again(&dir, shown.test.keychain.clone()).await;
    assert_eq!(desk.storage().state, StorageState::OnDisk);
    assert_eq!(desk.storage().kept_file, None);
    assert_eq!(cards(&desk).await.len(), 1);
    let draft = desk.draft(&shown.case).await.unwrap();
    assert_eq!(draft.as_deref(), Some("a draft"));
    desk.shutdown().await;
}

#[tokio::test]
async fn what_is_not_sent_keeps_its_file_until_people_say_otherwise() {
    let shown = Shown::new("what_is_not_sent_keeps_its_file").await;
    let (desk, dir) = (&shown.test.desk, shown.dir());
    let down = Plan::always(Fault::RefuseConnect);
    shown.practice.practice().faults().set(down);
    desk.add_comment(&shown.case, "not sent".to_owned())
        .await
        .unwrap();
    let refused = desk.set_keep_on_disk(false, false).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WritesWaiting);
    assert_eq!(refused.detail, Some(ErrorDetail::Writes { n: 1 }));
    assert_eq!(desk.storage().state, StorageState::OnDisk);
    assert!(!database(&dir).is_empty());

    desk.set_keep_on_disk(false, true).await.unwrap();
    assert_eq!(database(&dir), [""; 0]);
    let entries = desk.outbox().await.unwrap().entries;
    assert_eq!(entries.len(), 1, "it is sent as long as the app runs");
    shown.practice.practice().faults().clear();
    shown
        .test
        .until(async |desk| {
            let entries = desk.outbox().await.unwrap().entries;
            let done = |entry: &caseboard_core::view::EntryView| {
                entry.state == caseboard_core::view::EntryState::Done
            };
            entries.iter().all(done).then_some(())
        })
        .await;
    desk.shutdown().await;
}

#[tokio::test]
async fn another_process_of_the_profile_keeps_the_file() {
    let shown = Shown::new("another_process_of_the_profile_keeps_the_file").await;
    let (desk, dir) = (&shown.test.desk, shown.dir());
    let other = open_again(&dir, shown.test.keychain.clone()).await;
    let refused = desk.set_keep_on_disk(false, false).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.retryable),
        (ErrorCode::Rejected, true)
    );
    assert_eq!(desk.storage().state, StorageState::OnDisk);
    assert_eq!(cards(&other).await.len(), 1);
    other.shutdown().await;
    drop(other);
    desk.set_keep_on_disk(false, false).await.unwrap();
    assert_eq!(database(&dir), [""; 0]);
    desk.shutdown().await;
}

/// A keychain from which nothing can be deleted any more, as if the process died there.
struct Undeletable(Arc<MemoryKeychain>);

#[async_trait]
impl Keychain for Undeletable {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.0.load(name).await
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.0.save(name, secret).await
    }

    async fn delete(&self, _: &str) -> Result<(), KeychainError> {
        std::future::pending().await
    }

    async fn backend(&self) -> Result<String, KeychainError> {
        self.0.backend().await
    }
}

#[tokio::test]
async fn a_kill_at_any_point_leaves_the_file_or_nothing() {
    let shown = Shown::new("a_kill_at_any_point_leaves_the_file_or_nothing").await;
    let (desk, keychain, dir) = (&shown.test.desk, &shown.test.keychain, shown.dir());
    desk.shutdown().await;
    let before = copy(&dir);
    let desk = open_again(&dir, Arc::new(Undeletable(keychain.clone()))).await;
    desk.set_keep_on_disk(false, false).await.unwrap();
    let after = copy(&dir);
    desk.shutdown().await;
    drop(desk);
    shown.practice.stop().await;

    // Killed before it was decided, after that, while the parts are removed, and before the key is.
    let file = ["mirror.db"].map(str::to_owned);
    let decided = |parts: &[String]| {
        let mut files = after.clone();
        let parts = parts
            .iter()
            .map(|part| (part.clone(), before["mirror.db"].clone()));
        files.extend(parts);
        files
    };
    let parts = [&file[..], &["mirror.db-wal".to_owned()]].concat();
    let points = [
        (before.clone(), StorageState::OnDisk, 1),
        (decided(&parts), StorageState::MemoryOnly, 0),
        (decided(&file), StorageState::MemoryOnly, 0),
        (decided(&parts[1..]), StorageState::MemoryOnly, 0),
        (after.clone(), StorageState::MemoryOnly, 0),
    ];
    let key = keychain.load(&shown.item).await.unwrap().unwrap();
    for (n, (files, state, n_cards)) in points.into_iter().enumerate() {
        let profile = tempfile::tempdir().unwrap();
        let dir = profile.path().join("default");
        fs::create_dir(&dir).unwrap();
        for (name, content) in files {
            fs::write(dir.join(name), content).unwrap();
        }
        let keychain = Arc::new(MemoryKeychain::default());
        keychain.save(&shown.item, &key).await.unwrap();
        let desk = open_again(&dir, keychain.clone()).await;
        assert_eq!(desk.storage().state, state, "point {n}");
        assert_eq!(cards(&desk).await.len(), n_cards, "point {n}");
        if state == StorageState::MemoryOnly {
            let gone = async || keychain.load(&shown.item).await.unwrap().is_none();
            kibana::until(gone).await;
            assert_eq!(database(&dir), [""; 0], "point {n}");
        }
        desk.shutdown().await;
        drop(desk);
        let desk = open_again(&dir, keychain).await;
        assert_eq!(desk.storage().state, state, "point {n}, once more");
        assert_eq!(desk.storage().kept_file, None, "point {n}");
        desk.shutdown().await;
    }
}
