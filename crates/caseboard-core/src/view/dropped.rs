//! What a dropped or pasted text holds, before anybody was asked about it.

use kibana_cases::{AlertId, CaseId};
use serde::{Deserialize, Serialize};

use crate::{
    id::CaseRef,
    view::{AlertSummary, CaseRow},
};

/// Everything that was read out of a text. Each list is in the order in which its members were first seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ReadText {
    /// What is, or may be, the id of an alert; each once.
    pub ids: Vec<FoundId>,
    /// Cases that links lead to: somewhere to attach to, nothing to attach.
    pub cases: Vec<CaseLink>,
    /// Ids shortened with `…`: they cannot be looked up.
    pub shortened: Vec<ShortenedId>,
    /// Indicators, where the text is a list of them: they are observables and no alerts.
    pub values: Vec<FoundValue>,
    /// Names of the columns that could hold the ids, where the text is a table that does not tell: somebody has to choose one.
    pub columns: Vec<String>,
    /// What was not read.
    pub left_out: LeftOut,
}

/// What may be the id of an alert, and what the text says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FoundId {
    /// The id.
    pub id: AlertId,
    /// Line on which it was first seen, from 1.
    pub line: u32,
    /// Whether its form or its place says that it is an id. A mere word of 20 characters counts only once Kibana knows it.
    pub certain: bool,
    /// What the text says of it; `None` where there is only the id.
    pub hint: Option<Box<Hint>>,
}

/// What a text says of an alert. It only tells where to look first: what is attached comes from the alert's document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Hint {
    /// Address of the Kibana that a link leads to, with its base path.
    pub kibana: Option<String>,
    /// Space that a link leads to.
    pub space: Option<String>,
    /// Index, or alias, of the alert.
    pub index: Option<String>,
    /// Id of the rule that raised it.
    pub rule_id: Option<String>,
    /// The rest.
    pub summary: AlertSummary,
}

/// A text that was dropped or pasted, as far as it can be told without asking anybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Dropped {
    /// What was read out of it.
    pub text: ReadText,
    /// The cases that its links lead to, as far as they are known here.
    pub cases: Vec<CaseRow>,
}

/// What waits in the Tray: it is kept until it is attached or thrown away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Tray {
    /// Where the newest of it came from and when, in words.
    pub origin: String,
    /// What is, or may be, the id of an alert.
    pub ids: Vec<FoundId>,
    /// Ids that were cut short.
    pub shortened: Vec<ShortenedId>,
    /// What was attached from it lately, the newest first.
    pub recent: Vec<TrayDone>,
}

/// An alert that left the Tray because a case has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TrayDone {
    /// The alert.
    pub id: AlertId,
    /// The case.
    pub case: CaseRef,
    /// The case's handle.
    pub handle: String,
    /// When.
    pub at: String,
}

/// A link to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseLink {
    /// Id of the case.
    pub id: CaseId,
    /// Address of its Kibana, with the base path, where the link tells it.
    pub kibana: Option<String>,
    /// Its space, where the link tells an address; `default` has no mark in it.
    pub space: Option<String>,
    /// Line on which it was first seen, from 1.
    pub line: u32,
}

/// An id that somebody or some program cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ShortenedId {
    /// As it stands in the text.
    pub text: String,
    /// Line on which it was first seen, from 1.
    pub line: u32,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FoundValue {
    /// What it is.
    pub kind: ValueKind,
    /// As it is looked for: no longer disarmed.
    pub text: String,
    /// Line on which it was first seen, from 1.
    pub line: u32,
}

/// What an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ValueKind {
    /// An address of four numbers.
    Ipv4,
    /// A longer address.
    Ipv6,
    /// A domain or host name with dots.
    Domain,
    /// A URL.
    Url,
    /// An email address.
    Email,
    /// A file's hash.
    Hash,
}

/// What a limit kept from being read; all zero where everything was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Bytes behind the first 20 MB.
    pub bytes: u32,
    /// Ids behind the first 50,000, as far as the text was read.
    pub ids: u32,
}

impl LeftOut {
    /// Whether there is anything that was not read.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}
