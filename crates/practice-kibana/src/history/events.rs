//! The logs as the checks need them: which change is the work of which entry.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{CaseName, DeploymentLog, Entry, History, Write};
use crate::log::{Action, Cause, Change, Commit, Document};

/// One change of a case or attachment, in the order of the log.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) deployment: &'a str,
    pub(super) commit: &'a Commit,
    pub(super) change: &'a Change,
}

/// What the logs hold, by entry and by case.
pub(super) struct Events<'a> {
    pub(super) all: Vec<Event<'a>>,
    /// The events of each entry, by its place in the history.
    of_entry: Vec<Vec<usize>>,
    /// The entries of each event, by its place in `all`.
    of_event: Vec<Vec<usize>>,
    /// The case that each token created.
    created: HashMap<&'a str, &'a str>,
}

impl<'a> Events<'a> {
    pub(super) fn of(history: &'a History, logs: &'a [DeploymentLog]) -> Self {
        let mut all = Vec::new();
        for log in logs {
            for commit in &log.commits {
                let changes = commit.changes.iter().filter(|change| {
                    matches!(change.document, Document::Case | Document::Attachment)
                });
                all.extend(changes.map(|change| Event {
                    deployment: &log.deployment,
                    commit,
                    change,
                }));
            }
        }
        let mut events = Self {
            of_entry: vec![Vec::new(); history.entries.len()],
            of_event: vec![Vec::new(); all.len()],
            created: HashMap::new(),
            all,
        };
        events.match_tokens(history);
        events.match_the_rest(history);
        events
    }

    /// The changes that an entry made.
    pub(super) fn of_entry(&self, entry: usize) -> impl Iterator<Item = Event<'a>> {
        self.of_entry[entry].iter().map(|&event| self.all[event])
    }

    /// Whether an event is the work of an entry.
    pub(super) fn is_explained(&self, event: usize) -> bool {
        !self.of_event[event].is_empty()
    }

    /// The entries that an event is the work of.
    pub(super) fn entries_of(&self, event: usize) -> &[usize] {
        &self.of_event[event]
    }

    /// The places of the events of an entry in the log.
    pub(super) fn places(&self, entry: usize) -> &[usize] {
        &self.of_entry[entry]
    }

    /// Kibana's id of a case; `None` if it never came to be.
    pub(super) fn id_of(&self, case: &'a CaseName) -> Option<&'a str> {
        match case {
            CaseName::Id(id) => Some(id),
            CaseName::CreatedBy(token) => self.created.get(token.as_str()).copied(),
        }
    }

    /// The changes of a case itself, in order.
    pub(super) fn of_case(&self, deployment: &str, id: &str) -> impl Iterator<Item = Event<'a>> {
        self.all.iter().copied().filter(move |event| {
            event.deployment == deployment
                && event.change.document == Document::Case
                && event.change.id == id
        })
    }

    /// Whether a case was deleted or moved away at any time.
    pub(super) fn is_case_gone(&self, deployment: &str, id: &str) -> bool {
        self.of_case(deployment, id)
            .any(|event| matches!(event.change.action, Action::Delete | Action::Move))
    }

    /// Whether a comment with a token was deleted, by itself or with its case.
    pub(super) fn is_comment_gone(&self, deployment: &str, case: &str, token: &str) -> bool {
        let deleted = |event: &Event<'_>| {
            event.deployment == deployment
                && event.change.document == Document::Attachment
                && event.change.action == Action::Delete
                && event.old_tokens().contains(token)
        };
        self.all.iter().any(deleted) || self.is_case_gone(deployment, case)
    }

    fn claim(&mut self, entry: usize, event: usize) {
        self.of_entry[entry].push(event);
        self.of_event[event].push(entry);
    }

    /// Gives each event to the entries whose tokens are new in it.
    fn match_tokens(&mut self, history: &'a History) {
        let by_token: HashMap<&str, usize> = history
            .entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (entry.token.as_str(), place))
            .collect();
        for place in 0..self.all.len() {
            let event = self.all[place];
            if !event.is_asked_for() {
                continue;
            }
            let old = event.old_tokens();
            let mut new: Vec<usize> = event
                .new_tokens()
                .difference(&old)
                .filter_map(|token| by_token.get(token).copied())
                .collect();
            new.sort_unstable();
            for entry in new {
                let written = &history.entries[entry];
                let creates = written.write == Write::CreateCase
                    && event.change.document == Document::Case
                    && event.change.action == Action::Create;
                if creates {
                    self.created
                        .entry(written.token.as_str())
                        .or_insert(&event.change.id);
                }
                self.claim(entry, place);
            }
        }
    }

    /// Finds what carries no token: deletions, alerts, and values that are words.
    fn match_the_rest(&mut self, history: &'a History) {
        let mut in_order: Vec<usize> = (0..history.entries.len()).collect();
        in_order.sort_by_key(|&place| history.entries[place].order);
        for place in in_order {
            let entry = &history.entries[place];
            let Some(case) = self.id_of(&entry.case) else {
                continue;
            };
            if !self.of_entry[place].is_empty() {
                continue;
            }
            let fits = |event: &Event<'_>| event.is_asked_for() && is_work_of(event, entry, case);
            let found: Vec<usize> = (0..self.all.len())
                .filter(|&place| fits(&self.all[place]))
                .collect();
            let takes_one = matches!(entry.write, Write::Edit { .. });
            let found = found.into_iter().filter(|&event| {
                // A word that was set twice is the work of two entries.
                !takes_one || self.of_event[event].is_empty()
            });
            let found: Vec<usize> = if takes_one {
                found.take(1).collect()
            } else {
                found.collect()
            };
            for event in found {
                self.claim(place, event);
            }
        }
    }
}

/// Whether an event without the token of an entry is what the entry asked for.
fn is_work_of(event: &Event<'_>, entry: &Entry, case: &str) -> bool {
    let change = event.change;
    if event.deployment != entry.deployment || change.case.as_deref() != Some(case) {
        return false;
    }
    match &entry.write {
        Write::Comment | Write::CreateCase => false,
        Write::Edit { field, value, .. } => {
            let has_token = contains_token(value, &entry.token);
            let by_author = event.commit.user.as_deref() == Some(entry.author.as_str());
            let field = change.fields.get(field);
            change.document == Document::Case
                && change.action == Action::Update
                && !has_token
                && by_author
                && field.is_some_and(|field| field.after == *value)
        }
        Write::Attach { alerts } => {
            change.document == Document::Attachment
                && change.action == Action::Create
                && event
                    .alerts()
                    .any(|alert| alerts.iter().any(|own| own == alert))
        }
        Write::DeleteCase => change.document == Document::Case && change.action == Action::Delete,
        Write::DeleteComment { token } => {
            change.document == Document::Attachment
                && change.action == Action::Delete
                && event.old_tokens().contains(token.as_str())
        }
    }
}

impl<'a> Event<'a> {
    pub(super) fn number(&self) -> u64 {
        self.commit.number
    }

    /// Whether a request asked for it.
    pub(super) fn is_asked_for(&self) -> bool {
        self.commit.cause == Cause::Request
    }

    /// The alerts of an attachment after the change.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &'a str> {
        let ids = self.change.fields.get("alertId").map(|ids| &ids.after);
        ids.into_iter().flat_map(|ids| {
            let many = ids.as_array().map_or(&[][..], Vec::as_slice);
            many.iter().chain([ids]).filter_map(Value::as_str)
        })
    }

    fn new_tokens(&self) -> HashSet<&'a str> {
        let mut tokens = HashSet::new();
        for field in self.change.fields.values() {
            collect_tokens(&field.after, &mut tokens);
        }
        tokens
    }

    fn old_tokens(&self) -> HashSet<&'a str> {
        let mut tokens = HashSet::new();
        for field in self.change.fields.values() {
            collect_tokens(&field.before, &mut tokens);
        }
        tokens
    }
}

/// All words of letters, digits, `-` and `_` in the texts of a value.
pub(super) fn collect_tokens<'a>(value: &'a Value, tokens: &mut HashSet<&'a str>) {
    match value {
        Value::String(text) => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            tokens.extend(text.split(|c| !is_part(c)).filter(|word| !word.is_empty()));
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect_tokens(value, tokens)),
        Value::Object(fields) => fields
            .values()
            .for_each(|value| collect_tokens(value, tokens)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn contains_token(value: &Value, token: &str) -> bool {
    let mut tokens = HashSet::new();
    collect_tokens(value, &mut tokens);
    tokens.contains(token)
}
