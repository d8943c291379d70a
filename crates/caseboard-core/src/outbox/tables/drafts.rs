//! Drafts: what somebody is writing to a case.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{cache, error::Error, id::CaseRef};

/// Keeps what somebody is writing to a case; an empty text is thrown away.
pub(crate) fn put_draft(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    text: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let real = cache::real(transaction, case)?;
    let case = real.as_ref().unwrap_or(case);
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    if text.is_empty() {
        transaction.execute(
            "DELETE FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
            params![deployment, space, case.id.as_str()],
        )?;
        return Ok(());
    }
    transaction.execute(
        "INSERT INTO drafts VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at",
        params![deployment, space, case.id.as_str(), text, now.to_string()],
    )?;
    Ok(())
}

/// Throws a draft away that became a comment. What was typed meanwhile stays.
pub(super) fn drop_draft(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    text: &str,
) -> Result<(), Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    transaction.execute(
        "DELETE FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3 AND text = ?4",
        params![deployment, space, case.id.as_str(), text],
    )?;
    Ok(())
}

/// What somebody was writing to a case.
pub(crate) fn draft(connection: &Connection, case: &CaseRef) -> Result<Option<String>, Error> {
    let real = cache::real(connection, case)?;
    let case = real.as_ref().unwrap_or(case);
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    let mut find = connection.prepare_cached(
        "SELECT text FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
    )?;
    let found = find.query_row(params![deployment, space, case.id.as_str()], |row| {
        row.get(0)
    });
    Ok(found.optional()?)
}
