//! One case in full, as faces show it.

mod history;

use jiff::Timestamp;
use kibana_cases::{Attachment, AttachmentKind, Case, User};
use rusqlite::Connection;

use super::{
    cases::{self, CaseKey},
    details::{self, Details},
    row::{self, NamedSource, Places},
};
use crate::{
    alerts::summary,
    error::Error,
    id::CaseRef,
    markdown, outbox,
    plain::visible,
    view::{Activity, ActivityEntry, CaseAlert, CaseDetail, CaseTexts, CommentText, Person},
};

/// A case as a face shows it; `base` is the deployment's address. `None` if it is not known.
pub(crate) fn case_detail(
    connection: &Connection,
    named: &NamedSource,
    case: &CaseRef,
    base: &str,
    now: Timestamp,
) -> Result<Option<CaseDetail>, Error> {
    let Some(key) = cases::key(connection, case)? else {
        return Ok(None);
    };
    let places = Places::find(connection, std::slice::from_ref(named))?;
    let Some(row) = row::of(connection, &places, &[key])?.pop() else {
        return Ok(None);
    };
    let shown = cases::shown(connection, key)?;
    let case = &row.case.clone();
    let details = details::get(connection, key)?;
    let entries = outbox::of_case(connection, case)?;
    let activity = details
        .as_ref()
        .map(|details| activity(connection, key, details));
    // The record begins with the creation: where it is empty it was never read.
    let history = details
        .as_ref()
        .filter(|details| !details.history.is_empty())
        .map(|details| history::history(connection, &details.history, &details.attachments));
    Ok(Some(CaseDetail {
        row,
        description: markdown::parse(&shown.description),
        reporter: person(&shown.created_by),
        category: shown.category.as_deref().map(visible),
        sync_alerts: shown.settings.sync_alerts,
        closed_at: shown.closed_at.map(|at| at.to_string()),
        kibana_url: kibana_url(base, case, &shown),
        activity: activity.transpose()?,
        history: history.transpose()?,
        alerts: details.as_ref().map(alerts),
        entries: entries.iter().map(|entry| entry.view(now)).collect(),
        read_at: details
            .filter(|_| !case.is_local())
            .map(|details| details.read_at.to_string()),
        problem: details::problem(connection, key)?,
    }))
}

/// The texts of a case as they were typed. `None` if it is not known.
pub(crate) fn texts(connection: &Connection, case: &CaseRef) -> Result<Option<CaseTexts>, Error> {
    let Some(key) = cases::key(connection, case)? else {
        return Ok(None);
    };
    let details = details::get(connection, key)?;
    let shown = cases::shown(connection, key)?;
    let assignees = shown.assignees.into_iter();
    Ok(Some(CaseTexts {
        title: shown.title,
        tags: shown.tags,
        assignees: assignees.map(|assignee| assignee.uid).collect(),
        description: shown.description,
        comments: details.map(|details| details.attachments.iter().filter_map(comment).collect()),
    }))
}

fn comment(attachment: &Attachment) -> Option<CommentText> {
    match &attachment.kind {
        AttachmentKind::Comment(text) => Some(CommentText {
            id: attachment.id.clone(),
            at: attachment.created_at.to_string(),
            by: person(&attachment.created_by),
            edited_at: attachment.updated_at.map(|at| at.to_string()),
            text: text.clone(),
        }),
        AttachmentKind::Alerts { .. } | AttachmentKind::Other { .. } => None,
    }
}

fn activity(
    connection: &Connection,
    key: CaseKey,
    details: &Details,
) -> Result<Vec<ActivityEntry>, Error> {
    let read = details.attachments.iter().map(entry);
    let pending = cases::pending_comments(connection, key)?;
    let pending = pending.into_iter().map(|(text, at)| ActivityEntry {
        id: None,
        at: at.to_string(),
        by: Person { name: None },
        what: Activity::Comment {
            body: markdown::parse(&text),
            edited_at: None,
        },
    });
    Ok(read.chain(pending).collect())
}

fn entry(attachment: &Attachment) -> ActivityEntry {
    let what = match &attachment.kind {
        AttachmentKind::Comment(text) => Activity::Comment {
            body: markdown::parse(text),
            edited_at: attachment.updated_at.map(|at| at.to_string()),
        },
        AttachmentKind::Alerts { alerts, rule } => Activity::Alerts {
            rule_name: rule.name.as_deref().map(visible),
            alerts: alerts.iter().map(|alert| alert.id.clone()).collect(),
        },
        AttachmentKind::Other { type_name, .. } => Activity::Other {
            type_name: visible(type_name),
        },
    };
    ActivityEntry {
        id: Some(attachment.id.clone()),
        at: attachment.created_at.to_string(),
        by: person(&attachment.created_by),
        what,
    }
}

fn alerts(details: &Details) -> Vec<CaseAlert> {
    let alert = |(alert, attached_at): &(kibana_cases::AttachedAlert, Timestamp)| CaseAlert {
        id: alert.id.clone(),
        index: visible(&alert.index),
        attached_at: attached_at.to_string(),
        summary: details.documents.get(&alert.id).map(summary),
    };
    details.alerts.iter().map(alert).collect()
}

/// A person as a face names them.
pub(crate) fn person(user: &User) -> Person {
    let filled =
        |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(visible);
    Person {
        name: filled(&user.full_name)
            .or_else(|| filled(&user.username))
            .or_else(|| filled(&user.profile_uid)),
    }
}

/// Opens the case in Kibana (`kibana-cases-api.md` §4.6).
fn kibana_url(base: &str, case: &CaseRef, known: &Case) -> String {
    let app = match known.owner.as_str() {
        "observability" => "/app/observability",
        "cases" => "/app/management/insightsAndAlerting",
        _ => "/app/security",
    };
    let space = if case.source.space.is_default() {
        String::new()
    } else {
        format!("/s/{}", case.source.space)
    };
    format!(
        "{}{space}{app}/cases/{}",
        base.trim_end_matches('/'),
        case.id
    )
}
