//! Board and list queries: columns with counts, and windows of rows. Every one of them goes along an index.

use std::{cmp::Reverse, collections::HashMap};

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
        Board, BoardRows, BoardWindow, CaseRow, Column, GroupKey, Grouping, ListOrder, ListPart,
        MatchedIn, Searched, SeverityCounts,
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

/// The columns of the board of these sources, each with the part of its rows that is asked for.
pub(crate) fn board(
    connection: &Connection,
    sources: &[NamedSource],
    matching: Option<&Matching>,
    rows: &BoardRows,
) -> Result<Board, Error> {
    let places = Places::find(connection, sources)?;
    let mut found = match matching {
        Some(matching) => matched(connection, &places, matching, rows)?,
        None => counted(connection, &places, rows)?,
    };
    for known in ["open", "in-progress", "closed"] {
        found.entry(known.to_owned()).or_default();
    }
    let shown: Vec<_> = found
        .values()
        .flat_map(|column| &column.shown)
        .copied()
        .collect();
    let matched_in = matched_in(connection, matching, &shown)?;
    let mut columns = Vec::with_capacity(found.len());
    for (status, Found { severities, shown }) in found {
        columns.push(Column {
            total: total(&severities),
            read_only: column_key(&status).0 == UNKNOWN,
            rows: row::found(connection, &places, &shown, &matched_in)?,
            status,
            severities,
        });
    }
    columns.sort_by_cached_key(|column| column_key(&column.status));
    let n_cases = columns.iter().map(|column| column.total).sum();
    Ok(Board {
        n_cases,
        n_known: match matching {
            Some(_) => n_known(connection, &places)?,
            None => n_cases,
        },
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
    let places = Places::find(connection, sources)?;
    Window::of_column(column).read(connection, &places, matching, part)
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
    fn of_column(status: &str) -> Self {
        Self {
            group: Some(GroupKey {
                grouping: Grouping::Status,
                key: Some(status.to_owned()),
            }),
            order: ListOrder::Severity,
            descending: false,
        }
    }

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
        let keys = self.keys(connection, places, matching, part)?;
        let matched_in = matched_in(connection, matching, &keys)?;
        Ok(BoardWindow {
            total,
            rows: row::found(connection, places, &keys, &matched_in)?,
        })
    }

    fn keys(
        &self,
        connection: &Connection,
        places: &Places,
        matching: Option<&Matching>,
        part: Part,
    ) -> Result<Vec<CaseKey>, Error> {
        let (sql, values) = self.finding(places, matching, part);
        let mut find = connection.prepare_cached(&sql)?;
        let keys = find.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
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

/// One column while it is found.
#[derive(Debug, Default)]
struct Found {
    severities: SeverityCounts,
    /// The rows that are asked for, in their order.
    shown: Vec<CaseKey>,
}

/// Columns of all cases by their status: counts and rows stand in an index.
fn counted(
    connection: &Connection,
    places: &Places,
    rows: &BoardRows,
) -> Result<HashMap<String, Found>, Error> {
    let mut columns: HashMap<String, Found> = HashMap::new();
    let mut count = connection.prepare_cached(&format!(
        "SELECT status, severity_rank, count(*) FROM cases WHERE source IN {} GROUP BY source, status, severity_rank",
        places.sql()
    ))?;
    let mut counts = count.query(())?;
    while let Some(row) = counts.next()? {
        let column = columns.entry(row.get(0)?).or_default();
        *of(&mut column.severities, row.get(1)?) += row.get::<_, u32>(2)?;
    }
    if rows.limit > 0 {
        for (status, column) in &mut columns {
            let part = rows.part(status);
            column.shown = Window::of_column(status).keys(connection, places, None, part)?;
        }
    }
    Ok(columns)
}

/// The same of what matches: found once, and counted and ordered here.
fn matched(
    connection: &Connection,
    places: &Places,
    matching: &Matching,
    rows: &BoardRows,
) -> Result<HashMap<String, Found>, Error> {
    let Rows { from, and, values } = Rows::of(Some(matching));
    let mut find = connection.prepare_cached(&format!(
        "SELECT status, severity_rank, changed_at, case_key FROM {from} WHERE source IN {}{and}",
        places.sql()
    ))?;
    let mut found = find.query(params_from_iter(values))?;
    let mut ranked: HashMap<String, Vec<(u8, Reverse<i64>, CaseKey)>> = HashMap::new();
    while let Some(row) = found.next()? {
        let status = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let case = (row.get(1)?, Reverse(row.get(2)?), row.get(3)?);
        match ranked.get_mut(status) {
            Some(column) => column.push(case),
            None => drop(ranked.insert(status.to_owned(), vec![case])),
        }
    }
    let columns = ranked.into_iter().map(|(status, mut cases)| {
        let mut column = Found::default();
        for (rank, ..) in &cases {
            *of(&mut column.severities, *rank) += 1;
        }
        let Part { offset, limit } = rows.part(&status);
        if limit > 0 {
            cases.sort_unstable();
            let shown = cases.iter().skip(offset as usize).take(limit as usize);
            column.shown = shown.map(|(.., key)| *key).collect();
        }
        (status, column)
    });
    Ok(columns.collect())
}

/// Where in each of these cases a search matched.
fn matched_in(
    connection: &Connection,
    matching: Option<&Matching>,
    keys: &[CaseKey],
) -> Result<HashMap<CaseKey, Vec<MatchedIn>>, Error> {
    match matching {
        Some(matching) => matching.places(connection, keys),
        None => Ok(HashMap::new()),
    }
}

/// Cases of these sources, whether they match or not.
fn n_known(connection: &Connection, places: &Places) -> Result<u32, Error> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM cases WHERE source = ?1")?;
    let mut n_known = 0;
    for (source, _) in places.iter() {
        n_known += count.query_row([source], |row| row.get::<_, u32>(0))?;
    }
    Ok(n_known)
}

impl BoardRows {
    fn part(&self, status: &str) -> Part {
        Part {
            offset: self.offsets.get(status).copied().unwrap_or(0),
            limit: self.limit.min(MOST_ROWS),
        }
    }
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
