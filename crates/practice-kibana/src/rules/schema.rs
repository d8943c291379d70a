//! Validation as Kibana's own routes do it, those that are no part of the Cases plugin: the first
//! problem is told, with the path to it.

use serde_json::{Map, Value};

use super::Word;
use crate::error::ApiError;

/// An object that is being read, and where it stands: `request body` or `request query`.
pub(crate) struct Object<'a> {
    place: &'static str,
    map: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    pub(crate) fn read(place: &'static str, value: &'a Value) -> Result<Self, ApiError> {
        match value {
            Value::Object(map) => Ok(Self { place, map }),
            other => Err(ApiError::invalid(format!(
                "[{place}]: expected a plain object value, but found [{}] instead.",
                kind(Some(other))
            ))),
        }
    }

    /// The refusal of a field.
    pub(crate) fn refusal(&self, name: &str, problem: &str) -> ApiError {
        ApiError::invalid(format!("[{}.{name}]: {problem}", self.place))
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, ApiError> {
        self.maybe_text(name)?
            .ok_or_else(|| self.wrong_type(name, "string"))
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong_type(name, "string")),
        }
    }

    pub(crate) fn maybe_flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong_type(name, "boolean")),
        }
    }

    /// An object whose names are nobody's business; empty if it is absent.
    pub(crate) fn object(&self, name: &str) -> Result<Value, ApiError> {
        match self.map.get(name) {
            None => Ok(Value::Object(Map::new())),
            Some(object @ Value::Object(_)) => Ok(object.clone()),
            Some(_) => Err(self.wrong_type(name, "object")),
        }
    }

    /// The texts of an array, none if it is absent.
    pub(crate) fn texts(&self, name: &str, most: usize) -> Result<Vec<String>, ApiError> {
        let Some(value) = self.map.get(name) else {
            return Ok(Vec::new());
        };
        let Some(entries) = value.as_array() else {
            return Err(self.wrong_type(name, "array"));
        };
        let text = |(position, entry): (usize, &Value)| {
            let entry_name = format!("{name}.{position}");
            let text = entry.as_str().map(str::to_owned);
            text.ok_or_else(|| {
                let found = kind(Some(entry));
                let problem = format!("expected value of type [string] but got [{found}]");
                self.refusal(&entry_name, &problem)
            })
        };
        let texts: Vec<String> = entries
            .iter()
            .enumerate()
            .map(text)
            .collect::<Result<_, _>>()?;
        if texts.len() > most {
            let problem = format!(
                "array size is [{}], but cannot be greater than [{most}]",
                texts.len()
            );
            return Err(self.refusal(name, &problem));
        }
        Ok(texts)
    }

    pub(crate) fn maybe_choice<T: Word>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.map.get(name) else {
            return Ok(None);
        };
        let choice = value.as_str().and_then(T::read);
        choice.map(Some).ok_or_else(|| {
            let alternatives: Vec<String> = (T::ALL.iter().enumerate())
                .map(|(position, word)| {
                    format!(
                        "- [{}.{name}.{position}]: expected value to equal [{}]",
                        self.place,
                        word.word()
                    )
                })
                .collect();
            let problem = format!("types that failed validation:\n{}", alternatives.join("\n"));
            self.refusal(name, &problem)
        })
    }

    /// Refuses names that the schema lacks, once all others are right.
    pub(crate) fn finish(&self, names: &[&str]) -> Result<(), ApiError> {
        match self.map.keys().find(|name| !names.contains(&name.as_str())) {
            Some(odd) => Err(self.refusal(odd, "definition for this key is missing")),
            None => Ok(()),
        }
    }

    fn wrong_type(&self, name: &str, wanted: &str) -> ApiError {
        let found = kind(self.map.get(name));
        let problem = format!("expected value of type [{wanted}] but got [{found}]");
        self.refusal(name, &problem)
    }
}

/// A flag of a query, which is written as text.
pub(crate) fn read_flag(query: &Object<'_>, name: &str) -> Result<Option<bool>, ApiError> {
    match query.map.get(name).map(Value::as_str) {
        None => Ok(None),
        Some(Some("true")) => Ok(Some(true)),
        Some(Some("false")) => Ok(Some(false)),
        Some(_) => Err(query.wrong_type(name, "boolean")),
    }
}

/// The same where the bare name means yes, as in `?extended`.
pub(crate) fn read_bare_flag(query: &Object<'_>, name: &str) -> Result<bool, ApiError> {
    match query.map.get(name).and_then(Value::as_str) {
        Some("") => Ok(true),
        _ => Ok(read_flag(query, name)?.unwrap_or(false)),
    }
}

/// What Kibana calls the type of a value.
fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "Array",
        Some(Value::Object(_)) => "Object",
    }
}
