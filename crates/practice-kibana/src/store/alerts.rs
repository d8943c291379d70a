//! What cases do to alerts: `kibana.alert.case_ids` and the workflow status.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AlertDocument, Store, Write, document::texts};
use crate::{error::ApiError, rules::Status, time::iso};

/// Where an alert says which cases hold it.
pub(crate) const CASE_IDS: &str = "kibana.alert.case_ids";
/// Where an alert says how far analysts are.
pub(crate) const WORKFLOW_STATUS: &str = "kibana.alert.workflow_status";
const WORKFLOW_STATUS_UPDATED_AT: &str = "kibana.alert.workflow_status_updated_at";
const WORKFLOW_REASON: &str = "kibana.alert.workflow_reason";
const WORKFLOW_TAGS: &str = "kibana.alert.workflow_tags";
const WORKFLOW_ASSIGNEES: &str = "kibana.alert.workflow_assignee_ids";

/// Cases that one alert can be in.
const CASES_PER_ALERT: usize = 10;

/// What addresses an alert: the id alone does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AlertKey {
    pub(crate) index: String,
    pub(crate) id: String,
}

/// What an analyst does to an alert.
#[derive(Debug)]
pub(crate) enum AlertChange {
    /// A reason comes with closing only.
    Status {
        status: &'static str,
        reason: Option<String>,
    },
    Tags(Members),
    /// Profile uids.
    Assignees(Members),
}

/// What a list gains and loses.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

impl AlertChange {
    fn apply(&self, source: &mut Map<String, Value>, at: Timestamp) {
        match self {
            Self::Status { status, reason } => {
                set_status(source, status, at);
                source.remove(WORKFLOW_REASON);
                if let Some(reason) = reason {
                    source.insert(WORKFLOW_REASON.into(), reason.as_str().into());
                }
            }
            Self::Tags(members) => members.apply(source, WORKFLOW_TAGS),
            Self::Assignees(members) => members.apply(source, WORKFLOW_ASSIGNEES),
        }
    }
}

impl Members {
    /// Keeps the order there is and appends what is new, once.
    fn apply(&self, source: &mut Map<String, Value>, field: &str) {
        let mut members = texts(source.get(field));
        for member in &self.add {
            if !members.contains(member) {
                members.push(member.clone());
            }
        }
        members.retain(|member| !self.remove.contains(member));
        source.insert(field.into(), json!(members));
    }
}

impl AlertKey {
    /// The key with the alias `.alerts-…` replaced by the index behind it.
    fn resolved(&self) -> Self {
        let index = self
            .index
            .strip_prefix(".alerts-security.alerts-")
            .map_or_else(|| self.index.clone(), alert_index);
        Self {
            index,
            id: self.id.clone(),
        }
    }
}

/// The concrete index that holds the alerts of a space.
pub(crate) fn alert_index(space: &str) -> String {
    format!(".internal.alerts-security.alerts-{space}-000001")
}

impl Status {
    /// The workflow status that an alert gets from a case of this status.
    fn of_alerts(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "acknowledged",
            Self::Closed => "closed",
        }
    }
}

impl Store {
    /// The alerts of a space, by index and id.
    pub(crate) fn alerts<'a>(&'a self, space: &'a str) -> impl Iterator<Item = &'a AlertDocument> {
        self.alerts
            .values()
            .filter(move |alert| alert.space == space)
    }

    /// Stores an alert, or replaces the one of the same index and id.
    pub(crate) fn put_alert(&mut self, alert: AlertDocument) {
        self.commit(vec![Write::Alert(Box::new(alert))]);
    }

    /// Changes the alerts of a space that are chosen; returns how many.
    pub(crate) fn change_alerts(
        &mut self,
        space: &str,
        change: &AlertChange,
        at: Timestamp,
        chosen: impl Fn(&AlertDocument) -> bool,
    ) -> usize {
        let writes: Vec<Write> = self
            .alerts(space)
            .filter(|alert| chosen(alert))
            .map(|alert| {
                let mut alert = alert.clone();
                change.apply(&mut alert.source, at);
                Write::Alert(Box::new(alert))
            })
            .collect();
        let count = writes.len();
        self.commit(writes);
        count
    }

    /// The writes that put the status of a case on its alerts. Alerts that do not exist are passed over.
    pub(super) fn sync_writes(
        &self,
        alerts: &[AlertKey],
        status: Status,
        at: Timestamp,
    ) -> BTreeMap<AlertKey, AlertDocument> {
        self.changed_alerts(alerts, |source| set_status(source, status.of_alerts(), at))
    }

    /// The writes of attaching alerts to a case.
    pub(super) fn attach_writes(
        &self,
        alerts: &[AlertKey],
        case: &str,
        sync: Option<Status>,
        at: Timestamp,
    ) -> Result<Vec<Write>, ApiError> {
        let mut full = false;
        let changed = self.changed_alerts(alerts, |source| {
            let mut cases = texts(source.get(CASE_IDS));
            if !cases.iter().any(|id| id == case) {
                cases.push(case.to_owned());
            }
            full |= cases.len() > CASES_PER_ALERT;
            source.insert(CASE_IDS.into(), json!(cases));
            if let Some(status) = sync {
                set_status(source, status.of_alerts(), at);
            }
        });
        if full {
            return Err(ApiError::invalid(
                "You cannot attach more than 10 cases to an alert",
            ));
        }
        Ok(changed
            .into_values()
            .map(|alert| Write::Alert(Box::new(alert)))
            .collect())
    }

    /// The writes that take cases off alerts; the workflow status stays.
    pub(super) fn detach_writes(&self, alerts: &[AlertKey], cases: &[&str]) -> Vec<Write> {
        let changed = self.changed_alerts(alerts, |source| {
            let mut left = texts(source.get(CASE_IDS));
            left.retain(|id| !cases.contains(&id.as_str()));
            source.insert(CASE_IDS.into(), json!(left));
        });
        changed
            .into_values()
            .map(|alert| Write::Alert(Box::new(alert)))
            .collect()
    }

    fn changed_alerts(
        &self,
        alerts: &[AlertKey],
        mut change: impl FnMut(&mut Map<String, Value>),
    ) -> BTreeMap<AlertKey, AlertDocument> {
        let mut changed = BTreeMap::new();
        for key in alerts.iter().map(AlertKey::resolved) {
            if let Some(alert) = self.alerts.get(&key) {
                let mut alert = alert.clone();
                change(&mut alert.source);
                changed.insert(key, alert);
            }
        }
        changed
    }
}

fn set_status(source: &mut Map<String, Value>, status: &str, at: Timestamp) {
    let known = source.get(WORKFLOW_STATUS).and_then(Value::as_str);
    if known != Some(status) {
        source.insert(WORKFLOW_STATUS.into(), status.into());
        source.insert(WORKFLOW_STATUS_UPDATED_AT.into(), iso(at).into());
    }
}
