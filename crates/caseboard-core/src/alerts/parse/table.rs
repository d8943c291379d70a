//! Tables: CSV, TSV, Markdown, and rows of HTML. The names of the columns tell where the ids are.

use csv::ReaderBuilder;
use serde_json::{Map, Value};

use super::{found::Found, json, text, word};

/// The column that somebody chose, where a table did not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a>(pub(super) Option<&'a str>);

/// Names of a column of ids; those of an earlier row are surer.
const IDS: [&[&str]; 4] = [
    &["_id"],
    &["kibana.alert.uuid", "alert.uuid", "alert_uuid"],
    &["alert_id", "alertid", "signal_id", "alert"],
    &["id", "uuid", "document_id", "doc_id"],
];
/// Rows of [`IDS`] in whose columns everything is an id, whatever its form.
const SURE: usize = 3;
/// Names of a column of links.
const LINKS: [&str; 4] = ["kibana.alert.url", "alert_url", "url", "link"];
/// Names of other columns, and the field of an alert's document that they are.
const FIELDS: [(&str, &[&str]); 9] = [
    (
        "_index",
        &["_index", "index", "alert_index", "kibana.alert.index"],
    ),
    (
        "kibana.alert.rule.uuid",
        &["kibana.alert.rule.uuid", "rule_id", "rule_uuid", "rule.id"],
    ),
    (
        "kibana.alert.rule.name",
        &[
            "kibana.alert.rule.name",
            "rule",
            "rule_name",
            "rule.name",
            "signal.rule.name",
        ],
    ),
    (
        "kibana.alert.severity",
        &["kibana.alert.severity", "severity"],
    ),
    (
        "kibana.alert.workflow_status",
        &["kibana.alert.workflow_status", "status"],
    ),
    ("kibana.alert.reason", &["kibana.alert.reason", "reason"]),
    ("@timestamp", &["@timestamp", "timestamp", "time"]),
    ("host.name", &["host.name", "host", "hostname"]),
    ("user.name", &["user.name", "user", "username"]),
];
const DELIMITERS: [u8; 4] = [b'\t', b',', b';', b'|'];
/// Rows that tell which columns hold ids where no name does.
const SAMPLE: usize = 20;

/// What the columns of a table are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    id: usize,
    /// Whether everything in it is an id, whatever its form.
    is_sure: bool,
    links: Option<usize>,
    /// Position, and the field that it is.
    fields: Vec<(usize, &'static str)>,
}

/// What the names of columns say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    Known(Columns),
    /// Any of these.
    Unsure(Vec<String>),
}

/// Reads the table that begins with the first line of `text`, on line `number`. Tells how much of the text it was; `None` if it
/// is no table of which anything is known.
pub(super) fn read(
    found: &mut Found,
    text: &str,
    number: u32,
    wanted: Wanted<'_>,
) -> Option<usize> {
    if text.trim_start().starts_with('|') {
        return markdown(found, text, number, wanted);
    }
    let first = text.split('\n').next().unwrap_or_default();
    let parting = DELIMITERS
        .into_iter()
        .filter(|delimiter| first.contains(char::from(*delimiter)));
    let read = parting.clone().find_map(|delimiter| {
        let names = rows(first, delimiter).next()?.1;
        Some((delimiter, Columns::of(&names, wanted)?))
    });
    let alone = || Some((b'\t', Columns::of(&[first.to_owned()], wanted)?));
    match read.or_else(alone) {
        Some((delimiter, Header::Known(columns))) => {
            for (line, cells) in rows(text, delimiter).skip(1) {
                columns.take(found, &cells, number.saturating_add(line - 1));
            }
        }
        Some((_, Header::Unsure(names))) => found.read.columns = names,
        None => {
            found.read.columns = parting
                .into_iter()
                .find_map(|delimiter| guess(text, delimiter))?;
        }
    }
    Some(text.len())
}

/// The rows of a separated text, with their lines from 1.
fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = (u32, Vec<String>)> {
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader.into_records().filter_map(|record| {
        let record = record.ok()?;
        let position = record.position()?;
        let line = u32::try_from(position.line()).unwrap_or(u32::MAX);
        // A record begins behind the first character of the line end before it.
        let before = usize::try_from(position.byte())
            .ok()
            .and_then(|at| text.as_bytes().get(at..));
        let before = before
            .into_iter()
            .flatten()
            .take_while(|byte| b"\r\n".contains(byte));
        let n_ends = super::count(before.filter(|byte| **byte == b'\n').count());
        Some((
            line.saturating_add(n_ends),
            record.iter().map(str::to_owned).collect(),
        ))
    })
}

/// Columns that hold ids in a table whose names say nothing, if there are several: one of them would be taken blindly.
fn guess(text: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut rows = rows(text, delimiter);
    let names = rows.next()?.1;
    let holds_id = |cell: &String| word::is_certain(cell.trim());
    if names.iter().any(holds_id) {
        return None;
    }
    let sample: Vec<_> = rows.take(SAMPLE).map(|(_, cells)| cells).collect();
    let is_even = sample.iter().all(|cells| cells.len() == names.len());
    let columns = names.iter().enumerate().filter(|(at, _)| {
        let mut cells = sample.iter().filter_map(|cells| cells.get(*at));
        cells.clone().any(holds_id) && cells.all(|cell| cell.is_empty() || holds_id(cell))
    });
    let columns: Vec<_> = columns.map(|(_, name)| name.trim().to_owned()).collect();
    (is_even && columns.len() > 1).then_some(columns)
}

/// A table of lines that begin with `|`.
fn markdown(found: &mut Found, text: &str, number: u32, wanted: Wanted<'_>) -> Option<usize> {
    let first = text.split('\n').next().unwrap_or_default();
    let columns = match Columns::of(&markdown_cells(first), wanted)? {
        Header::Known(columns) => Some(columns),
        // Until somebody chose one, nothing of it is taken.
        Header::Unsure(names) => {
            found.read.columns = names;
            None
        }
    };
    let mut length = first.len();
    for (line, nth) in text.split_inclusive('\n').zip(0..).skip(1) {
        if !line.trim_start().starts_with('|') {
            break;
        }
        // The line end of the one before.
        length += 1 + line.trim_end_matches('\n').len();
        let is_rule = line.chars().all(|c| "|-: \t\r\n".contains(c));
        if let Some(columns) = columns.as_ref().filter(|_| !is_rule) {
            columns.take(found, &markdown_cells(line), number.saturating_add(nth));
        }
    }
    Some(length)
}

fn markdown_cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let inside = line.strip_prefix('|').unwrap_or(line);
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    inside
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

impl Columns {
    /// What these names say; `None` if none of them is known to name ids.
    pub(super) fn of(names: &[String], wanted: Wanted<'_>) -> Option<Header> {
        let plain: Vec<_> = names.iter().map(|name| plain(name)).collect();
        let find = |known: &[&str]| plain.iter().position(|name| known.contains(&name.as_str()));
        let chosen = names
            .iter()
            .position(|name| Some(name.trim()) == wanted.0.map(str::trim));
        let (id, is_sure) = if let Some(chosen) = chosen {
            (chosen, true)
        } else {
            let (rank, id) = IDS
                .iter()
                .zip(0..)
                .find_map(|(known, rank)| Some((rank, find(known)?)))?;
            let known = IDS.get(rank).copied().unwrap_or_default();
            let of_rank = plain
                .iter()
                .zip(names)
                .filter(|(name, _)| known.contains(&name.as_str()));
            let first = plain.get(id);
            if of_rank.clone().any(|(name, _)| Some(name) != first) {
                return Some(Header::Unsure(
                    of_rank.map(|(_, name)| name.trim().to_owned()).collect(),
                ));
            }
            (id, rank < SURE)
        };
        let fields = FIELDS
            .iter()
            .filter_map(|(field, known)| Some((find(known)?, *field)));
        Some(Header::Known(Self {
            id,
            is_sure,
            links: find(&LINKS),
            fields: fields.filter(|(at, _)| *at != id).collect(),
        }))
    }

    /// The column of ids.
    pub(super) fn id(&self) -> usize {
        self.id
    }

    /// Takes what a row tells.
    pub(super) fn take(&self, found: &mut Found, cells: &[String], line: u32) {
        let cell = |at: usize| {
            cells
                .get(at)
                .map(|cell| cell.trim())
                .filter(|cell| !is_blank(cell))
        };
        if let Some(link) = self.links.and_then(cell) {
            text::line(found, link, line);
        }
        let Some(id) = cell(self.id) else { return };
        let id = id.trim_matches(['"', '\'', '`', '<', '>']);
        let is_shortened = id.contains('…') || id.ends_with("...");
        let is_word = !id.contains(char::is_whitespace) && !id.contains("//");
        if is_shortened && self.is_sure && is_word {
            found.shortened(id.to_owned(), line);
        } else if is_word && !is_shortened && (self.is_sure || word::is_id(id)) {
            let fields = self.fields.iter();
            let source: Map<_, _> = fields
                .filter_map(|(at, field)| Some(((*field).to_owned(), Value::from(cell(*at)?))))
                .collect();
            let index = source
                .get("_index")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            found.id(id, line, json::hint(id, &index, Value::Object(source)));
        } else {
            id.lines().for_each(|part| text::line(found, part, line));
        }
    }
}

fn is_blank(cell: &str) -> bool {
    cell.chars().all(|c| "-:—–".contains(c)) || cell == "null" || cell == "(blank)"
}

/// A name as it is compared: `Alert ID` and `alert_id` are the same.
fn plain(name: &str) -> String {
    let name = name
        .trim()
        .trim_matches(['"', '\'', '`', '*'])
        .to_lowercase();
    let name = name.strip_suffix(".keyword").unwrap_or(&name);
    name.replace([' ', '-'], "_")
}
