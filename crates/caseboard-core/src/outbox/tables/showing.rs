//! Lays entries over their cases, as faces see them.

use rusqlite::Transaction;

use super::{list, of_case};
use crate::{
    cache::{self, Pending, PendingId},
    error::Error,
    id::CaseRef,
    outbox::{
        entry::Entry,
        overlay::{Overlay, overlay},
    },
};

/// What an entry lays over its case as faces see it.
pub(super) fn show(transaction: &Transaction<'_>, entry: &Entry) -> Result<(), Error> {
    let id = PendingId::of_entry(&entry.id);
    match overlay(entry) {
        None => cache::remove_pending(transaction, id),
        Some(Overlay { patch, comment }) => cache::put_pending(
            transaction,
            &entry.case,
            &Pending {
                id,
                patch,
                comment,
                at: entry.created_at,
            },
        ),
    }
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
