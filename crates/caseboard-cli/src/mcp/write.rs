//! Tools that write: by the outbox, as far as it is granted.

use caseboard_core::{
    desk::Desk,
    id::CaseRef,
    view::{CaseEdit, EntryView, NewCaseForm, NewStatus, Outcome},
};

use super::{
    Answer, input,
    read::{answer, entries, ids},
    session::{Call, Saying},
    told,
};
use crate::{
    commands::{alert_ids, changed},
    context::{Context, invalid},
    told::Result,
};

/// Most cases that one call changes.
const MOST_CASES: usize = 20;
/// Most alerts that are told one by one.
const MOST_ALERTS: usize = 50;

pub(super) async fn create(call: Call, input: input::CreateCase) -> Result<Answer> {
    let context = call.context(input.deployment, input.space)?;
    let (source, _) = context.source().await?;
    let form = NewCaseForm {
        title: input.title,
        description: input.description,
        tags: input.tags,
        severity: input.severity.unwrap_or(input::Severity::Low).word(),
        assignees: input.assignees,
        category: input.category,
        sync_alerts: input.sync_alerts.unwrap_or(true),
        custom_fields: Vec::new(),
    };
    let desk = call.writer(&Saying {
        reason: input.reason.as_deref(),
        key: input.key.as_deref(),
        dry_run: input.dry_run,
    })?;
    let written = desk.create_case(&source, form).await?;
    wrote(&context, input.dry_run, &[written], &[]).await
}

pub(super) async fn update(call: Call, input: input::UpdateCases) -> Result<Answer> {
    let changes_tags = !input.add_tags.is_empty() || !input.remove_tags.is_empty();
    if changes_tags && input.replace_tags.is_some() {
        let reason = "not together with add_tags and remove_tags";
        return Err(invalid("replace_tags", reason));
    }
    let changes_people = !input.assign.is_empty() || !input.unassign.is_empty();
    let edit = CaseEdit {
        status: input.status.map(|status| match status {
            input::OpenStatus::Open => NewStatus::Open,
            input::OpenStatus::InProgress => NewStatus::InProgress,
        }),
        severity: input.severity.map(input::Severity::word),
        title: input.title,
        description: input.description,
        tags: input.replace_tags,
        category: input.category,
        sync_alerts: input.sync_alerts,
        ..CaseEdit::default()
    };
    if edit == CaseEdit::default() && !changes_tags && !changes_people {
        return Err(invalid("field", "nothing is to be changed"));
    }
    let context = call.all()?;
    let cases = cases(&context, &input.cases).await?;
    let mut edits = Vec::with_capacity(cases.len());
    for case in &cases {
        let mut edit = edit.clone();
        if changes_tags || changes_people {
            let has = context.desk.texts(case).await?;
            if changes_tags {
                edit.tags = Some(changed(has.tags, &input.add_tags, &input.remove_tags));
            }
            if changes_people {
                edit.assignees = Some(changed(has.assignees, &input.assign, &input.unassign));
            }
        }
        edits.push((case.clone(), edit));
    }
    let desk = call.writer(&Saying {
        reason: input.reason.as_deref(),
        key: None,
        dry_run: input.dry_run,
    })?;
    edited(&context, &desk, &edits, input.dry_run).await
}

pub(super) async fn close(call: Call, input: input::SomeCases) -> Result<Answer> {
    let context = call.all()?;
    let edit = CaseEdit {
        status: Some(NewStatus::Closed),
        ..CaseEdit::default()
    };
    let cases = cases(&context, &input.cases).await?.into_iter();
    let edits: Vec<_> = cases.map(|case| (case, edit.clone())).collect();
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    edited(&context, &desk, &edits, input.dry_run).await
}

pub(super) async fn delete(call: Call, input: input::SomeCases) -> Result<Answer> {
    let context = call.all()?;
    let cases = cases(&context, &input.cases).await?;
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    let written = desk.delete_cases(&cases).await?;
    wrote(&context, input.dry_run, &written, &[]).await
}

pub(super) async fn comment(call: Call, input: input::AddComment) -> Result<Answer> {
    let context = call.all()?;
    let case = one_case(&context, &input.case).await?;
    let desk = call.writer(&Saying {
        reason: input.reason.as_deref(),
        key: input.key.as_deref(),
        dry_run: input.dry_run,
    })?;
    let written = desk.add_comment(&case, input.text).await?;
    wrote(&context, input.dry_run, &[written], &[]).await
}

pub(super) async fn edit_comment(call: Call, input: input::EditComment) -> Result<Answer> {
    let context = call.all()?;
    let case = one_case(&context, &input.case).await?;
    let comment = attachment(&input.comment)?;
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    let written = desk.edit_comment(&case, &comment, None, input.text).await?;
    let unchanged = if written.is_none() {
        vec![case]
    } else {
        Vec::new()
    };
    let written: Vec<_> = written.into_iter().collect();
    wrote(&context, input.dry_run, &written, &unchanged).await
}

pub(super) async fn delete_comment(call: Call, input: input::DeleteComment) -> Result<Answer> {
    let context = call.all()?;
    let case = one_case(&context, &input.case).await?;
    let comment = attachment(&input.comment)?;
    let texts = context.desk.texts(&case).await?;
    let comments = texts.comments.unwrap_or_default();
    if comments.iter().all(|one| one.id != comment) {
        return Err(invalid("comment", "the case has no comment of that id"));
    }
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    let written = desk.delete_attachment(&case, &comment).await?;
    wrote(&context, input.dry_run, &[written], &[]).await
}

pub(super) async fn attach(call: Call, input: input::AttachAlerts) -> Result<Answer> {
    let context = call.all()?;
    let case = one_case(&context, &input.case).await?;
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    let report = desk.attach_alerts(&case, input.alerts).await?;
    let (mut counts, mut alerts, mut carried) = (Vec::new(), Vec::new(), Vec::new());
    let mut n_told = 0;
    for item in &report.items {
        let (outcome, places): (&str, &[String]) = match &item.outcome {
            Outcome::Attached => ("attached", &[]),
            Outcome::AlreadyAttached => ("attached before", &[]),
            Outcome::NotFound { unasked } => ("not found", unasked),
            Outcome::Elsewhere { sources } => ("elsewhere", sources),
            Outcome::Refused { .. } => ("refused", &[]),
            Outcome::Waiting { entry } => {
                if !carried.contains(entry) {
                    carried.push(entry.clone());
                }
                ("in the outbox", &[])
            }
        };
        match counts.iter_mut().find(|(name, _)| *name == outcome) {
            Some((_, n)) => *n += 1,
            None => counts.push((outcome, 1)),
        }
        if outcome == "attached before" {
            continue;
        }
        n_told += 1;
        if n_told <= MOST_ALERTS {
            alerts.push(told::AttachedAlert {
                id: item.id.to_string(),
                outcome: outcome.to_owned(),
                places: places.to_vec(),
            });
        }
    }
    let writes = if input.dry_run {
        Vec::new()
    } else {
        let wait = std::time::Duration::ZERO;
        let stand = context.desk.wait_for_entries(&carried, wait).await?;
        entries(&context, &stand).await?
    };
    let head = counts.iter().map(|(name, n)| format!("{n} {name}"));
    let head = head.collect::<Vec<_>>().join(", ");
    let counts = counts.into_iter().map(|(outcome, n)| told::Count {
        outcome: outcome.to_owned(),
        n,
    });
    let told = told::Attached {
        dry_run: input.dry_run,
        case: report.handle.clone(),
        counts: counts.collect(),
        alerts,
        cut: report.cut_off || n_told > MOST_ALERTS,
        writes,
    };
    Ok(answer(format!("{}{head}.", mark(input.dry_run)), &told))
}

pub(super) async fn detach(call: Call, input: input::DetachAlerts) -> Result<Answer> {
    let context = call.all()?;
    let case = one_case(&context, &input.case).await?;
    let ids = alert_ids(&input.alerts)?;
    context.desk.read_case_now(&case).await?;
    let desk = writer(&call, input.reason.as_deref(), input.dry_run)?;
    let written = desk.detach_alerts(&case, &ids).await?;
    wrote(&context, input.dry_run, &written, &[]).await
}

pub(super) async fn discard(call: Call, input: input::Discard) -> Result<Answer> {
    let context = call.all()?;
    let desk = writer(&call, None, input.dry_run)?;
    let mut discarded = Vec::new();
    for id in ids(&input.entries)? {
        discarded.push(desk.discard_entry(&id).await?);
    }
    wrote(&context, input.dry_run, &discarded, &[]).await
}

fn writer(call: &Call, reason: Option<&str>, dry_run: bool) -> Result<Desk> {
    call.writer(&Saying {
        reason,
        key: None,
        dry_run,
    })
}

async fn edited(
    context: &Context,
    desk: &Desk,
    edits: &[(CaseRef, CaseEdit)],
    dry_run: bool,
) -> Result<Answer> {
    let written = desk.edit_each(edits).await?;
    let cases = edits.iter().map(|(case, _)| case);
    let unchanged = cases.filter(|case| !written.iter().any(|entry| entry.case == **case));
    let unchanged: Vec<_> = unchanged.cloned().collect();
    wrote(context, dry_run, &written, &unchanged).await
}

async fn wrote(
    context: &Context,
    dry_run: bool,
    written: &[EntryView],
    unchanged: &[CaseRef],
) -> Result<Answer> {
    let writes = entries(context, written).await?;
    let mut names = Vec::with_capacity(unchanged.len());
    for case in unchanged {
        names.push(told::name(&context.desk.name_case(case).await?));
    }
    let proposed = written
        .iter()
        .any(|entry| entry.state == caseboard_core::view::EntryState::Proposed);
    let then = match (dry_run, writes.is_empty(), proposed) {
        (true, _, true) => "Nothing was written; a person would be asked.",
        (true, ..) => "Nothing was written.",
        (_, true, _) => "It is as wanted already.",
        (.., true) => "A person is asked, in Caseboard's window or with `caseboard approve`.",
        (.., false) => "It is in the outbox.",
    };
    let told = told::Writes {
        dry_run,
        writes,
        unchanged: names,
    };
    Ok(answer(then, &told))
}

fn mark(dry_run: bool) -> &'static str {
    if dry_run { "Nothing was written. " } else { "" }
}

/// The case that a whole id or a handle means, read anew.
async fn one_case(context: &Context, text: &str) -> Result<CaseRef> {
    let case = context.case(text).await?;
    if crate::context::is_whole(text, &case) || text.contains(['#', '~']) {
        return Ok(case);
    }
    Err(invalid("case", "a write takes the whole id or a handle"))
}

async fn cases(context: &Context, texts: &[String]) -> Result<Vec<CaseRef>> {
    if texts.is_empty() || texts.len() > MOST_CASES {
        return Err(invalid("cases", &format!("1 to {MOST_CASES}")));
    }
    let mut cases = Vec::with_capacity(texts.len());
    for text in texts {
        let case = one_case(context, text).await?;
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    Ok(cases)
}

fn attachment<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse()
        .map_err(|_| invalid("comment", "that is no id of a comment"))
}
