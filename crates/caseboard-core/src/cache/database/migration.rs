//! Migrations: each is one transaction, so a process that dies leaves the old tables or the new ones, never something between.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;

/// One step from older tables to newer ones. It stands beside the tables it makes, and never changes once it was released.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// From 1, without gaps over all modules.
    pub(crate) number: u32,
    /// Its statements.
    pub(crate) sql: &'static str,
}

/// Brings the tables up to date. Another process may do the same at the same time.
pub(super) fn run(connection: &mut Connection, migrations: &[Migration]) -> Result<(), Error> {
    refuse_newer(connection, migrations)?;
    for migration in migrations {
        if migration.number <= version(connection)? {
            continue;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker while this one waited.
        if migration.number > version(&transaction)? {
            transaction.execute_batch(migration.sql)?;
            transaction.pragma_update(None, "user_version", migration.number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// A file that a newer app wrote may mean something else by what looks familiar.
pub(super) fn refuse_newer(connection: &Connection, migrations: &[Migration]) -> Result<(), Error> {
    let (found, known) = (version(connection)?, latest(migrations));
    if found > known {
        return Err(Error::NewerDatabase { found, known });
    }
    Ok(())
}

fn latest(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(0, |migration| migration.number)
}

fn version(connection: &Connection) -> Result<u32, Error> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
