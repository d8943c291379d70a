//! `GET /api/features`: what Kibana can do, as its spaces and roles know it.
//!
//! These are the features that cases and alerts belong to, and enough of the others that a solution
//! hides something.

use serde_json::{Value, json};

use super::{Answer, Call, json};
use crate::{
    error::ApiError,
    rules::{Object, read_flag},
    server::Profile,
    space::{Solution, Space},
};

/// The groups in which features are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Category {
    Analytics,
    Search,
    Observability,
    Security,
    Management,
}

struct Feature {
    id: &'static str,
    name: &'static str,
    category: Category,
    /// The application of its pages.
    app: &'static str,
    /// Its place among all; those without one come last.
    order: Option<u32>,
    /// The owner of its cases, if it is a Cases feature.
    owner: Option<&'static str>,
}

const fn feature(
    id: &'static str,
    name: &'static str,
    category: Category,
    app: &'static str,
    order: u32,
) -> Feature {
    Feature {
        id,
        name,
        category,
        app,
        order: if order == 0 { None } else { Some(order) },
        owner: None,
    }
}

const fn cases(id: &'static str, category: Category, owner: &'static str, order: u32) -> Feature {
    Feature {
        owner: Some(owner),
        ..feature(id, "Cases", category, owner, order)
    }
}

/// Those of every release that is played. The Security app has another id in each and is added.
const FEATURES: [Feature; 20] = [
    feature(
        "discover_v2",
        "Discover",
        Category::Analytics,
        "discover",
        100,
    ),
    feature(
        "dashboard_v2",
        "Dashboard",
        Category::Analytics,
        "dashboards",
        200,
    ),
    feature("maps_v2", "Maps", Category::Analytics, "maps", 400),
    feature("ml", "Machine Learning", Category::Analytics, "ml", 500),
    feature(
        "visualize_v2",
        "Visualize Library",
        Category::Analytics,
        "visualize",
        700,
    ),
    cases(
        "securitySolutionCasesV3",
        Category::Security,
        "securitySolution",
        1100,
    ),
    cases(
        "observabilityCasesV3",
        Category::Observability,
        "observability",
        1100,
    ),
    feature(
        "securitySolutionAssistant",
        "Elastic AI Assistant",
        Category::Security,
        "securitySolution",
        1112,
    ),
    feature(
        "securitySolutionAttackDiscovery",
        "Attack discovery",
        Category::Security,
        "securitySolution",
        1113,
    ),
    feature(
        "securitySolutionTimeline",
        "Timeline",
        Category::Security,
        "securitySolution",
        1114,
    ),
    feature(
        "securitySolutionNotes",
        "Notes",
        Category::Security,
        "securitySolution",
        1115,
    ),
    feature(
        "dev_tools",
        "Dev Tools",
        Category::Management,
        "dev_tools",
        1300,
    ),
    feature(
        "advancedSettings",
        "Advanced Settings",
        Category::Management,
        "management",
        1500,
    ),
    feature(
        "indexPatterns",
        "Data View Management",
        Category::Management,
        "management",
        1600,
    ),
    feature(
        "savedObjectsManagement",
        "Saved Objects Management",
        Category::Management,
        "management",
        1800,
    ),
    cases("generalCasesV3", Category::Management, "cases", 3100),
    feature(
        "actions",
        "Actions and Connectors",
        Category::Management,
        "management",
        3300,
    ),
    feature(
        "enterpriseSearch",
        "Enterprise Search",
        Category::Search,
        "enterpriseSearch",
        0,
    ),
    feature(
        "apm",
        "APM and User Experience",
        Category::Observability,
        "apm",
        900,
    ),
    feature("slo", "SLOs", Category::Observability, "slo", 1200),
];

/// Rights over cases that a role may have apart from the others, by id and name.
const PARTS: [(&str, &str, &str); 5] = [
    ("cases_delete", "Delete cases and comments", "delete_cases"),
    ("cases_settings", "Edit case settings", "cases_settings"),
    ("create_comment", "Add comments to cases", "create_comment"),
    ("case_reopen", "Re-open closed cases", "case_reopen"),
    ("cases_assign", "Assign users to cases", "cases_assign"),
];

/// `GET /api/features`: for those who may do everything.
pub(super) fn list(call: &Call) -> Answer {
    let value = call.query.to_value();
    let query = Object::read("request query", &value)?;
    read_flag(&query, "ignoreValidLicenses")?;
    query.finish(&["ignoreValidLicenses"])?;
    if !call.key.may_do_everything() {
        return Err(ApiError::unauthorized_route(
            "GET",
            "/api/features",
            "read_features",
        ));
    }
    let mut features = features(call.app.profile);
    features.sort_by_key(|feature| feature.order.unwrap_or(u32::MAX));
    Ok(json(&features.iter().map(document).collect()))
}

/// The features that a space does not show: those switched off, or all that its solution has no use for.
pub(super) fn disabled_in(space: &Space, profile: Profile) -> Vec<String> {
    let hidden: &[Category] = match space.solution {
        None | Some(Solution::Classic) => return space.disabled_features.clone(),
        Some(Solution::Search) => &[Category::Observability, Category::Security],
        Some(Solution::Observability) => &[Category::Security],
        Some(Solution::Security) => &[Category::Observability, Category::Search],
    };
    let features = features(profile).into_iter();
    features
        .filter(|feature| hidden.contains(&feature.category))
        .map(|feature| feature.id.to_owned())
        .collect()
}

fn features(profile: Profile) -> Vec<Feature> {
    let security = feature(
        profile.security_feature(),
        "Security",
        Category::Security,
        "securitySolution",
        1100,
    );
    let mut features = Vec::from(FEATURES);
    features.push(security);
    features
}

impl Category {
    fn to_json(self) -> Value {
        let (id, label, order) = match self {
            Self::Analytics => ("kibana", "Analytics", 1000),
            Self::Search => ("enterpriseSearch", "Elasticsearch", 2000),
            Self::Observability => ("observability", "Observability", 3000),
            Self::Security => ("securitySolution", "Security", 4000),
            Self::Management => ("management", "Management", 5000),
        };
        json!({"id": id, "label": label, "order": order})
    }
}

fn document(feature: &Feature) -> Value {
    let privilege = |ui: &[&str]| {
        json!({
            "app": [feature.app, "kibana"],
            "catalogue": [feature.app],
            "savedObject": {"all": [], "read": []},
            "ui": ui,
        })
    };
    let (all, read): (&[&str], &[&str]) = match feature.owner {
        Some(_) => (
            &[
                "create_cases",
                "read_cases",
                "update_cases",
                "push_cases",
                "cases_connectors",
            ],
            &["read_cases"],
        ),
        None => (&["show", "crud"], &["show"]),
    };
    let mut document = json!({
        "id": feature.id,
        "name": feature.name,
        "category": feature.category.to_json(),
        "scope": ["spaces", "security"],
        "app": [feature.app, "kibana"],
        "catalogue": [feature.app],
        "privileges": {"all": privilege(all), "read": privilege(read)},
        "subFeatures": [],
    });
    if let Some(order) = feature.order {
        document["order"] = json!(order);
    }
    if let Some(owner) = feature.owner {
        document["cases"] = json!([owner]);
        document["privileges"]["all"]["cases"] = json!({"all": [owner]});
        document["privileges"]["read"]["cases"] = json!({"read": [owner]});
        document["subFeatures"] = PARTS.iter().map(part).collect();
    }
    document
}

fn part((id, name, ui): &(&str, &str, &str)) -> Value {
    json!({
        "name": name,
        "privilegeGroups": [{
            "groupType": "independent",
            "privileges": [{
                "id": id,
                "name": name,
                "includeIn": "all",
                "savedObject": {"all": [], "read": []},
                "ui": [ui],
            }],
        }],
    })
}
