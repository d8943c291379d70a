//! The approver: refuses what an agent writes, makes a proposal of it, or lets it pass, as its class is granted there.
//!
//! It decides in the transaction that takes the write in, so that what is taken away or runs out counts at once.

mod grants;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};

pub(crate) use self::grants::{
    Grant, MIGRATIONS, forget, give, list, marks_comments, set_marks_comments, take,
};
use crate::{
    error::Error,
    id::{DeploymentId, EntryId, SourceId},
    outbox::{
        Admitted, Entry, Key, Provenance, State,
        proposal::{self, OPEN_FOR, Proposal},
    },
    view::Policy,
};

/// Most proposals that wait for a person, and most that are made in a minute (S44).
const MOST_OPEN: usize = 20;
const MOST_A_MINUTE: usize = 10;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// How long a case may be written to without asking.
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// An agent, as far as its writes and what it may see hang on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    /// The only sources that it may see; `None` means all that are in use.
    pub only: Option<BTreeSet<SourceId>>,
    /// Why it writes, in its own words, for whoever is asked.
    pub reason: Option<String>,
    /// Names a write: the same again is the same write, and is done once.
    pub key: Option<String>,
    /// Sources whose text it has read.
    pub read: BTreeSet<SourceId>,
}

/// What becomes of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Allow,
    Ask,
    Refuse,
}

/// What becomes of writes that are made at once: the strictest verdict counts for all of them.
///
/// # Errors
/// [`Error::NotGranted`] with the first that is refused.
pub(crate) fn asks(
    connection: &Connection,
    entries: &[Entry],
    agent: &Agent,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut asks = false;
    for entry in entries {
        match verdict(connection, entry, agent, now)? {
            Verdict::Refuse => {
                return Err(Error::NotGranted {
                    class: entry.change.class().name(),
                    place: entry.case.source.to_string(),
                });
            }
            Verdict::Ask => asks = true,
            Verdict::Allow => {}
        }
    }
    Ok(asks)
}

/// Judges writes and makes what has to be of them. What was written before under the same key, or is proposed already, is
/// told and not written again.
pub(crate) fn admit(
    transaction: &Transaction<'_>,
    entries: Vec<Entry>,
    agent: &Agent,
    now: Timestamp,
) -> Result<Vec<Admitted>, Error> {
    proposal::expire(transaction, now)?;
    let mut entries = entries;
    if let Some(name) = &agent.key {
        let hash = proposal::hash(&entries);
        for entry in &mut entries {
            entry.key = Some(Key {
                name: name.clone(),
                hash: hash.clone(),
            });
        }
    }
    if let Some(known) = known(transaction, &entries)? {
        return Ok(known.into_iter().map(Admitted::Known).collect());
    }
    let asks = asks(transaction, &entries, agent, now)?;
    if asks {
        propose(&mut entries, agent, now);
        has_room(transaction, now)?;
    }
    Ok(entries.into_iter().map(Admitted::New).collect())
}

/// Makes a proposal of writes.
pub(crate) fn propose(entries: &mut [Entry], agent: &Agent, now: Timestamp) {
    let bulk = (entries.len() > 1).then(EntryId::new);
    let hash = proposal::hash(&*entries);
    for entry in entries {
        entry.state = State::Proposed;
        // One answer for all of it.
        if bulk.is_some() {
            entry.bulk.clone_from(&bulk);
        }
        entry.proposal = Some(Proposal {
            reason: agent.reason.clone(),
            until: now.saturating_add(OPEN_FOR).unwrap_or(now),
            hash: hash.clone(),
            read: agent.read.clone(),
            decision: None,
        });
    }
}

fn verdict(
    connection: &Connection,
    entry: &Entry,
    agent: &Agent,
    now: Timestamp,
) -> Result<Verdict, Error> {
    let class = entry.change.class();
    let Some(policy) = grants::policy(connection, &entry.case, class, now)? else {
        return Ok(Verdict::Refuse);
    };
    let source = &entry.case.source;
    let practises = |source: &SourceId| source.deployment == DeploymentId::practice();
    // Something of what it read elsewhere may be in it; what is invented may be anywhere.
    let carries = agent
        .read
        .iter()
        .any(|read| read != source && !practises(read));
    Ok(match policy {
        Policy::Allow if class.may_be_allowed() && !carries => Verdict::Allow,
        Policy::Allow | Policy::Ask => Verdict::Ask,
    })
}

/// What the same key wrote before, or the same agent proposed and nobody answered yet.
fn known(connection: &Connection, entries: &[Entry]) -> Result<Option<Vec<Entry>>, Error> {
    let Some(first) = entries.first() else {
        return Ok(None);
    };
    if let Some(key) = &first.key {
        let written = grants::written_with(connection, &first.case.source, &key.name)?;
        if written.is_empty() {
            return Ok(None);
        }
        return if written.iter().all(|entry| entry.key == first.key) {
            Ok(Some(written))
        } else {
            Err(Error::input("key", "it names another write already"))
        };
    }
    let hash = proposal::hash(entries);
    let mut open = proposal::open(connection)?;
    open.retain(|entry| {
        let proposal = entry.proposal.as_ref();
        entry.by == first.by && proposal.is_some_and(|proposal| proposal.hash == hash)
    });
    Ok((!open.is_empty()).then_some(open))
}

/// Fails where people would be asked too often.
fn has_room(connection: &Connection, now: Timestamp) -> Result<(), Error> {
    let batches = |entries: &[Entry]| {
        let batches = entries
            .iter()
            .map(|entry| entry.bulk.as_ref().unwrap_or(&entry.id));
        batches.collect::<BTreeSet<_>>().len()
    };
    let minute_ago = now.saturating_sub(MINUTE).unwrap_or(now);
    let made = proposal::since(connection, minute_ago)?;
    let (open, made): (Vec<_>, Vec<_>) = (
        proposal::open(connection)?,
        made.into_iter()
            .filter(|entry| entry.created_at >= minute_ago)
            .collect(),
    );
    if batches(&open) >= MOST_OPEN {
        return Err(Error::TooManyProposals {
            limit: u32::try_from(MOST_OPEN).unwrap_or(u32::MAX),
        });
    }
    if batches(&made) >= MOST_A_MINUTE {
        return Err(Error::TooFast { seconds: 60 });
    }
    Ok(())
}

/// Whether writes of somebody are judged.
pub(crate) fn is_agent(by: &Provenance) -> bool {
    matches!(by, Provenance::Mcp { .. })
}
