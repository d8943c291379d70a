//! The tables of the outbox. Every transition is one transaction, and stands in the journal, which only grows.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;
use serde_json::Value;

use super::{
    entry::{Change, Entry, State},
    fold::{Fold, fold},
    overlay::{Overlay, overlay},
    step::{Event, NotNow, Transition, step},
    twin,
};
use crate::{
    cache::{self, Pending, PendingId, database::Migration},
    error::Error,
    id::{CaseRef, DeploymentId, EntryId},
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

/// Makes the tables.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    number: 6,
    sql: TABLES,
}];

/// Tables whose rows exist nowhere else.
pub(crate) const SALVAGED: &[&str] = &["outbox", "journal", "drafts"];

/// Most writes that wait, and from how many on people are told (`ux.md` §9.8). What was written to many cases at once is one.
pub(crate) const MOST_WRITES: u32 = 500;
pub(crate) const MANY_WRITES: u32 = MOST_WRITES / 5 * 4;
/// The newest settled entries stay for a while; what happened to the others is in the journal.
const MOST_SETTLED: u32 = 300;
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JournalLine {
    pub(crate) n: i64,
    pub(crate) at: String,
    pub(crate) entry: String,
    pub(crate) came_from: Option<String>,
    pub(crate) went_to: String,
    pub(crate) error: Option<String>,
    pub(crate) content: Option<Value>,
}

/// Takes a write in. It is acknowledged when the transaction is committed, and not before. Tells the entry that carries
/// it: another one, where it was folded into one that waits.
pub(crate) fn enqueue(
    transaction: &Transaction<'_>,
    mut entry: Entry,
    now: Timestamp,
) -> Result<Entry, Error> {
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
    if transition.to_end {
        entry.place = next_place(transaction, now)?;
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
    if let (State::Confirmed, Some(created)) = (&entry.state, entry.created_case()) {
        let named = CaseRef {
            id: created,
            ..entry.case.clone()
        };
        if named != entry.case {
            rename_case(transaction, &entry.case, &named)?;
            entry.case = named;
        }
    }
    if entry.state == State::Cancelled && matches!(entry.change, Change::CreateCase(_)) {
        orphan_case(transaction, &entry.clone(), now)?;
    }
    Ok(transition)
}

/// One entry.
pub(crate) fn load(connection: &Connection, id: &EntryId) -> Result<Entry, Error> {
    let mut find = connection.prepare_cached("SELECT entry FROM outbox WHERE id = ?1")?;
    let found = find.query_row([id.as_str()], |row| row.get::<_, String>(0));
    read(&found.optional()?.ok_or(Error::Unknown { what: "entry" })?)
}

/// The front of the line: of each case what is held, and the first that is not, in the order of places.
pub(crate) fn front(connection: &Connection) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox AS this
         WHERE state IN ('held', 'queued', 'leased', 'sent', 'ambiguous', 'reconciling')
           AND NOT EXISTS (
             SELECT 1 FROM outbox AS first
             WHERE first.deployment = this.deployment AND first.space = this.space AND first.case_id = this.case_id
               AND first.place < this.place
               AND first.state IN ('queued', 'leased', 'sent', 'ambiguous', 'reconciling'))
         ORDER BY place, id",
        [],
    )
}

/// Every entry that is not settled, and the newest of those that are, in the order of places.
pub(crate) fn list(connection: &Connection, most_settled: u32) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox WHERE state NOT IN ('confirmed', 'cancelled')
         UNION ALL
         SELECT entry FROM (SELECT entry, place FROM outbox WHERE state IN ('confirmed', 'cancelled')
                            ORDER BY place DESC LIMIT ?1)",
        [most_settled],
    )
    .map(|mut entries| {
        entries.sort_by_key(|entry| entry.place);
        entries
    })
}

/// How many entries are not settled.
pub(crate) fn count_unsettled(connection: &Connection) -> Result<u32, Error> {
    count(connection, "count(*)")
}

/// How many writes of people are not settled.
pub(crate) fn count_writes(connection: &Connection) -> Result<u32, Error> {
    count(
        connection,
        "count(DISTINCT coalesce(entry ->> '$.bulk', id))",
    )
}

fn count(connection: &Connection, what: &str) -> Result<u32, Error> {
    let mut count = connection.prepare_cached(&format!(
        "SELECT {what} FROM outbox WHERE state IN
             ('proposed', 'held', 'queued', 'leased', 'sent', 'ambiguous', 'reconciling', 'parked')"
    ))?;
    Ok(count.query_row([], |row| row.get(0))?)
}

/// Forgets settled entries but the newest ones, and those that are too old. The journal stays, and so does what a late twin is
/// still looked for.
pub(crate) fn prune(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), Error> {
    // Places are times, if the clock was never set back.
    let oldest = now.saturating_sub(SETTLED_FOR).unwrap_or(now);
    transaction.execute(
        "DELETE FROM outbox
         WHERE state IN ('confirmed', 'cancelled') AND coalesce(watched_until, 0) < ?1
           AND (place < ?2 OR id NOT IN (
             SELECT id FROM outbox WHERE state IN ('confirmed', 'cancelled') ORDER BY place DESC LIMIT ?3))",
        params![now.as_microsecond(), oldest.as_microsecond(), MOST_SETTLED],
    )?;
    Ok(())
}

/// Forgets the settled entries and the drafts of a deployment; the journal stays. Refused while one of its entries is not settled.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    check_settled(transaction, deployment)?;
    for delete in [
        "DELETE FROM outbox WHERE deployment = ?1",
        "DELETE FROM drafts WHERE deployment = ?1",
    ] {
        transaction.execute(delete, [deployment.as_str()])?;
    }
    Ok(())
}

/// Fails while an entry of a deployment is not settled.
pub(crate) fn check_settled(
    connection: &Connection,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    let unsettled = list(connection, 0)?
        .into_iter()
        .find(|entry| entry.case.source.deployment == *deployment);
    match unsettled {
        Some(entry) => {
            let state = entry.state.name();
            Err(NotNow { state }.into())
        }
        None => Ok(()),
    }
}

/// The entries of a case that are not settled, in the order of places.
pub(crate) fn of_case(connection: &Connection, case: &CaseRef) -> Result<Vec<Entry>, Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    query(
        connection,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND case_id = ?3
         AND state NOT IN ('confirmed', 'cancelled') ORDER BY place, id",
        (deployment, space, case.id.as_str()),
    )
}

/// Confirmed entries that a late twin of is still looked for.
pub(crate) fn watched(connection: &Connection, now: Timestamp) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox WHERE state = 'confirmed' AND watched_until > ?1 ORDER BY place, id",
        [now.as_microsecond()],
    )
}

/// What Kibana made of all entries of a case, or of a source if it is new cases: nobody's twin.
pub(crate) fn made_of(connection: &Connection, entry: &Entry) -> Result<BTreeSet<String>, Error> {
    let new_cases = matches!(entry.change, Change::CreateCase(_));
    let case = (!new_cases).then(|| entry.case.id.as_str());
    let source = &entry.case.source;
    let entries = query(
        connection,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND (?3 IS NULL OR case_id = ?3) AND id <> ?4",
        (
            source.deployment.as_str(),
            source.space.as_str(),
            case,
            entry.id.as_str(),
        ),
    )?;
    Ok(entries.into_iter().flat_map(|entry| entry.made).collect())
}

/// The journal from line `after`, at most `limit` lines.
pub(crate) fn journal(
    connection: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<JournalLine>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT n, at, entry, came_from, went_to, error, content FROM journal WHERE n > ?1 ORDER BY n LIMIT ?2",
    )?;
    let lines = find.query_map(params![after, limit], journal_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The number of the journal's last line, and the cases of the entries that lines after `after` are about; none without it.
pub(crate) fn news(
    connection: &Connection,
    after: Option<i64>,
) -> Result<(i64, Vec<CaseRef>), Error> {
    let mut last = connection.prepare_cached("SELECT coalesce(max(n), 0) FROM journal")?;
    let last: i64 = last.query_row([], |row| row.get(0))?;
    let Some(after) = after.filter(|after| *after < last) else {
        return Ok((last, Vec::new()));
    };
    let entries = query(
        connection,
        "SELECT entry FROM outbox WHERE id IN (SELECT entry FROM journal WHERE n > ?1)",
        [after],
    )?;
    let cases: BTreeSet<_> = entries.into_iter().map(|entry| entry.case).collect();
    Ok((last, cases.into_iter().collect()))
}

/// What happened to one entry, in order.
pub(crate) fn trace(connection: &Connection, id: &EntryId) -> Result<Vec<JournalLine>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT n, at, entry, came_from, went_to, error, content FROM journal WHERE entry = ?1 ORDER BY n",
    )?;
    let lines = find.query_map([id.as_str()], journal_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// Keeps what somebody is writing to a case; an empty text is thrown away.
pub(crate) fn put_draft(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    text: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    if text.is_empty() {
        transaction.execute(
            "DELETE FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
            params![deployment, space, case.id.as_str()],
        )?;
        return Ok(());
    }
    transaction.execute(
        "INSERT INTO drafts VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at",
        params![deployment, space, case.id.as_str(), text, now.to_string()],
    )?;
    Ok(())
}

/// Throws a draft away that became a comment. What was typed meanwhile stays.
fn drop_draft(transaction: &Transaction<'_>, case: &CaseRef, text: &str) -> Result<(), Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    transaction.execute(
        "DELETE FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3 AND text = ?4",
        params![deployment, space, case.id.as_str(), text],
    )?;
    Ok(())
}

/// What somebody was writing to a case.
pub(crate) fn draft(connection: &Connection, case: &CaseRef) -> Result<Option<String>, Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    let mut find = connection.prepare_cached(
        "SELECT text FROM drafts WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
    )?;
    let found = find.query_row(params![deployment, space, case.id.as_str()], |row| {
        row.get(0)
    });
    Ok(found.optional()?)
}

/// Under its real name, everything that was written to a case that was not created yet.
fn rename_case(
    transaction: &Transaction<'_>,
    local: &CaseRef,
    named: &CaseRef,
) -> Result<(), Error> {
    let (deployment, space) = (
        local.source.deployment.as_str(),
        local.source.space.as_str(),
    );
    let all = query(
        transaction,
        "SELECT entry FROM outbox WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
        (deployment, space, local.id.as_str()),
    )?;
    for mut entry in all {
        entry.case = named.clone();
        save(transaction, &entry)?;
    }
    transaction.execute(
        "UPDATE OR REPLACE drafts SET case_id = ?4 WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
        params![deployment, space, local.id.as_str(), named.id.as_str()],
    )?;
    Ok(())
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

fn line_of_case(
    connection: &Connection,
    case: &CaseRef,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let mut entries = of_case(connection, case)?;
    entries.retain(|entry| entry.blocks(now));
    Ok(entries)
}

/// The end of the line. It is the time in microseconds unless the clock was set back, so that entries that were taken in
/// while the file could not be opened yet find their place in it.
fn next_place(connection: &Connection, now: Timestamp) -> Result<u64, Error> {
    let mut find = connection.prepare_cached("SELECT coalesce(max(place), 0) FROM outbox")?;
    let place: i64 = find.query_row([], |row| row.get(0))?;
    Ok((place + 1).max(now.as_microsecond()).unsigned_abs())
}

/// What an entry lays over its case as faces see it.
fn show(transaction: &Transaction<'_>, entry: &Entry) -> Result<(), Error> {
    let id = PendingId::of_entry(&entry.id);
    match overlay(entry) {
        None => cache::remove_pending(transaction, id),
        Some(Overlay { patch, comment }) => cache::put_pending(
            transaction,
            &entry.case,
            &Pending {
                id,
                patch,
                comment,
                at: entry.created_at,
            },
        ),
    }
}

/// Lays everything over its case again, after marks of ended processes were taken away.
pub(crate) fn show_all(transaction: &Transaction<'_>) -> Result<(), Error> {
    let mut entries = list(transaction, 0)?;
    entries.sort_by_key(|entry| entry.place);
    entries
        .iter()
        .try_for_each(|entry| show(transaction, entry))
}

/// Lays the entries of one case over it, which the mirror knows again.
pub(crate) fn show_case(transaction: &Transaction<'_>, case: &CaseRef) -> Result<(), Error> {
    of_case(transaction, case)?
        .iter()
        .try_for_each(|entry| show(transaction, entry))
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

pub(super) fn note(
    transaction: &Transaction<'_>,
    entry: &Entry,
    before: Option<&str>,
    now: Timestamp,
    with_content: bool,
) -> Result<(), Error> {
    let mut add = transaction.prepare_cached(
        "INSERT INTO journal (n, at, entry, came_from, went_to, error, content)
         VALUES (max((SELECT coalesce(max(n), 0) + 1 FROM journal), ?1), ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    add.execute(params![
        now.as_microsecond(),
        now.to_string(),
        entry.id.as_str(),
        before,
        entry.state.name(),
        entry.last_error.map(|code| json(&code)),
        with_content.then(|| json(entry)),
    ])?;
    Ok(())
}

fn journal_line(row: &rusqlite::Row<'_>) -> Result<JournalLine, rusqlite::Error> {
    let content: Option<String> = row.get(6)?;
    let error: Option<String> = row.get(5)?;
    Ok(JournalLine {
        n: row.get(0)?,
        at: row.get(1)?,
        entry: row.get(2)?,
        came_from: row.get(3)?,
        went_to: row.get(4)?,
        error: error.map(|code| code.trim_matches('"').to_owned()),
        content: content.and_then(|content| serde_json::from_str(&content).ok()),
    })
}

fn query(
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
mod tests {
    use super::*;
    use crate::{cache::database::Database, cache::tests::source, outbox::entry::Provenance};

    fn comment(text: &str) -> Entry {
        let case = CaseRef {
            source: source("soc"),
            id: "case-1".parse().unwrap(),
        };
        let change = Change::AddComment {
            text: text.to_owned(),
        };
        let agent = Provenance::Mcp {
            client: "helper".to_owned(),
            session: "s-1".to_owned(),
        };
        Entry::new(
            case,
            "securitySolution",
            change,
            agent,
            Timestamp::UNIX_EPOCH,
        )
    }

    async fn with<T: Send + 'static>(
        database: &Database,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        database.write(work).await
    }

    #[tokio::test]
    async fn a_comment_takes_its_draft_along_and_no_other() {
        let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        for (typed, stays) in [("isolated", None), ("isolated it", Some("isolated it"))] {
            let entry = comment("isolated");
            let case = entry.case.clone();
            let kept = with(&database, move |transaction| {
                put_draft(transaction, &case, typed, now)?;
                enqueue(transaction, entry, now)?;
                draft(transaction, &case)
            });
            assert_eq!(kept.await.unwrap().as_deref(), stays);
        }
    }

    #[tokio::test]
    async fn what_was_written_shows_again_when_its_case_comes_back() {
        let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
        let mirror = cache::Mirror::new(database.clone());
        let there = || vec![cache::tests::case("case-1", serde_json::json!({}))];
        let read = mirror.begin().await.unwrap();
        mirror.put(&source("soc"), there(), read).await.unwrap();
        let entry = comment("isolated");
        with(&database, move |transaction| {
            enqueue(transaction, entry, Timestamp::UNIX_EPOCH)
        })
        .await
        .unwrap();
        mirror.forget(&source("soc")).await.unwrap();
        let read = mirror.begin().await.unwrap();
        mirror.put(&source("soc"), there(), read).await.unwrap();
        let shown = database.read(|connection| {
            let mut find = connection.prepare("SELECT comment FROM pending")?;
            Ok(find
                .query_row([], |row| row.get::<_, String>(0))
                .optional()?)
        });
        assert_eq!(shown.await.unwrap().as_deref(), Some("isolated"));
    }

    #[tokio::test]
    async fn the_journal_tells_everything_and_refuses_to_be_changed() {
        let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let entry = comment("isolated");
        let id = entry.id.clone();
        with(&database, move |transaction| {
            enqueue(transaction, entry, now)?;
            happens(transaction, &id, Event::Cancel, now)
        })
        .await
        .unwrap();
        let lines = database
            .read(|connection| journal(connection, 0, 10))
            .await
            .unwrap();
        let states: Vec<_> = lines
            .iter()
            .map(|line| (line.came_from.as_deref(), line.went_to.as_str()))
            .collect();
        assert_eq!(states, [(None, "queued"), (Some("queued"), "cancelled")]);
        let content = lines[0].content.as_ref().unwrap();
        assert_eq!(content["change"]["text"], "isolated");
        assert_eq!(content["by"]["client"], "helper");
        for sql in ["UPDATE journal SET at = ''", "DELETE FROM journal"] {
            let refused = with(&database, move |transaction| {
                Ok(transaction.execute(sql, [])?)
            });
            assert!(refused.await.is_err(), "{sql} is refused");
        }
    }

    #[tokio::test]
    async fn what_a_person_retries_goes_to_the_end_of_the_line() {
        let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let (first, second) = (comment("first"), comment("second"));
        let id = first.id.clone();
        let front = with(&database, move |transaction| {
            enqueue(transaction, first, now)?;
            enqueue(transaction, second, now)?;
            happens(transaction, &id, Event::NeverCreated, now)?;
            happens(transaction, &id, Event::Retry, now)?;
            front(transaction)
        });
        let texts: Vec<_> = front
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.change)
            .collect();
        assert_eq!(texts, [comment("second").change]);
    }

    #[tokio::test]
    async fn a_draft_is_kept_for_each_case_until_it_is_empty() {
        let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
        let case = comment("").case;
        for (text, kept) in [("a", Some("a")), ("ab", Some("ab")), ("", None)] {
            let case = case.clone();
            let found = with(&database, move |transaction| {
                put_draft(transaction, &case, text, Timestamp::UNIX_EPOCH)?;
                draft(transaction, &case)
            });
            assert_eq!(found.await.unwrap().as_deref(), kept);
        }
    }
}
