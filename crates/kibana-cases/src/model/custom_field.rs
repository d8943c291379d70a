use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{id::CustomFieldKey, lenient::OtherFields, words::open_enum};

open_enum!(
    /// What a custom field holds.
    CustomFieldType {
        /// 1 to 160 UTF-16 units.
        Text = "text",
        /// Yes or no.
        Toggle = "toggle",
        /// An integer that JavaScript keeps exactly.
        Number = "number",
    }
);

/// The value of a custom field in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Which field of the configuration.
    pub key: CustomFieldKey,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// The value, as its type has it; null for none.
    #[serde(default)]
    pub value: Value,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A custom field as a configuration defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFieldDefinition {
    /// Key, unique in the configuration.
    pub key: CustomFieldKey,
    /// Name for people, at most 50 UTF-16 units.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// Whether a case must have a value.
    #[serde(default)]
    pub required: bool,
    /// What a case gets that was not given a value.
    #[serde(
        default,
        rename = "defaultValue",
        skip_serializing_if = "Option::is_none"
    )]
    pub default_value: Option<Value>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl CustomField {
    /// A value of a field.
    pub fn new(key: CustomFieldKey, kind: CustomFieldType, value: impl Into<Value>) -> Self {
        Self {
            key,
            kind,
            value: value.into(),
            other: OtherFields::new(),
        }
    }
}
