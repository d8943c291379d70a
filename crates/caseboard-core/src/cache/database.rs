//! The encrypted file of a profile, and the same tables in memory where nothing may be on disk.
//!
//! Every process of the profile reads and writes the one file. A process has one connection that writes, behind a mutex,
//! and a few that read; all of their work runs on threads that may block. What it cannot do, it refuses: nothing is
//! half written, and "saved" is said after the commit is on the disk.
//!
//! A database begins in memory, so that nobody waits for a keychain, and moves into its file when the key is there.
//! A file that cannot be read is never deleted: it is moved aside, and another begins.

mod connection;
mod file;
mod key;
mod migration;
mod salvage;

pub(crate) use self::{key::DatabaseKey, migration::Migration, salvage::Salvage};

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{Notify, Semaphore};

use self::file::{DatabaseFile, Setting};
use crate::error::{DatabaseFault, Error};

/// Connections of one process that read at the same time; more wait.
const MOST_READERS: usize = 4;

/// The database of one open profile. Cheap to clone; clones are the same database.
#[derive(Clone)]
pub(crate) struct Database {
    inner: Arc<Inner>,
}

/// Name of a file that could not be read and was moved aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptFile(pub(crate) String);

struct Inner {
    migrations: Vec<Migration>,
    /// What exists nowhere else.
    salvage: Salvage,
    /// Locked before `place` wherever both are.
    writer: Mutex<Connection>,
    place: Mutex<Place>,
    reading: Semaphore,
    damaged: Notify,
}

/// Where the tables are.
#[derive(Default)]
struct Place {
    /// `None` while nothing is on disk.
    file: Option<Arc<Mutex<DatabaseFile>>>,
    /// Connections to that file that nobody reads with now.
    idle: Vec<Connection>,
    /// How often the tables moved: what is true of them at one place need not be at the next.
    n_moves: u64,
    /// Nothing is read or written any more.
    closed: bool,
}

impl Database {
    /// The tables in memory, gone with the process unless they move to a file. What `salvage` names moves with them,
    /// and is saved from a file that cannot be read.
    ///
    /// # Errors
    /// If there is no memory for them.
    pub(crate) fn in_memory(migrations: Vec<Migration>, salvage: Salvage) -> Result<Self, Error> {
        let mut writer = connection::in_memory()?;
        migration::run(&mut writer, &migrations)?;
        Ok(Self {
            inner: Arc::new(Inner {
                migrations,
                salvage,
                writer: Mutex::new(writer),
                place: Mutex::default(),
                reading: Semaphore::new(MOST_READERS),
                damaged: Notify::new(),
            }),
        })
    }

    /// Moves into the file of a profile, made if it is missing and brought up to date if it is older. `move_in` copies what
    /// is in memory; it is told whether no other process has the profile open. If the file cannot be read, the name that it
    /// was given is told.
    ///
    /// # Errors
    /// Why the file cannot be used; [`Error::NewerDatabase`] if a newer app wrote it. The file is left as it is, and so is
    /// what is in memory.
    pub(crate) async fn move_to_file(
        &self,
        dir: &Path,
        key: DatabaseKey,
        now: Timestamp,
        move_in: impl Fn(&Connection, &Transaction<'_>, bool) -> Result<(), Error> + Send + 'static,
    ) -> Result<Option<KeptFile>, Error> {
        let (inner, dir) = (self.inner.clone(), dir.to_owned());
        blocking(move || {
            let mut file = DatabaseFile::at(&dir, key)?;
            let (mut new, mut kept) = file.open(&inner.setting(now))?;
            let mut writer = inner.writer();
            if inner.place().closed {
                return Err(Error::Stopped);
            }
            let mut moved = inner.copy_to_file(&writer, &mut new, &move_in, file.was_alone());
            if is_damage(&moved) {
                // What opening did not look at.
                connection::distrust(&new)?;
                drop(new);
                let setting = Setting {
                    thorough: true,
                    ..inner.setting(now)
                };
                (new, kept) = file.open(&setting)?;
                moved = inner.copy_to_file(&writer, &mut new, &move_in, file.was_alone());
            }
            moved?;
            *writer = new;
            inner.place().move_to(Some(file));
            Ok(kept)
        })
        .await
    }

    /// Moves out of the file into memory, and removes the file. `move_in` copies what is in it; `commit` makes it known that
    /// nothing is to be on disk any more: until it returned, everything is as it was.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has the file open, what `commit` fails with, or why the file could not be read.
    pub(crate) async fn move_to_memory(
        &self,
        move_in: impl FnOnce(&Connection, &Transaction<'_>) -> Result<(), Error> + Send + 'static,
        commit: impl FnOnce() -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        let inner = self.inner.clone();
        blocking(move || {
            let mut writer = inner.writer();
            let Some(file) = inner.place().file.clone() else {
                return commit();
            };
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.lock_alone()?;
            let moved = inner.copy_to_memory(&writer, move_in);
            match moved.and_then(|new| commit().map(|()| new)) {
                Ok(new) => *writer = new,
                Err(error) => {
                    file.share()?;
                    return Err(error);
                }
            }
            inner.place().move_to(None);
            if let Err(error) = file.remove() {
                // It is known to be unwanted, and removed later.
                tracing::warn!(%error, "the database could not be removed yet");
            }
            Ok(())
        })
        .await
    }

    /// Whether the folder of a profile holds a file.
    pub(crate) async fn is_on_disk(dir: &Path) -> Result<bool, Error> {
        let dir = dir.to_owned();
        blocking(move || Ok(file::exists(&dir))).await
    }

    /// Removes a file that an ended run left although nothing is to be on disk.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has it open, or why it could not be removed.
    pub(crate) async fn remove_left_behind(dir: &Path) -> Result<(), Error> {
        let dir = dir.to_owned();
        blocking(move || file::remove_left_behind(&dir)).await
    }

    /// Waits until something could not be read. Then it is time to [`mend`](Self::mend).
    pub(crate) async fn damage(&self) {
        self.inner.damaged.notified().await;
    }

    /// Begins a new file if the one in use cannot be read; the name that the old one was given is told.
    ///
    /// # Errors
    /// Why that cannot be done now: another process may have the file open. The tables are in memory then, and empty.
    pub(crate) async fn mend(&self, now: Timestamp) -> Result<Option<KeptFile>, Error> {
        let inner = self.inner.clone();
        blocking(move || {
            let mut writer = inner.writer();
            let Some(file) = inner.place().file.clone() else {
                return Ok(None);
            };
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // The last connection closes here, so that the file is all there is.
            inner.place().idle.clear();
            connection::distrust(&writer)?;
            *writer = connection::in_memory()?;
            let setting = Setting {
                thorough: true,
                ..inner.setting(now)
            };
            match file.open(&setting) {
                Ok((new, kept)) => {
                    *writer = new;
                    inner.place().n_moves += u64::from(kept.is_some());
                    Ok(kept)
                }
                Err(error) => {
                    migration::run(&mut writer, &inner.migrations)?;
                    inner.place().move_to(None);
                    Err(error)
                }
            }
        })
        .await
    }

    /// Waits for what is being written, and lets the file go. Nothing can be read or written afterwards.
    pub(crate) async fn close(&self) {
        let inner = self.inner.clone();
        let closed = blocking(move || {
            let mut writer = inner.writer();
            let mut place = inner.place();
            (place.closed, place.file) = (true, None);
            place.idle.clear();
            *writer = connection::in_memory()?;
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::warn!(%error, "the database was not closed in order");
        }
    }

    /// Reads, in one state of the database: what is written meanwhile does not show.
    ///
    /// # Errors
    /// What `work` fails with, or why the database could not be read.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _one_of_few = self.inner.reading.acquire().await;
        let inner = self.inner.clone();
        blocking(move || inner.watch(inner.read(work))).await
    }

    /// Writes, all of it or nothing. When this returns, it is on the disk.
    ///
    /// # Errors
    /// What `work` fails with, or why the database could not be written; nothing was changed then.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let inner = self.inner.clone();
        blocking(move || inner.watch(inner.write(work))).await
    }

    /// Another number whenever the tables began anew or moved.
    pub(crate) fn n_moves(&self) -> u64 {
        self.inner.place().n_moves
    }
}

impl Inner {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let (file, idle, n_moves) = {
            let mut place = self.place();
            if place.closed {
                return Err(Error::Stopped);
            }
            (place.file.clone(), place.idle.pop(), place.n_moves)
        };
        let Some(file) = file else {
            return in_one_state(&self.writer(), work);
        };
        let reader = match idle {
            Some(reader) => reader,
            None => file
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .reader()?,
        };
        drop(file);
        let done = in_one_state(&reader, work);
        let mut place = self.place();
        if place.n_moves == n_moves && !place.closed && !is_damage(&done) {
            place.idle.push(reader);
        }
        done
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut writer = self.writer();
        if self.place().closed {
            return Err(Error::Stopped);
        }
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    fn copy_to_file(
        &self,
        from: &Connection,
        new: &mut Connection,
        move_in: &impl Fn(&Connection, &Transaction<'_>, bool) -> Result<(), Error>,
        alone: bool,
    ) -> Result<(), Error> {
        let rows = salvage::read(from, self.salvage);
        let transaction = new.transaction_with_behavior(TransactionBehavior::Immediate)?;
        move_in(from, &transaction, alone)?;
        rows.put(&transaction)?;
        Ok(transaction.commit()?)
    }

    fn copy_to_memory(
        &self,
        from: &Connection,
        move_in: impl FnOnce(&Connection, &Transaction<'_>) -> Result<(), Error>,
    ) -> Result<Connection, Error> {
        let mut new = connection::in_memory()?;
        migration::run(&mut new, &self.migrations)?;
        let rows = salvage::read(from, self.salvage);
        let transaction = new.transaction()?;
        move_in(from, &transaction)?;
        rows.put(&transaction)?;
        transaction.commit()?;
        Ok(new)
    }

    fn watch<T>(&self, done: Result<T, Error>) -> Result<T, Error> {
        if is_damage(&done) {
            self.damaged.notify_one();
        }
        done
    }

    fn setting(&self, now: Timestamp) -> Setting<'_> {
        Setting {
            migrations: &self.migrations,
            salvage: self.salvage,
            now,
            thorough: false,
        }
    }

    /// Work that panicked has been rolled back, so whoever comes next finds everything in order.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn move_to(&mut self, file: Option<DatabaseFile>) {
        self.file = file.map(|file| Arc::new(Mutex::new(file)));
        self.idle.clear();
        self.n_moves += 1;
    }
}

fn is_damage<T>(done: &Result<T, Error>) -> bool {
    matches!(done, Err(Error::Database(DatabaseFault::Unreadable)))
}

fn in_one_state<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let state = connection.unchecked_transaction()?;
    let done = work(&state);
    // Nothing was written, so there is nothing to keep.
    state.rollback()?;
    done
}

/// Runs on a thread that may block, and passes a panic on.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Stopped),
        },
    }
}

#[cfg(test)]
mod tests;
