//! One bad item sinks no page: items are read one by one, and those that cannot be read are reported beside the others.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decode;

/// An item of an answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its `id`, if it has one that is text.
    pub id: Option<String>,
    /// Where and why, without case text.
    pub reason: String,
}

pub(crate) fn read_each<T: DeserializeOwned>(items: Vec<Value>) -> (Vec<T>, Vec<Unreadable>) {
    let mut read = Vec::with_capacity(items.len());
    let mut unreadable = Vec::new();
    for item in items {
        let id = item.get("id").and_then(Value::as_str).map(str::to_owned);
        match serde_json::from_value(item) {
            Ok(value) => read.push(value),
            Err(error) => unreadable.push(Unreadable {
                id,
                reason: decode::why(&error),
            }),
        }
    }
    (read, unreadable)
}
