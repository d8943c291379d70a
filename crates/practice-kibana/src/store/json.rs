//! JSON inside documents: never changed in place, cheap to clone, and equal parts are one in memory.

use std::{collections::HashSet, ops::Index, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// Texts up to this many bytes are kept once. Longer ones are hardly ever equal.
const SHORT: usize = 40;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Arc<[Self]>),
    Object(Arc<Fields>),
}

/// The fields of an object, in the order of their names. Objects of one shape share the names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fields {
    names: Arc<[Arc<str>]>,
    values: Box<[Json]>,
}

impl Fields {
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.names.binary_search_by(|known| (**known).cmp(name))
    }

    fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Json)> {
        self.names.iter().zip(&self.values)
    }
}

impl FromIterator<(Arc<str>, Json)> for Fields {
    /// The fields come in order.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Json)>>(fields: I) -> Self {
        let (names, values): (Vec<Arc<str>>, Vec<Json>) = fields.into_iter().unzip();
        Self {
            names: names.into(),
            values: values.into(),
        }
    }
}

static NULL: Json = Json::Null;

impl Json {
    /// A field of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        fields.values.get(fields.position(name).ok()?)
    }

    /// The object with fields added or replaced; what is no object becomes one.
    #[must_use]
    pub(crate) fn with<const N: usize>(&self, fields: [(&str, Self); N]) -> Self {
        let mut all = match self {
            Self::Object(known) => Fields::clone(known),
            _ => Fields::from_iter([]),
        };
        for (name, value) in fields {
            match all.position(name) {
                Ok(at) => all.values[at] = value,
                Err(at) => {
                    let mut names = all.names.to_vec();
                    names.insert(at, name.into());
                    let mut values = all.values.into_vec();
                    values.insert(at, value);
                    all = Fields {
                        names: names.into(),
                        values: values.into(),
                    };
                }
            }
        }
        Self::Object(Arc::new(all))
    }

    /// The object without a field.
    #[must_use]
    pub(crate) fn without(&self, name: &str) -> Self {
        match self {
            Self::Object(known) => {
                let left = known.iter().filter(|(known, _)| ***known != *name);
                let left = left.map(|(name, value)| (Arc::clone(name), value.clone()));
                Self::Object(Arc::new(left.collect()))
            }
            other => other.clone(),
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The value itself, or the values of a list; none of null.
    pub(crate) fn values(&self) -> &[Self] {
        match self {
            Self::Null => &[],
            Self::List(values) => values,
            single => std::slice::from_ref(single),
        }
    }

    /// A text, or the texts of a list.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        self.values().iter().filter_map(|value| match value {
            Self::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The object as one that can be changed; empty for anything else.
    pub(crate) fn to_map(&self) -> Map<String, Value> {
        match self.to_value() {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String((**text).to_owned()),
            Self::List(values) => values.iter().map(Self::to_value).collect(),
            Self::Object(fields) => fields
                .iter()
                .map(|(name, value)| ((**name).to_owned(), value.to_value()))
                .collect(),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(values) => values.into_iter().map(Self::from).collect(),
            Value::Object(map) => map.into(),
        }
    }
}

impl From<Map<String, Value>> for Json {
    fn from(map: Map<String, Value>) -> Self {
        let mut fields: Vec<(Arc<str>, Self)> = map
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        Self::Object(Arc::new(fields.into_iter().collect()))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Arc<str>> for Json {
    fn from(text: Arc<str>) -> Self {
        Self::Text(text)
    }
}

impl FromIterator<Self> for Json {
    fn from_iter<I: IntoIterator<Item = Self>>(values: I) -> Self {
        Self::List(values.into_iter().collect())
    }
}

impl PartialEq<str> for Json {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Json {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

impl Index<&str> for Json {
    type Output = Self;

    /// A field of an object; null if there is none.
    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&NULL)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values.iter()),
            Self::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (&**name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

/// Names, short texts and the parts made of them, each kept once.
#[derive(Default)]
pub(super) struct Shared {
    texts: HashSet<Arc<str>>,
    parts: HashSet<Json>,
    shapes: HashSet<Arc<[Arc<str>]>>,
    /// How many there were when those that nobody used were last thrown out.
    kept: usize,
}

impl Shared {
    /// Replaces the parts of a value by equal ones that are known.
    pub(super) fn share(&mut self, json: &mut Json) {
        self.replace(json);
        let known = self.texts.len() + self.parts.len();
        if known > 2 * self.kept.max(1000) {
            self.parts.retain(Json::is_used);
            self.shapes.retain(|names| Arc::strong_count(names) > 1);
            self.texts.retain(|text| Arc::strong_count(text) > 1);
            self.kept = self.texts.len() + self.parts.len();
        }
    }

    /// Returns whether the value is short enough to be found again. A part that somebody else holds
    /// already is left as it is.
    fn replace(&mut self, json: &mut Json) -> bool {
        let mut short = true;
        match json {
            Json::Null | Json::Bool(_) | Json::Number(_) => return true,
            Json::Text(text) => return self.text(text),
            Json::List(values) => match Arc::get_mut(values) {
                Some(values) => {
                    for value in values {
                        short &= self.replace(value);
                    }
                }
                None => return false,
            },
            Json::Object(fields) => match Arc::get_mut(fields) {
                Some(fields) => {
                    short &= self.shape(&mut fields.names);
                    for value in &mut fields.values {
                        short &= self.replace(value);
                    }
                }
                None => return false,
            },
        }
        if short {
            match self.parts.get(json) {
                Some(known) => *json = known.clone(),
                None => {
                    self.parts.insert(json.clone());
                }
            }
        }
        short
    }

    /// Replaces the names of an object by equal ones that are known, after a field was added.
    pub(super) fn outer_shape(&mut self, json: &mut Json) {
        if let Json::Object(fields) = json
            && let Some(fields) = Arc::get_mut(fields)
        {
            self.shape(&mut fields.names);
        }
    }

    /// Returns whether all names are short.
    fn shape(&mut self, names: &mut Arc<[Arc<str>]>) -> bool {
        if let Some(known) = self.shapes.get(names) {
            *names = Arc::clone(known);
            return names.iter().all(|name| name.len() <= SHORT);
        }
        let mut own = names.to_vec();
        let mut short = true;
        for name in &mut own {
            short &= self.text(name);
        }
        *names = own.into();
        self.shapes.insert(Arc::clone(names));
        short
    }

    /// Replaces a text by an equal one that is known; false if it is too long for that.
    pub(super) fn text(&mut self, text: &mut Arc<str>) -> bool {
        if text.len() > SHORT {
            return false;
        }
        match self.texts.get(text) {
            Some(known) => *text = Arc::clone(known),
            None => {
                self.texts.insert(Arc::clone(text));
            }
        }
        true
    }
}

impl Json {
    /// Whether somebody but the set of shared parts holds the value.
    fn is_used(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => Arc::strong_count(text) > 1,
            Self::List(values) => Arc::strong_count(values) > 1,
            Self::Object(fields) => Arc::strong_count(fields) > 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_stays_what_it_was() {
        let value = json!({"b": [1, "x", null, {"c": 1.5}], "a": true, "long": "x".repeat(100)});
        let json = Json::from(value.clone());
        assert_eq!(json.to_value(), value);
        assert_eq!(serde_json::to_value(&json).unwrap(), value);
        assert_eq!(serde_json::from_value::<Json>(value).unwrap(), json);
        assert_eq!(
            (&json["a"], &json["none"]),
            (&Json::Bool(true), &Json::Null)
        );
        let changed = json.with([("a", "y".into()), ("aa", Json::Null)]);
        assert_eq!(changed["a"], "y");
        assert!(changed.get("aa").is_some() && json.get("aa").is_none());
        assert_eq!(Json::from("x").texts().count(), 1);
        assert_eq!(json["b"].texts().count(), 1);
    }

    #[test]
    fn equal_parts_are_one() {
        let mut shared = Shared::default();
        let mut make = || {
            let mut json = Json::from(json!({"host": {"name": "a"}, "text": "x".repeat(100)}));
            shared.share(&mut json);
            json
        };
        let (left, right) = (make(), make());
        assert_eq!(left, right);
        let (Json::Object(one), Json::Object(other)) = (&left["host"], &right["host"]) else {
            panic!("they are objects");
        };
        assert!(Arc::ptr_eq(one, other));
        let (Json::Object(one), Json::Object(other)) = (&left, &right) else {
            panic!("they are objects");
        };
        assert!(Arc::ptr_eq(&one.names, &other.names), "they have one shape");
        let (Json::Text(one), Json::Text(other)) = (&left["text"], &right["text"]) else {
            panic!("they are texts");
        };
        assert!(!Arc::ptr_eq(one, other), "long texts are not looked for");
    }

    #[test]
    fn what_nobody_holds_is_forgotten() {
        let mut shared = Shared::default();
        for number in 0..10_000 {
            shared.share(&mut Json::from(json!({"name": [number.to_string()]})));
        }
        assert!(shared.parts.len() < 5000, "{}", shared.parts.len());
        assert!(shared.texts.len() < 5000, "{}", shared.texts.len());
    }
}
