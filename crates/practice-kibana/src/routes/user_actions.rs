//! Kibana's record of what was done to a case.

use serde_json::{Value, json};

use super::{Answer, Call, deprecated, json};
use crate::{
    auth::Rights,
    rules::{self, SortOrder},
    store::UserAction,
};

/// `GET /api/cases/{case_id}/user_actions/_find`
pub(super) fn find(call: &Call) -> Answer {
    call.enter()?;
    let (types, order, page) = rules::read_find_user_actions(&call.query)?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access user actions", [case.owner.as_str()])?;
    let mut actions: Vec<&UserAction> = store
        .user_actions(&case.id)
        .iter()
        .filter(|action| types.is_empty() || types.iter().any(|wanted| action.is_of(*wanted)))
        .collect();
    if order == SortOrder::Descending {
        actions.reverse();
    }
    let total = actions.len();
    let actions: Vec<Value> = page
        .of(actions)
        .into_iter()
        .map(UserAction::to_json)
        .collect();
    Ok(json(&json!({
        "userActions": actions,
        "page": page.page,
        "perPage": page.per_page,
        "total": total,
    })))
}

/// `GET /api/cases/{case_id}/user_actions`, deprecated
pub(super) fn list(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access user actions", [case.owner.as_str()])?;
    let actions = store
        .user_actions(&case.id)
        .iter()
        .map(UserAction::to_deprecated_json)
        .collect();
    Ok(deprecated(call, json(&Value::Array(actions))))
}
