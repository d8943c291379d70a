//! What a key may do in a space: as Kibana tells its own pages, else by a cheap question, else unknown.

use kibana_cases::{Capabilities, FindCases, Space};

use crate::view::CaseRights;

/// Ids of the Security solution's own feature, the newest first (`kibana-cases-api.md` §5).
const SECURITY: [&str; 5] = ["siemV5", "siemV4", "siemV3", "siemV2", "siem"];

/// Asks, and passes on all that was told. Nothing that goes wrong is an error: what cannot be told is unknown.
pub(super) async fn of(space: &Space) -> (CaseRights, Capabilities) {
    let (mut rights, capabilities) = told_in(space).await;
    if rights.read.is_none() {
        rights.read = may_find(space).await;
    }
    (rights, capabilities)
}

/// Only what Kibana tells by itself.
pub(crate) async fn told_in(space: &Space) -> (CaseRights, Capabilities) {
    let capabilities = match space.capabilities().await {
        Ok(capabilities) => capabilities,
        Err(error) => {
            tracing::debug!(%error, "the rights are not told");
            Capabilities::default()
        }
    };
    (told(&capabilities), capabilities)
}

/// Before 8.17 commenting and reopening, before 8.18 assigning, were part of changing.
fn told(capabilities: &Capabilities) -> CaseRights {
    let cases = |capability| capabilities.allows_security_cases(capability);
    let change = cases("update_cases");
    let both = |one: Option<bool>, other: Option<bool>| Some(one? && other?);
    CaseRights {
        read: cases("read_cases"),
        write: both(cases("create_cases"), change),
        comment: cases("create_comment").or(change),
        assign: cases("cases_assign").or(change),
        reopen: cases("case_reopen").or(change),
        delete: cases("delete_cases"),
        push: cases("push_cases"),
        alerts: alerts(capabilities),
    }
}

/// From 9.4 alerts are a feature of their own.
fn alerts(capabilities: &Capabilities) -> Option<bool> {
    ["securitySolutionAlertsV1"]
        .into_iter()
        .chain(SECURITY)
        .find_map(|feature| {
            capabilities
                .allows(feature, "show")
                .or_else(|| capabilities.allows(feature, "read_alerts"))
        })
}

async fn may_find(space: &Space) -> Option<bool> {
    let query = FindCases {
        per_page: 1,
        ..FindCases::default()
    };
    match space.find_cases(&query).await {
        Ok(_) => Some(true),
        Err(error) if error.is_forbidden() => Some(false),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rights(tree: Value) -> CaseRights {
        told(&serde_json::from_value(tree).unwrap())
    }

    #[test]
    fn rights_that_were_part_of_changing_once_follow_it_there() {
        let old = json!({"securitySolutionCases": {
            "read_cases": true, "create_cases": true, "update_cases": true, "delete_cases": false, "push_cases": false,
        }, "siem": {"show": true}});
        let yes = Some(true);
        let expected = CaseRights {
            read: yes,
            write: yes,
            comment: yes,
            assign: yes,
            reopen: yes,
            delete: Some(false),
            push: Some(false),
            alerts: yes,
        };
        assert_eq!(rights(old), expected);
    }

    #[test]
    fn parts_of_changing_that_are_told_apart_are_kept_apart() {
        let new = rights(json!({"securitySolutionCasesV3": {
            "read_cases": true, "create_cases": false, "update_cases": true, "create_comment": true, "cases_assign": false,
            "case_reopen": false,
        }}));
        assert_eq!(
            (new.write, new.comment, new.assign, new.reopen),
            (Some(false), Some(true), Some(false), Some(false))
        );
        assert_eq!(
            (new.alerts, new.delete),
            (None, None),
            "nothing is told of them"
        );
    }

    #[test]
    fn nothing_told_is_nothing_known() {
        assert_eq!(rights(json!({"navLinks": {}})), CaseRights::default());
    }
}
