//! The outbox: what was written, and where it stands.

use serde::{Deserialize, Serialize};

use crate::{
    code::ErrorCode,
    id::{CaseRef, EntryId, SourceId},
    view::NewStatus,
};

/// Everything that was written and is not settled, and the newest of what is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct OutboxView {
    /// The process that sends, if it is another one.
    pub sender: Option<SenderView>,
    /// Writes that are not settled. What was written to many cases at once is one.
    pub n_waiting: u32,
    /// Most writes that the outbox takes.
    pub limit: u32,
    /// Whether four fifths of that are reached: then people are told.
    pub is_nearly_full: bool,
    /// In the order in which they are sent.
    pub entries: Vec<EntryView>,
    /// Every case that an entry is about, once.
    pub cases: Vec<EntryCase>,
}

/// A case that entries are about, so that whoever reads them sees where they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct EntryCase {
    /// The case.
    pub case: CaseRef,
    /// Deployment and space, as people read them: `PROD / soc`.
    pub place: String,
    /// Its short name; `None` for a case that is not created yet or no longer known.
    pub handle: Option<String>,
    /// Its title as it shows; `None` for a case that is not created yet or no longer known.
    pub title: Option<String>,
}

/// Another process of this profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SenderView {
    /// Its number.
    pub pid: u32,
    /// What people call it.
    pub name: String,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// Names it.
    pub id: EntryId,
    /// The case; a name of our own until a new case is created.
    pub case: CaseRef,
    /// What is written.
    pub what: EntryWhat,
    /// Where it stands.
    pub state: EntryState,
    /// Why it waits for a person.
    pub why: Option<EntryWhy>,
    /// When it is let go, if it waits for second thoughts and whoever wrote it is still there.
    pub held_until: Option<String>,
    /// Whether a person is asked about what a quit left held.
    pub asks: bool,
    /// Whose it is.
    pub by: EntryBy,
    /// When it was written.
    pub created_at: String,
    /// How often it was sent since a person last wanted it.
    pub attempts: u32,
    /// Why it is not done yet, or waits.
    pub error: Option<ErrorCode>,
    /// Kibana's words against it.
    pub refusal: Option<String>,
    /// Fields that somebody else changed, too.
    pub conflicts: Vec<ConflictView>,
    /// Copies that Kibana made late: attachments, or cases.
    pub twins: Vec<String>,
    /// Whether it can be taken back.
    pub can_undo: bool,
    /// The bulk that it is a part of.
    pub bulk: Option<EntryId>,
}

/// What an entry writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum EntryWhat {
    /// A new case.
    CreateCase {
        /// Its title.
        title: String,
    },
    /// Fields of a case.
    EditCase {
        /// Their names and new values.
        fields: Vec<FieldView>,
    },
    /// A new comment.
    AddComment {
        /// Its text, as it was typed.
        text: String,
    },
    /// Another text for a comment.
    EditComment {
        /// The text.
        text: String,
    },
    /// A comment is deleted, or alerts are detached.
    DeleteAttachment {
        /// How many alerts are detached; none of a comment.
        n_alerts: u32,
    },
    /// Alerts are attached.
    AttachAlerts {
        /// How many.
        n_alerts: u32,
    },
    /// Alerts of the case are given another status; the case does not follow.
    SetAlertStatus {
        /// How many.
        n_alerts: u32,
        /// `open`, `acknowledged` or `closed`.
        status: String,
    },
    /// The case is deleted.
    DeleteCase {
        /// Its title.
        title: String,
    },
    /// The case is pushed to an external system.
    Push,
}

/// A field and its value. Texts have one line, lists as many as they have items, nothing has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FieldView {
    /// Name of the field: `status`, `tags`, or the key of a custom field.
    pub field: String,
    /// Its value.
    pub value: Vec<String>,
}

/// A field with all three values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ConflictView {
    /// Name of the field.
    pub field: String,
    /// What the person saw.
    pub base: Vec<String>,
    /// What they made of it.
    pub mine: Vec<String>,
    /// What it is now.
    pub theirs: Vec<String>,
}

/// Where an entry stands, as people are told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum EntryState {
    /// An agent wants it.
    Proposed,
    /// Waits for second thoughts.
    Held,
    /// In line.
    Waiting,
    /// On its way.
    Sending,
    /// Its answer was lost: it is looked for.
    Checking,
    /// Kibana has it.
    Done,
    /// A person has to choose or look.
    NeedsYou,
    /// Kibana refused it.
    Refused,
    /// Taken back.
    Cancelled,
}

/// Why an entry waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum EntryWhy {
    /// Somebody else changed the same.
    Conflict,
    /// Kibana refused it.
    Refused,
    /// The case or the attachment is gone.
    Gone,
    /// The case that it belongs to was never created.
    NotCreated,
    /// It is so old that it may no longer be wanted.
    Old,
    /// It waited long, and the case has another status or is in other hands by now.
    CaseChanged,
    /// It was sent, and nothing tells whether it arrived.
    Unknown,
    /// It was saved from a damaged file, and may have been sent since.
    Salvaged,
}

/// Whose write it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "face",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum EntryBy {
    /// Somebody at the window.
    Window,
    /// Somebody at a terminal.
    Cli,
    /// An agent.
    Mcp {
        /// The name that it gave.
        client: String,
    },
}

/// The same change of many cases.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BulkEdit {
    /// Which; of any sources.
    pub cases: Vec<CaseRef>,
    /// What their fields are to be.
    pub edit: CaseEdit,
    /// Which tags come and go.
    pub tags: ListChange,
    /// Which profile uids come and go.
    pub assignees: ListChange,
}

/// What comes into a list and what goes from it; everything else in it stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ListChange {
    /// What comes, behind what is there.
    pub add: Vec<String>,
    /// What goes.
    pub remove: Vec<String>,
}

/// What fields of a case are to be. What is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CaseEdit {
    /// Where it stands.
    pub status: Option<NewStatus>,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: Option<String>,
    /// At most 160 characters.
    pub title: Option<String>,
    /// Markdown, at most 30,000 characters.
    pub description: Option<String>,
    /// All of them.
    pub tags: Option<Vec<String>>,
    /// Profile uids, all of them.
    pub assignees: Option<Vec<String>>,
    /// At most 50 characters; empty for none.
    pub category: Option<String>,
    /// Whether Kibana sets the status of attached alerts.
    pub sync_alerts: Option<bool>,
    /// Custom fields by key.
    pub custom_fields: Vec<CustomFieldEdit>,
    /// What the person saw of these fields when they decided. What is left out is taken to be as it is known now.
    pub seen: CaseSeen,
}

/// Fields of a case as a person saw them, in Kibana's words.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CaseSeen {
    /// Where it stood.
    pub status: Option<String>,
    /// How bad it was.
    pub severity: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// All tags.
    pub tags: Option<Vec<String>>,
    /// All profile uids.
    pub assignees: Option<Vec<String>>,
    /// Its category; empty for none.
    pub category: Option<String>,
    /// Whether Kibana set the status of attached alerts.
    pub sync_alerts: Option<bool>,
    /// Custom fields by key.
    pub custom_fields: Vec<CustomFieldEdit>,
}

/// A custom field and its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomFieldEdit {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: CustomValue,
}

/// The value of a custom field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum CustomValue {
    /// None.
    None,
    /// A text.
    Text {
        /// At most 160 characters.
        text: String,
    },
    /// On or off.
    Toggle {
        /// Whether it is on.
        on: bool,
    },
    /// A whole number.
    Number {
        /// Between ±(2^53 − 1).
        number: f64,
    },
}

/// What a new case is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCaseForm {
    /// 1 to 160 characters.
    pub title: String,
    /// Markdown, 1 to 30,000 characters.
    pub description: String,
    /// At most 200.
    pub tags: Vec<String>,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// Profile uids, at most 10.
    pub assignees: Vec<String>,
    /// At most 50 characters.
    pub category: Option<String>,
    /// Whether Kibana sets the status of attached alerts.
    pub sync_alerts: bool,
    /// Custom fields by key; Kibana fills in what is left out.
    pub custom_fields: Vec<CustomFieldEdit>,
}

/// A new case that somebody has begun to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCaseDraft {
    /// Where it is to be; `None` until that was chosen.
    pub source: Option<SourceId>,
    /// What it is made of so far.
    pub form: NewCaseForm,
}
