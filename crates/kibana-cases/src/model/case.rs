use std::{convert::Infallible, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::id::{CaseId, Version};

/// A case as Kibana answers with it. `totalComment` counts user comments only where a case was read, found or updated:
/// the answers to writing attachments count every attachment there (§8, quirk 2), so never keep that number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Case {
    /// Id, unique in the deployment.
    pub id: CaseId,
    /// Token of this state of the case; any write to case or attachments changes it.
    pub version: Version,
    /// The Kibana application that owns the case.
    pub owner: String,
    /// At most 160 UTF-16 units.
    pub title: String,
    /// Markdown, at most 30,000 UTF-16 units.
    pub description: String,
    /// In the order Kibana keeps; duplicates are possible.
    pub tags: Vec<String>,
    /// Where the case stands.
    pub status: CaseStatus,
    /// How bad it is; low where an old Kibana does not say.
    #[serde(default, deserialize_with = "null_as_default")]
    pub severity: CaseSeverity,
    /// Category, if it has one.
    #[serde(default)]
    pub category: Option<String>,
    /// Persons by profile uid.
    #[serde(default, deserialize_with = "null_as_default")]
    pub assignees: Vec<Assignee>,
    /// Settings of the case.
    pub settings: Settings,
    /// When it was created, UTC.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: User,
    /// Last change; `None` until the first one.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Who made the last change.
    #[serde(default)]
    pub updated_by: Option<User>,
    /// When it was closed, if it is.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// Number of the case in its space; 9.1 and later, minutes after creation.
    #[serde(default)]
    pub incremental_id: Option<u32>,
    /// See the type's note.
    #[serde(rename = "totalComment")]
    pub total_comments: u32,
    /// Different alert ids attached.
    #[serde(rename = "totalAlerts")]
    pub total_alerts: u32,
}

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
}

/// A person the case is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignee {
    /// Profile uid, `u_…_0`.
    pub uid: String,
}

/// Settings of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether changes of the case's status reach its alerts.
    #[serde(rename = "syncAlerts")]
    pub sync_alerts: bool,
}

/// A case that holds a certain alert.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CaseOfAlert {
    /// Id of the case.
    pub id: CaseId,
    /// Title of the case.
    pub title: String,
    /// Where it stands; old Kibanas do not say.
    #[serde(default)]
    pub status: Option<CaseStatus>,
}

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// One that this client does not know; kept as it came.
            Other(String),
        }

        impl $name {
            /// The word as Kibana writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(other) => other,
                }
            }
        }

        impl FromStr for $name {
            type Err = Infallible;

            fn from_str(text: &str) -> Result<Self, Infallible> {
                Ok(match text {
                    $($text => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let Ok(value) = text.parse();
                Ok(value)
            }
        }
    };
}

open_enum!(
    /// Where a case stands.
    CaseStatus {
        /// Nobody works on it yet.
        #[default]
        Open = "open",
        /// Somebody works on it.
        InProgress = "in-progress",
        /// Done.
        Closed = "closed",
    }
);

open_enum!(
    /// How bad a case is.
    CaseSeverity {
        /// The mildest, and Kibana's default.
        #[default]
        Low = "low",
        /// Above low.
        Medium = "medium",
        /// Above medium.
        High = "high",
        /// The worst.
        Critical = "critical",
    }
);

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANDATORY: &str = r#"{"id":"6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10","version":"WzEsMV0=","owner":"securitySolution","title":"T","description":"D",
        "tags":[],"status":"open","connector":{},"settings":{"syncAlerts":true},"created_at":"2025-05-06T07:08:09.123Z","created_by":{},
        "totalComment":0,"totalAlerts":0"#;

    #[test]
    fn a_case_with_only_the_mandatory_fields_is_read() {
        let case: Case = serde_json::from_str(&format!("{MANDATORY}}}")).unwrap();
        assert_eq!(
            case.severity,
            CaseSeverity::Low,
            "an absent severity is Kibana's default"
        );
        assert_eq!(
            (
                case.category,
                case.assignees.len(),
                case.updated_at,
                case.incremental_id
            ),
            (None, 0, None, None)
        );
    }

    #[test]
    fn nulls_and_unknown_fields_and_words_are_read() {
        let more = r#","severity":null,"assignees":null,"category":null,"updated_at":null,"from_the_future":{"a":[1]}}"#;
        let case: Case = serde_json::from_str(&format!("{MANDATORY}{more}")).unwrap();
        assert_eq!(case.severity, CaseSeverity::Low);
        let paused: CaseStatus = serde_json::from_str(r#""on-hold""#).unwrap();
        assert_eq!(
            serde_json::to_string(&paused).unwrap(),
            r#""on-hold""#,
            "an unknown status survives the round trip"
        );
    }

    #[test]
    fn a_case_without_a_mandatory_field_is_not_guessed() {
        let without_title = format!("{MANDATORY}}}").replace(r#""title":"T","#, "");
        assert!(serde_json::from_str::<Case>(&without_title).is_err());
    }
}
