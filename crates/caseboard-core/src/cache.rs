//! The mirror: what was last read of each source, in memory, and our unconfirmed changes on top of it.
//!
//! It is written by sync and by confirmed writes only. Every reading takes a number when it begins, so that an older
//! answer never replaces a newer one, however late it comes.

mod board;
#[cfg_attr(not(test), expect(dead_code, reason = "the mirror moves into it next"))]
pub(crate) mod database;
mod detail;

pub(crate) use board::NamedSource;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use kibana_cases::{AlertHit, AlertId, AttachedAlert, Attachment, Case, CaseId, User, Version};

use crate::{
    code::CommandError,
    id::{CaseRef, SourceId},
    view::NewStatus,
};

/// Everything known of the sources in use.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    sources: BTreeMap<SourceId, SourceMirror>,
    pending: HashMap<CaseRef, Vec<(PendingId, Pending)>>,
    /// Names of persons by profile uid, from wherever Kibana told both.
    people: HashMap<String, String>,
    last_number: u64,
}

/// One source.
#[derive(Debug, Default)]
struct SourceMirror {
    cases: BTreeMap<CaseId, MirrorCase>,
}

/// One case, and what was read beyond the list.
#[derive(Debug)]
struct MirrorCase {
    case: Case,
    read: ReadNumber,
    details: Option<(ReadNumber, Details)>,
    /// Why the last reading of the details failed.
    problem: Option<CommandError>,
}

/// What opening a case reads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Details {
    /// Version of the case that they belong to.
    pub(crate) version: Version,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) alerts: Vec<(AttachedAlert, Timestamp)>,
    /// Documents of the alerts, as far as they could be read.
    pub(crate) documents: HashMap<AlertId, AlertHit>,
    pub(crate) read_at: Timestamp,
}

/// When a reading began, as a number: higher is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadNumber(u64);

/// A change of ours that Kibana has not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pending {
    Status(NewStatus),
    Comment { text: String, at: Timestamp },
    Alerts,
}

/// Names one pending change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingId(u64);

impl Mirror {
    /// Numbers a reading that begins now, or a write that was confirmed now: readings that began before it are older.
    pub(crate) fn begin(&mut self) -> ReadNumber {
        self.last_number += 1;
        ReadNumber(self.last_number)
    }

    /// Takes in a case. Tells whether anything changed; an older answer changes nothing.
    pub(crate) fn put(&mut self, source: &SourceId, case: Case, read: ReadNumber) -> bool {
        self.meet(&case);
        let cases = &mut self.sources.entry(source.clone()).or_default().cases;
        match cases.get_mut(&case.id) {
            None => {
                cases.insert(
                    case.id.clone(),
                    MirrorCase {
                        case,
                        read,
                        details: None,
                        problem: None,
                    },
                );
                true
            }
            Some(known) if read < known.read => false,
            Some(known) => {
                known.read = read;
                let changed = known.case != case;
                known.case = case;
                changed
            }
        }
    }

    /// Takes in the details of a case. Tells whether anything but the time changed; an older answer changes nothing.
    pub(crate) fn put_details(
        &mut self,
        case: &CaseRef,
        details: Details,
        read: ReadNumber,
    ) -> bool {
        for attachment in &details.attachments {
            self.meet_user(&attachment.created_by);
        }
        let Some(known) = self.case_mut(case) else {
            return false;
        };
        let was_failing = known.problem.take().is_some();
        match &known.details {
            Some((before, _)) if read < *before => return was_failing,
            _ => {}
        }
        let unchanged = known.details.as_ref().is_some_and(|(_, before)| {
            (
                &before.version,
                &before.attachments,
                &before.alerts,
                &before.documents,
            ) == (
                &details.version,
                &details.attachments,
                &details.alerts,
                &details.documents,
            )
        });
        known.details = Some((read, details));
        was_failing || !unchanged
    }

    /// Notes why the details of a case could not be read. Tells whether that is news.
    pub(crate) fn put_problem(&mut self, case: &CaseRef, problem: CommandError) -> bool {
        let Some(known) = self.case_mut(case) else {
            return false;
        };
        let news = known.problem.as_ref() != Some(&problem);
        known.problem = Some(problem);
        news
    }

    /// Forgets the cases of a source that a full reading did not see. Cases read since it began stay.
    pub(crate) fn retain(
        &mut self,
        source: &SourceId,
        seen: &BTreeSet<CaseId>,
        read: ReadNumber,
    ) -> bool {
        let cases = &mut self.sources.entry(source.clone()).or_default().cases;
        let before = cases.len();
        cases.retain(|id, known| seen.contains(id) || known.read > read);
        cases.len() != before
    }

    /// Forgets a source that is no longer in use.
    pub(crate) fn forget(&mut self, source: &SourceId) {
        self.sources.remove(source);
    }

    /// A case as Kibana last told it.
    pub(crate) fn case(&self, case: &CaseRef) -> Option<&Case> {
        self.entry(case).map(|known| &known.case)
    }

    /// The details of a case as last read.
    pub(crate) fn details(&self, case: &CaseRef) -> Option<&Details> {
        self.entry(case)?
            .details
            .as_ref()
            .map(|(_, details)| details)
    }

    /// How many cases of a source are known.
    pub(crate) fn n_cases(&self, source: &SourceId) -> usize {
        self.sources
            .get(source)
            .map_or(0, |source| source.cases.len())
    }

    /// Lays an unconfirmed change over a case.
    pub(crate) fn add_pending(&mut self, case: &CaseRef, pending: Pending) -> PendingId {
        let id = PendingId(self.begin().0);
        self.pending
            .entry(case.clone())
            .or_default()
            .push((id, pending));
        id
    }

    /// Takes an unconfirmed change away, because it was confirmed or refused.
    pub(crate) fn remove_pending(&mut self, case: &CaseRef, id: PendingId) {
        if let Some(pending) = self.pending.get_mut(case) {
            pending.retain(|(other, _)| *other != id);
            if pending.is_empty() {
                self.pending.remove(case);
            }
        }
    }

    fn pending(&self, case: &CaseRef) -> impl Iterator<Item = &Pending> {
        self.pending
            .get(case)
            .into_iter()
            .flatten()
            .map(|(_, pending)| pending)
    }

    fn entry(&self, case: &CaseRef) -> Option<&MirrorCase> {
        self.sources.get(&case.source)?.cases.get(&case.id)
    }

    fn case_mut(&mut self, case: &CaseRef) -> Option<&mut MirrorCase> {
        self.sources.get_mut(&case.source)?.cases.get_mut(&case.id)
    }

    fn meet(&mut self, case: &Case) {
        self.meet_user(&case.created_by);
        if let Some(user) = &case.updated_by {
            self.meet_user(user);
        }
    }

    fn meet_user(&mut self, user: &User) {
        if let (Some(uid), Some(name)) = (
            &user.profile_uid,
            user.full_name.as_ref().or(user.username.as_ref()),
        ) {
            self.people.insert(uid.clone(), name.clone());
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn source(space: &str) -> SourceId {
        SourceId {
            deployment: crate::id::DeploymentId::practice(),
            space: space.parse().unwrap(),
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "it is written with `json!` at every call"
    )]
    pub(crate) fn case(id: &str, more: serde_json::Value) -> Case {
        let mut body = json!({
            "id": id, "version": "WzEsMV0=", "owner": "securitySolution", "title": id, "description": "", "tags": [], "status": "open",
            "connector": {}, "settings": {"syncAlerts": true}, "created_at": "2026-11-23T10:00:00.000Z", "created_by": {},
            "totalComment": 0, "totalAlerts": 0,
        });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn an_older_answer_never_replaces_a_newer_one() {
        let mut mirror = Mirror::default();
        let slow = mirror.begin();
        let confirmed = mirror.begin();
        assert!(mirror.put(
            &source("soc"),
            case("a", json!({"status": "closed"})),
            confirmed
        ));
        assert!(
            !mirror.put(&source("soc"), case("a", json!({"status": "open"})), slow),
            "the slow reading began before the write was confirmed"
        );
        let reference = CaseRef {
            source: source("soc"),
            id: "a".parse().unwrap(),
        };
        assert_eq!(mirror.case(&reference).unwrap().status.as_str(), "closed");
    }

    #[test]
    fn a_sweep_forgets_what_is_gone_and_keeps_what_came_meanwhile() {
        let mut mirror = Mirror::default();
        let first = mirror.begin();
        mirror.put(&source("soc"), case("gone", json!({})), first);
        mirror.put(&source("soc"), case("stays", json!({})), first);
        let sweep = mirror.begin();
        let meanwhile = mirror.begin();
        mirror.put(&source("soc"), case("new", json!({})), meanwhile);
        assert!(mirror.retain(
            &source("soc"),
            &BTreeSet::from(["stays".parse().unwrap()]),
            sweep
        ));
        assert_eq!(mirror.n_cases(&source("soc")), 2);
        assert!(
            mirror
                .case(&CaseRef {
                    source: source("soc"),
                    id: "gone".parse().unwrap()
                })
                .is_none()
        );
    }
}
