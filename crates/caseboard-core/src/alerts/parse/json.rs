//! JSON: hits of a search, documents of alerts, attachments of cases, and whatever else holds ids.

use std::collections::HashMap;

use kibana_cases::AlertHit;
use serde_json::{Deserializer, Map, Value, json};

use super::{found::Found, text, value};
use crate::{alerts::summary, view::Hint};

/// Names under which the id of a document or an alert stands.
const IDS: [&str; 5] = ["_id", "kibana.alert.uuid", "alertId", "id", "uuid"];
/// In the name of a field, what tells that its ids are of something else.
const OTHERS: [&str; 14] = [
    "rule", "case", "agent", "parent", "ancestor", "session", "trace", "entity", "hash", "sha1",
    "sha256", "md5", "space", "version",
];
const UUID: &str = "kibana.alert.uuid";

/// Reads the value with which `text` begins; `number` is the line on which that is.
///
/// # Errors
/// It is no JSON; tells how many bytes were read to see that.
pub(super) fn read(found: &mut Found, text: &str, number: u32) -> Result<usize, usize> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => {
            let length = values.byte_offset();
            let source = text.split_at(length).0;
            let lines = Lines::of(source, number);
            Reader { found, lines }.value("", value);
            Ok(length)
        }
        Some(Err(error)) => {
            let lines = text
                .split_inclusive('\n')
                .take(error.line().saturating_sub(1));
            Err(lines.map(str::len).sum::<usize>() + error.column() + 1)
        }
        None => Err(text.len()),
    }
}

/// Where ids stand.
struct Lines<'a> {
    first: u32,
    /// `None` where everything stands on the first line.
    ids: Option<HashMap<&'a str, u32>>,
}

impl<'a> Lines<'a> {
    /// Of JSON that was read before: so only its texts and line ends have to be told apart.
    fn of(source: &'a str, first: u32) -> Self {
        if !source.contains('\n') {
            return Self { first, ids: None };
        }
        let mut ids = HashMap::new();
        let (mut line, mut name) = (first, "");
        let mut rest = source;
        while let Some(at) = rest.find(['"', '\n']) {
            let (_, from) = rest.split_at(at);
            let Some(inside) = from.strip_prefix('"') else {
                line += 1;
                rest = from.split_at(1).1;
                continue;
            };
            let mut is_escaped = false;
            let end = inside.find(|c| {
                let ends = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                ends
            });
            let (text, after) = inside.split_at(end.unwrap_or(inside.len()));
            rest = after.strip_prefix('"').unwrap_or(after);
            if rest.trim_start().starts_with(':') {
                name = text;
            } else if IDS.contains(&name) {
                ids.entry(text).or_insert(line);
            }
        }
        Self {
            first,
            ids: Some(ids),
        }
    }

    fn line(&self, id: &str) -> u32 {
        let ids = self.ids.as_ref();
        ids.and_then(|ids| ids.get(id))
            .copied()
            .unwrap_or(self.first)
    }
}

struct Reader<'a, 'b> {
    found: &'a mut Found,
    lines: Lines<'b>,
}

impl Reader<'_, '_> {
    /// `name` is the value's own, or that of the list in which it stands.
    fn value(&mut self, name: &str, value: Value) {
        match value {
            Value::Object(object) => self.object(object),
            Value::Array(values) => values.into_iter().for_each(|value| self.value(name, value)),
            Value::String(text) => {
                let name = name.to_ascii_lowercase();
                if !OTHERS.iter().any(|other| name.contains(other)) {
                    let line = self.lines.line(&text);
                    text.lines()
                        .for_each(|part| text::line(self.found, part, line));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn object(&mut self, mut object: Map<String, Value>) {
        if value::is_stix(&object) {
            let found = &mut *self.found;
            value::stix(&object, self.lines.first, &mut |value| found.value(value));
        } else if self.hit(&mut object) || self.attachment(&object) || self.reference(&object) {
        } else if let Some(id) = uuid(&object) {
            let line = self.lines.line(&id);
            let hint = hint(&id, "", Value::Object(object));
            self.found.id(&id, line, hint);
        } else {
            for (name, value) in object {
                self.value(&name, value);
            }
        }
    }

    /// A hit of a search: nothing else in it is the id of an alert.
    fn hit(&mut self, object: &mut Map<String, Value>) -> bool {
        let Some(id) = object.get("_id").and_then(Value::as_str).map(str::to_owned) else {
            return false;
        };
        let index = object
            .get("_index")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut source = object.remove("_source").unwrap_or_default();
        if source.as_object().is_none_or(Map::is_empty) {
            source = object.remove("fields").unwrap_or_default();
        }
        if !source.is_object() {
            source = Value::Object(std::mem::take(object));
        }
        let line = self.lines.line(&id);
        self.found.id(&id, line, hint(&id, &index, source));
        true
    }

    /// An attachment of a case: ids and indices in pairs.
    fn attachment(&mut self, object: &Map<String, Value>) -> bool {
        let texts = |name: &str| match object.get(name) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            _ => Vec::new(),
        };
        let (ids, indices) = (texts("alertId"), texts("index"));
        let of_rule = object.get("rule");
        let rule = |name: &str| Some(of_rule?.get(name)?.as_str()?.to_owned());
        let source =
            json!({"kibana.alert.rule.uuid": rule("id"), "kibana.alert.rule.name": rule("name")});
        let mut indices = indices.into_iter().chain(std::iter::repeat(""));
        for id in &ids {
            let index = indices.next().unwrap_or_default();
            let line = self.lines.line(id);
            self.found.id(id, line, hint(id, index, source.clone()));
        }
        !ids.is_empty()
    }

    /// One of `GET /api/cases/{case}/alerts`.
    fn reference(&mut self, object: &Map<String, Value>) -> bool {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let (Some(id), Some(index), Some(_)) = (text("id"), text("index"), text("attached_at"))
        else {
            return false;
        };
        let line = self.lines.line(id);
        self.found.id(id, line, hint(id, index, Value::Null));
        true
    }
}

/// The id in an alert's document, flat or nested, alone or in a list.
fn uuid(object: &Map<String, Value>) -> Option<String> {
    let nested = || {
        let alert = object.get("kibana")?.get("alert")?;
        alert.get("uuid")
    };
    match object.get(UUID).or_else(nested)? {
        Value::String(id) => Some(id.clone()),
        Value::Array(ids) => ids.first()?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// What a document says of its alert.
pub(super) fn hint(id: &str, index: &str, source: Value) -> Option<Hint> {
    let parts = [
        ("_id", id.into()),
        ("_index", index.into()),
        ("_source", source),
    ];
    let document = parts.map(|(name, value)| (name.to_owned(), value));
    let hit: AlertHit = serde_json::from_value(document.into_iter().collect()).ok()?;
    Some(Hint {
        kibana: None,
        space: None,
        index: Some(index.to_owned()).filter(|index| !index.is_empty()),
        rule_id: hit.rule().id,
        summary: summary(&hit),
    })
}
