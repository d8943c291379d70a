//! Bodies that create and change attachments.

use serde_json::{Map, Value};

use super::check::{Check, Fields};
use crate::error::ApiError;

const COMMENT: usize = 30_000;

/// Types of references that an application of Kibana registers.
const REFERENCE_TYPES: [&str; 4] = [".files", "endpoint", "indicator", "osquery"];
/// Types of stored states that an application of Kibana registers.
const STATE_TYPES: [&str; 4] = [
    ".lens",
    "ml_anomaly_charts",
    "ml_anomaly_swimlane",
    "ml_single_metric_viewer",
];

/// The new body of an attachment.
pub(crate) struct AttachmentPatch {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) body: Map<String, Value>,
}

/// Reads the body of `POST …/comments`.
pub(crate) fn read_attachment(body: &Value) -> Result<Map<String, Value>, ApiError> {
    let check = Check::default();
    read_body(&check, body, &[]);
    check.finish()?;
    Ok(object(body))
}

/// Reads the body of `PATCH …/comments`.
pub(crate) fn read_attachment_patch(body: &Value) -> Result<AttachmentPatch, ApiError> {
    let check = Check::default();
    let fields = read_body(&check, body, &["id", "version"]);
    let (id, version) = (fields.string("id"), fields.string("version"));
    check.finish()?;
    let mut body = object(body);
    check_alert_pairs(&body)?;
    body.remove("id");
    body.remove("version");
    Ok(AttachmentPatch { id, version, body })
}

/// Refuses references of a type that nothing registers.
pub(crate) fn check_registered(body: &Map<String, Value>) -> Result<(), ApiError> {
    let known = [
        ("externalReferenceAttachmentTypeId", &REFERENCE_TYPES),
        ("persistableStateAttachmentTypeId", &STATE_TYPES),
    ];
    for (key, types) in known {
        if let Some(kind) = body.get(key).and_then(Value::as_str)
            && !types.contains(&kind)
        {
            return Err(ApiError::invalid(format!(
                "Attachment type {kind} is not registered."
            )));
        }
    }
    Ok(())
}

/// Checks a body against the alternative that its `type` names.
fn read_body<'a>(check: &'a Check, body: &'a Value, more: &[&str]) -> Fields<'a> {
    let own: &[&str] = match body.get("type").and_then(Value::as_str) {
        Some("user") => &["comment"],
        Some("alert") => &["alertId", "index", "rule"],
        Some("actions") => &["comment", "actions"],
        Some("externalReference") => &[
            "externalReferenceId",
            "externalReferenceStorage",
            "externalReferenceAttachmentTypeId",
            "externalReferenceMetadata",
        ],
        Some("persistableState") => &[
            "persistableStateAttachmentTypeId",
            "persistableStateAttachmentState",
        ],
        _ => &[],
    };
    let keys: Vec<&str> = own
        .iter()
        .chain(&["type", "owner"])
        .chain(more)
        .copied()
        .collect();
    let fields = check.root(body, &keys);
    match fields.string("type").as_str() {
        "user" => drop(fields.text("comment", COMMENT)),
        "alert" => read_alert(&fields),
        "actions" => read_actions(&fields),
        "externalReference" => read_reference(&fields),
        "persistableState" => {
            fields.string("persistableStateAttachmentTypeId");
            read_object(&fields, "persistableStateAttachmentState");
        }
        _ => fields.wrong("type", fields.get("type")),
    }
    fields.string("owner");
    fields
}

fn read_alert(fields: &Fields<'_>) {
    for key in ["alertId", "index"] {
        if fields.get(key).is_none() {
            fields.wrong(key, None);
        }
        fields.one_or_many(key);
    }
    let rule = fields.object("rule", &["id", "name"]);
    for key in ["id", "name"] {
        if !rule.get(key).is_some_and(Value::is_null) {
            rule.string(key);
        }
    }
}

fn read_actions(fields: &Fields<'_>) {
    fields.text("comment", COMMENT);
    let actions = fields.object("actions", &["type", "targets"]);
    actions.string("type");
    for target in actions.objects("targets", &["hostname", "endpointId"]) {
        target.string("hostname");
        target.string("endpointId");
    }
}

fn read_reference(fields: &Fields<'_>) {
    fields.string("externalReferenceId");
    fields.string("externalReferenceAttachmentTypeId");
    let storage = fields.object("externalReferenceStorage", &["type", "soType"]);
    match storage.string("type").as_str() {
        "elasticSearchDoc" => {}
        "savedObject" => drop(storage.string("soType")),
        _ => storage.wrong("type", storage.get("type")),
    }
    if !fields
        .get("externalReferenceMetadata")
        .is_some_and(Value::is_null)
    {
        read_object(fields, "externalReferenceMetadata");
    }
}

/// An object whose keys are nobody's business.
fn read_object(fields: &Fields<'_>, key: &str) {
    if !fields.get(key).is_some_and(Value::is_object) {
        fields.wrong(key, fields.get(key));
    }
}

/// Refuses an alert attachment whose ids and indices are no pairs.
pub(crate) fn check_alert_pairs(body: &Map<String, Value>) -> Result<(), ApiError> {
    if body.get("type").is_none_or(|kind| kind != "alert") {
        return Ok(());
    }
    let list = |key: &str| match body.get(key) {
        Some(Value::Array(values)) => values.clone(),
        value => value.cloned().into_iter().collect(),
    };
    let (ids, indices) = (list("alertId"), list("index"));
    if ids.len() == indices.len() {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Received an alert comment with ids and indices arrays of different lengths ids: {} indices: {}",
        Value::Array(ids),
        Value::Array(indices)
    )))
}

fn object(body: &Value) -> Map<String, Value> {
    body.as_object()
        .cloned()
        .expect("the check found an object")
}
