//! Keychains that are missing, locked, silent, unwilling or another than before (S17).

use std::{fs, sync::Arc, time::Duration};

use async_trait::async_trait;
use caseboard_core::{
    Keychain, KeychainError, MemoryKeychain, SystemClock,
    code::{ErrorCode, ErrorDetail},
    desk::Desk,
    id::CaseRef,
    view::{StorageState, StorageView},
};
use caseboard_journeys::{
    desk::{TestDesk, cards, case, key_item},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;
use tokio::sync::watch;

use super::{keys, storage::names};

/// By when people are told what is wrong.
const TOLD: Duration = Duration::from_secs(10);

/// How a keychain answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It does what is asked of it.
    Well,
    /// There is no session bus, or no service on it.
    Absent,
    /// Not at all, until it is unlocked or wakes up.
    Silent,
    /// With a refusal.
    Refuses,
    /// As another one, that has nothing of what the first one keeps.
    Other,
}

/// A keychain whose ways can be changed.
struct Odd {
    inside: Arc<MemoryKeychain>,
    other: MemoryKeychain,
    how: watch::Sender<How>,
}

impl Odd {
    fn new(how: How) -> Arc<Self> {
        Self::with(Arc::default(), how)
    }

    fn with(inside: Arc<MemoryKeychain>, how: How) -> Arc<Self> {
        Arc::new(Self {
            inside,
            other: MemoryKeychain::default(),
            how: watch::Sender::new(how),
        })
    }

    async fn open(&self) -> Result<&MemoryKeychain, KeychainError> {
        let mut how = self.how.subscribe();
        let how = *how.wait_for(|how| *how != How::Silent).await.unwrap();
        match how {
            How::Well | How::Silent => Ok(&self.inside),
            How::Other => Ok(&self.other),
            How::Absent => Err(KeychainError::Absent("no session bus".to_owned())),
            How::Refuses => Err(KeychainError::Refused("nobody unlocked it".to_owned())),
        }
    }
}

#[async_trait]
impl Keychain for Odd {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.open().await?.load(name).await
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.open().await?.save(name, secret).await
    }

    async fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.open().await?.delete(name).await
    }

    async fn backend(&self) -> Result<String, KeychainError> {
        let inside = self.open().await?.backend().await?;
        let other = *self.how.borrow() == How::Other;
        Ok(if other {
            "kwalletd6".to_owned()
        } else {
            inside
        })
    }
}

/// A profile that was closed with a write that is not sent, and everything that must not be found outside its keychain.
struct Closed {
    profile: TempDir,
    keychain: Arc<MemoryKeychain>,
    case: CaseRef,
    text: String,
    secrets: Vec<String>,
}

impl Closed {
    async fn new() -> Self {
        let mut seed = Seed::of("s17");
        let practice = kibana::empty(vec![]).await;
        let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
        let test = TestDesk::open().await;
        let deployment = test.connect("PROD", &practice).await.id;
        test.card(&id).await;
        let secret = practice.api_key().to_owned();
        practice.stop().await;
        let (case, text) = (case(&deployment, "soc", &id), seed.comment());
        test.desk.add_comment(&case, text.clone()).await.unwrap();
        test.desk.shutdown().await;
        let item = key_item(&test.profile.path().join("default"));
        let key = test.keychain.load(&item).await.unwrap();
        let key = key.unwrap().expose_secret().to_owned();
        Self {
            profile: test.profile,
            keychain: test.keychain,
            case,
            secrets: vec![secret, key, text.clone(), title],
            text,
        }
    }

    fn database(&self) -> Vec<(String, Vec<u8>)> {
        let dir = self.profile.path().join("default");
        let names = names(&dir).into_iter();
        names
            .filter(|name| name.starts_with("mirror.db"))
            .map(|name| (name.clone(), fs::read(dir.join(name)).unwrap()))
            .collect()
    }

    async fn open(&self, keychain: Arc<Odd>) -> Desk {
        let dir = self.profile.path().join("default");
        let opened = Desk::open(&dir, keychain, Arc::new(SystemClock));
        let opened = tokio::time::timeout(TOLD, opened).await;
        opened.expect("nobody waits for a keychain").unwrap()
    }
}

fn code(storage: &StorageView) -> Option<ErrorCode> {
    storage.problem.as_ref().map(|problem| problem.code)
}

#[tokio::test]
async fn s17_whatever_the_keychain_does_people_are_told_and_nothing_is_touched_or_frozen() {
    let all = [
        ("no bus", How::Absent, Some(ErrorCode::KeychainUnavailable)),
        (
            "no service",
            How::Absent,
            Some(ErrorCode::KeychainUnavailable),
        ),
        ("locked", How::Silent, None),
        ("silent", How::Silent, None),
        (
            "refused",
            How::Refuses,
            Some(ErrorCode::KeychainUnavailable),
        ),
        ("another", How::Other, Some(ErrorCode::KeychainChanged)),
    ];
    let mut proof = Proof::begin("S17", 6, 6);
    let mut all = all.into_iter().cycle();
    while proof.round().is_some() {
        let (what, how, expected) = all.next().unwrap();
        let closed = Closed::new().await;
        let before = closed.database();
        assert!(!before.is_empty());
        let keychain = Odd::with(closed.keychain.clone(), how);
        let desk = closed.open(keychain.clone()).await;
        let storage = desk.storage();
        assert_eq!(code(&storage), expected, "{what}: {storage:?}");
        let waiting = expected.is_none();
        let state = if waiting {
            StorageState::WaitingForKey
        } else {
            StorageState::MemoryOnly
        };
        assert_eq!((storage.state, storage.by_choice), (state, false), "{what}");
        // It works, in memory.
        assert_eq!(cards(&desk).await, [], "{what}");
        desk.put_draft(&closed.case, "a draft").await.unwrap();
        let draft = desk.draft(&closed.case).await.unwrap();
        assert_eq!(draft.as_deref(), Some("a draft"), "{what}");
        desk.shutdown().await;
        drop(desk);
        assert!(closed.database() == before, "{what}: the file was touched");
        let (hits, _) = keys::search(closed.profile.path(), &closed.secrets);
        assert!(hits.is_empty(), "{what}: {hits:?}");

        keychain.how.send_replace(How::Well);
        let desk = closed.open(keychain).await;
        assert_eq!(desk.storage().state, StorageState::OnDisk, "{what}");
        let outbox = format!("{:?}", desk.outbox().await.unwrap());
        assert!(outbox.contains(&closed.text), "{what}: {outbox}");
        desk.shutdown().await;
    }
}

#[tokio::test]
async fn s17_another_keychain_is_named_and_a_new_key_in_it_puts_the_old_file_aside() {
    let closed = Closed::new().await;
    let before = closed.database();
    let keychain = Odd::with(closed.keychain.clone(), How::Other);
    let desk = closed.open(keychain.clone()).await;
    let detail = desk.storage().problem.unwrap().detail;
    let (was, now) = ("memory".to_owned(), "kwalletd6".to_owned());
    assert_eq!(detail, Some(ErrorDetail::Keychains { was, now }));

    let storage = desk.begin_with_new_key().await.unwrap();
    assert_eq!(storage.state, StorageState::OnDisk);
    let kept = storage.kept_file.unwrap();
    let dir = closed.profile.path().join("default");
    assert_eq!(fs::read(dir.join(&kept)).unwrap(), before[0].1, "{kept}");
    desk.shutdown().await;
    drop(desk);
    // From now on it is the one that is remembered.
    let desk = closed.open(keychain).await;
    assert_eq!(desk.storage().state, StorageState::OnDisk);
    assert_eq!(code(&desk.storage()), None);
    desk.shutdown().await;
}

#[tokio::test]
async fn s17_a_locked_keychain_keeps_nobody_waiting_and_what_was_read_meanwhile_is_kept() {
    let mut seed =
        Seed::of("s17_a_locked_keychain_keeps_nobody_waiting_and_what_was_read_meanwhile_is_kept");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let profile = tempfile::tempdir().unwrap();
    let keychain = Odd::new(How::Silent);
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

    keychain.how.send_replace(How::Well);
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
    let mut seed = Seed::of("s17_without_a_keychain_nothing_is_on_disk_and_the_reason_is_told");
    let practice = kibana::empty(vec![]).await;
    let (id, title) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let profile = tempfile::tempdir().unwrap();
    let dir = profile.path().join("default");
    let desk = Desk::open(&dir, Odd::new(How::Refuses), Arc::new(SystemClock))
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
