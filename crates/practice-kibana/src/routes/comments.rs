//! Attachments, which the URLs call comments.

use serde_json::{Value, json};

use super::{Answer, Call, cases, deprecated, json, no_content};
use crate::{
    auth::Rights,
    error::ApiError,
    rules::{self, OWNERS, SortOrder},
    store::{Added, Attachment},
};

/// `POST /api/cases/{case_id}/comments`
pub(super) fn create(call: &Call) -> Answer {
    let rights = call.enter()?;
    let body = rules::read_attachment(&call.body)?;
    let case_id = call.path("case_id");
    let mut store = call.app.store();
    store.check_user_actions(case_id)?;
    rules::check_alert_pairs(&body)?;
    let owner = body
        .get("owner")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if rights < Rights::All || !OWNERS.contains(&owner) {
        return Err(ApiError::unauthorized_owners("create comments", [owner]));
    }
    rules::check_registered(&body)?;
    match store.add_attachment(&call.space, &call.stamp(), case_id, body)? {
        Added::Stored | Added::Known => cases::whole(call, &store, case_id),
        Added::Half(error) => Err(error),
    }
}

/// `PATCH /api/cases/{case_id}/comments`
pub(super) fn update(call: &Call) -> Answer {
    call.enter()?;
    let patch = rules::read_attachment_patch(&call.body)?;
    let case_id = call.path("case_id");
    let mut store = call.app.store();
    let owner = store.attachment(&call.space, &patch.id)?.owner();
    call.authorize(Rights::All, "update comments", [owner])?;
    store.change_attachment(&call.space, &call.stamp(), case_id, patch)?;
    cases::whole(call, &store, case_id)
}

/// `GET /api/cases/{case_id}/comments/{comment_id}`
pub(super) fn get(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let attachment = store.attachment(&call.space, call.path("comment_id"))?;
    call.authorize(Rights::Read, "access comments", [attachment.owner()])?;
    Ok(json(&attachment.to_json()))
}

/// `GET /api/cases/{case_id}/comments/_find`: comments of people only, and none of an unknown case.
pub(super) fn find(call: &Call) -> Answer {
    call.enter()?;
    let (order, page) = rules::read_find_comments(&call.query)?;
    call.authorize_list("access comments")?;
    let store = call.app.store();
    let of_case = match store.case(&call.space, call.path("case_id")) {
        Ok(case) => store.attachments(&case.id),
        Err(_) => &[],
    };
    let mut comments: Vec<&Attachment> = of_case
        .iter()
        .filter(|attachment| attachment.kind() == "user")
        .filter(|attachment| store.is_searchable(attachment))
        .collect();
    if order == SortOrder::Descending {
        comments.reverse();
    }
    let total = comments.len();
    let comments: Vec<Value> = page
        .of(comments)
        .into_iter()
        .map(Attachment::to_json)
        .collect();
    Ok(json(&json!({
        "comments": comments,
        "page": page.page,
        "per_page": page.per_page,
        "total": total,
    })))
}

/// `GET /api/cases/{case_id}/comments`, deprecated: every attachment, oldest first.
pub(super) fn list(call: &Call) -> Answer {
    call.authorize_list("access comments")?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    let all = store
        .attachments(&case.id)
        .iter()
        .map(Attachment::to_json)
        .collect();
    Ok(deprecated(call, json(&Value::Array(all))))
}

/// `DELETE /api/cases/{case_id}/comments/{comment_id}`
pub(super) fn delete(call: &Call) -> Answer {
    call.enter()?;
    let mut store = call.app.store();
    let id = call.path("comment_id");
    let owner = store.attachment(&call.space, id)?.owner();
    call.authorize(Rights::All, "delete comments", [owner])?;
    store.delete_attachment(&call.space, &call.stamp(), call.path("case_id"), id)?;
    Ok(no_content())
}

/// `DELETE /api/cases/{case_id}/comments`
pub(super) fn delete_all(call: &Call) -> Answer {
    call.enter()?;
    let mut store = call.app.store();
    let case_id = call.path("case_id");
    if let Ok(case) = store.case(&call.space, case_id) {
        call.authorize(Rights::All, "delete comments", [case.owner.as_str()])?;
    }
    store.delete_attachments(&call.space, &call.stamp(), case_id)?;
    Ok(no_content())
}
