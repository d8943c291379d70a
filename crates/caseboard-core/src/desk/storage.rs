//! Keeps what the desk knows: in memory until the key of the file came, then in the encrypted file; or in memory for good, if
//! people want nothing on disk.

use std::time::Duration;

use super::Desk;
use crate::{
    KeychainError,
    cache::database::{Database, DatabaseKey, KeptFile},
    code::{CommandError, ErrorCode},
    error::Error,
    event::DeskEvent,
    outbox,
    profile::{Keep, Settings},
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

    /// Whether anything may be kept on disk, for this run and those to come. Without, everything moves into memory, and the
    /// file is removed with its key; what is not sent when the app ends is lost then. With, it moves into a new file.
    ///
    /// # Errors
    /// `writes_waiting` if the outbox holds what is not settled, unless `even_unsettled`; `rejected` if another process has
    /// the profile open; `cache_unreadable`. Nothing changed then.
    pub async fn set_keep_on_disk(
        &self,
        keep: bool,
        even_unsettled: bool,
    ) -> Result<StorageView, CommandError> {
        if keep {
            self.keep_on_disk().await?;
        } else {
            self.keep_nothing(even_unsettled).await?;
        }
        Ok(self.storage())
    }

    /// Begins with a new key, after another keychain took the place of the one that has the old key. A file of the old key
    /// stays, under another name.
    ///
    /// # Errors
    /// `cache_unreadable` if the profile cannot be written.
    pub async fn begin_with_new_key(&self) -> Result<StorageView, CommandError> {
        self.change_settings(|settings| settings.keychain = None)
            .await?;
        self.keep_again().await;
        Ok(self.storage())
    }

    /// Begins to keep everything where it is wanted, and waits a moment for it.
    pub(super) async fn begin_storage(&self) {
        let desk = self.clone();
        self.own(async move { desk.keep().await });
        self.settled().await;
    }

    async fn settled(&self) {
        // Too slow is no failure: the desk works in memory meanwhile.
        self.wait_for_storage(HEAD_START).await;
    }

    /// Waits until it is known where everything is kept, or for as long as is said: somebody may have to unlock the keychain.
    /// Until then the desk is empty. Who shows only once what it knows waits for it.
    pub async fn wait_for_storage(&self, most: Duration) {
        let mut storage = self.inner.storage.subscribe();
        let settled = storage.wait_for(|storage| storage.state != StorageState::WaitingForKey);
        // Whether it came in time stands in the storage itself.
        drop(tokio::time::timeout(most, settled).await);
    }

    /// Asks for the file again, and waits a moment for it.
    async fn keep_again(&self) {
        self.set_storage(StorageState::WaitingForKey, None, None)
            .await;
        self.inner.keep_again.notify_one();
        self.settled().await;
    }

    /// Asks the keychain again for what it refused: somebody may have unlocked it meanwhile.
    pub(super) fn ask_keychain_again(&self) {
        let refused = |problem: &Option<CommandError>| {
            let code = problem.as_ref().map(|problem| problem.code);
            code == Some(ErrorCode::KeychainUnavailable)
        };
        if refused(&self.storage().problem) {
            self.inner.keep_again.notify_one();
        }
        let waiting = {
            let mut state = self.state();
            let without = state.deployments.iter_mut();
            let without = without.filter(|live| live.client.is_none() && refused(&live.problem));
            let ids = without.map(|live| {
                live.problem = None;
                live.saved.id.clone()
            });
            ids.collect::<Vec<_>>()
        };
        for id in waiting {
            let desk = self.clone();
            self.own(async move { desk.load_key(&id).await });
        }
    }

    /// That nothing is in the profile's file but what the desk knows.
    ///
    /// # Errors
    /// Why the file is not open yet.
    pub(super) async fn file_is_open(&self) -> Result<(), CommandError> {
        let storage = self.storage();
        let is_open = storage.state == StorageState::OnDisk || storage.by_choice;
        if is_open || !Database::is_on_disk(&self.inner.dir).await? {
            return Ok(());
        }
        Err(storage.problem.unwrap_or_else(|| {
            let waits = "the key of the profile's file is not there yet".to_owned();
            Error::from(KeychainError::Refused(waits)).into()
        }))
    }

    async fn keep_on_disk(&self) -> Result<(), Error> {
        if self.settings().await?.keep == Keep::OnDisk {
            return Ok(());
        }
        {
            let _alone = self.inner.moving.lock().await;
            // What was unwanted does not come back.
            Database::remove_left_behind(&self.inner.dir).await?;
            self.change_settings(|settings| settings.keep = Keep::OnDisk)
                .await?;
        }
        self.keep_again().await;
        Ok(())
    }

    async fn keep_nothing(&self, even_unsettled: bool) -> Result<(), Error> {
        let _alone = self.inner.moving.lock().await;
        if self.settings().await?.keep != Keep::OnDisk {
            return Ok(());
        }
        let n = self
            .inner
            .outbox
            .database()
            .read(outbox::count_unsettled)
            .await?;
        if n > 0 && !even_unsettled {
            return Err(Error::Unsettled { n });
        }
        let profile = self.inner.settings.clone();
        let leave = move || {
            profile.change(|settings| settings.keep = Keep::Leaving)?;
            Ok(())
        };
        self.inner.mirror.move_to_memory(leave).await?;
        self.set_storage(StorageState::MemoryOnly, None, None).await;
        self.inner.keep_again.notify_one();
        Ok(())
    }

    async fn keep(&self) {
        loop {
            let pause = match self.keep_once().await {
                Ok(pause) => pause,
                Err(error) => {
                    let may_pass = matches!(
                        error,
                        Error::Database(_) | Error::File { .. } | Error::InUse
                    );
                    self.set_storage(StorageState::MemoryOnly, Some(error.into()), None)
                        .await;
                    may_pass.then_some(RETRY)
                }
            };
            let pause = async {
                match pause {
                    Some(pause) => self.inner.clock.sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.inner.keep_again.notified() => {}
                () = pause => {}
            }
        }
    }

    /// Keeps everything where it is wanted, for as long as that goes well. Tells when to try again, unless somebody asks.
    async fn keep_once(&self) -> Result<Option<Duration>, Error> {
        if self.settings().await?.keep != Keep::OnDisk {
            self.set_storage(StorageState::MemoryOnly, None, None).await;
            return Ok(self.leave_disk().await);
        }
        let key = tokio::select! {
            key = self.database_key() => key?,
            () = self.inner.keep_again.notified() => return Ok(Some(Duration::ZERO)),
        };
        {
            let _alone = self.inner.moving.lock().await;
            if self.settings().await?.keep != Keep::OnDisk {
                return Ok(Some(Duration::ZERO));
            }
            let now = self.inner.clock.now();
            let dir = &self.inner.dir;
            let kept = self.inner.mirror.move_to_file(dir, key, now).await?;
            self.set_storage(StorageState::OnDisk, None, kept).await;
        }
        self.ask_keychain_again();
        tokio::select! {
            () = self.mend_when_damaged() => Ok(Some(RETRY)),
            () = self.inner.keep_again.notified() => Ok(Some(Duration::ZERO)),
        }
    }

    /// Removes what is not to be on disk any more: the file first, then its key. Tells when to try again.
    async fn leave_disk(&self) -> Option<Duration> {
        let left = async {
            if self.settings().await?.keep != Keep::Leaving {
                return Ok(());
            }
            {
                let _alone = self.inner.moving.lock().await;
                Database::remove_left_behind(&self.inner.dir).await?;
            }
            let item = self.settings().await?.key;
            let name = self.database_item_name(item.as_deref());
            self.inner.keychain.delete(&name).await?;
            self.change_settings(|settings| {
                if settings.keep == Keep::Leaving {
                    (settings.keep, settings.key) = (Keep::InMemory, None);
                }
            })
            .await?;
            Ok::<_, Error>(())
        };
        let left = tokio::select! {
            left = left => left,
            () = self.inner.keep_again.notified() => return Some(Duration::ZERO),
        };
        let error = left.err()?;
        tracing::warn!(%error, "what is unwanted on disk could not be removed yet");
        Some(RETRY)
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
            storage.by_choice = state == StorageState::MemoryOnly && problem.is_none();
            storage.problem = problem;
            if let Some(KeptFile(name)) = kept {
                storage.kept_file = Some(name);
            }
        });
        self.refresh_facts().await;
        self.state().wake_all();
        self.tell(DeskEvent::StorageChanged);
    }

    async fn settings(&self) -> Result<Settings, Error> {
        self.change_settings(|_| {}).await
    }

    async fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings) + Send + 'static,
    ) -> Result<Settings, Error> {
        let profile = self.inner.settings.clone();
        let changed = tokio::task::spawn_blocking(move || profile.change(change));
        changed.await.expect("changing a file does not panic")
    }

    /// The key of the file from the keychain, however long that takes; a new one is made for a profile that has none. No lock
    /// is held meanwhile: each process keeps its new key under a name of its own, and the first that is noted is the one.
    async fn database_key(&self) -> Result<DatabaseKey, Error> {
        loop {
            let known = self.settings().await?.key;
            if let Some(key) = self.saved_database_key(known.as_deref()).await? {
                self.remember_keychain().await;
                return Ok(key);
            }
            self.refuse_other_keychain().await?;
            let item = format!("{:016x}", rand::random::<u64>());
            let name = self.database_item_name(Some(&item));
            let keychain = &self.inner.keychain;
            keychain.save(&name, DatabaseKey::new().secret()).await?;
            // A keychain without a place for secrets tells so only when asked again.
            let kept = self.saved_database_key(Some(&item)).await?;
            let kept = kept.ok_or_else(|| {
                Error::from(KeychainError::Refused("it did not keep the key".to_owned()))
            })?;
            let mine = item.clone();
            let settings = self.change_settings(move |settings| {
                if settings.key == known {
                    settings.key = Some(mine);
                }
            });
            if settings.await?.key == Some(item) {
                self.remember_keychain().await;
                return Ok(kept);
            }
            // Another process was quicker. What is left of ours opens nothing.
            drop(keychain.delete(&name).await);
        }
    }

    async fn saved_database_key(&self, item: Option<&str>) -> Result<Option<DatabaseKey>, Error> {
        let name = self.database_item_name(item);
        let saved = self.inner.keychain.load(&name).await?;
        Ok(saved.as_ref().and_then(DatabaseKey::read))
    }

    /// Another keychain than the one that has the key of a file answers for it: a new key would put the file aside, and with
    /// it what is nowhere else.
    async fn refuse_other_keychain(&self) -> Result<(), Error> {
        let Some(was) = self.settings().await?.keychain else {
            return Ok(());
        };
        let now = self.inner.keychain.backend().await?;
        if was != now && Database::is_on_disk(&self.inner.dir).await? {
            return Err(Error::OtherKeychain { was, now });
        }
        Ok(())
    }

    async fn remember_keychain(&self) {
        let remembered = match self.inner.keychain.backend().await {
            Ok(name) => {
                self.change_settings(|settings| settings.keychain = Some(name))
                    .await
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = remembered {
            tracing::warn!(%error, "it is not known which keychain has the key");
        }
    }

    /// No deployment has an id with a dot.
    fn database_item_name(&self, item: Option<&str>) -> String {
        let name = format!("{}/mirror.db", self.inner.profile);
        match item {
            Some(item) => format!("{name}.{item}"),
            None => name,
        }
    }
}

#[cfg(test)]
mod tests;
