//! What is asked of the entries: the front of the line, listings and counts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;

use super::query;
use crate::{
    error::Error,
    id::CaseRef,
    outbox::entry::{Change, Entry},
};

/// The front of the line: of each case what is held, and the first that is not, in the order of places. What was written to a
/// case that is not created yet waits for that, whatever it waits for itself.
pub(crate) fn front(connection: &Connection) -> Result<Vec<Entry>, Error> {
    query(
        connection,
        "SELECT entry FROM outbox AS this
         WHERE state IN ('held', 'queued', 'leased', 'sent', 'ambiguous', 'reconciling')
           AND (case_id NOT GLOB 'local-*' OR entry ->> '$.change.kind' = 'createCase')
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
        "SELECT entry FROM outbox WHERE state IN
             ('proposed', 'held', 'queued', 'leased', 'sent', 'ambiguous', 'reconciling', 'parked')
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

pub(super) fn line_of_case(
    connection: &Connection,
    case: &CaseRef,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let mut entries = of_case(connection, case)?;
    entries.retain(|entry| entry.blocks(now));
    Ok(entries)
}
