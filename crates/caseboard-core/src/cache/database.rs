//! The encrypted file of a profile, and the same tables in memory where nothing may be on disk.
//!
//! Every process of the profile reads and writes the one file. A process has one connection that writes, behind a mutex,
//! and a few that read; all of their work runs on threads that may block. What it cannot do, it refuses: nothing is
//! half written, and "saved" is said after the commit is on the disk.

mod connection;
mod file;
mod key;
mod migration;

pub(crate) use self::{key::DatabaseKey, migration::Migration};

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use self::file::DatabaseFile;
use crate::error::Error;

/// Connections of one process that read at the same time; more wait.
const MOST_READERS: usize = 4;

/// The database of one open profile. Cheap to clone; clones are the same database.
#[derive(Clone)]
pub(crate) struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    migrations: Vec<Migration>,
    /// Locked before `place` wherever both are.
    writer: Mutex<Connection>,
    place: Mutex<Place>,
    reading: Semaphore,
}

/// Where the tables are.
struct Place {
    /// `None` while nothing is on disk.
    file: Option<Arc<DatabaseFile>>,
    /// Connections to that file that nobody reads with now.
    idle: Vec<Connection>,
}

impl Database {
    /// The tables in memory, gone with the process.
    ///
    /// # Errors
    /// If there is no memory for them.
    pub(crate) fn in_memory(migrations: Vec<Migration>) -> Result<Self, Error> {
        let mut writer = connection::in_memory()?;
        migration::run(&mut writer, &migrations)?;
        Ok(Self::of(migrations, writer, None))
    }

    /// The file of a profile, made if it is missing, brought up to date if it is older.
    ///
    /// # Errors
    /// [`Error::Database`] says whether it cannot be read or not be written; [`Error::NewerDatabase`] if a newer app wrote it.
    /// The file is left as it is.
    pub(crate) async fn open(
        dir: &Path,
        key: DatabaseKey,
        migrations: Vec<Migration>,
    ) -> Result<Self, Error> {
        let dir = dir.to_owned();
        blocking(move || {
            let file = DatabaseFile::at(&dir, key)?;
            let writer = file.open(&migrations)?;
            Ok(Self::of(migrations, writer, Some(file)))
        })
        .await
    }

    fn of(migrations: Vec<Migration>, writer: Connection, file: Option<DatabaseFile>) -> Self {
        let place = Place {
            file: file.map(Arc::new),
            idle: Vec::new(),
        };
        Self {
            inner: Arc::new(Inner {
                migrations,
                writer: Mutex::new(writer),
                place: Mutex::new(place),
                reading: Semaphore::new(MOST_READERS),
            }),
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
        blocking(move || inner.read(work)).await
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
        blocking(move || inner.write(work)).await
    }

    /// Whether anything of this is on disk.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.inner.place().file.is_some()
    }
}

impl Inner {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let (file, idle) = {
            let mut place = self.place();
            (place.file.clone(), place.idle.pop())
        };
        let Some(file) = file else {
            return in_one_state(&self.writer(), work);
        };
        let reader = match idle {
            Some(reader) => reader,
            None => file.reader()?,
        };
        let done = in_one_state(&reader, work);
        let mut place = self.place();
        if place
            .file
            .as_ref()
            .is_some_and(|now| Arc::ptr_eq(now, &file))
        {
            place.idle.push(reader);
        }
        done
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Work that panicked has been rolled back, so whoever comes next finds everything in order.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
