//! One bad item sinks no page: items are read one by one, and those that cannot be read are reported beside the others.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::decode;

/// Fields that this client does not know, as they came. They survive a round trip.
pub type OtherFields = Map<String, Value>;

/// An item of an answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its `id`, if it has one that is text.
    pub id: Option<String>,
    /// Where and why, without case text.
    pub reason: String,
}

/// A whole list that has no pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// Those that could be read.
    pub items: Vec<T>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
}

impl<T: DeserializeOwned> List<T> {
    pub(crate) fn read(items: Vec<Value>) -> Self {
        let (items, unreadable) = read_each(items);
        Self { items, unreadable }
    }
}

impl<T> List<T> {
    /// The same list of other things.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> List<U> {
        List {
            items: self.items.into_iter().map(each).collect(),
            unreadable: self.unreadable,
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::read)
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// Leaves out what could not be read.
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
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

/// Reads `null` as what stands for nothing.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
