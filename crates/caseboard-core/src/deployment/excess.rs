//! Whether a key may do more than an app for cases needs: then every bug of ours, and every thief of the key, may do more, too.

use kibana_cases::{Capabilities, Me};
use serde_json::{Map, Value};

use crate::view::KeyWarning;

/// Parts of the tree that are no features.
const NO_FEATURES: [&str; 3] = ["navLinks", "management", "catalogue"];
/// How the names of capabilities that change something begin, behind `can`.
const CHANGING: [&str; 8] = [
    "crud", "create", "save", "edit", "update", "write", "delete", "manage",
];
/// Pages that only they see who decide what others may do.
const GIVING_RIGHTS: [&str; 3] = ["users", "roles", "role_mappings"];

/// The worst that is to be said of a key. What Kibana does not tell is not warned of.
pub(super) fn warning<'a>(
    me: Option<&Me>,
    told: impl Iterator<Item = &'a Capabilities> + Clone,
) -> Option<KeyWarning> {
    if me.is_some_and(Me::is_superuser) {
        return Some(KeyWarning::Superuser);
    }
    if told.clone().any(may_do_everything) {
        return Some(KeyWarning::AllRights);
    }
    let mut features: Vec<_> = told.flat_map(beyond_cases).collect();
    features.sort_unstable();
    features.dedup();
    (!features.is_empty()).then_some(KeyWarning::BeyondCases { features })
}

/// Spaces are managed only by whoever has all rights in all of them, which a role writes as `*`.
fn may_do_everything(told: &Capabilities) -> bool {
    told.allows("spaces", "manage") == Some(true)
}

/// What is not about cases and may be changed all the same.
fn beyond_cases(told: &Capabilities) -> Vec<String> {
    let features = told.0.iter().filter(|(feature, may)| {
        !NO_FEATURES.contains(&feature.as_str())
            && !is_about_cases(feature)
            && may.as_object().is_some_and(changes_something)
    });
    let rights = told.0.get("management").and_then(|all| all.get("security"));
    let gives_rights = GIVING_RIGHTS
        .iter()
        .any(|page| rights.and_then(|all| all.get(page)) == Some(&Value::Bool(true)));
    features
        .map(|(feature, _)| feature.clone())
        .chain(gives_rights.then(|| "management.security".to_owned()))
        .collect()
}

/// Those of other owners are: whoever works on cases of one may well work on those of another.
fn is_about_cases(feature: &str) -> bool {
    let name = feature.trim_end_matches(|c: char| c.is_ascii_digit());
    name.strip_suffix('V').unwrap_or(name).ends_with("Cases")
}

fn changes_something(may: &Map<String, Value>) -> bool {
    may.iter()
        .any(|(capability, may)| *may == Value::Bool(true) && is_changing(capability))
}

fn is_changing(capability: &str) -> bool {
    let name = capability.strip_prefix("can").unwrap_or(capability);
    let name = name.to_ascii_lowercase();
    CHANGING.iter().any(|word| name.starts_with(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(trees: &[Value], expected: Option<&KeyWarning>) {
        let told: Vec<Capabilities> = trees
            .iter()
            .map(|tree| serde_json::from_value(tree.clone()).unwrap())
            .collect();
        assert_eq!(warning(None, told.iter()).as_ref(), expected, "{trees:?}");
    }

    fn beyond(features: &[&str]) -> KeyWarning {
        let features = features.iter().map(|&feature| feature.into()).collect();
        KeyWarning::BeyondCases { features }
    }

    #[test]
    fn cases_of_every_owner_and_reading_are_not_too_much() {
        check(
            &[json!({
                "securitySolutionCasesV3": {"create_cases": true, "delete_cases": true},
                "generalCases": {"create_cases": true},
                "siemV4": {"show": true, "crud": false},
                "dashboard": {"show": true, "createNew": false, "saveQuery": false},
                "navLinks": {"management": true},
                "catalogue": {"security": true},
                "management": {"security": {"api_keys": true, "roles": false}},
            })],
            None,
        );
        check(&[], None);
    }

    #[test]
    fn what_else_may_be_changed_in_any_space_is_named_once() {
        let dashboards = json!({"dashboard": {"show": true, "createNew": true}});
        let more = json!({
            "dashboard": {"createNew": true},
            "ml": {"canCreateJob": true},
            "management": {"security": {"roles": true}},
        });
        check(
            &[dashboards, more],
            Some(&beyond(&["dashboard", "management.security", "ml"])),
        );
    }

    #[test]
    fn whoever_manages_spaces_has_all_rights() {
        let all = json!({"spaces": {"manage": true}, "siemV4": {"crud": true}});
        check(&[json!({}), all], Some(&KeyWarning::AllRights));
    }
}
