//! Keeps what the desk knows: in memory until the key of the file came, then in the encrypted file.

use std::time::Duration;

use super::Desk;
use crate::{
    KeychainError,
    cache::database::{Database, DatabaseKey, KeptFile},
    code::CommandError,
    error::Error,
    event::DeskEvent,
    view::{StorageState, StorageView},
};

/// How long opening a desk waits for its file: a keychain that is open answers sooner, and a locked one must not be waited for.
const HEAD_START: Duration = Duration::from_millis(500);
/// Time between two attempts at a file that cannot be used.
const RETRY: Duration = Duration::from_secs(30);

impl Desk {
    /// Where what the desk knows is kept. `StorageChanged` tells when that changes.
    pub fn storage(&self) -> StorageView {
        self.inner.storage.borrow().clone()
    }

    /// Begins to keep everything in the file of the profile, and waits a moment for it.
    pub(super) async fn begin_storage(&self) {
        let desk = self.clone();
        self.own(async move { desk.keep().await });
        let mut storage = self.inner.storage.subscribe();
        let settled = storage.wait_for(|storage| storage.state != StorageState::WaitingForKey);
        // Too slow is no failure: the desk works in memory meanwhile.
        drop(tokio::time::timeout(HEAD_START, settled).await);
    }

    async fn keep(&self) {
        loop {
            match self.move_to_file().await {
                Ok(kept) => {
                    self.set_storage(StorageState::OnDisk, None, kept).await;
                    self.mend_when_damaged().await;
                }
                Err(error) => {
                    let may_pass = matches!(error, Error::Database(_) | Error::File { .. });
                    self.set_storage(StorageState::MemoryOnly, Some(error.into()), None)
                        .await;
                    if !may_pass {
                        return;
                    }
                }
            }
            self.inner.clock.sleep(RETRY).await;
        }
    }

    async fn move_to_file(&self) -> Result<Option<KeptFile>, Error> {
        let key = self.database_key().await?;
        let now = self.inner.clock.now();
        self.inner
            .mirror
            .move_to_file(&self.inner.dir, key, now)
            .await
    }

    /// Returns when the file is no longer in use.
    async fn mend_when_damaged(&self) {
        let database = self.inner.mirror.database();
        loop {
            database.damage().await;
            match database.mend(self.inner.clock.now()).await {
                Ok(None) => {}
                Ok(kept) => self.set_storage(StorageState::OnDisk, None, kept).await,
                Err(error) => {
                    self.set_storage(StorageState::MemoryOnly, Some(error.into()), None)
                        .await;
                    return;
                }
            }
        }
    }

    async fn set_storage(
        &self,
        state: StorageState,
        problem: Option<CommandError>,
        kept: Option<KeptFile>,
    ) {
        if let Some(problem) = &problem {
            tracing::warn!(code = ?problem.code, "nothing is kept on disk");
        }
        self.inner.storage.send_modify(|storage| {
            storage.state = state;
            storage.problem = problem;
            if let Some(KeptFile(name)) = kept {
                storage.kept_file = Some(name);
            }
        });
        self.refresh_facts().await;
        self.state().wake_all();
        self.tell(DeskEvent::StorageChanged);
    }

    /// The key of the file from the keychain, however long that takes; a new one is made for a profile that has none.
    async fn database_key(&self) -> Result<DatabaseKey, Error> {
        if let Some(key) = self.saved_database_key().await? {
            return Ok(key);
        }
        let _alone = Database::lock_key(&self.inner.dir).await?;
        if let Some(key) = self.saved_database_key().await? {
            return Ok(key);
        }
        let key = DatabaseKey::new();
        let name = self.database_item_name();
        self.inner.keychain.save(&name, key.secret()).await?;
        // A keychain without a place for secrets tells so only when asked again.
        let kept = self.saved_database_key().await?;
        kept.ok_or_else(|| KeychainError::Refused("it did not keep the key".to_owned()).into())
    }

    async fn saved_database_key(&self) -> Result<Option<DatabaseKey>, Error> {
        let saved = self.inner.keychain.load(&self.database_item_name()).await?;
        Ok(saved.as_ref().and_then(DatabaseKey::read))
    }

    /// No deployment has an id with a dot.
    fn database_item_name(&self) -> String {
        format!("{}/mirror.db", self.inner.profile)
    }
}
