//! An entry: one write as data, never a closure, and where it stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use kibana_cases::{AlertId, AttachmentId, CaseId, Rule, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    field::{Edits, Field},
    merge::Clash,
    proposal::Proposal,
};
use crate::{
    code::ErrorCode,
    id::{CaseRef, EntryId},
};

/// How long after its time a held entry is let go by whoever wrote it, if they are still there.
const ABANDONED: SignedDuration = SignedDuration::from_secs(10);

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: EntryId,
    /// Its place in the line: the order in which writes were acknowledged. A retried or approved entry goes to the end.
    pub(crate) place: u64,
    /// The case; a name of our own until the entry that creates it is confirmed.
    pub(crate) case: CaseRef,
    /// The Kibana application that owns the case, which attachments have to name.
    pub(crate) owner: String,
    pub(crate) change: Change,
    /// Version of the case that the person saw, where it was known.
    pub(crate) seen: Option<Version>,
    /// What the person saw of the case that a write may no longer fit, where that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) saw: Option<Saw>,
    /// The ids that were there just before it was sent.
    pub(crate) baseline: Option<Baseline>,
    /// Whether it was sent before and an answer was lost: what that sending did may still turn up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) may_turn_up: bool,
    /// The bulk that it is a part of.
    pub(crate) bulk: Option<EntryId>,
    /// The entry that it takes back.
    pub(crate) undoes: Option<EntryId>,
    /// The entry of which it removes a late twin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) removes_twin_of: Option<EntryId>,
    pub(crate) by: Provenance,
    /// What an agent calls it, so that it is written once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Key>,
    /// What a person is or was asked about it, if an agent wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proposal: Option<Proposal>,
    pub(crate) created_at: Timestamp,
    /// When a person last wanted it: at first, and with every retry.
    pub(crate) wanted_at: Timestamp,
    /// How often it was sent since a person last wanted it.
    pub(crate) attempts: u32,
    /// How often it was read again in a row because Kibana said that it changed, or is gone.
    pub(crate) rereads: u32,
    pub(crate) last_error: Option<ErrorCode>,
    /// What Kibana said against it, until reading back tells whether it holds: an attach can be refused after it was stored.
    pub(crate) refusal: Option<Refusal>,
    pub(crate) state: State,
    /// What Kibana made of it: the new attachments, or the new case under its id.
    pub(crate) made: BTreeSet<String>,
    /// Until when a late twin of it is looked for, since it was sent again after it was proved absent.
    pub(crate) watched_until: Option<Timestamp>,
    /// Copies that a late commit made.
    pub(crate) twins: BTreeSet<String>,
}

/// Where a case stood, and in whose hands it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saw {
    status: Value,
    assignees: Value,
}

/// An agent's name for a write, and what was written under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) hash: String,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Change {
    CreateCase(NewCase),
    EditCase {
        edits: Edits,
    },
    AddComment {
        text: String,
    },
    EditComment {
        attachment: AttachmentId,
        base: String,
        mine: String,
    },
    /// A comment is deleted, or alerts are detached.
    DeleteAttachment {
        attachment: AttachmentId,
        was: Attached,
    },
    AttachAlerts {
        alerts: Alerts,
    },
    SetAlertStatus(AlertStatuses),
    DeleteCase {
        title: String,
    },
    Push {
        connector: String,
    },
}

/// What a new case is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NewCase {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) severity: String,
    /// Profile uids.
    pub(crate) assignees: Vec<String>,
    pub(crate) category: Option<String>,
    pub(crate) sync_alerts: bool,
    /// Values of custom fields by key.
    #[serde(default)]
    pub(crate) custom: BTreeMap<String, Value>,
}

/// Alerts of one rule, at most [`Alerts::MOST`], which one request attaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alerts {
    pub(crate) rule: Rule,
    /// Ids and indices, in pairs.
    pub(crate) pairs: Vec<(AlertId, String)>,
}

/// Where alerts of the case are to stand. No case follows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AlertStatuses {
    /// Each with where it stood, as far as that was known.
    pub(crate) alerts: Vec<(AlertId, Option<String>)>,
    pub(crate) status: String,
}

/// What an attachment held when it was deleted, so that it can be attached again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Attached {
    Comment {
        text: String,
    },
    Alerts {
        alerts: Alerts,
    },
    /// A kind that cannot be attached again from here.
    Other {
        type_name: String,
    },
}

/// The ids that were there just before sending: what is outside them may be ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) ids: BTreeSet<String>,
}

/// Whose write it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "face", rename_all = "camelCase")]
pub enum Provenance {
    /// Somebody at the window.
    Window,
    /// Somebody at a terminal.
    Cli,
    /// An agent.
    Mcp {
        /// The name that its client gave.
        client: String,
        /// The session, as its client named it.
        session: String,
    },
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase")]
pub(crate) enum State {
    /// An agent wants it; a person has not said yes.
    Proposed,
    /// Waits for second thoughts. Whoever wrote it lets it go; after a quit or a kill nobody does, until a person is asked.
    Held { until: Timestamp },
    /// In line.
    Queued,
    /// Taken by the sender; nothing of it was sent.
    Leased,
    /// Sent, and not answered yet.
    Sent { at: Timestamp },
    /// The answer was lost: it may have been applied.
    Ambiguous { sent: Timestamp },
    /// Being read back; `reads` readings have not found it.
    Reconciling { sent: Timestamp, reads: u32 },
    /// Kibana has it.
    Confirmed,
    /// Waits for a person.
    Parked { reason: Reason },
    /// Taken back before it was sent, or thrown away by a person.
    Cancelled,
}

/// Why an entry waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "camelCase")]
pub(crate) enum Reason {
    /// Somebody else changed the same fields, or overlapping text; both sides are kept.
    Conflict { clashes: Vec<Clash> },
    /// Kibana refused it, or a right is missing.
    Refused { refusal: Refusal },
    /// The case or the attachment is gone.
    Gone,
    /// The case that it belongs to was never created.
    NotCreated,
    /// It is older than a day (S36).
    Old,
    /// It waited for more than an hour, and the case has another status or other assignees than when it was written (S36).
    CaseChanged,
    /// It was sent, the answer was lost, and reading back could not tell.
    Unknown { code: ErrorCode },
    /// It was saved from a damaged file; whether it was sent since is not known.
    Salvaged,
}

/// Why Kibana refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    /// In Kibana's words, or ours.
    pub(crate) words: String,
}

impl Provenance {
    /// What people call the process of this face where another one asks who sends.
    pub(crate) fn process(&self) -> &'static str {
        match self {
            Self::Window => "caseboard-desktop",
            Self::Cli => "caseboard",
            Self::Mcp { .. } => "caseboard mcp",
        }
    }
}

impl Change {
    /// Whether sending it twice makes two: then only reading back for long enough proves that it is absent.
    pub(crate) fn appends(&self) -> bool {
        match self {
            Self::CreateCase(_) | Self::AddComment { .. } | Self::Push { .. } => true,
            Self::EditCase { .. }
            | Self::EditComment { .. }
            | Self::DeleteAttachment { .. }
            | Self::AttachAlerts { .. }
            | Self::SetAlertStatus(_)
            | Self::DeleteCase { .. } => false,
        }
    }
}

impl Saw {
    /// What is seen of a case, in Kibana's JSON.
    pub(crate) fn of(case: &Value) -> Option<Self> {
        case.is_object().then(|| Self {
            status: Field::Status.of(case),
            assignees: Field::Assignees.of(case),
        })
    }

    /// Whether the case is still as it was.
    pub(crate) fn holds(&self, case: &Value) -> bool {
        Field::Status.same(&self.status, &Field::Status.of(case))
            && Field::Assignees.same(&self.assignees, &Field::Assignees.of(case))
    }
}

impl Alerts {
    /// Most alerts that one request attaches.
    pub(crate) const MOST: usize = 100;
}

impl State {
    /// Whether it keeps those behind it in the same case waiting.
    pub(crate) fn is_in_line(&self) -> bool {
        match self {
            Self::Held { .. }
            | Self::Queued
            | Self::Leased
            | Self::Sent { .. }
            | Self::Ambiguous { .. }
            | Self::Reconciling { .. } => true,
            Self::Proposed | Self::Confirmed | Self::Parked { .. } | Self::Cancelled => false,
        }
    }

    /// Whether nothing more will come of it by itself.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Cancelled)
    }

    /// Its name in the trace.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Held { .. } => "held",
            Self::Queued => "queued",
            Self::Leased => "leased",
            Self::Sent { .. } => "sent",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Reconciling { .. } => "reconciling",
            Self::Confirmed => "confirmed",
            Self::Parked { .. } => "parked",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Entry {
    /// Whether those behind it in the same case wait for it.
    pub(crate) fn blocks(&self, now: Timestamp) -> bool {
        self.state.is_in_line() && !self.asks(now)
    }

    /// Whether a person has to be asked, because whoever held it is gone: a quit or a kill came before its time was over.
    pub(crate) fn asks(&self, now: Timestamp) -> bool {
        match self.state {
            State::Held { until } => now.duration_since(until) > ABANDONED,
            _ => false,
        }
    }

    /// Whether it creates the case that it is about.
    pub(crate) fn creates(&self) -> bool {
        matches!(self.change, Change::CreateCase(_))
    }

    /// Whether it may be at Kibana by now without being known to be there.
    pub(crate) fn is_on_its_way(&self) -> bool {
        matches!(
            self.state,
            State::Sent { .. } | State::Ambiguous { .. } | State::Reconciling { .. }
        )
    }

    /// Whether nothing more will come of it unless a person acts.
    pub(crate) fn rests(&self) -> bool {
        self.state.is_settled() || matches!(self.state, State::Parked { .. } | State::Proposed)
    }

    /// An entry that is about to be put into the outbox, which gives it its place.
    pub(crate) fn new(
        case: CaseRef,
        owner: &str,
        change: Change,
        by: Provenance,
        now: Timestamp,
    ) -> Self {
        Self {
            id: EntryId::new(),
            place: 0,
            case,
            owner: owner.to_owned(),
            change,
            seen: None,
            saw: None,
            baseline: None,
            may_turn_up: false,
            bulk: None,
            undoes: None,
            removes_twin_of: None,
            by,
            key: None,
            proposal: None,
            created_at: now,
            wanted_at: now,
            attempts: 0,
            rereads: 0,
            last_error: None,
            refusal: None,
            state: State::Queued,
            made: BTreeSet::new(),
            watched_until: None,
            twins: BTreeSet::new(),
        }
    }

    /// The id that Kibana gave the case that this entry created.
    pub(crate) fn created_case(&self) -> Option<CaseId> {
        match self.change {
            Change::CreateCase(_) => self.made.first()?.parse().ok(),
            Change::EditCase { .. }
            | Change::AddComment { .. }
            | Change::EditComment { .. }
            | Change::DeleteAttachment { .. }
            | Change::AttachAlerts { .. }
            | Change::SetAlertStatus(_)
            | Change::DeleteCase { .. }
            | Change::Push { .. } => None,
        }
    }
}
