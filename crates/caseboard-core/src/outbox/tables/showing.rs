//! Lays entries over their cases, as faces see them.

use rusqlite::{Connection, Transaction};
use serde_json::Value;

use super::{list, of_case, query};
use crate::{
    cache::{self, Pending, PendingId},
    error::Error,
    id::{CaseRef, SourceId},
    outbox::{
        entry::Entry,
        overlay::{Overlay, overlay},
        reconcile::{Reading, arrived},
    },
};

/// What an entry lays over its case as faces see it.
pub(super) fn show(transaction: &Transaction<'_>, entry: &Entry) -> Result<(), Error> {
    let id = PendingId::of_entry(&entry.id);
    let Some(Overlay {
        patch,
        comment,
        case,
    }) = overlay(entry)
    else {
        cache::remove_pending(transaction, id)?;
        if entry.creates() {
            cache::remove_local(transaction, &entry.case)?;
        }
        return Ok(());
    };
    if let Some(body) = case {
        cache::put_local(transaction, &entry.case, &body)?;
    }
    let pending = Pending {
        id,
        patch,
        comment,
        at: entry.created_at,
    };
    cache::put_pending(transaction, &entry.case, &pending)
}

/// Lays everything over its case again, after marks of ended processes were taken away.
pub(crate) fn show_all(transaction: &Transaction<'_>) -> Result<(), Error> {
    let mut entries = list(transaction, 0)?;
    entries.sort_by_key(|entry| entry.place);
    entries
        .iter()
        .try_for_each(|entry| show(transaction, entry))
}

/// Lays the entries of one case over it, which the mirror knows again.
pub(crate) fn show_case(transaction: &Transaction<'_>, case: &CaseRef) -> Result<(), Error> {
    of_case(transaction, case)?
        .iter()
        .try_for_each(|entry| show(transaction, entry))
}

/// Shows the cases of a source that are not created yet, after the mirror forgot it.
pub(crate) fn show_new_cases(
    transaction: &Transaction<'_>,
    source: &SourceId,
) -> Result<(), Error> {
    new_cases(transaction, source)?
        .iter()
        .try_for_each(|entry| show(transaction, entry))
}

/// Whether a case that Kibana tells of is one that an entry is about to have created: sent, and not known to have arrived.
pub(crate) fn is_awaited(
    connection: &Connection,
    source: &SourceId,
    case: &str,
) -> Result<bool, Error> {
    let creating: Vec<_> = new_cases(connection, source)?
        .into_iter()
        .filter(Entry::is_on_its_way)
        .collect();
    if creating.is_empty() {
        return Ok(false);
    }
    let case: Value = serde_json::from_str(case).unwrap_or_default();
    let told = Reading::Newest(vec![case]);
    Ok(creating
        .iter()
        .any(|entry| !arrived(entry, &told, None).is_empty()))
}

/// What was written to cases of a source that are not created yet, and is not settled.
fn new_cases(connection: &Connection, source: &SourceId) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND case_id >= 'local-' AND case_id < 'local.'
         AND state NOT IN ('confirmed', 'cancelled') ORDER BY place, id",
        (source.deployment.as_str(), source.space.as_str()),
    )
}
