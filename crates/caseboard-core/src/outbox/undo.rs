//! The inverse of a change (`ux.md` §9.4). It is an ordinary change: if somebody changed the same meanwhile, it asks.

use std::collections::BTreeMap;

use super::{
    entry::{AlertStatuses, Attached, Change, Entry, State},
    field::{Edit, Edits},
};

/// How a change is taken back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Undo {
    /// It is not sent.
    NotSent,
    /// These are written.
    Write(Vec<Change>),
    /// It cannot be taken back from here.
    Impossible,
    /// It is on its way; once it is settled it can.
    UnderWay,
}

/// How to take an entry back.
pub(crate) fn undo(entry: &Entry) -> Undo {
    match entry.state {
        State::Proposed | State::Held { .. } | State::Queued | State::Parked { .. } => {
            Undo::NotSent
        }
        State::Leased
        | State::Sent { .. }
        | State::Ambiguous { .. }
        | State::Reconciling { .. } => Undo::UnderWay,
        State::Cancelled => Undo::Impossible,
        State::Confirmed => match inverse(entry) {
            changes if changes.is_empty() => Undo::Impossible,
            changes => Undo::Write(changes),
        },
    }
}

fn inverse(entry: &Entry) -> Vec<Change> {
    match &entry.change {
        Change::EditCase { edits } => {
            let back = edits.iter().map(|edit| Edit {
                field: edit.field.clone(),
                base: edit.mine.clone(),
                mine: edit.base.clone(),
            });
            vec![Change::EditCase {
                edits: Edits::new(back),
            }]
        }
        Change::EditComment {
            attachment,
            base,
            mine,
        } => vec![Change::EditComment {
            attachment: attachment.clone(),
            base: mine.clone(),
            mine: base.clone(),
        }],
        Change::AddComment { text } => {
            let was = Attached::Comment { text: text.clone() };
            deletions(entry, &was)
        }
        // Nothing was made where the case held them all before; more than one where they arrived in parts.
        Change::AttachAlerts { alerts } => {
            let was = Attached::Alerts {
                alerts: alerts.clone(),
            };
            deletions(entry, &was)
        }
        Change::DeleteAttachment {
            was: Attached::Alerts { alerts },
            ..
        } => vec![Change::AttachAlerts {
            alerts: alerts.clone(),
        }],
        Change::SetAlertStatus(set) => back_to(set),
        Change::CreateCase(new) => vec![Change::DeleteCase {
            title: new.title.clone(),
        }],
        Change::DeleteAttachment {
            was: Attached::Comment { .. } | Attached::Other { .. },
            ..
        }
        | Change::DeleteCase { .. }
        | Change::Push { .. } => Vec::new(),
    }
}

/// Alerts go back to where each stood; of which nobody knew it, they stay.
fn back_to(set: &AlertStatuses) -> Vec<Change> {
    let mut by_status: BTreeMap<&String, Vec<_>> = BTreeMap::new();
    for (id, was) in &set.alerts {
        if let Some(was) = was.as_ref().filter(|was| **was != set.status) {
            let alerts = by_status.entry(was).or_default();
            alerts.push((id.clone(), Some(set.status.clone())));
        }
    }
    let by_status = by_status.into_iter();
    by_status
        .map(|(status, alerts)| {
            Change::SetAlertStatus(AlertStatuses {
                alerts,
                status: status.clone(),
            })
        })
        .collect()
}

/// Of everything that the entry made.
fn deletions(entry: &Entry, was: &Attached) -> Vec<Change> {
    let made = entry.made.iter().filter_map(|id| id.parse().ok());
    made.map(|attachment| Change::DeleteAttachment {
        attachment,
        was: was.clone(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kibana_cases::Rule;

    use super::*;
    use crate::{
        cache::tests::source,
        id::CaseRef,
        outbox::entry::{Alerts, Provenance},
    };

    #[test]
    fn alerts_that_arrived_in_parts_are_detached_in_parts() {
        let case = CaseRef {
            source: source("soc"),
            id: "case-1".parse().unwrap(),
        };
        let alerts = Alerts {
            rule: Rule::default(),
            pairs: Vec::new(),
        };
        let change = Change::AttachAlerts { alerts };
        let now = Timestamp::UNIX_EPOCH;
        let mut entry = Entry::new(case, "", change, Provenance::Window, now);
        entry.state = State::Confirmed;
        assert_eq!(undo(&entry), Undo::Impossible, "nothing was made");
        entry.made = ["a", "b"].map(str::to_owned).into();
        let Undo::Write(changes) = undo(&entry) else {
            panic!("it can be taken back");
        };
        let detached = changes.iter().map(|change| match change {
            Change::DeleteAttachment { attachment, .. } => attachment.as_str(),
            other => panic!("{other:?}"),
        });
        assert_eq!(detached.collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn alerts_go_back_to_where_each_stood() {
        let case = CaseRef {
            source: source("soc"),
            id: "case-1".parse().unwrap(),
        };
        let of = |stood: &[(&str, Option<&str>)], status: &str| AlertStatuses {
            alerts: stood
                .iter()
                .map(|(id, was)| (id.parse().unwrap(), was.map(str::to_owned)))
                .collect(),
            status: status.to_owned(),
        };
        let stood = [
            ("a", Some("open")),
            ("b", None),
            ("c", Some("acknowledged")),
            ("d", Some("open")),
            ("e", Some("closed")),
        ];
        let change = Change::SetAlertStatus(of(&stood, "closed"));
        let mut entry = Entry::new(case, "", change, Provenance::Window, Timestamp::UNIX_EPOCH);
        entry.state = State::Confirmed;
        let back = [
            of(&[("c", Some("closed"))], "acknowledged"),
            of(&[("a", Some("closed")), ("d", Some("closed"))], "open"),
        ];
        let back = back.map(Change::SetAlertStatus).into();
        assert_eq!(undo(&entry), Undo::Write(back));
    }
}
