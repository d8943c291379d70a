//! User profiles: suggestions for assignees, and names for their uids.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{
    auth::{Rights, User},
    error::ApiError,
    rules,
    store::Store,
};

/// `POST /internal/cases/_suggest_user_profiles`
pub(super) fn suggest(call: &Call) -> Answer {
    let rights = call.enter()?;
    if rights < Rights::Read {
        return Err(ApiError::unauthorized_route(
            "POST",
            "/internal/cases/_suggest_user_profiles",
            "casesSuggestUserProfiles",
        ));
    }
    let wanted = rules::read_suggest_profiles(&call.body)?;
    if !call.app.licence.includes_platinum() {
        return Err(ApiError::needs_platinum("retrieve suggested user profiles"));
    }
    if wanted.owners.is_empty() {
        return Ok(json(&json!([])));
    }
    let store = call.app.store();
    let name = wanted.name.to_lowercase();
    let is_called = |user: &&User| {
        let names = [&user.username, &user.full_name, &user.email];
        names
            .into_iter()
            .flatten()
            .any(|known| known.to_lowercase().contains(&name))
    };
    let known = known(call, &store);
    let profiles = known
        .values()
        .copied()
        .filter(is_called)
        .take(wanted.size)
        .map(profile);
    Ok(json(&profiles.collect()))
}

/// `POST /internal/security/user_profile/_bulk_get`
pub(super) fn bulk_get(call: &Call) -> Answer {
    if call.enter()? < Rights::Read {
        return Err(ApiError::unauthorized_route(
            "POST",
            "/internal/security/user_profile/_bulk_get",
            "bulkGetUserProfiles",
        ));
    }
    let uids = rules::read_profile_uids(&call.body)?;
    let store = call.app.store();
    let known = known(call, &store);
    let profiles = uids
        .iter()
        .filter_map(|uid| known.get(uid.as_str()))
        .map(|user| profile(user));
    Ok(json(&profiles.collect()))
}

/// `GET /internal/security/user_profile`: the caller's own.
pub(super) fn own(call: &Call) -> Answer {
    if call.key.user.profile_uid.is_none() {
        return Err(ApiError::no_route());
    }
    Ok(json(&profile(&call.key.user)))
}

/// Everybody with a profile: who may call, and who has written cases of the space.
pub(super) fn known<'a>(call: &'a Call, store: &'a Store) -> BTreeMap<&'a str, &'a User> {
    let callers = call.app.users();
    let reporters = store.cases(&call.space).map(|case| &*case.created.by);
    callers
        .chain(reporters)
        .filter_map(|user| Some((user.profile_uid.as_deref()?, user)))
        .collect()
}

fn profile(user: &User) -> Value {
    json!({
        "uid": user.profile_uid,
        "enabled": true,
        "user": {"username": user.username, "full_name": user.full_name, "email": user.email},
        "data": {},
    })
}
