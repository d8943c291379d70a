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
mod reconcile;
mod sender;
mod shown;
mod step;
mod tables;
mod undo;
mod wire;

pub(crate) use self::{
    compose::{chosen, comment, create, delete_attachment, edit, edit_comment, is_held},
    entry::{Alerts, Change, Entry, Provenance, State},
    lock::Holder,
    sender::{Fresh, Outbox},
    step::{Event, HOLD, NotNow},
    tables::{
        MIGRATIONS, SALVAGED, draft, forget, journal, list, load, of_case, put_draft, show_all,
    },
    undo::{Undo, undo},
};

#[cfg(test)]
mod proofs;
#[cfg(test)]
mod simulation;
