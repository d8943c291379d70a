//! Spaces.

use serde_json::{Map, Value, json};

use super::{Answer, Call, features, json, no_content};
use crate::{
    auth::Rights,
    error::ApiError,
    rules::{self, Purpose, SpaceBody, Word as _},
    space::Space,
    store::Write,
};

/// Kibana's `xpack.spaces.maxSpaces`.
const MOST_SPACES: usize = 1000;

/// `GET /api/spaces/space`: those that the caller may use for a purpose.
pub(super) fn list(call: &Call) -> Answer {
    let purpose = rules::read_space_list(&call.query)?;
    let mut shown = Vec::new();
    for space in call.app.spaces.all() {
        let Some(rights) = call.key.rights_in(&space.id) else {
            continue;
        };
        match purpose {
            Some(purpose) if serves(rights, purpose) => shown.push(document(call, &space)),
            Some(_) => {}
            None => {
                let mut document = document(call, &space);
                document["authorizedPurposes"] = authorized_purposes(rights);
                shown.push(document);
            }
        }
    }
    if shown.is_empty() {
        return Err(ApiError::no_spaces());
    }
    Ok(json(&Value::Array(shown)))
}

/// `GET /api/spaces/space/{space_id}`
pub(super) fn get(call: &Call) -> Answer {
    let id = call.path("space_id");
    let space = call.app.spaces.get(id);
    match (call.key.rights_in(id), space) {
        (Some(_), Some(space)) => Ok(json(&document(call, &space))),
        (_, None) if call.key.enters_every_space() => Err(ApiError::no_route()),
        _ => Err(ApiError::unauthorized_space(id)),
    }
}

/// `GET /internal/spaces/_active_space`: the space of the request.
pub(super) fn active(call: &Call) -> Answer {
    call.enter()?;
    let space = call.app.spaces.get(&call.space);
    let space = space.ok_or_else(|| ApiError::no_object("space", &call.space))?;
    Ok(json(&document(call, &space)))
}

/// `POST /api/spaces/space`
pub(super) fn create(call: &Call) -> Answer {
    let body = rules::read_space(&call.body)?;
    manage(call, "create")?;
    let id = body.id.clone();
    let mut space = Space::new(&id, "");
    take_over(&mut space, body);
    let mut store = call.app.store();
    if call.app.spaces.all().len() >= MOST_SPACES {
        return Err(ApiError::too_many_spaces());
    }
    if call.app.spaces.contains(&id) {
        return Err(ApiError::space_exists(&id));
    }
    store.commit(vec![Write::Space(Box::new(space.clone()))]);
    Ok(json(&document(call, &space)))
}

/// `PUT /api/spaces/space/{space_id}`: the id of the path counts, whatever the body calls it. What is
/// not sent stays, but for the list of disabled features.
pub(super) fn update(call: &Call) -> Answer {
    let body = rules::read_space(&call.body)?;
    manage(call, "update")?;
    let id = call.path("space_id");
    let mut store = call.app.store();
    let mut changed = call.app.spaces.get(id).ok_or_else(ApiError::no_route)?;
    take_over(&mut changed, body);
    store.commit(vec![Write::Space(Box::new(changed.clone()))]);
    Ok(json(&document(call, &changed)))
}

/// `DELETE /api/spaces/space/{space_id}`: with all that is in it.
pub(super) fn delete(call: &Call) -> Answer {
    manage(call, "delete")?;
    let id = call.path("space_id");
    let mut store = call.app.store();
    let space = call.app.spaces.get(id).ok_or_else(ApiError::no_route)?;
    if space.is_reserved() {
        return Err(ApiError::reserved_space(id));
    }
    store.commit(vec![Write::DropSpace(id.to_owned())]);
    Ok(no_content())
}

/// Asks for the right over spaces, which only those have who may do everything everywhere.
fn manage(call: &Call, attempt: &str) -> Result<(), ApiError> {
    if call.key.may_do_everything() {
        Ok(())
    } else {
        Err(ApiError::unauthorized_spaces(attempt))
    }
}

fn take_over(space: &mut Space, body: SpaceBody) {
    if body.name != space.name {
        body.name.trim().clone_into(&mut space.name);
    }
    if let Some(description) = body.description {
        space.description = description;
    }
    space.color = body.color.or(space.color.take());
    space.initials = body.initials.or(space.initials.take());
    space.image_url = body.image_url.or(space.image_url.take());
    space.disabled_features = body.disabled_features;
    space.solution = body.solution.or(space.solution);
}

fn serves(rights: Rights, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Any => true,
        Purpose::FindSavedObjects => rights >= Rights::Read,
        Purpose::CopySavedObjects | Purpose::ShareSavedObjects => rights >= Rights::All,
    }
}

fn authorized_purposes(rights: Rights) -> Value {
    let purposes = [
        Purpose::Any,
        Purpose::CopySavedObjects,
        Purpose::FindSavedObjects,
        Purpose::ShareSavedObjects,
    ];
    let told = purposes.map(|purpose| (purpose.word().to_owned(), serves(rights, purpose).into()));
    Value::Object(Map::from_iter(told))
}

fn document(call: &Call, space: &Space) -> Value {
    let disabled = features::disabled_in(space, call.app.profile);
    let mut document = json!({"id": space.id, "name": space.name, "disabledFeatures": disabled});
    let description = Some(&space.description).filter(|description| !description.is_empty());
    let optional = [
        ("description", description),
        ("color", space.color.as_ref()),
        ("initials", space.initials.as_ref()),
        ("imageUrl", space.image_url.as_ref()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            document[name] = json!(value);
        }
    }
    if space.is_reserved() {
        document["_reserved"] = json!(true);
    }
    if let Some(solution) = space.solution {
        document["solution"] = json!(solution.word());
    }
    document
}
