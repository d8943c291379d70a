//! The classes that need what was on screen.

use super::{Finding, History, View, Write, events::Events};

/// Nothing on screen is older than an own write that was confirmed before.
pub(super) fn stale_read(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for view in &history.views {
        let Some(case) = events.id_of(&view.case) else {
            continue;
        };
        for (place, entry) in history.entries.iter().enumerate() {
            let of_case =
                entry.deployment == view.deployment && events.id_of(&entry.case) == Some(case);
            if !of_case || !entry.is_confirmed_by(view.at) {
                continue;
            }
            let is_stale = match &entry.write {
                Write::CreateCase => view.gone && !events.is_case_gone(&view.deployment, case),
                Write::Comment => {
                    let shown = view.comments.as_ref();
                    shown.is_some_and(|shown| !view.gone && !shown.contains(&entry.token))
                        && !events.is_comment_gone(&view.deployment, case, &entry.token)
                }
                Write::Edit { field, .. } => shows_older(history, events, view, place, field),
                Write::Attach { .. } | Write::DeleteCase | Write::DeleteComment { .. } => false,
            };
            if is_stale {
                findings.push(Finding::StaleRead {
                    token: entry.token.clone(),
                    at: view.at,
                });
            }
        }
    }
    findings
}

/// Whether a view shows a field as it was before an edit.
fn shows_older(
    history: &History,
    events: &Events<'_>,
    view: &View,
    entry: usize,
    field: &str,
) -> bool {
    let Some(shown) = view.fields.get(field) else {
        return false;
    };
    let Some(&written) = events.places(entry).last() else {
        return false;
    };
    let first = events.all[written];
    let since = events.all[written..]
        .iter()
        .filter(|event| event.deployment == first.deployment && event.change.id == first.change.id);
    let in_log = since
        .filter_map(|event| event.change.fields.get(field))
        .any(|values| values.after == *shown);
    // Own writes that are still on their way lie over what Kibana has.
    let order = history.entries[entry].order;
    let own = history.entries.iter().any(|later| {
        later.order > order
            && matches!(&later.write, Write::Edit { field: own, value, .. } if own == field && value == shown)
    });
    !in_log && !own
}

/// Nothing that was deleted, and known to be, is on screen again.
pub(super) fn resurrection(history: &History, events: &Events<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for view in &history.views {
        let Some(case) = events.id_of(&view.case) else {
            continue;
        };
        if !view.gone && knew_case_gone(history, events, view, case) {
            findings.push(Finding::Resurrection {
                what: case.to_owned(),
                at: view.at,
            });
        }
        for token in view.comments.iter().flatten() {
            if knew_comment_gone(history, events, view, case, token) {
                findings.push(Finding::Resurrection {
                    what: token.clone(),
                    at: view.at,
                });
            }
        }
    }
    findings
}

fn knew_case_gone(history: &History, events: &Events<'_>, view: &View, case: &str) -> bool {
    let deleted = history.entries.iter().any(|entry| {
        entry.write == Write::DeleteCase
            && entry.is_confirmed_by(view.at)
            && entry.deployment == view.deployment
            && events.id_of(&entry.case) == Some(case)
    });
    let shown_gone = earlier(history, events, view, case).any(|earlier| earlier.gone);
    deleted || (shown_gone && events.is_case_gone(&view.deployment, case))
}

fn knew_comment_gone(
    history: &History,
    events: &Events<'_>,
    view: &View,
    case: &str,
    token: &str,
) -> bool {
    let deleted = history.entries.iter().any(|entry| {
        matches!(&entry.write, Write::DeleteComment { token: gone } if gone == token)
            && entry.is_confirmed_by(view.at)
    });
    if deleted {
        return true;
    }
    if !events.is_comment_gone(&view.deployment, case, token) {
        return false;
    }
    let mut was_there = false;
    for earlier in earlier(history, events, view, case) {
        let shows = |comments: &Vec<String>| comments.iter().any(|shown| shown == token);
        match earlier.comments.as_ref().map(shows) {
            Some(true) => was_there = true,
            Some(false) if was_there => return true,
            Some(false) | None => {}
        }
    }
    false
}

/// What was shown of a case before a view, in order.
fn earlier<'a>(
    history: &'a History,
    events: &Events<'a>,
    view: &'a View,
    case: &str,
) -> impl Iterator<Item = &'a View> {
    let mut earlier: Vec<&View> = history
        .views
        .iter()
        .filter(|other| {
            other.at < view.at
                && other.deployment == view.deployment
                && events.id_of(&other.case) == Some(case)
        })
        .collect();
    earlier.sort_by_key(|view| view.at);
    earlier.into_iter()
}
