//! Plans what of a drop is attached: what the limits leave, grouped by rule, in pairs of id and index.

use std::collections::{BTreeMap, HashMap};

use kibana_cases::{AlertHit, AlertId, Rule};

use crate::{
    code::{CommandError, ErrorCode, ErrorDetail},
    outbox::Alerts,
    view::Outcome,
};

/// Most alerts that Kibana keeps in a case.
const MOST_ALERTS: usize = 1000;
/// Most cases that Kibana lets an alert be in.
const MOST_CASES: usize = 10;

/// What is to be sent, and what a limit keeps out.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// One request each.
    pub(crate) chunks: Vec<Alerts>,
    /// Alerts that no request would attach.
    pub(crate) refused: HashMap<AlertId, Outcome>,
}

/// Plans for alerts that the case does not have yet; `n_attached` is how many it has.
pub(crate) fn plan(hits: Vec<AlertHit>, n_attached: usize) -> Plan {
    let mut plan = Plan::default();
    let mut groups: BTreeMap<Rule, Vec<(AlertId, String)>> = BTreeMap::new();
    let mut room = MOST_ALERTS.saturating_sub(n_attached);
    for hit in hits {
        let in_cases = hit.case_ids().map_or(0, |cases| cases.len());
        if in_cases >= MOST_CASES {
            plan.refused.insert(
                hit.id,
                refused(
                    ErrorCode::AlertCaseLimit,
                    MOST_CASES,
                    "the alert is in as many cases as Kibana allows",
                ),
            );
        } else if room == 0 {
            plan.refused.insert(
                hit.id,
                refused(
                    ErrorCode::CaseFull,
                    MOST_ALERTS,
                    "the case holds as many alerts as Kibana accepts",
                ),
            );
        } else {
            room -= 1;
            groups
                .entry(hit.rule())
                .or_default()
                .push((hit.id, hit.index));
        }
    }
    for (rule, pairs) in groups {
        plan.chunks
            .extend(pairs.chunks(Alerts::MOST).map(|pairs| Alerts {
                rule: rule.clone(),
                pairs: pairs.to_vec(),
            }));
    }
    plan
}

/// An outcome for alerts that are not sent because of a limit.
fn refused(code: ErrorCode, limit: usize, message: &str) -> Outcome {
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
