//! The practice world: three spaces of a security operations centre that never was.
//!
//! People, hosts, rules and texts are in `seed/*.json`. The world is told as a story: every case is
//! created, worked on and closed through the same functions that serve requests, in the order of
//! time, so user actions, counts and alerts agree. It follows from the seed; dates end at now.

mod alerts;
mod data;
mod fill;
mod plan;
mod scale;

use std::sync::Arc;

use jiff::Timestamp;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::{
    auth::User,
    rules::{CasePatch, Status},
    server::Licence,
    space::Space,
    store::{Stamp, Store},
};
use data::Data;
use plan::{Plan, Step};
pub(crate) use scale::{Extent, fill as scale};

/// The person that the server's own key belongs to.
pub(crate) fn analyst() -> User {
    User::clone(&Data::read().people[0])
}

/// Fills the store and returns the spaces.
pub(crate) fn practice(store: &mut Store, seed: u64, now: Timestamp) -> Vec<Space> {
    let data = Data::read();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let plans = plan::make(&data, &mut random, now);
    for alert in plans.iter().flat_map(|plan| &plan.alerts) {
        store.put_alert(alert.clone());
    }
    for alert in alerts::unattached(&data, &plans, &mut random, now) {
        store.put_alert(alert);
    }
    tell(store, &plans);
    data.spaces
        .iter()
        .map(|space| Space {
            description: space.description.clone(),
            ..Space::new(&space.id, &space.name)
        })
        .collect()
}

/// Carries out the steps of all plans in the order of time.
fn tell(store: &mut Store, plans: &[Plan]) {
    let mut ids: Vec<Option<String>> = vec![None; plans.len()];
    let mut steps: Vec<(Timestamp, usize, &Arc<User>, &Step)> = plans
        .iter()
        .enumerate()
        .flat_map(|(position, plan)| {
            plan.steps
                .iter()
                .map(move |(at, by, step)| (*at, position, by, step))
        })
        .collect();
    steps.sort_by_key(|(at, ..)| *at);
    for (at, position, by, step) in steps {
        let (space, stamp) = (&plans[position].space, Stamp::new(Arc::clone(by), at));
        if let Step::Create(case) = step {
            ids[position] = Some(store.create_case(space, &stamp, case.clone()).id);
        } else if let Some(id) = &ids[position] {
            carry_out(store, space, &stamp, id, step);
        }
    }
}

fn carry_out(store: &mut Store, space: &str, stamp: &Stamp, id: &str, step: &Step) {
    let change = match step {
        Step::Create(_) => return,
        Step::Attach(body) => {
            store
                .add_attachment(space, stamp, id, body.clone())
                .expect("the plan is sound");
            return;
        }
        Step::Observe(observable) => {
            store
                .add_observable(space, stamp, id, observable.clone())
                .expect("the plan is sound");
            return;
        }
        Step::Take(uid) => CasePatch {
            assignees: Some(vec![uid.clone()]),
            status: Some(Status::InProgress),
            ..CasePatch::default()
        },
        Step::Tag(tags) => CasePatch {
            tags: Some(tags.clone()),
            ..CasePatch::default()
        },
        Step::Close => CasePatch {
            status: Some(Status::Closed),
            ..CasePatch::default()
        },
    };
    let version = store
        .case(space, id)
        .expect("the plan created it")
        .version
        .token();
    let patch = CasePatch {
        id: id.to_owned(),
        version,
        ..change
    };
    store
        .patch_cases(space, stamp, &[patch], Licence::Trial)
        .expect("the plan is sound");
}
