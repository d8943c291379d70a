//! Kibana's record of what was done to a case. It only grows, so what is kept of it stays true.

use std::collections::HashSet;

use kibana_cases::{User, UserAction};
use rusqlite::{Connection, Transaction, params};

use super::{
    cases::{CaseKey, unreadable},
    database::Migration,
    people,
};
use crate::error::Error;

/// The table stands beside those of the other details.
pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 7,
    sql: "
-- Details without user actions, and without most fields of alerts, are of no version of their case: they show, and are read again.
UPDATE cases SET details_version = 'none' WHERE details_version IS NOT NULL;
",
}];

/// Takes in the whole record, oldest first. What is known of it is left alone.
pub(super) fn put(
    transaction: &Transaction<'_>,
    key: CaseKey,
    history: &[UserAction],
) -> Result<(), Error> {
    let mut known = ids(transaction, key)?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO user_actions (case_key, id, at, body) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for action in history {
        people::meet(transaction, &action.created_by)?;
        if known.remove(action.id.as_str()) {
            continue;
        }
        let body = serde_json::to_string(action).map_err(unreadable)?;
        let at = action.created_at.as_microsecond();
        add.execute(params![key, action.id.as_str(), at, body])?;
    }
    let mut remove =
        transaction.prepare_cached("DELETE FROM user_actions WHERE case_key = ?1 AND id = ?2")?;
    for gone in known {
        remove.execute(params![key, gone])?;
    }
    Ok(())
}

/// Everything that is known to have been done to a case, oldest first. What was done at once stays in Kibana's order.
pub(super) fn get(connection: &Connection, key: CaseKey) -> Result<Vec<UserAction>, Error> {
    let mut find = connection
        .prepare_cached("SELECT body FROM user_actions WHERE case_key = ?1 ORDER BY at, rowid")?;
    let bodies = find.query_map([key], |row| row.get::<_, String>(0))?;
    bodies
        .map(|body| serde_json::from_str(&body?).map_err(unreadable))
        .collect()
}

/// Everybody who did something to a case.
pub(super) fn authors(connection: &Connection, key: CaseKey) -> Result<Vec<User>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT DISTINCT body -> '$.created_by' FROM user_actions WHERE case_key = ?1",
    )?;
    let authors = find.query_map([key], |row| row.get::<_, String>(0))?;
    authors
        .map(|author| serde_json::from_str(&author?).map_err(unreadable))
        .collect()
}

/// The ids of what is known.
fn ids(connection: &Connection, key: CaseKey) -> Result<HashSet<String>, Error> {
    let mut find = connection.prepare_cached("SELECT id FROM user_actions WHERE case_key = ?1")?;
    let ids = find.query_map([key], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
