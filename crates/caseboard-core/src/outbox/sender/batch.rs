//! Sends what goes out together: many edits of one bulk in one request, or one entry alone.

use std::collections::BTreeSet;

use futures::future::join_all;
use kibana_cases::Space;

use super::{
    Fresh,
    worker::{Ended, Worker},
};
use crate::{
    error::Error,
    outbox::{
        answer::Answer,
        entry::{Baseline, Entry},
        gate::Pass,
        line::halves,
        reconcile::Standing,
        step::{Event, Then},
        wire,
    },
};

/// Takes entries from the line and sends them.
pub(super) async fn send(mut workers: Vec<Worker>, mut pass: Pass) -> Ended {
    if workers.len() == 1 {
        let mut worker = workers.remove(0);
        worker.pass = Some(pass);
        return alone(worker, Event::Take).await;
    }
    let mut ended = Ended::default();
    let mut ready = Vec::new();
    for mut worker in workers {
        match begin(&mut worker).await {
            Ok(Then::Send) => ready.push(worker),
            other => {
                let other = other.map(|_| None);
                add(&mut ended, worker.ended(other));
            }
        }
    }
    let mut open = vec![ready];
    let mut after = Vec::new();
    while let Some(chunk) = open.pop() {
        let Some(space) = chunk.first().map(|worker| worker.space.clone()) else {
            continue;
        };
        match once(&space, &chunk).await {
            // Nothing was applied: the one that is to blame is in one of the halves.
            Some(Answer::Conflict | Answer::Refused(_) | Answer::Gone) if chunk.len() > 1 => {
                let (one, other) = halves(chunk).expect("there is more than one");
                open.extend([other, one]);
            }
            answer => after.extend(chunk.into_iter().map(|worker| (worker, answer.clone()))),
        }
    }
    let closes = after
        .iter()
        .find_map(|(_, answer)| answer.as_ref().and_then(Answer::closes));
    match closes {
        Some(why) => pass.close(why),
        None if after.is_empty() => {}
        None => pass.answered(),
    }
    drop(pass);
    let settled = after.into_iter().map(|(mut worker, answer)| {
        worker.lost_at = tokio::time::Instant::now();
        let event = match answer {
            None | Some(Answer::Unchanged) => Event::Applied {
                made: BTreeSet::new(),
            },
            Some(answer) => Event::Failed(answer),
        };
        alone(worker, event)
    });
    for one in join_all(settled).await {
        add(&mut ended, one);
    }
    ended
}

async fn alone(mut worker: Worker, event: Event) -> Ended {
    let how = match worker.happens(event).await {
        Ok(then) => worker.drive(then).await,
        Err(error) => Err(error),
    };
    worker.ended(how)
}

/// From the line to the sending, unread: the version that the person saw goes along, and Kibana compares it.
async fn begin(worker: &mut Worker) -> Result<Then, Error> {
    let Then::Read = worker.happens(Event::Take).await? else {
        return Ok(Then::Rest);
    };
    let standing = Standing::Open {
        change: worker.entry.change.clone(),
        baseline: Baseline::default(),
        made: BTreeSet::new(),
    };
    let event = Event::Read {
        standing: standing.into(),
        since_loss: std::time::Duration::ZERO,
    };
    worker.happens(event).await
}

/// One request for a whole chunk; `None` if it was applied.
async fn once(space: &Space, chunk: &[Worker]) -> Option<Answer> {
    let entries: Vec<Entry> = chunk.iter().map(|worker| worker.entry.clone()).collect();
    match wire::write_many(space, &entries).await {
        Ok(cases) => {
            for case in cases {
                let source = entries[0].case.source.clone();
                chunk[0].outbox.refresh(Fresh::Case(source, case)).await;
            }
            None
        }
        Err(error) => Some(Answer::to_write(&entries[0].change, &error)),
    }
}

fn add(ended: &mut Ended, one: Ended) {
    ended.pauses.extend(one.pauses);
}
