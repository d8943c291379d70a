//! One case in full, as faces show it.

mod history;

use jiff::Timestamp;
use kibana_cases::{Attachment, AttachmentKind, Case, User};
use rusqlite::Connection;
use serde_json::Value;

use super::{
    cases::{self, CaseKey},
    details::{self, Details},
    mine,
    row::{self, NamedSource, Places},
};
use crate::{
    alerts::summary,
    error::Error,
    id::CaseRef,
    markdown,
    outbox::{self, Change, Entry},
    plain::visible,
    view::{
        Activity, ActivityEntry, CaseAlert, CaseDetail, CaseFields, CaseTexts, CommentText,
        CustomFieldEdit, CustomValue, Markdown, PendingChange, Person,
    },
};

/// Most characters of an attachment's JSON that are shown.
const MOST_RAW: usize = 20_000;

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
        .map(|details| activity(connection, key, details, &entries));
    let mut activity = activity.transpose()?;
    let description = lay_out(
        &shown.description,
        activity.as_deref_mut().unwrap_or_default(),
    );
    // The record begins with the creation: where it is empty it was never read.
    let history = details
        .as_ref()
        .filter(|details| !details.history.is_empty())
        .map(|details| history::history(connection, &details.history, &details.attachments));
    Ok(Some(CaseDetail {
        row,
        description,
        fields: fields(&shown),
        reporter: person(&shown.created_by),
        category: shown.category.as_deref().map(visible),
        sync_alerts: shown.settings.sync_alerts,
        closed_at: shown.closed_at.map(|at| at.to_string()),
        kibana_url: kibana_url(base, case, &shown),
        activity,
        history: history.transpose()?,
        alerts: details.as_ref().map(alerts),
        entries: entries.iter().map(|entry| entry.view(now)).collect(),
        read_at: details
            .filter(|_| !case.is_local())
            .map(|details| details.read_at.to_string()),
        problem: details::problem(connection, key)?,
        looked_at: mine::looked_at(connection, case)?,
        pinned: mine::pinned(connection, case)?,
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

fn fields(shown: &Case) -> CaseFields {
    let custom = shown.custom_fields.iter();
    CaseFields {
        title: shown.title.clone(),
        description: shown.description.clone(),
        tags: shown.tags.clone(),
        assignees: shown
            .assignees
            .iter()
            .map(|assignee| assignee.uid.clone())
            .collect(),
        category: shown.category.clone().unwrap_or_default(),
        custom_fields: custom
            .map(|field| CustomFieldEdit {
                key: field.key.to_string(),
                value: CustomValue::from(&field.value),
            })
            .filter(|field| field.value != CustomValue::None)
            .collect(),
    }
}

impl From<&Value> for CustomValue {
    /// What is of no kind that this app knows is shown as it came.
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::None,
            Value::String(text) => Self::Text { text: text.clone() },
            Value::Bool(on) => Self::Toggle { on: *on },
            Value::Number(number) => Self::Number {
                number: number.as_f64().unwrap_or_default(),
            },
            Value::Array(_) | Value::Object(_) => Self::Text {
                text: value.to_string(),
            },
        }
    }
}

/// Parses the texts of a case: its description, then its comments, the newest first, so that what is too much is the oldest.
fn lay_out(description: &str, activity: &mut [ActivityEntry]) -> Markdown {
    let mut n_left = markdown::MOST_NODES;
    let description = markdown::parse_within(description, &mut n_left);
    for entry in activity.iter_mut().rev() {
        if let Activity::Comment { body, text, .. } = &mut entry.what {
            *body = markdown::parse_within(text, &mut n_left);
        }
    }
    description
}

/// Attachments and what lies over them; bodies come later.
fn activity(
    connection: &Connection,
    key: CaseKey,
    details: &Details,
    entries: &[Entry],
) -> Result<Vec<ActivityEntry>, Error> {
    let read = details.attachments.iter().map(|attachment| {
        let mut shown = entry(attachment);
        for change in entries.iter().filter(|entry| entry.state.is_in_line()) {
            lay_over(&mut shown, attachment, &change.change);
        }
        shown
    });
    // A comment that was read before its answer came shows once.
    let arrived = entries.iter().filter_map(|entry| match &entry.change {
        Change::AddComment { text } if outbox::is_among(entry, &details.attachments) => {
            Some((text, entry.created_at.as_microsecond()))
        }
        _ => None,
    });
    let arrived: Vec<_> = arrived.collect();
    let has_arrived =
        |(text, at): &(String, Timestamp)| arrived.contains(&(text, at.as_microsecond()));
    let pending = cases::pending_comments(connection, key)?;
    let pending = pending.into_iter().filter(|one| !has_arrived(one));
    let pending = pending.map(|(text, at)| ActivityEntry {
        id: None,
        at: at.to_string(),
        by: Person { name: None },
        what: Activity::Comment {
            body: Markdown::default(),
            text,
            edited_at: None,
        },
        pending: Some(PendingChange::Added),
    });
    Ok(read.chain(pending).collect())
}

/// Lays an unconfirmed change over an attachment, if it is about it.
fn lay_over(shown: &mut ActivityEntry, attachment: &Attachment, change: &Change) {
    match change {
        Change::EditComment {
            attachment: id,
            mine,
            ..
        } if *id == attachment.id => {
            let edited_at = match &shown.what {
                Activity::Comment { edited_at, .. } => edited_at.clone(),
                Activity::Alerts { .. } | Activity::Other { .. } => return,
            };
            shown.what = Activity::Comment {
                body: Markdown::default(),
                text: mine.clone(),
                edited_at,
            };
            shown.pending = Some(PendingChange::Edited);
        }
        Change::DeleteAttachment { attachment: id, .. } if *id == attachment.id => {
            shown.pending = Some(PendingChange::Removed);
        }
        Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::CreateCase(_)
        | Change::EditCase { .. }
        | Change::AddComment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_)
        | Change::DeleteCase { .. }
        | Change::Push { .. } => {}
    }
}

fn entry(attachment: &Attachment) -> ActivityEntry {
    let what = match &attachment.kind {
        AttachmentKind::Comment(text) => Activity::Comment {
            body: Markdown::default(),
            text: text.clone(),
            edited_at: attachment.updated_at.map(|at| at.to_string()),
        },
        AttachmentKind::Alerts { alerts, rule } => Activity::Alerts {
            rule_name: rule.name.as_deref().map(visible),
            alerts: alerts.iter().map(|alert| alert.id.clone()).collect(),
        },
        AttachmentKind::Other { type_name, raw } => Activity::Other {
            type_name: visible(type_name),
            raw: shown_json(raw),
        },
    };
    ActivityEntry {
        id: Some(attachment.id.clone()),
        at: attachment.created_at.to_string(),
        by: person(&attachment.created_by),
        what,
        pending: None,
    }
}

/// JSON in lines, cut off where it is long.
pub(crate) fn shown_json(raw: &Value) -> String {
    let text = format!("{raw:#}");
    let lines = text.lines().map(visible).collect::<Vec<_>>().join("\n");
    match lines.char_indices().nth(MOST_RAW) {
        Some((at, _)) => format!("{}…", lines.get(..at).unwrap_or_default()),
        None => lines,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_a_case_share_what_a_page_holds_and_the_oldest_are_plain_and_whole() {
        let large = "*a* ".repeat(2_000);
        let mut activity: Vec<_> = (0..5)
            .map(|_| ActivityEntry {
                id: None,
                at: String::new(),
                by: Person { name: None },
                what: Activity::Comment {
                    body: Markdown::default(),
                    text: large.clone(),
                    edited_at: None,
                },
                pending: None,
            })
            .collect();
        assert!(!lay_out("few words", &mut activity).plain);
        let bodies = activity.iter().map(|entry| match &entry.what {
            Activity::Comment { body, .. } => body,
            Activity::Alerts { .. } | Activity::Other { .. } => unreachable!("all are comments"),
        });
        let bodies: Vec<_> = bodies.collect();
        let plain: Vec<_> = bodies.iter().map(|body| body.plain).collect();
        assert_eq!(plain, [true, true, true, false, false]);
        let whole = Markdown {
            blocks: vec![crate::view::Block::Code {
                language: None,
                text: large,
            }],
            plain: true,
        };
        assert_eq!(*bodies[0], whole);
    }
}
