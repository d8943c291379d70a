//! Cases as Kibana told them, and as they show: with our unconfirmed changes laid over them.
//!
//! A change that Kibana has not confirmed is a row of `pending`: a patch of the case's body (RFC 7396), a comment, or both.
//! Whatever changes body or patches calls [`show`], which brings every column and index that queries use up to date, in the
//! same transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kibana_cases::{Case, CaseId, CaseSeverity};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;

use super::{
    ReadNumber,
    database::Migration,
    details::{self, NO_VERSION},
    local, people, search,
    sources::{self, SourceKey},
};
use crate::{
    error::Error,
    id::{CaseRef, EntryId, SourceId, is_local},
    outbox,
};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 2,
    sql: "
CREATE TABLE cases (
    case_key INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    id TEXT NOT NULL,
    number INTEGER,
    -- The reading that told the body last.
    read INTEGER NOT NULL,
    version TEXT NOT NULL,
    -- As it shows. Times are microseconds since 1970, tags and assignees are JSON.
    status TEXT NOT NULL DEFAULT '',
    severity TEXT NOT NULL DEFAULT '',
    severity_rank INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    category TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    assignees TEXT NOT NULL DEFAULT '[]',
    n_alerts INTEGER NOT NULL DEFAULT 0,
    n_comments INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER,
    n_pending INTEGER NOT NULL DEFAULT 0,
    -- What was read beyond the list: by which reading, of which version, when, and why not the last time.
    details_read INTEGER,
    details_version TEXT,
    details_at INTEGER,
    problem TEXT,
    UNIQUE (source, id)
) STRICT;
CREATE INDEX cases_by_column ON cases (source, status, severity_rank, changed_at DESC);
CREATE INDEX cases_by_severity ON cases (source, severity_rank, changed_at DESC);
CREATE INDEX cases_by_change ON cases (source, changed_at);
CREATE INDEX cases_by_creation ON cases (source, created_at);
CREATE INDEX cases_by_closing ON cases (source, closed_at);
CREATE INDEX cases_by_number ON cases (source, number);
CREATE INDEX cases_by_title ON cases (source, title COLLATE NOCASE);
CREATE INDEX cases_by_category ON cases (source, category COLLATE NOCASE);
CREATE INDEX cases_by_owner ON cases (source, owner);
CREATE INDEX cases_by_alerts ON cases (source, n_alerts);
CREATE INDEX cases_by_comments ON cases (source, n_comments);
-- Newest first: what the back-fill of details reads next, and how much there is of it.
CREATE INDEX cases_without_details ON cases (source, created_at)
    WHERE details_version IS NULL OR details_version <> version;

CREATE TABLE bodies (
    case_key INTEGER PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE pending (
    pending INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The same in every database that the change moves to.
    name INTEGER NOT NULL UNIQUE,
    case_key INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
    -- What it changes of the body, as RFC 7396 lays it over.
    patch TEXT NOT NULL,
    comment TEXT,
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_by_case ON pending (case_key);
",
}];

/// A case's row in this database.
pub(crate) type CaseKey = i64;

/// Names one pending change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingId(i64);

/// A change of ours that Kibana has not confirmed yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pending {
    pub(crate) id: PendingId,
    /// What it changes of the case's body: an object, as RFC 7396 lays it over.
    pub(crate) patch: Value,
    /// A comment that it adds.
    pub(crate) comment: Option<String>,
    pub(crate) at: Timestamp,
}

impl PendingId {
    /// The name of what an entry of the outbox lays over its case.
    pub(crate) fn of_entry(entry: &EntryId) -> Self {
        let (first, _) = entry.as_str().split_at(16);
        let number = u64::from_str_radix(first, 16).unwrap_or_default();
        Self(number.cast_signed())
    }
}

/// The row of a case. A name of our own leads to the case that Kibana made of it.
pub(crate) fn key(connection: &Connection, case: &CaseRef) -> Result<Option<CaseKey>, Error> {
    match local::real(connection, case)? {
        Some(real) => key_of(connection, &real),
        None => key_of(connection, case),
    }
}

fn key_of(connection: &Connection, case: &CaseRef) -> Result<Option<CaseKey>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT case_key FROM sources CROSS JOIN cases USING (source)
         WHERE deployment = ?1 AND space = ?2 AND id = ?3",
    )?;
    let (deployment, space) = sources::names(&case.source);
    let found = find.query_row((deployment, space, case.id.as_str()), |row| row.get(0));
    Ok(found.optional()?)
}

/// Takes in a case. Tells whether anything changed; an older answer changes nothing.
pub(super) fn put(
    transaction: &Transaction<'_>,
    source: SourceKey,
    case: &Case,
    read: ReadNumber,
) -> Result<Option<CaseKey>, Error> {
    people::meet_all(transaction, case)?;
    let body = body_of(case)?;
    let mut find = transaction.prepare_cached(
        "SELECT case_key, read, body FROM cases JOIN bodies USING (case_key) WHERE source = ?1 AND id = ?2",
    )?;
    let known = find
        .query_row(params![source, case.id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
        })
        .optional()?;
    let is_new = known.is_none();
    if is_new
        && !is_local(&case.id)
        && let Some(source) = sources::id(transaction, source)?
        && outbox::is_awaited(transaction, &source, &body)?
    {
        // It shows already, by a name of our own, and takes its real one when the entry that created it is settled.
        return Ok(None);
    }
    let key = match known {
        Some((_, before, _)) if read < ReadNumber(before) => return Ok(None),
        Some((key, _, known)) => {
            let mut number = transaction
                .prepare_cached("UPDATE cases SET read = ?2, version = ?3 WHERE case_key = ?1")?;
            number.execute(params![key, read.0, case.version.as_str()])?;
            if known == body {
                return Ok(None);
            }
            key
        }
        None => {
            let mut add = transaction.prepare_cached(
                "INSERT INTO cases (source, id, read, version) VALUES (?1, ?2, ?3, ?4)",
            )?;
            add.insert(params![
                source,
                case.id.as_str(),
                read.0,
                case.version.as_str()
            ])?
        }
    };
    let mut keep = transaction
        .prepare_cached("INSERT OR REPLACE INTO bodies (case_key, body) VALUES (?1, ?2)")?;
    keep.execute(params![key, body])?;
    show(transaction, key)?;
    if is_new && let Some(source) = sources::id(transaction, source)? {
        // It may have been known before, and written to since.
        let id = case.id.clone();
        outbox::show_case(transaction, &CaseRef { source, id })?;
    }
    Ok(Some(key))
}

/// The row of a case that Kibana told as it was after a later change than this one.
pub(super) fn key_of_later(
    transaction: &Transaction<'_>,
    source: SourceKey,
    case: &Case,
) -> Result<Option<CaseKey>, Error> {
    let mut find = transaction.prepare_cached(
        "SELECT case_key FROM cases WHERE source = ?1 AND id = ?2 AND changed_at > ?3 AND version <> ?4",
    )?;
    let changed_at = changed_at(case).as_microsecond();
    let this = params![source, case.id.as_str(), changed_at, NO_VERSION];
    let later = find.query_row(this, |row| row.get(0));
    Ok(later.optional()?)
}

fn changed_at(case: &Case) -> Timestamp {
    case.updated_at.unwrap_or(case.created_at)
}

/// Forgets the cases of a source that a full reading did not see. Cases read since it began stay.
pub(super) fn retain(
    transaction: &Transaction<'_>,
    source: SourceKey,
    seen: &BTreeSet<CaseId>,
    read: ReadNumber,
) -> Result<bool, Error> {
    let mut known = transaction
        .prepare_cached("SELECT case_key, id FROM cases WHERE source = ?1 AND read <= ?2")?;
    let known = known.query_map(params![source, read.0], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    })?;
    let known: Vec<(CaseKey, String)> = known.collect::<Result<_, _>>()?;
    let gone = known.into_iter().filter(|(_, id)| {
        let id = id.parse::<CaseId>();
        // Kibana cannot know of a case that is not created yet.
        !id.is_ok_and(|id| seen.contains(&id) || is_local(&id))
    });
    let mut n_gone = 0;
    for (key, _) in gone {
        remove(transaction, key)?;
        n_gone += 1;
    }
    Ok(n_gone > 0)
}

/// Forgets a case.
pub(super) fn remove(transaction: &Transaction<'_>, key: CaseKey) -> Result<(), Error> {
    transaction
        .prepare_cached("DELETE FROM cases WHERE case_key = ?1")?
        .execute([key])?;
    Ok(())
}

/// A case as Kibana last told it.
pub(crate) fn told(connection: &Connection, key: CaseKey) -> Result<Case, Error> {
    let mut find = connection.prepare_cached("SELECT body FROM bodies WHERE case_key = ?1")?;
    let body: String = find.query_row([key], |row| row.get(0))?;
    read(&body)
}

/// A case as it shows: with our unconfirmed changes laid over it.
pub(crate) fn shown(connection: &Connection, key: CaseKey) -> Result<Case, Error> {
    let mut find = connection.prepare_cached("SELECT body FROM bodies WHERE case_key = ?1")?;
    let body: String = find.query_row([key], |row| row.get(0))?;
    let mut patches = connection
        .prepare_cached("SELECT patch FROM pending WHERE case_key = ?1 ORDER BY pending")?;
    let patches = patches.query_map([key], |row| row.get::<_, String>(0))?;
    let patches: Vec<String> = patches.collect::<Result<_, _>>()?;
    if patches.is_empty() {
        return read(&body);
    }
    let mut value: Value = serde_json::from_str(&body).map_err(unreadable)?;
    for patch in patches {
        let patch = serde_json::from_str(&patch).map_err(unreadable)?;
        lay_over_case(&mut value, &patch);
    }
    serde_json::from_value(value).map_err(unreadable)
}

fn add_pending(
    transaction: &Transaction<'_>,
    key: CaseKey,
    pending: &Pending,
) -> Result<(), Error> {
    let mut add = transaction.prepare_cached(
        "INSERT INTO pending (name, case_key, patch, comment, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    add.execute(params![
        pending.id.0,
        key,
        pending.patch.to_string(),
        pending.comment,
        pending.at.as_microsecond()
    ])?;
    show(transaction, key)
}

/// Lays an unconfirmed change over a case, in the place of what it laid over it before, so that changes keep their order.
pub(crate) fn put_pending(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    pending: &Pending,
) -> Result<(), Error> {
    let Some(key) = key(transaction, case)? else {
        return Ok(());
    };
    let mut put = transaction.prepare_cached(
        "UPDATE pending SET patch = ?3, comment = ?4 WHERE name = ?1 AND case_key = ?2",
    )?;
    let known = put.execute(params![
        pending.id.0,
        key,
        pending.patch.to_string(),
        pending.comment,
    ])?;
    if known == 0 {
        return add_pending(transaction, key, pending);
    }
    show(transaction, key)
}

/// Takes an unconfirmed change away, because it was confirmed or refused.
pub(crate) fn remove_pending(transaction: &Transaction<'_>, id: PendingId) -> Result<(), Error> {
    let mut take =
        transaction.prepare_cached("DELETE FROM pending WHERE name = ?1 RETURNING case_key")?;
    let key = take.query_row([id.0], |row| row.get(0)).optional()?;
    key.map_or(Ok(()), |key| show(transaction, key))
}

/// Takes away the marks of a process that ended without doing so.
pub(super) fn remove_all_pending(transaction: &Transaction<'_>) -> Result<(), Error> {
    let mut find = transaction.prepare("SELECT DISTINCT case_key FROM pending")?;
    let keys = find.query_map([], |row| row.get(0))?;
    let keys: Vec<CaseKey> = keys.collect::<Result<_, _>>()?;
    transaction.execute("DELETE FROM pending", [])?;
    keys.into_iter().try_for_each(|key| show(transaction, key))
}

/// Comments of ours that Kibana has not confirmed, oldest first.
pub(super) fn pending_comments(
    connection: &Connection,
    key: CaseKey,
) -> Result<Vec<(String, Timestamp)>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT comment, made_at FROM pending WHERE case_key = ?1 AND comment IS NOT NULL ORDER BY pending",
    )?;
    let comments = find.query_map([key], |row| Ok((row.get(0)?, time(row.get(1)?))))?;
    Ok(comments.collect::<Result<_, _>>()?)
}

/// Brings everything that queries use of a case up to date with its body, its details and our unconfirmed changes.
pub(super) fn show(transaction: &Transaction<'_>, key: CaseKey) -> Result<(), Error> {
    let case = shown(transaction, key)?;
    let assignees: Vec<_> = case
        .assignees
        .iter()
        .map(|assignee| &assignee.uid)
        .collect();
    let mut show = transaction.prepare_cached(
        "UPDATE cases SET number = ?2, status = ?3, severity = ?4, severity_rank = ?5, title = ?6, owner = ?7, category = ?8,
             tags = ?9, assignees = ?10, n_alerts = ?11, n_comments = ?12, created_at = ?13, changed_at = ?14, closed_at = ?15,
             n_pending = (SELECT count(*) FROM pending WHERE case_key = ?1)
         WHERE case_key = ?1",
    )?;
    show.execute(params![
        key,
        case.incremental_id,
        case.status.as_str(),
        case.severity.as_str(),
        severity_rank(&case.severity),
        case.title,
        case.owner.as_str(),
        case.category,
        serde_json::to_string(&case.tags).map_err(unreadable)?,
        serde_json::to_string(&assignees).map_err(unreadable)?,
        case.total_alerts,
        case.total_comments,
        case.created_at.as_microsecond(),
        changed_at(&case).as_microsecond(),
        case.closed_at.map(Timestamp::as_microsecond),
    ])?;
    search::index(transaction, key, &case)
}

/// Copies every case of another database, with its unconfirmed changes: what is told there is newer.
pub(super) fn copy_all(from: &Connection, transaction: &Transaction<'_>) -> Result<(), Error> {
    sources::copy_forgotten(from, transaction)?;
    let now = sources::next_number(transaction)?;
    for (there, source, read_at) in sources::all(from)? {
        let here = sources::ensure(transaction, &source)?;
        if let Some(read_at) = read_at {
            sources::set_read_at(transaction, here, read_at)?;
        }
        let mut find = from.prepare("SELECT case_key FROM cases WHERE source = ?1")?;
        let keys = find.query_map([there], |row| row.get(0))?;
        for key in keys {
            copy(from, key?, transaction, &source, now)?;
        }
    }
    Ok(())
}

fn copy(
    from: &Connection,
    there: CaseKey,
    transaction: &Transaction<'_>,
    source: &SourceId,
    now: ReadNumber,
) -> Result<(), Error> {
    let case = told(from, there)?;
    let reference = CaseRef {
        source: source.clone(),
        id: case.id.clone(),
    };
    put(
        transaction,
        sources::ensure(transaction, source)?,
        &case,
        now,
    )?;
    let Some(here) = key(transaction, &reference)? else {
        return Ok(());
    };
    if let Some(details) = details::get(from, there)? {
        details::put(transaction, here, &details, now)?;
    }
    let mut find = from.prepare_cached(
        "SELECT name, patch, comment, made_at FROM pending WHERE case_key = ?1 ORDER BY pending",
    )?;
    let mut rows = find.query([there])?;
    while let Some(row) = rows.next()? {
        let pending = Pending {
            id: PendingId(row.get(0)?),
            patch: serde_json::from_str(&row.get::<_, String>(1)?).map_err(unreadable)?,
            comment: row.get(2)?,
            at: time(row.get(3)?),
        };
        add_pending(transaction, here, &pending)?;
    }
    Ok(())
}

/// How many cases of a source are known to Kibana, as far as they were read.
pub(super) fn count(connection: &Connection, source: SourceKey) -> Result<u32, Error> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM cases WHERE source = ?1")?;
    let all: u32 = count.query_row([source], |row| row.get(0))?;
    Ok(all.saturating_sub(local::count(connection, source)?))
}

/// Microseconds of the database as a time. What nobody could have written is the beginning of 1970.
pub(super) fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

/// Worst first.
pub(super) fn severity_rank(severity: &CaseSeverity) -> u8 {
    match severity {
        CaseSeverity::Critical => 0,
        CaseSeverity::High => 1,
        CaseSeverity::Medium => 2,
        CaseSeverity::Low => 3,
        CaseSeverity::Other(_) => 4,
    }
}

/// As it came, but for the attachments, which only some answers have.
fn body_of(case: &Case) -> Result<String, Error> {
    let mut body = serde_json::to_value(case).map_err(unreadable)?;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("comments");
    }
    Ok(body.to_string())
}

fn read(body: &str) -> Result<Case, Error> {
    serde_json::from_str(body).map_err(unreadable)
}

/// What this app wrote itself and cannot read again is damaged; serde's words may repeat it.
pub(super) fn unreadable(_: serde_json::Error) -> Error {
    Error::Database(crate::error::DatabaseFault::Unreadable)
}

/// RFC 7396, but for custom fields: they are a list, of which a patch names some.
fn lay_over_case(case: &mut Value, patch: &Value) {
    let mut patch = patch.clone();
    if let (Some(fields), Some(patch)) = (case.as_object_mut(), patch.as_object_mut())
        && let Some(Value::Object(custom)) = patch.remove(outbox::CUSTOM_FIELDS)
    {
        outbox::lay_custom_fields(fields, &custom);
    }
    lay_over(case, &patch);
}

/// RFC 7396.
fn lay_over(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = value else {
        return;
    };
    for (name, patch) in patch {
        if patch.is_null() {
            fields.remove(name);
        } else {
            lay_over(fields.entry(name).or_insert(Value::Null), patch);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patches_are_laid_over_as_their_rfc_says() {
        let mut value = json!({"a": "b", "c": {"d": "e", "f": "g"}, "h": [1, 2]});
        lay_over(
            &mut value,
            &json!({"a": "z", "c": {"f": null, "new": {"x": 1}}, "h": [3]}),
        );
        assert_eq!(
            value,
            json!({"a": "z", "c": {"d": "e", "new": {"x": 1}}, "h": [3]})
        );
    }
}
