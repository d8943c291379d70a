//! Sources, the numbers of readings, and where each source's sync stands.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{ReadNumber, configurations, database::Migration, mine};
use crate::{
    error::Error,
    id::{DeploymentId, SourceId},
    outbox,
};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    sql: "
CREATE TABLE sources (
    source INTEGER PRIMARY KEY,
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    -- When the list of its cases was last read in full, in microseconds since 1970.
    read_at INTEGER,
    UNIQUE (deployment, space)
) STRICT;

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where something that reads a source bit by bit goes on.
CREATE TABLE cursors (
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;
",
}];

pub(super) const FORGETTING: &[Migration] = &[Migration {
    number: 9,
    sql: "
-- Sources out of use, and which reading was the last that began before: what it tells comes too late. Without a space it is the
-- whole deployment, of which nothing is kept.
CREATE TABLE forgotten (
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (deployment, space)
) STRICT, WITHOUT ROWID;
",
}];

/// In the place of a space: all of them.
const ALL: &str = "";

/// Name of the cursor of the list of cases.
pub(super) const LIST: &str = "list";

/// A source's row in this database.
pub(crate) type SourceKey = i64;

/// The row of a source; `None` if nothing of it was ever read.
pub(crate) fn key(connection: &Connection, source: &SourceId) -> Result<Option<SourceKey>, Error> {
    let mut find = connection
        .prepare_cached("SELECT source FROM sources WHERE deployment = ?1 AND space = ?2")?;
    Ok(find.query_row(names(source), |row| row.get(0)).optional()?)
}

/// The row of a source that a reading tells of, made if it is missing; `None` if the source was forgotten since it began.
pub(super) fn told(
    transaction: &Transaction<'_>,
    source: &SourceId,
    read: ReadNumber,
) -> Result<Option<SourceKey>, Error> {
    let (deployment, space) = names(source);
    let mut find = transaction.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM forgotten WHERE deployment = ?1 AND space = ?2 AND read >= ?3)",
    )?;
    let too_late = find.query_row(params![deployment, space, read.0], |row| row.get(0))?;
    if too_late || is_left(transaction, &source.deployment)? {
        return Ok(None);
    }
    transaction
        .prepare_cached("DELETE FROM forgotten WHERE deployment = ?1 AND space = ?2")?
        .execute([deployment, space])?;
    ensure(transaction, source).map(Some)
}

/// Whether a whole deployment is out of use: then nothing is written to it.
pub(crate) fn is_left(connection: &Connection, deployment: &DeploymentId) -> Result<bool, Error> {
    let mut find = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM forgotten WHERE deployment = ?1 AND space = ?2)",
    )?;
    Ok(find.query_row([deployment.as_str(), ALL], |row| row.get(0))?)
}

/// From now on nothing is written to a deployment, and nothing that is read of it is kept, until it is in use again.
pub(crate) fn leave(transaction: &Transaction<'_>, deployment: &DeploymentId) -> Result<(), Error> {
    note_forgotten(transaction, deployment.as_str(), ALL)
}

/// A deployment that was about to be forgotten, or was, is in use.
pub(crate) fn stay(transaction: &Transaction<'_>, deployment: &DeploymentId) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM forgotten WHERE deployment = ?1 AND space = ?2",
        [deployment.as_str(), ALL],
    )?;
    Ok(())
}

fn note_forgotten(
    transaction: &Transaction<'_>,
    deployment: &str,
    space: &str,
) -> Result<(), Error> {
    let last = next_number(transaction)?;
    transaction.execute(
        "INSERT OR REPLACE INTO forgotten VALUES (?1, ?2, ?3)",
        params![deployment, space, last.0],
    )?;
    Ok(())
}

/// Forgets here what another database forgot.
pub(super) fn copy_forgotten(
    from: &Connection,
    transaction: &Transaction<'_>,
) -> Result<(), Error> {
    let mut find = from.prepare("SELECT deployment, space FROM forgotten")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let (deployment, space): (String, String) = (row.get(0)?, row.get(1)?);
        transaction.execute(
            "DELETE FROM sources WHERE deployment = ?1 AND ?2 IN (space, ?3)",
            [deployment.as_str(), space.as_str(), ALL],
        )?;
        note_forgotten(transaction, &deployment, &space)?;
    }
    Ok(())
}

/// The row of a source, made if it is missing.
pub(crate) fn ensure(transaction: &Transaction<'_>, source: &SourceId) -> Result<SourceKey, Error> {
    if let Some(key) = key(transaction, source)? {
        return Ok(key);
    }
    let (deployment, space) = names(source);
    let key = transaction
        .prepare_cached("INSERT INTO sources (deployment, space) VALUES (?1, ?2)")?
        .insert([deployment, space])?;
    // Cases that Kibana has not confirmed are told by nobody else.
    outbox::show_new_cases(transaction, source)?;
    Ok(key)
}

/// Which source a row is.
pub(super) fn id(connection: &Connection, source: SourceKey) -> Result<Option<SourceId>, Error> {
    let mut find =
        connection.prepare_cached("SELECT deployment, space FROM sources WHERE source = ?1")?;
    let (deployment, space): (String, String) =
        find.query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(source_id(deployment, &space))
}

fn source_id(deployment: String, space: &str) -> Option<SourceId> {
    Some(SourceId {
        deployment: DeploymentId::try_from(deployment).ok()?,
        space: space.parse().ok()?,
    })
}

/// Forgets a source and everything of it.
pub(super) fn forget(transaction: &Transaction<'_>, source: &SourceId) -> Result<(), Error> {
    let (deployment, space) = names(source);
    transaction.execute(
        "DELETE FROM sources WHERE deployment = ?1 AND space = ?2",
        [deployment, space],
    )?;
    note_forgotten(transaction, deployment, space)
}

/// Forgets every source of a deployment and everything of them.
pub(crate) fn forget_deployment(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM sources WHERE deployment = ?1",
        [deployment.as_str()],
    )?;
    mine::forget(transaction, deployment)?;
    configurations::forget(transaction, deployment)?;
    leave(transaction, deployment)
}

/// Every source of which something was read.
pub(super) fn all(
    connection: &Connection,
) -> Result<Vec<(SourceKey, SourceId, Option<i64>)>, Error> {
    let mut find =
        connection.prepare_cached("SELECT source, deployment, space, read_at FROM sources")?;
    let mut rows = find.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (deployment, space) = (row.get(1)?, row.get::<_, String>(2)?);
        if let Some(source) = source_id(deployment, &space) {
            all.push((row.get(0)?, source, row.get(3)?));
        }
    }
    Ok(all)
}

/// Numbers a reading that begins now: readings that began before it are older, in every process of the profile.
pub(super) fn next_number(transaction: &Transaction<'_>) -> Result<ReadNumber, Error> {
    let mut next = transaction.prepare_cached(
        "INSERT INTO counters (name, value) VALUES ('reading', 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    )?;
    Ok(ReadNumber(next.query_row([], |row| row.get(0))?))
}

/// Notes that the list of a source was read in full.
pub(super) fn set_read_at(
    transaction: &Transaction<'_>,
    source: SourceKey,
    at: i64,
) -> Result<(), Error> {
    transaction
        .prepare_cached("UPDATE sources SET read_at = ?2 WHERE source = ?1")?
        .execute(params![source, at])?;
    Ok(())
}

/// Notes where something that reads a source goes on.
pub(super) fn set_cursor(
    transaction: &Transaction<'_>,
    source: SourceKey,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO cursors (source, name, value) VALUES (?1, ?2, ?3)")?
        .execute(params![source, name, value])?;
    Ok(())
}

/// Where something that reads a source goes on.
pub(super) fn cursor(
    connection: &Connection,
    source: SourceKey,
    name: &str,
) -> Result<Option<String>, Error> {
    let mut find =
        connection.prepare_cached("SELECT value FROM cursors WHERE source = ?1 AND name = ?2")?;
    Ok(find
        .query_row(params![source, name], |row| row.get(0))
        .optional()?)
}

pub(super) fn names(source: &SourceId) -> (&str, &str) {
    (source.deployment.as_str(), source.space.as_str())
}
