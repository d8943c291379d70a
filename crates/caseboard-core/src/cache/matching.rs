//! Which cases a query means, as SQL over the tables of this folder.
//!
//! A query becomes one statement that gives the `case_key` of every case that matches, each once. Its conditions are of two
//! kinds: sets of keys, found along an index (words, ids, terms), and tests of a row. Where there is a set, only its cases are
//! tested; where there is none, the cases of the sources are. Foreign text stands in bound values alone.

mod part;
mod people;
mod place;
mod term;
mod words;

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, types::Value};

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

/// SQL that gives the `case_key` of every case that matches, each once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matching {
    sql: String,
    /// In the order of `?1`, `?2` and so on.
    values: Vec<Value>,
    looked: Looked,
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
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// Where in each of these cases it matched, as far as that can be told.
    pub(crate) fn places(
        &self,
        connection: &Connection,
        keys: &[CaseKey],
    ) -> Result<HashMap<CaseKey, Vec<MatchedIn>>, Error> {
        self.looked.places(connection, keys)
    }
}

/// What the text of a board means for these sources.
pub(crate) fn meaning(
    connection: &Connection,
    places: &Places,
    asking: &Asking,
    query: &BoardQuery,
) -> Result<Meaning, Error> {
    let search = Search::read(&query.text);
    let wanted = if query.as_text {
        search.as_text()
    } else {
        search.first()
    };
    let mut compiler = Compiler {
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
    let part = compiler.node(&wanted.root)?;
    let sql = part.and_then(|part| part.into_sql(places));
    let searched = compiler.searched(&search)?;
    Ok(Meaning {
        matching: sql.map(|sql| {
            let (sql, values) = used(&sql, &compiler.values);
            Matching {
                sql,
                values,
                looked: compiler.looked,
            }
        }),
        searched,
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

impl Compiler<'_> {
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
