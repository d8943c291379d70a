use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CaseId, Version},
    lenient::{OtherFields, null_as_default},
    model::{Assignee, Attachments, CaseConnector, CustomField, ExternalService, Observable, User},
    words::open_enum,
};

/// A case as Kibana answers with it. `totalComment` counts user comments only where a case was read, found or updated:
/// the answers to writing attachments count every attachment there (§8, quirk 2), so never keep that number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Id, unique in the deployment.
    pub id: CaseId,
    /// Token of this state of the case; any write to case or attachments changes it.
    pub version: Version,
    /// The Kibana application that owns the case.
    pub owner: Owner,
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
    /// Where a push would go.
    pub connector: CaseConnector,
    /// Settings of the case.
    pub settings: Settings,
    /// Values of configured fields; 8.12 and later.
    #[serde(default, rename = "customFields", deserialize_with = "null_as_default")]
    pub custom_fields: Vec<CustomField>,
    /// What was seen; 8.18 and later.
    #[serde(default, deserialize_with = "null_as_default")]
    pub observables: Vec<Observable>,
    /// What the last push left in another system.
    #[serde(default)]
    pub external_service: Option<ExternalService>,
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
    /// Who closed it, if it is.
    #[serde(default)]
    pub closed_by: Option<User>,
    /// Seconds from creating to closing, if it is closed.
    #[serde(default)]
    pub duration: Option<u64>,
    /// When somebody first began to work on it; 9.2 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_progress_at: Option<Timestamp>,
    /// Seconds until somebody began to work on it; 9.2 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_to_acknowledge: Option<u64>,
    /// Seconds from then to closing; 9.2 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_to_investigate: Option<u64>,
    /// Seconds from creating to closing; 9.2 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_to_resolve: Option<u64>,
    /// Number of the case in its space; 9.1 and later, minutes after creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incremental_id: Option<u32>,
    /// See the type's note.
    #[serde(rename = "totalComment")]
    pub total_comments: u32,
    /// Different alert ids attached.
    #[serde(rename = "totalAlerts")]
    pub total_alerts: u32,
    /// Events attached; 9.2 and later.
    #[serde(
        default,
        rename = "totalEvents",
        skip_serializing_if = "Option::is_none"
    )]
    pub total_events: Option<u32>,
    /// Every attachment where writing one was the question. Empty elsewhere, which does not mean that there are none
    /// (§8, quirk 3).
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Attachments::is_empty"
    )]
    pub comments: Attachments,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// Settings of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether changes of the case's status reach its alerts.
    #[serde(rename = "syncAlerts")]
    pub sync_alerts: bool,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A case that holds a certain alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOfAlert {
    /// Id of the case.
    pub id: CaseId,
    /// Title of the case.
    pub title: String,
    /// Markdown; old Kibanas do not say.
    #[serde(default)]
    pub description: Option<String>,
    /// Where it stands; old Kibanas do not say.
    #[serde(default)]
    pub status: Option<CaseStatus>,
    /// When it was created, UTC; old Kibanas do not say.
    #[serde(default, rename = "createdAt")]
    pub created_at: Option<Timestamp>,
    /// What is attached; old Kibanas do not say.
    #[serde(default)]
    pub totals: Option<CaseTotals>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// How much is attached to a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTotals {
    /// Different alert ids.
    #[serde(default)]
    pub alerts: u32,
    /// Comments of people.
    #[serde(default, rename = "userComments")]
    pub user_comments: u32,
}

/// Cases by where they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// Nobody works on them yet.
    #[serde(default, rename = "count_open_cases")]
    pub open: u32,
    /// Somebody works on them.
    #[serde(default, rename = "count_in_progress_cases")]
    pub in_progress: u32,
    /// Done.
    #[serde(default, rename = "count_closed_cases")]
    pub closed: u32,
}

open_enum!(
    /// The Kibana application that owns a case; never a person.
    #[derive(Default)]
    Owner {
        /// Elastic Security.
        #[default]
        SecuritySolution = "securitySolution",
        /// Elastic Observability.
        Observability = "observability",
        /// Stack management.
        Cases = "cases",
    }
);

open_enum!(
    /// Where a case stands.
    #[derive(Default)]
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
    #[derive(Default)]
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

impl Settings {
    /// Settings that say only whether alerts follow the case.
    pub fn sync_alerts(sync_alerts: bool) -> Self {
        Self {
            sync_alerts,
            other: OtherFields::new(),
        }
    }
}

impl Default for Settings {
    /// As Kibana's own pages propose: alerts follow the case.
    fn default() -> Self {
        Self::sync_alerts(true)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
        let more = r#","severity":null,"assignees":null,"category":null,"updated_at":null,"customFields":null,"observables":null,
            "comments":null,"total_observables":null,"external_service":null,"from_the_future":{"a":[1]}}"#;
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
    fn what_is_unknown_survives_a_round_trip() {
        let body = json!({
            "id": "6f1b", "version": "WzEsMV0=", "owner": "fleet", "title": "T", "description": "D", "tags": ["a", "a"],
            "status": "on-hold", "severity": "catastrophic", "category": "c", "assignees": [{"uid": "u_1"}],
            "connector": {"id": "c", "name": "C", "type": ".future", "fields": {"a": 1}, "more": 1},
            "settings": {"syncAlerts": true, "extractObservables": false},
            "customFields": [{"key": "k", "type": "list", "value": ["a", 1], "more": 1}],
            "observables": [{"id": "o", "typeKey": "t", "value": "v", "description": null, "createdAt": "2025-05-06T07:08:09.123Z", "updatedAt": null, "more": 1}],
            "external_service": null, "created_at": "2025-05-06T07:08:09.123Z",
            "created_by": {"username": null, "full_name": null, "email": null}, "updated_at": null, "updated_by": null,
            "closed_at": null, "closed_by": null, "duration": null, "totalComment": 1, "totalAlerts": 0, "total_observables": 1,
            "comments": [{"id": "a", "version": "v", "type": "assistant", "created_at": "2025-05-06T07:08:09.123Z", "more": {"a": [1]}}],
            "pause_reason": {"a": [1, null]},
        });
        let case: Case = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(serde_json::to_value(&case).unwrap(), body);
    }

    #[test]
    fn each_mandatory_field_is_and_no_other() {
        let whole: Value = serde_json::from_str(&format!("{MANDATORY}}}")).unwrap();
        for name in whole.as_object().unwrap().keys() {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(name);
            let read = serde_json::from_value::<Case>(without);
            assert!(read.is_err(), "{name} is not guessed");
        }
    }
}
