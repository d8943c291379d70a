//! The tables of the outbox. Every transition is one transaction, and stands in the journal, which only grows.

mod drafts;
mod journal;
mod queries;
mod settled;
mod showing;

pub(crate) use self::{
    drafts::{draft, put_draft},
    journal::{journal, news},
    queries::{count_unsettled, count_writes, front, list, made_of, of_case, watched},
    settled::{forget, leave, prune},
    showing::{is_awaited, show_all, show_case, show_new_cases},
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

pub(super) use self::journal::note;
use self::{drafts::drop_draft, queries::line_of_case, showing::show};
use super::{
    entry::{Change, Entry, Provenance, State},
    fold::{Fold, fold},
    step::{Event, Transition, step},
    twin,
};
use crate::{
    cache::{
        self,
        database::{Migration, Salvage},
        mine,
    },
    error::Error,
    id::{CaseRef, EntryId},
};

const TABLES: &str = "
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Until when a late twin is looked for, in microseconds since 1970.
    watched_until INTEGER,
    -- All of it, as JSON.
    entry TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, place);
CREATE INDEX outbox_by_case ON outbox (deployment, space, case_id, place);
CREATE INDEX outbox_watched ON outbox (watched_until) WHERE watched_until IS NOT NULL;

CREATE TABLE journal (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    entry TEXT NOT NULL,
    came_from TEXT,
    went_to TEXT NOT NULL,
    error TEXT,
    -- The entry as it was acknowledged, and again whenever what it writes changed.
    content TEXT
) STRICT;
CREATE INDEX journal_by_entry ON journal (entry, n);
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;

CREATE TABLE drafts (
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    case_id TEXT NOT NULL,
    text TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (deployment, space, case_id)
) STRICT;
";

const KEYS: &str = "
CREATE INDEX outbox_by_key ON outbox (deployment, space, entry ->> '$.key.name') WHERE entry ->> '$.key.name' IS NOT NULL;
";

/// Makes the tables.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 6,
        sql: TABLES,
    },
    Migration {
        number: 13,
        sql: KEYS,
    },
];

/// What exists nowhere else. Of two drafts the newer one stays.
pub(crate) const SALVAGE: Salvage = Salvage {
    tables: &[
        ("outbox", "DO NOTHING"),
        ("journal", "DO NOTHING"),
        (
            "drafts",
            "DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at
             WHERE julianday(excluded.changed_at) >= julianday(drafts.changed_at)",
        ),
        (cache::CREATED, "DO NOTHING"),
        (mine::LOOKED_AT, "DO NOTHING"),
        (mine::NEW_CASE, "DO NOTHING"),
        (mine::TRAY, "DO NOTHING"),
        (mine::PINNED, "DO NOTHING"),
    ],
    after_damage: park_all,
};

/// Most writes that wait, and from how many on people are told (`ux.md` §9.8). What was written to many cases at once is one.
pub(crate) const MOST_WRITES: u32 = 500;
pub(crate) const MANY_WRITES: u32 = MOST_WRITES / 5 * 4;

/// Takes a write in. It is acknowledged when the transaction is committed, and not before. Tells the entry that carries
/// it: another one, where it was folded into one that waits.
pub(crate) fn enqueue(
    transaction: &Transaction<'_>,
    mut entry: Entry,
    now: Timestamp,
) -> Result<Entry, Error> {
    if let Some(real) = cache::real(transaction, &entry.case)? {
        entry.case = real;
    }
    if is_orphan(transaction, &entry)? {
        return Err(Error::Unknown { what: "case" });
    }
    if cache::is_left(transaction, &entry.case.source.deployment)? {
        return Err(Error::Unknown { what: "deployment" });
    }
    let line = line_of_case(transaction, &entry.case, now)?;
    if let Fold::Into { entry: id, edits } = fold(&line, &entry) {
        let mut waiting = load(transaction, &id)?;
        if edits.is_empty() {
            waiting.state = State::Cancelled;
        }
        waiting.change = Change::EditCase { edits };
        save(transaction, &waiting)?;
        note(transaction, &waiting, Some("queued"), now, true)?;
        return Ok(waiting);
    }
    entry.place = next_place(transaction, now)?;
    save(transaction, &entry)?;
    note(transaction, &entry, None, now, true)?;
    if let Change::AddComment { text } = &entry.change {
        drop_draft(transaction, &entry.case, text)?;
    }
    // What the window's form held. A case that a program creates throws nothing away.
    if matches!(entry.change, Change::CreateCase(_)) && entry.by == Provenance::Window {
        mine::put_new_case(transaction, None)?;
    }
    Ok(entry)
}

/// Lets something happen to an entry, and to whatever depends on it.
pub(crate) fn happens(
    transaction: &Transaction<'_>,
    id: &EntryId,
    event: Event,
    now: Timestamp,
) -> Result<Transition, Error> {
    let before = load(transaction, id)?;
    let mut transition = step(&before, event, now)?;
    let entry = &mut transition.entry;
    if entry.state == State::Confirmed {
        twin::is_removed(transaction, entry, now)?;
    }
    // A case is created before anything else is written to it, however late that is.
    if transition.to_end && !entry.creates() {
        entry.place = next_place(transaction, now)?;
    }
    if entry.state == State::Queued && is_orphan(transaction, entry)? {
        *entry = step(entry, Event::NeverCreated, now)?.entry;
    }
    if let (State::Confirmed, Some(created)) = (&entry.state, entry.created_case()) {
        let named = CaseRef {
            id: created,
            ..entry.case.clone()
        };
        if named != entry.case {
            rename_case(transaction, entry, &named)?;
            entry.case = named;
        }
    }
    save(transaction, entry)?;
    let rewritten = before.change != entry.change;
    if rewritten || before.state != entry.state || before.last_error != entry.last_error {
        note(
            transaction,
            entry,
            Some(before.state.name()),
            now,
            rewritten,
        )?;
    }
    if entry.state == State::Cancelled && entry.creates() {
        orphan_case(transaction, &entry.clone(), now)?;
    }
    Ok(transition)
}

/// What was saved from a damaged file waits for a person: it may be older than what was done since, and was perhaps sent.
fn park_all(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), Error> {
    for entry in list(transaction, 0)? {
        let before = entry.state.name();
        let entry = match step(&entry, Event::Salvaged, now) {
            Ok(Transition { entry, .. }) => {
                note(transaction, &entry, Some(before), now, false)?;
                entry
            }
            Err(_) => entry,
        };
        save(transaction, &entry)?;
    }
    Ok(())
}

/// One entry.
pub(crate) fn load(connection: &Connection, id: &EntryId) -> Result<Entry, Error> {
    let mut find = connection.prepare_cached("SELECT entry FROM outbox WHERE id = ?1")?;
    let found = find.query_row([id.as_str()], |row| row.get::<_, String>(0));
    read(&found.optional()?.ok_or(Error::Unknown { what: "entry" })?)
}

/// Under its real name, everything that was written to a case that was not created yet. The first name leads to it from now on.
fn rename_case(
    transaction: &Transaction<'_>,
    create: &Entry,
    named: &CaseRef,
) -> Result<(), Error> {
    let local = &create.case;
    cache::created(transaction, local, named)?;
    let (deployment, space) = (
        local.source.deployment.as_str(),
        local.source.space.as_str(),
    );
    let others = query(
        transaction,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND case_id = ?3 AND id <> ?4",
        (deployment, space, local.id.as_str(), create.id.as_str()),
    )?;
    for mut entry in others {
        entry.case = named.clone();
        save(transaction, &entry)?;
    }
    transaction.execute(
        "UPDATE OR REPLACE drafts SET case_id = ?4 WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
        params![deployment, space, local.id.as_str(), named.id.as_str()],
    )?;
    Ok(())
}

/// Whether it is written to a case that nothing is about to create.
fn is_orphan(connection: &Connection, entry: &Entry) -> Result<bool, Error> {
    if !entry.case.is_local() || entry.creates() {
        return Ok(false);
    }
    Ok(!of_case(connection, &entry.case)?.iter().any(Entry::creates))
}

/// What was written to a case that will never be created waits for a person, text and all.
fn orphan_case(transaction: &Transaction<'_>, create: &Entry, now: Timestamp) -> Result<(), Error> {
    for entry in of_case(transaction, &create.case)? {
        let before = entry.state.name();
        if let Ok(Transition { entry, .. }) = step(&entry, Event::NeverCreated, now) {
            save(transaction, &entry)?;
            note(transaction, &entry, Some(before), now, false)?;
        }
    }
    Ok(())
}

/// The end of the line. It is the time in microseconds unless the clock was set back, so that entries that were taken in
/// while the file could not be opened yet find their place in it.
fn next_place(connection: &Connection, now: Timestamp) -> Result<u64, Error> {
    let mut find = connection.prepare_cached("SELECT coalesce(max(place), 0) FROM outbox")?;
    let place: i64 = find.query_row([], |row| row.get(0))?;
    Ok((place + 1).max(now.as_microsecond()).unsigned_abs())
}

pub(super) fn save(transaction: &Transaction<'_>, entry: &Entry) -> Result<(), Error> {
    let mut put = transaction.prepare_cached(
        "INSERT INTO outbox (id, place, deployment, space, case_id, state, watched_until, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET place = excluded.place, case_id = excluded.case_id, state = excluded.state,
             watched_until = excluded.watched_until, entry = excluded.entry",
    )?;
    put.execute(params![
        entry.id.as_str(),
        i64::try_from(entry.place).expect("fewer writes than an i64 counts"),
        entry.case.source.deployment.as_str(),
        entry.case.source.space.as_str(),
        entry.case.id.as_str(),
        entry.state.name(),
        entry.watched_until.map(Timestamp::as_microsecond),
        json(entry),
    ])?;
    show(transaction, entry)
}

pub(crate) fn query(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Entry>, Error> {
    let mut find = connection.prepare_cached(sql)?;
    let rows = find.query_map(params, |row| row.get::<_, String>(0))?;
    rows.map(|row| read(&row?)).collect()
}

fn read(entry: &str) -> Result<Entry, Error> {
    serde_json::from_str(entry).map_err(|error| Error::Damaged {
        file: "an entry of the outbox",
        reason: format!("{:?} at {}", error.classify(), error.column()),
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("entries have no maps with keys that are not text")
}

#[cfg(test)]
mod tests;
