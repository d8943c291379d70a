//! Configuration of cases, connectors, pushing, and one custom field by itself.

use axum::response::Response;
use serde_json::{Value, json};

use super::{Answer, Call, cases::listed, json};
use crate::{
    auth::Rights,
    error::ApiError,
    rules::{self, CasePatch},
    store::{Connector, Store},
};

/// `GET /api/cases/configure`
pub(super) fn list(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access case configurations")?;
    let store = call.app.store();
    let configurations: Vec<Value> = store
        .configurations(&call.space)
        .filter(|configuration| owners.is_empty() || owners.contains(&configuration.owner))
        .map(crate::store::Configuration::to_json)
        .collect();
    Ok(json(&Value::Array(configurations)))
}

/// `POST /api/cases/configure`
pub(super) fn create(call: &Call) -> Answer {
    let rights = call.enter()?;
    let (owner, parts) = rules::read_new_configuration(&call.body)?;
    if rights < Rights::All || !rules::OWNERS.contains(&owner.as_str()) {
        return Err(ApiError::unauthorized_owners(
            "create case configuration",
            [owner.as_str()],
        ));
    }
    let mut store = call.app.store();
    let created = store.create_configuration(&call.space, &call.stamp(), owner, parts);
    Ok(json(&created.to_json()))
}

/// `PATCH /api/cases/configure/{configuration_id}`
pub(super) fn update(call: &Call) -> Answer {
    call.enter()?;
    let (version, parts) = rules::read_configuration_patch(&call.body)?;
    let mut store = call.app.store();
    let id = call.path("configuration_id");
    let owner = store.configuration(&call.space, id)?.owner.clone();
    call.authorize(Rights::All, "update case configuration", [owner.as_str()])?;
    let changed = store.patch_configuration(&call.space, &call.stamp(), id, (&version, parts))?;
    Ok(json(&changed.to_json()))
}

/// `GET /api/cases/configure/connectors/_find`
pub(super) fn connectors_of_cases(call: &Call) -> Answer {
    call.authorize_list("access case configurations")?;
    let store = call.app.store();
    let usable = store
        .connectors(&call.space)
        .into_iter()
        .filter(|connector| rules::is_case_connector(&connector.kind));
    let answer: Vec<Value> = usable
        .map(|connector| {
            json!({
                "id": connector.id,
                "name": connector.name,
                "actionTypeId": connector.kind,
                "config": connector.config,
                "isPreconfigured": false,
                "isDeprecated": false,
                "isSystemAction": false,
                "isMissingSecrets": false,
                "referencedByCount": n_references(&store, call, &connector.id),
            })
        })
        .collect();
    Ok(json(&Value::Array(answer)))
}

/// `GET /api/actions/connectors`
pub(super) fn connectors(call: &Call) -> Answer {
    if call.enter()? < Rights::Read {
        return Err(ApiError::unauthorized_connectors("get actions"));
    }
    let store = call.app.store();
    let answer: Vec<Value> = store
        .connectors(&call.space)
        .into_iter()
        .map(|connector| {
            let mut document = connector_document(connector);
            document["referenced_by_count"] = json!(n_references(&store, call, &connector.id));
            document
        })
        .collect();
    Ok(json(&Value::Array(answer)))
}

/// `POST /api/actions/connector`
pub(super) fn create_connector(call: &Call) -> Answer {
    let new = rules::read_new_connector(&call.body)?;
    if call.enter()? < Rights::All {
        let deed = format!("create a \"{}\" action", new.kind);
        return Err(ApiError::unauthorized_connectors(&deed));
    }
    if !rules::is_connector(&new.kind) {
        return Err(ApiError::unknown_connector_type(&new.kind));
    }
    let created = call.app.store().create_connector(&call.space, new);
    Ok(json(&connector_document(&created)))
}

/// `POST /api/cases/{case_id}/connector/{connector_id}/_push`
pub(super) fn push(call: &Call) -> Answer {
    call.enter()?;
    rules::check_push(&call.body)?;
    let mut store = call.app.store();
    let id = call.path("case_id");
    let owner = store.case(&call.space, id)?.owner.clone();
    call.authorize(Rights::All, "push case", [owner.as_str()])?;
    store.push_case(&call.space, &call.stamp(), id, call.path("connector_id"))?;
    answer_case(call, &store, id)
}

/// `PUT /internal/cases/{case_id}/custom_fields/{custom_field_id}`
pub(super) fn set_custom_field(call: &Call) -> Answer {
    call.enter()?;
    let (value, version) = rules::read_custom_field_value(&call.body)?;
    let mut store = call.app.store();
    let id = call.path("case_id");
    let owner = store.case(&call.space, id)?.owner.clone();
    call.authorize(Rights::All, "update case", [owner.as_str()])?;
    let patch = CasePatch {
        id: id.to_owned(),
        version,
        ..CasePatch::default()
    };
    let field = (call.path("custom_field_id"), value);
    let licence = call.app.licence;
    let field = store.set_custom_field(&call.space, &call.stamp(), patch, field, licence)?;
    Ok(json(&field.to_json()))
}

fn answer_case(call: &Call, store: &Store, id: &str) -> Result<Response, ApiError> {
    let case = store.case(&call.space, id)?;
    Ok(json(&listed(call, store, case)))
}

fn connector_document(connector: &Connector) -> Value {
    json!({
        "id": connector.id,
        "name": connector.name,
        "connector_type_id": connector.kind,
        "config": connector.config,
        "is_preconfigured": false,
        "is_deprecated": false,
        "is_missing_secrets": false,
        "is_system_action": false,
    })
}

/// How many cases of the space name the connector.
fn n_references(store: &Store, call: &Call, connector: &str) -> usize {
    store
        .cases(&call.space)
        .filter(|case| case.connector["id"] == connector)
        .count()
}
