//! What tools answer: small, typed, with totals, and with everything that others wrote marked as such.

use caseboard_core::{
    id::{CaseRef, SourceId},
    view::{
        AlertSummary, CaseAlert, CaseRow, EntryBy, EntryCase, EntryView, FoundAlert, Person,
        ProposalState, ProposalView,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

use super::untrusted::Untrusted;
use crate::writes;

/// Most characters of a title, a name or a line in a list.
const LINE: usize = 100;
/// Most characters of a text in a list.
pub(crate) const IN_LIST: usize = 1_000;
/// Most characters of a text that is shown alone.
pub(crate) const ALONE: usize = 8_000;
/// Most bytes of the items of one answer, so that both its forms stay below 64 KiB.
const PAGE: usize = 20 * 1024;

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Row {
    /// Its handle, which names it in other tools.
    case: String,
    title: Untrusted,
    /// Where it stands, unless all of the list stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    severity: String,
    /// When it last changed, UTC.
    changed: String,
    /// Different alerts attached.
    alerts: u32,
}

/// Cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Cases {
    /// Where all of them stand.
    pub(crate) status: String,
    pub(crate) cases: Vec<Row>,
    /// How many match, in all answers together.
    pub(crate) total: u32,
    /// Give it as cursor to go on; nothing follows without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<u32>,
    /// What could not be read, so that something may be missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Untrusted>,
}

/// Cases that Kibana found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FoundCases {
    pub(crate) cases: Vec<Row>,
    pub(crate) places: Vec<FoundIn>,
    pub(crate) page: u32,
    /// Whether another page has more.
    pub(crate) more: bool,
}

/// How much was found in one place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FoundIn {
    /// Deployment and space.
    pub(crate) place: String,
    /// How many match there; none if it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u32>,
    /// Why it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// A case in full, but for its comments and alerts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CaseInFull {
    /// Its handle.
    pub(crate) case: String,
    /// Its whole id.
    pub(crate) id: String,
    /// Deployment and space.
    pub(crate) place: String,
    pub(crate) title: Untrusted,
    pub(crate) status: String,
    pub(crate) severity: String,
    pub(crate) owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<Untrusted>,
    pub(crate) tags: Vec<Untrusted>,
    pub(crate) assignees: Vec<Untrusted>,
    /// Profile uids, in the same order.
    pub(crate) assignee_uids: Vec<String>,
    pub(crate) reporter: Untrusted,
    pub(crate) created: String,
    pub(crate) changed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed: Option<String>,
    pub(crate) sync_alerts: bool,
    pub(crate) description: Untrusted,
    /// Comments by people; `comment_list` shows them.
    pub(crate) comments: u32,
    /// Alerts attached; `alert_list` shows them.
    pub(crate) alerts: u32,
    /// Writes to it that are not settled.
    pub(crate) waiting: Vec<Written>,
    /// Why Kibana could not be asked; what is shown is older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// Comments of a case, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Comments {
    pub(crate) case: String,
    pub(crate) comments: Vec<Comment>,
    pub(crate) total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Comment {
    pub(crate) id: String,
    pub(crate) at: String,
    pub(crate) by: Untrusted,
    pub(crate) text: Untrusted,
}

/// What was done to a case, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Timeline {
    pub(crate) case: String,
    pub(crate) actions: Vec<Action>,
    pub(crate) total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Action {
    pub(crate) at: String,
    pub(crate) by: Untrusted,
    /// create, update, add, delete or `push_to_service`.
    pub(crate) action: String,
    /// What it was done to: status, tags, comment and so on.
    pub(crate) what: String,
    pub(crate) values: Vec<Untrusted>,
}

/// Alerts of a case, oldest attachment first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Alerts {
    pub(crate) case: String,
    pub(crate) alerts: Vec<Alert>,
    pub(crate) total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Alert {
    pub(crate) id: String,
    /// When it was raised, or attached where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Untrusted>,
    /// Whether its document is gone or may not be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unreadable: bool,
}

/// Alerts that were found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FoundAlerts {
    pub(crate) alerts: Vec<Alert>,
    pub(crate) places: Vec<FoundIn>,
    /// Whether an answer was cut to stay small: ask for fewer, or with to.
    pub(crate) cut: bool,
}

/// Where an alert lives and which cases hold it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlertPlaces {
    pub(crate) places: Vec<AlertPlace>,
    /// Places that could not be asked.
    pub(crate) unasked: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlertPlace {
    /// Deployment and space.
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alert: Option<Alert>,
    /// Cases there that hold it.
    pub(crate) cases: Vec<Row>,
}

/// What words of a text mean.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Resolved {
    pub(crate) found: Vec<ResolvedWord>,
    /// Words that mean neither a case nor an alert.
    pub(crate) unknown: Vec<Untrusted>,
    /// Whether the text has more words than were looked up.
    pub(crate) cut: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ResolvedWord {
    pub(crate) word: String,
    /// The case that it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) case: Option<Row>,
    /// Where the alert lives that it means.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) alert: Vec<AlertPlace>,
}

/// Deployments.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Deployments {
    pub(crate) deployments: Vec<Deployment>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Deployment {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kibana_version: Option<String>,
    /// Ids of its spaces in use.
    pub(crate) spaces: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// What a test of a deployment found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Test {
    pub(crate) deployment: String,
    pub(crate) steps: Vec<TestStep>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TestStep {
    pub(crate) step: String,
    /// ok, failed, not reached or unknown.
    pub(crate) outcome: String,
}

/// Spaces in use.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Spaces {
    pub(crate) spaces: Vec<Space>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Space {
    pub(crate) deployment: String,
    pub(crate) space: String,
    pub(crate) name: Untrusted,
    /// Cases that are not closed.
    pub(crate) active: u32,
    /// Cases known.
    pub(crate) cases: u32,
    /// Its key may not change cases.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) read_only: bool,
    /// Nothing shown of it is older; none if it was never read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
    /// Writes that a person is asked about.
    pub(crate) ask: Vec<String>,
    /// Writes that are sent without asking. What is in neither list is refused.
    pub(crate) allow: Vec<String>,
}

/// The outbox.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Outbox {
    pub(crate) entries: Vec<Written>,
    pub(crate) total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<u32>,
}

/// What came of a write.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Writes {
    /// Nothing was written: this is what would be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) dry_run: bool,
    pub(crate) writes: Vec<Written>,
    /// Cases that are as wanted already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unchanged: Vec<String>,
}

/// One write.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Written {
    /// Names it in the outbox.
    entry: String,
    /// Deployment and space.
    place: String,
    /// The case: its handle, or its whole id until it has one.
    case: String,
    what: Untrusted,
    /// proposed (a person is asked), held, waiting, sending, checking, done, needs you, refused or taken back.
    state: String,
    /// The client of the agent that wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Untrusted>,
    /// Until when a person can say yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// How a proposal ended: approved, refused, expired or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// What the person who refused it had to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Untrusted>,
    /// Why it is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What came of an attach.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Attached {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) dry_run: bool,
    /// The case: its handle.
    pub(crate) case: String,
    /// How many alerts had which outcome.
    pub(crate) counts: Vec<Count>,
    /// The first of them, one by one; what was attached before is left out.
    pub(crate) alerts: Vec<AttachedAlert>,
    /// Whether more ids were in the text than are told here.
    pub(crate) cut: bool,
    /// The writes that carry what is on its way.
    pub(crate) writes: Vec<Written>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Count {
    pub(crate) outcome: String,
    pub(crate) n: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AttachedAlert {
    pub(crate) id: String,
    /// attached, attached before, not found, elsewhere, refused, in the outbox.
    pub(crate) outcome: String,
    /// Where it lives, if elsewhere; where could not be asked, if not found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) places: Vec<String>,
}

/// An error. Its words are ours: nothing of a case or of Kibana's answer stands in them.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Failure {
    /// A stable name of what went wrong.
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Cases that may be meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) candidates: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wait_seconds: Option<u32>,
}

impl Row {
    /// In a list in which all cases stand alike.
    pub(crate) fn alike(row: &CaseRow) -> Self {
        Self {
            status: None,
            ..Self::of(row)
        }
    }

    pub(crate) fn of(row: &CaseRow) -> Self {
        Self {
            case: row.handle.clone(),
            title: Untrusted::most(&row.title, LINE),
            status: Some(row.status.clone()),
            severity: row.severity.clone(),
            changed: minute(&row.changed_at),
            alerts: row.n_alerts,
        }
    }
}

impl Alert {
    pub(crate) fn found(alert: &FoundAlert) -> Self {
        Self::of(alert.id.to_string(), None, Some(&alert.summary))
    }

    pub(crate) fn of_case(alert: &CaseAlert) -> Self {
        let at = Some(alert.attached_at.clone());
        Self::of(alert.id.to_string(), at, alert.summary.as_ref())
    }

    fn of(id: String, attached_at: Option<String>, summary: Option<&AlertSummary>) -> Self {
        let text = |text: fn(&AlertSummary) -> &Option<String>, most: usize| {
            let text = summary.and_then(|summary| text(summary).as_deref());
            text.map(|text| Untrusted::most(text, most))
        };
        Self {
            id,
            at: summary.and_then(|one| one.at.clone()).or(attached_at),
            severity: summary.and_then(|one| one.severity.clone()),
            status: summary.and_then(|one| one.status.clone()),
            rule: text(|one| &one.rule_name, LINE),
            host: text(|one| &one.host, LINE),
            user: text(|one| &one.user, LINE),
            reason: text(|one| &one.reason, 2 * LINE),
            unreadable: summary.is_none(),
        }
    }
}

impl Written {
    /// An entry, the case that it goes to, and what a person is or was asked about it.
    pub(crate) fn of(entry: &EntryView, target: &EntryCase, proposals: &[ProposalView]) -> Self {
        let proposal = proposals
            .iter()
            .find(|one| one.writes.iter().any(|write| write.entry == entry.id));
        let open = proposal.filter(|one| one.state == ProposalState::Open);
        Self {
            entry: entry.id.to_string(),
            place: target.place.clone(),
            case: name(target),
            what: Untrusted::most(&writes::what(&entry.what), 2 * LINE),
            state: writes::state(entry.state).to_owned(),
            agent: match &entry.by {
                EntryBy::Mcp { client } => Some(Untrusted::most(client, LINE)),
                EntryBy::Window | EntryBy::Cli => None,
            },
            expires: open.map(|one| one.expires_at.clone()),
            answer: proposal.and_then(|one| answer(one.state)),
            note: proposal
                .and_then(|one| one.note.as_deref())
                .map(|note| Untrusted::most(note, 5 * LINE)),
            problem: entry.error.map(|code| crate::exit::words(code).to_owned()),
        }
    }
}

/// The handle of a case, or its whole name until it has one.
pub(crate) fn name(case: &EntryCase) -> String {
    let whole = || CaseRef::to_string(&case.case);
    case.handle.clone().unwrap_or_else(whole)
}

pub(crate) fn person(person: &Person) -> Untrusted {
    Untrusted::most(person.name.as_deref().unwrap_or("nobody"), LINE)
}

/// A name or a line that others wrote.
pub(crate) fn short(text: &str) -> Untrusted {
    Untrusted::most(text, LINE)
}

/// The sources of rows.
pub(crate) fn sources<'a>(rows: impl IntoIterator<Item = &'a CaseRow>) -> Vec<SourceId> {
    let sources = rows.into_iter().map(|row| row.case.source.clone());
    sources.collect()
}

/// The items from a cursor on, as many as are wanted and fit into one answer, and where the next ones begin.
pub(crate) fn page<T, U: Serialize>(
    items: &[T],
    cursor: Option<u32>,
    limit: usize,
    of: impl Fn(&T) -> U,
) -> (Vec<U>, Option<u32>) {
    let start = usize::try_from(cursor.unwrap_or(0)).unwrap_or(usize::MAX);
    let (mut taken, mut size) = (Vec::new(), 0);
    for item in items.iter().skip(start).take(limit) {
        let item = of(item);
        size += serde_json::to_vec(&item).map_or(0, |json| json.len());
        if size > PAGE && !taken.is_empty() {
            break;
        }
        taken.push(item);
    }
    let end = start.saturating_add(taken.len());
    let next = (end < items.len()).then(|| u32::try_from(end).unwrap_or(u32::MAX));
    (taken, next)
}

fn answer(state: ProposalState) -> Option<String> {
    let word = match state {
        ProposalState::Open => return None,
        ProposalState::Approved => "approved",
        ProposalState::Refused => "refused",
        ProposalState::Expired => "expired",
        ProposalState::Withdrawn => "withdrawn",
    };
    Some(word.to_owned())
}

/// A time to the minute.
fn minute(at: &str) -> String {
    at.get(..16)
        .map_or_else(|| at.to_owned(), |minute| format!("{minute}Z"))
}
