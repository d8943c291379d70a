//! As much of Elasticsearch's search as work with alerts needs.
//!
//! `elastic/query.rs` holds the clauses, `elastic/field.rs` how fields are found in documents; here
//! are order, pages and the shape of the answer. What is not played is refused, never guessed.

mod field;
mod query;

use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AlertDocument, Json};
use crate::error::ApiError;
use field::{SourceFilter, compare, extreme};
use query::Clause;

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
const DEFAULT_SIZE: usize = 10;
/// Elasticsearch's `index.max_result_window`, and how far it counts unless told otherwise.
const WINDOW: usize = 10_000;

/// A search over alerts.
pub(crate) struct AlertSearch {
    query: Clause,
    source: SourceFilter,
    fields: Vec<String>,
    sort: Vec<Sort>,
    from: usize,
    size: usize,
    counted: Counted,
}

/// How far hits are counted (`track_total_hits`).
enum Counted {
    Not,
    UpTo(usize),
    All,
}

struct Sort {
    field: String,
    descending: bool,
    missing_first: bool,
}

impl AlertSearch {
    /// Reads the body of a search.
    pub(crate) fn read(body: &Value, now: Timestamp) -> Result<Self, ApiError> {
        let Some(body) = body.as_object() else {
            return Err(ApiError::invalid("[request body]: Expected object"));
        };
        if !CLAUSES.iter().any(|clause| body.contains_key(*clause)) {
            return Err(ApiError::detection(
                "\"value\" must have at least 1 children",
            ));
        }
        for unsupported in ["aggs", "runtime_mappings"] {
            let asked = body.get(unsupported).and_then(Value::as_object);
            if asked.is_some_and(|asked| !asked.is_empty()) {
                return Err(not_played(unsupported));
            }
        }
        let search = Self {
            query: body
                .get("query")
                .map_or(Ok(Clause::All), |query| Clause::read(query, now))?,
            source: SourceFilter::read(body.get("_source"))?,
            fields: read_fields(body.get("fields"))?,
            sort: read_sort(body.get("sort"))?,
            from: read_number(body, "from")?.unwrap_or(0),
            size: read_number(body, "size")?.unwrap_or(DEFAULT_SIZE),
            counted: read_counted(body.get("track_total_hits"))?,
        };
        let end = search.from.saturating_add(search.size);
        if end > WINDOW {
            return Err(ApiError::detection(format!(
                "Result window is too large, from + size must be less than or equal to: [{WINDOW}] but was [{end}]"
            )));
        }
        Ok(search)
    }

    /// Reads a bare query, as the status route takes it.
    pub(crate) fn of_query(query: &Value, now: Timestamp) -> Result<Self, ApiError> {
        Self::read(&json!({"query": query}), now)
    }

    /// Answers as Elasticsearch does.
    pub(crate) fn run(&self, alerts: &[&AlertDocument]) -> Value {
        let matching = alerts.iter().filter(|alert| self.matches(alert));
        let mut found: Vec<(Vec<Option<Json>>, &AlertDocument)> = matching
            .map(|alert| (self.sort_key(alert), *alert))
            .collect();
        if !self.sort.is_empty() {
            found.sort_by(|(left, _), (right, _)| self.order(left, right));
        }
        let hits: Vec<Value> = found
            .iter()
            .skip(self.from)
            .take(self.size)
            .map(|(key, alert)| self.hit(key, alert))
            .collect();
        let scored = self.sort.is_empty() && !hits.is_empty();
        let mut answer = json!({
            "took": 1,
            "timed_out": false,
            "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
            "hits": {
                "max_score": if scored { json!(1.0) } else { Value::Null },
                "hits": hits,
            },
        });
        if let Some(total) = self.counted.total(found.len()) {
            answer["hits"]["total"] = total;
        }
        answer
    }

    /// Whether an alert matches the query.
    pub(crate) fn matches(&self, alert: &AlertDocument) -> bool {
        self.query.matches(alert)
    }

    /// The ids that every match has one of, if the query says so.
    pub(super) fn ids(&self) -> Option<BTreeSet<Arc<str>>> {
        self.query.ids()
    }

    /// The values to sort by.
    fn sort_key(&self, alert: &AlertDocument) -> Vec<Option<Json>> {
        let sorts = self.sort.iter();
        sorts
            .map(|sort| extreme(alert, &sort.field, sort.descending))
            .collect()
    }

    fn order(&self, left: &[Option<Json>], right: &[Option<Json>]) -> Ordering {
        let keys = self.sort.iter().zip(left.iter().zip(right));
        let orders = keys.map(|(sort, values)| {
            let missing = |order: Ordering| {
                if sort.missing_first {
                    order.reverse()
                } else {
                    order
                }
            };
            match values {
                (Some(left), Some(right)) if sort.descending => compare(right, left),
                (Some(left), Some(right)) => compare(left, right),
                (Some(_), None) => missing(Ordering::Less),
                (None, Some(_)) => missing(Ordering::Greater),
                (None, None) => Ordering::Equal,
            }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }

    fn hit(&self, key: &[Option<Json>], alert: &AlertDocument) -> Value {
        let mut hit = json!({
            "_index": alert.index,
            "_id": alert.id,
            "_score": if self.sort.is_empty() { json!(1.0) } else { Value::Null },
        });
        if let Some(source) = self.source.apply(&alert.source) {
            hit["_source"] = Value::Object(source);
        }
        if !self.fields.is_empty() {
            hit["fields"] = field::fields(&alert.source, &self.fields);
        }
        if !self.sort.is_empty() {
            hit["sort"] = key
                .iter()
                .map(|value| value.as_ref().map(sort_value).unwrap_or_default())
                .collect();
        }
        hit
    }
}

impl Counted {
    fn total(&self, found: usize) -> Option<Value> {
        match self {
            Self::Not => None,
            Self::UpTo(limit) if found > *limit => Some(json!({"value": limit, "relation": "gte"})),
            Self::UpTo(_) | Self::All => Some(json!({"value": found, "relation": "eq"})),
        }
    }
}

/// The refusal of what Elasticsearch has and the practice server has not.
fn not_played(what: &str) -> ApiError {
    ApiError::detection(format!("the practice server does not support [{what}]"))
}

/// Dates are sorted, and shown in `sort`, as milliseconds.
fn sort_value(value: &Json) -> Value {
    let time = value.as_str().and_then(|text| text.parse().ok());
    time.map_or_else(
        || value.to_value(),
        |time: Timestamp| time.as_millisecond().into(),
    )
}

fn read_number(body: &Map<String, Value>, key: &str) -> Result<Option<usize>, ApiError> {
    let read = |value: &Value| {
        let number = value
            .as_u64()
            .and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| {
            ApiError::invalid(format!(
                "[request body]: {key}: Expected a number that is not negative"
            ))
        })
    };
    body.get(key).map(read).transpose()
}

fn read_counted(value: Option<&Value>) -> Result<Counted, ApiError> {
    match value {
        None => Ok(Counted::UpTo(WINDOW)),
        Some(Value::Bool(true)) => Ok(Counted::All),
        Some(Value::Bool(false)) => Ok(Counted::Not),
        Some(value) => value
            .as_u64()
            .and_then(|limit| usize::try_from(limit).ok())
            .map(Counted::UpTo)
            .ok_or_else(|| {
                ApiError::invalid("[request body]: track_total_hits: Expected boolean or number")
            }),
    }
}

fn read_fields(fields: Option<&Value>) -> Result<Vec<String>, ApiError> {
    let Some(fields) = fields else {
        return Ok(Vec::new());
    };
    let name = |entry: &Value| {
        let name = entry.as_str().or_else(|| entry.get("field")?.as_str())?;
        Some(name.to_owned())
    };
    fields
        .as_array()
        .and_then(|entries| entries.iter().map(name).collect())
        .ok_or_else(|| ApiError::invalid("[request body]: fields: Expected array of field names"))
}

fn read_sort(sort: Option<&Value>) -> Result<Vec<Sort>, ApiError> {
    let entries = match sort {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(entry) => std::slice::from_ref(entry),
    };
    let mut sorts = Vec::new();
    for entry in entries {
        match entry {
            Value::String(field) => sorts.push(Sort::read(field, &Value::Null)?),
            Value::Object(fields) => {
                for (field, order) in fields {
                    sorts.push(Sort::read(field, order)?);
                }
            }
            _ => return Err(not_played("sort")),
        }
    }
    Ok(sorts)
}

impl Sort {
    /// Reads `"asc"`, `"desc"`, or the object with options.
    fn read(field: &str, options: &Value) -> Result<Self, ApiError> {
        let order = match options {
            Value::Object(options) => options.get("order").unwrap_or(&Value::Null),
            order => order,
        };
        let descending = match order {
            Value::Null => false,
            order if order == "asc" => false,
            order if order == "desc" => true,
            order => return Err(ApiError::detection(format!("Unknown SortOrder [{order}]"))),
        };
        let missing_first = match options.get("missing") {
            None => false,
            Some(missing) if missing == "_last" => false,
            Some(missing) if missing == "_first" => true,
            Some(_) => return Err(not_played("sort.missing")),
        };
        Ok(Self {
            field: field.to_owned(),
            descending,
            missing_first,
        })
    }
}
