use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient::{List, OtherFields, null_as_default};

/// A person as cases name them; all parts may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct User {
    /// Name for signing in.
    #[serde(default)]
    pub username: Option<String>,
    /// Name for people.
    #[serde(default)]
    pub full_name: Option<String>,
    /// Mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Profile, where Kibana could tell it; often missing for API keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_uid: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A person the case is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignee {
    /// Profile uid, `u_…_0`.
    pub uid: String,
    /// The rest: names, in later releases.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl Assignee {
    /// The person with this profile.
    pub fn new(uid: impl Into<String>) -> Self {
        Self {
            uid: uid.into(),
            other: OtherFields::new(),
        }
    }
}

/// A person with a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserProfile {
    /// Profile uid, `u_…_0`; what [`Assignee`] names.
    pub uid: String,
    /// Whether the person may still sign in.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Their names.
    #[serde(default, deserialize_with = "null_as_default")]
    pub user: User,
    /// What was asked for beside the names: `{"avatar": …}`.
    #[serde(default)]
    pub data: Value,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// Whose credentials these are (`GET /internal/security/me`; its shape is not promised by Kibana).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Name for signing in.
    pub username: String,
    /// Name for people.
    #[serde(default)]
    pub full_name: Option<String>,
    /// Mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Names of roles; none for most API keys.
    #[serde(default, deserialize_with = "null_as_default")]
    pub roles: Vec<String>,
    /// Profile, where there is one.
    #[serde(default)]
    pub profile_uid: Option<String>,
    /// `api_key`, `realm` or `token`.
    #[serde(default)]
    pub authentication_type: Option<String>,
    /// The key that was used, if it was one.
    #[serde(default)]
    pub api_key: Option<ApiKeyInfo>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyInfo {
    /// Id of the key.
    pub id: String,
    /// Its name, given when it was made.
    #[serde(default)]
    pub name: Option<String>,
}

/// Everybody who has to do with a case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CaseUsers {
    /// Who it is assigned to.
    #[serde(default)]
    pub assignees: List<CaseUser>,
    /// Who it was assigned to once.
    #[serde(default, rename = "unassignedUsers")]
    pub unassigned: List<CaseUser>,
    /// Who did something.
    #[serde(default)]
    pub participants: List<CaseUser>,
    /// Who created it.
    pub reporter: CaseUser,
}

/// One person who has to do with a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CaseUser {
    /// Their names; all missing where Kibana does not know the uid.
    #[serde(default, deserialize_with = "null_as_default")]
    pub user: User,
    /// Profile uid, where there is one.
    #[serde(default)]
    pub uid: Option<String>,
}

impl Me {
    /// Whether the credentials may do everything: worth a warning (`kibana-cases-api.md` §5).
    pub fn is_superuser(&self) -> bool {
        self.roles.iter().any(|role| role == "superuser")
    }
}

const fn yes() -> bool {
    true
}
