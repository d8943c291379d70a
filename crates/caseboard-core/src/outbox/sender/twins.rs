//! Looks for late twins: what was proved absent, was sent again, and then turned up twice after all.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::sleep;

use super::worker::{Ended, Worker};
use crate::{
    error::Error,
    outbox::{answer::Answer, entry::State, reconcile::arrived, step::Event, tables, wire},
};

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(30);

/// Looks until the watch is over. A twin is shown, never hidden, and never removed without a person.
pub(super) async fn watch(mut worker: Worker) -> Ended {
    loop {
        sleep(LOOK).await;
        if let Err(error) = look(&mut worker).await {
            tracing::warn!(%error, "a late twin could not be looked for");
        }
        let over = worker
            .entry
            .watched_until
            .is_none_or(|until| until < worker.outbox.inner.clock.now());
        if over {
            return Ended::default();
        }
    }
}

async fn look(worker: &mut Worker) -> Result<(), Error> {
    if !worker.find_way() {
        return Ok(());
    }
    let mut pass = worker.gate.pass().await;
    let reading = match wire::read(&worker.space, &worker.entry).await {
        Ok(reading) => reading,
        Err(error) => {
            if let Some(why) = Answer::to_read(&error).closes() {
                pass.close(why);
            }
            return Ok(());
        }
    };
    pass.answered();
    let us = worker.us().await;
    drop(pass);
    let Ok(us) = us else {
        return Ok(());
    };
    let twins = arrived(&worker.entry, &reading, Some(&us));
    let twins = strangers(worker, twins).await?;
    if !twins.is_subset(&worker.entry.twins) {
        worker.happens(Event::Twins(twins)).await?;
    }
    Ok(())
}

/// Leaves out what other entries made, and everything while one that says the same is on its way.
async fn strangers(worker: &Worker, found: BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
    let entry = worker.entry.clone();
    let read = worker.outbox.database().read(move |connection| {
        let others = tables::made_of(connection, &entry)?;
        let same = tables::of_case(connection, &entry.case)?
            .into_iter()
            .any(|other| {
                let is_taken = other.state == State::Leased || other.is_on_its_way();
                other.change == entry.change && is_taken
            });
        Ok((others, same))
    });
    let (others, same_on_its_way) = read.await?;
    if same_on_its_way {
        return Ok(BTreeSet::new());
    }
    let ours = &worker.entry.made;
    Ok(found
        .into_iter()
        .filter(|id| !ours.contains(id) && !others.contains(id))
        .collect())
}
