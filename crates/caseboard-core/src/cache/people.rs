//! Names of persons by profile uid, from wherever Kibana told both.

use kibana_cases::{Case, User};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::database::Migration;
use crate::error::Error;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 3,
    sql: "
CREATE TABLE people (
    uid TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
}];

/// Notes everybody whom a case names.
pub(super) fn meet_all(transaction: &Transaction<'_>, case: &Case) -> Result<(), Error> {
    meet(transaction, &case.created_by)?;
    case.updated_by
        .as_ref()
        .map_or(Ok(()), |user| meet(transaction, user))
}

/// Notes a person.
pub(super) fn meet(transaction: &Transaction<'_>, user: &User) -> Result<(), Error> {
    let (Some(uid), Some(name)) = (
        &user.profile_uid,
        user.full_name.as_ref().or(user.username.as_ref()),
    ) else {
        return Ok(());
    };
    let mut note = transaction.prepare_cached(
        "INSERT INTO people (uid, name) VALUES (?1, ?2)
         ON CONFLICT (uid) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
    )?;
    note.execute([uid, name])?;
    Ok(())
}

/// A person's name; the uid where Kibana never told one.
pub(super) fn name(connection: &Connection, uid: &str) -> Result<String, Error> {
    let mut find = connection.prepare_cached("SELECT name FROM people WHERE uid = ?1")?;
    let name = find.query_row([uid], |row| row.get(0)).optional()?;
    Ok(name.unwrap_or_else(|| uid.to_owned()))
}
