use serde::Deserialize;
use serde_json::{Value, json};

use super::AlertQuery;
use crate::{
    check,
    client::Space,
    error::Error,
    lenient::{List, null_as_default},
    model::AlertHit,
    request::Request,
};

/// What is asked of an alert's document: what a face shows of it, and what people search for. Everything else stays on the
/// server.
const FIELDS: &[&str] = &[
    "@timestamp",
    "client.ip",
    "destination.domain",
    "destination.ip",
    "dns.question.name",
    "event.category",
    "file.hash.md5",
    "file.hash.sha1",
    "file.hash.sha256",
    "file.name",
    "host.hostname",
    "host.ip",
    "host.name",
    "kibana.alert.case_ids",
    "kibana.alert.reason",
    "kibana.alert.risk_score",
    "kibana.alert.rule.name",
    "kibana.alert.rule.threat.tactic.id",
    "kibana.alert.rule.threat.technique.id",
    "kibana.alert.rule.threat.technique.subtechnique.id",
    "kibana.alert.rule.uuid",
    "kibana.alert.severity",
    "kibana.alert.workflow_assignee_ids",
    "kibana.alert.workflow_status",
    "kibana.alert.workflow_tags",
    "process.executable",
    "process.hash.md5",
    "process.hash.sha1",
    "process.hash.sha256",
    "process.name",
    "process.parent.name",
    "server.ip",
    "source.domain",
    "source.ip",
    "threat.tactic.id",
    "threat.technique.id",
    "threat.technique.subtechnique.id",
    "url.domain",
    "user.name",
];

/// Which alerts to find, and how much of them to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAlerts {
    /// Which alerts.
    pub query: AlertQuery,
    /// How many at most, up to 10,000.
    pub size: u64,
    /// In which order; none means any.
    pub sort: Vec<AlertSort>,
    /// Fields of the documents that are told; those that people look at and search for, by default.
    pub fields: Vec<String>,
    /// Whether to count exactly how many match.
    pub count: bool,
}

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSort {
    /// Field to sort by.
    pub field: String,
    /// Newest or largest first.
    pub descending: bool,
}

/// Alerts that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundAlerts {
    /// Their documents.
    pub alerts: List<AlertHit>,
    /// How many match, as far as they were counted.
    pub total: u64,
    /// Whether that is all of them, and not at least so many.
    pub is_exact: bool,
    /// Whether Elasticsearch gave up early: there may be more.
    pub timed_out: bool,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    timed_out: bool,
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Value>,
    #[serde(default, deserialize_with = "null_as_default")]
    total: Total,
}

#[derive(Default, Deserialize)]
struct Total {
    value: u64,
    #[serde(default)]
    relation: String,
}

impl Default for SearchAlerts {
    /// The 100 newest.
    fn default() -> Self {
        Self {
            query: AlertQuery::All,
            size: 100,
            sort: Vec::new(),
            fields: FIELDS.iter().map(|&field| field.to_owned()).collect(),
            count: true,
        }
    }
}

impl SearchAlerts {
    fn body(&self) -> Value {
        let mut body = json!({
            "query": self.query.to_json(),
            "size": self.size,
            "_source": self.fields,
        });
        if !self.sort.is_empty() {
            let order = |sort: &AlertSort| if sort.descending { "desc" } else { "asc" };
            let sort = self.sort.iter();
            body["sort"] = sort
                .map(|sort| json!({&sort.field: {"order": order(sort)}}))
                .collect();
        }
        if self.count {
            body["track_total_hits"] = json!(true);
        }
        body
    }
}

impl Space {
    /// Finds alerts of this space.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{AlertQuery, AlertSort, Bounds, SearchAlerts};
    ///
    /// let open = AlertQuery::is("kibana.alert.workflow_status", "open");
    /// let today = Bounds { from: Some("now-1d".into()), to: None };
    /// let found = space
    ///     .search_alerts(&SearchAlerts {
    ///         query: AlertQuery::And(vec![open, AlertQuery::Between("@timestamp".to_owned(), today)]),
    ///         sort: vec![AlertSort { field: "@timestamp".to_owned(), descending: true }],
    ///         ..SearchAlerts::default()
    ///     })
    ///     .await?;
    /// println!("{} of {}", found.alerts.items.len(), found.total);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not read alerts here; [`Error::Input`] for more than 10,000.
    pub async fn search_alerts(&self, search: &SearchAlerts) -> Result<FoundAlerts, Error> {
        check::number("size", search.size, 0, check::SEARCHED_ALERTS)?;
        let request = Request::post(
            "POST /api/detection_engine/signals/search",
            &["api", "detection_engine", "signals", "search"],
            search.body(),
        )
        .harmless();
        let body: Body = self.fetch(request).await?;
        Ok(FoundAlerts {
            alerts: List::read(body.hits.hits),
            total: body.hits.total.value,
            is_exact: body.hits.total.relation == "eq",
            timed_out: body.timed_out,
        })
    }
}
