//! Who goes next: strictly in order within a case, cases side by side, many edits of one bulk together.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::entry::{Change, Entry, State};
use crate::id::{EntryId, SourceId};

/// Most cases that Kibana changes in one request.
pub(crate) const CHUNK: usize = 100;

/// The first of each case, if it only waits for its turn. `line` is in the order of places.
pub(crate) fn heads(line: &[Entry], now: Timestamp) -> Vec<&Entry> {
    let mut cases = HashSet::new();
    line.iter()
        .filter(|entry| entry.blocks(now) && cases.insert(&entry.case))
        .filter(|entry| matches!(entry.state, State::Queued))
        .collect()
}

/// Puts together what can go out in one request: edits of one bulk and source that were never sent. The rest goes alone.
pub(crate) fn batches<'a>(heads: &[&'a Entry]) -> Vec<Vec<&'a Entry>> {
    let mut batches: Vec<Vec<&Entry>> = Vec::new();
    let mut open: BTreeMap<(&EntryId, &SourceId), usize> = BTreeMap::new();
    for entry in heads {
        let Some(bulk) = entry.bulk.as_ref().filter(|_| goes_with_others(entry)) else {
            batches.push(vec![entry]);
            continue;
        };
        let at = *open
            .entry((bulk, &entry.case.source))
            .or_insert(batches.len());
        if let Some(batch) = batches.get_mut(at).filter(|batch| batch.len() < CHUNK) {
            batch.push(entry);
        } else {
            open.insert((bulk, &entry.case.source), batches.len());
            batches.push(vec![entry]);
        }
    }
    batches
}

/// Two halves of a chunk that was refused whole, to find the one that is to blame; `None` once it is found.
pub(crate) fn halves<T>(mut batch: Vec<T>) -> Option<(Vec<T>, Vec<T>)> {
    if batch.len() < 2 {
        return None;
    }
    let second = batch.split_off(batch.len().div_ceil(2));
    Some((batch, second))
}

/// An edit can go out unread if nothing but the version that the person saw is needed for it.
fn goes_with_others(entry: &Entry) -> bool {
    match &entry.change {
        Change::EditCase { edits } => {
            entry.seen.is_some() && entry.attempts == 0 && edits.stand_alone()
        }
        Change::CreateCase(_)
        | Change::AddComment { .. }
        | Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_)
        | Change::DeleteCase { .. }
        | Change::Push { .. } => false,
    }
}
