//! Spaces.

use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{error::ApiError, server::Space};

/// `GET /api/spaces/space`: those that the caller may enter.
pub(super) fn list(call: &Call) -> Answer {
    let spaces: Vec<Value> = call
        .app
        .spaces
        .iter()
        .filter(|space| call.key.rights_in(&space.id).is_some())
        .map(document)
        .collect();
    if spaces.is_empty() {
        return Err(ApiError::no_spaces());
    }
    Ok(json(&Value::Array(spaces)))
}

/// `GET /api/spaces/space/{space_id}`
pub(super) fn get(call: &Call) -> Answer {
    let id = call.path("space_id");
    let space = call.app.spaces.iter().find(|space| space.id == id);
    match (call.key.rights_in(id), space) {
        (Some(_), Some(space)) => Ok(json(&document(space))),
        (_, None) if call.key.enters_every_space() => Err(ApiError::no_route()),
        _ => Err(ApiError::unauthorized_space(id)),
    }
}

fn document(space: &Space) -> Value {
    let mut document = json!({"id": space.id, "name": space.name, "disabledFeatures": []});
    if !space.description.is_empty() {
        document["description"] = json!(space.description);
    }
    if space.id == "default" {
        document["_reserved"] = json!(true);
    }
    document
}
