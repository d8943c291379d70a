use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::id::SpaceId;

/// A space as Kibana lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KibanaSpace {
    /// Id, as in `/s/{id}`.
    pub id: SpaceId,
    /// Name for people.
    pub name: String,
}

/// What `/api/status` told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// Kibana version, `9.1.2`; `None` for a caller that Kibana does not know (§6.1).
    pub version: Option<String>,
    /// `available`, `degraded`, `unavailable` or `critical`.
    pub level: Option<String>,
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
        })
    }
}
