//! Proposals: what an agent wants to write and may not without asking. A person says yes to exactly what was shown, once, and
//! within ten minutes.

use std::{collections::BTreeSet, fmt::Write as _};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    entry::{Attached, Change, Entry, Provenance, State},
    field::Field,
    step::Event,
    tables,
};
use crate::{
    error::Error,
    id::{EntryId, SourceId},
    view::WriteClass,
};

/// How long a proposal waits for a person.
pub(crate) const OPEN_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long one that was decided is still shown.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What makes an entry a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proposal {
    /// Why, in the agent's words.
    pub(crate) reason: Option<String>,
    /// Until when a person may say yes.
    pub(crate) until: Timestamp,
    /// Of everything that was proposed at once.
    pub(crate) hash: String,
    /// Sources whose text the agent had read.
    pub(crate) read: BTreeSet<SourceId>,
    pub(crate) decision: Option<Decision>,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Decision {
    pub(crate) at: Timestamp,
    /// Nobody, if it expired.
    pub(crate) by: Option<Provenance>,
    pub(crate) approved: bool,
    pub(crate) note: Option<String>,
}

impl Change {
    /// The kind of write that has to be granted.
    pub(crate) fn class(&self) -> WriteClass {
        match self {
            Self::CreateCase(_) => WriteClass::Create,
            Self::AddComment { .. } => WriteClass::Comment,
            Self::AttachAlerts { .. } => WriteClass::Attach,
            Self::EditCase { edits } => match edits.get(&Field::Status) {
                Some(edit) if edit.mine == "closed" => WriteClass::Close,
                _ => WriteClass::Update,
            },
            Self::EditComment { .. } | Self::SetAlertStatus(_) => WriteClass::Update,
            Self::DeleteAttachment { .. } | Self::DeleteCase { .. } => WriteClass::Delete,
            Self::Push { .. } => WriteClass::Push,
        }
    }

    /// Alerts that it attaches or detaches.
    pub(crate) fn alerts(&self) -> &[(kibana_cases::AlertId, String)] {
        match self {
            Self::AttachAlerts { alerts }
            | Self::DeleteAttachment {
                was: Attached::Alerts { alerts },
                ..
            } => &alerts.pairs,
            Self::CreateCase(_)
            | Self::EditCase { .. }
            | Self::AddComment { .. }
            | Self::EditComment { .. }
            | Self::SetAlertStatus(_)
            | Self::DeleteAttachment { .. }
            | Self::DeleteCase { .. }
            | Self::Push { .. } => &[],
        }
    }
}

impl Entry {
    /// Whether it is a proposal that nobody answered in time.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        let until = self.proposal.as_ref().map(|proposal| proposal.until);
        self.state == State::Proposed && until.is_some_and(|until| until < now)
    }

    /// Other sources that the agent had read.
    pub(crate) fn read_elsewhere(&self) -> impl Iterator<Item = &SourceId> {
        let read = self.proposal.iter().flat_map(|proposal| &proposal.read);
        read.filter(|source| **source != self.case.source)
    }
}

/// Names what entries write, and where, and on what they were made.
pub(crate) fn hash<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut hash = Sha256::new();
    for entry in entries {
        // A case that is not created yet has a name that is made anew each time.
        let case = (!matches!(entry.change, Change::CreateCase(_))).then_some(&entry.case);
        let written = (&entry.case.source, case, &entry.owner, &entry.change);
        hash.update(serde_json::to_vec(&written).expect("entries are JSON"));
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes it");
        text
    })
}

/// Everything that was proposed together with an entry and is still open, in the order of places.
pub(crate) fn batch(connection: &Connection, id: &EntryId) -> Result<Vec<Entry>, Error> {
    let one = tables::load(connection, id)?;
    if one.bulk.is_none() {
        return Ok(vec![one]);
    }
    let mut all = open(connection)?;
    all.retain(|entry| entry.bulk == one.bulk);
    Ok(all)
}

/// Entries that wait for a person's yes.
pub(crate) fn open(connection: &Connection) -> Result<Vec<Entry>, Error> {
    tables::query(
        connection,
        "SELECT entry FROM outbox WHERE state = 'proposed' ORDER BY place, id",
        [],
    )
}

/// What was proposed since then, whatever became of it, and everything that is open.
pub(crate) fn since(connection: &Connection, then: Timestamp) -> Result<Vec<Entry>, Error> {
    tables::query(
        connection,
        "SELECT entry FROM outbox WHERE entry ->> '$.proposal' IS NOT NULL AND (state = 'proposed' OR place >= ?1)
         ORDER BY place, id",
        [then.as_microsecond()],
    )
}

/// What is shown of proposals: those that are open, and those of the last day.
pub(crate) fn shown(connection: &Connection, now: Timestamp) -> Result<Vec<Entry>, Error> {
    since(connection, now.saturating_sub(SHOWN_FOR).unwrap_or(now))
}

/// Says no to what nobody answered in time.
pub(crate) fn expire(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), Error> {
    for entry in open(transaction)? {
        if entry.is_expired(now) {
            let decision = Decision {
                at: now,
                by: None,
                approved: false,
                note: None,
            };
            decide(transaction, entry, decision)?;
        }
    }
    Ok(())
}

/// Says yes to what a hash names. It goes to the end of the line then.
pub(crate) fn approve(
    transaction: &Transaction<'_>,
    id: &EntryId,
    hash_shown: &str,
    by: &Provenance,
    despite_reading_elsewhere: bool,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let all = batch(transaction, id)?;
    let refused = |reason| Err(Error::NotApproved { reason });
    if all.is_empty() || all.iter().any(|entry| entry.state != State::Proposed) {
        return refused("it does not wait for an answer any more");
    }
    if all.iter().any(|entry| entry.is_expired(now)) {
        return refused("it has expired");
    }
    let proposed = |entry: &Entry| {
        let proposal = entry.proposal.as_ref();
        proposal.is_some_and(|proposal| proposal.hash == hash_shown)
    };
    if !all.iter().all(proposed) || hash(&all) != hash_shown {
        return refused("it is not what was shown");
    }
    let elsewhere = all
        .iter()
        .any(|entry| entry.read_elsewhere().next().is_some());
    if elsewhere && !despite_reading_elsewhere {
        return refused("the agent had read other places, which has to be confirmed");
    }
    let yes = Decision {
        at: now,
        by: Some(by.clone()),
        approved: true,
        note: None,
    };
    all.into_iter()
        .map(|entry| decide(transaction, entry, yes.clone()))
        .collect()
}

/// Says no, with a note for the agent.
pub(crate) fn refuse(
    transaction: &Transaction<'_>,
    id: &EntryId,
    by: &Provenance,
    note: Option<String>,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let all = batch(transaction, id)?;
    if all.is_empty() || all.iter().any(|entry| entry.state != State::Proposed) {
        return Err(Error::NotApproved {
            reason: "it does not wait for an answer any more",
        });
    }
    let no = Decision {
        at: now,
        by: Some(by.clone()),
        approved: false,
        note,
    };
    all.into_iter()
        .map(|entry| decide(transaction, entry, no.clone()))
        .collect()
}

fn decide(
    transaction: &Transaction<'_>,
    mut entry: Entry,
    decision: Decision,
) -> Result<Entry, Error> {
    let (approved, now) = (decision.approved, decision.at);
    if let Some(proposal) = &mut entry.proposal {
        proposal.decision = Some(decision);
    }
    tables::save(transaction, &entry)?;
    let event = if approved {
        Event::Approve
    } else {
        Event::Cancel
    };
    let done = tables::happens(transaction, &entry.id, event, now)?.entry;
    // Who decided stands in the journal.
    tables::note(transaction, &done, Some(State::Proposed.name()), now, true)?;
    Ok(done)
}
