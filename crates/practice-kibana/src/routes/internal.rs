//! Routes for Kibana's own use: several cases or attachments at once, search by body, figures of a case.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Call, cases, json};
use crate::{
    auth::{Rights, User},
    error::ApiError,
    rules::{self, OWNERS, SortOrder, Status},
    store::{Added, Attachment, Case, Store, UserAction},
};

/// `POST /internal/cases/_bulk_get`
pub(super) fn bulk_get(call: &Call) -> Answer {
    let rights = call.enter()?;
    let ids = rules::read_case_ids(&call.body)?;
    let store = call.app.store();
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    for id in &ids {
        match store.case(&call.space, id) {
            Ok(case) if rights >= Rights::Read => cases.push(cases::listed(call, &store, case)),
            Ok(case) => {
                let error = ApiError::unauthorized_owners("access case", [case.owner.as_str()]);
                errors.push(error.of_item("caseId", id));
            }
            Err(error) => errors.push(error.of_item("caseId", id)),
        }
    }
    Ok(json(&json!({"cases": cases, "errors": errors})))
}

/// `GET /api/cases/{case_id}/resolve`
pub(super) fn resolve(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access case", [case.owner.as_str()])?;
    let case = cases::with_comments(call, &store, case);
    Ok(json(&json!({"case": case, "outcome": "exactMatch"})))
}

/// `POST /internal/cases/{case_id}/attachments/_bulk_create`: all or none are checked, then all are stored.
pub(super) fn bulk_create(call: &Call) -> Answer {
    let rights = call.enter()?;
    let bodies = rules::read_attachments(&call.body)?;
    let case_id = call.path("case_id");
    let mut store = call.app.store();
    store.check_user_actions(case_id)?;
    for body in &bodies {
        rules::check_alert_pairs(body)?;
    }
    let owners: Vec<&str> = bodies
        .iter()
        .filter_map(|body| body.get("owner")?.as_str())
        .collect();
    if rights < Rights::All || owners.iter().any(|owner| !OWNERS.contains(owner)) {
        return Err(ApiError::unauthorized_owners("create comments", owners));
    }
    for body in &bodies {
        rules::check_registered(body)?;
    }
    match store.add_attachments(&call.space, &call.stamp(), case_id, bodies)? {
        Added::Stored | Added::Known => cases::whole(call, &store, case_id),
        Added::Half(error) => Err(error),
    }
}

/// `POST /internal/cases/{case_id}/attachments/_bulk_get`
pub(super) fn bulk_get_attachments(call: &Call) -> Answer {
    call.enter()?;
    let ids = rules::read_attachment_ids(&call.body)?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access comments", [case.owner.as_str()])?;
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for id in &ids {
        match store.attachment(&call.space, id) {
            Ok(attachment) if *attachment.case_id == *case.id => found.push(attachment.to_json()),
            Ok(_) => {
                let error = ApiError::comment_of_another_case(id, &case.id);
                errors.push(error.of_item("attachmentId", id));
            }
            Err(error) => errors.push(error.of_item("attachmentId", id)),
        }
    }
    Ok(json(&json!({"attachments": found, "errors": errors})))
}

/// `GET /internal/cases/{case_id}/user_actions/_find`
pub(super) fn find_user_actions(call: &Call) -> Answer {
    call.enter()?;
    let find = rules::read_find_user_actions_within(&call.query)?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access user actions", [case.owner.as_str()])?;
    let wanted = |action: &&UserAction| {
        (find.types.is_empty() || find.types.iter().any(|kind| action.is_of(*kind)))
            && (find.authors.is_empty()
                || find
                    .authors
                    .iter()
                    .any(|author| action.created.by.is_called(author)))
            && find
                .search
                .as_ref()
                .is_none_or(|text| action.mentions(text))
    };
    let mut actions: Vec<&UserAction> =
        store.user_actions(&case.id).iter().filter(wanted).collect();
    if find.order == SortOrder::Descending {
        actions.reverse();
    }
    let total = actions.len();
    let actions = find.page.of(actions);
    let latest: Vec<Value> = store
        .attachments(&case.id)
        .iter()
        .filter(|attachment| {
            actions
                .iter()
                .any(|action| action.comment_id.as_ref() == Some(&attachment.id))
        })
        .map(Attachment::to_json)
        .collect();
    let actions: Vec<Value> = actions.into_iter().map(UserAction::to_json).collect();
    Ok(json(&json!({
        "userActions": actions,
        "latestAttachments": latest,
        "page": find.page.page,
        "perPage": find.page.per_page,
        "total": total,
    })))
}

/// `GET /internal/cases/{case_id}/user_actions/_stats`
pub(super) fn user_action_stats(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access user actions", [case.owner.as_str()])?;
    let actions = store.user_actions(&case.id);
    let count = |wanted: &dyn Fn(&UserAction) -> bool| {
        actions.iter().filter(|action| wanted(action)).count()
    };
    let of_comment = |action: &UserAction| action.attachment_kind() == Some("user");
    let hidden = |action: &UserAction| of_comment(action) && action.action == "update";
    let deleted = |action: &UserAction| action.action == "delete";
    let comments = count(&|action| of_comment(action) && action.action == "create");
    Ok(json(&json!({
        "total": actions.len(),
        "total_comments": comments,
        "total_other_actions": count(&|action| !of_comment(action)),
        "total_deletions": count(&deleted),
        "total_comment_deletions": count(&|action| of_comment(action) && deleted(action)),
        "total_comment_creations": comments,
        "total_hidden_comment_updates": count(&hidden),
        "total_other_action_deletions": count(&|action| !of_comment(action) && deleted(action)),
    })))
}

/// `GET /internal/cases/{case_id}/_users`
pub(super) fn users(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access case", [case.owner.as_str()])?;
    let actions = store.user_actions(&case.id);
    let mut participants: Vec<&User> = Vec::new();
    for action in actions {
        if !participants.contains(&&*action.created.by) {
            participants.push(&action.created.by);
        }
    }
    let unassigned: Vec<&str> = actions
        .iter()
        .filter(|action| (action.kind, action.action) == ("assignees", "delete"))
        .flat_map(|action| action.payload["assignees"].values())
        .filter_map(|assignee| assignee["uid"].as_str())
        .filter(|uid| !case.assignees.iter().any(|assigned| assigned == uid))
        .collect();
    let known = super::profiles::known(call, &store);
    let by_uid = |uid: &str| {
        let user = known.get(uid).map_or_else(
            || json!({"username": null, "full_name": null, "email": null}),
            |user| person(user),
        );
        json!({"user": user, "uid": uid})
    };
    Ok(json(&json!({
        "assignees": case.assignees.iter().map(|uid| by_uid(uid)).collect::<Vec<_>>(),
        "unassignedUsers": unassigned.into_iter().map(by_uid).collect::<Vec<_>>(),
        "participants": participants.into_iter().map(participant).collect::<Vec<_>>(),
        "reporter": participant(&case.created.by),
    })))
}

/// `GET /internal/cases/metrics/{case_id}`
pub(super) fn metrics(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access case", [case.owner.as_str()])?;
    let mut metrics = json!({});
    for feature in call.query.all("features") {
        match feature {
            "alerts.count" => metrics["alerts"]["count"] = json!(store.totals(&case.id).alerts),
            "alerts.hosts" => metrics["alerts"]["hosts"] = frequent(&store, case, "host"),
            "alerts.users" => metrics["alerts"]["users"] = frequent(&store, case, "user"),
            "actions.isolateHost" => {
                metrics["actions"]["isolateHost"] =
                    json!({"isolate": {"total": 0}, "unisolate": {"total": 0}});
            }
            "connectors" => {
                let total = usize::from(case.connector["type"] != ".none");
                metrics["connectors"] = json!({ "total": total });
            }
            "lifespan" => metrics["lifespan"] = lifespan(&store, case, call),
            other => {
                return Err(ApiError::invalid(format!(
                    "Invalid value \"{other}\" supplied to \"features\""
                )));
            }
        }
    }
    Ok(json(&metrics))
}

/// The ten names that occur most in the alerts of a case.
fn frequent(store: &Store, case: &Case, what: &str) -> Value {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for alert in store
        .attachments(&case.id)
        .iter()
        .flat_map(Attachment::alerts)
    {
        if let Some(name) = store.alert_name(&alert, what) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let total = counts.len();
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    let values: Vec<Value> = counts
        .into_iter()
        .take(10)
        .map(|(name, count)| json!({"id": name, "name": name, "count": count}))
        .collect();
    json!({"total": total, "values": values})
}

fn lifespan(store: &Store, case: &Case, call: &Call) -> Value {
    let changes = store
        .user_actions(&case.id)
        .iter()
        .filter(|action| action.kind == "status");
    let mut spent: BTreeMap<&str, i64> = BTreeMap::new();
    let mut reopened = Vec::new();
    let (mut since, mut status) = (case.created.at, "open".to_owned());
    let milliseconds = |from: jiff::Timestamp, to: jiff::Timestamp| {
        i64::try_from(to.duration_since(from).as_millis()).unwrap_or(i64::MAX)
    };
    let name = |status: &str| {
        if status == "in-progress" {
            "inProgressDuration"
        } else {
            "openDuration"
        }
    };
    for action in changes {
        if status == "closed" {
            reopened.push(crate::time::iso(action.created.at));
        } else {
            *spent.entry(name(&status)).or_default() += milliseconds(since, action.created.at);
        }
        since = action.created.at;
        action.payload["status"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut status);
    }
    if case.status != Status::Closed {
        *spent.entry(name(&status)).or_default() += milliseconds(since, call.now);
    }
    let of = |key: &str| spent.get(key).copied().unwrap_or_default();
    json!({
        "creationDate": crate::time::iso(case.created.at),
        "closeDate": case.closed.as_ref().map(|stamp| crate::time::iso(stamp.at)),
        "statusInfo": {
            "openDuration": of("openDuration"),
            "inProgressDuration": of("inProgressDuration"),
            "reopenDates": reopened,
        },
    })
}

fn participant(user: &User) -> Value {
    let mut participant = json!({"user": person(user)});
    if let Some(uid) = &user.profile_uid {
        participant["uid"] = json!(uid);
    }
    participant
}

fn person(user: &User) -> Value {
    json!({"username": user.username, "full_name": user.full_name, "email": user.email})
}
