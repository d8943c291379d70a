//! The inverse of a change (`ux.md` §9.4). It is an ordinary change: if somebody changed the same meanwhile, it asks.

use super::{
    entry::{Attached, Change, Entry, State},
    field::{Edit, Edits},
};

/// How a change is taken back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Undo {
    /// It is not sent.
    NotSent,
    /// This is written.
    Write(Change),
    /// It cannot be taken back from here.
    Impossible,
    /// It is on its way; once it is settled it can.
    UnderWay,
}

/// How to take an entry back.
pub(crate) fn undo(entry: &Entry) -> Undo {
    match entry.state {
        State::Proposed | State::Held { .. } | State::Queued | State::Parked { .. } => {
            Undo::NotSent
        }
        State::Leased
        | State::Sent { .. }
        | State::Ambiguous { .. }
        | State::Reconciling { .. } => Undo::UnderWay,
        State::Cancelled => Undo::Impossible,
        State::Confirmed => inverse(entry).map_or(Undo::Impossible, Undo::Write),
    }
}

fn inverse(entry: &Entry) -> Option<Change> {
    match &entry.change {
        Change::EditCase { edits } => {
            let back = edits.iter().map(|edit| Edit {
                field: edit.field.clone(),
                base: edit.mine.clone(),
                mine: edit.base.clone(),
            });
            Some(Change::EditCase {
                edits: Edits::new(back),
            })
        }
        Change::EditComment {
            attachment,
            base,
            mine,
        } => Some(Change::EditComment {
            attachment: attachment.clone(),
            base: mine.clone(),
            mine: base.clone(),
        }),
        Change::AddComment { text } => Some(Change::DeleteAttachment {
            attachment: entry.made.first()?.parse().ok()?,
            was: Attached::Comment { text: text.clone() },
        }),
        // Nothing was made where the case held them all before.
        Change::AttachAlerts { alerts } => Some(Change::DeleteAttachment {
            attachment: entry.made.first()?.parse().ok()?,
            was: Attached::Alerts {
                alerts: alerts.clone(),
            },
        }),
        Change::DeleteAttachment {
            was: Attached::Alerts { alerts },
            ..
        } => Some(Change::AttachAlerts {
            alerts: alerts.clone(),
        }),
        Change::CreateCase(new) => Some(Change::DeleteCase {
            title: new.title.clone(),
        }),
        Change::DeleteAttachment {
            was: Attached::Comment { .. } | Attached::Other { .. },
            ..
        }
        | Change::DeleteCase { .. }
        | Change::Push { .. } => None,
    }
}
