//! The large world: as many documents as asked for, told like the practice world.
//!
//! Every case has a template of `cases.json` and hosts of the practice space that its own space is
//! modelled on. The cases are planned one after the other and their steps carried out in the order
//! of time, so that versions, numbers and user actions come as they would have come, and only the
//! plans of cases under way are in memory.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

use super::{
    alerts, carry_out,
    data::{Data, Rule, Template},
    fill::Values,
    plan::{self, Brief, Step},
};
use crate::{
    auth::User,
    rules::{NewObservable, Status},
    space::Space,
    store::{Stamp, Store},
};

/// How far back the cases go.
const DAYS: i64 = 365;
/// Most comments of one case. Its other user actions fit in beside them.
const COMMENTS_PER_CASE: usize = 9000;
const ALERTS_PER_CASE: usize = 1000;
/// How the cases share comments: most have few, some have many.
const COMMENT_WEIGHTS: [usize; 10] = [1, 1, 1, 2, 2, 3, 3, 4, 6, 10];
const ALERT_WEIGHTS: [usize; 12] = [0, 0, 1, 1, 2, 2, 3, 4, 6, 9, 15, 40];
/// The spaces of the practice world that spaces are modelled on, in turn.
const SITES: [&str; 4] = ["soc", "default", "soc", "ot"];

/// How much there is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) cases: usize,
    pub(crate) comments: usize,
    pub(crate) alerts: usize,
}

/// What is decided of a case before it is planned.
struct Draft<'a> {
    template: &'a Template,
    /// Position in the list of spaces.
    space: usize,
    status: Status,
    created: Timestamp,
    alerts: usize,
    comments: usize,
}

/// Fills the store. Nothing is done if there are no spaces.
pub(crate) fn fill(store: &mut Store, extent: Extent, spaces: &[Space], seed: u64, now: Timestamp) {
    if spaces.is_empty() {
        return;
    }
    let data = Data::read();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let drafts = draft(&data, extent, spaces.len(), now, &mut random);
    let attached: usize = drafts.iter().map(|draft| draft.alerts).sum();
    put_lone_alerts(
        store,
        &data,
        spaces,
        (extent.alerts - attached, now),
        &mut random,
    );
    let mut story = Story {
        store,
        ids: vec![None; drafts.len()],
        spaces,
        drafts: &drafts,
        steps: BinaryHeap::new(),
        count: 0,
    };
    for (position, draft) in drafts.iter().enumerate() {
        story.tell_until(draft.created);
        let brief = Brief {
            template: draft.template,
            space: &spaces[draft.space].id,
            site: site(draft.space),
            status: draft.status,
            created: draft.created,
            now,
            alerts: draft.alerts,
            comments: Some(draft.comments),
        };
        let mut values = brief.draw_values(&data, &mut random);
        values.host = renumbered(&values.host, &mut random);
        values.second_host = renumbered(&values.second_host, &mut random);
        let mut plan = plan::plan(&data, &brief, &values, &mut random);
        for alert in plan.alerts.drain(..) {
            story.store.put_alert(alert);
        }
        if random.random_ratio(1, 6) {
            let by = Arc::clone(&plan.steps[0].1);
            let seen = observables(&values).map(|seen| {
                let at = draft.created + SignedDuration::from_secs(1);
                (at, Arc::clone(&by), Step::Observe(seen))
            });
            plan.steps.splice(1..1, seen);
        }
        story.add(position, plan.steps);
    }
    story.tell_until(Timestamp::MAX);
    store.shrink();
}

fn site(space: usize) -> &'static str {
    SITES[space % SITES.len()]
}

/// Decides what the cases are, oldest first.
fn draft<'a>(
    data: &'a Data,
    extent: Extent,
    spaces: usize,
    now: Timestamp,
    random: &mut ChaCha8Rng,
) -> Vec<Draft<'a>> {
    let templates: Vec<Vec<&Template>> = (0..spaces)
        .map(|space| {
            let of_site = |template: &&Template| {
                let mut places = template.places.iter();
                places.any(|place| place.split('/').next() == Some(site(space)))
            };
            data.cases.iter().filter(of_site).collect()
        })
        .collect();
    let count = i64::try_from(extent.cases).unwrap_or(i64::MAX);
    let step = SignedDuration::from_hours(24 * DAYS).as_millis() / i128::from(count.max(1));
    let step = i64::try_from(step).unwrap_or(1).max(1);
    let newest = now - SignedDuration::from_mins(2);
    let mut weights = (Vec::new(), Vec::new());
    let mut drafts: Vec<Draft<'a>> = (0..count)
        .map(|position| {
            let age = (count - 1 - position) * step + random.random_range(0..step);
            let created = newest - SignedDuration::from_millis(age);
            let space = random.random_range(0..spaces);
            let template: &Template = templates[space]
                .choose(random)
                .expect("cases.json has cases of every space");
            let drawn = pick(&ALERT_WEIGHTS, random);
            weights
                .0
                .push(if template.rules.is_empty() { 0 } else { drawn });
            weights.1.push(pick(&COMMENT_WEIGHTS, random));
            Draft {
                template,
                space,
                status: status(now.duration_since(created), random),
                created,
                alerts: 0,
                comments: 0,
            }
        })
        .collect();
    let alerts = share_out(extent.alerts / 5 * 3, &weights.0, ALERTS_PER_CASE);
    let comments = share_out(extent.comments, &weights.1, COMMENTS_PER_CASE);
    for ((draft, alerts), comments) in drafts.iter_mut().zip(alerts).zip(comments) {
        (draft.alerts, draft.comments) = (alerts, comments);
    }
    drafts
}

fn pick(weights: &[usize], random: &mut ChaCha8Rng) -> usize {
    weights.choose(random).copied().unwrap_or_default()
}

/// What has become of a case: of those of the last day few are closed, of the old ones nearly all.
fn status(age: SignedDuration, random: &mut ChaCha8Rng) -> Status {
    let closed = match age.as_hours() / 24 {
        0 => 0.2,
        1..7 => 0.5,
        7..30 => 0.8,
        _ => 0.93,
    };
    if random.random_bool(closed) {
        Status::Closed
    } else if random.random_bool(0.5) {
        Status::InProgress
    } else {
        Status::Open
    }
}

/// Shares a number out by weights, exactly, but for what a single share may not have.
fn share_out(total: usize, weights: &[usize], most: usize) -> Vec<usize> {
    let sum: usize = weights.iter().sum();
    let (mut weight, mut given) = (0, 0);
    weights
        .iter()
        .map(|own| {
            weight += own;
            let until = total * weight / sum.max(1);
            let share = until - given;
            given = until;
            share.min(most)
        })
        .collect()
}

fn put_lone_alerts(
    store: &mut Store,
    data: &Data,
    spaces: &[Space],
    (count, now): (usize, Timestamp),
    random: &mut ChaCha8Rng,
) {
    let rules: Vec<Vec<&Rule>> = (0..spaces.len())
        .map(|space| alerts::fitting(data, site(space)))
        .collect();
    for position in 0..count {
        let space = position % spaces.len();
        let rule = rules[space].choose(random).expect("every space has rules");
        let place = (spaces[space].id.as_str(), site(space));
        store.put_alert(alerts::lone(data, rule, place, (now, DAYS), random));
    }
}

/// The name with another number at its end: a large world has more hosts than `hosts.json`.
fn renumbered(name: &str, random: &mut ChaCha8Rng) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - stem.len();
    let most = match digits {
        0 => return name.to_owned(),
        1 => 10,
        2 => 100,
        3 => 1000,
        _ => 10_000,
    };
    let number = random.random_range(1..most);
    format!("{stem}{number:0digits$}")
}

/// What was seen in a case, which others may have seen, too.
fn observables(values: &Values) -> impl Iterator<Item = NewObservable> {
    let seen = [
        ("observable-type-ipv4", &values.ip),
        ("observable-type-domain", &values.domain),
        ("observable-type-file-hash", &values.sha256),
    ];
    let seen = seen.map(|(kind, value)| NewObservable {
        type_key: kind.to_owned(),
        value: value.clone(),
        description: None,
    });
    seen.into_iter()
}

/// Carries out steps in the order of time.
struct Story<'a> {
    store: &'a mut Store,
    /// The ids of the cases that have been created.
    ids: Vec<Option<String>>,
    spaces: &'a [Space],
    drafts: &'a [Draft<'a>],
    steps: BinaryHeap<Reverse<Pending>>,
    count: u64,
}

/// A step that is still to be done. Of those of one time the first that was planned comes first.
struct Pending {
    at: Timestamp,
    order: u64,
    case: usize,
    by: Arc<User>,
    step: Step,
}

impl Story<'_> {
    fn add(&mut self, case: usize, steps: Vec<(Timestamp, Arc<User>, Step)>) {
        for (at, by, step) in steps {
            self.count += 1;
            self.steps.push(Reverse(Pending {
                at,
                order: self.count,
                case,
                by,
                step,
            }));
        }
    }

    /// Does all that happened before a time.
    fn tell_until(&mut self, end: Timestamp) {
        while self.steps.peek().is_some_and(|Reverse(next)| next.at < end) {
            let Some(Reverse(next)) = self.steps.pop() else {
                return;
            };
            let space = &self.spaces[self.drafts[next.case].space].id;
            let stamp = Stamp::new(next.by, next.at);
            if let Step::Create(case) = next.step {
                let created = self.store.create_case(space, &stamp, case);
                self.ids[next.case] = Some(created.id);
            } else if let Some(id) = &self.ids[next.case] {
                carry_out(self.store, space, &stamp, id, &next.step);
            }
        }
    }
}

impl Pending {
    fn key(&self) -> (Timestamp, u64) {
        (self.at, self.order)
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
