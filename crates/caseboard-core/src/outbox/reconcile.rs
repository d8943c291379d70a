//! What a reading says of an entry: done already, still to be sent, in somebody's way, or gone.
//!
//! The same question is asked before sending and after an answer was lost.

use std::{collections::BTreeSet, time::Duration};

use kibana_cases::{AlertHit, AlertId, Attachment, AttachmentKind, User};
use serde_json::Value;

use super::{
    entry::{Alerts, Baseline, Change, Entry, NewCase},
    field::{Edit, Field, trimmed},
    merge::{self, Clash, Merged, MergedField},
};

/// When an append whose answer was lost is read back, counted from the loss. Kibana's own limit of a request is 120 s:
/// what the last reading does not find was never applied.
pub(crate) const READ_BACK: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(2),
];

/// What was read to send an entry, or to settle it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// The case, in Kibana's JSON.
    Case(Value),
    /// Every attachment of the case.
    Attachments(Vec<Attachment>),
    /// One attachment.
    Attachment(Box<Attachment>),
    /// The documents of alerts, as far as they are there.
    Alerts(Vec<AlertHit>),
    /// The newest cases of the space, in Kibana's JSON.
    Newest(Vec<Value>),
    /// The case, the attachment, or each of the alerts is not there.
    Gone,
}

/// How an entry stands to what was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// Kibana has it. `made` are the ids that came of it, as far as the reading tells.
    Done { made: BTreeSet<String> },
    /// This is to be sent. `baseline` is what was there before, `made` what earlier sendings left of it.
    Open {
        change: Change,
        baseline: Baseline,
        made: BTreeSet<String>,
    },
    /// It was sent before, and nothing of it is there.
    Absent,
    /// A person has to choose.
    Clash(Vec<Clash>),
    /// The case has another status, or is in other hands, than when it was written long ago.
    CaseChanged,
    /// There is nothing left to write it to.
    Gone,
}

/// How the entry stands. `us` is whoever the key belongs to, where Kibana tells it.
pub(crate) fn standing(entry: &Entry, reading: &Reading, us: Option<&User>) -> Standing {
    match (&entry.change, reading) {
        (Change::DeleteCase { .. } | Change::DeleteAttachment { .. }, Reading::Gone) => done(),
        (_, Reading::Gone) => Standing::Gone,
        (Change::EditCase { edits }, Reading::Case(case)) => match merge::merge(edits, case) {
            Merged::Same => done(),
            Merged::Send(edits) => open(Change::EditCase { edits }),
            Merged::Conflict(clashes) => Standing::Clash(clashes),
        },
        (
            Change::EditComment {
                attachment,
                base,
                mine,
            },
            Reading::Attachment(there),
        ) => match comment(there, base, mine) {
            MergedField::Same => done(),
            MergedField::Take(text) => open(Change::EditComment {
                attachment: attachment.clone(),
                base: text_of(there).to_owned(),
                mine: text.as_str().unwrap_or_default().to_owned(),
            }),
            MergedField::Clash => Standing::Clash(vec![Clash {
                field: Field::Description,
                base: base.as_str().into(),
                mine: mine.as_str().into(),
                theirs: text_of(there).into(),
            }]),
        },
        (Change::AttachAlerts { alerts }, Reading::Attachments(there)) => {
            attach(entry, alerts, there, us)
        }
        (Change::SetAlertStatus(wanted), Reading::Alerts(there)) => {
            let is_set = |hit: &AlertHit| hit.workflow_status().as_deref() == Some(&wanted.status);
            if there.iter().all(is_set) {
                done()
            } else {
                open(entry.change.clone())
            }
        }
        (Change::AddComment { .. } | Change::CreateCase(_) | Change::Push { .. }, reading) => {
            append(entry, reading, us)
        }
        (change @ (Change::DeleteCase { .. } | Change::DeleteAttachment { .. }), _) => {
            open(change.clone())
        }
        (change, _) => {
            tracing::error!("a reading of another kind than the change asks for");
            open(change.clone())
        }
    }
}

/// The next reading after one that found nothing; `None` if that one proves that it is absent.
pub(crate) fn next_reading(since_loss: Duration) -> Option<Duration> {
    READ_BACK.into_iter().find(|at| *at > since_loss)
}

fn done() -> Standing {
    Standing::Done {
        made: BTreeSet::new(),
    }
}

fn open(change: Change) -> Standing {
    Standing::Open {
        change,
        baseline: Baseline::default(),
        made: BTreeSet::new(),
    }
}

/// Everything outside the baseline that looks as if this entry had made it.
pub(crate) fn arrived(entry: &Entry, reading: &Reading, us: Option<&User>) -> BTreeSet<String> {
    let mut arrived = looks_like(&entry.change, reading, us);
    if let Some(baseline) = &entry.baseline {
        arrived.retain(|id| !baseline.ids.contains(id));
    }
    arrived
}

/// Whether an entry that is on its way is among these attachments already.
pub(crate) fn is_among(entry: &Entry, there: &[Attachment]) -> bool {
    let there = || Reading::Attachments(there.to_vec());
    entry.is_on_its_way() && !arrived(entry, &there(), None).is_empty()
}

/// Before it is sent the first time, what is there becomes the baseline; afterwards only what is outside counts.
fn append(entry: &Entry, reading: &Reading, us: Option<&User>) -> Standing {
    if entry.baseline.is_none() {
        return Standing::Open {
            change: entry.change.clone(),
            baseline: Baseline { ids: ids(reading) },
            made: BTreeSet::new(),
        };
    }
    let made = arrived(entry, reading, us);
    if made.is_empty() {
        Standing::Absent
    } else {
        Standing::Done { made }
    }
}

fn ids(reading: &Reading) -> BTreeSet<String> {
    match reading {
        Reading::Attachments(there) => there.iter().map(|there| there.id.to_string()).collect(),
        Reading::Newest(cases) => cases.iter().filter_map(id_of).collect(),
        Reading::Case(case) => pushed_at(case).collect(),
        Reading::Attachment(_) | Reading::Alerts(_) | Reading::Gone => BTreeSet::new(),
    }
}

fn looks_like(change: &Change, reading: &Reading, us: Option<&User>) -> BTreeSet<String> {
    match (change, reading) {
        (Change::AddComment { text }, Reading::Attachments(there)) => there
            .iter()
            .filter(|there| text_of(there) == text && is_by(us, &there.created_by))
            .map(|there| there.id.to_string())
            .collect(),
        (Change::CreateCase(new), Reading::Newest(cases)) => cases
            .iter()
            .filter(|case| is_case(new, case, us))
            .filter_map(id_of)
            .collect(),
        (Change::Push { .. }, Reading::Case(case)) => pushed_at(case).collect(),
        _ => BTreeSet::new(),
    }
}

/// Pushing leaves no id, but a time.
fn pushed_at(case: &Value) -> impl Iterator<Item = String> {
    let at = case["external_service"]["pushed_at"].as_str();
    at.map(str::to_owned).into_iter()
}

fn attach(entry: &Entry, alerts: &Alerts, there: &[Attachment], us: Option<&User>) -> Standing {
    let holders = |id: &AlertId| {
        let id = id.clone();
        there.iter().filter(move |there| holds(there, &id))
    };
    let is_whole = alerts
        .pairs
        .iter()
        .all(|(id, _)| holders(id).next().is_some());
    // What was there before it was sent was attached by something else, whoever that was.
    let is_new = |there: &&Attachment| {
        let before = entry.baseline.as_ref();
        before.is_some_and(|before| !before.ids.contains(there.id.as_str()))
    };
    let pairs = alerts.pairs.iter();
    let made: BTreeSet<_> = pairs
        .flat_map(|(id, _)| holders(id))
        .filter(|there| is_new(there) && is_by(us, &there.created_by))
        .map(|there| there.id.to_string())
        .collect();
    if is_whole {
        return Standing::Done { made };
    }
    let there = there.iter().map(|there| there.id.to_string());
    Standing::Open {
        change: entry.change.clone(),
        baseline: Baseline {
            ids: there.collect(),
        },
        made,
    }
}

/// Whether an attachment is of this alert.
pub(crate) fn holds(there: &Attachment, id: &AlertId) -> bool {
    match &there.kind {
        AttachmentKind::Alerts { alerts, .. } => alerts.iter().any(|alert| alert.id == *id),
        AttachmentKind::Comment(_) | AttachmentKind::Other { .. } => false,
    }
}

fn comment(there: &Attachment, base: &str, mine: &str) -> MergedField {
    let edit = Edit {
        field: Field::Description,
        base: base.into(),
        mine: mine.into(),
    };
    merge::merge_field(&edit.field, &edit.base, &edit.mine, &text_of(there).into())
}

fn text_of(attachment: &Attachment) -> &str {
    match &attachment.kind {
        AttachmentKind::Comment(text) => text,
        AttachmentKind::Alerts { .. } | AttachmentKind::Other { .. } => "",
    }
}

fn is_case(new: &NewCase, case: &Value, us: Option<&User>) -> bool {
    let by = serde_json::from_value::<User>(case["created_by"].clone()).unwrap_or_default();
    case["title"] == trimmed(&new.title)
        && case["description"] == trimmed(&new.description)
        && is_by(us, &by)
}

fn id_of(case: &Value) -> Option<String> {
    case["id"].as_str().map(str::to_owned)
}

/// Whether both are the same person, as far as Kibana names them.
fn is_by(us: Option<&User>, by: &User) -> bool {
    let Some(us) = us else { return true };
    match (&us.profile_uid, &by.profile_uid) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => us.username.is_none() || us.username == by.username,
    }
}
