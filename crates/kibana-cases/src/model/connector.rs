use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::ConnectorId,
    lenient::{OtherFields, null_as_default},
    model::User,
    words::open_enum,
};

open_enum!(
    /// What kind of system a connector leads to.
    #[derive(Default)]
    ConnectorType {
        /// None at all.
        #[default]
        None = ".none",
        /// Any system that is called by a web hook.
        CasesWebhook = ".cases-webhook",
        /// Jira.
        Jira = ".jira",
        /// IBM Resilient.
        Resilient = ".resilient",
        /// `ServiceNow` ITSM.
        ServiceNow = ".servicenow",
        /// `ServiceNow` `SecOps`.
        ServiceNowSir = ".servicenow-sir",
        /// Swimlane.
        Swimlane = ".swimlane",
        /// `TheHive`.
        TheHive = ".thehive",
    }
);

/// The connector that a case or a configuration names. Kibana does not check that it exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseConnector {
    /// Id, `none` for none.
    #[serde(default = "none")]
    pub id: String,
    /// Name for people.
    #[serde(default = "none")]
    pub name: String,
    /// What it leads to.
    #[serde(default, rename = "type", deserialize_with = "null_as_default")]
    pub kind: ConnectorType,
    /// Fields of the kind (`kibana-cases-api.md` §2.3); null for none.
    #[serde(default)]
    pub fields: Value,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A connector that is set up, as the configuration of cases or the list of all connectors tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// Id.
    pub id: ConnectorId,
    /// Name for people.
    pub name: String,
    /// What it leads to.
    #[serde(alias = "actionTypeId", alias = "connector_type_id", rename = "type")]
    pub kind: ConnectorType,
    /// Settings without secrets.
    #[serde(default)]
    pub config: Value,
    /// Whether it comes from Kibana's settings file.
    #[serde(
        default,
        alias = "isPreconfigured",
        deserialize_with = "null_as_default"
    )]
    pub is_preconfigured: bool,
    /// Whether its kind is old.
    #[serde(default, alias = "isDeprecated", deserialize_with = "null_as_default")]
    pub is_deprecated: bool,
    /// Whether it cannot work, because its secrets are gone.
    #[serde(
        default,
        alias = "isMissingSecrets",
        deserialize_with = "null_as_default"
    )]
    pub is_missing_secrets: bool,
    /// What uses it; not told of a new one.
    #[serde(default, alias = "referencedByCount")]
    pub referenced_by_count: Option<u32>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// What a push left in another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalService {
    /// The connector that was used.
    #[serde(default)]
    pub connector_id: Option<String>,
    /// Its name then.
    #[serde(default)]
    pub connector_name: Option<String>,
    /// Id in the other system.
    #[serde(default)]
    pub external_id: Option<String>,
    /// What people call it there.
    #[serde(default)]
    pub external_title: Option<String>,
    /// Where it is there. Foreign text: not to be opened as it is.
    #[serde(default)]
    pub external_url: Option<String>,
    /// When it was pushed, UTC.
    #[serde(default)]
    pub pushed_at: Option<Timestamp>,
    /// Who pushed it.
    #[serde(default)]
    pub pushed_by: Option<User>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl Default for CaseConnector {
    /// No connector.
    fn default() -> Self {
        Self {
            id: none(),
            name: none(),
            kind: ConnectorType::None,
            fields: Value::Null,
            other: OtherFields::new(),
        }
    }
}

fn none() -> String {
    "none".to_owned()
}
