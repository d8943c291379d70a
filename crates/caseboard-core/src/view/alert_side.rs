//! An alert by itself: all that it says, which cases hold it, and how it is found anywhere.

use kibana_cases::AlertId;
use serde::{Deserialize, Serialize};

use crate::{
    code::CommandError,
    id::{CaseRef, SourceId},
    view::{AlertSummary, AttachReport, CaseRow, FoundAlert, NewCaseForm},
};

/// An alert of one source in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertDetail {
    /// Its id.
    pub id: AlertId,
    /// The source.
    pub source: SourceId,
    /// As people read it: `PROD / soc`.
    pub place: String,
    /// The index that its document lies in, or lay in.
    pub index: String,
    /// What is known of it first.
    pub summary: AlertSummary,
    /// Every field of its document, by name.
    pub fields: Vec<AlertField>,
    /// The document as JSON, cut off where it is long.
    pub raw: String,
    /// Cases of this source that hold it.
    pub cases: Vec<AlertCase>,
    /// What this is, if it is not the document as Kibana has it now.
    pub kept: Option<KeptAlert>,
}

/// A field of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertField {
    /// Its name, dotted.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// A case that holds an alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertCase {
    /// The case.
    pub row: CaseRow,
    /// Whether Kibana sets the alert's status when the status of this case changes.
    pub sync_alerts: bool,
}

/// An alert as it was read earlier.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct KeptAlert {
    /// When it was read, at the latest.
    pub at: Option<String>,
    /// Why Kibana could not tell it now; `None` if it has no such document any more.
    pub problem: Option<CommandError>,
}

/// Alerts of all sources that a text names: by id, host, user, rule, address or hash.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertSearch {
    /// Sources that have such alerts.
    pub places: Vec<AlertsThere>,
    /// Names of the sources that could not be asked.
    pub unasked: Vec<String>,
}

/// Alerts of one source that a text names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertsThere {
    /// The source.
    pub source: SourceId,
    /// As people read it: `PROD / soc`.
    pub name: String,
    /// How many there are.
    pub total: u32,
    /// The newest of them.
    pub alerts: Vec<AlertThere>,
}

/// An alert, and the cases that hold it as far as they are known here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertThere {
    /// The alert.
    pub alert: FoundAlert,
    /// Cases.
    pub cases: Vec<CaseRow>,
}

/// Where an alert can be made to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum NewAlertStatus {
    /// Nobody looked at it yet.
    Open,
    /// Somebody works on it.
    Acknowledged,
    /// Done.
    Closed,
}

/// One case of an incident that spans sources.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncidentPart {
    /// Where its alerts live.
    pub source: SourceId,
    /// The alerts.
    pub ids: Vec<AlertId>,
    /// What the case is made of.
    pub form: NewCaseForm,
}

/// What became of one case of an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct IncidentCase {
    /// The case; a name of our own until Kibana has it.
    pub case: CaseRef,
    /// As people read its source: `PROD / soc`.
    pub place: String,
    /// What became of its alerts.
    pub report: Option<AttachReport>,
    /// Why nothing became of them.
    pub problem: Option<CommandError>,
    /// Whether it names the other cases, by a comment and a tag.
    pub linked: bool,
}

impl NewAlertStatus {
    /// Kibana's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
        }
    }
}
