//! A drop: from text to an outcome for every id in it.

use std::collections::{HashMap, HashSet};

use kibana_cases::{AlertHit, AlertId};
use serde_json::json;

use super::Desk;
use crate::{
    alerts::{
        attach::{self, Target},
        parse::{self, FoundId},
        resolve::{self, Elsewhere, NamedSpace},
        summary,
    },
    cache::Pending,
    code::CommandError,
    error::Error,
    id::CaseRef,
    plain::visible,
    view::{AlertOutcome, AttachReport, Outcome},
};

/// Everything found out about the ids of a drop.
struct Found {
    attached: HashSet<AlertId>,
    hits: HashMap<AlertId, AlertHit>,
    elsewhere: Elsewhere,
    outcomes: HashMap<AlertId, Outcome>,
}

impl Desk {
    /// Attaches every alert whose id stands in `text` and that lives in the case's source; tells the outcome of each.
    ///
    /// # Errors
    /// `invalid_input` if there is no id in it; else why the case or its alerts could not be read. Nothing was attached then.
    pub async fn attach_alerts(
        &self,
        case: &CaseRef,
        text: String,
    ) -> Result<AttachReport, CommandError> {
        let parsed = tokio::task::spawn_blocking(move || parse::parse(&text))
            .await
            .expect("the parser does not panic");
        if parsed.ids.is_empty() && parsed.shortened.is_empty() {
            return Err(Error::input("text", "there is no alert id in it").into());
        }
        let ids: Vec<_> = parsed.ids.iter().map(|found| found.id.clone()).collect();
        let pending = Pending::patch(json!({}), self.inner.clock.now());
        let mut found = self
            .while_pending(case, pending, Box::pin(self.resolve_and_attach(case, &ids)))
            .await?;
        let named = self.named(&case.source)?;
        let known = self.inner.mirror.handle(named, case).await?;
        let (handle, title) = known.ok_or(Error::Unknown { what: "case" })?;
        Ok(AttachReport {
            case: case.clone(),
            handle,
            title: visible(&title),
            items: parsed
                .ids
                .into_iter()
                .filter_map(|id| found.item(id))
                .collect(),
            shortened: parsed.shortened,
            cut_off: parsed.cut_off,
        })
    }

    async fn resolve_and_attach(&self, case: &CaseRef, ids: &[AlertId]) -> Result<Found, Error> {
        let space = self.space(&case.source)?;
        let (now, attached) =
            futures::try_join!(space.case(&case.id), space.case_alerts(&case.id))?;
        let attached: HashSet<_> = attached.into_iter().map(|(alert, _)| alert.id).collect();
        let hits = resolve::in_source(&space, ids).await?;
        let missing: Vec<_> = ids
            .iter()
            .filter(|id| !hits.contains_key(id) && !attached.contains(id))
            .cloned()
            .collect();
        let elsewhere = resolve::elsewhere(self.other_sources(case), &missing).await;
        let new: Vec<_> = ids
            .iter()
            .filter(|id| !attached.contains(id))
            .filter_map(|id| hits.get(id).cloned())
            .collect();
        let target = Target {
            space: &space,
            case: &case.id,
            owner: now.owner.as_str(),
            attached: &attached,
        };
        let outcomes = attach::attach(&target, new).await;
        if !outcomes.is_empty() {
            self.read_case(case).await;
        }
        Ok(Found {
            attached,
            hits,
            elsewhere,
            outcomes,
        })
    }

    fn other_sources(&self, case: &CaseRef) -> Vec<NamedSpace> {
        let state = self.state();
        let others = state
            .sources_in_use()
            .into_iter()
            .filter(|named| named.source != case.source);
        others
            .filter_map(|named| {
                let space = state.space(&named.source).ok()?;
                Some(NamedSpace {
                    name: format!("{} / {}", named.deployment_name, named.source.space),
                    space,
                })
            })
            .collect()
    }
}

impl Found {
    /// The outcome of one id. A word that only might have been an id, and is none, has no outcome.
    fn item(&mut self, found: FoundId) -> Option<AlertOutcome> {
        let FoundId { id, line, certain } = found;
        let outcome = if let Some(outcome) = self.outcomes.remove(&id) {
            outcome
        } else if self.attached.contains(&id) {
            Outcome::AlreadyAttached
        } else if let Some(sources) = self.elsewhere.found.remove(&id) {
            Outcome::Elsewhere {
                sources: sources.into_iter().collect(),
            }
        } else if certain || !self.elsewhere.unasked.is_empty() {
            Outcome::NotFound {
                unasked: self.elsewhere.unasked.iter().cloned().collect(),
            }
        } else {
            return None;
        };
        let summary = self.hits.get(&id).map(summary);
        Some(AlertOutcome {
            id,
            line,
            outcome,
            summary,
        })
    }
}
