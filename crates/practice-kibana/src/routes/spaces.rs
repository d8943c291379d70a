//! Spaces, and what a key may do in one.

use serde_json::{Map, Value, json};

use super::{Answer, Call, json};
use crate::{auth::Rights, error::ApiError, server::Space};

/// The Cases features, one an owner.
const CASES_FEATURES: [&str; 3] = [
    "securitySolutionCasesV3",
    "observabilityCasesV3",
    "generalCasesV3",
];
const READING: [&str; 1] = ["read_cases"];
const WRITING: [&str; 9] = [
    "create_cases",
    "update_cases",
    "delete_cases",
    "push_cases",
    "cases_settings",
    "cases_connectors",
    "case_reopen",
    "create_comment",
    "cases_assign",
];

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

/// `POST /api/core/capabilities`: internal, and without guarantee even in Kibana.
pub(super) fn capabilities(call: &Call) -> Answer {
    if !call.body["applications"].is_array() {
        return Err(ApiError::invalid(
            "[request body.applications]: expected value of type [array] but got [undefined]",
        ));
    }
    let rights = call.key.rights_in(&call.space).unwrap_or(Rights::None);
    let may = |names: &[&'static str], wanted: Rights| {
        names
            .iter()
            .map(|&name| (name.to_owned(), Value::from(rights >= wanted)))
            .collect::<Vec<_>>()
    };
    let feature: Map<String, Value> = may(&READING, Rights::Read)
        .into_iter()
        .chain(may(&WRITING, Rights::All))
        .collect();
    let mut answer = json!({
        "navLinks": {},
        "management": {},
        "catalogue": {},
        "siemV4": {"show": rights >= Rights::Read, "crud": rights >= Rights::All},
    });
    for name in CASES_FEATURES {
        answer[name] = Value::Object(feature.clone());
    }
    Ok(json(&answer))
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
