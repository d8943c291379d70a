//! As much of Elasticsearch's search as looking up alerts needs.
//!
//! `ids`, `term`, `terms`, `match`, `match_phrase`, `exists`, `range`, `bool`, `match_all` and
//! `match_none`; `sort`, `from`, `size` and `_source`. Anything else is refused, never guessed.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AlertDocument, document::texts};
use crate::{
    error::ApiError,
    time::{self, Bound},
};

/// The clauses of which Kibana wants at least one.
const CLAUSES: [&str; 7] = [
    "query",
    "aggs",
    "_source",
    "fields",
    "track_total_hits",
    "size",
    "sort",
];
const DEFAULT_SIZE: u64 = 10;

/// A search over alerts.
pub(crate) struct AlertSearch {
    query: Value,
    source: Value,
    sort: Vec<(String, bool)>,
    from: usize,
    size: usize,
    now: Timestamp,
}

impl AlertSearch {
    /// Reads the body of a search.
    pub(crate) fn read(body: &Value, now: Timestamp) -> Result<Self, ApiError> {
        let clauses = body
            .as_object()
            .filter(|body| CLAUSES.iter().any(|clause| body.contains_key(*clause)));
        let Some(clauses) = clauses else {
            return Err(ApiError::detection(
                "\"value\" must have at least 1 children",
            ));
        };
        for unsupported in ["aggs", "fields", "runtime_mappings"] {
            if clauses.contains_key(unsupported) {
                return Err(ApiError::detection(format!(
                    "the practice server does not support [{unsupported}]"
                )));
            }
        }
        let number = |key: &str, default: u64| {
            let number = clauses.get(key).and_then(Value::as_u64).unwrap_or(default);
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        let search = Self {
            query: clauses
                .get("query")
                .cloned()
                .unwrap_or_else(|| json!({"match_all": {}})),
            source: clauses.get("_source").cloned().unwrap_or(Value::Bool(true)),
            sort: read_sort(clauses.get("sort"))?,
            from: number("from", 0),
            size: number("size", DEFAULT_SIZE),
            now,
        };
        search.check()?;
        Ok(search)
    }

    /// Reads a bare query, as the status route takes it.
    pub(crate) fn of_query(query: &Value, now: Timestamp) -> Result<Self, ApiError> {
        Self::read(&json!({"query": query}), now)
    }

    /// Answers as Elasticsearch does.
    pub(crate) fn run<'a>(&self, alerts: impl Iterator<Item = &'a AlertDocument>) -> Value {
        let mut found: Vec<&AlertDocument> = alerts.filter(|alert| self.matches(alert)).collect();
        found.sort_by(|left, right| self.compare(left, right));
        let hits: Vec<Value> = found
            .iter()
            .skip(self.from)
            .take(self.size)
            .map(|alert| self.hit(alert))
            .collect();
        json!({
            "took": 1,
            "timed_out": false,
            "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
            "hits": {
                "total": {"value": found.len(), "relation": "eq"},
                "max_score": if self.sort.is_empty() && !found.is_empty() { json!(1.0) } else { Value::Null },
                "hits": hits,
            },
        })
    }

    /// Whether an alert matches the query.
    pub(crate) fn matches(&self, alert: &AlertDocument) -> bool {
        matches(&self.query, alert, self.now).unwrap_or(false)
    }

    /// Finds what is not supported before any document is looked at.
    fn check(&self) -> Result<(), ApiError> {
        let nothing = AlertDocument {
            space: String::new(),
            index: String::new(),
            id: String::new(),
            source: Map::new(),
        };
        matches(&self.query, &nothing, self.now).map(|_| ())
    }

    fn compare(&self, left: &AlertDocument, right: &AlertDocument) -> Ordering {
        for (field, descending) in &self.sort {
            let order = match (first(left, field), first(right, field)) {
                (Some(left), Some(right)) if *descending => compare_values(&right, &left),
                (Some(left), Some(right)) => compare_values(&left, &right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }

    fn hit(&self, alert: &AlertDocument) -> Value {
        let mut hit = json!({
            "_index": alert.index,
            "_id": alert.id,
            "_score": if self.sort.is_empty() { json!(1.0) } else { Value::Null },
        });
        if let Some(source) = self.source_of(alert) {
            hit["_source"] = Value::Object(source);
        }
        if !self.sort.is_empty() {
            hit["sort"] = self
                .sort
                .iter()
                .map(|(field, _)| first(alert, field).unwrap_or_default())
                .collect();
        }
        hit
    }

    fn source_of(&self, alert: &AlertDocument) -> Option<Map<String, Value>> {
        let (includes, excludes) = match &self.source {
            Value::Bool(false) => return None,
            Value::Object(filter) => {
                let either =
                    |long: &str, short: &str| texts(filter.get(long).or_else(|| filter.get(short)));
                (either("includes", "include"), either("excludes", "exclude"))
            }
            wanted => (texts(Some(wanted)), Vec::new()),
        };
        let mut source = alert.source.clone();
        filter_source(&mut source, "", &includes, &excludes);
        Some(source)
    }
}

fn read_sort(sort: Option<&Value>) -> Result<Vec<(String, bool)>, ApiError> {
    let entries = match sort {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries.clone(),
        Some(entry) => vec![entry.clone()],
    };
    entries
        .iter()
        .map(|entry| match entry {
            Value::String(field) => Some((field.clone(), false)),
            Value::Object(entry) => {
                let (field, order) = entry.iter().next()?;
                let order = order.get("order").unwrap_or(order);
                Some((field.clone(), order == "desc"))
            }
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| ApiError::detection("the practice server does not support this [sort]"))
}

fn matches(query: &Value, alert: &AlertDocument, now: Timestamp) -> Result<bool, ApiError> {
    let Some((kind, clause)) = query.as_object().and_then(|query| query.iter().next()) else {
        return Err(ApiError::detection(
            "parsing_exception: query malformed, empty clause found",
        ));
    };
    let field = || {
        clause
            .as_object()
            .and_then(|clause| clause.iter().find(|(key, _)| *key != "boost"))
    };
    match kind.as_str() {
        "match_all" => Ok(true),
        "match_none" => Ok(false),
        "ids" => Ok(texts(clause.get("values")).contains(&alert.id)),
        "exists" => Ok(clause["field"]
            .as_str()
            .is_some_and(|field| !values(alert, field).is_empty())),
        "term" | "match" | "match_phrase" => Ok(field().is_some_and(|(field, wanted)| {
            let wanted = wanted
                .get("value")
                .or_else(|| wanted.get("query"))
                .unwrap_or(wanted);
            values(alert, field).contains(wanted)
        })),
        "terms" => Ok(field().is_some_and(|(field, wanted)| {
            let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
            values(alert, field)
                .iter()
                .any(|value| wanted.contains(value))
        })),
        "range" => Ok(field().is_some_and(|(field, range)| {
            values(alert, field)
                .iter()
                .any(|value| in_range(value, range, now))
        })),
        "bool" => matches_bool(clause, alert, now),
        unknown => Err(ApiError::detection(format!(
            "parsing_exception: unknown query [{unknown}]"
        ))),
    }
}

fn matches_bool(clause: &Value, alert: &AlertDocument, now: Timestamp) -> Result<bool, ApiError> {
    let count = |key: &str| -> Result<(usize, usize), ApiError> {
        let queries = match clause.get(key) {
            None => Vec::new(),
            Some(Value::Array(queries)) => queries.iter().collect(),
            Some(query) => vec![query],
        };
        let mut matching = 0;
        for query in &queries {
            matching += usize::from(matches(query, alert, now)?);
        }
        Ok((matching, queries.len()))
    };
    let (must, n_must) = count("must")?;
    let (filter, n_filter) = count("filter")?;
    let (must_not, _) = count("must_not")?;
    let (should, n_should) = count("should")?;
    let default = u64::from(n_should > 0 && n_must + n_filter == 0);
    let wanted = clause
        .get("minimum_should_match")
        .and_then(Value::as_u64)
        .unwrap_or(default);
    Ok(must == n_must && filter == n_filter && must_not == 0 && should as u64 >= wanted)
}

fn in_range(value: &Value, range: &Value, now: Timestamp) -> bool {
    let holds = |key: &str, bound: Bound, wanted: fn(Ordering) -> bool| {
        let Some(limit) = range.get(key) else {
            return true;
        };
        let order = match (value, limit) {
            (Value::String(value), Value::String(limit)) => {
                match (
                    time::read(value, now, Bound::Lower),
                    time::read(limit, now, bound),
                ) {
                    (Some(value), Some(limit)) => value.cmp(&limit),
                    _ => value.cmp(limit),
                }
            }
            (value, limit) => compare_values(value, limit),
        };
        wanted(order)
    };
    holds("gte", Bound::Lower, Ordering::is_ge)
        && holds("gt", Bound::Upper, Ordering::is_gt)
        && holds("lte", Bound::Upper, Ordering::is_le)
        && holds("lt", Bound::Lower, Ordering::is_lt)
}

fn compare_values(left: &Value, right: &Value) -> Ordering {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        _ => left
            .as_str()
            .unwrap_or_default()
            .cmp(right.as_str().unwrap_or_default()),
    }
}

fn first(alert: &AlertDocument, field: &str) -> Option<Value> {
    values(alert, field).into_iter().next()
}

/// The values of a field, which `_source` may hold flat (`"host.name"`) or nested.
fn values(alert: &AlertDocument, field: &str) -> Vec<Value> {
    match field {
        "_id" => vec![Value::from(alert.id.as_str())],
        "_index" => vec![Value::from(alert.index.as_str())],
        field => match find(
            &alert.source,
            field.strip_suffix(".keyword").unwrap_or(field),
        ) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(values)) => values.clone(),
            Some(value) => vec![value.clone()],
        },
    }
}

fn find<'a>(source: &'a Map<String, Value>, field: &str) -> Option<&'a Value> {
    if let Some(value) = source.get(field) {
        return Some(value);
    }
    field.match_indices('.').find_map(|(dot, _)| {
        let (head, tail) = (field.get(..dot)?, field.get(dot + 1..)?);
        find(source.get(head)?.as_object()?, tail)
    })
}

fn filter_source(
    source: &mut Map<String, Value>,
    prefix: &str,
    includes: &[String],
    excludes: &[String],
) {
    source.retain(|key, value| {
        let path = format!("{prefix}{key}");
        if excludes.iter().any(|pattern| covers(pattern, &path)) {
            return false;
        }
        if includes.is_empty() || includes.iter().any(|pattern| covers(pattern, &path)) {
            return true;
        }
        let Value::Object(inner) = value else {
            return false;
        };
        filter_source(inner, &format!("{path}."), includes, excludes);
        !inner.is_empty()
    });
}

/// Whether a pattern names this path or one above it; `*` stands for anything.
fn covers(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => {
            path == pattern
                || path
                    .strip_prefix(pattern)
                    .is_some_and(|rest| rest.starts_with('.'))
        }
        Some((start, end)) => path
            .strip_prefix(start)
            .is_some_and(|rest| end.is_empty() || rest.ends_with(end)),
    }
}
