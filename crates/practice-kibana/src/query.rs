//! The query string, with repeated keys kept.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Parameters in the order sent. Brackets and commas mean nothing here, as in Kibana.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: Option<&str>) -> Self {
        let pairs = raw
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(key), decode(value))
            })
            .collect();
        Self(pairs)
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, key: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Takes a parameter out and tells whether it was there and said yes.
    pub(crate) fn take_flag(&mut self, key: &str) -> bool {
        let said_yes = self.all(key) == ["true"];
        self.0.retain(|(name, _)| name != key);
        said_yes
    }

    /// The query as the object Kibana validates: text, or an array of texts where a key repeats.
    pub(crate) fn to_value(&self) -> Value {
        let mut object = Map::new();
        for (key, value) in &self.0 {
            match object.get_mut(key) {
                None => {
                    object.insert(key.clone(), value.as_str().into());
                }
                Some(Value::Array(values)) => values.push(value.as_str().into()),
                Some(first) => *first = Value::Array(vec![first.take(), value.as_str().into()]),
            }
        }
        Value::Object(object)
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}
