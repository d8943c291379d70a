//! What is forgotten of settled entries; the journal stays.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::list;
use crate::{cache, error::Error, id::DeploymentId, outbox::step::NotNow};

/// The newest settled entries stay for a while; what happened to the others is in the journal.
const MOST_SETTLED: u32 = 300;
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Forgets settled entries but the newest ones, and those that are too old. The journal stays, and so does what a late twin is
/// still looked for.
pub(crate) fn prune(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), Error> {
    // Places are times, if the clock was never set back.
    let oldest = now.saturating_sub(SETTLED_FOR).unwrap_or(now);
    transaction.execute(
        "DELETE FROM outbox
         WHERE state IN ('confirmed', 'cancelled') AND coalesce(watched_until, 0) < ?1
           AND (place < ?2 OR entry ->> '$.key.name' IS NULL AND id NOT IN (
             SELECT id FROM outbox WHERE state IN ('confirmed', 'cancelled') ORDER BY place DESC LIMIT ?3))",
        params![now.as_microsecond(), oldest.as_microsecond(), MOST_SETTLED],
    )?;
    Ok(())
}

/// Forgets a deployment that nothing is written to any more: its settled entries, its drafts, its cases. The journal stays.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    for delete in [
        "DELETE FROM outbox WHERE deployment = ?1",
        "DELETE FROM drafts WHERE deployment = ?1",
        "DELETE FROM created WHERE deployment = ?1",
    ] {
        transaction.execute(delete, [deployment.as_str()])?;
    }
    cache::forget_deployment(transaction, deployment)
}

/// Takes nothing more in for a deployment, so that it can be forgotten. Refused while one of its entries is not settled.
pub(crate) fn leave(transaction: &Transaction<'_>, deployment: &DeploymentId) -> Result<(), Error> {
    let unsettled = list(transaction, 0)?
        .into_iter()
        .find(|entry| entry.case.source.deployment == *deployment);
    match unsettled {
        Some(entry) => {
            let state = entry.state.name();
            Err(NotNow { state }.into())
        }
        None => cache::leave(transaction, deployment),
    }
}
