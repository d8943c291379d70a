//! Removing a late twin: an ordinary deletion, after which the entry that has the twin shows it no more.

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{
    entry::{Attached, Change, Entry},
    tables,
};
use crate::{error::Error, id::CaseRef};

/// The deletion of a twin, and of which case: the twin may be a case of its own.
///
/// # Errors
/// [`Error::Unknown`] if the entry has no such twin; [`Error::Input`] if what it made cannot be removed.
pub(crate) fn remove_twin(entry: &Entry, twin: &str) -> Result<(CaseRef, Change), Error> {
    if !entry.twins.contains(twin) {
        return Err(Error::Unknown { what: "twin" });
    }
    let unreadable = |_| Error::Unknown { what: "twin" };
    match &entry.change {
        Change::CreateCase(new) => {
            let case = CaseRef {
                id: twin.parse().map_err(unreadable)?,
                ..entry.case.clone()
            };
            let title = new.title.clone();
            Ok((case, Change::DeleteCase { title }))
        }
        Change::AddComment { text } => {
            let change = Change::DeleteAttachment {
                attachment: twin.parse().map_err(unreadable)?,
                was: Attached::Comment { text: text.clone() },
            };
            Ok((entry.case.clone(), change))
        }
        Change::EditCase { .. }
        | Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_)
        | Change::DeleteCase { .. }
        | Change::Push { .. } => Err(Error::input("entry", "what it made cannot be removed")),
    }
}

/// Takes a twin away from its entry, if `removal` was confirmed to have removed one.
pub(super) fn is_removed(
    transaction: &Transaction<'_>,
    removal: &Entry,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(of) = &removal.removes_twin_of else {
        return Ok(());
    };
    let twin = match &removal.change {
        Change::DeleteAttachment { attachment, .. } => attachment.as_str(),
        _ => removal.case.id.as_str(),
    };
    match tables::load(transaction, of) {
        Ok(mut entry) => {
            entry.twins.remove(twin);
            tables::save(transaction, &entry)?;
            tables::note(transaction, &entry, Some(entry.state.name()), now, true)
        }
        // It was settled long ago, and is forgotten.
        Err(Error::Unknown { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
