//! The file itself: who may read it, how it is opened, and what is done with one that cannot be read.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{
    KeptFile, Migration, connection,
    key::DatabaseKey,
    migration,
    salvage::{self, Salvage, Salvaged},
};
use crate::{
    error::{DatabaseFault, Error},
    private,
};

/// Name of the file in the folder of a profile.
pub(super) const NAME: &str = "mirror.db";
/// Every process that has the file open holds a shared lock on this one; who moves the file aside holds it alone.
const LOCK: &str = "mirror.lock";
/// What SQLite keeps beside the file, and the file itself, which is moved last.
const PARTS: &[&str] = &["-shm", "-wal", "-journal", ""];

/// A file and the key that opens it.
pub(super) struct DatabaseFile {
    path: PathBuf,
    key: DatabaseKey,
    lock: File,
    /// Whether no other process had the profile open when this one opened it.
    alone: bool,
}

/// What a file is opened with.
pub(super) struct Setting<'a> {
    pub(super) migrations: &'a [Migration],
    /// What exists nowhere else.
    pub(super) salvage: Salvage,
    pub(super) now: Timestamp,
    /// Whether every page is looked at, which takes time.
    pub(super) thorough: bool,
}

impl DatabaseFile {
    /// The file in a folder that is there. An empty one is made if there is none, for its owner alone.
    pub(super) fn at(dir: &Path, key: DatabaseKey) -> Result<Self, Error> {
        // A link among the folders above is the person's own; one in the place of the file is refused below.
        let dir = dir.canonicalize().map_err(failed)?;
        let lock = private::open_lock(&dir.join(LOCK)).map_err(failed)?;
        let alone = lock.try_lock().is_ok();
        let mut file = Self {
            path: dir.join(NAME),
            key,
            lock,
            alone,
        };
        file.share()?;
        Ok(file)
    }

    /// Whether no other process had the profile open when this one opened it.
    pub(super) fn was_alone(&self) -> bool {
        self.alone
    }

    /// The connection that writes, to tables that are up to date. A file that cannot be read is moved aside, with what can
    /// be saved of it saved; the name it has now is told. One that a newer app wrote is not touched.
    pub(super) fn open(
        &mut self,
        setting: &Setting<'_>,
    ) -> Result<(Connection, Option<KeptFile>), Error> {
        match self.try_open(setting) {
            Err(Error::Database(DatabaseFault::Unreadable)) => self.replace(setting),
            opened => Ok((opened?, None)),
        }
    }

    /// Keeps other processes of the profile from opening the file, until it is [shared](Self::share) again or let go.
    pub(super) fn lock_alone(&mut self) -> Result<(), Error> {
        self.lock.unlock().map_err(failed)?;
        if self.lock.try_lock().is_err() {
            self.share()?;
            return Err(Error::InUse);
        }
        Ok(())
    }

    /// One more connection, that only reads.
    pub(super) fn reader(&self) -> Result<Connection, Error> {
        let reader = connection::to_file(&self.path, &self.key)?;
        connection::only_read(&reader)?;
        Ok(reader)
    }

    fn try_open(&self, setting: &Setting<'_>) -> Result<Connection, Error> {
        let mut options = OpenOptions::new();
        match private::open(options.write(true).create_new(true), &self.path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        if self.is_cut_to_nothing() {
            return Err(Error::Database(DatabaseFault::Unreadable));
        }
        let mut writer = connection::to_file(&self.path, &self.key)?;
        migration::refuse_newer(&writer, setting.migrations)?;
        if setting.thorough {
            connection::check(&writer)?;
        }
        connection::begin_writing(&writer)?;
        migration::run(&mut writer, setting.migrations)?;
        connection::trust(&writer)?;
        Ok(writer)
    }

    fn replace(&mut self, setting: &Setting<'_>) -> Result<(Connection, Option<KeptFile>), Error> {
        match self.lock_alone() {
            // Another process reads it, or is just about to replace it.
            Err(Error::InUse) => return Ok((self.try_open(setting)?, None)),
            locked => locked?,
        }
        let replaced = self.replace_alone(setting);
        self.lock.unlock().map_err(failed)?;
        self.share()?;
        replaced
    }

    fn replace_alone(
        &self,
        setting: &Setting<'_>,
    ) -> Result<(Connection, Option<KeptFile>), Error> {
        // Another process may have been quicker.
        match self.try_open(setting) {
            Err(Error::Database(DatabaseFault::Unreadable)) => {}
            opened => return Ok((opened?, None)),
        }
        let salvaged = self.salvage(setting.salvage);
        let name = self.move_aside(setting.now).map_err(failed)?;
        tracing::warn!(%name, n_rows = salvaged.n_rows(), "the database could not be read and was moved aside");
        let mut writer = self.try_open(setting)?;
        salvaged.put_into(&mut writer, setting.salvage, setting.now)?;
        Ok((writer, Some(KeptFile(name))))
    }

    /// SQLite takes a file of no byte or one for a new one and deletes the log beside it, which may hold what is nowhere else.
    fn is_cut_to_nothing(&self) -> bool {
        let size = |part| fs::metadata(self.part(part)).map_or(0, |file| file.len());
        size("") <= 1 && size("-wal") > 0
    }

    fn salvage(&self, salvage: Salvage) -> Salvaged {
        // What the log is read with lay in the first bytes of the file.
        if self.is_cut_to_nothing() {
            return Salvaged::default();
        }
        match connection::to_damaged_file(&self.path, &self.key) {
            Ok(damaged) => salvage::read(&damaged, salvage),
            Err(_) => Salvaged::default(),
        }
    }

    /// Gives the file, and what lies beside it, a name that tells when it was found to be unreadable.
    fn move_aside(&self, now: Timestamp) -> io::Result<String> {
        let when = now.strftime("%Y%m%dT%H%M%SZ");
        let names = (1..).map(|n| match n {
            1 => format!("{NAME}.unreadable-{when}"),
            n => format!("{NAME}.unreadable-{when}-{n}"),
        });
        let is_free = |name: &String| {
            PARTS
                .iter()
                .all(|part| !self.path.with_file_name(format!("{name}{part}")).exists())
        };
        let name = names
            .into_iter()
            .find(is_free)
            .expect("there are names without end");
        for part in PARTS {
            let to = self.path.with_file_name(format!("{name}{part}"));
            match fs::rename(self.part(part), to) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        private::sync_dir(&self.path)?;
        Ok(name)
    }

    fn part(&self, part: &str) -> PathBuf {
        self.path.with_file_name(format!("{NAME}{part}"))
    }

    /// Lets other processes of the profile open the file, too.
    pub(super) fn share(&mut self) -> Result<(), Error> {
        self.lock.unlock().map_err(failed)?;
        self.lock.lock_shared().map_err(failed)
    }

    /// Removes the file while it is [locked](Self::lock_alone).
    pub(super) fn remove(&self) -> Result<(), Error> {
        self.path.parent().map_or(Ok(()), remove)
    }
}

/// Whether there is a file in the folder of a profile.
pub(super) fn exists(dir: &Path) -> bool {
    dir.join(NAME).exists()
}

/// Removes what an ended run left, if no other process of the profile has it open.
pub(super) fn remove_left_behind(dir: &Path) -> Result<(), Error> {
    let lock = private::open_lock(&dir.join(LOCK)).map_err(failed)?;
    if lock.try_lock().is_err() {
        return Err(Error::InUse);
    }
    remove(dir)
}

/// Removes the file and what SQLite keeps beside it, while no other process can open it. Files that were moved aside stay.
fn remove(dir: &Path) -> Result<(), Error> {
    for part in PARTS {
        match fs::remove_file(dir.join(format!("{NAME}{part}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    private::sync_dir(&dir.join(NAME)).map_err(failed)
}

fn failed(source: io::Error) -> Error {
    Error::File { file: NAME, source }
}
