//! What a caller may do in a space, as Kibana tells its own pages.

use serde_json::{Map, Value, json};

use super::{Answer, Call, features, json};
use crate::{auth::Rights, error::ApiError, server::Profile};

/// The Cases features, one an owner.
const CASES_FEATURES: [&str; 3] = [
    "securitySolutionCasesV3",
    "observabilityCasesV3",
    "generalCasesV3",
];
const READING: [&str; 1] = ["read_cases"];
const WRITING: [&str; 9] = [
    "create_cases",
    "update_cases",
    "delete_cases",
    "push_cases",
    "cases_settings",
    "cases_connectors",
    "case_reopen",
    "create_comment",
    "cases_assign",
];

impl Profile {
    /// The feature that the Security app has in this release.
    pub(super) fn security_feature(self) -> &'static str {
        match self {
            Self::V9 => "siemV4",
            Self::V8_18 => "siemV2",
        }
    }
}

/// `POST /api/core/capabilities`: internal, and without guarantee even in Kibana. Strangers are
/// answered too, and may do nothing.
pub(super) fn resolve(call: &Call) -> Answer {
    let applications = read_applications(&call.body)?;
    let (rights, disabled) = if uses_defaults(call)? {
        (Rights::All, Vec::new())
    } else {
        let space = call.app.spaces.get(&call.space);
        let disabled = space.map(|space| features::disabled_in(&space, call.app.profile));
        let rights = call.key.rights_in(&call.space).unwrap_or(Rights::None);
        (rights, disabled.unwrap_or_default())
    };
    let shows = |feature: &str| !disabled.iter().any(|disabled| disabled == feature);
    let (read, write) = (rights >= Rights::Read, rights >= Rights::All);
    let links: Map<String, Value> = applications
        .into_iter()
        .map(|application| (application, true.into()))
        .chain([("securitySolutionUI".to_owned(), read.into())])
        .collect();
    let mut tree = json!({
        "navLinks": links,
        "management": {"insightsAndAlerting": {"cases": read}},
        "catalogue": {"securitySolution": read},
        "spaces": {"manage": call.key.may_do_everything()},
    });
    let security = call.app.profile.security_feature();
    let shown = shows(security);
    tree[security] = json!({"show": shown && read, "crud": shown && write});
    for feature in CASES_FEATURES {
        let shown = shows(feature);
        tree[feature] = cases_capabilities(shown && read, shown && write);
    }
    Ok(json(&tree))
}

fn cases_capabilities(read: bool, write: bool) -> Value {
    let reading = READING.map(|name| (name.to_owned(), Value::from(read)));
    let writing = WRITING.map(|name| (name.to_owned(), Value::from(write)));
    Value::Object(reading.into_iter().chain(writing).collect())
}

/// Whether the caller asks for what Kibana registers, whoever may use it.
fn uses_defaults(call: &Call) -> Result<bool, ApiError> {
    match call.query.all("useDefaultCapabilities").as_slice() {
        [] | ["false"] => Ok(false),
        ["true"] => Ok(true),
        _ => Err(ApiError::invalid(
            "[request query.useDefaultCapabilities]: expected value of type [boolean] but got [string]",
        )),
    }
}

fn read_applications(body: &Value) -> Result<Vec<String>, ApiError> {
    let Some(applications) = body["applications"].as_array() else {
        return Err(ApiError::invalid(
            "[request body.applications]: expected value of type [array] but got [undefined]",
        ));
    };
    let read = |(position, id): (usize, &Value)| match id.as_str() {
        Some(id) if is_application(id) => Ok(id.to_owned()),
        _ => Err(ApiError::invalid(format!(
            "[request body.applications.{position}]: Invalid application id"
        ))),
    };
    applications.iter().enumerate().map(read).collect()
}

fn is_application(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
    !id.is_empty() && id.chars().all(allowed)
}
