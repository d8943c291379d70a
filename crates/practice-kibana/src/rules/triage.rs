//! The bodies by which analysts change alerts.
//!
//! Kibana validates these routes with zod: what the schema refuses has the standard envelope, what
//! the route refuses has the detection engine's own.

use serde_json::{Value, json};

use crate::{
    error::ApiError,
    store::{AlertChange, Members},
};

/// Reads the body of `signals/status`: the query that chooses alerts, and the change.
pub(crate) fn read_alert_status(body: &Value) -> Result<(Value, AlertChange), ApiError> {
    let status = match body["status"].as_str() {
        Some("open") => "open",
        Some("closed") => "closed",
        // Older clients write the status of cases.
        Some("acknowledged" | "in-progress") => "acknowledged",
        _ => {
            return Err(wrong(
                "status",
                "Invalid enum value. Expected 'open' | 'closed' | 'acknowledged' | 'in-progress'",
            ));
        }
    };
    let reason = match &body["reason"] {
        Value::String(reason) if status == "closed" => Some(reason.clone()),
        Value::Null | Value::String(_) => None,
        _ => return Err(wrong("reason", "Expected string")),
    };
    let query = match (&body["signal_ids"], &body["query"]) {
        (Value::Null, query @ Value::Object(_)) => {
            let conflicts = &body["conflicts"];
            if !conflicts.is_null() && conflicts != "abort" && conflicts != "proceed" {
                return Err(wrong(
                    "conflicts",
                    "Invalid enum value. Expected 'abort' | 'proceed'",
                ));
            }
            query.clone()
        }
        (ids, Value::Null) => match read_texts(ids, "signal_ids")? {
            ids if ids.is_empty() => {
                return Err(wrong(
                    "signal_ids",
                    "Array must contain at least 1 element(s)",
                ));
            }
            ids => json!({"ids": {"values": ids}}),
        },
        _ => return Err(wrong("signal_ids", "either ids or a query, not both")),
    };
    Ok((query, AlertChange::Status { status, reason }))
}

/// Reads the body of `signals/tags`: the alerts, and the change.
pub(crate) fn read_alert_tags(body: &Value) -> Result<(Value, AlertChange), ApiError> {
    let (query, members) = read_members(body, "tags", ["tags_to_add", "tags_to_remove"])?;
    Ok((query, AlertChange::Tags(members)))
}

/// Reads the body of `signals/assignees`: the alerts, and the change.
pub(crate) fn read_alert_assignees(body: &Value) -> Result<(Value, AlertChange), ApiError> {
    let (query, members) = read_members(body, "assignees", ["add", "remove"])?;
    Ok((query, AlertChange::Assignees(members)))
}

fn read_members(
    body: &Value,
    what: &str,
    [adding, removing]: [&str; 2],
) -> Result<(Value, Members), ApiError> {
    let ids = read_texts(&body["ids"], "ids")?;
    let part = |name: &str| read_texts(&body[what][name], &format!("{what}.{name}"));
    let (add, remove) = (part(adding)?, part(removing)?);
    let mut problems = Vec::new();
    if ids.is_empty() {
        problems.push("No alert ids were provided".to_owned());
    }
    let both: Vec<&str> = add
        .iter()
        .filter(|member| remove.contains(member))
        .map(String::as_str)
        .collect();
    if !both.is_empty() {
        problems.push(format!(
            "{adding} and {removing} both have: {}",
            both.join(", ")
        ));
    }
    if !problems.is_empty() {
        return Err(ApiError::detection_list(problems));
    }
    Ok((json!({"ids": {"values": ids}}), Members { add, remove }))
}

fn read_texts(value: &Value, path: &str) -> Result<Vec<String>, ApiError> {
    let entries = value.as_array().ok_or_else(|| match value {
        Value::Null => wrong(path, "Required"),
        _ => wrong(path, "Expected array"),
    })?;
    let text = |entry: &Value| {
        entry
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let texts = entries.iter().map(text).collect::<Option<_>>();
    texts.ok_or_else(|| wrong(path, "Expected strings that are not empty"))
}

fn wrong(path: &str, problem: &str) -> ApiError {
    ApiError::invalid(format!("[request body]: {path}: {problem}"))
}
