//! The role that a key needs at least, as Elasticsearch takes it (`kibana-cases-api.md` §5).

use kibana_cases::SpaceId;
use serde_json::{Value, json};

use super::version::Version;

/// The role with all rights on cases of these spaces, reading their alerts and changing the status of those, as text to copy.
///
/// It names the features of that version; where the version is not known, those of the versions that are about. Elasticsearch
/// accepts an id that a Kibana does not have, and it grants nothing.
pub(crate) fn minimal(version: Option<Version>, spaces: &[SpaceId]) -> String {
    let privileges: Vec<_> = cases_features(version)
        .iter()
        .map(|feature| format!("feature_{feature}.all"))
        .chain(
            alert_features(version)
                .iter()
                .map(|feature| format!("feature_{feature}.read")),
        )
        .collect();
    let resources: Vec<_> = spaces.iter().map(|id| format!("space:{id}")).collect();
    let role = json!({
        "caseboard": {
            "cluster": [],
            "indices": [{
                "names": alert_indices(spaces),
                "privileges": ["read", "write", "maintenance", "view_index_metadata"],
            }],
            "applications": [{
                "application": "kibana-.kibana",
                "privileges": privileges,
                "resources": resources,
            }],
        },
    });
    serde_json::to_string_pretty(&role).expect("a JSON value is JSON")
}

fn alert_indices(spaces: &[SpaceId]) -> Vec<Value> {
    spaces
        .iter()
        .flat_map(|id| {
            [
                format!(".alerts-security.alerts-{id}"),
                format!(".internal.alerts-security.alerts-{id}-*"),
            ]
        })
        .map(Value::from)
        .collect()
}

fn cases_features(version: Option<Version>) -> &'static [&'static str] {
    match version {
        None => &["securitySolutionCasesV3", "securitySolutionCasesV2"],
        Some(version) if version >= Version(8, 18) => &["securitySolutionCasesV3"],
        Some(version) if version >= Version(8, 17) => &["securitySolutionCasesV2"],
        Some(_) => &["securitySolutionCases"],
    }
}

/// The feature with which alerts are read.
fn alert_features(version: Option<Version>) -> &'static [&'static str] {
    match version {
        None => &["siemV4", "siemV3", "siemV2", "securitySolutionAlertsV1"],
        Some(version) if version >= Version(9, 4) => &["securitySolutionAlertsV1"],
        Some(version) if version >= Version(9, 2) => &["siemV4"],
        Some(version) if version >= Version(9, 1) => &["siemV3"],
        Some(version) if version >= Version(8, 18) => &["siemV2"],
        Some(_) => &["siem"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(version: Option<&str>, spaces: &[&str]) -> Value {
        let spaces: Vec<_> = spaces.iter().map(|id| id.parse().unwrap()).collect();
        let version = version.map(|text| Version::read(text).unwrap());
        serde_json::from_str(&minimal(version, &spaces)).unwrap()
    }

    #[test]
    fn the_role_names_its_spaces_and_no_other() {
        assert_eq!(
            role(Some("9.0.1"), &["default", "soc"]),
            json!({"caseboard": {
                "cluster": [],
                "indices": [{
                    "names": [
                        ".alerts-security.alerts-default", ".internal.alerts-security.alerts-default-*",
                        ".alerts-security.alerts-soc", ".internal.alerts-security.alerts-soc-*",
                    ],
                    "privileges": ["read", "write", "maintenance", "view_index_metadata"],
                }],
                "applications": [{
                    "application": "kibana-.kibana",
                    "privileges": ["feature_securitySolutionCasesV3.all", "feature_siemV2.read"],
                    "resources": ["space:default", "space:soc"],
                }],
            }})
        );
    }

    #[test]
    fn features_are_those_of_the_version() {
        for (version, privileges) in [
            (
                Some("8.16.3"),
                json!(["feature_securitySolutionCases.all", "feature_siem.read"]),
            ),
            (
                Some("8.17.0"),
                json!(["feature_securitySolutionCasesV2.all", "feature_siem.read"]),
            ),
            (
                Some("8.18.4"),
                json!(["feature_securitySolutionCasesV3.all", "feature_siemV2.read"]),
            ),
            (
                Some("9.1.0"),
                json!(["feature_securitySolutionCasesV3.all", "feature_siemV3.read"]),
            ),
            (
                Some("9.3.0"),
                json!(["feature_securitySolutionCasesV3.all", "feature_siemV4.read"]),
            ),
            (
                Some("9.4.0"),
                json!([
                    "feature_securitySolutionCasesV3.all",
                    "feature_securitySolutionAlertsV1.read"
                ]),
            ),
            (
                None,
                json!([
                    "feature_securitySolutionCasesV3.all",
                    "feature_securitySolutionCasesV2.all",
                    "feature_siemV4.read",
                    "feature_siemV3.read",
                    "feature_siemV2.read",
                    "feature_securitySolutionAlertsV1.read",
                ]),
            ),
        ] {
            let role = role(version, &["soc"]);
            let told = &role["caseboard"]["applications"][0]["privileges"];
            assert_eq!(told, &privileges, "{version:?}");
        }
    }
}
