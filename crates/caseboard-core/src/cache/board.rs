//! Board and list queries: columns with counts, and windows of rows. Every one of them goes along an index.

use std::collections::{BTreeMap, HashMap};

use kibana_cases::AlertId;
use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    cases::CaseKey,
    groups,
    matching::{Matching, Rows},
    row::{self, NamedSource, Places},
};
use crate::{
    error::Error,
    view::{
        Board, BoardWindow, CaseRow, Column, GroupKey, Grouping, ListOrder, ListPart, Searched,
        SeverityCounts,
    },
};

/// Most rows that one window holds, whatever is asked for.
pub(crate) const MOST_ROWS: u32 = 200;
/// Place of columns that this app does not know.
const UNKNOWN: u8 = 2;

/// Which part of a long list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) offset: u32,
    /// Never more than [`MOST_ROWS`] are given.
    pub(crate) limit: u32,
}

/// The columns of the board of these sources.
pub(crate) fn board(
    connection: &Connection,
    sources: &[NamedSource],
    matching: Option<&Matching>,
) -> Result<Board, Error> {
    let places = Places::find(connection, sources)?;
    let mut columns: BTreeMap<(u8, String), SeverityCounts> = BTreeMap::new();
    for known in ["open", "in-progress", "closed"] {
        columns.insert(column_key(known), SeverityCounts::default());
    }
    let mut n_known = 0;
    for (source, _) in places.iter() {
        let mut count =
            connection.prepare_cached("SELECT count(*) FROM cases WHERE source = ?1")?;
        n_known += count.query_row([source], |row| row.get::<_, u32>(0))?;
    }
    let (sql, values) = counting(&places, matching);
    let mut counts = connection.prepare_cached(&sql)?;
    let mut rows = counts.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let counts = columns
            .entry(column_key(&row.get::<_, String>(0)?))
            .or_default();
        *of(counts, row.get(1)?) += row.get::<_, u32>(2)?;
    }
    let columns: Vec<_> = columns
        .into_iter()
        .map(|((order, status), severities)| column(status, order == UNKNOWN, severities))
        .collect();
    Ok(Board {
        n_cases: columns.iter().map(|column| column.total).sum(),
        n_known,
        columns,
        search: Searched::default(),
    })
}

/// A window on one column: worst severity first, then newest change.
pub(crate) fn window(
    connection: &Connection,
    sources: &[NamedSource],
    matching: Option<&Matching>,
    column: &str,
    part: Part,
) -> Result<BoardWindow, Error> {
    let window = Window {
        group: Some(GroupKey {
            grouping: Grouping::Status,
            key: Some(column.to_owned()),
        }),
        order: ListOrder::Severity,
        descending: false,
    };
    window.read(
        connection,
        &Places::find(connection, sources)?,
        matching,
        part,
    )
}

/// A window on the list of all columns or of one group, in any order.
pub(crate) fn list(
    connection: &Connection,
    sources: &[NamedSource],
    matching: Option<&Matching>,
    list: &ListPart,
) -> Result<BoardWindow, Error> {
    let window = Window {
        group: list.group.clone(),
        order: list.order,
        descending: list.descending,
    };
    let part = Part {
        offset: list.offset,
        limit: list.limit,
    };
    window.read(
        connection,
        &Places::find(connection, sources)?,
        matching,
        part,
    )
}

/// Rows of the cases that hold an alert, as far as details were read.
#[cfg_attr(not(test), expect(dead_code, reason = "the query language asks it"))]
pub(crate) fn cases_of_alert(
    connection: &Connection,
    sources: &[NamedSource],
    alert: &AlertId,
    limit: u32,
) -> Result<Vec<CaseRow>, Error> {
    let places = Places::find(connection, sources)?;
    let mut find = connection.prepare_cached(
        "SELECT case_key FROM case_alerts WHERE alert = ?1 ORDER BY case_key LIMIT ?2",
    )?;
    let keys = find.query_map((alert.as_str(), limit.min(MOST_ROWS)), |row| row.get(0))?;
    row::of(connection, &places, &keys.collect::<Result<Vec<_>, _>>()?)
}

struct Window {
    group: Option<GroupKey>,
    order: ListOrder,
    descending: bool,
}

impl Window {
    fn read(
        &self,
        connection: &Connection,
        places: &Places,
        matching: Option<&Matching>,
        part: Part,
    ) -> Result<BoardWindow, Error> {
        if places.is_empty() {
            return Ok(BoardWindow {
                total: 0,
                rows: Vec::new(),
            });
        }
        let (sql, values) = self.counting(places, matching);
        let mut count = connection.prepare_cached(&sql)?;
        let total = count.query_row(params_from_iter(values), |row| row.get(0))?;
        let (sql, values) = self.finding(places, matching, part);
        let mut find = connection.prepare_cached(&sql)?;
        let keys = find.query_map(params_from_iter(values), |row| row.get(0))?;
        let keys: Vec<CaseKey> = keys.collect::<Result<_, _>>()?;
        let found = match matching {
            Some(matching) => matching.places(connection, &keys)?,
            None => HashMap::new(),
        };
        Ok(BoardWindow {
            total,
            rows: row::found(connection, places, &keys, &found)?,
        })
    }

    fn counting(&self, places: &Places, matching: Option<&Matching>) -> (String, Vec<Value>) {
        let Rows {
            from,
            and,
            mut values,
        } = Rows::of(matching);
        let column = self.in_group(places, &mut values);
        let sql = format!(
            "SELECT count(*) FROM {from} WHERE source IN {}{column}{and}",
            places.sql()
        );
        (sql, values)
    }

    /// One sorted walk along the index for each source, merged; what matches a search is sorted instead.
    fn finding(
        &self,
        places: &Places,
        matching: Option<&Matching>,
        part: Part,
    ) -> (String, Vec<Value>) {
        let order = self.order.columns();
        let select = format!("SELECT case_key, {}", order.names.join(", "));
        let Rows {
            from,
            and,
            mut values,
        } = Rows::of(matching);
        let column = self.in_group(places, &mut values);
        let sql = if matching.is_some() {
            format!(
                "{select} FROM {from} WHERE source IN {}{column}{and}",
                places.sql()
            )
        } else {
            let each: Vec<_> = places
                .iter()
                .map(|(source, _)| format!("{select} FROM {from} WHERE source = {source}{column}"))
                .collect();
            each.join(" UNION ALL ")
        };
        let limit = part.limit.min(MOST_ROWS);
        let sql = format!(
            "{sql} ORDER BY {} LIMIT {limit} OFFSET {}",
            order.sql(self.descending),
            part.offset
        );
        (sql, values)
    }

    fn in_group(&self, places: &Places, values: &mut Vec<Value>) -> String {
        match &self.group {
            Some(group) => format!(" AND {}", groups::within(places, group, values)),
            None => String::new(),
        }
    }
}

struct Columns {
    names: &'static [&'static str],
    /// How the first column is compared.
    collate: &'static str,
}

impl ListOrder {
    fn columns(self) -> Columns {
        let (names, collate): (&[_], _) = match self {
            Self::Severity => (&["severity_rank", "changed_at"], ""),
            Self::Changed => (&["changed_at"], ""),
            Self::Created => (&["created_at"], ""),
            Self::Closed => (&["closed_at"], ""),
            Self::Number => (&["number"], ""),
            Self::Title => (&["title"], " COLLATE NOCASE"),
            Self::Category => (&["category"], " COLLATE NOCASE"),
            Self::Owner => (&["owner"], ""),
            Self::Alerts => (&["n_alerts"], ""),
            Self::Comments => (&["n_comments"], ""),
        };
        Columns { names, collate }
    }
}

impl Columns {
    /// A second column runs against the first, as the index has it.
    fn sql(&self, descending: bool) -> String {
        let (one, other) = if descending {
            ("DESC", "ASC")
        } else {
            ("ASC", "DESC")
        };
        let collate = self.collate;
        match self.names.len() {
            1 => format!("2{collate} {one}, 1 {one}"),
            _ => format!("2{collate} {one}, 3 {other}, 1 {one}"),
        }
    }
}

fn counting(places: &Places, matching: Option<&Matching>) -> (String, Vec<Value>) {
    let Rows { from, and, values } = Rows::of(matching);
    let sql = format!(
        "SELECT status, severity_rank, count(*) FROM {from} WHERE source IN {}{and} GROUP BY source, status, severity_rank",
        places.sql()
    );
    (sql, values)
}

/// Columns in the order of the screen: unknown statuses stand before closed.
pub(super) fn column_key(status: &str) -> (u8, String) {
    let order = match status {
        "open" => 0,
        "in-progress" => 1,
        "closed" => 3,
        _ => UNKNOWN,
    };
    (order, status.to_owned())
}

fn column(status: String, read_only: bool, severities: SeverityCounts) -> Column {
    Column {
        total: total(&severities),
        status,
        severities,
        read_only,
    }
}

pub(super) fn total(severities: &SeverityCounts) -> u32 {
    let SeverityCounts {
        critical,
        high,
        medium,
        low,
        unknown,
    } = severities;
    critical + high + medium + low + unknown
}

pub(super) fn of(counts: &mut SeverityCounts, rank: u8) -> &mut u32 {
    match rank {
        0 => &mut counts.critical,
        1 => &mut counts.high,
        2 => &mut counts.medium,
        3 => &mut counts.low,
        _ => &mut counts.unknown,
    }
}
