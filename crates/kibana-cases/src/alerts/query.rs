use serde_json::{Value, json};

use crate::id::AlertId;

/// Which alerts. A small part of what Elasticsearch knows, built of values, so that no text of a person becomes a clause.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum AlertQuery {
    /// Every one.
    #[default]
    All,
    /// Those with one of these ids.
    Ids(Vec<AlertId>),
    /// Those whose field holds one of these values exactly.
    AnyOf(String, Vec<Value>),
    /// Those whose field lies between two values.
    Between(String, Bounds),
    /// Those that have the field at all.
    Exists(String),
    /// Those that all of these find.
    And(Vec<Self>),
    /// Those that at least one of these finds; none if there are none.
    Or(Vec<Self>),
    /// Those that this does not find.
    Not(Box<Self>),
}

/// The ends of a range, both included. Times may be RFC 3339 or Elasticsearch's date math (`now-1d`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// At least this.
    pub from: Option<Value>,
    /// At most this.
    pub to: Option<Value>,
}

impl AlertQuery {
    /// Those whose field holds this value exactly.
    pub fn is(field: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::AnyOf(field.into(), vec![value.into()])
    }

    pub(super) fn to_json(&self) -> Value {
        let all = |queries: &[Self]| queries.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All => json!({"match_all": {}}),
            Self::Ids(ids) => json!({"ids": {"values": ids}}),
            Self::AnyOf(field, values) => json!({"terms": {field: values}}),
            Self::Between(field, bounds) => json!({"range": {field: bounds.to_json()}}),
            Self::Exists(field) => json!({"exists": {"field": field}}),
            Self::And(queries) => json!({"bool": {"filter": all(queries)}}),
            Self::Or(queries) if queries.is_empty() => json!({"match_none": {}}),
            Self::Or(queries) => {
                json!({"bool": {"should": all(queries), "minimum_should_match": 1}})
            }
            Self::Not(query) => json!({"bool": {"must_not": [query.to_json()]}}),
        }
    }
}

impl Bounds {
    fn to_json(&self) -> Value {
        let ends = [("gte", &self.from), ("lte", &self.to)];
        let ends = ends
            .into_iter()
            .filter_map(|(name, end)| Some((name.to_owned(), end.clone()?)));
        Value::Object(ends.collect())
    }
}
