//! Agents: who one is, what agents may write, and what they propose.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::{Desk, Provenance};
use crate::{
    approver::{self, Agent, Grant, HOUR},
    cache::NamedSource,
    code::CommandError,
    error::Error,
    event::DeskEvent,
    id::{CaseRef, EntryId, SourceId},
    outbox::{
        Change, Entry, NewCase, lines,
        proposal::{self, Proposal},
    },
    plain::visible,
    view::{
        AgentPolicies, Approval, DiffLine, EntryView, GrantView, Policy, ProposalState,
        ProposalView, ProposedWrite, WriteClass,
    },
};

/// Longest reason, note and key, in characters.
const MOST_WORDS: u32 = 500;
const LONGEST_KEY: usize = 128;

impl Desk {
    /// The same desk for an agent: it sees the sources that the agent may see, and what it writes is refused, proposed or sent
    /// as its kind is granted there.
    ///
    /// # Errors
    /// `invalid_input` with the field.
    pub fn for_agent(
        &self,
        client: &str,
        session: &str,
        agent: Agent,
    ) -> Result<Self, CommandError> {
        if agent.key.as_ref().is_some_and(|key| {
            key.is_empty() || key.chars().count() > LONGEST_KEY || key.chars().any(char::is_control)
        }) {
            let reason = format!("it has 1 to {LONGEST_KEY} characters, none of which hides");
            return Err(Error::input("key", reason).into());
        }
        let said = agent
            .reason
            .as_deref()
            .map_or(0, |said| said.chars().count());
        if said > MOST_WORDS as usize {
            return Err(Error::TooLong {
                field: "reason",
                limit: MOST_WORDS,
            }
            .into());
        }
        Ok(Self {
            by: Provenance::Mcp {
                client: client.to_owned(),
                session: session.to_owned(),
            },
            agent: Arc::new(agent),
            ..self.clone()
        })
    }

    /// What agents may write, and how their comments are marked.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn agent_policies(&self) -> Result<AgentPolicies, CommandError> {
        let now = self.inner.clock.now();
        let database = self.inner.outbox.database();
        let (grants, marks_comments) = database
            .read(move |connection| {
                Ok((
                    approver::list(connection, now)?,
                    approver::marks_comments(connection)?,
                ))
            })
            .await?;
        let grants = grants.into_iter();
        let seen = grants.filter(|grant| self.may_see(&grant.source));
        Ok(AgentPolicies {
            grants: seen.map(|grant| self.grant_view(grant)).collect(),
            marks_comments,
        })
    }

    /// Sets what becomes of what agents write to a source; `None` takes the grant away, so that it is refused again.
    ///
    /// # Errors
    /// `invalid_input` if the class cannot be allowed; `not_found` if there is no such source; `approval_refused` to an agent.
    pub async fn set_policy(
        &self,
        source: &SourceId,
        class: WriteClass,
        policy: Option<Policy>,
    ) -> Result<AgentPolicies, CommandError> {
        self.no_agent("grant")?;
        self.named(source)?;
        if policy == Some(Policy::Allow) && !class.may_be_allowed() {
            let reason = format!("{} is always asked about", class.name());
            return Err(Error::input("policy", reason).into());
        }
        let (source, now) = (source.clone(), self.inner.clock.now());
        let database = self.inner.outbox.database();
        database
            .write(move |transaction| {
                approver::take(transaction, &source, class)?;
                let Some(policy) = policy else {
                    return Ok(());
                };
                approver::give(
                    transaction,
                    &Grant {
                        source,
                        case: None,
                        class,
                        policy,
                        until: None,
                        given_at: now.to_string(),
                    },
                )
            })
            .await?;
        self.tell(DeskEvent::OutboxChanged);
        self.agent_policies().await
    }

    /// Whether comments of agents end with a line that says so.
    ///
    /// # Errors
    /// `cache_unreadable` if it cannot be kept; `approval_refused` to an agent.
    pub async fn set_marks_comments(&self, marks: bool) -> Result<AgentPolicies, CommandError> {
        self.no_agent("grant")?;
        let database = self.inner.outbox.database();
        database
            .write(move |transaction| approver::set_marks_comments(transaction, marks))
            .await?;
        self.agent_policies().await
    }

    /// What agents propose, oldest first: what waits for an answer, and what was answered, taken back or expired within a day. An
    /// agent gets its own.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn proposals(&self) -> Result<Vec<ProposalView>, CommandError> {
        let now = self.inner.clock.now();
        let database = self.inner.outbox.database();
        let mut entries = database
            .read(move |connection| proposal::shown(connection, now))
            .await?;
        // To look takes no turn among those who write, unless there is something to write.
        if entries.iter().any(|entry| entry.is_expired(now)) {
            entries = database
                .write(move |transaction| {
                    proposal::expire(transaction, now)?;
                    proposal::shown(transaction, now)
                })
                .await?;
        }
        let mut proposals: Vec<(Option<EntryId>, ProposalView)> = Vec::new();
        for entry in entries {
            let others = approver::is_agent(&self.by) && entry.by != self.by;
            let Some(proposal) = entry.proposal.clone().filter(|_| !others) else {
                continue;
            };
            if !self.may_see(&entry.case.source) {
                continue;
            }
            let write = self.proposed_write(&entry, now).await?;
            let bulk = entry.bulk.clone();
            let last = proposals.last_mut();
            if let Some((_, view)) = last.filter(|(of, _)| bulk.is_some() && *of == bulk) {
                view.writes.push(write);
                continue;
            }
            let view = self.proposal_view(&entry, &proposal, write, now);
            proposals.push((bulk, view));
        }
        Ok(proposals.into_iter().map(|(_, view)| view).collect())
    }

    /// Says yes to a proposal: to exactly what `hash` names, once.
    ///
    /// # Errors
    /// `approval_refused` if it is not what was shown, has expired, was answered before, or the agent had read other places and
    /// that was not confirmed; `invalid_input` if it cannot be allowed for an hour; nothing is sent then.
    pub async fn approve(
        &self,
        id: &EntryId,
        hash: &str,
        how: Approval,
    ) -> Result<Vec<EntryView>, CommandError> {
        self.no_agent("approve")?;
        let (id, hash, by) = (id.clone(), hash.to_owned(), self.by.clone());
        let approved = self.inner.outbox.change(move |transaction, now| {
            let despite = how.despite_reading_elsewhere;
            let entries = proposal::approve(transaction, &id, &hash, &by, despite, now)?;
            if how.for_an_hour {
                for entry in &entries {
                    approver::give(transaction, &hour(entry, now)?)?;
                }
            }
            Ok(entries)
        });
        let (approved, now) = (approved.await?, self.inner.clock.now());
        Ok(approved.iter().map(|entry| entry.view(now)).collect())
    }

    /// Says no to a proposal, with a note for the agent.
    ///
    /// # Errors
    /// `approval_refused` if it does not wait for an answer any more.
    pub async fn refuse(
        &self,
        id: &EntryId,
        note: Option<String>,
    ) -> Result<Vec<EntryView>, CommandError> {
        self.no_agent("refuse")?;
        let (id, by) = (id.clone(), self.by.clone());
        let note = note.map(|note| note.chars().take(MOST_WORDS as usize).collect());
        let refused = self
            .inner
            .outbox
            .change(move |transaction, now| proposal::refuse(transaction, &id, &by, note, now));
        let (refused, now) = (refused.await?, self.inner.clock.now());
        Ok(refused.iter().map(|entry| entry.view(now)).collect())
    }

    /// A comment of an agent, with a line that says so if people want that.
    pub(super) async fn marked(&self, text: String) -> Result<String, Error> {
        let Provenance::Mcp { client, .. } = &self.by else {
            return Ok(text);
        };
        let database = self.inner.outbox.database();
        if !database.read(approver::marks_comments).await? {
            return Ok(text);
        }
        let client: String = visible(client)
            .chars()
            .filter(|c| c.is_alphanumeric() || " .-".contains(*c))
            .collect();
        Ok(format!("{}\n\nvia assistant ({client})", text.trim_end()))
    }

    /// Fails for an agent.
    pub(super) fn no_agent(&self, class: &'static str) -> Result<(), Error> {
        if approver::is_agent(&self.by) {
            let place = self.inner.profile.clone();
            return Err(Error::NotGranted { class, place });
        }
        Ok(())
    }

    pub(super) fn may_see(&self, source: &SourceId) -> bool {
        let only = self.agent.only.as_ref();
        only.is_none_or(|only| only.contains(source))
    }

    /// Fails where an agent may not look.
    pub(super) fn see(&self, source: &SourceId) -> Result<(), Error> {
        if self.may_see(source) {
            Ok(())
        } else {
            Err(Error::Unknown { what: "space" })
        }
    }

    /// The sources in use, as far as they may be seen.
    pub(super) fn sources_in_use(&self) -> Vec<NamedSource> {
        let mut sources = self.state().sources_in_use();
        sources.retain(|named| self.may_see(&named.source));
        sources
    }

    fn grant_view(&self, grant: Grant) -> GrantView {
        GrantView {
            place: self.place(&grant.source),
            source: grant.source,
            case: grant.case,
            class: grant.class,
            policy: grant.policy,
            until: grant.until.map(|until| until.to_string()),
            given_at: grant.given_at,
        }
    }

    fn place(&self, source: &SourceId) -> String {
        let named = self.state().named(source);
        visible(&named.map_or_else(
            |_| source.to_string(),
            |(named, _)| format!("{} / {}", named.deployment_name, named.source.space),
        ))
    }

    fn proposal_view(
        &self,
        entry: &Entry,
        proposal: &Proposal,
        first: ProposedWrite,
        now: Timestamp,
    ) -> ProposalView {
        let (client, session) = match &entry.by {
            Provenance::Mcp { client, session } => (visible(client), visible(session)),
            Provenance::Window | Provenance::Cli => Default::default(),
        };
        let elsewhere = entry.read_elsewhere().map(|source| self.place(source));
        let decision = proposal.decision.as_ref();
        ProposalView {
            id: entry.id.clone(),
            hash: proposal.hash.clone(),
            client,
            session,
            class: entry.change.class(),
            reason: proposal.reason.as_deref().map(visible),
            read_elsewhere: elsewhere.collect::<BTreeSet<_>>(),
            created_at: entry.created_at.to_string(),
            expires_at: proposal.until.to_string(),
            state: state(entry, proposal, now),
            note: decision
                .and_then(|decision| decision.note.as_deref())
                .map(visible),
            writes: vec![first],
        }
    }

    async fn proposed_write(
        &self,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<ProposedWrite, CommandError> {
        let view = entry.view(now);
        let alerts = entry.change.alerts().iter();
        Ok(ProposedWrite {
            entry: view.id,
            target: self.name_case(&entry.case).await?,
            what: view.what,
            diff: diff(&entry.change),
            alerts: alerts.map(|(id, _)| id.clone()).collect(),
            state: view.state,
        })
    }
}

fn state(entry: &Entry, proposal: &Proposal, now: Timestamp) -> ProposalState {
    match &proposal.decision {
        Some(decision) if decision.approved => ProposalState::Approved,
        Some(decision) if decision.by.is_some() => ProposalState::Refused,
        Some(_) => ProposalState::Expired,
        None if entry.is_expired(now) => ProposalState::Expired,
        None if entry.state.is_settled() => ProposalState::Withdrawn,
        None => ProposalState::Open,
    }
}

/// The grant of a kind of write to one case, for an hour.
fn hour(entry: &Entry, now: Timestamp) -> Result<Grant, Error> {
    let class = entry.change.class();
    if !class.may_be_allowed() || class == WriteClass::Create {
        let reason = format!("{} is always asked about", class.name());
        return Err(Error::input("policy", reason));
    }
    Ok(Grant {
        source: entry.case.source.clone(),
        case: Some(CaseRef::clone(&entry.case)),
        class,
        policy: Policy::Allow,
        until: now.checked_add(HOUR).ok(),
        given_at: now.to_string(),
    })
}

/// What a change changes, field by field.
fn diff(change: &Change) -> Vec<DiffLine> {
    let text = |text: &str| lines(&Value::from(text));
    let line = |field: &str, before: Vec<String>, after: Vec<String>| DiffLine {
        field: field.to_owned(),
        before,
        after,
    };
    match change {
        Change::CreateCase(NewCase {
            title,
            description,
            tags,
            severity,
            assignees,
            category,
            sync_alerts,
            custom,
        }) => {
            let list = |items: &[String]| items.iter().map(|item| visible(item)).collect();
            let mut all = vec![
                line("title", Vec::new(), text(title)),
                line("description", Vec::new(), text(description)),
                line("tags", Vec::new(), list(tags)),
                line("severity", Vec::new(), text(severity)),
                line("assignees", Vec::new(), list(assignees)),
                line(
                    "category",
                    Vec::new(),
                    category.iter().map(|word| visible(word)).collect(),
                ),
                line("syncAlerts", Vec::new(), vec![sync_alerts.to_string()]),
            ];
            let custom = custom.iter();
            all.extend(custom.map(|(key, value)| line(key, Vec::new(), lines(value))));
            all.retain(|line| !line.after.is_empty());
            all
        }
        Change::EditCase { edits } => edits
            .iter()
            .map(|edit| line(edit.field.name(), lines(&edit.base), lines(&edit.mine)))
            .collect(),
        Change::AddComment { text: comment } => vec![line("comment", Vec::new(), text(comment))],
        Change::EditComment { base, mine, .. } => vec![line("comment", text(base), text(mine))],
        Change::DeleteAttachment { was, .. } => match was {
            crate::outbox::Attached::Comment { text: comment } => {
                vec![line("comment", text(comment), Vec::new())]
            }
            crate::outbox::Attached::Alerts { .. } => Vec::new(),
            crate::outbox::Attached::Other { type_name } => {
                vec![line("attachment", text(type_name), Vec::new())]
            }
        },
        Change::DeleteCase { title } => vec![line("case", text(title), Vec::new())],
        Change::Push { connector } => vec![line("connector", Vec::new(), text(connector))],
        Change::AttachAlerts { .. } => Vec::new(),
        Change::SetAlertStatus(set) => {
            let stood = set.alerts.iter().filter_map(|(_, was)| was.as_deref());
            let stood = stood.map(visible).collect();
            vec![line("alert status", stood, text(&set.status))]
        }
    }
}
