//! The board: columns, and windows of cards in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::CaseRef,
    view::{ExactKind, Person, SearchProblem},
};

/// Which cases a board holds: those of all spaces in use that match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BoardQuery {
    /// In the search language. Empty means every case. What cannot be read is left out.
    pub text: String,
    /// A text that is one id, address, hash or link is searched as words, and not as exactly that.
    #[serde(default)]
    pub as_text: bool,
    /// IANA name of the zone that dates without one are in; UTC if there is none or nobody knows it.
    #[serde(default)]
    pub zone: Option<String>,
}

/// Which cards come with the columns of a board.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BoardRows {
    /// How many of a column to leave out first, by its status; none of others.
    pub offsets: BTreeMap<String, u32>,
    /// How many of each column at most; never more than 200 come. None are looked for if it is 0.
    pub limit: u32,
}

/// The whole board, with a window of cards in each column.
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
    /// What there is to say about the search.
    pub search: Searched,
}

/// What there is to say about a search that was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Searched {
    /// What could not be read or asked for; it was left out.
    pub problems: Vec<SearchProblem>,
    /// What the text is as a whole, if it is one thing: exactly that was searched, unless `asText` was said.
    pub exact: Option<ExactKind>,
    /// Sources in which something may have been missed, because not all details of their cases are here yet.
    pub incomplete: Vec<IncompleteSource>,
}

/// A source whose cases are not all here in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct IncompleteSource {
    /// As people read it: `PROD / soc`.
    pub name: String,
    /// Cases of it that are known.
    pub n_cases: u32,
    /// Those among them whose comments and alerts are here.
    pub n_detailed: u32,
}

/// By what cases are put into groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Grouping {
    /// Status.
    Status,
    /// Severity.
    Severity,
    /// Persons it is assigned to; a case with two is in two groups.
    Assignee,
    /// Deployment and space.
    Source,
    /// Category.
    Category,
    /// Tags; a case with two is in two groups.
    Tag,
    /// The Kibana application that owns it.
    Owner,
}

/// Names a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupKey {
    /// By what the groups are made.
    pub grouping: Grouping,
    /// The key of one; `None` is the group of cases that have none.
    pub key: Option<String>,
}

/// The cases of a search in groups, without the cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Groups {
    /// Statuses and severities in their own order, all others by size. Never more than were asked for.
    pub groups: Vec<Group>,
    /// How many there are.
    pub n_groups: u32,
    /// What there is to say about the search.
    pub search: Searched,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// What names it; `None` for cases that have none.
    pub key: Option<String>,
    /// For people; hidden characters stand as `⟨RLO⟩`.
    pub name: Option<String>,
    /// Cases in it that match.
    pub total: u32,
    /// The same cases by severity.
    pub severities: SeverityCounts,
}

/// In which order a list shows its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ListOrder {
    /// Worst severity first, then newest change.
    Severity,
    /// Last change, or creation where there was none.
    Changed,
    /// Creation.
    Created,
    /// Closing; what is not closed has none.
    Closed,
    /// The number that Kibana gave.
    Number,
    /// Title.
    Title,
    /// Category.
    Category,
    /// The Kibana application that owns it.
    Owner,
    /// How many alerts.
    Alerts,
    /// How many comments.
    Comments,
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListPart {
    /// Cases of this group alone.
    pub group: Option<GroupKey>,
    /// By what they are ordered.
    pub order: ListOrder,
    /// The other way around.
    pub descending: bool,
    /// How many to leave out first.
    pub offset: u32,
    /// How many at most; never more than 200 come.
    pub limit: u32,
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
    /// Those that were asked for: worst severity first, then newest change.
    pub rows: Vec<CaseRow>,
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
    /// Whether somebody else changed it since a person last looked at it here. A closed case that nobody looked at is none of it.
    pub unread: bool,
    /// Where the words of the search stand in it, as far as that can be told.
    pub matched_in: Vec<MatchedIn>,
}

/// A place in a case where a search matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum MatchedIn {
    /// The case's own id.
    Id,
    /// The title.
    Title,
    /// The description.
    Description,
    /// A comment.
    Comment,
    /// A tag.
    Tag,
    /// An observable.
    Observable,
    /// An attached alert: its id, or something that it names.
    Alert,
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
