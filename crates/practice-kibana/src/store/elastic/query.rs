//! The clauses of a query, read once and then asked for each alert.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    super::{AlertDocument, Json, document::texts},
    field::{any_value, compare, equals},
    not_played,
};
use crate::{
    error::ApiError,
    time::{self, Bound},
};

/// How deep clauses may lie in each other; Elasticsearch's own limit is 30 as well.
const DEPTH: usize = 30;

/// A clause of a query. Exhaustive on purpose: others are refused when they are read.
pub(super) enum Clause {
    All,
    Nothing,
    Ids(HashSet<Arc<str>>),
    Exists(String),
    /// The field has one of the values: `term`, `terms`, and `match` on a keyword.
    AnyOf(String, Vec<Json>),
    Range(String, Vec<Limit>),
    Bool(Box<Bool>),
}

/// One end of a range.
pub(super) struct Limit {
    relation: Relation,
    value: Json,
    /// The same as a time, where it is one.
    time: Option<Timestamp>,
}

#[derive(Clone, Copy)]
enum Relation {
    Below,
    AtMost,
    AtLeast,
    Above,
}

pub(super) struct Bool {
    /// `must` and `filter`, which differ in scores only.
    must: Vec<Clause>,
    must_not: Vec<Clause>,
    should: Vec<Clause>,
    least: usize,
}

impl Clause {
    pub(super) fn read(query: &Value, now: Timestamp) -> Result<Self, ApiError> {
        Self::read_within(query, now, 0)
    }

    fn read_within(query: &Value, now: Timestamp, depth: usize) -> Result<Self, ApiError> {
        if depth > DEPTH {
            return Err(malformed("the query is nested too deep"));
        }
        let Some(object) = query.as_object() else {
            return Err(malformed(
                "[_na] query malformed, must start with start_object",
            ));
        };
        let mut clauses = object.iter();
        let (kind, clause) = match (clauses.next(), clauses.next()) {
            (Some(only), None) => only,
            (None, _) => return Err(malformed("query malformed, empty clause found")),
            (Some((kind, _)), Some(_)) => {
                return Err(malformed(&format!(
                    "[{kind}] malformed query, expected one clause"
                )));
            }
        };
        let no_object = || malformed(&format!("[{kind}] query malformed, no start_object"));
        let body = clause.as_object().ok_or_else(no_object)?;
        match kind.as_str() {
            "match_all" => Ok(Self::All),
            "match_none" => Ok(Self::Nothing),
            "ids" => match body.get("values") {
                Some(values @ Value::Array(_)) => Ok(Self::Ids(
                    texts(Some(values)).into_iter().map(Arc::from).collect(),
                )),
                _ => Err(malformed("[ids] requires providing a values array")),
            },
            "exists" => match body.get("field") {
                Some(Value::String(field)) => Ok(Self::Exists(field.clone())),
                _ => Err(malformed("[exists] must be provided with a [field]")),
            },
            "term" => read_term(kind, body, "value"),
            "match" | "match_phrase" => read_term(kind, body, "query"),
            "terms" => read_terms(kind, body),
            "range" => read_range(kind, body, now),
            "bool" => Bool::read(body, now, depth).map(|bool| Self::Bool(Box::new(bool))),
            unknown => Err(malformed(&format!("unknown query [{unknown}]"))),
        }
    }

    pub(super) fn matches(&self, alert: &AlertDocument) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Ids(ids) => ids.contains(&alert.id),
            Self::Exists(field) => any_value(alert, field, &mut |_| true),
            Self::AnyOf(field, wanted) => {
                let is_wanted = |value: &Json| wanted.iter().any(|wanted| equals(value, wanted));
                any_value(alert, field, &mut |value| is_wanted(value))
                    || (field == "_index" && is_wanted(&alert.alias().as_str().into()))
            }
            Self::Range(field, limits) => any_value(alert, field, &mut |value| {
                limits.iter().all(|limit| limit.holds(value))
            }),
            Self::Bool(bool) => bool.matches(alert),
        }
    }

    /// The ids that every match has one of, if the clause says so.
    pub(super) fn ids(&self) -> Option<BTreeSet<Arc<str>>> {
        match self {
            Self::Ids(ids) => Some(ids.iter().cloned().collect()),
            Self::AnyOf(field, wanted) if field == "_id" => {
                Some(wanted.iter().flat_map(Json::texts).cloned().collect())
            }
            Self::Bool(bool) => bool.must.iter().find_map(Self::ids),
            _ => None,
        }
    }
}

fn malformed(problem: &str) -> ApiError {
    ApiError::detection(format!("parsing_exception: {problem}"))
}

/// The one field that a clause is about, with what is said of it.
fn single_field<'a>(
    kind: &str,
    body: &'a Map<String, Value>,
) -> Result<(&'a String, &'a Value), ApiError> {
    let mut fields = body.iter().filter(|(key, _)| !is_decoration(key));
    match (fields.next(), fields.next()) {
        (Some(field), None) => Ok(field),
        (None, _) => Err(malformed(&format!("[{kind}] query names no field"))),
        (Some(_), Some(_)) => Err(malformed(&format!(
            "[{kind}] query doesn't support multiple fields"
        ))),
    }
}

/// Keys that change scores and names only.
fn is_decoration(key: &str) -> bool {
    matches!(key, "boost" | "_name")
}

fn read_term(kind: &str, body: &Map<String, Value>, long: &str) -> Result<Clause, ApiError> {
    let (field, said) = single_field(kind, body)?;
    let wanted = match said {
        Value::Object(options) => {
            let odd = options
                .keys()
                .find(|key| *key != long && !is_decoration(key));
            if let Some(odd) = odd {
                return Err(malformed(&format!(
                    "[{kind}] query does not support [{odd}]"
                )));
            }
            options.get(long).unwrap_or(&Value::Null)
        }
        wanted => wanted,
    };
    if wanted.is_null() || wanted.is_array() || wanted.is_object() {
        return Err(malformed(&format!("[{kind}] query needs a value")));
    }
    Ok(Clause::AnyOf(field.clone(), vec![wanted.clone().into()]))
}

fn read_terms(kind: &str, body: &Map<String, Value>) -> Result<Clause, ApiError> {
    let (field, wanted) = single_field(kind, body)?;
    match wanted {
        Value::Array(values) => {
            let values = values.iter().cloned().map(Json::from);
            Ok(Clause::AnyOf(field.clone(), values.collect()))
        }
        _ => Err(malformed("[terms] query requires an array of terms")),
    }
}

fn read_range(kind: &str, body: &Map<String, Value>, now: Timestamp) -> Result<Clause, ApiError> {
    let (field, options) = single_field(kind, body)?;
    let Some(options) = options.as_object() else {
        return Err(malformed("[range] query malformed, no start_object"));
    };
    let mut limits = Vec::new();
    for (key, value) in options {
        let (relation, bound) = match key.as_str() {
            "gte" => (Relation::AtLeast, Bound::Lower),
            "gt" => (Relation::Above, Bound::Upper),
            "lte" => (Relation::AtMost, Bound::Upper),
            "lt" => (Relation::Below, Bound::Lower),
            // Dates are read in every form that is known, whichever is named.
            "format" | "boost" | "_name" => continue,
            "time_zone" | "relation" => return Err(not_played(&format!("range.{key}"))),
            odd => {
                return Err(malformed(&format!(
                    "[range] query does not support [{odd}]"
                )));
            }
        };
        // An end that is null is open.
        if !value.is_null() {
            let text = value.as_str();
            limits.push(Limit {
                relation,
                time: text.and_then(|text| time::read(text, now, bound)),
                value: value.clone().into(),
            });
        }
    }
    Ok(Clause::Range(field.clone(), limits))
}

impl Limit {
    fn holds(&self, value: &Json) -> bool {
        let time = value.as_str().and_then(|text| text.parse().ok());
        let order = match (time, self.time) {
            (Some(time), Some(limit)) => Timestamp::cmp(&time, &limit),
            _ => compare(value, &self.value),
        };
        match self.relation {
            Relation::Below => order.is_lt(),
            Relation::AtMost => order.is_le(),
            Relation::AtLeast => order.is_ge(),
            Relation::Above => order.is_gt(),
        }
    }
}

impl Bool {
    fn read(body: &Map<String, Value>, now: Timestamp, depth: usize) -> Result<Self, ApiError> {
        let known = [
            "must",
            "filter",
            "must_not",
            "should",
            "minimum_should_match",
        ];
        let odd = body.keys().find(|key| {
            !known.contains(&key.as_str()) && !is_decoration(key) && *key != "adjust_pure_negative"
        });
        if let Some(odd) = odd {
            return Err(malformed(&format!("[bool] query does not support [{odd}]")));
        }
        let clauses = |key: &str| -> Result<Vec<Clause>, ApiError> {
            let queries = match body.get(key) {
                None | Some(Value::Null) => &[],
                Some(Value::Array(queries)) => queries.as_slice(),
                Some(query) => std::slice::from_ref(query),
            };
            let read = |query| Clause::read_within(query, now, depth + 1);
            queries.iter().map(read).collect()
        };
        let mut must = clauses("must")?;
        must.extend(clauses("filter")?);
        let should = clauses("should")?;
        let least = match body.get("minimum_should_match") {
            None => usize::from(must.is_empty() && !should.is_empty()),
            Some(least) => read_least(least, should.len())?,
        };
        Ok(Self {
            must,
            must_not: clauses("must_not")?,
            should,
            least,
        })
    }

    fn matches(&self, alert: &AlertDocument) -> bool {
        let matching = || self.should.iter().filter(|clause| clause.matches(alert));
        self.must.iter().all(|clause| clause.matches(alert))
            && !self.must_not.iter().any(|clause| clause.matches(alert))
            && (self.least == 0 || matching().count() >= self.least)
    }
}

/// Reads a number, which may be negative: so many may be missing.
fn read_least(value: &Value, count: usize) -> Result<usize, ApiError> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    };
    let number = number.ok_or_else(|| not_played("minimum_should_match that is no number"))?;
    let magnitude = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(if number < 0 {
        count.saturating_sub(magnitude)
    } else {
        magnitude
    })
}
