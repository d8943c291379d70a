use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{id::AlertId, lenient::null_as_default, model::Rule, words::open_enum};

/// An alert's document: where it lies, and the fields that this client reads.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AlertHit {
    /// Id of the alert.
    #[serde(rename = "_id")]
    pub id: AlertId,
    /// Concrete index; goes into the attachment together with the id.
    #[serde(rename = "_index")]
    pub index: String,
    #[serde(rename = "_source", default)]
    source: Value,
}

open_enum!(
    /// Where an alert stands for analysts (`kibana.alert.workflow_status`).
    AlertStatus {
        /// Nobody looked at it yet.
        Open = "open",
        /// Somebody works on it.
        Acknowledged = "acknowledged",
        /// Done.
        Closed = "closed",
    }
);

/// What became of a change of many alerts. An id that nothing has is just not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdatedAlerts {
    /// Alerts that matched.
    pub total: u64,
    /// Alerts that were written.
    pub updated: u64,
    /// Alerts that were as asked already.
    #[serde(default)]
    pub noops: u64,
    /// Alerts that somebody else changed at the same moment; they were left alone.
    #[serde(default)]
    pub version_conflicts: u64,
    /// Alerts that could not be written, and why; foreign text.
    #[serde(default, deserialize_with = "null_as_default")]
    pub failures: Vec<Value>,
}

impl AlertHit {
    /// The fields that were asked for, as they came: flat or nested (§4.1).
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// The rule as an attachment names it.
    pub fn rule(&self) -> Rule {
        Rule {
            id: self.text("kibana.alert.rule.uuid"),
            name: self.text("kibana.alert.rule.name"),
        }
    }

    /// `kibana.alert.severity`.
    pub fn severity(&self) -> Option<String> {
        self.text("kibana.alert.severity")
    }

    /// `kibana.alert.workflow_status`: `open`, `acknowledged`, `closed`.
    pub fn workflow_status(&self) -> Option<String> {
        self.text("kibana.alert.workflow_status")
    }

    /// `kibana.alert.reason`: one line for people.
    pub fn reason(&self) -> Option<String> {
        self.text("kibana.alert.reason")
    }

    /// `host.name`.
    pub fn host(&self) -> Option<String> {
        self.text("host.name")
    }

    /// `user.name`.
    pub fn user(&self) -> Option<String> {
        self.text("user.name")
    }

    /// `@timestamp`: when the alert was created.
    pub fn created_at(&self) -> Option<Timestamp> {
        self.text("@timestamp").and_then(|text| text.parse().ok())
    }

    /// `kibana.alert.case_ids`; `None` where the document does not say.
    pub fn case_ids(&self) -> Option<Vec<String>> {
        self.texts("kibana.alert.case_ids")
    }

    /// `kibana.alert.workflow_tags`; `None` where the document does not say.
    pub fn tags(&self) -> Option<Vec<String>> {
        self.texts("kibana.alert.workflow_tags")
    }

    /// `kibana.alert.workflow_assignee_ids`, profile uids; `None` where the document does not say.
    pub fn assignees(&self) -> Option<Vec<String>> {
        self.texts("kibana.alert.workflow_assignee_ids")
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.field(name)?.as_array()?.iter();
        Some(texts.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.field(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(values) => values.first().and_then(Value::as_str).map(str::to_owned),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        }
    }

    /// A field of the document, as a flat dotted key or nested (§4.1).
    fn field(&self, name: &str) -> Option<&Value> {
        self.source.get(name).or_else(|| {
            name.split('.')
                .try_fold(&self.source, |value, key| value.get(key))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_flat_and_nested() {
        for source in [
            json!({"host.name": "web-07"}),
            json!({"host": {"name": "web-07"}}),
            json!({"host": {"name": ["web-07", "alias"]}}),
        ] {
            let hit: AlertHit =
                serde_json::from_value(json!({"_id": "a", "_index": "i", "_source": source}))
                    .unwrap();
            assert_eq!(hit.host().as_deref(), Some("web-07"));
        }
    }

    #[test]
    fn a_document_that_does_not_name_its_cases_is_not_one_without_cases() {
        let hit = |source| {
            serde_json::from_value::<AlertHit>(
                json!({"_id": "a", "_index": "i", "_source": source}),
            )
            .unwrap()
        };
        assert_eq!(hit(json!({})).case_ids(), None);
        assert_eq!(
            hit(json!({"kibana.alert.case_ids": []})).case_ids(),
            Some(vec![])
        );
    }
}
