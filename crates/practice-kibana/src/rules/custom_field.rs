//! Custom fields: their definitions in a configuration, and their values in a case (`kibana-cases-api.md` §2.4, §3.14).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    CustomFieldKind, Word as _,
    check::{Check, Fields, repeated},
};
use crate::error::ApiError;

const FIELDS: usize = 10;
const KEY: usize = 36;
const LABEL: usize = 50;
const TEXT: usize = 160;
/// The largest integer that JavaScript keeps exactly.
const LARGEST: i64 = (1 << 53) - 1;

/// A value in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CustomField {
    pub(crate) key: String,
    pub(crate) kind: CustomFieldKind,
    /// Null, or what the kind allows.
    pub(crate) value: Value,
}

/// What a configuration says of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CustomFieldDefinition {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) kind: CustomFieldKind,
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
}

impl CustomField {
    pub(crate) fn to_json(&self) -> Value {
        json!({"key": self.key, "type": self.kind.word(), "value": self.value})
    }
}

impl CustomFieldDefinition {
    pub(crate) fn to_json(&self) -> Value {
        let mut definition = json!({
            "key": self.key, "label": self.label, "type": self.kind.word(), "required": self.required,
        });
        if let Some(default) = &self.default {
            definition["defaultValue"] = default.clone();
        }
        definition
    }

    /// What a case holds that was not given a value.
    fn left_out(&self) -> CustomField {
        CustomField {
            key: self.key.clone(),
            kind: self.kind,
            value: self.default.clone().unwrap_or_default(),
        }
    }

    fn quoted_label(&self) -> String {
        format!("\"{}\"", self.label)
    }
}

/// Reads the values in the body of a case.
pub(super) fn read_values(fields: &Fields<'_>) -> Vec<CustomField> {
    let sent = fields.objects("customFields", &["key", "type", "value"]);
    fields.at_most("customFields", sent.len(), FIELDS);
    let read = |field: &Fields<'_>| {
        let kind = field.choice("type")?;
        check_value(field, "value", kind);
        Some(CustomField {
            key: field.string("key"),
            kind,
            value: field.get("value").cloned().unwrap_or_default(),
        })
    };
    sent.iter().filter_map(read).collect()
}

/// Makes a value of a field that is set by itself.
pub(crate) fn read_value(
    key: &str,
    kind: CustomFieldKind,
    value: Value,
) -> Result<CustomField, ApiError> {
    let body = json!({ "value": value });
    let check = Check::default();
    check_value(&check.root(&body, &["value"]), "value", kind);
    check.finish()?;
    Ok(CustomField {
        key: key.to_owned(),
        kind,
        value,
    })
}

/// Reads the definitions in the body of a configuration.
pub(super) fn read_definitions(fields: &Fields<'_>) -> Vec<CustomFieldDefinition> {
    let sent = fields.objects(
        "customFields",
        &["key", "label", "type", "required", "defaultValue"],
    );
    fields.at_most("customFields", sent.len(), FIELDS);
    let read = |field: &Fields<'_>| {
        let kind = field.choice("type")?;
        if field.get("defaultValue").is_some() {
            check_value(field, "defaultValue", kind);
        }
        Some(CustomFieldDefinition {
            key: field.key("key", KEY),
            label: field.text("label", LABEL),
            kind,
            required: field.flag("required"),
            default: field
                .get("defaultValue")
                .filter(|value| !value.is_null())
                .cloned(),
        })
    };
    sent.iter().filter_map(read).collect()
}

fn check_value(field: &Fields<'_>, key: &str, kind: CustomFieldKind) {
    let value = field.get(key);
    match (kind, value) {
        (_, Some(Value::Null)) | (CustomFieldKind::Toggle, Some(Value::Bool(_))) => {}
        (CustomFieldKind::Text, Some(Value::String(text))) => field.limit(key, text, TEXT),
        (CustomFieldKind::Number, Some(Value::Number(number))) => {
            let kept = number
                .as_i64()
                .is_some_and(|number| (-LARGEST..=LARGEST).contains(&number));
            if !kept {
                field.add(format!(
                    "The {key} field should be an integer between -(2^53 - 1) and 2^53 - 1, inclusive."
                ));
            }
        }
        (CustomFieldKind::Text | CustomFieldKind::Toggle | CustomFieldKind::Number, other) => {
            field.wrong(key, other);
        }
    }
}

/// Refuses keys that are sent twice.
pub(super) fn refuse_repeated_keys<'a>(
    of: &str,
    keys: impl IntoIterator<Item = &'a str>,
) -> Result<(), ApiError> {
    let repeated = repeated(keys);
    if repeated.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Invalid duplicated {of} keys in request: {}",
        repeated.join(",")
    )))
}

/// Checks the values of a case against its configuration, and appends the fields that were left out.
pub(crate) fn complete(
    mut sent: Vec<CustomField>,
    definitions: &[CustomFieldDefinition],
) -> Result<Vec<CustomField>, ApiError> {
    refuse_repeated_keys("customFields", sent.iter().map(|field| field.key.as_str()))?;
    if definitions.is_empty() && !sent.is_empty() {
        return Err(ApiError::invalid("No custom fields configured."));
    }
    let definition = |key: &str| definitions.iter().find(|known| known.key == key);
    let unknown: Vec<&str> = sent
        .iter()
        .map(|field| field.key.as_str())
        .filter(|key| definition(key).is_none())
        .collect();
    refuse("Invalid custom field keys: ", &unknown, ",")?;
    let of_wrong_type = |known: &&CustomFieldDefinition| {
        sent.iter()
            .any(|field| field.key == known.key && field.kind != known.kind)
    };
    refuse_labels(
        "The following custom fields have the wrong type in the request: ",
        definitions.iter().filter(of_wrong_type),
    )?;
    let value = |key: &str| sent.iter().find(|field| field.key == key);
    let required = || definitions.iter().filter(|known| known.required);
    refuse_labels(
        "Missing required custom fields without default value configured: ",
        required().filter(|known| known.default.is_none() && value(&known.key).is_none()),
    )?;
    refuse_labels(
        "Invalid value \"null\" supplied for the following required custom fields: ",
        required().filter(|known| value(&known.key).is_some_and(|field| field.value.is_null())),
    )?;
    let left_out: Vec<CustomField> = definitions
        .iter()
        .filter(|known| value(&known.key).is_none())
        .map(CustomFieldDefinition::left_out)
        .collect();
    sent.extend(left_out);
    Ok(sent)
}

fn refuse_labels<'a>(
    text: &str,
    fields: impl Iterator<Item = &'a CustomFieldDefinition>,
) -> Result<(), ApiError> {
    let labels: Vec<String> = fields.map(CustomFieldDefinition::quoted_label).collect();
    refuse(text, &labels, ", ")
}

fn refuse<S: AsRef<str>>(text: &str, named: &[S], separator: &str) -> Result<(), ApiError> {
    if named.is_empty() {
        return Ok(());
    }
    let named: Vec<&str> = named.iter().map(AsRef::as_ref).collect();
    Err(ApiError::invalid(format!(
        "{text}{}",
        named.join(separator)
    )))
}
