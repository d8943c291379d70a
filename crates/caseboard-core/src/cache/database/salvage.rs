//! What can still be read of a damaged file, row by row from both ends of a table, and rows that move from one database to another.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter, types::Value};

use crate::error::Error;

/// What exists nowhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Salvage {
    /// Tables, which have rowids; and what is done with a row whose key is there already, in SQL behind `ON CONFLICT`.
    pub(crate) tables: &'static [(&'static str, &'static str)],
    /// What follows once the rows of a damaged file are in a new one: they may be older than what was done since.
    pub(crate) after_damage: fn(&Transaction<'_>, Timestamp) -> Result<(), Error>,
}

/// Rows of tables, with everything that could be read.
#[derive(Default)]
pub(super) struct Salvaged(Vec<Rows>);

struct Rows {
    table: &'static str,
    clash: &'static str,
    columns: Vec<String>,
    values: Vec<Vec<Value>>,
}

impl Salvaged {
    pub(super) fn n_rows(&self) -> usize {
        self.0.iter().map(|rows| rows.values.len()).sum()
    }

    /// Puts the rows of a damaged file into tables of the same names. A row that no longer fits there is left out.
    pub(super) fn put_into(
        self,
        connection: &mut Connection,
        salvage: Salvage,
        now: Timestamp,
    ) -> Result<(), Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.put(&transaction)?;
        (salvage.after_damage)(&transaction, now)?;
        Ok(transaction.commit()?)
    }

    pub(super) fn put(self, transaction: &Transaction<'_>) -> Result<(), Error> {
        for Rows {
            table,
            clash,
            columns,
            values,
        } in self.0
        {
            let places: Vec<_> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
            let sql = format!(
                "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT {clash}",
                columns.join(", "),
                places.join(", ")
            );
            let Ok(mut put) = transaction.prepare(&sql) else {
                tracing::warn!(
                    table,
                    "rows of an older form of this table were left behind"
                );
                continue;
            };
            for row in values {
                if let Err(error) = put.execute(params_from_iter(row)) {
                    // Full disks and the like end it all; a row that breaks a rule of the table does not.
                    if error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation) {
                        return Err(error.into());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Reads tables as far as they can be read.
pub(super) fn read(connection: &Connection, salvage: Salvage) -> Salvaged {
    let tables = salvage.tables.iter();
    let read = tables.filter_map(|(table, clash)| rows(connection, table, clash));
    Salvaged(read.collect())
}

fn rows(connection: &Connection, table: &'static str, clash: &'static str) -> Option<Rows> {
    let mut columns = Vec::new();
    let mut rows: Vec<(i64, Vec<Value>)> = Vec::new();
    for direction in ["ASC", "DESC"] {
        let sql = format!("SELECT rowid, * FROM {table} NOT INDEXED ORDER BY rowid {direction}");
        let Ok(mut find) = connection.prepare(&sql) else {
            continue;
        };
        columns = find.column_names().skip(1).map(str::to_owned).collect();
        let Ok(mut found) = find.query([]) else {
            continue;
        };
        let whole = loop {
            match found.next() {
                Ok(Some(row)) => {
                    let values = (1..=columns.len()).map(|n| row.get(n)).collect();
                    if let (Ok(key), Ok(values)) = (row.get(0), values) {
                        rows.push((key, values));
                    }
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if whole {
            break;
        }
    }
    rows.sort_by_key(|(key, _)| *key);
    rows.dedup_by_key(|(key, _)| *key);
    let values: Vec<_> = rows.into_iter().map(|(_, values)| values).collect();
    (!values.is_empty()).then_some(Rows {
        table,
        clash,
        columns,
        values,
    })
}
