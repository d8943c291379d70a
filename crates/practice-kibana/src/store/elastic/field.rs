//! Fields of alerts, which `_source` holds flat (`"host.name"`) or nested, one value or several.

use std::{cmp::Ordering, sync::Arc};

use serde_json::{Map, Value, json};

use super::super::{AlertDocument, Json, document::texts};
use crate::error::ApiError;

/// Whether a value of a field passes a test.
pub(super) fn any_value(
    alert: &AlertDocument,
    field: &str,
    test: &mut dyn FnMut(&Json) -> bool,
) -> bool {
    match field {
        "_id" => test(&Arc::clone(&alert.id).into()),
        "_index" => test(&Arc::clone(&alert.index).into()),
        field => {
            let field = field.strip_suffix(".keyword").unwrap_or(field);
            any_within(&alert.source, field, test)
        }
    }
}

fn any_within(source: &Json, field: &str, test: &mut dyn FnMut(&Json) -> bool) -> bool {
    let values = source[field].values();
    if values
        .iter()
        .any(|value| *value != Json::Null && test(value))
    {
        return true;
    }
    field.match_indices('.').any(|(dot, _)| {
        let (Some(head), Some(tail)) = (field.get(..dot), field.get(dot + 1..)) else {
            return false;
        };
        let inner = source[head].values();
        inner.iter().any(|inner| any_within(inner, tail, test))
    })
}

/// The value that a field is sorted by: its least, or its greatest when descending.
pub(super) fn extreme(alert: &AlertDocument, field: &str, greatest: bool) -> Option<Json> {
    let mut extreme: Option<Json> = None;
    any_value(alert, field, &mut |value| {
        let wins = extreme.as_ref().is_none_or(|best| {
            let order = compare(value, best);
            if greatest {
                order.is_gt()
            } else {
                order.is_lt()
            }
        });
        if wins {
            extreme = Some(value.clone());
        }
        false
    });
    extreme
}

/// Whether a document's value is the one asked for, which may be written as text.
pub(super) fn equals(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Number(value), Json::Number(wanted)) => value.as_f64() == wanted.as_f64(),
        (Json::Number(value), Json::Text(wanted)) => value.as_f64() == wanted.parse().ok(),
        (Json::Bool(value), Json::Text(wanted)) => wanted.parse() == Ok(*value),
        (Json::Text(value), Json::Number(_) | Json::Bool(_)) => value
            .parse::<Value>()
            .is_ok_and(|value| Json::from(value) == *wanted),
        (value, wanted) => value == wanted,
    }
}

/// Orders numbers as numbers and all else as text.
pub(super) fn compare(left: &Json, right: &Json) -> Ordering {
    let number = |value: &Json| match value {
        Json::Text(text) => text.parse().ok(),
        value => value.as_f64(),
    };
    match (left, right) {
        (Json::Text(left), Json::Text(right)) => left.cmp(right),
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => left
                .to_value()
                .to_string()
                .cmp(&right.to_value().to_string()),
        },
    }
}

/// What of a document is shown (`_source`).
pub(super) enum SourceFilter {
    Nothing,
    Of {
        /// Patterns of what is shown; none means everything.
        includes: Vec<String>,
        excludes: Vec<String>,
    },
}

impl SourceFilter {
    pub(super) fn read(source: Option<&Value>) -> Result<Self, ApiError> {
        let of = |includes, excludes| Ok(Self::Of { includes, excludes });
        match source {
            None | Some(Value::Bool(true)) => of(Vec::new(), Vec::new()),
            Some(Value::Bool(false)) => Ok(Self::Nothing),
            Some(patterns @ (Value::String(_) | Value::Array(_))) => {
                of(texts(Some(patterns)), Vec::new())
            }
            Some(Value::Object(filter)) => {
                let either =
                    |long: &str, short: &str| texts(filter.get(long).or_else(|| filter.get(short)));
                of(either("includes", "include"), either("excludes", "exclude"))
            }
            Some(_) => Err(ApiError::invalid(
                "[request body]: _source: Expected boolean, text, array or object",
            )),
        }
    }

    pub(super) fn apply(&self, source: &Json) -> Option<Map<String, Value>> {
        let Self::Of { includes, excludes } = self else {
            return None;
        };
        let mut shown = source.to_map();
        if !includes.is_empty() {
            keep(&mut shown, "", &|path| {
                includes.iter().any(|pattern| covers(pattern, path))
            });
        }
        if !excludes.is_empty() {
            remove(&mut shown, "", &|path| {
                excludes.iter().any(|pattern| covers(pattern, path))
            });
        }
        Some(shown)
    }
}

fn keep(source: &mut Map<String, Value>, prefix: &str, wanted: &dyn Fn(&str) -> bool) {
    source.retain(|key, value| {
        let path = format!("{prefix}{key}");
        wanted(&path) || keep_within(value, &format!("{path}."), wanted)
    });
}

/// Keeps what is wanted of objects, those in lists included; tells whether anything is left.
fn keep_within(value: &mut Value, prefix: &str, wanted: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Object(inner) => {
            keep(inner, prefix, wanted);
            !inner.is_empty()
        }
        Value::Array(values) => {
            values.retain_mut(|value| keep_within(value, prefix, wanted));
            !values.is_empty()
        }
        _ => false,
    }
}

fn remove(source: &mut Map<String, Value>, prefix: &str, unwanted: &dyn Fn(&str) -> bool) {
    source.retain(|key, value| {
        let path = format!("{prefix}{key}");
        remove_within(value, &format!("{path}."), unwanted);
        !unwanted(&path)
    });
}

fn remove_within(value: &mut Value, prefix: &str, unwanted: &dyn Fn(&str) -> bool) {
    match value {
        Value::Object(inner) => remove(inner, prefix, unwanted),
        Value::Array(values) => {
            for value in values {
                remove_within(value, prefix, unwanted);
            }
        }
        _ => {}
    }
}

/// The leaves that patterns name, by full path, each as an array (`fields`).
pub(super) fn fields(source: &Json, patterns: &[String]) -> Value {
    let mut found = Map::new();
    gather(&Value::Object(source.to_map()), "", patterns, &mut found);
    Value::Object(found)
}

fn gather(value: &Value, path: &str, patterns: &[String], found: &mut Map<String, Value>) {
    match value {
        Value::Object(inner) => {
            for (key, value) in inner {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                gather(value, &path, patterns, found);
            }
        }
        Value::Array(values) => {
            for value in values {
                gather(value, path, patterns, found);
            }
        }
        Value::Null => {}
        leaf if patterns.iter().any(|pattern| is_like(pattern, path)) => {
            let values = found.entry(path).or_insert_with(|| json!([]));
            if let Value::Array(values) = values {
                values.push(leaf.clone());
            }
        }
        _ => {}
    }
}

/// Whether a pattern names this path or one above it.
fn covers(pattern: &str, path: &str) -> bool {
    let above = path
        .match_indices('.')
        .filter_map(|(dot, _)| path.get(..dot));
    is_like(pattern, path) || above.into_iter().any(|path| is_like(pattern, path))
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let start = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(start) else {
        return false;
    };
    let Some(end) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let table = [
            ("host.name", "host.name", true),
            ("host.name", "host.names", false),
            ("host.*", "host.name", true),
            ("host.*", "host", false),
            ("*.name", "user.name", true),
            ("kibana.*.name", "kibana.alert.rule.name", true),
            ("*a*b", "xaybz", false),
            ("*a*b*", "xaybz", true),
            ("*", "", true),
            ("", "x", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
        assert!(covers("host", "host.os.name"));
        assert!(!covers("ho", "host.os.name"));
    }

    #[test]
    fn values_equal_across_text_and_number() {
        let equals = |value: Value, wanted: Value| equals(&value.into(), &wanted.into());
        assert!(equals(json!(47), json!("47")) && equals(json!(47), json!(47.0)));
        assert!(equals(json!("47"), json!(47)) && equals(json!(true), json!("true")));
        assert!(!equals(json!("047"), json!("47")) && !equals(json!(47), json!("x")));
    }
}
