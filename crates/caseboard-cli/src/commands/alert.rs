//! Alerts: attached, detached, looked up and found.

use caseboard_core::{
    code::ErrorCode,
    id::AlertId,
    view::{AlertFilter, AlertLookup, AttachReport, EntryView, Outcome},
};
use serde_json::json;

use crate::{
    args::{FindAlerts, Write},
    context::{Context, invalid, not_found},
    exit, output,
    told::{Result, Told},
    writes::{settle, wait},
};

pub(super) async fn attach(
    context: &Context,
    case: &str,
    alerts: &[String],
    write: &Write,
) -> Result {
    let mut text = String::new();
    for part in alerts {
        text += &context.text(part)?;
        text.push('\n');
    }
    let case = context.case(case).await?;
    let target = context.desk.name_case(&case).await?;
    let report = write.desk(context).attach_alerts(&case, text).await?;
    let waiting = if write.dry_run {
        Vec::new()
    } else {
        wait(context, write, waiting(context, &report).await?).await?
    };
    let exit = if write.dry_run {
        0
    } else {
        exit_of(&report, &waiting)
    };
    let told =
        json!({"dryRun": write.dry_run, "case": target, "report": report, "entries": waiting});
    let text = context.tell_as(&told, |page| {
        crate::writes::target(page, &target);
        output::attached(page, &report, &waiting, write.dry_run);
        for entry in &waiting {
            crate::writes::stands(page, entry, context.forgets());
        }
    });
    Ok(Told { text, exit })
}

/// Entries that ids of a report are on their way by.
async fn waiting(context: &Context, report: &AttachReport) -> Result<Vec<EntryView>> {
    let mut ids = Vec::new();
    for item in &report.items {
        if let Outcome::Waiting { entry } = &item.outcome
            && !ids.contains(entry)
        {
            ids.push(entry.clone());
        }
    }
    context
        .desk
        .wait_for_entries(&ids, std::time::Duration::ZERO)
        .await
}

/// The first alert that was not attached counts, then whether any is still on its way.
fn exit_of(report: &AttachReport, waiting: &[EntryView]) -> u8 {
    let failed = report.items.iter().find_map(|item| match &item.outcome {
        Outcome::Refused { error } => Some(exit::of(error.code)),
        Outcome::NotFound { .. } | Outcome::Elsewhere { .. } => Some(exit::of(ErrorCode::NotFound)),
        Outcome::Attached | Outcome::AlreadyAttached | Outcome::Waiting { .. } => None,
    });
    failed.unwrap_or_else(|| crate::writes::exit_of(waiting))
}

pub(super) async fn detach(
    context: &Context,
    text: &str,
    alerts: &[String],
    write: &Write,
) -> Result {
    let ids = alert_ids(&context.words(alerts)?)?;
    let detail = context.case_in_full(text).await?;
    let case = &detail.row.case;
    write.destroys(text, case)?;
    let written = write.desk(context).detach_alerts(case, &ids).await?;
    settle(context, write, written, &[]).await
}

/// Ids of alerts; there is at least one.
pub(crate) fn alert_ids(texts: &[String]) -> Result<Vec<AlertId>> {
    let ids: std::result::Result<Vec<_>, _> = texts.iter().map(|id| id.parse()).collect();
    match ids {
        Ok(ids) if !ids.is_empty() => Ok(ids),
        Ok(_) => Err(invalid("alerts", "none is named")),
        Err(_) => Err(invalid("alerts", "that is no id of an alert")),
    }
}

pub(super) async fn list(context: &Context, case: &str) -> Result {
    let detail = context.case_in_full(case).await?;
    let target = context.desk.name_case(&detail.row.case).await?;
    let told = json!({
        "case": target, "alerts": detail.alerts, "readAt": detail.read_at, "problem": detail.problem,
    });
    Ok(context.tell(&told, |page| {
        crate::writes::target(page, &target);
        output::alerts(page, detail.alerts.as_deref().unwrap_or_default());
        output::age(page, &detail);
    }))
}

pub(super) async fn cases(context: &Context, alert: &str) -> Result {
    let lookup = look_up(context, alert).await?;
    let rows: Vec<_> = lookup
        .places
        .iter()
        .flat_map(|place| &place.cases)
        .collect();
    let told = json!({"cases": rows, "unasked": lookup.unasked});
    Ok(context.tell(&told, |page| {
        output::cases(
            page,
            &rows.iter().map(|row| (*row).clone()).collect::<Vec<_>>(),
        );
        page.line(format!("{} cases hold it", rows.len()));
        output::unasked(page, &lookup);
    }))
}

pub(super) async fn show(context: &Context, alert: &str) -> Result {
    let lookup = look_up(context, alert).await?;
    if lookup.places.is_empty() && lookup.unasked.is_empty() {
        return Err(not_found("no space in use that is meant has such an alert"));
    }
    Ok(context.tell(&lookup, |page| output::lookup(page, &lookup)))
}

async fn look_up(context: &Context, alert: &str) -> Result<AlertLookup> {
    let sources = context.sources().await?;
    let id = alert.parse();
    let id = id.map_err(|_| invalid("alert", "that is no id of an alert"))?;
    let mut lookup = context.desk.look_up_alert(&id).await?;
    let meant = |name: &str| sources.iter().any(|(_, meant)| meant == name);
    lookup
        .places
        .retain(|place| sources.iter().any(|(source, _)| *source == place.source));
    lookup.unasked.retain(|name| meant(name));
    Ok(lookup)
}

pub(super) async fn find(context: &Context, find: &FindAlerts) -> Result {
    let filter = AlertFilter {
        rule: find.rule.clone(),
        host: find.host.clone(),
        user: find.user.clone(),
        severity: find.severity.clone(),
        status: find.status.clone(),
        from: find.from.clone(),
        to: find.to.clone(),
        limit: find.limit,
    };
    let sources = context.sources().await?;
    let alone = sources.len() == 1;
    let mut answers = Vec::new();
    let mut problem = None;
    for (source, name) in sources {
        match context.desk.find_alerts(&source, &filter).await {
            Ok(found) => answers.push((source, name, Ok(found))),
            Err(error) if alone => return Err(error),
            Err(error) => {
                problem.get_or_insert_with(|| error.clone());
                answers.push((source, name, Err(error)));
            }
        }
    }
    let told: Vec<_> = answers
        .iter()
        .map(|(source, name, found)| match found {
            Ok(found) => json!({
                "source": source, "name": name, "total": found.total, "isExact": found.is_exact, "alerts": found.alerts,
                "problem": null,
            }),
            Err(problem) => json!({"source": source, "name": name, "problem": problem}),
        })
        .collect();
    let text = context.tell_as(&json!({"sources": told}), |page| {
        for (_, name, found) in &answers {
            output::found_alerts(page, name, found);
        }
    });
    let exit = problem.map_or(0, |problem| exit::of(problem.code));
    Ok(Told { text, exit })
}
