//! Folds a change into one that still waits: the last word on a field is the only one that is sent.

use super::{
    entry::{Change, Entry, State},
    field::{Edit, Edits},
};
use crate::id::EntryId;

/// Where a new change goes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fold {
    /// To the end of the line.
    Append,
    /// Into an entry that waits; without edits it has nothing left to do and is taken back.
    Into { entry: EntryId, edits: Edits },
}

/// Only the last entry of the case takes another change in, so nothing changes places; comments and attachments never do.
pub(crate) fn fold(line_of_case: &[Entry], new: &Entry) -> Fold {
    let Some((last, waiting, edits)) = line_of_case.last().and_then(|last| {
        let (waiting, edits) = both_edits(last, new)?;
        Some((last, waiting, edits))
    }) else {
        return Fold::Append;
    };
    let untouched = last.state == State::Queued && last.attempts == 0 && last.baseline.is_none();
    let alike = last.by == new.by
        && (&last.bulk, &last.undoes) == (&None, &None)
        && (&new.bulk, &new.undoes) == (&None, &None)
        && new.state == State::Queued
        && last.proposal.is_none()
        && (&last.key, &new.key) == (&None, &None);
    // Whoever did not see what waits has not decided to replace it: then both are sent, and merged.
    let saw_it = std::iter::zip(waiting.iter(), edits.iter())
        .all(|(waiting, edit)| edit.field.same(&waiting.mine, &edit.base));
    if !untouched || !alike || !waiting.same_fields(edits) || !saw_it {
        return Fold::Append;
    }
    let folded = std::iter::zip(waiting.iter(), edits.iter()).map(|(waiting, edit)| Edit {
        base: waiting.base.clone(),
        ..edit.clone()
    });
    Fold::Into {
        entry: last.id.clone(),
        edits: Edits::new(folded),
    }
}

fn both_edits<'a>(last: &'a Entry, new: &'a Entry) -> Option<(&'a Edits, &'a Edits)> {
    match (&last.change, &new.change) {
        (Change::EditCase { edits: waiting }, Change::EditCase { edits }) => Some((waiting, edits)),
        _ => None,
    }
}
