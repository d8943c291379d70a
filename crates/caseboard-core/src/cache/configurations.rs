//! How Kibana sets up the cases of a source, as it was last read: there are fields to fill in while it cannot be reached.

use kibana_cases::Configuration;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{cases::unreadable, database::Migration};
use crate::{
    error::Error,
    id::{DeploymentId, SourceId},
};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 11,
    sql: "
CREATE TABLE configurations (
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (deployment, space, owner)
) STRICT;
",
}];

/// Keeps what was read; `None` where an owner's cases are not set up.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    source: &SourceId,
    owner: &str,
    configuration: Option<&Configuration>,
) -> Result<(), Error> {
    let body = serde_json::to_string(&configuration).map_err(unreadable)?;
    transaction.execute(
        "INSERT OR REPLACE INTO configurations VALUES (?1, ?2, ?3, ?4)",
        params![
            source.deployment.as_str(),
            source.space.as_str(),
            owner,
            body
        ],
    )?;
    Ok(())
}

/// What was last read; `None` too where it never was.
pub(crate) fn get(
    connection: &Connection,
    source: &SourceId,
    owner: &str,
) -> Result<Option<Configuration>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT body FROM configurations WHERE deployment = ?1 AND space = ?2 AND owner = ?3",
    )?;
    let key = params![source.deployment.as_str(), source.space.as_str(), owner];
    let body: Option<String> = find.query_row(key, |row| row.get(0)).optional()?;
    body.map_or(Ok(None), |body| {
        serde_json::from_str(&body).map_err(unreadable)
    })
}

/// Forgets what was read of a deployment.
pub(super) fn forget(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    let forget = "DELETE FROM configurations WHERE deployment = ?1";
    transaction.execute(forget, [deployment.as_str()])?;
    Ok(())
}
