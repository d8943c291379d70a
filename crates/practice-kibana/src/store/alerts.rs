//! What cases do to alerts: `kibana.alert.case_ids` and the workflow status.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{AlertDocument, AlertSearch, Json, Store, Write};
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
    pub(crate) id: Arc<str>,
    pub(crate) index: Arc<str>,
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
    fn apply(&self, source: &mut Json, at: Timestamp) {
        match self {
            Self::Status { status, reason } => {
                set_status(source, status, at);
                *source = match reason {
                    Some(reason) => source.with([(WORKFLOW_REASON, reason.as_str().into())]),
                    None => source.without(WORKFLOW_REASON),
                };
            }
            Self::Tags(members) => members.apply(source, WORKFLOW_TAGS),
            Self::Assignees(members) => members.apply(source, WORKFLOW_ASSIGNEES),
        }
    }
}

impl Members {
    /// Keeps the order there is and appends what is new, once.
    fn apply(&self, source: &mut Json, field: &str) {
        let mut members: Vec<&str> = source[field].texts().map(|member| &**member).collect();
        for member in &self.add {
            if !members.contains(&member.as_str()) {
                members.push(member);
            }
        }
        members.retain(|member| !self.remove.iter().any(|gone| gone == member));
        *source = source.with([(field, members.into_iter().map(Json::from).collect())]);
    }
}

impl AlertKey {
    /// The key with the alias `.alerts-…` replaced by the index behind it.
    fn resolved(&self) -> Self {
        let index = self
            .index
            .strip_prefix(".alerts-security.alerts-")
            .map_or_else(
                || Arc::clone(&self.index),
                |space| alert_index(space).into(),
            );
        Self {
            id: Arc::clone(&self.id),
            index,
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
    /// The alerts of a space that can match a search, by id; all of them unless it names ids.
    pub(crate) fn alerts(&self, space: &str, search: &AlertSearch) -> Vec<&AlertDocument> {
        let Some(of_space) = self.alerts.get(space) else {
            return Vec::new();
        };
        match search.ids() {
            None => of_space.values().collect(),
            Some(ids) => ids
                .into_iter()
                .flat_map(|id| {
                    let first = AlertKey {
                        id: Arc::clone(&id),
                        index: "".into(),
                    };
                    let from_id = of_space.range(first..);
                    from_id.take_while(move |(key, _)| key.id == id)
                })
                .map(|(_, alert)| alert)
                .collect(),
        }
    }

    /// The name of the host or user of an alert, however its document is nested.
    pub(crate) fn alert_name(&self, key: &AlertKey, what: &str) -> Option<String> {
        let source = &self.alerts_of_key(&key.resolved()).next()?.source;
        let name = source[what]
            .get("name")
            .or_else(|| source.get(&format!("{what}.name")))?;
        name.as_str().map(str::to_owned)
    }

    /// The alerts of an index and id, in whatever space.
    fn alerts_of_key(&self, key: &AlertKey) -> impl Iterator<Item = &AlertDocument> {
        let spaces = self.alert_spaces.get(&key.index).into_iter().flatten();
        spaces.filter_map(|space| self.alerts.get(space)?.get(key))
    }

    /// Stores an alert, or replaces the one of the same space, index and id.
    pub(crate) fn put_alert(&mut self, mut alert: AlertDocument) {
        self.share_alert(&mut alert);
        self.commit(vec![Write::Alert(Box::new(alert))]);
    }

    /// Replaces the parts of an alert by those of others.
    pub(super) fn share_alert(&mut self, alert: &mut AlertDocument) {
        self.shared.text(&mut alert.space);
        self.shared.text(&mut alert.index);
        self.shared.share(&mut alert.source);
    }

    /// Changes the alerts of a space that are chosen; returns how many.
    pub(crate) fn change_alerts(
        &mut self,
        space: &str,
        change: &AlertChange,
        at: Timestamp,
        search: &AlertSearch,
    ) -> usize {
        let matching = self.alerts(space, search).into_iter();
        let writes: Vec<Write> = matching
            .filter(|alert| search.matches(alert))
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
            let mut cases: Vec<&str> = source[CASE_IDS].texts().map(|id| &**id).collect();
            if !cases.contains(&case) {
                cases.push(case);
            }
            full |= cases.len() > CASES_PER_ALERT;
            *source = source.with([(CASE_IDS, cases.into_iter().map(Json::from).collect())]);
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
            let known = source[CASE_IDS].texts();
            let left = known.filter(|id| !cases.contains(&&***id));
            *source = source.with([(CASE_IDS, left.map(|id| Arc::clone(id).into()).collect())]);
        });
        changed
            .into_values()
            .map(|alert| Write::Alert(Box::new(alert)))
            .collect()
    }

    fn changed_alerts(
        &self,
        alerts: &[AlertKey],
        mut change: impl FnMut(&mut Json),
    ) -> BTreeMap<AlertKey, AlertDocument> {
        let mut changed = BTreeMap::new();
        for key in alerts.iter().map(AlertKey::resolved) {
            for alert in self.alerts_of_key(&key) {
                let mut alert = alert.clone();
                change(&mut alert.source);
                changed.insert(key.clone(), alert);
            }
        }
        changed
    }
}

fn set_status(source: &mut Json, status: &str, at: Timestamp) {
    if source[WORKFLOW_STATUS] != status {
        *source = source.with([
            (WORKFLOW_STATUS, status.into()),
            (WORKFLOW_STATUS_UPDATED_AT, iso(at).into()),
        ]);
    }
}
