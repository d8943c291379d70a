//! `GET /api/status`, which says little to strangers.

use std::sync::Arc;

use axum::{Extension, extract::State, response::Response};
use serde_json::json;

use super::{Call, json};
use crate::server::App;

/// Answers with version and names if the caller has shown a key.
pub(super) async fn status(State(app): State<Arc<App>>, call: Option<Extension<Call>>) -> Response {
    if call.is_none() {
        return json(&json!({"status": {"overall": {"level": "available"}}}));
    }
    let fine = json!({"level": "available", "summary": "All services are available"});
    json(&json!({
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
    }))
}
