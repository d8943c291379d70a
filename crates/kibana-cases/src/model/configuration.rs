use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{ConfigurationId, Version},
    lenient::{OtherFields, null_as_default},
    model::{CaseConnector, CustomFieldDefinition, ObservableType, Owner, User},
    words::open_enum,
};

open_enum!(
    /// Who closes a case that is pushed.
    #[derive(Default)]
    ClosureType {
        /// A person.
        #[default]
        ByUser = "close-by-user",
        /// The push does.
        ByPushing = "close-by-pushing",
    }
);

/// How the cases of one owner in one space are set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// Id; a new configuration in its place has another.
    pub id: ConfigurationId,
    /// Token of this state of it.
    pub version: Version,
    /// Whose cases.
    pub owner: Owner,
    /// Who closes a case that is pushed.
    #[serde(default, deserialize_with = "null_as_default")]
    pub closure_type: ClosureType,
    /// The connector that new cases get.
    #[serde(default, deserialize_with = "null_as_default")]
    pub connector: CaseConnector,
    /// Which field of a case goes where in the other system.
    #[serde(default, deserialize_with = "null_as_default")]
    pub mappings: Vec<Value>,
    /// Why the connector does not work, if it does not.
    #[serde(default)]
    pub error: Option<String>,
    /// Fields that cases have beside the usual ones; at most 10.
    #[serde(default, rename = "customFields", deserialize_with = "null_as_default")]
    pub custom_fields: Vec<CustomFieldDefinition>,
    /// What new cases may begin with; at most 10.
    #[serde(default, deserialize_with = "null_as_default")]
    pub templates: Vec<Template>,
    /// Types of observables beside the usual ones; at most 10.
    #[serde(
        default,
        rename = "observableTypes",
        deserialize_with = "null_as_default"
    )]
    pub observable_types: Vec<ObservableType>,
    /// When it was created, UTC.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// Who created it.
    #[serde(default)]
    pub created_by: Option<User>,
    /// Last change; `None` until the first one.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Who made the last change.
    #[serde(default)]
    pub updated_by: Option<User>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// What a new case may begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Key, at most 36 of `a–z 0–9 _ -`.
    pub key: String,
    /// Name for people, at most 50 UTF-16 units.
    pub name: String,
    /// What it is for, at most 1,000 UTF-16 units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags of the template itself, at most 10 of 50 UTF-16 units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Fields of the case, as a new case takes them; null for none.
    #[serde(default, rename = "caseFields")]
    pub case_fields: Value,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}
