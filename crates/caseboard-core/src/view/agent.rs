//! Agents: what they may write, and what they propose.

use std::collections::BTreeSet;

use kibana_cases::AlertId;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CaseRef, EntryId, SourceId},
    view::{EntryCase, EntryState, EntryWhat},
};

/// Kinds of writes that are granted apart from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum WriteClass {
    /// New cases.
    Create,
    /// New comments.
    Comment,
    /// Alerts are attached.
    Attach,
    /// Fields of cases and texts of comments are changed.
    Update,
    /// Cases are closed.
    Close,
    /// Cases and comments are deleted, alerts detached.
    Delete,
    /// Cases are pushed to an external system.
    Push,
}

/// What becomes of a write of a class that is granted. What is not granted is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Policy {
    /// A person is asked each time.
    Ask,
    /// It is sent.
    Allow,
}

/// What agents may write somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct GrantView {
    /// Where it holds.
    pub source: SourceId,
    /// As people read it: `PROD / soc`.
    pub place: String,
    /// The only case for which it holds; `None` means all of the source.
    pub case: Option<CaseRef>,
    /// What is granted.
    pub class: WriteClass,
    /// How.
    pub policy: Policy,
    /// Until when; `None` means until it is taken away.
    pub until: Option<String>,
    /// Since when.
    pub given_at: String,
}

/// What agents may do, and how what they write is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct AgentPolicies {
    /// Everything that is granted. What is not here is refused.
    pub grants: Vec<GrantView>,
    /// Whether comments of agents end with a line that says so.
    pub marks_comments: bool,
}

/// What an agent wants to write at once, for one answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ProposalView {
    /// Names it: its first entry.
    pub id: EntryId,
    /// What was shown, and so what is approved: an approval names it.
    pub hash: String,
    /// The name that the agent's client gave.
    pub client: String,
    /// Its session.
    pub session: String,
    /// The kind of write.
    pub class: WriteClass,
    /// Why, in the agent's words.
    pub reason: Option<String>,
    /// Other places whose text the agent had read before: something of it may be in what it writes.
    pub read_elsewhere: BTreeSet<String>,
    /// When it was made.
    pub created_at: String,
    /// When it expires.
    pub expires_at: String,
    /// Where it stands.
    pub state: ProposalState,
    /// What the person who refused it had to say.
    pub note: Option<String>,
    /// Everything that would be written.
    pub writes: Vec<ProposedWrite>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ProposalState {
    /// It waits for a person.
    Open,
    /// A person said yes.
    Approved,
    /// A person said no.
    Refused,
    /// Nobody answered in time.
    Expired,
    /// The agent took it back.
    Withdrawn,
}

/// One write of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ProposedWrite {
    /// The entry that would write it.
    pub entry: EntryId,
    /// Where it would go.
    pub target: EntryCase,
    /// What would be written.
    pub what: EntryWhat,
    /// The same field by field, with what is there now as far as it is known.
    pub diff: Vec<DiffLine>,
    /// Alerts that would be attached or detached.
    pub alerts: Vec<AlertId>,
    /// Where the entry stands.
    pub state: EntryState,
}

/// A field before and after. Texts have one item, lists as many as they have, nothing has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DiffLine {
    /// Name of the field.
    pub field: String,
    /// What the agent saw.
    pub before: Vec<String>,
    /// What it makes of it.
    pub after: Vec<String>,
}

/// How a person says yes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Approval {
    /// The same kind of write to the same case is allowed for an hour.
    pub for_an_hour: bool,
    /// The person was told which other places the agent had read, and wants it still. Needed if there are any.
    pub despite_reading_elsewhere: bool,
}

impl WriteClass {
    /// All of them, the least dangerous first.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Comment,
        Self::Attach,
        Self::Update,
        Self::Close,
        Self::Delete,
        Self::Push,
    ];

    /// Whether it may be sent without asking: not what deletes, pushes or closes.
    pub fn may_be_allowed(self) -> bool {
        match self {
            Self::Create | Self::Comment | Self::Attach | Self::Update => true,
            Self::Close | Self::Delete | Self::Push => false,
        }
    }

    /// Its name, as it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Comment => "comment",
            Self::Attach => "attach",
            Self::Update => "update",
            Self::Close => "close",
            Self::Delete => "delete",
            Self::Push => "push",
        }
    }
}
