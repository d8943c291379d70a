//! A drop: from text to an outcome for every id in it; and the way back, alert by alert.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use kibana_cases::{AlertHit, AlertId, AttachmentKind, Space};
use serde_json::json;

use super::Desk;
use crate::{
    alerts::{
        attach::{Plan, UnknownRule, chunks, plan},
        read,
        resolve::{self, Elsewhere, NamedSpace},
        summary,
    },
    approver::is_agent,
    code::{CommandError, ErrorCode},
    error::Error,
    id::{CaseRef, EntryId},
    outbox::{self, Change},
    plain::visible,
    view::{
        Activity, AlertOutcome, AttachReport, EntryState, EntryView, FoundId, LeftOut, Outcome,
        ReadText,
    },
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
    /// `invalid_input` if there is no id in it, or a table does not tell which of its columns holds them; else why the case or
    /// its alerts could not be read. Nothing is attached then.
    pub async fn attach_alerts(
        &self,
        case: &CaseRef,
        text: String,
    ) -> Result<AttachReport, CommandError> {
        let read = tokio::task::spawn_blocking(move || read(&text, None))
            .await
            .expect("reading a text does not panic");
        if read.ids.is_empty() && !read.columns.is_empty() {
            let columns = read.columns.join(", ");
            let reason = format!(
                "nobody can tell which column holds the ids: {}",
                visible(&columns)
            );
            return Err(Error::input("text", reason).into());
        }
        if read.ids.is_empty() && read.shortened.is_empty() {
            return Err(Error::input("text", "there is no alert id in it").into());
        }
        self.attach_read(case, read, UnknownRule::Refuse).await
    }

    /// Attaches alerts that live in the case's source. With `unknown`, because somebody said so, also those of which nobody can
    /// tell the rule, and ids that no source in use knows: then with the alias of the source's alerts as their index.
    ///
    /// # Errors
    /// Why the case or its alerts could not be read. Nothing is attached then.
    pub async fn attach_ids(
        &self,
        case: &CaseRef,
        ids: Vec<AlertId>,
        unknown: bool,
    ) -> Result<AttachReport, CommandError> {
        let mut seen = HashSet::new();
        let ids = ids.into_iter().filter(|id| seen.insert(id.clone()));
        let ids = ids.zip(1..).map(|(id, line)| FoundId {
            id,
            line,
            certain: true,
            hint: None,
        });
        let read = ReadText {
            ids: ids.collect(),
            ..ReadText::default()
        };
        let unknown = if unknown {
            UnknownRule::Attach
        } else {
            UnknownRule::Refuse
        };
        self.attach_read(case, read, unknown).await
    }

    /// Detaches alerts from a case. Kibana detaches together what was attached together: then the others are attached again, as
    /// they were. Everything is one bulk, so it is taken back together.
    ///
    /// # Errors
    /// `not_found` with the ids that the case does not hold; `case_closed` if others would have to be attached again, which a
    /// closed case does not allow. Nothing is detached then.
    pub async fn detach_alerts(
        &self,
        case: &CaseRef,
        ids: &[AlertId],
    ) -> Result<Vec<EntryView>, CommandError> {
        let case = &self.real(case).await?;
        let (shown, body) = self.shown_case(case).await?;
        let mut missing: BTreeSet<_> = ids.iter().collect();
        let mut changes = Vec::new();
        for attachment in self.detail(case).await?.activity.unwrap_or_default() {
            let (Some(id), Activity::Alerts { .. }) = (&attachment.id, &attachment.what) else {
                continue;
            };
            let there = self.inner.mirror.attachment(case, id).await?;
            let Some(there) = there else { continue };
            let AttachmentKind::Alerts { alerts, rule } = &there.kind else {
                continue;
            };
            if !alerts.iter().any(|alert| ids.contains(&alert.id)) {
                continue;
            }
            changes.push(outbox::delete_attachment(&there));
            let others = alerts.iter().filter(|alert| !ids.contains(&alert.id));
            let others: Vec<_> = others
                .map(|alert| (alert.id.clone(), alert.index.clone()))
                .collect();
            if !others.is_empty() && shown.status.as_str() == "closed" {
                return Err(closed());
            }
            let again = chunks(rule, &others).into_iter();
            changes.extend(again.map(|alerts| Change::AttachAlerts { alerts }));
            missing.retain(|id| !alerts.iter().any(|alert| alert.id == **id));
        }
        if !missing.is_empty() {
            return Err(not_held(&missing));
        }
        let bulk = (changes.len() > 1).then(EntryId::new);
        let entries = changes.into_iter().map(|change| {
            let mut entry = self.entry(case, shown.owner.as_str(), change, &body, 1);
            entry.bulk.clone_from(&bulk);
            entry
        });
        Ok(self.take_in_entries(entries.collect()).await?)
    }

    async fn attach_read(
        &self,
        case: &CaseRef,
        read: ReadText,
        unknown: UnknownRule,
    ) -> Result<AttachReport, CommandError> {
        let case = &self.real(case).await?;
        let ids: Vec<_> = read.ids.iter().map(|found| found.id.clone()).collect();
        let mut found = Box::pin(self.resolve_and_attach(case, &ids, unknown)).await?;
        let named = self.named(&case.source)?;
        let known = self.inner.mirror.handle(named, case).await?;
        let (handle, title) = known.ok_or(Error::Unknown { what: "case" })?;
        let shortened = read.shortened.iter();
        Ok(AttachReport {
            case: case.clone(),
            handle,
            title: visible(&title),
            items: read
                .ids
                .into_iter()
                .filter_map(|id| found.item(id))
                .collect(),
            shortened: shortened.map(|one| visible(&one.text)).collect(),
            cut_off: LeftOut::is_any(read.left_out),
        })
    }

    async fn resolve_and_attach(
        &self,
        case: &CaseRef,
        ids: &[AlertId],
        unknown: UnknownRule,
    ) -> Result<Found, CommandError> {
        let space = self.space(&case.source)?;
        let attached = attached(&space, case).await?;
        let mut hits = resolve::in_source(&space, ids).await?;
        let missing: Vec<_> = ids
            .iter()
            .filter(|id| !hits.contains_key(id) && !attached.contains(id))
            .cloned()
            .collect();
        let (others, unasked) = self.other_sources(case);
        let mut elsewhere = resolve::elsewhere(others, &missing).await;
        elsewhere.unasked.extend(unasked);
        if unknown == UnknownRule::Attach {
            let nowhere = missing
                .iter()
                .filter(|id| !elsewhere.found.contains_key(id));
            hits.extend(nowhere.map(|id| (id.clone(), without_document(id, case))));
        }
        let new: Vec<_> = ids
            .iter()
            .filter(|id| !attached.contains(id))
            .filter_map(|id| hits.get(id).cloned())
            .collect();
        let plan = plan(new, attached.len(), unknown);
        let outcomes = self.attach(case, plan).await?;
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
            // An agent looks again when it wants to.
            let patience = if is_agent(&self.by) {
                Duration::ZERO
            } else {
                PATIENCE
            };
            self.wait_for_entries(&ids, patience).await?
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

    /// Sources in use but the case's own, and the names of those that cannot be asked.
    fn other_sources(&self, case: &CaseRef) -> (Vec<NamedSpace>, BTreeSet<String>) {
        let (mut sources, unasked) = self.askable_sources();
        sources.retain(|named| named.source != case.source);
        (sources, unasked)
    }
}

/// Stands for an alert that somebody wants attached although nobody has its document.
fn without_document(id: &AlertId, case: &CaseRef) -> AlertHit {
    let index = format!(".alerts-security.alerts-{}", case.source.space);
    let document = json!({"_id": id, "_index": index});
    serde_json::from_value(document).expect("a document needs no more than its id and index")
}

fn closed() -> CommandError {
    CommandError {
        code: ErrorCode::CaseClosed,
        message: "others were attached together with it, and a closed case takes no alerts"
            .to_owned(),
        hint: None,
        retryable: false,
        detail: None,
    }
}

fn not_held(ids: &BTreeSet<&AlertId>) -> CommandError {
    let ids: Vec<_> = ids.iter().map(|id| visible(id.as_str())).collect();
    CommandError {
        code: ErrorCode::NotFound,
        message: format!("the case does not hold {}", ids.join(" ")),
        hint: None,
        retryable: false,
        detail: None,
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
mod tests;
