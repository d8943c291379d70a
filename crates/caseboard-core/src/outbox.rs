//! The outbox: every write as data, what may be sent next, and what follows from an answer.
//!
//! Everything here but its tables and its sender is pure: no clock, no network, no database. A write is sent again only
//! where it provably did nothing, or where reading back proved it absent against the ids that were there before.

mod answer;
mod compose;
mod entry;
mod field;
mod fold;
mod gate;
mod line;
mod lines;
mod lock;
mod merge;
mod overlay;
pub(crate) mod proposal;
mod reconcile;
mod sender;
mod shown;
mod step;
mod tables;
mod twin;
mod undo;
mod wire;

pub(crate) use self::{
    compose::{chosen, comment, create, delete_attachment, edit, edit_comment, is_held},
    entry::{AlertStatuses, Alerts, Attached, Change, Entry, Key, NewCase, Saw, State},
    lock::Holder,
    overlay::{CUSTOM_FIELDS, lay_custom_fields},
    reconcile::is_among,
    sender::{Admitted, Fresh, Outbox},
    shown::lines,
    step::{Event, HOLD, NotNow},
    tables::{
        MANY_WRITES, MIGRATIONS, MOST_WRITES, SALVAGE, count_unsettled, count_writes, draft,
        forget, is_awaited, journal, leave, list, load, of_case, put_draft, query, show_all,
        show_case, show_new_cases,
    },
    twin::remove_twin,
    undo::{Undo, undo},
};

pub use self::entry::Provenance;

#[cfg(test)]
pub(crate) use self::tables::prune;

#[cfg(test)]
mod proofs;
#[cfg(test)]
mod property;
#[cfg(test)]
mod simulation;
