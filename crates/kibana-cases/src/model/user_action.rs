use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{AttachmentId, UserActionId, Version},
    lenient::{List, OtherFields, null_as_default},
    model::{
        Assignee, Attachment, CaseConnector, CaseSeverity, CaseStatus, CustomField,
        ExternalService, Owner, Settings, User,
    },
    words::open_enum,
};

open_enum!(
    /// What a user action is about. The last four are groups that only a question names.
    UserActionType {
        /// Who works on it.
        Assignees = "assignees",
        /// An attachment of any kind.
        Comment = "comment",
        /// Where a push would go.
        Connector = "connector",
        /// The description.
        Description = "description",
        /// A push.
        Pushed = "pushed",
        /// The tags.
        Tags = "tags",
        /// The title.
        Title = "title",
        /// Where it stands.
        Status = "status",
        /// The settings.
        Settings = "settings",
        /// How bad it is.
        Severity = "severity",
        /// The case as it was created.
        CreateCase = "create_case",
        /// The case as it was deleted; old Kibanas only.
        DeleteCase = "delete_case",
        /// The category.
        Category = "category",
        /// Values of configured fields.
        CustomFields = "customFields",
        /// What was seen; 9.x.
        Observables = "observables",
        /// Everything except comments of people.
        Action = "action",
        /// Comments of people as they were created.
        User = "user",
        /// Attached alerts.
        Alert = "alert",
        /// References and states of other applications.
        Attachment = "attachment",
    }
);

open_enum!(
    /// What was done.
    UserActionVerb {
        /// Created.
        Create = "create",
        /// Changed.
        Update = "update",
        /// Added to what was there.
        Add = "add",
        /// Taken away.
        Delete = "delete",
        /// Sent to another system.
        Push = "push_to_service",
    }
);

/// One entry of Kibana's record of what was done to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserAction {
    /// Id.
    pub id: UserActionId,
    /// Token of the entry; entries do not change.
    pub version: Version,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: UserActionType,
    /// What was done.
    #[serde(rename = "action")]
    pub verb: UserActionVerb,
    /// When, UTC. All entries of one change share it, in no order of their own.
    pub created_at: Timestamp,
    /// Who did it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub created_by: User,
    /// The owner of the case.
    #[serde(default, deserialize_with = "null_as_default")]
    pub owner: Owner,
    /// The attachment, if it is about one.
    #[serde(default)]
    pub comment_id: Option<AttachmentId>,
    /// As it came; see [`UserAction::change`].
    #[serde(default)]
    pub payload: Value,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// What a user action changed, and to what.
#[derive(Debug, Clone, PartialEq)]
pub enum UserActionChange {
    /// The case was created, with this in it.
    CreateCase(Value),
    /// The title, as it became.
    Title(String),
    /// The description, as it became.
    Description(String),
    /// Where it stands, as it became.
    Status(CaseStatus),
    /// How bad it is, as it became.
    Severity(CaseSeverity),
    /// The category, as it became.
    Category(Option<String>),
    /// Tags that were added or taken away; [`UserAction::verb`] says which.
    Tags(Vec<String>),
    /// Persons who were added or taken away; [`UserAction::verb`] says which.
    Assignees(Vec<Assignee>),
    /// The settings, as they became.
    Settings(Settings),
    /// Where a push would go, as it became.
    Connector(CaseConnector),
    /// Values of configured fields, as they became.
    CustomFields(Vec<CustomField>),
    /// What the attachment held, as an attachment's body.
    Attachment(Value),
    /// How many observables were touched.
    Observables(u32),
    /// Where a push went.
    Pushed(Box<ExternalService>),
    /// Anything else; the payload is all that there is.
    Other,
}

/// One page of user actions with the attachments that they are about (internal route).
#[derive(Debug, Clone, PartialEq)]
pub struct UserActionPage {
    /// User actions that could be read, and those that could not.
    pub user_actions: List<UserAction>,
    /// The attachments that they name, as they are now.
    pub attachments: List<Attachment>,
    /// User actions that match, on all pages.
    pub total: usize,
}

/// How many user actions of which sort a case has (internal route).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserActionStats {
    /// All of them.
    pub total: u32,
    /// About comments of people.
    #[serde(default)]
    pub total_comments: u32,
    /// About anything else.
    #[serde(default)]
    pub total_other_actions: u32,
    /// Which took something away.
    #[serde(default)]
    pub total_deletions: u32,
    /// Which took comments of people away.
    #[serde(default)]
    pub total_comment_deletions: u32,
    /// Which added comments of people.
    #[serde(default)]
    pub total_comment_creations: u32,
    /// Which changed comments; Kibana's own page does not show them.
    #[serde(default)]
    pub total_hidden_comment_updates: u32,
    /// Which took anything else away.
    #[serde(default)]
    pub total_other_action_deletions: u32,
}

impl UserAction {
    /// What was changed, read from the payload. What cannot be read is [`UserActionChange::Other`], never an error.
    pub fn change(&self) -> UserActionChange {
        self.known_change().unwrap_or(UserActionChange::Other)
    }

    fn known_change(&self) -> Option<UserActionChange> {
        Some(match &self.kind {
            UserActionType::CreateCase => UserActionChange::CreateCase(self.payload.clone()),
            UserActionType::Title => UserActionChange::Title(self.part("title")?),
            UserActionType::Description => UserActionChange::Description(self.part("description")?),
            UserActionType::Status => UserActionChange::Status(self.part("status")?),
            UserActionType::Severity => UserActionChange::Severity(self.part("severity")?),
            UserActionType::Category => UserActionChange::Category(self.part("category")?),
            UserActionType::Tags => UserActionChange::Tags(self.part("tags")?),
            UserActionType::Assignees => UserActionChange::Assignees(self.part("assignees")?),
            UserActionType::Settings => UserActionChange::Settings(self.part("settings")?),
            UserActionType::Connector => UserActionChange::Connector(self.part("connector")?),
            UserActionType::CustomFields => {
                UserActionChange::CustomFields(self.part("customFields")?)
            }
            UserActionType::Comment => UserActionChange::Attachment(self.part("comment")?),
            UserActionType::Observables => {
                let count = self.payload.pointer("/observables/count")?.as_u64()?;
                UserActionChange::Observables(u32::try_from(count).ok()?)
            }
            UserActionType::Pushed => {
                UserActionChange::Pushed(Box::new(self.part("externalService")?))
            }
            UserActionType::DeleteCase
            | UserActionType::Action
            | UserActionType::User
            | UserActionType::Alert
            | UserActionType::Attachment
            | UserActionType::Other(_) => return None,
        })
    }

    fn part<'de, T: Deserialize<'de>>(&'de self, name: &str) -> Option<T> {
        T::deserialize(self.payload.get(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, payload: &Value) -> UserAction {
        serde_json::from_value(json!({
            "id": "9b0c", "version": "WzIxLDFd", "type": kind, "action": "update", "created_at": "2025-05-06T07:12:00.123Z",
            "created_by": {"username": "ana", "full_name": null, "email": null}, "owner": "securitySolution", "comment_id": null,
            "payload": payload,
        }))
        .unwrap()
    }

    #[test]
    fn payloads_are_read_by_type() {
        for (kind, payload, change) in [
            (
                "status",
                json!({"status": "in-progress"}),
                UserActionChange::Status(CaseStatus::InProgress),
            ),
            (
                "category",
                json!({"category": null}),
                UserActionChange::Category(None),
            ),
            (
                "tags",
                json!({"tags": ["a"]}),
                UserActionChange::Tags(vec!["a".to_owned()]),
            ),
            (
                "observables",
                json!({"observables": {"count": 1, "actionType": "add"}}),
                UserActionChange::Observables(1),
            ),
            ("title", json!({"title": 7}), UserActionChange::Other),
            ("title", Value::Null, UserActionChange::Other),
            ("workflow", json!({"title": "x"}), UserActionChange::Other),
        ] {
            assert_eq!(read(kind, &payload).change(), change, "{kind}");
        }
    }

    #[test]
    fn an_unknown_type_survives_a_round_trip() {
        let body = json!({
            "id": "9b0c", "version": "WzIxLDFd", "type": "workflow", "action": "approve", "created_at": "2025-05-06T07:12:00.123Z",
            "created_by": {"username": null, "full_name": null, "email": null, "a": 1}, "owner": "fleet", "comment_id": null,
            "payload": {"workflow": [1, null]}, "source": {"type": "agent"},
        });
        let action: UserAction = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(action.kind, UserActionType::Other("workflow".to_owned()));
        assert_eq!(serde_json::to_value(&action).unwrap(), body);
    }
}
