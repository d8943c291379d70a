//! An incident that spans sources: one case in each, with the alerts that live there, and every case names the others.

use futures::future::join_all;

use super::{Desk, alert_side::place};
use crate::{
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    outbox,
    view::{AttachReport, CaseEdit, IncidentCase, IncidentPart},
};

/// How a case names another: so many characters of its id, in a tag.
const SHORT: usize = 8;

/// What a case says of another that it is linked with.
struct Named {
    case: CaseRef,
    handle: String,
    url: String,
}

impl Desk {
    /// Creates a case in each source, attaches its alerts to it, and links all of them. What Kibana does not have in time is told
    /// as not linked; [`Desk::link_cases`] does it later.
    ///
    /// # Errors
    /// `invalid_input` for less than two sources, the same twice, or a form that Kibana would refuse. Nothing is created then.
    pub async fn open_incident(
        &self,
        parts: Vec<IncidentPart>,
    ) -> Result<Vec<IncidentCase>, CommandError> {
        let mut sources: Vec<&SourceId> = parts.iter().map(|part| &part.source).collect();
        sources.sort_unstable();
        sources.dedup();
        if sources.len() < 2 || sources.len() < parts.len() {
            return Err(Error::input("sources", "give two or more, each once").into());
        }
        for part in &parts {
            self.space(&part.source)?;
            outbox::create(part.form.clone())?;
        }
        let mut created = Vec::new();
        for IncidentPart { source, ids, form } in parts {
            let entry = self.create_case(&source, form).await?;
            created.push((entry.case, ids));
        }
        let attached = created.into_iter().map(|(case, ids)| async move {
            let attached = Box::pin(self.attach_ids(&case, ids, false)).await;
            (case, attached)
        });
        let mut cases = Vec::new();
        for (case, attached) in join_all(attached).await {
            cases.push(self.incident_case(&case, attached).await?);
        }
        let refs: Vec<_> = cases.iter().map(|one| one.case.clone()).collect();
        let linked = self.link_cases(&refs).await?;
        for (case, linked) in cases.iter_mut().zip(linked) {
            case.linked = linked;
        }
        Ok(cases)
    }

    /// Links cases of one incident: each gets a comment that names the others, as people read them in Kibana, and a tag for each. What is linked
    /// stays as it is. Tells of each whether it names all others now: nothing can be linked with a case that Kibana does not have.
    ///
    /// # Errors
    /// `not_found` if a case is not known; `cache_unreadable` if it could not be taken in.
    pub async fn link_cases(&self, cases: &[CaseRef]) -> Result<Vec<bool>, CommandError> {
        let mut named = Vec::new();
        for case in cases {
            let case = self.real(case).await?;
            let detail = self.detail(&case).await?;
            named.push(Named {
                case,
                handle: detail.row.handle,
                url: detail.kibana_url,
            });
        }
        let all_there = named.iter().all(|one| !one.case.is_local());
        let mut linked = Vec::new();
        for one in &named {
            if all_there {
                self.link(one, &named).await?;
            }
            linked.push(all_there && named.len() > 1);
        }
        Ok(linked)
    }

    async fn link(&self, one: &Named, all: &[Named]) -> Result<(), CommandError> {
        let (shown, _) = self.shown_case(&one.case).await?;
        let mut tags = shown.tags;
        let (mut lines, mut names) = (Vec::new(), Vec::new());
        for other in all.iter().filter(|other| other.case != one.case) {
            let tag = tag(&other.case);
            if !tags.contains(&tag) {
                names.push(tag);
                lines.push(format!(
                    "Linked: {} (same incident) <{}>",
                    other.handle, other.url
                ));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        tags.extend(names);
        let edit = CaseEdit {
            tags: Some(tags),
            ..CaseEdit::default()
        };
        self.change(&one.case, outbox::comment(lines.join("\n\n"))?)
            .await?;
        self.edit_case(&one.case, &edit).await?;
        Ok(())
    }

    async fn incident_case(
        &self,
        case: &CaseRef,
        attached: Result<AttachReport, CommandError>,
    ) -> Result<IncidentCase, CommandError> {
        let (report, problem) = match attached {
            Ok(report) => (Some(report), None),
            Err(problem) => (None, Some(problem)),
        };
        Ok(IncidentCase {
            case: self.real(case).await?,
            place: place(&self.named(&case.source)?),
            report,
            problem,
            linked: false,
        })
    }
}

fn tag(case: &CaseRef) -> String {
    let short: String = case.id.as_str().chars().take(SHORT).collect();
    format!("link:{short}")
}

#[cfg(test)]
mod tests;
