//! A desk on a temporary profile, with keys in memory.

use std::{fs, path::Path, sync::Arc, time::Duration};

use caseboard_core::{
    MemoryKeychain, SystemClock,
    code::CommandError,
    desk::Desk,
    id::{CaseRef, DeploymentId, SourceId},
    view::{
        BoardQuery, BoardRows, CaseEdit, CaseRow, DeploymentView, EntryView, NewDeployment,
        NewStatus,
    },
};
use practice_kibana::PracticeKibana;
use tempfile::TempDir;

/// A hang guard, ten times what is expected and more: nothing is timed by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Name of the keychain's item that has the key of a profile's file.
pub fn key_item(dir: &Path) -> String {
    let settings = fs::read(dir.join("profile.json")).unwrap();
    let settings: serde_json::Value = serde_json::from_slice(&settings).unwrap();
    format!("default/mirror.db.{}", settings["key"].as_str().unwrap())
}

/// A desk and what it lives on.
pub struct TestDesk {
    pub desk: Desk,
    pub keychain: Arc<MemoryKeychain>,
    pub profile: TempDir,
}

impl TestDesk {
    /// A desk of an empty profile.
    pub async fn open() -> Self {
        Self::open_on(tempfile::tempdir().unwrap(), Arc::default()).await
    }

    /// A desk of a profile that was open before.
    pub async fn open_on(profile: TempDir, keychain: Arc<MemoryKeychain>) -> Self {
        let dir = profile.path().join("default");
        let desk = Desk::open(&dir, keychain.clone(), Arc::new(SystemClock))
            .await
            .unwrap();
        Self {
            desk,
            keychain,
            profile,
        }
    }

    /// Another desk of the same profile, as another process opens it.
    pub async fn again(&self) -> Desk {
        let dir = self.profile.path().join("default");
        let again = Desk::open(&dir, self.keychain.clone(), Arc::new(SystemClock));
        again.await.unwrap()
    }

    /// Connects a practice Kibana under a name, and waits until its spaces in use are read.
    pub async fn connect(&self, name: &str, practice: &PracticeKibana) -> DeploymentView {
        let connected = self
            .try_connect(name, practice.url(), practice.api_key())
            .await
            .unwrap();
        self.until(async |desk| all_read(desk, &connected.id)).await;
        connected
    }

    pub async fn try_connect(
        &self,
        name: &str,
        url: &str,
        key: &str,
    ) -> Result<DeploymentView, CommandError> {
        let new = NewDeployment {
            name: name.to_owned(),
            url: url.to_owned(),
        };
        self.desk.connect(&new, key.to_owned().into()).await
    }

    /// Waits until a write is settled or waits for a person, and tells how it stands then.
    pub async fn settled(&self, entry: &EntryView) -> EntryView {
        let ids = std::slice::from_ref(&entry.id);
        let entries = self.desk.wait_for_entries(ids, PATIENCE).await.unwrap();
        entries.into_iter().next().expect("one was asked for")
    }

    /// Changes the status of a case.
    pub async fn set_status(&self, case: &CaseRef, status: NewStatus) -> EntryView {
        let edit = CaseEdit {
            status: Some(status),
            ..CaseEdit::default()
        };
        let written = self.desk.edit_case(case, &edit).await.unwrap();
        written.expect("it is another status")
    }

    /// Waits until something holds, looking again at every event.
    pub async fn until<T>(&self, look: impl AsyncFn(&Desk) -> Option<T>) -> T {
        let mut events = self.desk.subscribe();
        let wait = async {
            loop {
                if let Some(seen) = look(&self.desk).await {
                    return seen;
                }
                events.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("it never came to hold")
    }

    /// Every card of the board.
    pub async fn cards(&self) -> Vec<CaseRow> {
        cards(&self.desk).await
    }

    /// The card of a case, once it is there.
    pub async fn card(&self, id: &str) -> CaseRow {
        self.desk.sync_now();
        self.until(async |desk| {
            cards(desk)
                .await
                .into_iter()
                .find(|row| row.case.id.as_str() == id)
        })
        .await
    }
}

/// Names a case.
pub fn case(deployment: &DeploymentId, space: &str, id: &str) -> CaseRef {
    let source = SourceId {
        deployment: deployment.clone(),
        space: space.parse().unwrap(),
    };
    CaseRef {
        source,
        id: id.parse().unwrap(),
    }
}

/// Every card of the board.
pub async fn cards(desk: &Desk) -> Vec<CaseRow> {
    let query = BoardQuery::default();
    let mut cards = Vec::new();
    for column in desk
        .board(&query, &BoardRows::default())
        .await
        .unwrap()
        .columns
    {
        let window = desk.board_window(&query, &column.status, 0, 200).await;
        cards.extend(window.unwrap().rows);
    }
    cards
}

fn all_read(desk: &Desk, id: &DeploymentId) -> Option<()> {
    let deployment = desk
        .deployments()
        .into_iter()
        .find(|deployment| deployment.id == *id)?;
    deployment
        .spaces
        .iter()
        .filter(|space| space.shown)
        .all(|space| space.sync.at.is_some())
        .then_some(())
}
