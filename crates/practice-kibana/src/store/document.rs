//! The documents, and their JSON as Kibana answers it.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value, json};

use super::{AlertKey, Json, Observable};
use crate::{
    auth::User,
    rules::{CustomField, Severity, Status, UserActionType, Word as _},
    search::CaseWords,
    server::Profile,
    time::iso,
};

/// How long after its creation a case of 9.x gets its number. Kibana's background task takes
/// minutes; half a minute keeps the gap visible and tests short.
const NUMBER_DELAY: SignedDuration = SignedDuration::from_secs(30);

/// The sequence number of the write that made a document what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Version(pub(crate) u64);

impl Version {
    /// The token on the wire: base64 of `[sequence, primary term]`.
    pub(crate) fn token(self) -> String {
        STANDARD.encode(format!("[{},1]", self.0))
    }
}

/// A case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) space: String,
    pub(crate) version: Version,
    pub(crate) owner: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) status: Status,
    pub(crate) severity: Severity,
    pub(crate) category: Option<String>,
    /// Profile uids.
    pub(crate) assignees: Vec<String>,
    pub(crate) connector: Json,
    pub(crate) sync_alerts: bool,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) observables: Vec<Observable>,
    /// What the last push told.
    pub(crate) external_service: Option<Value>,
    /// The number that becomes `incremental_id`; unique in a space.
    pub(crate) number: u64,
    pub(crate) created: Stamp,
    pub(crate) updated: Option<Stamp>,
    pub(crate) closed: Option<Stamp>,
    pub(crate) in_progress_at: Option<Timestamp>,
    /// Set by the first change of status.
    pub(crate) times: Option<Times>,
    /// The words of title and description; the store keeps them up to date.
    #[serde(skip)]
    pub(crate) words: CaseWords,
}

/// How long people took, in seconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) acknowledge: Option<i64>,
    pub(crate) investigate: Option<i64>,
    pub(crate) resolve: Option<i64>,
}

pub(crate) use super::Stamp;

/// What is attached to a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Comments of people.
    pub(crate) user_comments: usize,
    /// Attachments of every kind.
    pub(crate) attachments: usize,
    /// Different alert ids.
    pub(crate) alerts: usize,
}

/// From where a document is looked at: the release played, and the time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) profile: Profile,
    pub(crate) now: Timestamp,
}

impl Case {
    /// The case as GET, find and PATCH answer it, without `comments`; `totalComment` counts the
    /// comments of people.
    pub(crate) fn to_json(&self, view: View, totals: Totals) -> Map<String, Value> {
        let document = json!({
            "id": self.id,
            "version": self.version.token(),
            "totalComment": totals.user_comments,
            "totalAlerts": totals.alerts,
            "title": self.title,
            "description": self.description,
            "tags": self.tags,
            "severity": self.severity.word(),
            "owner": self.owner,
            "connector": self.connector,
            "settings": self.settings(),
            "duration": self.duration(),
            "created_at": iso(self.created.at),
            "created_by": self.created.by,
            "updated_at": self.updated.as_ref().map(|stamp| iso(stamp.at)),
            "updated_by": self.updated.as_ref().map(|stamp| &stamp.by),
            "closed_at": self.closed.as_ref().map(|stamp| iso(stamp.at)),
            "closed_by": self.closed.as_ref().map(|stamp| &stamp.by),
            "external_service": self.external_service,
            "status": self.status.word(),
            "assignees": self.assignee_objects(),
            "category": self.category,
            "customFields": self.custom_field_objects(),
            "observables": self.observables.iter().map(Observable::to_json).collect::<Vec<_>>(),
        });
        let Value::Object(mut document) = document else {
            unreachable!("an object literal")
        };
        if view.profile == Profile::V9 {
            self.add_fields_of_v9(&mut document, view.now);
        }
        document
    }

    fn add_fields_of_v9(&self, document: &mut Map<String, Value>, now: Timestamp) {
        document.insert("totalEvents".into(), 0.into());
        if let Some(number) = self.number_at(now) {
            document.insert("incremental_id".into(), number.into());
        }
        if let Some(time) = self.in_progress_at {
            document.insert("in_progress_at".into(), iso(time).into());
        }
        if let Some(times) = self.times {
            document.insert("time_to_acknowledge".into(), times.acknowledge.into());
            document.insert("time_to_investigate".into(), times.investigate.into());
            document.insert("time_to_resolve".into(), times.resolve.into());
        }
    }

    /// The number of the case, once Kibana's background task has assigned it.
    pub(crate) fn number_at(&self, now: Timestamp) -> Option<u64> {
        (now.duration_since(self.created.at) >= NUMBER_DELAY).then_some(self.number)
    }

    pub(crate) fn settings(&self) -> Value {
        json!({"syncAlerts": self.sync_alerts})
    }

    pub(crate) fn assignee_objects(&self) -> Value {
        assignee_objects(&self.assignees)
    }

    pub(crate) fn custom_field_objects(&self) -> Value {
        self.custom_fields
            .iter()
            .map(CustomField::to_json)
            .collect()
    }

    fn duration(&self) -> Option<i64> {
        let closed = self.closed.as_ref()?;
        Some(crate::time::seconds_between(self.created.at, closed.at))
    }
}

/// Assignees as they stand in documents: `[{"uid": …}]`.
pub(crate) fn assignee_objects<'a>(uids: impl IntoIterator<Item = &'a String>) -> Value {
    uids.into_iter().map(|uid| json!({"uid": uid})).collect()
}

/// An attachment of a case; its own fields are in `body`, as they were sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) case_id: Arc<str>,
    pub(crate) space: Arc<str>,
    pub(crate) version: Version,
    pub(crate) created: Stamp,
    pub(crate) updated: Option<Stamp>,
    /// When its case was last pushed.
    pub(crate) pushed: Option<Stamp>,
    /// `type`, `owner` and the fields of the type. Kibana leaves the set of types open.
    pub(crate) body: Json,
}

impl Attachment {
    pub(crate) fn to_json(&self) -> Value {
        let mut document = self.body.to_map();
        document.insert("id".into(), self.id.as_str().into());
        document.insert("version".into(), self.version.token().into());
        document.insert("created_at".into(), iso(self.created.at).into());
        document.insert("created_by".into(), json!(self.created.by));
        document.insert(
            "updated_at".into(),
            json!(self.updated.as_ref().map(|stamp| iso(stamp.at))),
        );
        document.insert(
            "updated_by".into(),
            json!(self.updated.as_ref().map(|stamp| &stamp.by)),
        );
        document.insert(
            "pushed_at".into(),
            json!(self.pushed.as_ref().map(|stamp| iso(stamp.at))),
        );
        document.insert(
            "pushed_by".into(),
            json!(self.pushed.as_ref().map(|stamp| &stamp.by)),
        );
        Value::Object(document)
    }

    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }

    pub(crate) fn owner(&self) -> &str {
        self.body["owner"].as_str().unwrap_or_default()
    }

    /// The id of the file that the attachment stands for, if it does.
    pub(crate) fn file_id(&self) -> Option<&str> {
        if self.body["externalReferenceAttachmentTypeId"] != ".files" {
            return None;
        }
        self.body["externalReferenceId"].as_str()
    }

    /// The alerts this attachment names, id and index in pairs; none for other kinds.
    pub(crate) fn alerts(&self) -> Vec<AlertKey> {
        alerts_of(&self.body)
    }
}

/// The alerts that the body of an alert attachment names.
pub(crate) fn alerts_of(body: &Json) -> Vec<AlertKey> {
    if body["type"] != "alert" {
        return Vec::new();
    }
    let pairs = body["alertId"].texts().zip(body["index"].texts());
    pairs
        .map(|(id, index)| AlertKey {
            id: Arc::clone(id),
            index: Arc::clone(index),
        })
        .collect()
}

/// A text, or the texts of an array.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// One of a closed set. It is read by a function of its own, for serde would borrow a `&'static str`.
type Name = &'static str;

/// An entry of Kibana's record of what was done to a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UserAction {
    pub(crate) id: String,
    pub(crate) case_id: Arc<str>,
    pub(crate) version: Version,
    #[serde(deserialize_with = "read_kind")]
    pub(crate) kind: Name,
    #[serde(deserialize_with = "read_action")]
    pub(crate) action: Name,
    pub(crate) created: Stamp,
    pub(crate) owner: Arc<str>,
    pub(crate) comment_id: Option<String>,
    pub(crate) payload: Json,
}

/// What user actions do.
const ACTIONS: [&str; 5] = ["create", "update", "delete", "add", "push_to_service"];

fn read_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    UserActionType::deserialize(deserializer).map(UserActionType::word)
}

fn read_action<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    let action = String::deserialize(deserializer)?;
    let known = ACTIONS.into_iter().find(|known| *known == action);
    known.ok_or_else(|| D::Error::custom(format!("unknown action `{action}`")))
}

impl UserAction {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "version": self.version.token(),
            "type": self.kind,
            "action": self.action,
            "created_at": iso(self.created.at),
            "created_by": self.created.by,
            "owner": self.owner,
            "comment_id": self.comment_id,
            "payload": self.payload,
        })
    }

    /// The shape of the deprecated list.
    pub(crate) fn to_deprecated_json(&self) -> Value {
        json!({
            "action_id": self.id,
            "case_id": self.case_id,
            "type": self.kind,
            "action": self.action,
            "created_at": iso(self.created.at),
            "created_by": self.created.by,
            "owner": self.owner,
            "comment_id": self.comment_id,
            "payload": self.payload,
        })
    }

    /// Whether it is of a type or of a group of types.
    pub(crate) fn is_of(&self, wanted: UserActionType) -> bool {
        let attachment = self.attachment_kind();
        match wanted {
            UserActionType::Action => attachment != Some("user"),
            UserActionType::User => attachment == Some("user") && self.action == "create",
            UserActionType::Alert => attachment == Some("alert"),
            UserActionType::Attachment => {
                matches!(attachment, Some("externalReference" | "persistableState"))
            }
            single => self.kind == single.word(),
        }
    }

    /// Whether a comment that it is about holds a text.
    pub(crate) fn mentions(&self, words: &str) -> bool {
        let comment = self
            .payload
            .get("comment")
            .and_then(|comment| comment.get("comment"));
        let comment = comment.and_then(Json::as_str).unwrap_or_default();
        comment.to_lowercase().contains(&words.to_lowercase())
    }

    /// The type of the attachment that a `comment` action is about.
    pub(crate) fn attachment_kind(&self) -> Option<&str> {
        self.payload.get("comment")?.get("type")?.as_str()
    }
}

/// A detection alert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AlertDocument {
    pub(crate) space: Arc<str>,
    pub(crate) index: Arc<str>,
    pub(crate) id: Arc<str>,
    pub(crate) source: Json,
}

impl AlertDocument {
    /// The name by which Kibana searches the index.
    pub(crate) fn alias(&self) -> String {
        format!(".alerts-security.alerts-{}", self.space)
    }

    pub(crate) fn key(&self) -> AlertKey {
        AlertKey {
            id: Arc::clone(&self.id),
            index: Arc::clone(&self.index),
        }
    }
}

/// The user an action is written for, and when.
impl Stamp {
    pub(crate) fn new(by: impl Into<Arc<User>>, at: Timestamp) -> Self {
        Self { by: by.into(), at }
    }
}
