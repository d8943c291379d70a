//! `/practice/…`: faults and log at run time. These routes are not Kibana's, exist only with
//! [`crate::Options::control`], and are open to keys that may do everything. Faults spare them.

use std::sync::Arc;

use axum::{Router, routing::get};
use serde_json::json;

use super::{Answer, Call, json, no_content, serve};
use crate::{
    error::ApiError,
    faults::{Faults, Plan},
    server::App,
};

/// Where the paths of these routes begin.
pub(crate) const CONTROL: &str = "/practice/";

pub(super) fn routes(control: bool) -> Router<Arc<App>> {
    if !control {
        return Router::new();
    }
    Router::new()
        .route(
            "/practice/faults",
            get(serve(plan)).put(serve(set)).delete(serve(clear)),
        )
        .route("/practice/log", get(serve(log)))
}

/// `GET /practice/faults`: the plan, and what happened.
fn plan(call: &Call) -> Answer {
    let faults = faults(call)?;
    Ok(json(
        &json!({"plan": faults.plan(), "fired": faults.fired()}),
    ))
}

/// `PUT /practice/faults`: another plan, in the form of the TOML file but as JSON.
fn set(call: &Call) -> Answer {
    let faults = faults(call)?;
    let plan: Plan = serde_json::from_value(call.body.clone())
        .map_err(|error| ApiError::invalid(format!("[request body]: {error}")))?;
    faults.set(plan);
    Ok(no_content())
}

/// `DELETE /practice/faults`: no faults any more.
fn clear(call: &Call) -> Answer {
    faults(call)?.clear();
    Ok(no_content())
}

/// `GET /practice/log?from=N`: the commits from a number on.
fn log(call: &Call) -> Answer {
    authorize(call)?;
    if !call.app.keeps_log {
        return Err(ApiError::invalid("this server keeps no log"));
    }
    let from = match call.query.all("from").as_slice() {
        [] => 1,
        [from] => from
            .parse()
            .map_err(|_| ApiError::invalid("[request query.from]: expected a number"))?,
        _ => {
            return Err(ApiError::invalid(
                "[request query.from]: expected one number",
            ));
        }
    };
    let commits: Vec<_> = call.app.store().log(from);
    let commits: Vec<_> = commits.iter().map(|commit| json!(**commit)).collect();
    Ok(json(&json!({"commits": commits})))
}

fn faults(call: &Call) -> Result<Faults, ApiError> {
    authorize(call)?;
    Ok(call.app.faults())
}

fn authorize(call: &Call) -> Result<(), ApiError> {
    if call.key.may_do_everything() {
        return Ok(());
    }
    Err(ApiError::no_spaces())
}
