//! The outbox: every write as data, what may be sent next, and what follows from an answer.
//!
//! Everything here but its tables and its sender is pure: no clock, no network, no database. A write is sent again only
//! where it provably did nothing, or where reading back proved it absent against the ids that were there before.

mod answer;
mod entry;
mod field;
mod fold;
mod line;
mod lines;
mod merge;
mod reconcile;
mod step;
mod undo;

#[cfg(test)]
mod simulation;
