//! The board: columns, and windows of cards in them.

use serde::{Deserialize, Serialize};

use crate::{id::CaseRef, view::Person};

/// Which cases a board holds: those of all spaces in use that match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BoardQuery {
    /// Words that must all occur in title, tags, handle or id. Empty means every case.
    pub text: String,
}

/// The whole board without its cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Board {
    /// In the order of the screen: open, in progress, unknown statuses by name, closed.
    pub columns: Vec<Column>,
    /// Cases that match the query, in all columns.
    pub n_cases: u32,
    /// Cases in the spaces in use, whether they match or not.
    pub n_known: u32,
}

/// One column of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// The status as Kibana writes it: `open`, `in-progress`, `closed`, or one that this app does not know.
    pub status: String,
    /// Cases in it that match the query.
    pub total: u32,
    /// The same cases by severity.
    pub severities: SeverityCounts,
    /// Whether cards cannot be moved here, because the status is unknown.
    pub read_only: bool,
}

/// How many cases of each severity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SeverityCounts {
    /// Critical.
    pub critical: u32,
    /// High.
    pub high: u32,
    /// Medium.
    pub medium: u32,
    /// Low.
    pub low: u32,
    /// Of a severity that this app does not know.
    pub unknown: u32,
}

/// A window on the cards of one column, worst severity first, then newest change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct BoardWindow {
    /// Cases of the column that match the query.
    pub total: u32,
    /// Never more rows than were asked for.
    pub rows: Vec<CaseRow>,
}

/// A case as a card or a row shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseRow {
    /// Names the case.
    pub case: CaseRef,
    /// Short name for people: `PROD/soc#42`, else `PROD/soc~76e195`.
    pub handle: String,
    /// The deployment's short name.
    pub deployment_name: String,
    /// The space's name.
    pub space_name: String,
    /// Title; hidden characters stand as `⟨RLO⟩`.
    pub title: String,
    /// `open`, `in-progress`, `closed`, or one that this app does not know.
    pub status: String,
    /// `low`, `medium`, `high`, `critical`, or one that this app does not know.
    pub severity: String,
    /// The Kibana application that owns the case: `securitySolution`, `observability`, `cases`.
    pub owner: String,
    /// Tags in the order Kibana keeps.
    pub tags: Vec<String>,
    /// Persons it is assigned to.
    pub assignees: Vec<Person>,
    /// Different alerts attached.
    pub n_alerts: u32,
    /// Comments by people.
    pub n_comments: u32,
    /// When it was created.
    pub created_at: String,
    /// Last change, or creation where there was none.
    pub changed_at: String,
    /// A change of ours that Kibana has not confirmed yet is part of this row.
    pub pending: bool,
}

/// A status that a case can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum NewStatus {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// Done.
    Closed,
}
