//! One case in full.

use kibana_cases::{AlertId, AttachmentId};
use serde::Serialize;

use crate::{
    code::CommandError,
    view::{CaseAlert, CaseRow, CustomFieldEdit, EntryView, HistoryEntry, Markdown},
};

/// A person as far as Kibana told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Full name, else user name, else the profile id; `None` where Kibana names nobody.
    pub name: Option<String>,
}

/// An opened case: what the mirror holds of it, and our unconfirmed changes on top.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseDetail {
    /// As the board shows it.
    pub row: CaseRow,
    /// What the case is about.
    pub description: Markdown,
    /// Its fields as an edit begins with them.
    pub fields: CaseFields,
    /// Who created it.
    pub reporter: Person,
    /// Category, if it has one.
    pub category: Option<String>,
    /// Whether Kibana sets the status of attached alerts when the case's status changes.
    pub sync_alerts: bool,
    /// When it was closed, if it is.
    pub closed_at: Option<String>,
    /// Opens this case in Kibana.
    pub kibana_url: String,
    /// Comments and attachments, oldest first. `None` until they were read for the first time.
    pub activity: Option<Vec<ActivityEntry>>,
    /// What else was done to it, oldest first. `None` until it was read for the first time.
    pub history: Option<Vec<HistoryEntry>>,
    /// Attached alerts, oldest attachment first. `None` until they were read for the first time.
    pub alerts: Option<Vec<CaseAlert>>,
    /// What was written to it and is not settled, in the order in which it is sent.
    pub entries: Vec<EntryView>,
    /// Since when all of this is as Kibana has it, at least; `None` if only the board's list was read.
    pub read_at: Option<String>,
    /// Why the last reading failed; what is shown is older than that.
    pub problem: Option<CommandError>,
    /// When a person last looked at it on this computer; `None` if nobody ever did.
    pub looked_at: Option<String>,
    /// What a person pinned on its timeline on this computer, by the names under which the face pinned it, oldest pin first.
    pub pinned: Vec<String>,
}

/// Fields of a case as they were typed, with our unconfirmed changes: nothing is made visible in them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseFields {
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Profile uids of those that it is assigned to, in the order of the row's names.
    pub assignees: Vec<String>,
    /// Its category; empty for none.
    pub category: String,
    /// Its custom fields that have a value.
    pub custom_fields: Vec<CustomFieldEdit>,
}

/// Something attached to a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    /// `None` for a comment of ours that Kibana has not confirmed yet.
    pub id: Option<AttachmentId>,
    /// When it was attached.
    pub at: String,
    /// Who attached it; nobody is named for a pending comment of ours.
    pub by: Person,
    /// What it is.
    pub what: Activity,
    /// A change of ours that Kibana has not confirmed yet is part of it.
    pub pending: Option<PendingChange>,
}

/// What a change that Kibana has not confirmed yet does to an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum PendingChange {
    /// It is new.
    Added,
    /// Its text is another one.
    Edited,
    /// It goes.
    Removed,
}

/// What was attached.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Activity {
    /// Text by a person.
    Comment {
        /// The text, laid out.
        body: Markdown,
        /// The text, as it was typed.
        text: String,
        /// When it was last edited.
        edited_at: Option<String>,
    },
    /// Alerts of one rule.
    Alerts {
        /// Name of the rule.
        rule_name: Option<String>,
        /// Their ids.
        alerts: Vec<AlertId>,
    },
    /// A kind of attachment that this app has no view of yet.
    Other {
        /// Kibana's name of the kind.
        type_name: String,
        /// All that Kibana tells of it, as JSON; cut off where it is long.
        raw: String,
    },
}
