//! What an entry asks of Kibana: how it stands, and to be written.

use std::collections::BTreeSet;

use http::Method;
use kibana_cases::{Attachment, Error, Request, Space, User};
use serde_json::{Map, Value, json};

use super::{
    entry::{Alerts, Change, Entry, NewCase},
    field::Field,
    reconcile::{Reading, Standing, holds, standing},
};

/// Cases that are looked at to tell whether a new one arrived.
const NEWEST: &str = "100";

/// What Kibana answered to a write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Applied {
    /// The ids that came of it.
    pub(crate) made: BTreeSet<String>,
    /// The case as it is now, in Kibana's JSON, where the answer tells it as a reading would.
    pub(crate) case: Option<Value>,
}

/// Reads how an entry stands.
pub(crate) async fn read(space: &Space, entry: &Entry) -> Result<Reading, Error> {
    let case = entry.case.id.as_str();
    let found = match &entry.change {
        Change::EditCase { .. } | Change::DeleteCase { .. } | Change::Push { .. } => {
            read_case(space, case).await.map(Reading::Case)
        }
        Change::AddComment { .. } | Change::AttachAlerts { .. } => space
            .attachments(&entry.case.id)
            .await
            .map(|there| Reading::Attachments(there.attachments)),
        Change::EditComment { attachment, .. } | Change::DeleteAttachment { attachment, .. } => {
            let path = ["api", "cases", case, "comments", attachment.as_str()];
            let there = space.raw(Request::raw(Method::GET, &path)?).await;
            there.and_then(|there| Ok(Reading::Attachment(Box::new(decode(there)?))))
        }
        Change::SetAlertStatus(wanted) => {
            let ids: Vec<_> = wanted.alerts.iter().map(|(id, _)| id.clone()).collect();
            space
                .alerts_by_id(&ids)
                .await
                .map(|there| match there.items {
                    there if there.is_empty() => Reading::Gone,
                    there => Reading::Alerts(there),
                })
        }
        Change::CreateCase(_) => read_newest(space).await.map(Reading::Newest),
    };
    match found {
        Err(error) if error.is_not_found() && !matches!(entry.change, Change::CreateCase(_)) => {
            Ok(Reading::Gone)
        }
        found => found,
    }
}

/// Writes an entry, once. `reading` is what it was found to stand like just before.
pub(crate) async fn write(
    space: &Space,
    entry: &Entry,
    reading: &Reading,
    us: Option<&User>,
) -> Result<Applied, Error> {
    let answer = space.raw(request(entry, reading)?).await?;
    let (made, case) = match &entry.change {
        Change::EditCase { .. } => (BTreeSet::new(), Some(whole(answer[0].clone(), "version")?)),
        Change::CreateCase(_) => {
            let case = whole(answer, "id")?;
            let id = case["id"].as_str().map(str::to_owned);
            (id.into_iter().collect(), Some(case))
        }
        Change::AddComment { .. } | Change::AttachAlerts { .. } => {
            (made(entry, &answer, us)?, None)
        }
        Change::EditComment { .. } => {
            whole(answer, "id")?;
            (BTreeSet::new(), None)
        }
        Change::SetAlertStatus(_) => {
            let left = ["version_conflicts", "timed_out", "failures"];
            let all_set = left.iter().all(|name| is_none(&answer[*name]));
            if !answer["updated"].is_number() || !all_set {
                return Err(incomplete("updated"));
            }
            (BTreeSet::new(), None)
        }
        Change::DeleteAttachment { .. } | Change::DeleteCase { .. } => (BTreeSet::new(), None),
        Change::Push { .. } => {
            let case = whole(answer, "id")?;
            let at = case["external_service"]["pushed_at"].as_str();
            (at.map(str::to_owned).into_iter().collect(), None)
        }
    };
    Ok(Applied { made, case })
}

/// Writes edits of many cases of one space, each on the version that the person saw: all of them or none.
pub(crate) async fn write_many(space: &Space, entries: &[Entry]) -> Result<Vec<Value>, Error> {
    let cases: Vec<_> = entries.iter().filter_map(unread_edit).collect();
    let request = Request::raw(Method::PATCH, &["api", "cases"])?;
    let answer = space.raw(request.json(json!({ "cases": cases }))).await?;
    let changed = list(&answer, "cases")?;
    for entry in entries {
        let is_it = |case: &&Value| case["id"] == entry.case.id.as_str();
        let there = changed.iter().find(is_it);
        whole(there.cloned().unwrap_or_default(), "version")?;
    }
    Ok(changed)
}

/// Whoever the key belongs to, where Kibana tells it.
pub(crate) async fn us(space: &Space) -> Result<User, Error> {
    let request = Request::raw(Method::GET, &["internal", "security", "me"])?;
    decode(space.raw(request).await?)
}

fn unread_edit(entry: &Entry) -> Option<Value> {
    let (Change::EditCase { edits }, Some(version)) = (&entry.change, &entry.seen) else {
        return None;
    };
    let mut body = edits.body(&Value::Null);
    body.insert("id".to_owned(), json!(entry.case.id));
    body.insert("version".to_owned(), json!(version));
    Some(Value::Object(body))
}

fn request(entry: &Entry, reading: &Reading) -> Result<Request, Error> {
    let case = entry.case.id.as_str();
    let comments = ["api", "cases", case, "comments"];
    match &entry.change {
        Change::CreateCase(new) => {
            Ok(Request::raw(Method::POST, &["api", "cases"])?.json(new_case(new, &entry.owner)))
        }
        Change::EditCase { edits } => {
            let now = match reading {
                Reading::Case(now) => now,
                _ => &Value::Null,
            };
            let mut body = edits.body(now);
            body.insert("id".to_owned(), json!(entry.case.id));
            body.insert("version".to_owned(), now["version"].clone());
            Ok(Request::raw(Method::PATCH, &["api", "cases"])?.json(json!({ "cases": [body] })))
        }
        Change::AddComment { text } => {
            let body = json!({"type": "user", "comment": text, "owner": entry.owner});
            Ok(Request::raw(Method::POST, &comments)?.json(body))
        }
        Change::EditComment {
            attachment, mine, ..
        } => {
            let version = match reading {
                Reading::Attachment(there) => there.version.as_str(),
                _ => "",
            };
            let body = json!({
                "id": attachment, "version": version, "type": "user", "comment": mine, "owner": entry.owner,
            });
            Ok(Request::raw(Method::PATCH, &comments)?.json(body))
        }
        Change::DeleteAttachment { attachment, .. } => {
            let path = ["api", "cases", case, "comments", attachment.as_str()];
            Request::raw(Method::DELETE, &path)
        }
        Change::AttachAlerts { alerts } => {
            let absent = absent(alerts, reading);
            Ok(Request::raw(Method::POST, &comments)?.json(attach(&absent, &entry.owner)))
        }
        Change::SetAlertStatus(wanted) => {
            let ids: Vec<_> = wanted.alerts.iter().map(|(id, _)| id).collect();
            let path = ["api", "detection_engine", "signals", "status"];
            let body = json!({"signal_ids": ids, "status": wanted.status});
            Ok(Request::raw(Method::POST, &path)?.json(body))
        }
        // One bare id is refused: the value has to be a list (§3.4).
        Change::DeleteCase { .. } => Ok(Request::raw(Method::DELETE, &["api", "cases"])?
            .query("ids", json!([entry.case.id]).to_string())),
        Change::Push { connector } => {
            let path = ["api", "cases", case, "connector", connector, "_push"];
            Ok(Request::raw(Method::POST, &path)?.json(json!({})))
        }
    }
}

/// A new case as Kibana is asked for it.
pub(super) fn new_case(new: &NewCase, owner: &str) -> Value {
    let mut body = Map::new();
    body.insert("title".to_owned(), json!(new.title));
    body.insert("description".to_owned(), json!(new.description));
    body.insert("tags".to_owned(), json!(new.tags));
    body.insert("severity".to_owned(), json!(new.severity));
    body.insert("owner".to_owned(), json!(owner));
    body.insert(
        "connector".to_owned(),
        json!({"id": "none", "name": "none", "type": ".none", "fields": null}),
    );
    body.insert(
        "settings".to_owned(),
        json!({"syncAlerts": new.sync_alerts}),
    );
    // Assignees need a licence; a case without them does not.
    if !new.assignees.is_empty() {
        let assignees = new.assignees.iter().map(|uid| json!({ "uid": uid }));
        body.insert("assignees".to_owned(), assignees.collect());
    }
    if let Some(category) = &new.category {
        body.insert("category".to_owned(), json!(category));
    }
    for (key, value) in &new.custom {
        Field::Custom(key.clone()).put(value, &Value::Null, &mut body);
    }
    Value::Object(body)
}

/// The alerts that the case does not hold. Kibana leaves the others out, but counts them against the limit of a case.
fn absent(alerts: &Alerts, reading: &Reading) -> Alerts {
    let there = match reading {
        Reading::Attachments(there) => there.as_slice(),
        _ => &[],
    };
    let pairs = alerts
        .pairs
        .iter()
        .filter(|(id, _)| !there.iter().any(|one| holds(one, id)));
    Alerts {
        rule: alerts.rule.clone(),
        pairs: pairs.cloned().collect(),
    }
}

fn attach(alerts: &Alerts, owner: &str) -> Value {
    let ids: Vec<_> = alerts.pairs.iter().map(|(id, _)| id).collect();
    let indices: Vec<_> = alerts.pairs.iter().map(|(_, index)| index).collect();
    json!({"type": "alert", "alertId": ids, "index": indices, "rule": alerts.rule, "owner": owner})
}

/// Reads a case, in Kibana's JSON.
pub(crate) async fn read_case(space: &Space, case: &str) -> Result<Value, Error> {
    let request = Request::raw(Method::GET, &["api", "cases", case])?;
    whole(space.raw(request).await?, "version")
}

async fn read_newest(space: &Space) -> Result<Vec<Value>, Error> {
    let request = Request::raw(Method::GET, &["api", "cases", "_find"])?
        .query("sortField", "createdAt")
        .query("sortOrder", "desc")
        .query("perPage", NEWEST);
    let page = space.raw(request).await?;
    list(&page["cases"], "cases")
}

/// The attachments of an answer that came of this entry. An answer of success that does not hold it is none.
fn made(entry: &Entry, answer: &Value, us: Option<&User>) -> Result<BTreeSet<String>, Error> {
    let there: Vec<Attachment> = answer["comments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| decode(one.clone()).ok())
        .collect();
    match standing(entry, &Reading::Attachments(there), us) {
        Standing::Done { made } => Ok(made),
        _ => Err(incomplete("comments")),
    }
}

fn list(answer: &Value, field: &str) -> Result<Vec<Value>, Error> {
    answer.as_array().cloned().ok_or_else(|| incomplete(field))
}

/// An answer that lacks what the route promises proves nothing.
fn whole(answer: Value, field: &str) -> Result<Value, Error> {
    if answer[field].is_string() {
        Ok(answer)
    } else {
        Err(incomplete(field))
    }
}

/// Whether an answer counts none of something.
fn is_none(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(n) => n.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Bool(true) | Value::String(_) | Value::Object(_) => false,
    }
}

fn incomplete(field: &str) -> Error {
    Error::Decode {
        route: "outbox",
        path: field.to_owned(),
        reason: "it is not there".to_owned(),
    }
}

fn decode<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| Error::Decode {
        route: "outbox",
        path: String::new(),
        reason: format!("{:?}", error.classify()),
    })
}
