//! Entries as faces show them.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    entry::{Attached, Change, Entry, Provenance, Reason, State},
    field::Field,
    lock::Holder,
    merge::Clash,
    undo::{Undo, undo},
};
use crate::{
    plain::visible,
    view::{
        ConflictView, EntryBy, EntryState, EntryView, EntryWhat, EntryWhy, FieldView, SenderView,
    },
};

impl Entry {
    /// The entry as a face shows it.
    pub(crate) fn view(&self, now: Timestamp) -> EntryView {
        let (refusal, conflicts) = match &self.state {
            State::Parked {
                reason: Reason::Refused { refusal },
            } => (Some(visible(&refusal.words)), Vec::new()),
            State::Parked {
                reason: Reason::Conflict { clashes },
            } => (None, clashes.iter().map(Clash::view).collect()),
            _ => (None, Vec::new()),
        };
        EntryView {
            id: self.id.clone(),
            case: self.case.clone(),
            what: self.change.view(),
            state: if self.is_expired(now) {
                EntryState::Cancelled
            } else {
                self.state.view()
            },
            why: match &self.state {
                State::Parked { reason } => Some(reason.view()),
                _ => None,
            },
            held_until: match self.state {
                State::Held { until } if !self.asks(now) => Some(until.to_string()),
                _ => None,
            },
            asks: self.asks(now),
            by: self.by.view(),
            created_at: self.created_at.to_string(),
            attempts: self.attempts,
            error: self.last_error,
            refusal,
            conflicts,
            twins: self.twins.iter().cloned().collect(),
            can_undo: matches!(undo(self), Undo::NotSent | Undo::Write(_)),
            bulk: self.bulk.clone(),
        }
    }
}

impl Change {
    pub(crate) fn view(&self) -> EntryWhat {
        match self {
            Self::CreateCase(new) => EntryWhat::CreateCase {
                title: visible(&new.title),
            },
            Self::EditCase { edits } => EntryWhat::EditCase {
                fields: edits
                    .iter()
                    .map(|edit| FieldView {
                        field: edit.field.name().to_owned(),
                        value: lines(&edit.mine),
                    })
                    .collect(),
            },
            Self::AddComment { text } => EntryWhat::AddComment {
                text: visible(text),
            },
            Self::EditComment { mine, .. } => EntryWhat::EditComment {
                text: visible(mine),
            },
            Self::DeleteAttachment { was, .. } => EntryWhat::DeleteAttachment {
                n_alerts: match was {
                    Attached::Alerts { alerts } => count(alerts.pairs.len()),
                    Attached::Comment { .. } | Attached::Other { .. } => 0,
                },
            },
            Self::AttachAlerts { alerts } => EntryWhat::AttachAlerts {
                n_alerts: count(alerts.pairs.len()),
            },
            Self::SetAlertStatus(set) => EntryWhat::SetAlertStatus {
                n_alerts: count(set.alerts.len()),
                status: visible(&set.status),
            },
            Self::DeleteCase { title } => EntryWhat::DeleteCase {
                title: visible(title),
            },
            Self::Push { .. } => EntryWhat::Push,
        }
    }
}

impl State {
    /// As people are told it (`decisions.md`).
    fn view(&self) -> EntryState {
        match self {
            Self::Proposed => EntryState::Proposed,
            Self::Held { .. } => EntryState::Held,
            Self::Queued | Self::Leased => EntryState::Waiting,
            Self::Sent { .. } => EntryState::Sending,
            Self::Ambiguous { .. } | Self::Reconciling { .. } => EntryState::Checking,
            Self::Confirmed => EntryState::Done,
            Self::Parked {
                reason: Reason::Refused { .. },
            } => EntryState::Refused,
            Self::Parked { .. } => EntryState::NeedsYou,
            Self::Cancelled => EntryState::Cancelled,
        }
    }
}

impl Reason {
    fn view(&self) -> EntryWhy {
        match self {
            Self::Conflict { .. } => EntryWhy::Conflict,
            Self::Refused { .. } => EntryWhy::Refused,
            Self::Gone => EntryWhy::Gone,
            Self::NotCreated => EntryWhy::NotCreated,
            Self::Old => EntryWhy::Old,
            Self::CaseChanged => EntryWhy::CaseChanged,
            Self::Unknown { .. } => EntryWhy::Unknown,
            Self::Salvaged => EntryWhy::Salvaged,
        }
    }
}

impl Provenance {
    pub(crate) fn view(&self) -> EntryBy {
        match self {
            Self::Window => EntryBy::Window,
            Self::Cli => EntryBy::Cli,
            Self::Mcp { client, .. } => EntryBy::Mcp {
                client: visible(client),
            },
        }
    }
}

impl Holder {
    pub(crate) fn view(self) -> SenderView {
        SenderView {
            pid: self.pid,
            name: visible(&self.name),
        }
    }
}

impl Clash {
    fn view(&self) -> ConflictView {
        ConflictView {
            field: self.field.name().to_owned(),
            base: lines(&self.base),
            mine: lines(&self.mine),
            theirs: lines(&self.theirs),
        }
    }
}

impl Field {
    /// The name by which faces know it; the key of a custom field.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Status => "status",
            Self::Severity => "severity",
            Self::Title => "title",
            Self::Description => "description",
            Self::Tags => "tags",
            Self::Assignees => "assignees",
            Self::Category => "category",
            Self::SyncAlerts => "syncAlerts",
            Self::Custom(key) => key,
        }
    }
}

pub(crate) fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(lines).collect(),
        Value::String(text) => vec![visible(text)],
        other => vec![other.to_string()],
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
