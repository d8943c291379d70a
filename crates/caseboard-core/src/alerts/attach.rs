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

/// Whether alerts are attached of which nobody can tell the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnknownRule {
    Refuse,
    /// Somebody said so.
    Attach,
}

/// Plans for alerts that the case does not have yet; `n_attached` is how many it has.
pub(crate) fn plan(hits: Vec<AlertHit>, n_attached: usize, unknown: UnknownRule) -> Plan {
    let mut plan = Plan::default();
    let mut groups: BTreeMap<Rule, Vec<(AlertId, String)>> = BTreeMap::new();
    let mut room = MOST_ALERTS.saturating_sub(n_attached);
    for hit in hits {
        let rule = hit.rule();
        let is_known = rule.id.is_some() && rule.name.is_some();
        let in_cases = hit.case_ids().map_or(0, |cases| cases.len());
        let refused = if in_cases >= MOST_CASES {
            limited(
                ErrorCode::AlertCaseLimit,
                MOST_CASES,
                "the alert is in as many cases as Kibana allows",
            )
        } else if !is_known && unknown == UnknownRule::Refuse {
            refused(
                ErrorCode::AlertUnreadable,
                "its document does not tell the rule that raised it",
                None,
            )
        } else if room == 0 {
            limited(
                ErrorCode::CaseFull,
                MOST_ALERTS,
                "the case holds as many alerts as Kibana accepts",
            )
        } else {
            room -= 1;
            groups.entry(rule).or_default().push((hit.id, hit.index));
            continue;
        };
        plan.refused.insert(hit.id, refused);
    }
    let groups = groups.into_iter();
    plan.chunks = groups
        .flat_map(|(rule, pairs)| chunks(&rule, &pairs))
        .collect();
    plan
}

/// Alerts of one rule, as many in each part as one request attaches.
pub(crate) fn chunks(rule: &Rule, pairs: &[(AlertId, String)]) -> Vec<Alerts> {
    let parts = pairs.chunks(Alerts::MOST);
    parts
        .map(|pairs| Alerts {
            rule: rule.clone(),
            pairs: pairs.to_vec(),
        })
        .collect()
}

/// An outcome for alerts that are not sent because of a limit.
fn limited(code: ErrorCode, limit: usize, message: &str) -> Outcome {
    let limit = u32::try_from(limit).ok();
    refused(
        code,
        message,
        limit.map(|limit| ErrorDetail::Limit { limit }),
    )
}

fn refused(code: ErrorCode, message: &str, detail: Option<ErrorDetail>) -> Outcome {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn hit(n: usize, source: &Value) -> AlertHit {
        let document =
            json!({"_id": format!("a{n}"), "_index": format!("i{n}"), "_source": source});
        serde_json::from_value(document).unwrap()
    }

    fn of_rule(n: usize, rule: &str) -> AlertHit {
        hit(
            n,
            &json!({"kibana.alert.rule.uuid": rule, "kibana.alert.rule.name": rule}),
        )
    }

    fn code(plan: &Plan, id: &str) -> Option<ErrorCode> {
        match plan.refused.get(&id.parse().unwrap())? {
            Outcome::Refused { error } => Some(error.code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_request_is_of_one_rule_and_a_hundred_pairs() {
        let hits = (0..250).map(|n| of_rule(n, if n < 201 { "r" } else { "s" }));
        let plan = plan(hits.collect(), 0, UnknownRule::Refuse);
        let sizes: Vec<_> = plan
            .chunks
            .iter()
            .map(|chunk| (chunk.rule.id.clone().unwrap(), chunk.pairs.len()))
            .collect();
        let of = |rule: &str, n| (rule.to_owned(), n);
        assert_eq!(sizes, [of("r", 100), of("r", 100), of("r", 1), of("s", 49)]);
        for (id, index) in plan.chunks.iter().flat_map(|chunk| &chunk.pairs) {
            assert_eq!(id.as_str().replace('a', "i"), *index, "a pair stays one");
        }
    }

    #[test]
    fn limits_keep_out_what_would_not_fit_and_count_it() {
        for (n_attached, n_kept_out) in
            [(0, 0), (990, 0), (991, 1), (999, 9), (1000, 10), (1200, 10)]
        {
            let hits = (0..10).map(|n| of_rule(n, "r")).collect();
            let plan = plan(hits, n_attached, UnknownRule::Refuse);
            assert_eq!(plan.refused.len(), n_kept_out, "{n_attached} are there");
            assert!(
                (10 - n_kept_out..10)
                    .all(|n| code(&plan, &format!("a{n}")) == Some(ErrorCode::CaseFull))
            );
        }
    }

    #[test]
    fn an_alert_in_ten_cases_takes_no_room() {
        let in_cases = |n, n_cases: usize| {
            let cases: Vec<_> = (0..n_cases).map(|n| n.to_string()).collect();
            hit(
                n,
                &json!({"kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "r", "kibana.alert.case_ids": cases}),
            )
        };
        let plan = plan(
            vec![in_cases(0, 10), in_cases(1, 9)],
            999,
            UnknownRule::Refuse,
        );
        assert_eq!(code(&plan, "a0"), Some(ErrorCode::AlertCaseLimit));
        assert_eq!(plan.chunks[0].pairs[0].0.as_str(), "a1");
    }

    #[test]
    fn without_its_rule_an_alert_is_attached_only_if_somebody_says_so() {
        for source in [
            json!({}),
            json!({"kibana.alert.rule.uuid": "r"}),
            json!({"kibana.alert.rule.name": "R"}),
        ] {
            let refused = plan(vec![hit(0, &source)], 0, UnknownRule::Refuse);
            assert_eq!(
                code(&refused, "a0"),
                Some(ErrorCode::AlertUnreadable),
                "{source}"
            );
            assert_eq!(refused.chunks, []);
            let attached = plan(vec![hit(0, &source)], 0, UnknownRule::Attach);
            assert_eq!(attached.chunks.len(), 1);
            assert!(attached.refused.is_empty());
        }
    }
}
