//! Bodies that create and change cases.

use serde_json::{Value, json};

use super::{
    CustomField, Severity, Status,
    check::{Check, Fields, given},
    custom_field::read_values,
};
use crate::error::ApiError;

const TITLE: usize = 160;
const DESCRIPTION: usize = 30_000;
const TAG: usize = 256;
const TAGS: usize = 200;
const CATEGORY: usize = 50;
const ASSIGNEES: usize = 10;
const CASES_PER_PATCH: usize = 100;

/// The types of connector that cases know, and the keys that their fields have.
pub(super) const CONNECTORS: [(&str, &[&str], &[&str]); 8] = [
    (".none", &[], &[]),
    (".cases-webhook", &[], &[]),
    (
        ".jira",
        &["issueType", "priority", "parent"],
        &["otherFields"],
    ),
    (
        ".resilient",
        &["incidentTypes", "severityCode"],
        &["additionalFields"],
    ),
    (
        ".servicenow",
        &["impact", "severity", "urgency", "category", "subcategory"],
        &["additionalFields"],
    ),
    (
        ".servicenow-sir",
        &[
            "category",
            "destIp",
            "malwareHash",
            "malwareUrl",
            "priority",
            "sourceIp",
            "subcategory",
        ],
        &["additionalFields"],
    ),
    (".swimlane", &["caseId"], &[]),
    (".thehive", &["tlp"], &[]),
];

/// A case to be created, with its texts trimmed.
#[derive(Debug, Clone)]
pub(crate) struct NewCase {
    pub(crate) owner: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) severity: Severity,
    pub(crate) category: Option<String>,
    pub(crate) assignees: Vec<String>,
    pub(crate) connector: Value,
    pub(crate) sync_alerts: bool,
    pub(crate) custom_fields: Vec<CustomField>,
}

/// Changes of one case, as sent: texts are compared before they are trimmed.
#[derive(Debug, Clone, Default)]
pub(crate) struct CasePatch {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) connector: Option<Value>,
    pub(crate) severity: Option<Severity>,
    pub(crate) assignees: Option<Vec<String>>,
    #[expect(
        clippy::option_option,
        reason = "absent, null and a text are three different things"
    )]
    pub(crate) category: Option<Option<String>>,
    pub(crate) sync_alerts: Option<bool>,
    pub(crate) status: Option<Status>,
    pub(crate) owner: Option<String>,
    pub(crate) custom_fields: Option<Vec<CustomField>>,
}

impl CasePatch {
    /// A patch of a case that changes nothing yet.
    pub(crate) fn of(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn changes_something(&self) -> bool {
        self.title.is_some()
            || self.description.is_some()
            || self.tags.is_some()
            || self.connector.is_some()
            || self.severity.is_some()
            || self.assignees.is_some()
            || self.category.is_some()
            || self.sync_alerts.is_some()
            || self.status.is_some()
            || self.owner.is_some()
            || self.custom_fields.is_some()
    }
}

/// Reads the body of `POST /api/cases`.
pub(crate) fn read_new_case(body: &Value) -> Result<NewCase, ApiError> {
    let check = Check::default();
    let fields = check.root(
        body,
        &[
            "title",
            "description",
            "tags",
            "connector",
            "settings",
            "owner",
            "severity",
            "assignees",
            "category",
            "customFields",
        ],
    );
    let case = NewCase {
        owner: fields.string("owner"),
        title: fields.text("title", TITLE).trim().to_owned(),
        description: fields.text("description", DESCRIPTION).trim().to_owned(),
        tags: tags(&fields)
            .iter()
            .map(|tag| tag.trim().to_owned())
            .collect(),
        severity: given(&fields, "severity", |fields| fields.choice("severity"))
            .flatten()
            .unwrap_or(Severity::Low),
        category: given(&fields, "category", category)
            .flatten()
            .map(|category| category.trim().to_owned()),
        assignees: given(&fields, "assignees", assignees).unwrap_or_default(),
        connector: connector(&fields),
        sync_alerts: settings(&fields),
        custom_fields: given(&fields, "customFields", read_values).unwrap_or_default(),
    };
    check.finish()?;
    Ok(case)
}

/// Reads the body of `PATCH /api/cases`.
pub(crate) fn read_patches(body: &Value) -> Result<Vec<CasePatch>, ApiError> {
    let check = Check::default();
    let fields = check.root(body, &["cases"]);
    let cases = fields.objects(
        "cases",
        &[
            "id",
            "version",
            "title",
            "description",
            "tags",
            "connector",
            "settings",
            "owner",
            "severity",
            "assignees",
            "category",
            "customFields",
            "status",
        ],
    );
    fields.at_least_one("cases", cases.len());
    fields.at_most("cases", cases.len(), CASES_PER_PATCH);
    let patches = cases
        .iter()
        .map(|case| CasePatch {
            id: case.string("id"),
            version: case.string("version"),
            title: given(case, "title", |case| case.text("title", TITLE)),
            description: given(case, "description", |case| {
                case.text("description", DESCRIPTION)
            }),
            tags: given(case, "tags", tags),
            connector: given(case, "connector", connector),
            severity: given(case, "severity", |case| case.choice("severity")).flatten(),
            assignees: given(case, "assignees", assignees),
            category: given(case, "category", category),
            sync_alerts: given(case, "settings", settings),
            status: given(case, "status", |case| case.choice("status")).flatten(),
            owner: given(case, "owner", |case| case.string("owner")),
            custom_fields: given(case, "customFields", read_values),
        })
        .collect();
    check.finish()?;
    Ok(patches)
}

/// Reads the body of `PUT …/custom_fields/{key}`: the value, and the version of the case.
pub(crate) fn read_custom_field_value(body: &Value) -> Result<(Value, String), ApiError> {
    let check = Check::default();
    let fields = check.root(body, &["value", "caseVersion"]);
    let value = fields.get("value").cloned();
    if value.is_none() {
        fields.wrong("value", None);
    }
    let version = fields.string("caseVersion");
    check.finish()?;
    Ok((value.unwrap_or_default(), version))
}

fn tags(fields: &Fields<'_>) -> Vec<String> {
    let tags = fields.strings("tags");
    for tag in &tags {
        fields.limit("tag", tag, TAG);
    }
    fields.at_most("tags", tags.len(), TAGS);
    tags
}

fn category(fields: &Fields<'_>) -> Option<String> {
    let sent = fields
        .get("category")
        .is_some_and(|category| !category.is_null());
    sent.then(|| fields.text("category", CATEGORY))
}

/// Profile uids; entries with an empty one are dropped, and repeated ones.
fn assignees(fields: &Fields<'_>) -> Vec<String> {
    let sent = fields.objects("assignees", &["uid"]);
    fields.at_most("assignees", sent.len(), ASSIGNEES);
    let mut uids: Vec<String> = Vec::new();
    for uid in sent.iter().map(|assignee| assignee.string("uid")) {
        if !uid.is_empty() && !uids.contains(&uid) {
            uids.push(uid);
        }
    }
    uids
}

fn settings(fields: &Fields<'_>) -> bool {
    fields
        .object("settings", &["syncAlerts"])
        .flag("syncAlerts")
}

pub(super) fn connector(fields: &Fields<'_>) -> Value {
    let connector = fields.object("connector", &["id", "name", "type", "fields"]);
    let (id, name, kind) = (
        connector.string("id"),
        connector.string("name"),
        connector.string("type"),
    );
    let sent = connector.get("fields");
    let Some((_, required, optional)) = CONNECTORS.iter().find(|(known, ..)| *known == kind) else {
        connector.wrong("type", connector.get("type"));
        return Value::Null;
    };
    match sent {
        Some(Value::Null) => {}
        Some(Value::Object(map)) if !required.is_empty() => {
            let missing = required.iter().find(|key| !map.contains_key(**key));
            if missing.is_some() {
                connector.wrong("fields", sent);
            }
            let known: Vec<&str> = required.iter().chain(optional.iter()).copied().collect();
            connector.object("fields", &known);
        }
        other => connector.wrong("fields", other),
    }
    json!({"id": id, "name": name, "type": kind, "fields": sent})
}
