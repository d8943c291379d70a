//! What is granted: kept beside the outbox, so that every process of the profile goes by the same.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::{
    cache::database::Migration,
    error::Error,
    id::{CaseRef, DeploymentId, SourceId},
    outbox::{Entry, query},
    view::{Policy, WriteClass},
};

/// Makes the tables. Rows of a file that cannot be read are not saved: what is not granted is refused, which is safe.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    number: 12,
    sql: "
CREATE TABLE grants (
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    -- Empty for the whole space.
    case_id TEXT NOT NULL,
    class TEXT NOT NULL,
    policy TEXT NOT NULL,
    -- Until when, in microseconds since 1970.
    until INTEGER,
    given_at TEXT NOT NULL,
    PRIMARY KEY (deployment, space, case_id, class)
) STRICT;
CREATE TABLE agent_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
",
}];

const MARKS_COMMENTS: &str = "marks_comments";

/// Something that is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) source: SourceId,
    /// The only case for which it holds.
    pub(crate) case: Option<CaseRef>,
    pub(crate) class: WriteClass,
    pub(crate) policy: Policy,
    pub(crate) until: Option<Timestamp>,
    pub(crate) given_at: String,
}

/// Grants, in the place of what was granted of the same kind in the same place.
pub(crate) fn give(transaction: &Transaction<'_>, grant: &Grant) -> Result<(), Error> {
    transaction.execute(
        "INSERT OR REPLACE INTO grants VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            grant.source.deployment.as_str(),
            grant.source.space.as_str(),
            grant.case.as_ref().map_or("", |case| case.id.as_str()),
            grant.class.name(),
            match grant.policy {
                Policy::Ask => "ask",
                Policy::Allow => "allow",
            },
            grant.until.map(Timestamp::as_microsecond),
            grant.given_at,
        ],
    )?;
    Ok(())
}

/// Takes a grant of a source away, and those of its cases with it.
pub(crate) fn take(
    transaction: &Transaction<'_>,
    source: &SourceId,
    class: WriteClass,
) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM grants WHERE deployment = ?1 AND space = ?2 AND class = ?3",
        params![
            source.deployment.as_str(),
            source.space.as_str(),
            class.name()
        ],
    )?;
    Ok(())
}

/// Forgets the grants of a deployment.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM grants WHERE deployment = ?1",
        [deployment.as_str()],
    )?;
    Ok(())
}

/// Everything that is granted now.
pub(crate) fn list(connection: &Connection, now: Timestamp) -> Result<Vec<Grant>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT deployment, space, case_id, class, policy, until, given_at FROM grants
         WHERE until IS NULL OR until > ?1 ORDER BY deployment, space, case_id",
    )?;
    let rows = find.query_map([now.as_microsecond()], |row| {
        Ok((
            (
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ),
            (row.get::<_, String>(3)?, row.get::<_, String>(4)?),
            row.get::<_, Option<i64>>(5)?,
            row.get::<_, String>(6)?,
        ))
    })?;
    let mut grants = Vec::new();
    for row in rows {
        let ((deployment, space, case), (class, policy), until, given_at) = row?;
        // A row of a newer app grants nothing here.
        let (Ok(deployment), Ok(space)) = (DeploymentId::try_from(deployment), space.parse())
        else {
            continue;
        };
        let source = SourceId { deployment, space };
        let class = WriteClass::ALL.into_iter().find(|one| one.name() == class);
        let (Some(class), Some(policy)) = (class, policy_of(&policy)) else {
            continue;
        };
        grants.push(Grant {
            case: case.parse().ok().map(|id| CaseRef {
                source: source.clone(),
                id,
            }),
            source,
            class,
            policy,
            until: until.and_then(|until| Timestamp::from_microsecond(until).ok()),
            given_at,
        });
    }
    grants.sort_by_key(|grant| (grant.source.clone(), grant.case.clone(), grant.class));
    Ok(grants)
}

/// How writes of a class to a case are granted: what holds for the case wins while it lasts.
pub(super) fn policy(
    connection: &Connection,
    case: &CaseRef,
    class: WriteClass,
    now: Timestamp,
) -> Result<Option<Policy>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT policy FROM grants
         WHERE deployment = ?1 AND space = ?2 AND case_id IN ('', ?3) AND class = ?4 AND (until IS NULL OR until > ?5)
         ORDER BY case_id DESC LIMIT 1",
    )?;
    let found = find.query_row(
        params![
            case.source.deployment.as_str(),
            case.source.space.as_str(),
            case.id.as_str(),
            class.name(),
            now.as_microsecond(),
        ],
        |row| row.get::<_, String>(0),
    );
    Ok(found.optional()?.as_deref().and_then(policy_of))
}

fn policy_of(word: &str) -> Option<Policy> {
    match word {
        "ask" => Some(Policy::Ask),
        "allow" => Some(Policy::Allow),
        _ => None,
    }
}

/// What was written to a source under a key.
pub(super) fn written_with(
    connection: &Connection,
    source: &SourceId,
    key: &str,
) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND entry ->> '$.key.name' = ?3 ORDER BY place, id",
        (source.deployment.as_str(), source.space.as_str(), key),
    )
}

/// Whether comments of agents end with a line that says so.
pub(crate) fn marks_comments(connection: &Connection) -> Result<bool, Error> {
    let mut find = connection.prepare_cached("SELECT value FROM agent_settings WHERE name = ?1")?;
    let found = find.query_row([MARKS_COMMENTS], |row| row.get::<_, String>(0));
    Ok(found.optional()?.as_deref() == Some("yes"))
}

/// Whether comments of agents are to end with a line that says so.
pub(crate) fn set_marks_comments(transaction: &Transaction<'_>, marks: bool) -> Result<(), Error> {
    transaction.execute(
        "INSERT OR REPLACE INTO agent_settings VALUES (?1, ?2)",
        params![MARKS_COMMENTS, if marks { "yes" } else { "no" }],
    )?;
    Ok(())
}
