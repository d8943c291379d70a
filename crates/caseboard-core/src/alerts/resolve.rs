//! Finds where alerts live: in the case's own source first, then in every other source in use.

use std::collections::{BTreeSet, HashMap};

use futures::{StreamExt, stream};
use kibana_cases::{AlertHit, AlertId, Space};

use crate::error::Error;

/// Ids in one request.
pub(crate) const BATCH: usize = 500;
/// Requests under way at once.
const AT_ONCE: usize = 4;

/// A source that can be asked, with its name for people: `PROD / soc`.
#[derive(Debug)]
pub(crate) struct NamedSpace {
    pub(crate) name: String,
    pub(crate) space: Space,
}

/// Where ids were found outside the case's source, and who could not be asked.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    /// Names of the sources that hold an id.
    pub(crate) found: HashMap<AlertId, BTreeSet<String>>,
    /// Names of the sources that did not answer.
    pub(crate) unasked: BTreeSet<String>,
}

/// The documents of those ids that live in this source. Where an id lies in two indices, the newest document counts.
///
/// # Errors
/// Fails as a whole: an id is never called unknown because a request failed.
pub(crate) async fn in_source(
    space: &Space,
    ids: &[AlertId],
) -> Result<HashMap<AlertId, AlertHit>, Error> {
    let requests = stream::iter(
        ids.chunks(BATCH)
            .map(<[AlertId]>::to_vec)
            .collect::<Vec<_>>(),
    )
    .map(|batch| async move { space.alerts_by_id(&batch).await })
    .buffer_unordered(AT_ONCE);
    let answers: Vec<_> = requests.collect().await;
    let mut found: HashMap<AlertId, AlertHit> = HashMap::new();
    for answer in answers {
        for hit in answer? {
            match found.get(&hit.id) {
                Some(known) if known.created_at() >= hit.created_at() => {}
                Some(_) | None => drop(found.insert(hit.id.clone(), hit)),
            }
        }
    }
    Ok(found)
}

/// Asks other sources for ids that the case's own does not hold.
pub(crate) async fn elsewhere(sources: Vec<NamedSpace>, ids: &[AlertId]) -> Elsewhere {
    let mut elsewhere = Elsewhere::default();
    if ids.is_empty() {
        return elsewhere;
    }
    let requests = stream::iter(sources)
        .map(|source| async move { (source.name, in_source(&source.space, ids).await) });
    let answers: Vec<_> = requests.buffer_unordered(AT_ONCE).collect().await;
    for (name, answer) in answers {
        match answer {
            Ok(found) => {
                for id in found.into_keys() {
                    elsewhere.found.entry(id).or_default().insert(name.clone());
                }
            }
            Err(_) => drop(elsewhere.unasked.insert(name)),
        }
    }
    elsewhere
}
