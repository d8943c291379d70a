//! A small stand-in for io-ts: reads fields and collects what is wrong with them.
//!
//! Every reading method returns a value, a placeholder where the field is wrong. Nobody sees the
//! placeholders, because [`Check::finish`] comes before the values are used.

use std::{cell::RefCell, collections::HashSet};

use serde_json::{Map, Value};

use super::Word;
use crate::error::ApiError;

/// The problems of one body or query string.
#[derive(Default)]
pub(crate) struct Check {
    problems: RefCell<Vec<String>>,
    unknown: RefCell<Vec<String>>,
}

/// The fields of one object in it.
pub(crate) struct Fields<'a> {
    check: &'a Check,
    map: Option<&'a Map<String, Value>>,
    path: Vec<&'a str>,
}

impl Check {
    /// Starts with the object at the top.
    pub(crate) fn root<'a>(&'a self, value: &'a Value, keys: &[&str]) -> Fields<'a> {
        self.object(Some(value), Vec::new(), keys)
    }

    fn object<'a>(
        &'a self,
        value: Option<&'a Value>,
        path: Vec<&'a str>,
        keys: &[&str],
    ) -> Fields<'a> {
        let map = value.and_then(Value::as_object);
        match map {
            None => self.add(wrong(value, &path)),
            Some(map) => self.unknown.borrow_mut().extend(
                map.keys()
                    .filter(|key| !keys.contains(&key.as_str()))
                    .cloned(),
            ),
        }
        Fields {
            check: self,
            map,
            path,
        }
    }

    pub(crate) fn add(&self, problem: String) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Turns the problems into Kibana's answer. Unknown keys only count when all else is right.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        let problems = self.problems.into_inner();
        if !problems.is_empty() {
            return Err(ApiError::invalid(problems.join(",")));
        }
        let unknown = self.unknown.into_inner();
        if !unknown.is_empty() {
            return Err(ApiError::invalid(format!(
                "invalid keys \"{}\"",
                unknown.join(",")
            )));
        }
        Ok(())
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map?.get(key)
    }

    /// Reports that a field is missing or has the wrong type. An object that is not there at all
    /// was reported already.
    pub(crate) fn wrong(&self, key: &str, value: Option<&Value>) {
        if self.map.is_some() {
            let path: Vec<&str> = self.path.iter().copied().chain([key]).collect();
            self.check.add(wrong(value, &path));
        }
    }

    pub(crate) fn add(&self, problem: String) {
        self.check.add(problem);
    }

    pub(crate) fn string(&self, key: &str) -> String {
        self.read(key, Value::as_str).unwrap_or_default().to_owned()
    }

    /// A text or null, but not nothing.
    pub(crate) fn nullable_string(&self, key: &str) -> Option<String> {
        let is_null = self.get(key).is_some_and(Value::is_null);
        (!is_null).then(|| self.string(key))
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.read(key, Value::as_bool).unwrap_or_default()
    }

    /// A text of 1 to `max` characters, counted after trimming. It is returned as sent.
    pub(crate) fn text(&self, key: &str, max: usize) -> String {
        let text = self.string(key);
        if self.get(key).is_some_and(Value::is_string) {
            self.limit(key, &text, max);
        }
        text
    }

    /// A key of a configuration, of 1 to `max` characters.
    pub(crate) fn key(&self, key: &str, max: usize) -> String {
        let text = self.text(key, max);
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if !text.chars().all(allowed) {
            self.add("Key must be lower case, a-z, 0-9, '_', and '-' are allowed".to_owned());
        }
        text
    }

    pub(crate) fn choice<T: Word>(&self, key: &str) -> Option<T> {
        self.read(key, |value| T::read(value.as_str()?))
    }

    /// An object with these keys.
    pub(crate) fn object(&self, key: &'a str, keys: &[&str]) -> Self {
        let path = self.path.iter().copied().chain([key]).collect();
        if self.map.is_none() {
            return Fields {
                check: self.check,
                map: None,
                path,
            };
        }
        self.check.object(self.get(key), path, keys)
    }

    /// The objects of an array. Numbers are left out of paths, so all share one.
    pub(crate) fn objects(&self, key: &'a str, keys: &[&str]) -> Vec<Self> {
        let path: Vec<&'a str> = self.path.iter().copied().chain([key]).collect();
        self.array(key)
            .unwrap_or_default()
            .iter()
            .map(|value| self.check.object(Some(value), path.clone(), keys))
            .collect()
    }

    /// The texts of an array.
    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        self.array(key)
            .unwrap_or_default()
            .iter()
            .filter_map(|value| {
                if !value.is_string() {
                    self.wrong(key, Some(value));
                }
                value.as_str().map(str::to_owned)
            })
            .collect()
    }

    /// A text, or the texts of an array; nothing if the field is absent.
    pub(crate) fn one_or_many(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            None => Vec::new(),
            Some(Value::Array(_)) => self.strings(key),
            Some(_) => vec![self.string(key)],
        }
    }

    /// The same for words of a closed set.
    pub(crate) fn choices<T: Word>(&self, key: &str) -> Vec<T> {
        let read = |word: &String| {
            let known = T::read(word);
            if known.is_none() {
                self.wrong(key, Some(&Value::from(word.as_str())));
            }
            known
        };
        self.one_or_many(key).iter().filter_map(read).collect()
    }

    /// An array, checked to be one.
    pub(crate) fn array(&self, key: &str) -> Option<&'a [Value]> {
        self.read(key, |value| value.as_array().map(Vec::as_slice))
    }

    pub(crate) fn at_most(&self, key: &str, count: usize, max: usize) {
        if count > max {
            self.add(too_many(key, max));
        }
    }

    pub(crate) fn at_least_one(&self, key: &str, count: usize) {
        if count == 0 && self.get(key).is_some_and(Value::is_array) {
            self.add(too_few(key));
        }
    }

    /// Checks the length of a text that Kibana calls `name`.
    pub(crate) fn limit(&self, name: &str, text: &str, max: usize) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            self.add(format!("The {name} field cannot be an empty string."));
        } else if trimmed.encode_utf16().count() > max {
            self.add(format!(
                "The length of the {name} is too long. The maximum length is {max}."
            ));
        }
    }

    /// A number, which in a query string is written as text.
    pub(crate) fn number(&self, key: &str, default: u64) -> u64 {
        let Some(value) = self.get(key) else {
            return default;
        };
        let number = match value {
            Value::String(text) => text.trim().parse().ok(),
            value => value.as_u64(),
        };
        if number.is_none() {
            self.wrong(key, Some(value));
            self.add("cannot parse to a number".to_owned());
        }
        number.unwrap_or(default)
    }

    fn read<T>(&self, key: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.get(key);
        let result = value.and_then(read);
        if result.is_none() {
            self.wrong(key, value);
        }
        result
    }
}

/// Reads a field only if it was sent.
pub(crate) fn given<'a, T>(
    fields: &Fields<'a>,
    key: &str,
    read: impl FnOnce(&Fields<'a>) -> T,
) -> Option<T> {
    fields.get(key).map(|_| read(fields))
}

/// The texts that occur again after their first time.
pub(crate) fn repeated<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    texts
        .into_iter()
        .filter(|text| !seen.insert(*text))
        .collect()
}

pub(crate) fn too_many(field: &str, max: usize) -> String {
    format!("The length of the field {field} is too long. Array must be of length <= {max}.")
}

pub(crate) fn too_few(field: &str) -> String {
    format!("The length of the field {field} is too short. Array must be of length >= 1.")
}

fn wrong(value: Option<&Value>, path: &[&str]) -> String {
    let shown = match value {
        None => "undefined".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    format!(
        "Invalid value \"{shown}\" supplied to \"{}\"",
        path.join(",")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: &Value, read: impl Fn(&Fields<'_>), expect: Option<&str>) {
        let check = Check::default();
        read(&check.root(body, &["title", "tags", "list"]));
        let message = check.finish().err().map(|error| error.to_string());
        assert_eq!(
            message.as_deref(),
            expect
                .map(|text| format!("400 Bad Request: {text}"))
                .as_deref()
        );
    }

    #[test]
    fn lengths_count_utf16_units_of_the_trimmed_text() {
        let read = |fields: &Fields<'_>| drop(fields.text("title", 4));
        check(&json!({"title": "  abcd  "}), read, None);
        check(&json!({"title": "\u{1f600}\u{1f600}"}), read, None);
        let too_long = "The length of the title is too long. The maximum length is 4.";
        check(
            &json!({"title": "\u{1f600}\u{1f600}a"}),
            read,
            Some(too_long),
        );
        check(
            &json!({"title": " \t"}),
            read,
            Some("The title field cannot be an empty string."),
        );
    }

    #[test]
    fn values_are_shown_as_javascript_shows_them() {
        let read = |fields: &Fields<'_>| drop(fields.string("title"));
        check(
            &json!({}),
            read,
            Some("Invalid value \"undefined\" supplied to \"title\""),
        );
        check(
            &json!({"title": null}),
            read,
            Some("Invalid value \"null\" supplied to \"title\""),
        );
        check(
            &json!({"title": {"a": [1]}}),
            read,
            Some("Invalid value \"{\"a\":[1]}\" supplied to \"title\""),
        );
    }

    #[test]
    fn unknown_keys_count_only_when_all_else_is_right() {
        let read = |fields: &Fields<'_>| drop(fields.string("title"));
        check(
            &json!({"title": "t", "x": 1, "y": 2}),
            read,
            Some("invalid keys \"x,y\""),
        );
        check(
            &json!({"x": 1}),
            read,
            Some("Invalid value \"undefined\" supplied to \"title\""),
        );
    }

    #[test]
    fn the_same_problem_is_told_once_and_paths_leave_numbers_out() {
        let read = |fields: &Fields<'_>| {
            for entry in fields.objects("list", &["id"]) {
                entry.string("id");
            }
        };
        let expect = "Invalid value \"undefined\" supplied to \"list,id\"";
        check(&json!({"list": [{}, {}]}), read, Some(expect));
    }
}
