//! What a case can be made of: fields, templates and persons of a source.

use serde::Serialize;

use crate::{
    code::CommandError,
    view::{CustomFieldEdit, CustomValue},
};

/// How Kibana sets up the cases of one owner in one source.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseForm {
    /// Fields beside the usual ones, in Kibana's order.
    pub custom_fields: Vec<CustomFieldForm>,
    /// What a new case may begin with.
    pub templates: Vec<CaseTemplate>,
    /// Why Kibana could not tell it now; then it is as it was last read.
    pub problem: Option<CommandError>,
}

/// A custom field as the configuration has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CustomFieldForm {
    /// Its key.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// What it holds.
    pub kind: CustomFieldKind,
    /// Whether a case must have a value.
    pub required: bool,
    /// What a new case gets that was not given a value.
    pub default_value: CustomValue,
}

/// What a custom field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum CustomFieldKind {
    /// A text of one line.
    Text,
    /// On or off.
    Toggle,
    /// A whole number.
    Number,
    /// Something that this app does not know; it can be read, not edited.
    Other,
}

/// What a new case may begin with. What is `null` or empty is not given.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseTemplate {
    /// Its key.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// The title.
    pub title: Option<String>,
    /// The description, in Markdown.
    pub description: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// The severity.
    pub severity: Option<String>,
    /// Profile uids.
    pub assignees: Vec<String>,
    /// The category.
    pub category: Option<String>,
    /// Whether Kibana sets the status of attached alerts.
    pub sync_alerts: Option<bool>,
    /// Custom fields by key.
    pub custom_fields: Vec<CustomFieldEdit>,
}

/// Somebody who can be assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Assignable {
    /// Profile uid.
    pub uid: String,
    /// Full name, else user name, else the uid.
    pub name: String,
    /// User name, where the name is another one.
    pub username: Option<String>,
}
