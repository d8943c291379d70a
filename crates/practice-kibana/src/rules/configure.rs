//! Bodies of configurations, connectors and pushes (`kibana-cases-api.md` §3.16, §3.17).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    ClosureType, CustomFieldDefinition,
    case::{CONNECTORS, connector},
    check::{Check, Fields, given, repeated},
    custom_field::{read_definitions, refuse_repeated_keys},
    schema::Object,
};
use crate::error::ApiError;

const KEY: usize = 36;
const LABEL: usize = 50;
const OBSERVABLE_TYPES: usize = 10;
const TEMPLATES: usize = 10;
const TEMPLATE_NAME: usize = 50;
const TEMPLATE_DESCRIPTION: usize = 1000;
const TEMPLATE_TAG: usize = 50;
const TEMPLATE_TAGS: usize = 10;

/// The types of connector that cases have no use for.
const OTHER_CONNECTORS: [&str; 18] = [
    ".bedrock",
    ".d3security",
    ".email",
    ".gemini",
    ".gen-ai",
    ".index",
    ".inference",
    ".opsgenie",
    ".pagerduty",
    ".server-log",
    ".servicenow-itom",
    ".slack",
    ".slack_api",
    ".teams",
    ".tines",
    ".torq",
    ".webhook",
    ".xmatters",
];

/// The types of observables that every deployment has: key and label.
pub(crate) const OBSERVABLE_TYPES_BUILT_IN: [(&str, &str); 8] = [
    ("observable-type-ipv4", "IPv4"),
    ("observable-type-ipv6", "IPv6"),
    ("observable-type-url", "URL"),
    ("observable-type-hostname", "Hostname"),
    ("observable-type-file-hash", "File hash"),
    ("observable-type-file-path", "File path"),
    ("observable-type-email", "Email"),
    ("observable-type-domain", "Domain"),
];

/// The parts of a configuration that are sent; `None` where one is left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConfigurationParts {
    pub(crate) connector: Option<Value>,
    pub(crate) closure_type: Option<ClosureType>,
    pub(crate) custom_fields: Option<Vec<CustomFieldDefinition>>,
    pub(crate) templates: Option<Vec<Map<String, Value>>>,
    pub(crate) observable_types: Option<Vec<ObservableType>>,
}

/// A type of observables that a configuration adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ObservableType {
    pub(crate) key: String,
    pub(crate) label: String,
}

/// A connector to be created.
#[derive(Debug, Clone)]
pub(crate) struct NewConnector {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) config: Value,
}

impl ObservableType {
    pub(crate) fn to_json(&self) -> Value {
        json!({"key": self.key, "label": self.label})
    }
}

/// Reads the body of `POST /api/cases/configure`: the owner and the parts.
pub(crate) fn read_new_configuration(
    body: &Value,
) -> Result<(String, ConfigurationParts), ApiError> {
    let check = Check::default();
    let fields = check.root(
        body,
        &[
            "connector",
            "closure_type",
            "owner",
            "customFields",
            "templates",
            "observableTypes",
        ],
    );
    let owner = fields.string("owner");
    let parts = ConfigurationParts {
        connector: Some(connector(&fields)),
        closure_type: fields.choice("closure_type"),
        ..optional_parts(&fields)
    };
    check.finish()?;
    check_parts(&parts)?;
    Ok((owner, parts))
}

/// Reads the body of `PATCH /api/cases/configure/{id}`: the version and the parts.
pub(crate) fn read_configuration_patch(
    body: &Value,
) -> Result<(String, ConfigurationParts), ApiError> {
    let check = Check::default();
    let fields = check.root(
        body,
        &[
            "version",
            "connector",
            "closure_type",
            "customFields",
            "templates",
            "observableTypes",
        ],
    );
    let version = fields.string("version");
    let parts = ConfigurationParts {
        connector: given(&fields, "connector", connector),
        closure_type: given(&fields, "closure_type", |fields| {
            fields.choice("closure_type")
        })
        .flatten(),
        ..optional_parts(&fields)
    };
    check.finish()?;
    check_parts(&parts)?;
    Ok((version, parts))
}

/// Reads the body of `POST /api/actions/connector`.
pub(crate) fn read_new_connector(body: &Value) -> Result<NewConnector, ApiError> {
    let body = Object::read("request body", body)?;
    let named = |name: &str| {
        let text = body.text(name)?;
        if text.trim().is_empty() {
            return Err(body.refusal(name, &format!("value '{text}' is not valid")));
        }
        Ok(text)
    };
    let new = NewConnector {
        name: named("name")?,
        kind: named("connector_type_id")?,
        config: body.object("config")?,
    };
    body.object("secrets")?;
    body.finish(&["name", "connector_type_id", "config", "secrets"])?;
    Ok(new)
}

/// Whether there are connectors of this type at all.
pub(crate) fn is_connector(kind: &str) -> bool {
    is_case_connector(kind) || OTHER_CONNECTORS.contains(&kind)
}

/// Whether cases can be pushed to connectors of this type.
pub(crate) fn is_case_connector(kind: &str) -> bool {
    kind != ".none" && CONNECTORS.iter().any(|(known, ..)| *known == kind)
}

/// Checks the body of a push: nothing, or an empty object.
pub(crate) fn check_push(body: &Value) -> Result<(), ApiError> {
    if body.is_null() {
        return Ok(());
    }
    let check = Check::default();
    check.root(body, &[]);
    check.finish()
}

fn optional_parts(fields: &Fields<'_>) -> ConfigurationParts {
    ConfigurationParts {
        custom_fields: given(fields, "customFields", read_definitions),
        templates: given(fields, "templates", templates),
        observable_types: given(fields, "observableTypes", observable_types),
        ..ConfigurationParts::default()
    }
}

fn templates(fields: &Fields<'_>) -> Vec<Map<String, Value>> {
    let sent = fields.objects(
        "templates",
        &["key", "name", "description", "tags", "caseFields"],
    );
    fields.at_most("templates", sent.len(), TEMPLATES);
    for template in &sent {
        template.key("key", KEY);
        template.text("name", TEMPLATE_NAME);
        given(template, "description", |template| {
            template.text("description", TEMPLATE_DESCRIPTION)
        });
        let tags = given(template, "tags", |template| template.strings("tags")).unwrap_or_default();
        for tag in &tags {
            template.limit("template's tag", tag, TEMPLATE_TAG);
        }
        template.at_most("template's tags", tags.len(), TEMPLATE_TAGS);
        let case_fields = template.get("caseFields");
        if !case_fields.is_some_and(|fields| fields.is_null() || fields.is_object()) {
            template.wrong("caseFields", case_fields);
        }
    }
    let whole = fields.array("templates").unwrap_or_default().iter();
    whole
        .filter_map(|template| template.as_object().cloned())
        .collect()
}

fn observable_types(fields: &Fields<'_>) -> Vec<ObservableType> {
    let sent = fields.objects("observableTypes", &["key", "label"]);
    fields.at_most("observableTypes", sent.len(), OBSERVABLE_TYPES);
    let read = |kind: &Fields<'_>| ObservableType {
        key: kind.key("key", KEY),
        label: kind.text("label", LABEL),
    };
    sent.iter().map(read).collect()
}

/// What is checked once the shape is right: nothing may be there twice.
fn check_parts(parts: &ConfigurationParts) -> Result<(), ApiError> {
    let fields = parts.custom_fields.iter().flatten();
    refuse_repeated_keys("customFields", fields.map(|field| field.key.as_str()))?;
    let keys = parts
        .templates
        .iter()
        .flatten()
        .filter_map(|template| template.get("key")?.as_str());
    refuse_repeated_keys("templates", keys)?;
    let types = parts.observable_types.as_deref().unwrap_or_default();
    let clashing = clashing_types(types);
    if clashing.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Invalid duplicated observable types in request: {}",
        clashing.join(",")
    )))
}

/// The labels of types whose key or label is there already, built-in ones included; case does not count.
fn clashing_types(types: &[ObservableType]) -> Vec<&str> {
    let twice = |part: fn(&ObservableType) -> &str, built_in: [&str; 8]| {
        let own = types.iter().map(|kind| part(kind).to_lowercase());
        let all: Vec<String> = built_in
            .into_iter()
            .map(str::to_lowercase)
            .chain(own)
            .collect();
        repeated(all.iter().map(String::as_str))
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let keys = twice(
        |kind| &kind.key,
        OBSERVABLE_TYPES_BUILT_IN.map(|(key, _)| key),
    );
    let labels = twice(
        |kind| &kind.label,
        OBSERVABLE_TYPES_BUILT_IN.map(|(_, label)| label),
    );
    let mut clashing: Vec<&str> = types
        .iter()
        .filter(|kind| {
            keys.contains(&kind.key.to_lowercase()) || labels.contains(&kind.label.to_lowercase())
        })
        .map(|kind| kind.label.as_str())
        .collect();
    clashing.dedup();
    clashing
}
