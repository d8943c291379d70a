//! The fields of a case that can be edited, and edits of them. Values are JSON; persons and tags are lists of texts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A field of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Field {
    Status,
    Severity,
    Title,
    Description,
    Tags,
    /// Profile uids.
    Assignees,
    Category,
    SyncAlerts,
    /// A custom field, by its key.
    Custom(String),
}

/// How two changes of one field come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One value: two different new ones are a conflict.
    Value,
    /// What was added and what was removed both hold.
    Set,
    /// Lines that do not overlap both hold.
    Lines,
}

/// A change of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Edit {
    pub(crate) field: Field,
    /// What the person saw; after a merge, what it was merged with.
    pub(crate) base: Value,
    pub(crate) mine: Value,
}

/// Edits of different fields, in the order of [`Field`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Edit>", into = "Vec<Edit>")]
pub(crate) struct Edits(Vec<Edit>);

impl Field {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Status
            | Self::Severity
            | Self::Title
            | Self::Category
            | Self::SyncAlerts
            | Self::Custom(_) => Kind::Value,
            Self::Tags | Self::Assignees => Kind::Set,
            Self::Description => Kind::Lines,
        }
    }

    /// The field's value in a case as Kibana tells it; `null` where it has none.
    pub(crate) fn of(&self, case: &Value) -> Value {
        match self {
            Self::Status => case["status"].clone(),
            // Kibana's default, where an old one does not say.
            Self::Severity if case["severity"].is_null() => json!("low"),
            Self::Severity => case["severity"].clone(),
            Self::Title => case["title"].clone(),
            Self::Description => case["description"].clone(),
            Self::Tags => texts(&case["tags"], |tag| tag),
            Self::Assignees => texts(&case["assignees"], |assignee| &assignee["uid"]),
            Self::Category => case["category"].clone(),
            Self::SyncAlerts => case["settings"]["syncAlerts"].clone(),
            Self::Custom(key) => custom(case, key)
                .map(|field| field["value"].clone())
                .unwrap_or_default(),
        }
    }

    /// Whether two values are the same to Kibana: order and repetition in a list are no change (§3.3).
    pub(crate) fn same(&self, one: &Value, other: &Value) -> bool {
        match (self.kind(), one.as_array(), other.as_array()) {
            (Kind::Set, Some(one), Some(other)) => {
                one.iter().all(|item| other.contains(item))
                    && other.iter().all(|item| one.contains(item))
            }
            _ => one == other,
        }
    }

    fn trimmed(&self, value: Value) -> Value {
        match (self, value) {
            (
                Self::Title | Self::Description | Self::Category | Self::Tags,
                Value::String(text),
            ) => trimmed(&text).into(),
            (Self::Tags, Value::Array(tags)) => {
                tags.into_iter().map(|tag| self.trimmed(tag)).collect()
            }
            (_, value) => value,
        }
    }

    /// Puts a value into a case, or into a change of one. `case` is the case as it is: Kibana sets what a change of
    /// settings or custom fields leaves out back to its default, so those go out whole.
    pub(crate) fn put(&self, value: &Value, case: &Value, into: &mut Map<String, Value>) {
        let (name, value) = match self {
            Self::Status => ("status", value.clone()),
            Self::Severity => ("severity", value.clone()),
            Self::Title => ("title", value.clone()),
            Self::Description => ("description", value.clone()),
            Self::Tags => ("tags", value.clone()),
            Self::Assignees => ("assignees", assignees(value)),
            Self::Category => ("category", value.clone()),
            Self::SyncAlerts => ("settings", settings(value, case)),
            Self::Custom(key) => {
                let before = into.get("customFields").unwrap_or(&case["customFields"]);
                ("customFields", custom_fields(key, value, before))
            }
        };
        into.insert(name.to_owned(), value);
    }
}

impl Edits {
    /// Leaves out what would change nothing, and trims what Kibana trims, so that what comes back is what was meant.
    pub(crate) fn new(edits: impl IntoIterator<Item = Edit>) -> Self {
        let changes = edits
            .into_iter()
            .map(|edit| Edit {
                mine: edit.field.trimmed(edit.mine),
                ..edit
            })
            .filter(|edit| !edit.field.same(&edit.base, &edit.mine));
        Self::from(changes.collect::<Vec<_>>())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    pub(crate) fn get(&self, field: &Field) -> Option<&Edit> {
        self.0.iter().find(|edit| edit.field == *field)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both change exactly the same fields.
    pub(crate) fn same_fields(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && std::iter::zip(&self.0, &other.0).all(|(one, other)| one.field == other.field)
    }

    /// The changed fields as the body of a change, for a case as it is now.
    pub(crate) fn body(&self, case: &Value) -> Map<String, Value> {
        let mut body = Map::new();
        for edit in &self.0 {
            edit.field.put(&edit.mine, case, &mut body);
        }
        body
    }

    /// Whether the body of a change holds only what was edited, so that it can go out without the case being read.
    pub(crate) fn stand_alone(&self) -> bool {
        self.0
            .iter()
            .all(|edit| !matches!(edit.field, Field::SyncAlerts | Field::Custom(_)))
    }
}

impl From<Vec<Edit>> for Edits {
    /// The last edit of a field is the one that counts.
    fn from(edits: Vec<Edit>) -> Self {
        let by_field: std::collections::BTreeMap<_, _> = edits
            .into_iter()
            .map(|edit| (edit.field.clone(), edit))
            .collect();
        Self(by_field.into_values().collect())
    }
}

impl From<Edits> for Vec<Edit> {
    fn from(edits: Edits) -> Self {
        edits.0
    }
}

/// A text as Kibana trims it: by JavaScript's idea of white space.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace() && c != '\u{85}')
}

fn texts<'a>(list: &'a Value, text: impl Fn(&'a Value) -> &'a Value) -> Value {
    let items = list.as_array().into_iter().flatten();
    items
        .map(text)
        .filter(|item| item.is_string())
        .cloned()
        .collect()
}

fn assignees(uids: &Value) -> Value {
    let uids = uids.as_array().into_iter().flatten();
    uids.map(|uid| json!({ "uid": uid })).collect()
}

fn settings(sync_alerts: &Value, case: &Value) -> Value {
    let mut settings = case["settings"].as_object().cloned().unwrap_or_default();
    settings.insert("syncAlerts".to_owned(), sync_alerts.clone());
    Value::Object(settings)
}

fn custom<'a>(case: &'a Value, key: &str) -> Option<&'a Value> {
    let fields = case["customFields"].as_array()?;
    fields.iter().find(|field| field["key"] == key)
}

fn custom_fields(key: &str, value: &Value, before: &Value) -> Value {
    let mut fields = before.as_array().cloned().unwrap_or_default();
    match fields.iter_mut().find(|field| field["key"] == key) {
        Some(field) => field["value"] = value.clone(),
        None => fields.push(json!({"key": key, "type": type_of(value), "value": value})),
    }
    Value::Array(fields)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "toggle",
        Value::Number(_) => "number",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Value {
        json!({
            "status": "open", "tags": ["a", "b"], "assignees": [{"uid": "u_1_0"}],
            "settings": {"syncAlerts": true, "extractObservables": true},
            "customFields": [{"key": "k", "type": "text", "value": "v"}, {"key": "t", "type": "toggle", "value": false}],
        })
    }

    fn edit(field: Field, mine: Value) -> Edit {
        let base = field.of(&case());
        Edit { field, base, mine }
    }

    #[test]
    fn a_list_in_another_order_is_no_change() {
        let edits = Edits::new([
            edit(Field::Tags, json!(["b", "a", "a"])),
            edit(Field::Status, json!("closed")),
        ]);
        assert_eq!(
            edits.body(&case()),
            *json!({"status": "closed"}).as_object().unwrap()
        );
    }

    #[test]
    fn settings_and_custom_fields_go_out_whole() {
        let edits = Edits::new([
            edit(Field::SyncAlerts, json!(false)),
            edit(Field::Custom("t".to_owned()), json!(true)),
            edit(Field::Custom("n".to_owned()), json!(7)),
        ]);
        let body = json!({
            "settings": {"syncAlerts": false, "extractObservables": true},
            "customFields": [
                {"key": "k", "type": "text", "value": "v"},
                {"key": "t", "type": "toggle", "value": true},
                {"key": "n", "type": "number", "value": 7},
            ],
        });
        assert_eq!(edits.body(&case()), *body.as_object().unwrap());
        assert!(!edits.stand_alone());
    }

    #[test]
    fn edits_survive_being_stored() {
        let edits = Edits::new([
            edit(Field::Custom("t".to_owned()), json!(true)),
            edit(Field::Assignees, json!(["u_2_0"])),
        ]);
        let stored = serde_json::to_string(&edits).unwrap();
        assert_eq!(serde_json::from_str::<Edits>(&stored).unwrap(), edits);
        assert_eq!(edits.body(&case())["assignees"], json!([{"uid": "u_2_0"}]));
    }
}
