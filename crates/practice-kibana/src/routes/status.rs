//! `GET /api/status`, which says little to strangers, and `GET /api/stats`, which says nothing to them.

use serde_json::{Map, Value, json};

use super::{Answer, Call, json};
use crate::{
    error::ApiError,
    rules::{Object, read_bare_flag, read_flag},
    time::iso,
};

/// The plugins that stand behind the routes of this server.
const PLUGINS: [&str; 12] = [
    "actions",
    "alerting",
    "cases",
    "features",
    "files",
    "licensing",
    "ruleRegistry",
    "security",
    "securitySolution",
    "spaces",
    "taskManager",
    "usageCollection",
];

/// `GET /api/status`: version and names if the caller is known, in the form asked for.
pub(super) fn status(call: &Call) -> Answer {
    let is_old = asks_for_old_form(call)?;
    if call.scheme.is_none() {
        return Ok(json(
            &json!({"status": {"overall": {"level": "available"}}}),
        ));
    }
    let app = &call.app;
    Ok(json(&json!({
        "name": "practice",
        "uuid": app.uuid,
        "version": {
            "number": app.profile.version(),
            "build_hash": "0000000000000000000000000000000000000000",
            "build_number": app.profile.build_number(),
            "build_snapshot": false,
            "build_flavor": "traditional",
            "build_date": "2025-01-01T00:00:00.000Z",
        },
        "status": if is_old { old_form(call) } else { new_form() },
        "metrics": app.traffic.metrics(call.now),
    })))
}

/// `GET /api/stats`, in the names that monitoring agents read.
pub(super) fn stats(call: &Call) -> Answer {
    let value = call.query.to_value();
    let query = Object::read("request query", &value)?;
    let is_extended = read_bare_flag(&query, "extended")?;
    let is_legacy = read_bare_flag(&query, "legacy")?;
    read_bare_flag(&query, "exclude_usage")?;
    query.finish(&["extended", "legacy", "exclude_usage"])?;
    let app = &call.app;
    let mut stats = app.traffic.stats(call.now);
    stats["kibana"] = json!({
        "uuid": app.uuid,
        "name": "practice",
        "index": ".kibana",
        "host": app.listen.ip().to_string(),
        "locale": "en",
        "transport_address": app.listen.to_string(),
        "version": app.profile.version(),
        "snapshot": false,
        "status": "green",
    });
    if is_extended {
        let name = if is_legacy {
            "clusterUuid"
        } else {
            "cluster_uuid"
        };
        stats[name] = json!(app.uuid);
        // Kibana has reported nothing here since 8.8.
        stats["usage"] = json!({});
    }
    Ok(json(&stats))
}

/// Both formats together are refused, even if one of them is refused by `false`.
fn asks_for_old_form(call: &Call) -> Result<bool, ApiError> {
    let value = call.query.to_value();
    let query = Object::read("request query", &value)?;
    let (v7, v8) = (
        read_flag(&query, "v7format")?,
        read_flag(&query, "v8format")?,
    );
    query.finish(&["v7format", "v8format"])?;
    match (v7, v8) {
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "[request query]: provide only one format option: v7format or v8format",
        )),
        (v7, v8) => Ok(v7 == Some(true) || v8 == Some(false)),
    }
}

fn new_form() -> Value {
    let fine = |summary: &str, meta: Value| json!({"level": "available", "summary": summary, "meta": meta});
    let plugins = PLUGINS.map(|plugin| {
        let status = fine("All services and plugins are available", json!({}));
        (plugin.to_owned(), status)
    });
    json!({
        "overall": fine("All services and plugins are available", json!({})),
        "core": {
            "elasticsearch": fine(
                "Elasticsearch is available",
                json!({"warningNodes": [], "incompatibleNodes": []}),
            ),
            "savedObjects": fine(
                "SavedObjects service has completed migrations and is available",
                json!({"migratedIndices": {"migrated": 0, "skipped": 0, "patched": 0}}),
            ),
        },
        "plugins": Map::from_iter(plugins),
    })
}

/// The form before 8.0.
fn old_form(call: &Call) -> Value {
    let (since, version) = (iso(call.now), call.app.profile.version());
    let parts = [
        ("core:elasticsearch", "Elasticsearch is available"),
        (
            "core:savedObjects",
            "SavedObjects service has completed migrations and is available",
        ),
    ];
    let plugins = PLUGINS.map(|plugin| {
        let message = "All services and plugins are available";
        (format!("plugin:{plugin}"), message)
    });
    let parts = parts.map(|(part, message)| (part.to_owned(), message));
    let statuses: Vec<Value> = parts
        .into_iter()
        .chain(plugins)
        .map(|(part, message)| {
            json!({
                "id": format!("{part}@{version}"),
                "message": message,
                "since": since,
                "state": "green",
                "icon": "success",
                "uiColor": "success",
            })
        })
        .collect();
    json!({
        "overall": {
            "since": since,
            "state": "green",
            "title": "Green",
            "nickname": "Looking good",
            "icon": "success",
            "uiColor": "success",
        },
        "statuses": statuses,
    })
}
