//! What Kibana is asked for beside the mirror: its own find, one alert, alerts by their fields, what was done to a case.

use std::collections::BTreeSet;

pub use kibana_cases::SortField;
use kibana_cases::{AlertId, AttachmentId};
use serde::Serialize;

use crate::{
    id::SourceId,
    view::{AlertSummary, CaseRow, Person},
};

/// Kibana's find, by its own names. Different conditions must all hold; of several values of one, any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFilter {
    /// Words in title and description, with Kibana's operators.
    pub search: Option<String>,
    /// Exact tags.
    pub tags: Vec<String>,
    /// Where they stand.
    pub status: Vec<String>,
    /// How bad they are.
    pub severity: Vec<String>,
    /// Profile uids; `none` means nobody.
    pub assignees: Vec<String>,
    /// User names or profile uids of those who created them.
    pub reporters: Vec<String>,
    /// Exact categories.
    pub category: Vec<String>,
    /// The Kibana applications that own them.
    pub owner: Vec<String>,
    /// Created then or later: a time in RFC 3339, or date math (`now-7d`).
    pub from: Option<String>,
    /// Created then or earlier.
    pub to: Option<String>,
    /// By what they are sorted.
    pub sort_field: SortField,
    /// Newest or largest first.
    pub descending: bool,
    /// From 1.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

/// One page of what Kibana found in one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundCases {
    /// Cases that match, on all pages.
    pub total: u32,
    /// Those of this page, in Kibana's order.
    pub rows: Vec<CaseRow>,
    /// Cases of this page that could not be read.
    pub n_unreadable: u32,
}

/// The texts and persons of a case as Kibana has them, with our unconfirmed changes: nothing is made visible in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseTexts {
    /// Its title.
    pub title: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Profile uids of those that it is assigned to.
    pub assignees: Vec<String>,
    /// Its description.
    pub description: String,
    /// Its comments, oldest first. `None` until they were read for the first time.
    pub comments: Option<Vec<CommentText>>,
}

/// A comment as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentText {
    /// Names it.
    pub id: AttachmentId,
    /// When it was written.
    pub at: String,
    /// Who wrote it.
    pub by: Person,
    /// When it was last edited.
    pub edited_at: Option<String>,
    /// Its text.
    pub text: String,
}

/// Where an alert lives, and which cases hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertLookup {
    /// One for each source in use that has the alert, or cases with it.
    pub places: Vec<AlertPlace>,
    /// Names of the sources that could not be asked.
    pub unasked: BTreeSet<String>,
}

/// An alert in one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertPlace {
    /// The source.
    pub source: SourceId,
    /// As people read it: `PROD / soc`.
    pub name: String,
    /// The alert, where its document can be read.
    pub alert: Option<FoundAlert>,
    /// Cases of this source that hold it.
    pub cases: Vec<CaseRow>,
}

/// Which alerts to find: all conditions must hold, each exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Name of the rule that raised it.
    pub rule: Option<String>,
    /// `host.name`.
    pub host: Option<String>,
    /// `user.name`.
    pub user: Option<String>,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: Option<String>,
    /// `open`, `acknowledged` or `closed`.
    pub status: Option<String>,
    /// Raised then or later: a time in RFC 3339, or date math (`now-1d`).
    pub from: Option<String>,
    /// Raised then or earlier.
    pub to: Option<String>,
    /// How many at most, up to 10,000; the newest come first.
    pub limit: u32,
}

/// Alerts that were found in one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundAlerts {
    /// How many match.
    pub total: u32,
    /// Whether that is all of them, and not at least so many.
    pub is_exact: bool,
    /// The newest of them.
    pub alerts: Vec<FoundAlert>,
}

/// An alert that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FoundAlert {
    /// Its id.
    pub id: AlertId,
    /// The index that its document lies in.
    pub index: String,
    /// What is known of it.
    pub summary: AlertSummary,
    /// How many cases hold it; `None` where the document does not say.
    pub n_cases: Option<u32>,
}

/// One entry of Kibana's record of what was done to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When.
    pub at: String,
    /// Who did it.
    pub by: Person,
    /// What was done, as Kibana writes it: `create`, `update`, `add`, `delete`, `push_to_service`.
    pub action: String,
    /// What it was done to, as Kibana writes it: `status`, `tags`, `comment`, `create_case` and so on.
    pub what: String,
    /// The values that were set, added or taken away, where they are short texts.
    pub values: Vec<String>,
    /// The attachment, if it is about one.
    pub attachment: Option<AttachmentId>,
}
