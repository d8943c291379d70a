//! Faults that somebody else's hand does: cases that come, go and change while a request is on its way.

use std::sync::Arc;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    fault::{Loss, Shift},
    live::Target,
};
use crate::{
    auth::User,
    error::ApiError,
    log::Cause,
    query::Query,
    rules::{self, CasePatch, Severity, Status},
    server::App,
    store::{Effect, Origin, Stamp, Store},
};

/// The login name of whoever is in the way.
const SOMEBODY: &str = "somebody.else";

/// Lets a case come, go or change. Tells whether there was one.
pub(super) fn shift(app: &App, target: &Target, how: Shift) -> bool {
    let now = app.clock.now();
    let mut store = app.store_for(origin("F22", target, now));
    let space = target.space.as_str();
    let done = match how {
        Shift::Insert => insert(&mut store, space, &stamp(now)),
        Shift::Delete => match store.cases(space).last().map(|case| case.id.clone()) {
            Some(newest) => store.delete_cases(space, &[newest]),
            None => return false,
        },
        Shift::Touch => {
            let Some(oldest) = store.cases(space).next() else {
                return false;
            };
            let severity = match oldest.severity {
                Severity::Critical => Severity::Low,
                Severity::Low | Severity::Medium | Severity::High => Severity::Critical,
            };
            let patch = CasePatch {
                severity: Some(severity),
                ..CasePatch::of(&oldest.id, &oldest.version.token())
            };
            let changed = store.patch_cases(space, &stamp(now), &[patch], app.licence);
            changed.map(drop)
        }
    };
    done.is_ok()
}

fn insert(store: &mut Store, space: &str, stamp: &Stamp) -> Result<(), ApiError> {
    let new = rules::read_new_case(&json!({
        "title": "A case that came between",
        "description": "Somebody else opened it while a list was being read.",
        "tags": [],
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "settings": {"syncAlerts": false},
        "owner": "securitySolution",
    }))?;
    store.create_case(space, stamp, new);
    Ok(())
}

/// Takes away the cases that a request names. Tells whether there were any.
pub(super) fn lose(app: &App, target: &Target, query: &Query, body: &Bytes, how: Loss) -> bool {
    let now = app.clock.now();
    let mut store = app.store_for(origin("F23", target, now));
    let space = target.space.as_str();
    let mut named = named_ids(target, query, body);
    named.retain(|id| store.case(space, id).is_ok());
    named.sort();
    named.dedup();
    for id in &named {
        let lost = match how {
            Loss::Delete => store.delete_cases(space, std::slice::from_ref(id)),
            Loss::Move => {
                store.move_to(id, &another_space(app, space));
                Ok(())
            }
            Loss::Close => {
                let version = store.case(space, id).map(|case| case.version.token());
                let patch = version.map(|version| CasePatch {
                    status: Some(Status::Closed),
                    ..CasePatch::of(id, &version)
                });
                patch.and_then(|patch| {
                    let changed = store.patch_cases(space, &stamp(now), &[patch], app.licence);
                    changed.map(drop)
                })
            }
        };
        if let Err(error) = lost {
            // A case that is closed already cannot be closed.
            tracing::debug!(%error, "a case was not lost");
        }
    }
    !named.is_empty()
}

/// Everything that may be the id of a case: parts of the path, ids of the query, `cases` of the body.
fn named_ids(target: &Target, query: &Query, body: &Bytes) -> Vec<String> {
    let mut named: Vec<String> = target.path.split('/').map(str::to_owned).collect();
    for ids in query.all("ids") {
        match serde_json::from_str::<Vec<String>>(ids) {
            Ok(ids) => named.extend(ids),
            Err(_) => named.push(ids.to_owned()),
        }
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let cases = body["cases"].as_array().into_iter().flatten();
    named.extend(cases.filter_map(|case| Some(case["id"].as_str()?.to_owned())));
    named
}

/// Leaves only the first few of the things in a request: cases, attachments, alerts, ids. `None` if
/// there are no more than that.
pub(super) fn first_of_bulk(body: &Bytes, applied: usize) -> Option<Bytes> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let lists = match &mut value {
        Value::Array(_) => vec![&mut value],
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| ["cases", "alertId", "index", "ids"].contains(&name.as_str()))
            .map(|(_, list)| list)
            .collect(),
        _ => return None,
    };
    let mut cut = false;
    for list in lists {
        if let Value::Array(items) = list {
            cut |= items.len() > applied;
            items.truncate(applied);
        }
    }
    cut.then(|| value.to_string().into())
}

fn another_space(app: &App, space: &str) -> String {
    let spaces = app.spaces.all().into_iter();
    let mut others = spaces.map(|space| space.id).filter(|other| other != space);
    others.next().unwrap_or_else(|| "elsewhere".to_owned())
}

fn stamp(now: Timestamp) -> Stamp {
    Stamp::new(User::named(SOMEBODY), now)
}

fn origin(fault: &str, target: &Target, at: Timestamp) -> Arc<Origin> {
    Arc::new(Origin {
        at,
        space: target.space.clone(),
        user: Some(SOMEBODY.to_owned()),
        cause: Cause::Fault(fault.to_owned()),
        effect: Effect::default(),
        ..Origin::server()
    })
}
