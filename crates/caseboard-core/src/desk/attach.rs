//! A drop: from text to an outcome for every id in it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use kibana_cases::{AlertHit, AlertId, Space};

use super::Desk;
use crate::{
    alerts::{
        attach::{Plan, plan},
        read,
        resolve::{self, Elsewhere, NamedSpace},
        summary,
    },
    code::{CommandError, ErrorCode},
    error::Error,
    id::{CaseRef, EntryId},
    outbox::Change,
    plain::visible,
    view::{AlertOutcome, AttachReport, EntryState, EntryView, FoundId, Outcome},
};

/// How long a drop waits for what it wrote, before it tells that it is on its way.
const PATIENCE: Duration = Duration::from_secs(10);

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
    /// `invalid_input` if there is no id in it; else why the case or its alerts could not be read. Nothing is attached then.
    pub async fn attach_alerts(
        &self,
        case: &CaseRef,
        text: String,
    ) -> Result<AttachReport, CommandError> {
        let parsed = tokio::task::spawn_blocking(move || read(&text, None))
            .await
            .expect("reading a text does not panic");
        if parsed.ids.is_empty() && parsed.shortened.is_empty() {
            return Err(Error::input("text", "there is no alert id in it").into());
        }
        let case = &self.real(case).await?;
        let ids: Vec<_> = parsed.ids.iter().map(|found| found.id.clone()).collect();
        let mut found = Box::pin(self.resolve_and_attach(case, &ids)).await?;
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
            shortened: parsed
                .shortened
                .into_iter()
                .map(|one| visible(&one.text))
                .collect(),
            cut_off: parsed.left_out.is_any(),
        })
    }

    async fn resolve_and_attach(
        &self,
        case: &CaseRef,
        ids: &[AlertId],
    ) -> Result<Found, CommandError> {
        let space = self.space(&case.source)?;
        let attached = attached(&space, case).await?;
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
        let outcomes = self.attach(case, plan(new, attached.len())).await?;
        Ok(Found {
            attached,
            hits,
            elsewhere,
            outcomes,
        })
    }

    /// Writes what is planned, and waits a moment for what becomes of it.
    async fn attach(
        &self,
        case: &CaseRef,
        plan: Plan,
    ) -> Result<HashMap<AlertId, Outcome>, CommandError> {
        let mut outcomes = plan.refused;
        if plan.chunks.is_empty() {
            return Ok(outcomes);
        }
        let (shown, body) = self.shown_case(case).await?;
        let bulk = (plan.chunks.len() > 1).then(EntryId::new);
        let entries = plan.chunks.iter().map(|alerts| {
            let change = Change::AttachAlerts {
                alerts: alerts.clone(),
            };
            let mut entry = self.entry(case, shown.owner.as_str(), change, &body, 1);
            entry.bulk.clone_from(&bulk);
            entry
        });
        let written = self.take_in_entries(entries.collect()).await?;
        let stand = if self.rehearses {
            written
        } else {
            let ids: Vec<_> = written.into_iter().map(|entry| entry.id).collect();
            self.wait_for_entries(&ids, PATIENCE).await?
        };
        // A refusal can come after the alerts were stored (`kibana-cases-api.md` §8, quirk 21).
        let refused = stand.iter().any(|entry| entry.state == EntryState::Refused);
        let there = match self.space(&case.source) {
            Ok(space) if refused => attached(&space, case).await.unwrap_or_default(),
            _ => HashSet::new(),
        };
        for (alerts, entry) in plan.chunks.into_iter().zip(stand) {
            let outcome = outcome(entry);
            outcomes.extend(alerts.pairs.into_iter().map(|(id, _)| {
                let outcome = if there.contains(&id) {
                    Outcome::Attached
                } else {
                    outcome.clone()
                };
                (id, outcome)
            }));
        }
        Ok(outcomes)
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

/// The alerts that a case has; none before it is created.
async fn attached(space: &Space, case: &CaseRef) -> Result<HashSet<AlertId>, Error> {
    if case.is_local() {
        return Ok(HashSet::new());
    }
    let alerts = space.case_alerts(&case.id).await?;
    Ok(alerts.into_iter().map(|(alert, _)| alert.id).collect())
}

/// What the state of an entry says of the alerts in it.
fn outcome(entry: EntryView) -> Outcome {
    let refused = |code| Outcome::Refused {
        error: CommandError {
            code,
            message: entry
                .refusal
                .clone()
                .unwrap_or_else(|| "it waits in the outbox".to_owned()),
            hint: None,
            retryable: false,
            detail: None,
        },
    };
    match entry.state {
        EntryState::Done => Outcome::Attached,
        EntryState::NeedsYou | EntryState::Refused => {
            refused(entry.error.unwrap_or(ErrorCode::Rejected))
        }
        EntryState::Cancelled => refused(ErrorCode::Rejected),
        EntryState::Proposed
        | EntryState::Held
        | EntryState::Waiting
        | EntryState::Sending
        | EntryState::Checking => Outcome::Waiting { entry: entry.id },
    }
}

impl Found {
    /// The outcome of one id. A word that only might have been an id, and is none, has no outcome.
    fn item(&mut self, found: FoundId) -> Option<AlertOutcome> {
        let FoundId {
            id, line, certain, ..
        } = found;
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

#[cfg(test)]
mod tests {
    use kibana_cases::AttachmentKind;
    use practice_kibana::{
        Alert,
        faults::{Fault, Plan, Rule},
    };
    use serde_json::json;

    use super::*;
    use crate::{
        desk::world::World,
        view::{BoardQuery, CaseRow},
    };

    const ROUTE: &str = "POST /api/cases/*/comments";

    async fn some_case(world: &World) -> CaseRow {
        let query = BoardQuery::default();
        let window = world.desk.board_window(&query, "open", 0, 1).await;
        window.unwrap().rows.remove(0)
    }

    fn put_alert(world: &World, n: u32) -> String {
        let id = format!("{n:064x}");
        let source = json!({"kibana.alert.uuid": id, "kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "R"});
        world.servers[0].practice.put_alert(Alert {
            space: "soc".to_owned(),
            index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
            id: id.clone(),
            source: source.as_object().unwrap().clone(),
        });
        id
    }

    async fn has(world: &World, case: &CaseRow, id: &str) -> bool {
        let space = world.desk.space(&case.case.source).unwrap();
        let there = attached(&space, &case.case).await.unwrap();
        there.iter().any(|alert| alert.as_str() == id)
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_attached_now_is_told_as_waiting_and_attached_later() {
        let world = World::new(1, &["soc"], 6).await;
        let case = some_case(&world).await;
        let id = put_alert(&world, 1);
        let fault = Fault::ResetBeforeCommit;
        world.servers[0]
            .practice
            .faults()
            .set(Plan::of([Rule::of(fault).on(ROUTE)]));
        let report = world.desk.attach_alerts(&case.case, id.clone()).await;
        let Outcome::Waiting { entry } = report.unwrap().items.remove(0).outcome else {
            panic!("it cannot be there yet");
        };
        assert!(!has(&world, &case, &id).await);
        world.servers[0].practice.faults().clear();
        let settled = world
            .desk
            .wait_for_entries(&[entry], Duration::from_mins(10))
            .await;
        assert_eq!(settled.unwrap()[0].state, EntryState::Done);
        assert!(has(&world, &case, &id).await);
        world.desk.shutdown().await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_lost_after_the_alerts_were_stored_is_no_failure() {
        let world = World::new(1, &["soc"], 7).await;
        let case = some_case(&world).await;
        let id = put_alert(&world, 2);
        let fault = Fault::FailAfterCommit { status: 500 };
        let rule = Rule::of(fault).on(ROUTE).limit(1);
        world.servers[0].practice.faults().set(Plan::of([rule]));
        let report = world.desk.attach_alerts(&case.case, id.clone()).await;
        assert_eq!(report.unwrap().items[0].outcome, Outcome::Attached);
        assert!(has(&world, &case, &id).await);
        let space = world.desk.space(&case.case.source).unwrap();
        let there = space.attachments(&case.case.id).await.unwrap();
        let ours = there.attachments.iter().filter(|one| {
            matches!(&one.kind, AttachmentKind::Alerts { alerts, .. } if alerts.iter().any(|alert| alert.id.as_str() == id))
        });
        assert_eq!(ours.count(), 1, "it was read back, and not sent again");
        world.desk.shutdown().await;
    }
}
