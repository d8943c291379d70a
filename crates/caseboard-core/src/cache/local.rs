//! Cases that Kibana has not confirmed: they have a name of our own, and are shown as they were typed. Once Kibana has one, its
//! row takes the real name, and the first name leads to it for good.

use std::ops::Range;

use kibana_cases::{Case, CaseId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;

use super::{
    ReadNumber,
    cases::{self, remove, unreadable},
    database::Migration,
    details::{self, Details},
    sources::{self, SourceKey},
};
use crate::{error::Error, id::CaseRef};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 8,
    sql: "
-- Cases that were created here: the name that each had before Kibana gave it one.
CREATE TABLE created (
    local TEXT PRIMARY KEY,
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    case_id TEXT NOT NULL
) STRICT;
CREATE INDEX created_by_case ON created (deployment, space, case_id);
",
}];

/// The table whose rows exist nowhere else.
pub(crate) const CREATED: &str = "created";

/// Between these stand the names of our own, and nothing else.
const NAMES: Range<&str> = "local-".."local.";

/// The case that a name of our own leads to, once Kibana has it.
pub(crate) fn real(connection: &Connection, case: &CaseRef) -> Result<Option<CaseRef>, Error> {
    if !case.is_local() {
        return Ok(None);
    }
    let id = real_id(connection, case.id.as_str())?;
    Ok(id.map(|id| CaseRef {
        source: case.source.clone(),
        id,
    }))
}

/// The same, of a name alone.
pub(super) fn real_id(connection: &Connection, local: &str) -> Result<Option<CaseId>, Error> {
    let mut find = connection.prepare_cached("SELECT case_id FROM created WHERE local = ?1")?;
    let found: Option<String> = find.query_row([local], |row| row.get(0)).optional()?;
    Ok(found.and_then(|id| id.parse().ok()))
}

/// The names of our own that lead to a case.
pub(crate) fn names_of(connection: &Connection, case: &CaseRef) -> Result<Vec<CaseRef>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT local FROM created WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
    )?;
    let (deployment, space) = sources::names(&case.source);
    let names = find.query_map((deployment, space, case.id.as_str()), |row| {
        row.get::<_, String>(0)
    })?;
    let names: Vec<_> = names.collect::<Result<_, _>>()?;
    let names = names.into_iter().filter_map(|name| name.parse().ok());
    Ok(names
        .map(|id| CaseRef {
            source: case.source.clone(),
            id,
        })
        .collect())
}

/// Shows a case that Kibana has not confirmed; `body` is what it will be, in Kibana's JSON.
pub(crate) fn put_local(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    body: &Value,
) -> Result<(), Error> {
    let source = sources::ensure(transaction, &case.source)?;
    if cases::key(transaction, case)?.is_some() {
        return Ok(());
    }
    let case: Case = serde_json::from_value(body.clone()).map_err(unreadable)?;
    let first = ReadNumber::default();
    let Some(key) = cases::put(transaction, source, &case, first)? else {
        return Ok(());
    };
    details::put(transaction, key, &nothing_attached(&case), first)?;
    Ok(())
}

/// Shows a case no more that will not be created.
pub(crate) fn remove_local(transaction: &Transaction<'_>, case: &CaseRef) -> Result<(), Error> {
    match cases::key(transaction, case)? {
        Some(key) if case.is_local() => remove(transaction, key),
        _ => Ok(()),
    }
}

/// Kibana has a case that had a name of our own: its row, and all that is laid over it, has the real name from now on. What
/// Kibana made of it is read afterwards.
pub(crate) fn created(
    transaction: &Transaction<'_>,
    local: &CaseRef,
    named: &CaseRef,
) -> Result<(), Error> {
    let shown = cases::key(transaction, local)?;
    let (deployment, space) = sources::names(&named.source);
    transaction
        .prepare_cached("INSERT OR REPLACE INTO created VALUES (?1, ?2, ?3, ?4)")?
        .execute([local.id.as_str(), deployment, space, named.id.as_str()])?;
    let Some(key) = shown else {
        return Ok(());
    };
    if cases::key(transaction, named)?.is_some() {
        return remove(transaction, key);
    }
    let now = sources::next_number(transaction)?;
    transaction
        .prepare_cached("UPDATE cases SET id = ?2, read = ?3 WHERE case_key = ?1")?
        .execute(params![key, named.id.as_str(), now.0])?;
    transaction
        .prepare_cached("UPDATE bodies SET body = json_set(body, '$.id', ?2) WHERE case_key = ?1")?
        .execute(params![key, named.id.as_str()])?;
    cases::show(transaction, key)
}

/// How many cases of a source Kibana has not confirmed.
pub(super) fn count(connection: &Connection, source: SourceKey) -> Result<u32, Error> {
    let mut count = connection
        .prepare_cached("SELECT count(*) FROM cases WHERE source = ?1 AND id >= ?2 AND id < ?3")?;
    let found = count.query_row(params![source, NAMES.start, NAMES.end], |row| row.get(0));
    Ok(found?)
}

/// Nobody but us can have attached anything yet, so there is nothing to be read.
fn nothing_attached(case: &Case) -> Details {
    Details {
        version: case.version.clone(),
        attachments: Vec::new(),
        alerts: Vec::new(),
        documents: std::collections::HashMap::new(),
        history: Vec::new(),
        read_at: case.created_at,
    }
}
