//! What agents may write and what they propose, for people.

use caseboard_core::view::{AgentPolicies, DiffLine, Policy, ProposalState, ProposalView};

use super::page::{Page, Style};
use crate::writes;

/// A table of what is granted.
pub(crate) fn policies(page: &mut Page, policies: &AgentPolicies) {
    if policies.grants.is_empty() {
        page.line("Nothing is granted: agents read and write nothing.");
    } else {
        let rows: Vec<_> = policies
            .grants
            .iter()
            .map(|grant| {
                let case = grant.case.as_ref().map(|case| case.id.to_string());
                let policy = match grant.policy {
                    Policy::Ask => "ask",
                    Policy::Allow => "allow",
                };
                vec![
                    (Style::Plain, grant.place.clone()),
                    (Style::Strong, grant.class.name().to_owned()),
                    (Style::Plain, policy.to_owned()),
                    (Style::Plain, grant.until.clone().unwrap_or_default()),
                    (Style::Plain, case.unwrap_or_default()),
                ]
            })
            .collect();
        page.table(&["SPACE", "WRITES", "POLICY", "UNTIL", "CASE"], &rows);
    }
    if policies.marks_comments {
        page.line("comments of agents end with a line that says so");
    }
}

/// Everything that a person has to know to answer.
pub(crate) fn proposal(page: &mut Page, proposal: &ProposalView) {
    let state = match proposal.state {
        ProposalState::Open => format!("waits until {}", proposal.expires_at),
        ProposalState::Approved => "approved".to_owned(),
        ProposalState::Refused => "refused".to_owned(),
        ProposalState::Expired => "expired".to_owned(),
        ProposalState::Withdrawn => "withdrawn".to_owned(),
    };
    page.parts(&[
        (Style::Strong, proposal.id.to_string()),
        (
            Style::Plain,
            format!(
                "  {} by the agent {}, {state}",
                proposal.class.name(),
                proposal.client
            ),
        ),
    ]);
    if let Some(reason) = &proposal.reason {
        page.line(format!("  the agent says: {reason}"));
    }
    for place in &proposal.read_elsewhere {
        page.parts(&[(
            Style::Yellow,
            format!("  the agent had read {place}: something of it may be in this"),
        )]);
    }
    for write in &proposal.writes {
        writes::target(page, &write.target);
        if write.diff.is_empty() {
            page.line(format!("  {}", writes::what(&write.what)));
        }
        for line in &write.diff {
            diff(page, line);
        }
        for alert in &write.alerts {
            page.line(format!("  alert {alert}"));
        }
    }
    if let Some(note) = &proposal.note {
        page.line(format!("  note: {note}"));
    }
}

fn diff(page: &mut Page, line: &DiffLine) {
    page.line(format!("  {}", line.field));
    let shared = |items: &[String], item: &String| items.contains(item);
    for item in &line.before {
        if !shared(&line.after, item) {
            page.parts(&[(Style::Red, format!("  - {item}"))]);
        }
    }
    for item in &line.after {
        if !shared(&line.before, item) {
            page.parts(&[(Style::Strong, format!("  + {item}"))]);
        }
    }
}
