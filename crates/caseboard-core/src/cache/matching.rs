//! Which cases a query means, as SQL over the tables of this folder.
//!
//! A query becomes one statement that gives the `case_key` of every case that matches, each once. Its conditions are of two
//! kinds: sets of keys, found along an index (words, ids, terms), and tests of a row. Where there is a set, only its cases are
//! tested; where there is none, the cases of the sources are. Foreign text stands in bound values alone.
//!
//! The statement runs once if it finds few: then their rows are looked up. If it finds many, looking up each would take
//! longer than walking along an index and asking for every row whether it is among them.

mod part;
mod people;
mod place;
mod term;
mod words;

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, params_from_iter, types::Value};
use serde_json::json;

use self::{
    part::Part,
    place::{Looked, Looking},
};
use super::{cases::CaseKey, details, row::Places};
use crate::{
    error::Error,
    id::DeploymentId,
    plain::visible,
    search::{Kind, Node, Search, Span, Utf16},
    view::{BoardQuery, IncompleteSource, MatchedIn, ProblemReason, SearchProblem, Searched},
};

/// Most cases that are few.
const FEW: usize = 5_000;

/// The cases that match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matching {
    found: Found,
    looked: Looked,
}

#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// The `case_key` of each.
    Few(Vec<CaseKey>),
    /// SQL that gives the `case_key` of each once, and its values in the order of `?1`, `?2` and so on.
    Many(String, Vec<Value>),
}

/// The rows of `cases` that something is asked of, as parts of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// What stands behind `FROM`.
    pub(crate) from: String,
    /// What stands in `WHERE` behind another condition.
    pub(crate) and: String,
    pub(crate) values: Vec<Value>,
}

/// Who asks, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking {
    pub(crate) now: Timestamp,
    /// Profile ids of the person who asks, as far as they are known.
    pub(crate) me: HashMap<DeploymentId, String>,
}

/// What a query means.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// `None` means every case.
    pub(crate) matching: Option<Matching>,
    /// What there is to say about it.
    pub(crate) searched: Searched,
}

impl Matching {
    fn find(
        connection: &Connection,
        sql: &str,
        values: &[Value],
        looked: Looked,
    ) -> Result<Self, Error> {
        let (sql, values) = used(sql, values);
        let mut find = connection.prepare_cached(&format!(
            "SELECT case_key FROM ({sql}) AS matching LIMIT {}",
            FEW + 1
        ))?;
        let keys = find.query_map(params_from_iter(&values), |row| row.get(0))?;
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let found = if keys.len() > FEW {
            Found::Many(sql, values)
        } else {
            Found::Few(keys)
        };
        Ok(Self { found, looked })
    }

    /// Where in each of these cases it matched, as far as that can be told: what stands in many tells little.
    pub(crate) fn places(
        &self,
        connection: &Connection,
        keys: &[CaseKey],
    ) -> Result<HashMap<CaseKey, Vec<MatchedIn>>, Error> {
        match self.found {
            Found::Few(_) => self.looked.places(connection, keys),
            Found::Many(..) => Ok(HashMap::new()),
        }
    }
}

impl Rows {
    /// Those that match, or all.
    pub(crate) fn of(matching: Option<&Matching>) -> Self {
        let (from, and, values) = match matching.map(|matching| &matching.found) {
            None => ("cases".to_owned(), String::new(), Vec::new()),
            Some(Found::Few(keys)) => (
                "(SELECT value AS case_key FROM json_each(?1)) AS matching CROSS JOIN cases USING (case_key)"
                    .to_owned(),
                String::new(),
                vec![Value::Text(json!(keys).to_string())],
            ),
            // The sign keeps SQLite from looking up each of them.
            Some(Found::Many(sql, values)) => (
                "cases".to_owned(),
                format!(" AND +case_key IN ({sql})"),
                values.clone(),
            ),
        };
        Self { from, and, values }
    }
}

/// The cases that a query means; `None` means every case.
pub(crate) fn matching(
    connection: &Connection,
    places: &Places,
    asking: &Asking,
    query: &BoardQuery,
) -> Result<Option<Matching>, Error> {
    let (mut compiler, search) = Compiler::new(connection, places, asking, query);
    compiler.matching(&search, query)
}

/// What the text of a board means for these sources.
pub(crate) fn meaning(
    connection: &Connection,
    places: &Places,
    asking: &Asking,
    query: &BoardQuery,
) -> Result<Meaning, Error> {
    let (mut compiler, search) = Compiler::new(connection, places, asking, query);
    Ok(Meaning {
        matching: compiler.matching(&search, query)?,
        searched: compiler.searched(&search)?,
    })
}

struct Compiler<'a> {
    connection: &'a Connection,
    places: &'a Places,
    asking: &'a Asking,
    /// The zone of dates without one.
    zone: TimeZone,
    /// The end of the word that is being typed.
    typing: Option<usize>,
    /// Everybody who is known, once somebody was asked for: profile id, and name in small letters.
    people: Option<Vec<(String, String)>>,
    values: Vec<Value>,
    unanswered: Vec<(Span, ProblemReason)>,
    needs_details: bool,
    is_negated: bool,
    looked: Looked,
}

/// The statement with the values that it uses, numbered anew: conditions that fell away leave some unused, which SQLite refuses.
/// Question marks stand before numbers only, because foreign text is never part of a statement.
fn used(sql: &str, values: &[Value]) -> (String, Vec<Value>) {
    let mut parts = sql.split('?');
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    let mut used = Vec::new();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let value = number
            .parse::<usize>()
            .ok()
            .and_then(|number| values.get(number.checked_sub(1)?));
        used.extend(value.cloned());
        renumbered.extend(["?", &used.len().to_string(), rest]);
    }
    (renumbered, used)
}

fn zone(query: &BoardQuery) -> TimeZone {
    let named = query.zone.as_deref().map(TimeZone::get);
    named.and_then(Result::ok).unwrap_or(TimeZone::UTC)
}

/// A last word with nothing behind it may go on: it finds what begins like it, so that results do not go while somebody types.
fn typing(search: &Search) -> Option<usize> {
    let is_word = search.exact.is_none() && !search.text.ends_with(['"', '*']);
    is_word.then_some(search.text.len())
}

impl<'a> Compiler<'a> {
    fn new(
        connection: &'a Connection,
        places: &'a Places,
        asking: &'a Asking,
        query: &BoardQuery,
    ) -> (Self, Search) {
        let search = Search::read(&query.text);
        let compiler = Self {
            connection,
            places,
            asking,
            zone: zone(query),
            typing: typing(&search),
            people: None,
            values: Vec::new(),
            unanswered: Vec::new(),
            needs_details: false,
            is_negated: false,
            looked: Looked::default(),
        };
        (compiler, search)
    }

    fn matching(&mut self, search: &Search, query: &BoardQuery) -> Result<Option<Matching>, Error> {
        let wanted = if query.as_text {
            search.as_text()
        } else {
            search.first()
        };
        let part = self.node(&wanted.root)?;
        let Some(sql) = part.and_then(|part| part.into_sql(self.places)) else {
            return Ok(None);
        };
        let looked = std::mem::take(&mut self.looked);
        Matching::find(self.connection, &sql, &self.values, looked).map(Some)
    }

    /// `None` for what could not be read or asked for: it neither holds nor fails.
    fn node(&mut self, node: &Node) -> Result<Option<Part>, Error> {
        Ok(match &node.value {
            Kind::All(nodes) => self.nodes(nodes)?.map(Part::all),
            Kind::Any(nodes) => self.nodes(nodes)?.map(Part::any),
            Kind::Not(inner) => {
                self.is_negated = !self.is_negated;
                let part = self.node(inner)?.map(Part::negated);
                self.is_negated = !self.is_negated;
                part
            }
            Kind::Term(term) => self.term(term, node.span)?,
            Kind::Unread(_) => None,
        })
    }

    fn searched(&mut self, search: &Search) -> Result<Searched, Error> {
        let utf16 = Utf16::of(&search.text);
        let view = search.view();
        let unanswered = self
            .unanswered
            .drain(..)
            .map(|(span, reason)| SearchProblem {
                start: utf16.at(span.start),
                end: utf16.at(span.end),
                message: reason.to_string(),
                reason,
            });
        let problems = view.problems.into_iter().chain(unanswered).collect();
        Ok(Searched {
            problems,
            exact: view.exact,
            incomplete: self.incomplete()?,
        })
    }

    /// Sources in which something may be missed, if the query asks for what only the details of a case tell.
    fn incomplete(&self) -> Result<Vec<IncompleteSource>, Error> {
        let mut incomplete = Vec::new();
        if !self.needs_details {
            return Ok(incomplete);
        }
        for (source, named) in self.places.iter() {
            let coverage = details::coverage(self.connection, source)?;
            if coverage.n_detailed < coverage.n_cases {
                incomplete.push(IncompleteSource {
                    name: visible(&format!("{} / {}", named.deployment_name, named.space_name)),
                    n_cases: coverage.n_cases,
                    n_detailed: coverage.n_detailed,
                });
            }
        }
        Ok(incomplete)
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<Option<Vec<Part>>, Error> {
        let mut parts = Vec::with_capacity(nodes.len());
        for node in nodes {
            parts.extend(self.node(node)?);
        }
        Ok((!parts.is_empty()).then_some(parts))
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Values as an SQL list.
    fn bind_all<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        let bound: Vec<_> = values.into_iter().map(|value| self.bind(value)).collect();
        format!("({})", bound.join(", "))
    }

    /// A condition that a column begins like this.
    fn begins(&mut self, column: &str, start: &str) -> String {
        let from = self.bind(start.to_owned());
        let until = self.bind(format!("{start}{}", char::MAX));
        format!("{column} >= {from} AND {column} < {until}")
    }

    /// Notes what is looked for, so that it can be told where it was found.
    fn look(&mut self, looking: Looking, word: impl Into<Option<String>>) {
        if let (false, Some(word)) = (self.is_negated, word.into()) {
            self.looked.add(looking, word);
        }
    }

    fn unanswered(&mut self, span: Span, reason: ProblemReason) {
        self.unanswered.push((span, reason));
    }
}
