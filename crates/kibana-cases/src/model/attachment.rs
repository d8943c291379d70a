use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

use crate::{
    id::{AlertId, AttachmentId, Version},
    lenient::Unreadable,
    model::User,
};

/// Every attachment of a case, oldest first.
#[derive(Debug, Clone, PartialEq)]
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
    /// When it was attached, UTC.
    pub created_at: Timestamp,
    /// Who attached it.
    pub created_by: User,
    /// Last edit.
    pub updated_at: Option<Timestamp>,
    /// What it is.
    pub kind: AttachmentKind,
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

#[derive(Deserialize)]
struct Common {
    id: AttachmentId,
    version: Version,
    #[serde(rename = "type")]
    type_name: String,
    created_at: Timestamp,
    #[serde(default)]
    created_by: Option<User>,
    #[serde(default)]
    updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct AlertFields {
    #[serde(rename = "alertId")]
    alert_id: OneOrMany,
    index: OneOrMany,
    #[serde(default)]
    rule: Option<Rule>,
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

impl<'de> Deserialize<'de> for Attachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let common = Common::deserialize(&raw).map_err(D::Error::custom)?;
        let kind = match common.type_name.as_str() {
            "user" => raw
                .get("comment")
                .and_then(Value::as_str)
                .map(|text| AttachmentKind::Comment(text.to_owned())),
            "alert" => AlertFields::deserialize(&raw).ok().and_then(alerts),
            _ => None,
        };
        let kind = kind.unwrap_or_else(|| AttachmentKind::Other {
            type_name: type_name(&common.type_name, &raw),
            raw,
        });
        Ok(Self {
            id: common.id,
            version: common.version,
            created_at: common.created_at,
            created_by: common.created_by.unwrap_or_default(),
            updated_at: common.updated_at,
            kind,
        })
    }
}

/// `None` unless every id has its index.
fn alerts(fields: AlertFields) -> Option<AttachmentKind> {
    let (ids, indices) = (fields.alert_id.into_vec(), fields.index.into_vec());
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
    Some(AttachmentKind::Alerts {
        alerts,
        rule: fields.rule.unwrap_or_default(),
    })
}

fn type_name(type_name: &str, raw: &Value) -> String {
    let inner = raw
        .get("externalReferenceAttachmentTypeId")
        .or_else(|| raw.get("persistableStateAttachmentTypeId"));
    inner
        .and_then(Value::as_str)
        .unwrap_or(type_name)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
}
