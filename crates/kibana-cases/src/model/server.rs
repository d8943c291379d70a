use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{
    id::SpaceId,
    lenient::{OtherFields, null_as_default},
};

/// A space as Kibana lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KibanaSpace {
    /// Id, as in `/s/{id}`.
    pub id: SpaceId,
    /// Name for people.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Colour of its mark, `#aabbcc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// At most two letters for its mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Features that are not shown there.
    #[serde(
        default,
        rename = "disabledFeatures",
        deserialize_with = "null_as_default"
    )]
    pub disabled_features: Vec<String>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// What `/api/status` told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// Kibana version, `9.1.2`; `None` for a caller that Kibana does not know (§6.1).
    pub version: Option<String>,
    /// `available`, `degraded`, `unavailable` or `critical`.
    pub level: Option<String>,
    /// `traditional` or `serverless`; `None` as the version is.
    pub build_flavor: Option<String>,
}

/// What `/api/stats` told: figures of the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerStats {
    /// Which Kibana it is.
    #[serde(default)]
    pub kibana: Option<Value>,
    /// The rest, by topic: `process`, `os`, `requests`, `response_times`.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A feature of Kibana that roles can be given rights to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Id, `securitySolutionCasesV3`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// What the credentials may do in a space: feature, then capability (`kibana-cases-api.md` §5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities(pub Map<String, Value>);

impl Capabilities {
    /// Whether a feature is told to have a capability; `None` where nothing is said of it.
    pub fn allows(&self, feature: &str, capability: &str) -> Option<bool> {
        self.0.get(feature)?.get(capability)?.as_bool()
    }

    /// The same of whichever release's feature of the Security solution's cases is told, the newest first.
    pub fn allows_security_cases(&self, capability: &str) -> Option<bool> {
        let features = [
            "securitySolutionCasesV3",
            "securitySolutionCasesV2",
            "securitySolutionCases",
        ];
        features
            .into_iter()
            .find_map(|feature| self.allows(feature, capability))
    }
}

impl<'de> Deserialize<'de> for ServerStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Value::deserialize(deserializer)?;
        let text = |pointer: &str| {
            body.pointer(pointer)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        Ok(Self {
            version: text("/version/number"),
            level: text("/status/overall/level"),
            build_flavor: text("/version/build_flavor"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_told_is_not_allowed_nor_refused() {
        let told =
            json!({"securitySolutionCasesV2": {"create_cases": true, "delete_cases": false}});
        let capabilities: Capabilities = serde_json::from_value(told).unwrap();
        let allows = |capability| capabilities.allows_security_cases(capability);
        assert_eq!(
            (
                allows("create_cases"),
                allows("delete_cases"),
                allows("push_cases")
            ),
            (Some(true), Some(false), None)
        );
    }
}
