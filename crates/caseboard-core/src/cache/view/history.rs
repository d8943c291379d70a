//! What was done to a case, as faces show it.

use std::collections::HashSet;

use kibana_cases::{
    Assignee, Attachment, AttachmentId, UserAction, UserActionChange, UserActionType,
    UserActionVerb,
};
use rusqlite::Connection;
use serde_json::Value;

use super::person;
use crate::{
    cache::people,
    error::Error,
    plain::visible,
    view::{AttachedKind, CaseChange, HistoryEntry, Person},
};

/// What was done, oldest first. Attachments that are still there tell of themselves.
pub(super) fn history(
    connection: &Connection,
    actions: &[UserAction],
    attachments: &[Attachment],
) -> Result<Vec<HistoryEntry>, Error> {
    let there: HashSet<_> = attachments.iter().map(|one| &one.id).collect();
    let mut before = Before::default();
    let mut entries = Vec::new();
    for action in actions {
        if let Some(what) = change(connection, action, &there, &mut before)? {
            entries.push(HistoryEntry {
                id: action.id.to_string(),
                at: action.created_at.to_string(),
                by: person(&action.created_by),
                what,
            });
        }
    }
    Ok(entries)
}

/// What fields held when the next change came.
#[derive(Default)]
struct Before {
    title: Option<String>,
    status: Option<String>,
    severity: Option<String>,
    category: Option<String>,
}

impl Before {
    fn created(payload: &Value) -> Self {
        let text = |name| payload.get(name).and_then(Value::as_str).map(visible);
        Self {
            title: text("title"),
            status: text("status"),
            severity: text("severity"),
            category: text("category"),
        }
    }
}

/// `None` for what is told elsewhere.
fn change(
    connection: &Connection,
    action: &UserAction,
    there: &HashSet<&AttachmentId>,
    before: &mut Before,
) -> Result<Option<CaseChange>, Error> {
    let is_removal = action.verb == UserActionVerb::Delete;
    Ok(Some(match action.change() {
        UserActionChange::CreateCase(payload) => {
            *before = Before::created(&payload);
            CaseChange::Created
        }
        UserActionChange::Title(to) => {
            let to = visible(&to);
            let from = before.title.replace(to.clone());
            CaseChange::Title { from, to }
        }
        UserActionChange::Description(_) => CaseChange::Description,
        UserActionChange::Status(to) => {
            let to = visible(to.as_str());
            let from = before.status.replace(to.clone());
            CaseChange::Status { from, to }
        }
        UserActionChange::Severity(to) => {
            let to = visible(to.as_str());
            let from = before.severity.replace(to.clone());
            CaseChange::Severity { from, to }
        }
        UserActionChange::Category(to) => {
            let to = to.as_deref().map(visible);
            let from = std::mem::replace(&mut before.category, to.clone());
            CaseChange::Category { from, to }
        }
        UserActionChange::Tags(tags) => {
            let tags = tags.iter().map(|tag| visible(tag)).collect();
            if is_removal {
                CaseChange::TagsRemoved { tags }
            } else {
                CaseChange::TagsAdded { tags }
            }
        }
        UserActionChange::Assignees(assignees) => {
            let people = named(connection, &assignees)?;
            if is_removal {
                CaseChange::Unassigned { people }
            } else {
                CaseChange::Assigned { people }
            }
        }
        UserActionChange::Settings(settings) => CaseChange::SyncAlerts {
            on: settings.sync_alerts,
        },
        UserActionChange::Connector(connector) => CaseChange::Connector {
            name: visible(&connector.name),
        },
        UserActionChange::CustomFields(fields) => CaseChange::CustomFields {
            keys: fields
                .iter()
                .map(|field| visible(field.key.as_str()))
                .collect(),
        },
        UserActionChange::Observables(count) => CaseChange::Observables { count },
        UserActionChange::Pushed(service) => CaseChange::Pushed {
            connector: service.connector_name.as_deref().map(visible),
            title: service.external_title.as_deref().map(visible),
        },
        UserActionChange::Attachment(body) => {
            let what = attached(&body);
            match &action.verb {
                UserActionVerb::Delete => CaseChange::Removed { what },
                UserActionVerb::Create if !is_there(action, there) => CaseChange::Attached { what },
                _ => return Ok(None),
            }
        }
        // A removal need not tell what was removed.
        UserActionChange::Other if action.kind == UserActionType::Comment && is_removal => {
            CaseChange::Removed {
                what: attached(&Value::Null),
            }
        }
        UserActionChange::Other => CaseChange::Other {
            type_name: visible(action.kind.as_str()),
            action: visible(action.verb.as_str()),
        },
    }))
}

fn is_there(action: &UserAction, there: &HashSet<&AttachmentId>) -> bool {
    let attachment = action.comment_id.as_ref();
    attachment.is_some_and(|attachment| there.contains(attachment))
}

fn named(connection: &Connection, assignees: &[Assignee]) -> Result<Vec<Person>, Error> {
    let named = assignees.iter().map(|assignee| {
        let name = people::name(connection, &assignee.uid)?;
        Ok(Person {
            name: Some(visible(&name)),
        })
    });
    named.collect()
}

/// What an attachment was, from the body that Kibana recorded.
fn attached(body: &Value) -> AttachedKind {
    let text = |value: &Value| value.as_str().map(visible);
    match body["type"].as_str() {
        Some("user") => AttachedKind::Comment,
        Some("alert") => AttachedKind::Alerts {
            count: match &body["alertId"] {
                Value::Array(ids) => u32::try_from(ids.len()).unwrap_or(u32::MAX),
                _ => 1,
            },
            rule_name: text(&body["rule"]["name"]),
        },
        other => AttachedKind::Other {
            type_name: visible(other.unwrap_or_default()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cache::tests::empty;

    #[tokio::test]
    async fn everything_is_told_once_with_what_was_before() {
        let there: Attachment = serde_json::from_value(json!({
            "id": "there", "version": "WzEsMV0=", "type": "user", "comment": "seen", "created_at": "2026-11-23T10:00:00Z", "created_by": {},
        }))
        .unwrap();
        let text = json!({"comment": {"type": "user", "comment": "seen"}});
        let alerts = json!({"comment": {"type": "alert", "alertId": ["a", "b"], "rule": {"name": "Odd\u{202E} beacon"}}});
        let of_rule = json!({"kind": "alerts", "count": 2, "ruleName": "Odd⟨RLO⟩ beacon"});
        let comment = json!({"kind": "comment"});
        // What it is about, what was done, which attachment, the payload, and what is told.
        let table = json!([
            ["create_case", "create", null, {"title": "T", "status": "open", "severity": "low"}, {"kind": "created"}],
            ["comment", "create", "there", text, null],
            ["comment", "update", "there", text, null],
            ["comment", "create", "gone", text, {"kind": "attached", "what": comment}],
            ["comment", "delete", "gone", text, {"kind": "removed", "what": comment}],
            ["comment", "create", "away", alerts, {"kind": "attached", "what": of_rule}],
            ["comment", "delete", "away", alerts, {"kind": "removed", "what": of_rule}],
            ["status", "update", null, {"status": "closed"}, {"kind": "status", "from": "open", "to": "closed"}],
            ["status", "update", null, {"status": "paused"}, {"kind": "status", "from": "closed", "to": "paused"}],
            ["severity", "update", null, {"severity": "high"}, {"kind": "severity", "from": "low", "to": "high"}],
            ["category", "update", null, {"category": "phish"}, {"kind": "category", "from": null, "to": "phish"}],
            ["category", "update", null, {"category": null}, {"kind": "category", "from": "phish", "to": null}],
            ["title", "update", null, {"title": "U"}, {"kind": "title", "from": "T", "to": "U"}],
            ["tags", "add", null, {"tags": ["a"]}, {"kind": "tagsAdded", "tags": ["a"]}],
            ["tags", "delete", null, {"tags": ["a"]}, {"kind": "tagsRemoved", "tags": ["a"]}],
            ["assignees", "add", null, {"assignees": [{"uid": "u_1"}]}, {"kind": "assigned", "people": [{"name": "u_1"}]}],
            ["observables", "update", null, {"observables": {"count": 3}}, {"kind": "observables", "count": 3}],
            ["settings", "update", null, {"settings": {"syncAlerts": false}}, {"kind": "syncAlerts", "on": false}],
            ["title", "update", null, {"title": 7}, {"kind": "other", "typeName": "title", "action": "update"}],
            ["workflow", "approve", null, {}, {"kind": "other", "typeName": "workflow", "action": "approve"}],
        ]);
        let rows = table.as_array().unwrap();
        let action = |(n, row): (usize, &Value)| {
            let at = format!("2026-11-23T10:00:{n:02}Z");
            serde_json::from_value(json!({
                "id": n.to_string(), "version": "WzEsMV0=", "type": row[0], "action": row[1], "comment_id": row[2], "payload": row[3],
                "created_at": at, "created_by": {"username": "maya"}, "owner": "securitySolution",
            }))
            .unwrap()
        };
        let actions: Vec<UserAction> = rows.iter().enumerate().map(action).collect();
        let mirror = empty();
        let told = mirror
            .database()
            .read(move |connection| history(connection, &actions, &[there]));
        let told = told.await.unwrap().into_iter();
        let told: Vec<_> = told.map(|entry| json!(entry.what)).collect();
        let expected = rows.iter().map(|row| row[4].clone());
        let expected: Vec<_> = expected.filter(|what| !what.is_null()).collect();
        assert_eq!(told, expected);
    }
}
