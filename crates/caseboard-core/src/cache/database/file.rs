//! The file itself: who may read it, and how it is opened.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{Migration, connection, key::DatabaseKey, migration};
use crate::error::Error;

/// Name of the file in the folder of a profile.
pub(super) const NAME: &str = "mirror.db";

/// A file and the key that opens it.
pub(super) struct DatabaseFile {
    path: PathBuf,
    key: DatabaseKey,
}

impl DatabaseFile {
    /// The file in a folder that is there. An empty one is made if there is none, for its owner alone.
    pub(super) fn at(dir: &Path, key: DatabaseKey) -> Result<Self, Error> {
        // A link among the folders above is the person's own; one in the place of the file is refused below.
        let path = dir.canonicalize().map_err(failed)?.join(NAME);
        match private(OpenOptions::new().write(true).create_new(true), &path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        Ok(Self { path, key })
    }

    /// The connection that writes, to tables that are up to date. A file that a newer app wrote is not touched.
    pub(super) fn open(&self, migrations: &[Migration]) -> Result<Connection, Error> {
        let mut writer = connection::to_file(&self.path, &self.key)?;
        if let Err(newer) = migration::refuse_newer(&writer, migrations) {
            connection::leave_untouched(&writer)?;
            return Err(newer);
        }
        connection::begin_writing(&writer)?;
        migration::run(&mut writer, migrations)?;
        Ok(writer)
    }

    /// One more connection, that only reads.
    pub(super) fn reader(&self) -> Result<Connection, Error> {
        let reader = connection::to_file(&self.path, &self.key)?;
        connection::only_read(&reader)?;
        Ok(reader)
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { file: NAME, source }
}

/// Opens a file for its owner alone; a new one gets that mode whatever the process's mask says.
#[cfg(unix)]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}
