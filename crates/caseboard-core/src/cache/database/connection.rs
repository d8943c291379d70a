//! Connections, and how each of them is set up.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use secrecy::zeroize::Zeroizing;

use super::key::DatabaseKey;
use crate::error::{DatabaseFault, Error};

/// How long a connection waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 128;
/// Memory for pages of one connection, in KiB.
const PAGE_CACHE: i64 = 16 * 1024;
/// The write-ahead log is cut back to this after a large transaction (R30).
const LARGEST_LOG: i64 = 64 * 1024 * 1024;

pub(super) fn in_memory() -> Result<Connection, Error> {
    let connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    Ok(connection)
}

/// A connection to an encrypted file that is there already, even if it is empty. Nothing is written by connecting.
pub(super) fn to_file(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    let connection = with_key(path, key)?;
    set_up(&connection)?;
    // The first reading of the file: with a wrong key it fails here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// A connection to a file of which not everything can be read. Nothing in it is changed.
pub(super) fn to_damaged_file(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    let connection = with_key(path, key)?;
    only_read(&connection)?;
    // Otherwise a file that is shorter than it says cannot be read at all.
    connection.pragma_update(None, "writable_schema", true)?;
    Ok(connection)
}

fn with_key(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = open(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // SQLCipher would tell a wrong key on standard error.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let statement = Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", key.hex()));
    connection.execute_batch(&statement)?;
    // Until it is known that the file is sound and ours.
    distrust(&connection)?;
    Ok(connection)
}

/// Keeps the file as it is when the connection is closed.
pub(super) fn distrust(connection: &Connection) -> Result<(), Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

/// Looks at every page.
pub(super) fn check(connection: &Connection) -> Result<(), Error> {
    for check in ["PRAGMA cipher_integrity_check", "PRAGMA quick_check(1)"] {
        let mut check = connection.prepare(check)?;
        let found = check.query_map([], |row| row.get::<_, String>(0))?;
        for found in found {
            if found? != "ok" {
                return Err(Error::Database(DatabaseFault::Unreadable));
            }
        }
    }
    Ok(())
}

/// Makes a connection the one that writes: what it commits is on the disk before it says so.
pub(super) fn begin_writing(connection: &Connection) -> Result<(), Error> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", LARGEST_LOG, |_| Ok(()))?;
    Ok(())
}

/// Makes a connection one that only reads.
pub(super) fn only_read(connection: &Connection) -> Result<(), Error> {
    Ok(connection.pragma_update(None, "query_only", true)?)
}

/// Lets the log go into the file when the connection is closed: the file is sound.
pub(super) fn trust(connection: &Connection) -> Result<(), Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

fn set_up(connection: &Connection) -> Result<(), Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;",
    )?;
    connection
        .pragma_update_and_check(None, "mmap_size", 0, |_| Ok(()))
        .or_else(no_answer)?;
    connection.pragma_update(None, "cache_size", -PAGE_CACHE)?;
    Ok(())
}

/// In memory there is nothing to map, and SQLite answers nothing.
fn no_answer(error: rusqlite::Error) -> Result<(), rusqlite::Error> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    }
}

#[cfg(not(test))]
fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    Ok(Connection::open_with_flags(path, flags)?)
}

/// Files in folders of a certain name lie on a disk that fails when it is told to.
#[cfg(test)]
fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    use super::tests::failing_disk;
    let on_failing_disk = path
        .parent()
        .is_some_and(|dir| dir.ends_with(failing_disk::NAME));
    Ok(if on_failing_disk {
        Connection::open_with_flags_and_vfs(path, flags, failing_disk::vfs())?
    } else {
        Connection::open_with_flags(path, flags)?
    })
}
