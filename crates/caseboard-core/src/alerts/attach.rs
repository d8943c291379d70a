//! Attaches alerts to a case: grouped by rule, in pairs of id and index, and after any doubt read back.

use std::collections::{BTreeMap, HashMap, HashSet};

use http::Method;
use kibana_cases::{AlertHit, AlertId, AttachedAlert, CaseId, NewAlerts, Rule, Space};

use crate::{
    code::{CommandError, ErrorCode, ErrorDetail},
    error::Error,
    view::Outcome,
};

/// Most alerts that Kibana keeps in a case.
const MOST_ALERTS: usize = 1000;
/// Most cases that Kibana lets an alert be in.
const MOST_CASES: usize = 10;
/// Alerts in one request.
const CHUNK: usize = 100;
/// How often the same alerts are sent, when reading back proves that they did not arrive.
const MOST_SENDS: usize = 2;

/// The case that alerts go into.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) space: &'a Space,
    pub(crate) case: &'a CaseId,
    pub(crate) owner: &'a str,
    /// Alerts that it already has.
    pub(crate) attached: &'a HashSet<AlertId>,
}

/// Attaches those of `hits` that fit and are allowed to; tells the outcome of every one.
pub(crate) async fn attach(target: &Target<'_>, hits: Vec<AlertHit>) -> HashMap<AlertId, Outcome> {
    let mut outcomes = HashMap::new();
    let mut groups: BTreeMap<Rule, Vec<AttachedAlert>> = BTreeMap::new();
    let mut room = MOST_ALERTS.saturating_sub(target.attached.len());
    for hit in hits {
        if hit
            .case_ids()
            .is_some_and(|cases| cases.len() >= MOST_CASES)
        {
            outcomes.insert(
                hit.id,
                refused(
                    ErrorCode::AlertCaseLimit,
                    MOST_CASES,
                    "the alert is in as many cases as Kibana allows",
                ),
            );
        } else if room == 0 {
            outcomes.insert(
                hit.id,
                refused(
                    ErrorCode::CaseFull,
                    MOST_ALERTS,
                    "the case holds as many alerts as Kibana accepts",
                ),
            );
        } else {
            room -= 1;
            groups.entry(hit.rule()).or_default().push(AttachedAlert {
                id: hit.id,
                index: hit.index,
            });
        }
    }
    for (rule, alerts) in groups {
        for chunk in alerts.chunks(CHUNK) {
            outcomes.extend(send(target, &rule, chunk.to_vec()).await);
        }
    }
    outcomes
}

/// Sends one chunk. Kibana leaves out what is attached already, so sending again what is absent harms nothing.
async fn send(
    target: &Target<'_>,
    rule: &Rule,
    mut alerts: Vec<AttachedAlert>,
) -> Vec<(AlertId, Outcome)> {
    let mut outcomes = Vec::new();
    for last in (0..MOST_SENDS).rev() {
        let new = NewAlerts {
            alerts: alerts.clone(),
            rule: rule.clone(),
        };
        let Err(error) = target
            .space
            .attach_alerts(target.case, target.owner, &new)
            .await
        else {
            outcomes.extend(
                alerts
                    .into_iter()
                    .map(|alert| (alert.id, Outcome::Attached)),
            );
            return outcomes;
        };
        let doubtful = error.may_have_worked(&Method::POST);
        let error = CommandError::from(Error::from(error));
        // Even a refusal can come after the attachment was stored (§8, quirk 21).
        let Ok(arrived) = arrived(target).await else {
            let told = |alert: AttachedAlert| {
                (
                    alert.id,
                    if doubtful {
                        Outcome::Unknown {
                            error: error.clone(),
                        }
                    } else {
                        Outcome::Refused {
                            error: error.clone(),
                        }
                    },
                )
            };
            outcomes.extend(alerts.into_iter().map(told));
            return outcomes;
        };
        let (there, absent): (Vec<_>, Vec<_>) = alerts
            .into_iter()
            .partition(|alert| arrived.contains(&alert.id));
        outcomes.extend(there.into_iter().map(|alert| (alert.id, Outcome::Attached)));
        if !doubtful || last == 0 || absent.is_empty() {
            outcomes.extend(absent.into_iter().map(|alert| {
                (
                    alert.id,
                    Outcome::Refused {
                        error: error.clone(),
                    },
                )
            }));
            return outcomes;
        }
        alerts = absent;
    }
    outcomes
}

async fn arrived(target: &Target<'_>) -> Result<HashSet<AlertId>, kibana_cases::Error> {
    let alerts = target.space.case_alerts(target.case).await?;
    Ok(alerts.into_iter().map(|(alert, _)| alert.id).collect())
}

/// An outcome for alerts that are not sent because of a limit.
pub(crate) fn refused(code: ErrorCode, limit: usize, message: &str) -> Outcome {
    let detail = u32::try_from(limit)
        .ok()
        .map(|limit| ErrorDetail::Limit { limit });
    Outcome::Refused {
        error: CommandError {
            code,
            message: message.to_owned(),
            hint: None,
            retryable: false,
            detail,
        },
    }
}
