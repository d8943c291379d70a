//! The journal: every transition of every entry, in a table that only grows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use serde_json::Value;

use super::{json, query};
use crate::{cache, error::Error, id::CaseRef, outbox::entry::Entry};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalLine {
    pub(crate) n: i64,
    pub(crate) at: String,
    pub(crate) entry: String,
    pub(crate) came_from: Option<String>,
    pub(crate) went_to: String,
    pub(crate) error: Option<String>,
    pub(crate) content: Option<Value>,
}

/// The journal from line `after`, at most `limit` lines.
pub(crate) fn journal(
    connection: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<JournalLine>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT n, at, entry, came_from, went_to, error, content FROM journal WHERE n > ?1 ORDER BY n LIMIT ?2",
    )?;
    let lines = find.query_map(params![after, limit], journal_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The number of the journal's last line, and the cases of the entries that lines after `after` are about, by every name that they
/// have; none without it.
pub(crate) fn news(
    connection: &Connection,
    after: Option<i64>,
) -> Result<(i64, Vec<CaseRef>), Error> {
    let mut last = connection.prepare_cached("SELECT coalesce(max(n), 0) FROM journal")?;
    let last: i64 = last.query_row([], |row| row.get(0))?;
    let Some(after) = after.filter(|after| *after < last) else {
        return Ok((last, Vec::new()));
    };
    let entries = query(
        connection,
        "SELECT entry FROM outbox WHERE id IN (SELECT entry FROM journal WHERE n > ?1)",
        [after],
    )?;
    let mut cases: BTreeSet<_> = entries.into_iter().map(|entry| entry.case).collect();
    for case in cases.clone() {
        cases.extend(cache::names_of(connection, &case)?);
    }
    Ok((last, cases.into_iter().collect()))
}

/// Writes a transition down.
pub(in crate::outbox) fn note(
    transaction: &Transaction<'_>,
    entry: &Entry,
    before: Option<&str>,
    now: Timestamp,
    with_content: bool,
) -> Result<(), Error> {
    let mut add = transaction.prepare_cached(
        "INSERT INTO journal (n, at, entry, came_from, went_to, error, content)
         VALUES (max((SELECT coalesce(max(n), 0) + 1 FROM journal), ?1), ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    add.execute(params![
        now.as_microsecond(),
        now.to_string(),
        entry.id.as_str(),
        before,
        entry.state.name(),
        entry.last_error.map(|code| json(&code)),
        with_content.then(|| json(entry)),
    ])?;
    Ok(())
}

fn journal_line(row: &rusqlite::Row<'_>) -> Result<JournalLine, rusqlite::Error> {
    let content: Option<String> = row.get(6)?;
    let error: Option<String> = row.get(5)?;
    Ok(JournalLine {
        n: row.get(0)?,
        at: row.get(1)?,
        entry: row.get(2)?,
        came_from: row.get(3)?,
        went_to: row.get(4)?,
        error: error.map(|code| code.trim_matches('"').to_owned()),
        content: content.and_then(|content| serde_json::from_str(&content).ok()),
    })
}
