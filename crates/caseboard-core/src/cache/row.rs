//! Cases as cards and rows show them, and their handles.

use std::collections::HashMap;

use kibana_cases::CaseId;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    cases::{CaseKey, time, unreadable},
    mine, people,
    sources::{self, SourceKey},
};
use crate::{
    error::Error,
    id::{CaseRef, SourceId},
    plain::visible,
    view::{CaseRow, MatchedIn, Person},
};

/// Shortest prefix of an id that stands for a case without a number.
pub(super) const SHORTEST_PREFIX: usize = 6;

/// A source in use, with the names that rows carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedSource {
    pub(crate) source: SourceId,
    pub(crate) deployment_name: String,
    pub(crate) space_name: String,
    /// Profile uid of the person whose key reads it, where Kibana tells it.
    pub(crate) me: Option<String>,
    /// Whether the deployment has other spaces in use, so that a handle must name the space.
    pub(crate) has_siblings: bool,
}

impl NamedSource {
    /// What stands before the number in a handle.
    pub(super) fn place(&self) -> String {
        if self.has_siblings {
            format!("{}/{}", self.deployment_name, self.source.space)
        } else {
            self.deployment_name.clone()
        }
    }
}

/// Sources in use of which something was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Vec<(SourceKey, NamedSource)>);

impl Places {
    /// Finds the rows of sources. Those of which nothing was read hold no cases, and are left out.
    pub(crate) fn find(connection: &Connection, named: &[NamedSource]) -> Result<Self, Error> {
        let mut places = Vec::with_capacity(named.len());
        for named in named {
            if let Some(key) = sources::key(connection, &named.source)? {
                places.push((key, named.clone()));
            }
        }
        Ok(Self(places))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SourceKey, &NamedSource)> {
        self.0.iter().map(|(key, named)| (*key, named))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows of the sources, as an SQL list. They are numbers of ours.
    pub(crate) fn sql(&self) -> String {
        sql_list(self.0.iter().map(|(key, _)| *key))
    }

    fn named(&self, source: SourceKey) -> Option<&NamedSource> {
        self.0
            .iter()
            .find(|(key, _)| *key == source)
            .map(|(_, named)| named)
    }
}

/// Numbers as an SQL list.
pub(super) fn sql_list(keys: impl Iterator<Item = i64>) -> String {
    let keys: Vec<_> = keys.map(|key| key.to_string()).collect();
    format!("({})", keys.join(", "))
}

/// Rows of cases, in the order of their keys. A case outside these sources is left out.
pub(crate) fn of(
    connection: &Connection,
    places: &Places,
    keys: &[CaseKey],
) -> Result<Vec<CaseRow>, Error> {
    found(connection, places, keys, &HashMap::new())
}

/// The same, with where a search matched in them.
pub(crate) fn found(
    connection: &Connection,
    places: &Places,
    keys: &[CaseKey],
    matched_in: &HashMap<CaseKey, Vec<MatchedIn>>,
) -> Result<Vec<CaseRow>, Error> {
    let mut find = connection.prepare_cached(
        "SELECT source, id, number, title, status, severity, owner, tags, assignees, n_alerts, n_comments,
             created_at, changed_at, n_pending
         FROM cases WHERE case_key = ?1",
    )?;
    let mut is_unread = connection.prepare_cached(&format!(
        "SELECT {} FROM cases WHERE case_key = ?1",
        mine::unread("?2")
    ))?;
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(raw) = find.query_row([key], Raw::read).optional()? else {
            continue;
        };
        if let Some(named) = places.named(raw.source) {
            rows.push(CaseRow {
                unread: is_unread.query_row((key, &named.me), |row| row.get(0))?,
                matched_in: matched_in.get(key).cloned().unwrap_or_default(),
                ..raw.into_row(connection, named)?
            });
        }
    }
    Ok(rows)
}

/// Short name of a case: its number, else the shortest prefix of its id that no other case of the source has.
pub(crate) fn handle(
    connection: &Connection,
    named: &NamedSource,
    id: &CaseId,
) -> Result<String, Error> {
    let Some(source) = sources::key(connection, &named.source)? else {
        return Ok(format!("{}~{id}", named.place()));
    };
    let mut find =
        connection.prepare_cached("SELECT number FROM cases WHERE source = ?1 AND id = ?2")?;
    let number = find
        .query_row((source, id.as_str()), |row| row.get(0))
        .optional()?;
    handle_of(connection, named, source, id.as_str(), number.flatten())
}

struct Raw {
    source: SourceKey,
    id: String,
    number: Option<u32>,
    title: String,
    status: String,
    severity: String,
    owner: String,
    tags: String,
    assignees: String,
    n_alerts: u32,
    n_comments: u32,
    created_at: i64,
    changed_at: i64,
    n_pending: u32,
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            source: row.get(0)?,
            id: row.get(1)?,
            number: row.get(2)?,
            title: row.get(3)?,
            status: row.get(4)?,
            severity: row.get(5)?,
            owner: row.get(6)?,
            tags: row.get(7)?,
            assignees: row.get(8)?,
            n_alerts: row.get(9)?,
            n_comments: row.get(10)?,
            created_at: row.get(11)?,
            changed_at: row.get(12)?,
            n_pending: row.get(13)?,
        })
    }

    fn into_row(self, connection: &Connection, named: &NamedSource) -> Result<CaseRow, Error> {
        let id = self
            .id
            .parse::<CaseId>()
            .map_err(kibana_cases::Error::from)?;
        let tags: Vec<String> = serde_json::from_str(&self.tags).map_err(unreadable)?;
        let assignees: Vec<String> = serde_json::from_str(&self.assignees).map_err(unreadable)?;
        let assignees = assignees.iter().map(|uid| {
            Ok(Person {
                name: Some(visible(&people::name(connection, uid)?)),
            })
        });
        Ok(CaseRow {
            handle: handle_of(connection, named, self.source, &self.id, self.number)?,
            deployment_name: named.deployment_name.clone(),
            space_name: visible(&named.space_name),
            title: visible(&self.title),
            status: self.status,
            severity: self.severity,
            owner: self.owner,
            tags: tags.iter().map(|tag| visible(tag)).collect(),
            assignees: assignees.collect::<Result<_, Error>>()?,
            n_alerts: self.n_alerts,
            n_comments: self.n_comments,
            created_at: time(self.created_at).to_string(),
            changed_at: time(self.changed_at).to_string(),
            pending: self.n_pending > 0,
            unread: false,
            matched_in: Vec::new(),
            case: CaseRef {
                source: named.source.clone(),
                id,
            },
        })
    }
}

fn handle_of(
    connection: &Connection,
    named: &NamedSource,
    source: SourceKey,
    id: &str,
    number: Option<u32>,
) -> Result<String, Error> {
    let place = named.place();
    if let Some(number) = number {
        return Ok(format!("{place}#{number}"));
    }
    let mut neighbours = connection.prepare_cached(
        "SELECT (SELECT max(id) FROM cases WHERE source = ?1 AND id < ?2),
                (SELECT min(id) FROM cases WHERE source = ?1 AND id > ?2)",
    )?;
    let (before, after): (Option<String>, Option<String>) =
        neighbours.query_row((source, id), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let shared = [before, after]
        .into_iter()
        .flatten()
        .map(|other| shared_prefix(id, &other))
        .max();
    let length = (shared.unwrap_or(0) + 1).max(SHORTEST_PREFIX);
    Ok(format!("{place}~{}", id.get(..length).unwrap_or(id)))
}

fn shared_prefix(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}
