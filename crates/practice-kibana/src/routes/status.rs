//! `GET /api/status`, which says little to strangers.

use serde_json::json;

use super::{Answer, Call, json};
use crate::error::ApiError;

/// Answers with version and names if the caller is known.
pub(super) fn status(call: &Call) -> Answer {
    let asks_for = |format: &str| !call.query.all(format).is_empty();
    if asks_for("v7format") && asks_for("v8format") {
        return Err(ApiError::invalid(
            "[request query]: provide only one format option: v7format or v8format",
        ));
    }
    if call.scheme.is_none() {
        return Ok(json(
            &json!({"status": {"overall": {"level": "available"}}}),
        ));
    }
    let app = &call.app;
    let fine = json!({"level": "available", "summary": "All services are available"});
    Ok(json(&json!({
        "name": "practice",
        "uuid": app.uuid,
        "version": {
            "number": app.profile.version(),
            "build_hash": "0000000000000000000000000000000000000000",
            "build_number": 0,
            "build_snapshot": false,
            "build_flavor": "traditional",
            "build_date": "2025-01-01T00:00:00.000Z",
        },
        "status": {
            "overall": fine,
            "core": {"elasticsearch": fine, "savedObjects": fine},
            "plugins": {},
        },
        "metrics": {},
    })))
}
