//! The detection engine's routes over alerts.

use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{auth::Rights, error::ApiError, store::AlertSearch};

/// `POST /api/detection_engine/signals/search`
pub(super) fn search(call: &Call) -> Answer {
    require(call, Rights::Read, "search")?;
    let search = AlertSearch::read(&call.body, call.now)?;
    let store = call.app.store();
    Ok(json(&search.run(store.alerts(&call.space))))
}

/// `POST /api/detection_engine/signals/status`
pub(super) fn set_status(call: &Call) -> Answer {
    require(call, Rights::All, "status")?;
    let status = match call.body["status"].as_str() {
        Some("in-progress") => "acknowledged",
        Some(status @ ("open" | "acknowledged" | "closed")) => status,
        _ => {
            return Err(ApiError::invalid(
                "[request body]: status: Invalid enum value. Expected 'open' | 'closed' | 'acknowledged' | 'in-progress'",
            ));
        }
    };
    let search = match (&call.body["signal_ids"], &call.body["query"]) {
        (Value::Array(ids), Value::Null) if !ids.is_empty() => {
            AlertSearch::of_query(&json!({"ids": {"values": ids}}), call.now)?
        }
        (Value::Null, query @ Value::Object(_)) => AlertSearch::of_query(query, call.now)?,
        _ => return Err(ApiError::invalid("[request body]: signal_ids: Required")),
    };
    let updated = call
        .app
        .store()
        .set_workflow_status(&call.space, status, call.now, |alert| search.matches(alert));
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
