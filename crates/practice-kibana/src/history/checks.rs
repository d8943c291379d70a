//! The classes that follow from entries and log alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::{
    Entry, Finding, History, Place, Write,
    events::{Event, Events, collect_tokens},
};
use crate::log::Action;

/// What was promised must be there, and nothing twice, whatever its state.
pub(super) fn lost_and_duplicate(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, entry) in history.entries.iter().enumerate() {
        let made: Vec<Event<'_>> = events.of_entry(place).collect();
        if let Write::Attach { alerts } = &entry.write {
            findings.extend(lost_and_double_alerts(entry, alerts, &made));
            continue;
        }
        if made.is_empty() && entry.is_promised() && !is_so_anyway(entry, events) {
            findings.push(Finding::Lost {
                token: entry.token.clone(),
                alerts: Vec::new(),
            });
        }
        if made.len() > 1 {
            findings.push(Finding::Duplicate {
                token: entry.token.clone(),
                commits: made.iter().map(Event::number).collect(),
            });
        }
    }
    findings
}

fn lost_and_double_alerts(entry: &Entry, alerts: &[String], made: &[Event<'_>]) -> Vec<Finding> {
    let times = |alert: &String| -> Vec<u64> {
        made.iter()
            .filter(|event| event.alerts().any(|id| id == alert))
            .map(Event::number)
            .collect()
    };
    let missing: Vec<String> = alerts
        .iter()
        .filter(|alert| times(alert).is_empty())
        .cloned()
        .collect();
    let mut findings = Vec::new();
    if entry.is_promised() && !missing.is_empty() {
        findings.push(Finding::Lost {
            token: entry.token.clone(),
            alerts: missing,
        });
    }
    if let Some(commits) = alerts.iter().map(times).find(|commits| commits.len() > 1) {
        findings.push(Finding::Duplicate {
            token: entry.token.clone(),
            commits,
        });
    }
    findings
}

/// Whether what an entry asks for was so without it: a word that was set already, a case that is gone.
fn is_so_anyway(entry: &Entry, events: &Events<'_>) -> bool {
    let Some(case) = events.id_of(&entry.case) else {
        return false;
    };
    match &entry.write {
        Write::Edit { field, value, .. } => {
            let mut tokens = HashSet::new();
            collect_tokens(value, &mut tokens);
            !tokens.contains(entry.token.as_str())
                && events
                    .of_case(&entry.deployment, case)
                    .filter_map(|event| event.change.fields.get(field))
                    .any(|change| change.after == *value || change.before == *value)
        }
        Write::DeleteComment { token } => events.is_comment_gone(&entry.deployment, case, token),
        Write::DeleteCase => events.is_case_gone(&entry.deployment, case),
        Write::Comment | Write::CreateCase | Write::Attach { .. } => false,
    }
}

/// What an author of the history wrote must be the work of an entry.
pub(super) fn phantom(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let authors: HashSet<&str> = history
        .entries
        .iter()
        .map(|entry| entry.author.as_str())
        .collect();
    let all = events.all.iter().enumerate();
    all.filter(|(place, event)| {
        let by_author = event
            .commit
            .user
            .as_deref()
            .is_some_and(|user| authors.contains(user));
        // A case is touched by whatever is written to its attachments.
        let touched = event.change.action == Action::Update && !event.change.changes_fields();
        by_author && event.is_asked_for() && !touched && !events.is_explained(*place)
    })
    .map(|(_, event)| Finding::Phantom {
        deployment: event.deployment.to_owned(),
        commit: event.number(),
        document: event.change.id.clone(),
    })
    .collect()
}

/// In one case, an author's writes are in the order in which they were acknowledged.
pub(super) fn order(history: &History, events: &Events<'_>) -> Vec<Finding> {
    /// Deployment, case and author.
    type Line<'a> = (&'a str, &'a str, &'a str);
    /// Places in the order of acknowledgement and in the log.
    type Written<'a> = (u64, u64, &'a Entry);
    let mut by_case: BTreeMap<Line<'_>, Vec<Written<'_>>> = BTreeMap::new();
    for (place, entry) in history.entries.iter().enumerate() {
        let Some(first) = events.of_entry(place).next() else {
            continue;
        };
        let case = first.change.case.as_deref().unwrap_or_default();
        let key = (first.deployment, case, entry.author.as_str());
        let written = (entry.order, first.number(), entry);
        by_case.entry(key).or_default().push(written);
    }
    let mut findings = Vec::new();
    for ((_, case, _), mut written) in by_case {
        written.sort_by_key(|(order, ..)| *order);
        for pair in written.windows(2) {
            let [(_, first, earlier), (_, second, later)] = pair else {
                continue;
            };
            if first > second {
                findings.push(Finding::Order {
                    case: case.to_owned(),
                    earlier: earlier.token.clone(),
                    later: later.token.clone(),
                });
            }
        }
    }
    findings
}

/// No value goes that its overwriter had not seen, unless it lives on in the new one.
pub(super) fn lost_update(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // When each field of each case was last written, in the order of the log.
    let mut last: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for (place, event) in events.all.iter().enumerate() {
        let change = event.change;
        for (field, values) in &change.fields {
            let key = (event.deployment, change.id.as_str(), field.as_str());
            let before = last.insert(key, place);
            let Some(before) = before else { continue };
            for &entry in events.entries_of(place) {
                let entry = &history.entries[entry];
                let edits = matches!(&entry.write, Write::Edit { field: own, .. } if own == field);
                if edits
                    && !has_seen(history, events, entry, before, &values.before)
                    && !lives_on(&values.before, &values.after)
                {
                    findings.push(Finding::LostUpdate {
                        token: entry.token.clone(),
                        field: field.clone(),
                        lost: events.all[before].number(),
                        commit: event.number(),
                    });
                }
            }
        }
    }
    findings
}

/// Whether the author of an edit knew the value that an event had written.
fn has_seen(
    history: &History,
    events: &Events<'_>,
    entry: &Entry,
    written: usize,
    value: &Value,
) -> bool {
    let Write::Edit {
        seen, seen_value, ..
    } = &entry.write
    else {
        return true;
    };
    let event = events.all[written];
    let own = events.entries_of(written).iter().any(|&other| {
        let other = &history.entries[other];
        other.author == entry.author && other.order < entry.order
    });
    if own || seen_value.as_ref() == Some(value) {
        return true;
    }
    let Some(seen) = seen else { return false };
    // The first commit that gave the version: a token that is used twice proves only that.
    let mut of_case = events.of_case(event.deployment, &event.change.id);
    let seen_at = of_case.find(|known| known.change.version.as_ref() == Some(seen));
    seen_at.is_some_and(|seen_at| seen_at.number() >= event.number())
}

/// Whether a value is part of another one: every member of a list, every word of a text.
fn lives_on(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Null, _) => true,
        (Value::Array(old), Value::Array(new)) => old.iter().all(|member| new.contains(member)),
        (Value::String(_), Value::String(_)) => {
            let (mut was, mut is) = (HashSet::new(), HashSet::new());
            collect_tokens(old, &mut was);
            collect_tokens(new, &mut is);
            was.is_subset(&is)
        }
        (old, new) => old == new,
    }
}

/// What is written is where, and by whom, it was meant to be.
pub(super) fn misattribution(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, entry) in history.entries.iter().enumerate() {
        let by_others = matches!(entry.write, Write::DeleteCase | Write::DeleteComment { .. });
        for event in events.of_entry(place) {
            let case = match entry.write {
                Write::CreateCase => None,
                _ => events.id_of(&entry.case),
            };
            let written = event.change.case.as_deref().unwrap_or_default();
            let author = event.commit.user.as_deref().unwrap_or_default();
            let places = [
                (
                    Place::Deployment,
                    entry.deployment.as_str(),
                    event.deployment,
                ),
                (Place::Space, &entry.space, &event.commit.space),
                (Place::Case, case.unwrap_or(written), written),
                (
                    Place::Author,
                    &entry.author,
                    if by_others { &entry.author } else { author },
                ),
            ];
            for (what, meant, written) in places {
                if meant != written {
                    findings.push(Finding::Misattribution {
                        token: entry.token.clone(),
                        commit: event.number(),
                        what,
                        meant: meant.to_owned(),
                        written: written.to_owned(),
                    });
                }
            }
        }
    }
    findings
}
