//! The alerts of a case and the cases of an alert.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{
    auth::Rights,
    rules::{self, Word as _},
    server::Profile,
    store::{Case, Store},
    time::iso,
};

/// `GET /api/cases/{case_id}/alerts`
pub(super) fn of_case(call: &Call) -> Answer {
    call.enter()?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access comments", [case.owner.as_str()])?;
    let mut seen = HashSet::new();
    let mut alerts = Vec::new();
    for attachment in store.attachments(&case.id) {
        for alert in attachment.alerts() {
            if seen.insert(Arc::clone(&alert.id)) {
                let attached_at = iso(attachment.created.at);
                alerts.push(
                    json!({"id": &*alert.id, "index": &*alert.index, "attached_at": attached_at}),
                );
            }
        }
    }
    Ok(json(&Value::Array(alerts)))
}

/// `GET /api/cases/alerts/{alert_id}`
pub(super) fn cases_of(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access cases")?;
    let alert_id = call.path("alert_id");
    let store = call.app.store();
    let cases = store
        .cases_of_alert(&call.space, alert_id)
        .filter(|case| owners.is_empty() || owners.contains(&case.owner))
        .map(|case| summary(call, &store, case))
        .collect();
    Ok(json(&Value::Array(cases)))
}

fn summary(call: &Call, store: &Store, case: &Case) -> Value {
    let totals = store.totals(&case.id);
    let mut summary = json!({
        "id": case.id,
        "title": case.title,
        "description": case.description,
        "status": case.status.word(),
        "createdAt": iso(case.created.at),
        "totals": {"alerts": totals.alerts, "userComments": totals.user_comments},
    });
    if call.app.profile == Profile::V9 {
        summary["totals"]["events"] = json!(0);
    }
    summary
}
