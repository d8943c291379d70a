//! What the mirror knows of alerts without asking: where they live, and which cases they may belong to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use kibana_cases::{AlertHit, AlertId, CaseId};
use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Mirror,
    cases::{CaseKey, time},
    search::{Field, of_alert},
    sources,
};
use crate::{error::Error, id::SourceId};

/// Cases that are looked at for each value that alerts have; the newest.
const MOST_CASES: u32 = 500;

/// An alert that a case of a source holds.
#[derive(Debug, Clone)]
pub(crate) struct KnownAlert {
    pub(crate) source: SourceId,
    pub(crate) hit: AlertHit,
    /// When its document was read, at the latest; `None` for what an older version kept.
    pub(crate) read_at: Option<Timestamp>,
    /// Cases that hold it.
    pub(crate) cases: Vec<CaseId>,
}

/// A case that shares something with alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NearCase {
    pub(crate) id: CaseId,
    pub(crate) status: String,
    /// Profile uids.
    pub(crate) assignees: Vec<String>,
    pub(crate) changed_at: Timestamp,
    pub(crate) shared: Shared,
}

/// What a case and alerts have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shared {
    /// How many of the alerts it holds.
    pub(crate) n_alerts: u32,
    pub(crate) hosts: BTreeSet<String>,
    pub(crate) users: BTreeSet<String>,
    pub(crate) rules: BTreeSet<String>,
    /// Values of its observables that the alerts have, too.
    pub(crate) observables: BTreeSet<String>,
}

impl Mirror {
    /// Alerts of these sources whose documents are here. An alert of several sources comes once for each.
    pub(crate) async fn known_alerts(
        &self,
        wanted: Vec<SourceId>,
        ids: Vec<AlertId>,
    ) -> Result<HashMap<AlertId, Vec<KnownAlert>>, Error> {
        let read = self.database().read(move |connection| {
            let mut keys = HashMap::new();
            for source in wanted {
                keys.extend(sources::key(connection, &source)?.map(|key| (key, source)));
            }
            let mut found = HashMap::new();
            for id in ids {
                let known = known(connection, &keys, &id)?;
                if !known.is_empty() {
                    found.insert(id, known);
                }
            }
            Ok(found)
        });
        read.await
    }

    /// Cases of a source that share something with these alerts.
    pub(crate) async fn cases_near(
        &self,
        source: SourceId,
        hits: Vec<AlertHit>,
    ) -> Result<Vec<NearCase>, Error> {
        let read = self.database().read(move |connection| {
            let Some(source) = sources::key(connection, &source)? else {
                return Ok(Vec::new());
            };
            let mut near = BTreeMap::new();
            for hit in &hits {
                for case in holders(connection, source, hit)? {
                    let shared: &mut Shared = near.entry(case).or_default();
                    shared.n_alerts += 1;
                }
            }
            // Many alerts have the same few values: each is looked for once.
            let values: BTreeSet<_> = hits.iter().flat_map(of_alert).collect();
            for (field, value) in values {
                share(connection, source, (field, value), &mut near)?;
            }
            let cases = near.into_iter();
            let cases = cases.map(|(key, shared)| case(connection, key, shared));
            cases.filter_map(Result::transpose).collect()
        });
        read.await
    }
}

fn known(
    connection: &Connection,
    sources: &HashMap<i64, SourceId>,
    id: &AlertId,
) -> Result<Vec<KnownAlert>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT source, cases.id, alerts.body, alerts.read_at FROM case_alerts CROSS JOIN cases USING (case_key) CROSS JOIN alerts USING (source, alert)
         WHERE alert = ?1 ORDER BY source, cases.created_at",
    )?;
    let mut rows = find.query([id.as_str()])?;
    let mut known: Vec<KnownAlert> = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(source) = sources.get(&row.get(0)?) else {
            continue;
        };
        let Ok(case) = row.get::<_, String>(1)?.parse() else {
            continue;
        };
        if let Some(known) = known.last_mut().filter(|known| known.source == *source) {
            known.cases.push(case);
        } else if let Ok(hit) = serde_json::from_str(&row.get::<_, String>(2)?) {
            known.push(KnownAlert {
                source: source.clone(),
                hit,
                read_at: row.get::<_, Option<i64>>(3)?.map(time),
                cases: vec![case],
            });
        }
    }
    Ok(known)
}

/// Cases that hold an alert, as far as their alerts were read; else those that it names itself.
fn holders(connection: &Connection, source: i64, hit: &AlertHit) -> Result<Vec<CaseKey>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT case_key FROM case_alerts CROSS JOIN cases USING (case_key) WHERE alert = ?1 AND source = ?2",
    )?;
    let keys = find.query_map((hit.id.as_str(), source), |row| row.get(0))?;
    let read: Vec<CaseKey> = keys.collect::<Result<_, _>>()?;
    if !read.is_empty() {
        return Ok(read);
    }
    let mut find =
        connection.prepare_cached("SELECT case_key FROM cases WHERE source = ?1 AND id = ?2")?;
    let named = hit.case_ids().unwrap_or_default().into_iter();
    let keys = named.map(|id| find.query_row((source, id), |row| row.get(0)).optional());
    Ok(keys
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?)
}

/// Notes which cases have a value that alerts have.
fn share(
    connection: &Connection,
    source: i64,
    (field, value): (Field, String),
    near: &mut BTreeMap<CaseKey, Shared>,
) -> Result<(), Error> {
    let mut having = |field: Field, note: fn(&mut Shared) -> &mut BTreeSet<String>| {
        let mut find = connection.prepare_cached(
            "SELECT case_key FROM terms CROSS JOIN cases USING (case_key)
             WHERE field = ?1 AND value = ?2 AND source = ?3 ORDER BY case_key DESC LIMIT ?4",
        )?;
        let keys = find.query_map((field.as_str(), &value, source, MOST_CASES), |row| {
            row.get(0)
        })?;
        for key in keys {
            note(near.entry(key?).or_default()).insert(value.clone());
        }
        Ok::<_, Error>(())
    };
    match field {
        Field::Host => having(field, |shared| &mut shared.hosts),
        Field::User => having(field, |shared| &mut shared.users),
        Field::Rule => having(field, |shared| &mut shared.rules),
        Field::Ip | Field::Domain | Field::Hash => {
            having(Field::Obs, |shared| &mut shared.observables)
        }
        Field::Assignee
        | Field::Mitre
        | Field::Obs
        | Field::Participant
        | Field::Process
        | Field::Reporter
        | Field::Tag => Ok(()),
    }
}

fn case(connection: &Connection, key: CaseKey, shared: Shared) -> Result<Option<NearCase>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT id, status, assignees, changed_at FROM cases WHERE case_key = ?1",
    )?;
    let found = find.query_row([key], |row| {
        let (id, assignees): (String, String) = (row.get(0)?, row.get(2)?);
        Ok((id, row.get(1)?, assignees, row.get(3)?))
    });
    let Some((id, status, assignees, changed_at)) = found.optional()? else {
        return Ok(None);
    };
    Ok(id.parse().ok().map(|id| NearCase {
        id,
        status,
        assignees: serde_json::from_str(&assignees).unwrap_or_default(),
        changed_at: time(changed_at),
        shared,
    }))
}
