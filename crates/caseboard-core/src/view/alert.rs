//! Alerts of a case, and what became of ids that were dropped or pasted.

use kibana_cases::AlertId;
use serde::{Deserialize, Serialize};

use crate::{
    code::CommandError,
    id::{CaseRef, EntryId},
};

/// What is known of an alert document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertSummary {
    /// Name of the rule that raised it.
    pub rule_name: Option<String>,
    /// `low`, `medium`, `high`, `critical`, or one that this app does not know.
    pub severity: Option<String>,
    /// When the alert was created.
    pub at: Option<String>,
    /// `host.name`.
    pub host: Option<String>,
    /// `user.name`.
    pub user: Option<String>,
    /// One line in Kibana's words.
    pub reason: Option<String>,
    /// `open`, `acknowledged` or `closed`.
    pub status: Option<String>,
}

/// An alert attached to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseAlert {
    /// Id of the alert.
    pub id: AlertId,
    /// Index it was attached with.
    pub index: String,
    /// When it was attached.
    pub attached_at: String,
    /// `None` where the document is gone or may not be read.
    pub summary: Option<AlertSummary>,
}

/// What became of a drop: one item for each id, in the order in which they were first seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AttachReport {
    /// The case.
    pub case: CaseRef,
    /// The case's handle and title, so that the report names where it wrote.
    pub handle: String,
    /// The case's title.
    pub title: String,
    /// One for each id.
    pub items: Vec<AlertOutcome>,
    /// Ids shortened with `…`, as they stood in the text; they cannot be looked up.
    pub shortened: Vec<String>,
    /// Whether the text held more than was read (20 MB or 50,000 ids).
    pub cut_off: bool,
}

/// One id and its outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AlertOutcome {
    /// Id of the alert.
    pub id: AlertId,
    /// Line of the text on which the id was first seen, from 1.
    pub line: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// What is known of the alert, where it was found.
    pub summary: Option<AlertSummary>,
}

/// What became of one id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Outcome {
    /// Attached by this drop.
    Attached,
    /// The case had it before.
    AlreadyAttached,
    /// Not in the case's space, nor in any other space in use that answered.
    NotFound {
        /// Places that could not be asked, by name.
        unasked: Vec<String>,
    },
    /// The alert lives in other sources, named `PROD / soc`; alerts are attached only where they live.
    Elsewhere {
        /// Names of the sources.
        sources: Vec<String>,
    },
    /// Kibana or a limit refused it.
    Refused {
        /// Why.
        error: CommandError,
    },
    /// It is on its way by this entry of the outbox, which tells what becomes of it.
    Waiting {
        /// The entry.
        entry: EntryId,
    },
}
