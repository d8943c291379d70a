//! Which cases a query means, as SQL over the tables of this folder.

use rusqlite::types::Value;

use super::row::{Places, SHORTEST_PREFIX, sql_list};
use crate::view::BoardQuery;

/// SQL that gives the `case_key` of every case that matches, each once. Foreign text stands in its values alone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matching {
    sql: String,
    /// In the order of `?1`, `?2` and so on.
    values: Vec<Value>,
}

impl Matching {
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// Cases in which every word of the query occurs, in title, tags, handle or id. `None` means every case.
pub(crate) fn words(query: &BoardQuery, places: &Places) -> Option<Matching> {
    let mut values = Vec::new();
    let mut each = Vec::new();
    for word in query.text.split_whitespace() {
        let word = word.to_lowercase();
        let mut ways = vec![in_text(&word, &mut values)];
        ways.extend(by_id(&word, places, &mut values));
        ways.extend(by_place(&word, places));
        ways.extend(by_number(&word, places, &mut values));
        each.push(format!("SELECT case_key FROM ({})", ways.join(" UNION ")));
    }
    (!each.is_empty()).then(|| Matching {
        sql: each.join(" INTERSECT "),
        values,
    })
}

/// The word as the beginning of a word of title or tags.
fn in_text(word: &str, values: &mut Vec<Value>) -> String {
    values.push(Value::Text(format!(
        "{{title tags}} : \"{}\" *",
        word.replace('"', "\"\"")
    )));
    format!(
        "SELECT rowid AS case_key FROM case_text WHERE case_text MATCH ?{}",
        values.len()
    )
}

/// The word as the beginning of an id, alone or behind `~`.
fn by_id(word: &str, places: &Places, values: &mut Vec<Value>) -> Option<String> {
    let (place, prefix) = word.split_once('~').unwrap_or(("", word));
    let is_id = prefix
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_id || (prefix.len() < SHORTEST_PREFIX && place.is_empty()) {
        return None;
    }
    values.push(Value::Text(prefix.to_owned()));
    let n = values.len();
    // `{` stands behind every character of an id.
    Some(format!(
        "SELECT case_key FROM cases WHERE source IN {} AND id >= ?{n} AND id < ?{n} || '{{'",
        at(place, places)
    ))
}

/// The word as a part of the place that a handle names.
fn by_place(word: &str, places: &Places) -> Option<String> {
    let found = places
        .iter()
        .filter(|(_, named)| named.place().to_lowercase().contains(word));
    let found: Vec<_> = found.map(|(source, _)| source).collect();
    (!found.is_empty()).then(|| {
        format!(
            "SELECT case_key FROM cases WHERE source IN {}",
            sql_list(found.into_iter())
        )
    })
}

/// The word as a number, alone or behind `#`.
fn by_number(word: &str, places: &Places, values: &mut Vec<Value>) -> Option<String> {
    let (place, number) = word.split_once('#').unwrap_or(("", word));
    let number: u32 = number.parse().ok()?;
    values.push(Value::Integer(number.into()));
    Some(format!(
        "SELECT case_key FROM cases WHERE source IN {} AND number = ?{}",
        at(place, places),
        values.len()
    ))
}

/// Sources whose place ends like this, as an SQL list.
fn at(place: &str, places: &Places) -> String {
    let found = places
        .iter()
        .filter(|(_, named)| named.place().to_lowercase().ends_with(place));
    sql_list(found.map(|(source, _)| source))
}
