//! The detection engine's routes over alerts.

use axum::response::Response;
use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{
    auth::Rights,
    error::ApiError,
    rules,
    store::{AlertChange, AlertSearch},
};

/// `POST /api/detection_engine/signals/search`
pub(super) fn search(call: &Call) -> Answer {
    require(call, Rights::Read, "search")?;
    let search = AlertSearch::read(&call.body, call.now)?;
    let store = call.app.store();
    Ok(json(&search.run(&store.alerts(&call.space, &search))))
}

/// `POST /api/detection_engine/signals/status`
pub(super) fn set_status(call: &Call) -> Answer {
    require(call, Rights::All, "status")?;
    change(call, rules::read_alert_status(&call.body)?)
}

/// `POST /api/detection_engine/signals/tags`
pub(super) fn set_tags(call: &Call) -> Answer {
    require(call, Rights::All, "tags")?;
    change(call, rules::read_alert_tags(&call.body)?)
}

/// `POST /api/detection_engine/signals/assignees`
pub(super) fn set_assignees(call: &Call) -> Answer {
    require(call, Rights::All, "assignees")?;
    change(call, rules::read_alert_assignees(&call.body)?)
}

/// Changes what a query finds in the space; ids that nothing has are just not counted.
fn change(call: &Call, (query, change): (Value, AlertChange)) -> Result<Response, ApiError> {
    let search = AlertSearch::of_query(&query, call.now)?;
    let mut store = call.app.store();
    let updated = store.change_alerts(&call.space, &change, call.now, &search);
    Ok(json(&json!({
        "took": 1,
        "timed_out": false,
        "total": updated,
        "updated": updated,
        "deleted": 0,
        "batches": u8::from(updated > 0),
        "version_conflicts": 0,
        "noops": 0,
        "retries": {"bulk": 0, "search": 0},
        "throttled_millis": 0,
        "requests_per_second": -1,
        "throttled_until_millis": 0,
        "failures": [],
    })))
}

fn require(call: &Call, rights: Rights, route: &str) -> Result<(), ApiError> {
    if call
        .key
        .rights_in(&call.space)
        .is_none_or(|has| has < rights)
    {
        let path = format!("/api/detection_engine/signals/{route}");
        return Err(ApiError::unauthorized_route(
            "POST",
            &path,
            "securitySolution",
        ));
    }
    Ok(())
}
