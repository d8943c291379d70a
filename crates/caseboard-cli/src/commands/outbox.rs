//! The outbox: what was written and where it stands.

use caseboard_core::id::EntryId;
use serde_json::json;

use crate::{
    args::Write,
    context::{Context, invalid},
    output,
    told::Result,
    writes::{self, settle},
};

pub(super) async fn list(context: &Context) -> Result {
    let outbox = context.desk.outbox().await?;
    Ok(context.tell(&outbox, |page| output::outbox(page, &outbox)))
}

pub(super) async fn retry(
    context: &Context,
    entries: &[String],
    mine: &[String],
    write: &Write,
) -> Result {
    let desk = write.desk(context);
    let mut written = Vec::new();
    for id in ids(context, entries)? {
        written.push(if mine.is_empty() {
            desk.retry_entry(&id).await?
        } else {
            desk.keep_mine(&id, mine).await?
        });
    }
    settle(context, write, written, &[]).await
}

pub(super) async fn discard(context: &Context, entries: &[String], write: &Write) -> Result {
    write.sure("what they wanted is not written")?;
    let desk = write.desk(context);
    let mut discarded = Vec::new();
    for id in ids(context, entries)? {
        let entry = desk.discard_entry(&id).await?;
        discarded.push((context.desk.name_case(&entry.case).await?, entry));
    }
    let told = discarded.iter();
    let told: Vec<_> = told
        .map(|(target, entry)| json!({"target": target, "entry": entry}))
        .collect();
    let told = json!({"dryRun": write.dry_run, "writes": told});
    Ok(context.tell(&told, |page| {
        for (target, entry) in &discarded {
            let words = if write.dry_run {
                "would be thrown away"
            } else {
                writes::state(entry.state)
            };
            writes::target(page, target);
            page.line(format!("  {}: {words}", writes::what(&entry.what)));
        }
    }))
}

fn ids(context: &Context, texts: &[String]) -> Result<Vec<EntryId>> {
    let ids = context.words(texts)?.into_iter();
    ids.map(|text| {
        EntryId::try_from(text).map_err(|_| invalid("entry", "that is no id of an entry"))
    })
    .collect()
}
