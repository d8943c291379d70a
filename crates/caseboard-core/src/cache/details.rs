//! What was read of a case beyond the list: attachments, alerts with their documents, user actions.

use std::collections::HashMap;

use jiff::Timestamp;
use kibana_cases::{AlertHit, AlertId, AttachedAlert, Attachment, CaseId, UserAction, Version};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Value, json};

use super::{
    Coverage, ReadNumber,
    cases::{self, CaseKey, time, unreadable},
    database::Migration,
    history, people,
};
use crate::{code::CommandError, error::Error};

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 4,
        sql: "
CREATE TABLE attachments (
    case_key INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
    -- Oldest first.
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (case_key, position)
) STRICT;
CREATE INDEX attachments_by_id ON attachments (id);

CREATE TABLE user_actions (
    case_key INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (case_key, id)
) STRICT;
CREATE INDEX user_actions_by_time ON user_actions (case_key, at);

CREATE TABLE case_alerts (
    case_key INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
    -- Oldest attachment first.
    position INTEGER NOT NULL,
    alert TEXT NOT NULL,
    index_name TEXT NOT NULL,
    attached_at INTEGER NOT NULL,
    PRIMARY KEY (case_key, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_alerts_by_alert ON case_alerts (alert, case_key);

-- Documents of attached alerts, as far as they could be read.
CREATE TABLE alerts (
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    alert TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (source, alert)
) STRICT;
",
    },
    Migration {
        number: 15,
        sql: "
-- When the document was read, in microseconds.
ALTER TABLE alerts ADD COLUMN read_at INTEGER;
",
    },
];

/// Of no version of a case: what is wanting is read again.
pub(crate) const NO_VERSION: &str = "none";

/// What opening a case reads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Details {
    /// Version of the case that they belong to.
    pub(crate) version: Version,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) alerts: Vec<(AttachedAlert, Timestamp)>,
    /// Documents of the alerts, as far as they could be read.
    pub(crate) documents: HashMap<AlertId, AlertHit>,
    /// What was done to the case, oldest first.
    pub(crate) history: Vec<UserAction>,
    /// When reading them began: nothing of them is older.
    pub(crate) read_at: Timestamp,
}

/// Takes in the details of a case. Tells whether anything but the time changed; an older answer changes nothing.
pub(super) fn put(
    transaction: &Transaction<'_>,
    key: CaseKey,
    details: &Details,
    read: ReadNumber,
) -> Result<bool, Error> {
    for attachment in &details.attachments {
        people::meet(transaction, &attachment.created_by)?;
    }
    let was_failing = transaction
        .prepare_cached(
            "UPDATE cases SET problem = NULL WHERE case_key = ?1 AND problem IS NOT NULL",
        )?
        .execute([key])?
        > 0;
    let mut before =
        transaction.prepare_cached("SELECT details_read, source FROM cases WHERE case_key = ?1")?;
    let (before, source): (Option<i64>, i64) =
        before.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if before.is_some_and(|before| read < ReadNumber(before)) {
        return Ok(was_failing);
    }
    let known = get(transaction, key)?;
    let unchanged = known.is_some_and(|known| {
        Details {
            read_at: details.read_at,
            ..known
        } == *details
    });
    transaction
        .prepare_cached(
            "UPDATE cases SET details_read = ?2, details_version = ?3, details_at = ?4 WHERE case_key = ?1",
        )?
        .execute(params![key, read.0, details.version.as_str(), details.read_at.as_microsecond()])?;
    if unchanged {
        return Ok(was_failing);
    }
    put_attachments(transaction, key, &details.attachments)?;
    put_alerts(transaction, key, source, details)?;
    history::put(transaction, key, &details.history)?;
    cases::show(transaction, key)?;
    Ok(true)
}

/// Has the details of a case read again, and with them the case.
pub(super) fn doubt(transaction: &Transaction<'_>, key: CaseKey) -> Result<(), Error> {
    let mut doubt = transaction.prepare_cached(
        "UPDATE cases SET details_version = ?2 WHERE case_key = ?1 AND details_version IS NOT NULL",
    )?;
    doubt.execute(params![key, NO_VERSION])?;
    Ok(())
}

fn put_attachments(
    transaction: &Transaction<'_>,
    key: CaseKey,
    attachments: &[Attachment],
) -> Result<(), Error> {
    transaction
        .prepare_cached("DELETE FROM attachments WHERE case_key = ?1")?
        .execute([key])?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO attachments (case_key, position, id, body) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, attachment) in (0_u32..).zip(attachments) {
        let body = serde_json::to_string(attachment).map_err(unreadable)?;
        add.execute(params![key, position, attachment.id.as_str(), body])?;
    }
    Ok(())
}

fn put_alerts(
    transaction: &Transaction<'_>,
    key: CaseKey,
    source: i64,
    details: &Details,
) -> Result<(), Error> {
    transaction
        .prepare_cached("DELETE FROM case_alerts WHERE case_key = ?1")?
        .execute([key])?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO case_alerts (case_key, position, alert, index_name, attached_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, (alert, at)) in (0_u32..).zip(&details.alerts) {
        add.execute(params![
            key,
            position,
            alert.id.as_str(),
            alert.index,
            at.as_microsecond()
        ])?;
    }
    let mut keep = transaction.prepare_cached(
        "INSERT OR REPLACE INTO alerts (source, alert, body, read_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for hit in details.documents.values() {
        let at = details.read_at.as_microsecond();
        keep.execute(params![source, hit.id.as_str(), document(hit), at])?;
    }
    Ok(())
}

/// Cases of a source whose details were never read or are of another version, newest first, with the times of their creation.
pub(super) fn missing(
    connection: &Connection,
    source: i64,
    limit: u32,
) -> Result<Vec<(Timestamp, CaseId)>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT created_at, id FROM cases WHERE source = ?1 AND (details_version IS NULL OR details_version <> version)
         ORDER BY created_at DESC LIMIT ?2",
    )?;
    let found = find.query_map([source, limit.into()], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    })?;
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    let missing = found.into_iter();
    Ok(missing
        .filter_map(|(at, id)| Some((time(at), id.parse().ok()?)))
        .collect())
}

/// Forgets the documents of alerts that no case of the source holds any more.
pub(super) fn forget_orphans(transaction: &Transaction<'_>, source: i64) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM alerts WHERE source = ?1 AND NOT EXISTS (SELECT 1 FROM case_alerts WHERE case_alerts.alert = alerts.alert)",
        [source],
    )?;
    Ok(())
}

/// The details of a case as last read; `None` if they never were.
pub(crate) fn get(connection: &Connection, key: CaseKey) -> Result<Option<Details>, Error> {
    let Some((version, read_at)) = freshness(connection, key)? else {
        return Ok(None);
    };
    Ok(Some(Details {
        version,
        attachments: attachments(connection, key)?,
        alerts: alerts(connection, key)?,
        documents: documents(connection, key)?,
        history: history::get(connection, key)?,
        read_at,
    }))
}

/// Of which version the details of a case are, and when they were read.
pub(super) fn freshness(
    connection: &Connection,
    key: CaseKey,
) -> Result<Option<(Version, Timestamp)>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT details_version, details_at FROM cases WHERE case_key = ?1 AND details_version IS NOT NULL",
    )?;
    let found = find.query_row([key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)));
    Ok(found
        .optional()?
        .and_then(|(version, at)| Some((version.parse().ok()?, time(at)))))
}

/// Attachments, oldest first.
pub(super) fn attachments(connection: &Connection, key: CaseKey) -> Result<Vec<Attachment>, Error> {
    let mut find = connection
        .prepare_cached("SELECT body FROM attachments WHERE case_key = ?1 ORDER BY position")?;
    let bodies = find.query_map([key], |row| row.get::<_, String>(0))?;
    bodies
        .map(|body| serde_json::from_str(&body?).map_err(unreadable))
        .collect()
}

/// Alerts with the time of their attachment, oldest attachment first.
fn alerts(connection: &Connection, key: CaseKey) -> Result<Vec<(AttachedAlert, Timestamp)>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT alert, index_name, attached_at FROM case_alerts WHERE case_key = ?1 ORDER BY position",
    )?;
    let mut rows = find.query([key])?;
    let mut alerts = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(id) = row.get::<_, String>(0)?.parse() else {
            continue;
        };
        alerts.push((
            AttachedAlert {
                id,
                index: row.get(1)?,
            },
            time(row.get(2)?),
        ));
    }
    Ok(alerts)
}

/// Documents of a case's alerts, as far as they are known.
pub(super) fn documents(
    connection: &Connection,
    key: CaseKey,
) -> Result<HashMap<AlertId, AlertHit>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT alerts.body FROM cases CROSS JOIN case_alerts USING (case_key) CROSS JOIN alerts USING (source, alert)
         WHERE case_key = ?1",
    )?;
    let bodies = find.query_map([key], |row| row.get::<_, String>(0))?;
    bodies
        .map(|body| {
            let hit: AlertHit = serde_json::from_str(&body?).map_err(unreadable)?;
            Ok((hit.id.clone(), hit))
        })
        .collect()
}

/// Notes why the details of a case could not be read. Tells whether that is news.
pub(super) fn put_problem(
    transaction: &Transaction<'_>,
    key: CaseKey,
    problem: &CommandError,
) -> Result<bool, Error> {
    let problem = serde_json::to_string(problem).map_err(unreadable)?;
    let mut note = transaction.prepare_cached(
        "UPDATE cases SET problem = ?2 WHERE case_key = ?1 AND problem IS NOT ?2",
    )?;
    Ok(note.execute(params![key, problem])? > 0)
}

/// Why the details of a case could not be read the last time.
pub(super) fn problem(
    connection: &Connection,
    key: CaseKey,
) -> Result<Option<CommandError>, Error> {
    let mut find = connection.prepare_cached("SELECT problem FROM cases WHERE case_key = ?1")?;
    let problem: Option<String> = find.query_row([key], |row| row.get(0))?;
    problem
        .map(|problem| serde_json::from_str(&problem).map_err(unreadable))
        .transpose()
}

/// How much of the details of a source's cases is here.
pub(super) fn coverage(connection: &Connection, source: i64) -> Result<Coverage, Error> {
    let mut count = connection.prepare_cached(
        "SELECT (SELECT count(*) FROM cases WHERE source = ?1),
                (SELECT count(*) FROM cases WHERE source = ?1 AND (details_version IS NULL OR details_version <> version))",
    )?;
    let (n_cases, without): (u32, u32) =
        count.query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Coverage {
        n_cases,
        n_detailed: n_cases - without,
    })
}

/// The fields that were asked for, where they came from.
fn document(hit: &AlertHit) -> String {
    let body: Value = json!({"_id": hit.id, "_index": hit.index, "_source": hit.source()});
    body.to_string()
}
