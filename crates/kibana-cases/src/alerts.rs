//! Alerts: which a case has, which cases have one, and the documents themselves.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Space,
    error::Error,
    id::{AlertId, CaseId},
    lenient::read_each,
    model::{AttachedAlert, CaseOfAlert, Rule},
    request::Request,
};

/// What is asked of an alert's document; everything else stays on the server.
const FIELDS: &[&str] = &[
    "@timestamp",
    "host.name",
    "user.name",
    "kibana.alert.case_ids",
    "kibana.alert.reason",
    "kibana.alert.rule.name",
    "kibana.alert.rule.uuid",
    "kibana.alert.severity",
    "kibana.alert.workflow_status",
];

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

#[derive(Deserialize)]
struct CaseAlert {
    id: AlertId,
    index: String,
    attached_at: Timestamp,
}

#[derive(Deserialize)]
struct SearchAnswer {
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Value>,
}

impl AlertHit {
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
        let ids = self.field("kibana.alert.case_ids")?.as_array()?;
        Some(
            ids.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
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

impl Space {
    /// The alerts of a case with the time of their attachment, oldest attachment first.
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn case_alerts(
        &self,
        case: &CaseId,
    ) -> Result<Vec<(AttachedAlert, Timestamp)>, Error> {
        let request = Request::get(
            "GET /api/cases/{case}/alerts",
            &["api", "cases", case.as_str(), "alerts"],
        );
        let (alerts, unreadable) = read_each::<CaseAlert>(self.fetch(request).await?);
        warn_of(unreadable.len(), "alerts of a case");
        Ok(alerts
            .into_iter()
            .map(|alert| {
                (
                    AttachedAlert {
                        id: alert.id,
                        index: alert.index,
                    },
                    alert.attached_at,
                )
            })
            .collect())
    }

    /// The cases of this space that hold an alert. Empty for an alert that nobody attached.
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no cases here.
    pub async fn cases_of_alert(&self, alert: &AlertId) -> Result<Vec<CaseOfAlert>, Error> {
        let request = Request::get(
            "GET /api/cases/alerts/{alert}",
            &["api", "cases", "alerts", alert.as_str()],
        );
        let (cases, unreadable) = read_each(self.fetch(request).await?);
        warn_of(unreadable.len(), "cases of an alert");
        Ok(cases)
    }

    /// The documents of alerts in this space, in any order. An id without a document is simply missing; one that lies in two indices comes twice.
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not read alerts here.
    pub async fn alerts_by_id(&self, ids: &[AlertId]) -> Result<Vec<AlertHit>, Error> {
        let body = json!({"query": {"ids": {"values": ids}}, "size": (ids.len() * 2).min(10_000), "_source": FIELDS});
        let request = Request::post(
            "POST /api/detection_engine/signals/search",
            &["api", "detection_engine", "signals", "search"],
            body,
        )
        .harmless();
        let answer: SearchAnswer = self.fetch(request).await?;
        let (hits, unreadable) = read_each(answer.hits.hits);
        warn_of(unreadable.len(), "alert documents");
        Ok(hits)
    }
}

fn warn_of(n_unreadable: usize, what: &'static str) {
    if n_unreadable > 0 {
        tracing::warn!(n_unreadable, what, "left out what could not be read");
    }
}

#[cfg(test)]
mod tests {
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
