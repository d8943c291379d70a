//! What every write has in common: it is checked, told where it goes, waited for, and what is left of it explained.

use std::time::Duration;

use caseboard_core::{
    code::ErrorCode,
    desk::Desk,
    id::{CaseRef, EntryId},
    view::{EntryCase, EntryState, EntryView, EntryWhat, EntryWhy},
};
use serde::Serialize;

use crate::{
    args::Write,
    context::{Context, invalid, is_whole},
    exit,
    output::{
        bar::Bar,
        page::{Page, Style},
    },
    told::{Result, Told},
};

/// More cases than this are changed at once only with `--yes`.
const MOST_UNASKED: usize = 20;

/// What came of a command that writes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    dry_run: bool,
    writes: Vec<Written>,
    /// Cases that are as wanted already.
    unchanged: Vec<EntryCase>,
}

/// One write and where it goes.
#[derive(Serialize)]
pub(crate) struct Written {
    target: EntryCase,
    entry: EntryView,
}

impl Write {
    /// The desk to write to: one that takes nothing in, if that is asked for.
    pub(crate) fn desk(&self, context: &Context) -> Desk {
        if self.dry_run {
            context.desk.rehearsing()
        } else {
            context.desk.clone()
        }
    }

    /// What destroys needs `--yes` and the whole id of the case.
    pub(crate) fn destroys(&self, text: &str, case: &CaseRef) -> Result<()> {
        if !is_whole(text, case) {
            let reason = format!("that takes the whole id, not {text}: {case}");
            return Err(invalid("case", &reason));
        }
        self.sure("this cannot be taken back by itself")
    }

    /// Many cases at once need `--yes`.
    pub(crate) fn many(&self, n_cases: usize) -> Result<()> {
        if n_cases <= MOST_UNASKED {
            return Ok(());
        }
        self.sure(&format!("{n_cases} cases would be changed"))
    }

    pub(crate) fn sure(&self, why: &str) -> Result<()> {
        if self.yes || self.dry_run {
            return Ok(());
        }
        Err(invalid("yes", &format!("{why}: say --yes")))
    }
}

/// Waits for writes, and tells what came of them and of what was as wanted already.
pub(crate) async fn settle(
    context: &Context,
    write: &Write,
    written: Vec<EntryView>,
    unchanged: &[CaseRef],
) -> Result {
    // What is deleted has its names before, what is created afterwards.
    let mut targets = Vec::with_capacity(written.len());
    for entry in &written {
        targets.push(context.desk.name_case(&entry.case).await?);
    }
    let written = wait(context, write, written).await?;
    let exit = if write.dry_run { 0 } else { exit_of(&written) };
    let mut report = Report {
        dry_run: write.dry_run,
        writes: Vec::with_capacity(written.len()),
        unchanged: Vec::with_capacity(unchanged.len()),
    };
    for (mut target, entry) in targets.into_iter().zip(written) {
        if target.handle.is_none() {
            target = context.desk.name_case(&entry.case).await?;
        }
        report.writes.push(Written { target, entry });
    }
    for case in unchanged {
        report.unchanged.push(context.desk.name_case(case).await?);
    }
    let text = context.tell_as(&report, |page| {
        for written in &report.writes {
            tell(page, written, write.dry_run, context.forgets());
        }
        for case in &report.unchanged {
            target(page, case);
            page.line("  as wanted already: nothing is written");
        }
    });
    Ok(Told { text, exit })
}

/// Waits until Kibana has writes, but not longer than was said.
pub(crate) async fn wait(
    context: &Context,
    write: &Write,
    written: Vec<EntryView>,
) -> Result<Vec<EntryView>> {
    if write.dry_run {
        return Ok(written);
    }
    if write.yes {
        for entry in &written {
            if entry.state == EntryState::Held {
                context.desk.retry_entry(&entry.id).await?;
            }
        }
    }
    let ids: Vec<EntryId> = written.into_iter().map(|entry| entry.id).collect();
    let at_most = Duration::from_secs(write.wait);
    let mut bar = Bar::new(context.bars, "waiting for Kibana");
    bar.show(ids.iter().map(|_| false));
    let mut stand = context.desk.wait_for_entries(&ids, at_most).await?;
    drop(bar);
    if context.forgets() {
        // Nobody sends them once this run is over.
        for entry in &mut stand {
            if matches!(entry.state, EntryState::Held | EntryState::Waiting) {
                *entry = context.desk.discard_entry(&entry.id).await?;
            }
        }
    }
    Ok(stand)
}

/// The exit code for entries as they stand: the first that failed counts, else whether any is not settled.
pub(crate) fn exit_of(entries: &[EntryView]) -> u8 {
    let failed = entries.iter().find(|entry| {
        matches!(
            entry.state,
            EntryState::NeedsYou | EntryState::Refused | EntryState::Cancelled
        )
    });
    if let Some(failed) = failed {
        return exit::of(failed.error.unwrap_or(match failed.why {
            Some(EntryWhy::Conflict) => ErrorCode::VersionConflict,
            Some(EntryWhy::Gone) => ErrorCode::NotFound,
            _ => ErrorCode::Rejected,
        }));
    }
    let settled = entries.iter().all(|entry| entry.state == EntryState::Done);
    if settled { 0 } else { exit::QUEUED }
}

/// A case, and where it lives.
pub(crate) fn target(page: &mut Page, case: &EntryCase) {
    let new = case.case.id.to_string();
    page.parts(&[
        (Style::Faint, format!("{}  ", case.place)),
        (
            Style::Strong,
            case.handle.clone().unwrap_or_else(|| "new case".to_owned()),
        ),
        (
            Style::Plain,
            format!("  {}", case.title.as_deref().unwrap_or_default()),
        ),
        (Style::Faint, format!("  {new}")),
    ]);
}

fn tell(page: &mut Page, written: &Written, dry_run: bool, once: bool) {
    target(page, &written.target);
    let what = what(&written.entry.what);
    if dry_run {
        page.line(format!("  would be written: {what}"));
        return;
    }
    page.line(format!("  {what}: {}", state(written.entry.state)));
    stands(page, &written.entry, once);
}

/// What keeps an entry from being done, and how to go on.
pub(crate) fn stands(page: &mut Page, entry: &EntryView, once: bool) {
    let id = &entry.id;
    if let Some(refusal) = &entry.refusal {
        page.line(format!("  Kibana says: {refusal}"));
    }
    for conflict in &entry.conflicts {
        page.line(format!(
            "  {}: it was {}, you want {}, it is {} now",
            conflict.field,
            value(&conflict.base),
            value(&conflict.mine),
            value(&conflict.theirs)
        ));
    }
    if let Some(why) = entry.why {
        page.line(format!("  {}", why_words(why)));
    }
    match entry.state {
        EntryState::Done => {}
        EntryState::Cancelled => page.line("  it was not sent, and nothing of it is kept"),
        _ if once => page.line(
            "  it may have arrived or not: look at the case. Without a profile nothing is kept after this run",
        ),
        EntryState::NeedsYou | EntryState::Refused => {
            page.line(format!("  kept in the outbox as {id}. Go on with"));
            let fields: Vec<_> = entry.conflicts.iter().map(|one| one.field.as_str()).collect();
            let mine = if fields.is_empty() {
                String::new()
            } else {
                format!(" --mine {}", fields.join(","))
            };
            page.line(format!("    caseboard outbox retry {id}{mine}"));
            page.line(format!("    caseboard outbox discard {id} --yes"));
        }
        EntryState::Held => page.line(format!(
            "  held in the outbox as {id}: caseboard outbox retry {id} lets it go"
        )),
        EntryState::Proposed
        | EntryState::Waiting
        | EntryState::Sending
        | EntryState::Checking => {
            page.line(format!(
                "  in the outbox as {id}; it is sent whenever Caseboard runs and Kibana answers"
            ));
        }
    }
}

/// What an entry writes, in one line.
pub(crate) fn what(what: &EntryWhat) -> String {
    match what {
        EntryWhat::CreateCase { title } => format!("create {title}"),
        EntryWhat::EditCase { fields } => {
            let fields = fields.iter();
            let fields: Vec<_> = fields
                .map(|field| format!("{} = {}", field.field, value(&field.value)))
                .collect();
            fields.join("; ")
        }
        EntryWhat::AddComment { text } => format!("add the comment {text}"),
        EntryWhat::EditComment { text } => format!("change a comment to {text}"),
        EntryWhat::DeleteAttachment { n_alerts: 0 } => "delete an attachment".to_owned(),
        EntryWhat::DeleteAttachment { n_alerts } => format!("detach alerts: {n_alerts}"),
        EntryWhat::AttachAlerts { n_alerts } => format!("attach alerts: {n_alerts}"),
        EntryWhat::SetAlertStatus { n_alerts, status } => {
            format!("set {n_alerts} alerts to {status}")
        }
        EntryWhat::DeleteCase { title } => format!("delete {title}"),
        EntryWhat::Push => "push".to_owned(),
    }
}

/// Where an entry stands, in a word or two.
pub(crate) fn state(state: EntryState) -> &'static str {
    match state {
        EntryState::Proposed => "proposed",
        EntryState::Held => "held",
        EntryState::Waiting => "waiting",
        EntryState::Sending => "sending",
        EntryState::Checking => "checking",
        EntryState::Done => "done",
        EntryState::NeedsYou => "needs you",
        EntryState::Refused => "refused",
        EntryState::Cancelled => "taken back",
    }
}

fn why_words(why: EntryWhy) -> &'static str {
    match why {
        EntryWhy::Conflict => "somebody else changed the same",
        EntryWhy::CaseChanged => "the case changed status or hands while it waited",
        EntryWhy::Refused => "Kibana refused it",
        EntryWhy::Gone => "the case or the attachment is gone",
        EntryWhy::NotCreated => "the case that it belongs to was never created",
        EntryWhy::Old => "it is so old that it may no longer be wanted",
        EntryWhy::Unknown => "it was sent, and nothing tells whether it arrived",
        EntryWhy::Salvaged => "it was saved from a damaged file, and may have been sent since",
    }
}

fn value(lines: &[String]) -> String {
    if lines.is_empty() {
        "nothing".to_owned()
    } else {
        lines.join(", ")
    }
}
