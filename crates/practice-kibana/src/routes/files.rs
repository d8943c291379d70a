//! Files of cases: upload, listing, download, deleting several.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::IntoResponse as _,
};
use serde_json::{Value, json};

use super::{Answer, Call, cases, json, no_content};
use crate::{
    auth::Rights,
    error::ApiError,
    rules,
    store::{File, file_kind},
};

/// `POST /api/cases/{case_id}/files`
pub(super) fn create(call: &Call) -> Answer {
    call.enter()?;
    let upload = call
        .upload
        .as_deref()
        .ok_or_else(ApiError::wrong_media_type)?;
    let name = rules::name_file(&upload.sent_name, upload.wanted_name.as_deref())?;
    let id = call.path("case_id");
    let mut store = call.app.store();
    let owner = store.case(&call.space, id)?.owner.clone();
    call.authorize(Rights::All, "create comments", [owner.as_str()])?;
    store.add_file(&call.space, &call.stamp(), id, (name, upload.bytes.clone()))?;
    cases::whole(call, &store, id)
}

/// `POST /api/files/files/{file_kind}/list`
pub(super) fn list(call: &Call) -> Answer {
    call.enter()?;
    let of_cases = rules::read_file_list(&call.body)?;
    let page = rules::read_page_body(&call.query.to_value())?;
    call.authorize_list("access comments")?;
    let store = call.app.store();
    let files = store.files(&call.space, call.path("file_kind"), &of_cases);
    let total = files.len();
    let files: Vec<Value> = page.of(files).into_iter().map(File::to_json).collect();
    Ok(json(&json!({"files": files, "total": total})))
}

/// `GET /api/files/files/{file_kind}/{file_id}/blob`
pub(super) fn download(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let id = call.path("file_id");
    let file = store.file(&call.space, id)?;
    if file_kind(&file.owner) != call.path("file_kind") {
        return Err(ApiError::no_object("file", id));
    }
    call.authorize(Rights::Read, "access comments", [file.owner.as_str()])?;
    let content_type = HeaderValue::try_from(&file.name.mime_type).expect("types are ASCII");
    let headers = [
        (CONTENT_TYPE, content_type),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    Ok((StatusCode::OK, headers, Body::from(file.bytes.clone())).into_response())
}

/// `POST /internal/cases/{case_id}/attachments/files/_bulk_delete`
pub(super) fn delete(call: &Call) -> Answer {
    call.enter()?;
    let ids = rules::read_file_ids(&call.body)?;
    let mut store = call.app.store();
    let id = call.path("case_id");
    let owner = store.case(&call.space, id)?.owner.clone();
    call.authorize(Rights::All, "delete comments", [owner.as_str()])?;
    store.delete_files(&call.space, &call.stamp(), id, &ids)?;
    Ok(no_content())
}
