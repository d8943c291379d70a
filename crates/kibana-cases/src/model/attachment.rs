use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, json};

use crate::{
    id::{AlertId, AttachmentId, FileId, Version},
    lenient::{OtherFields, Unreadable, null_as_default, read_each},
    model::{AttachedFile, Owner, User},
};

/// The attachments of a case, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attachments {
    /// Those that could be read.
    pub attachments: Vec<Attachment>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
}

/// Something attached to a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Id, unique in the deployment.
    pub id: AttachmentId,
    /// Token of this state of the attachment.
    pub version: Version,
    /// The owner of the case.
    pub owner: Owner,
    /// When it was attached, UTC.
    pub created_at: Timestamp,
    /// Who attached it.
    pub created_by: User,
    /// Last edit.
    pub updated_at: Option<Timestamp>,
    /// Who edited it last.
    pub updated_by: Option<User>,
    /// When it was last pushed to another system.
    pub pushed_at: Option<Timestamp>,
    /// What it is.
    pub kind: AttachmentKind,
    /// Fields that this client does not know, of the kinds that it knows.
    pub other: OtherFields,
}

/// What an attachment is.
#[derive(Debug, Clone, PartialEq)]
pub enum AttachmentKind {
    /// A comment in Markdown, as it was typed.
    Comment(String),
    /// Alerts of one rule.
    Alerts {
        /// Ids and indices, in pairs.
        alerts: Vec<AttachedAlert>,
        /// The rule that raised them.
        rule: Rule,
    },
    /// Any other kind, whole.
    Other {
        /// Kibana's name of the kind, or of the kind within it for references.
        type_name: String,
        /// As it came.
        raw: Value,
    },
}

/// One alert of an attachment, or of a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttachedAlert {
    /// Id of the alert.
    pub id: AlertId,
    /// Index it was attached with; concrete or alias.
    pub index: String,
}

/// The rule that raised an alert.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rule {
    /// `kibana.alert.rule.uuid` of the alert.
    #[serde(default)]
    pub id: Option<String>,
    /// `kibana.alert.rule.name` of the alert.
    #[serde(default)]
    pub name: Option<String>,
}

/// What every kind has.
#[derive(Deserialize, Serialize)]
struct Common {
    id: AttachmentId,
    version: Version,
    #[serde(rename = "type")]
    type_name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    owner: Owner,
    created_at: Timestamp,
    #[serde(default, deserialize_with = "null_as_default")]
    created_by: User,
    #[serde(default)]
    updated_at: Option<Timestamp>,
    #[serde(default)]
    updated_by: Option<User>,
    #[serde(default)]
    pushed_at: Option<Timestamp>,
    #[serde(flatten)]
    rest: OtherFields,
}

/// Kibana stores arrays, but keeps a string where an attachment was rewritten with one (§2.6).
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl Attachments {
    /// Whether there is nothing at all, readable or not.
    pub fn is_empty(&self) -> bool {
        self.attachments.is_empty() && self.unreadable.is_empty()
    }

    pub(crate) fn read(items: Vec<Value>) -> Self {
        let (attachments, unreadable) = read_each(items);
        Self {
            attachments,
            unreadable,
        }
    }
}

impl<'de> Deserialize<'de> for Attachments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::read)
    }
}

impl Serialize for Attachments {
    /// Leaves out what could not be read.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.attachments.serialize(serializer)
    }
}

impl Attachment {
    /// The file that this attachment stands for, if it does (`kibana-cases-api.md` §2.6).
    pub fn file(&self) -> Option<AttachedFile> {
        let AttachmentKind::Other { type_name, raw } = &self.kind else {
            return None;
        };
        if type_name != ".files" {
            return None;
        }
        let id: FileId = text(raw, "externalReferenceId")?.parse().ok()?;
        let known = raw.pointer("/externalReferenceMetadata/files/0");
        let part = |name| known.and_then(|known| text(known, name));
        Some(AttachedFile {
            id,
            name: part("name").unwrap_or_default(),
            extension: part("extension"),
            mime_type: part("mimeType"),
        })
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

impl<'de> Deserialize<'de> for Attachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let mut common = Common::deserialize(&raw).map_err(D::Error::custom)?;
        let kind = match common.type_name.as_str() {
            "user" => comment(&mut common.rest),
            "alert" => alerts(&mut common.rest),
            _ => None,
        };
        let (kind, other) = match kind {
            Some(kind) => (kind, common.rest),
            None => (other_kind(&common.type_name, raw), OtherFields::new()),
        };
        Ok(Self {
            id: common.id,
            version: common.version,
            owner: common.owner,
            created_at: common.created_at,
            created_by: common.created_by,
            updated_at: common.updated_at,
            updated_by: common.updated_by,
            pushed_at: common.pushed_at,
            kind,
            other,
        })
    }
}

impl Serialize for Attachment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (type_name, own) = match &self.kind {
            AttachmentKind::Other { raw, .. } => return raw.serialize(serializer),
            AttachmentKind::Comment(text) => ("user", json!({"comment": text})),
            AttachmentKind::Alerts { alerts, rule } => ("alert", alert_fields(alerts, rule)),
        };
        let mut rest = self.other.clone();
        if let Value::Object(own) = own {
            rest.extend(own);
        }
        let common = Common {
            id: self.id.clone(),
            version: self.version.clone(),
            type_name: type_name.to_owned(),
            owner: self.owner.clone(),
            created_at: self.created_at,
            created_by: self.created_by.clone(),
            updated_at: self.updated_at,
            updated_by: self.updated_by.clone(),
            pushed_at: self.pushed_at,
            rest,
        };
        common.serialize(serializer)
    }
}

/// Alerts as Kibana takes them: ids and indices in two lists.
pub(crate) fn alert_fields(alerts: &[AttachedAlert], rule: &Rule) -> Value {
    let ids: Vec<_> = alerts.iter().map(|alert| &alert.id).collect();
    let indices: Vec<_> = alerts.iter().map(|alert| &alert.index).collect();
    json!({"alertId": ids, "index": indices, "rule": rule})
}

/// Takes the comment out of the fields, if it is one.
fn comment(fields: &mut Map<String, Value>) -> Option<AttachmentKind> {
    let text = fields.get("comment")?.as_str()?.to_owned();
    fields.remove("comment");
    Some(AttachmentKind::Comment(text))
}

/// Takes the alerts out of the fields; `None` unless every id has its index.
fn alerts(fields: &mut Map<String, Value>) -> Option<AttachmentKind> {
    let part = |name| OneOrMany::deserialize(fields.get(name)?).ok();
    let (ids, indices) = (part("alertId")?.into_vec(), part("index")?.into_vec());
    let rule = match fields.get("rule") {
        Some(rule) => Option::<Rule>::deserialize(rule).ok()?,
        None => None,
    };
    if ids.len() != indices.len() {
        return None;
    }
    let pairs = ids.into_iter().zip(indices);
    let alerts = pairs
        .map(|(id, index)| {
            Some(AttachedAlert {
                id: AlertId::try_from(id).ok()?,
                index,
            })
        })
        .collect::<Option<_>>()?;
    for taken in ["alertId", "index", "rule"] {
        fields.remove(taken);
    }
    Some(AttachmentKind::Alerts {
        alerts,
        rule: rule.unwrap_or_default(),
    })
}

fn other_kind(type_name: &str, raw: Value) -> AttachmentKind {
    let inner = text(&raw, "externalReferenceAttachmentTypeId")
        .or_else(|| text(&raw, "persistableStateAttachmentTypeId"));
    AttachmentKind::Other {
        type_name: inner.unwrap_or_else(|| type_name.to_owned()),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &Value) -> Attachment {
        let mut body = json!({"id": "a-1", "version": "WzEsMV0=", "created_at": "2025-05-06T07:08:09.123Z", "created_by": {}});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn an_alert_attachment_is_read_in_both_forms() {
        let one = read(
            &json!({"type": "alert", "alertId": "x", "index": "i", "rule": {"id": "r", "name": "n"}}),
        );
        let many = read(
            &json!({"type": "alert", "alertId": ["x"], "index": ["i"], "rule": {"id": "r", "name": "n"}}),
        );
        assert_eq!(one, many);
    }

    #[test]
    fn what_cannot_be_paired_is_kept_whole() {
        for odd in [
            json!({"type": "alert", "alertId": ["x", "y"], "index": ["i"]}),
            json!({"type": "assistant", "attachmentId": 7}),
            json!({"type": "user"}),
        ] {
            let attachment = read(&odd);
            let AttachmentKind::Other { raw, .. } = attachment.kind else {
                panic!("{odd} is of no kind that we can show")
            };
            assert_eq!(raw["type"], odd["type"]);
        }
    }

    #[test]
    fn a_file_is_named_by_its_inner_kind() {
        let file = read(
            &json!({"type": "externalReference", "externalReferenceAttachmentTypeId": ".files"}),
        );
        assert!(
            matches!(file.kind, AttachmentKind::Other { type_name, .. } if type_name == ".files")
        );
    }

    #[test]
    fn a_file_is_told_apart() {
        let file = read(&json!({
            "type": "externalReference", "externalReferenceAttachmentTypeId": ".files", "externalReferenceId": "f-1",
            "externalReferenceMetadata": {"files": [{"name": "dump", "extension": "pcap", "mimeType": "application/vnd.tcpdump.pcap"}]},
        }));
        let file = file.file().unwrap();
        assert_eq!((file.id.as_str(), file.name.as_str()), ("f-1", "dump"));
        assert_eq!(file.extension.as_deref(), Some("pcap"));
        for other in [
            json!({"type": "user", "comment": "x"}),
            json!({"type": "externalReference", "externalReferenceAttachmentTypeId": ".files", "externalReferenceId": "../x"}),
        ] {
            assert_eq!(read(&other).file(), None, "{other}");
        }
    }

    #[test]
    fn every_kind_survives_a_round_trip() {
        for more in [
            json!({"type": "user", "comment": " a\n", "pushed_by": {"username": "x"}, "from_the_future": {"a": [1, null]}}),
            json!({"type": "alert", "alertId": ["x"], "index": ["i"], "rule": {"id": "r", "name": null}, "future": 1}),
            json!({"type": "event", "eventId": ["x"], "index": ["i"]}),
            json!({"type": "persistableState", "persistableStateAttachmentTypeId": ".lens", "persistableStateAttachmentState": {"a": 1}}),
            json!({"type": "alert", "alertId": ["x", "y"], "index": ["i"]}),
            json!({"type": 7}),
        ] {
            let mut body = json!({
                "id": "a-1", "version": "WzEsMV0=", "owner": "securitySolution", "created_at": "2025-05-06T07:08:09.123Z",
                "created_by": {"username": "ana", "full_name": null, "email": null}, "updated_at": null, "updated_by": null,
                "pushed_at": null,
            });
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let Ok(read) = serde_json::from_value::<Attachment>(body.clone()) else {
                assert_eq!(
                    more["type"], 7,
                    "only what names no kind is unreadable: {more}"
                );
                continue;
            };
            assert_eq!(serde_json::to_value(&read).unwrap(), body);
        }
    }
}
