//! How cases were a moment ago, for a search index that lags behind (F21).

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use super::{Attachment, Case, Store, Write};

/// Recent changes, oldest first; nothing is kept while no plan asks for a lag.
#[derive(Default)]
pub(super) struct Trail {
    longest: Option<Duration>,
    steps: VecDeque<Step>,
    /// When attachments were made.
    attachments: VecDeque<(Instant, String)>,
}

struct Step {
    at: Instant,
    space: Arc<str>,
    order: u64,
    /// The case before the change; none if the change made it.
    before: Option<Box<Case>>,
}

impl Trail {
    /// The cases of a space that changed within `lag`, as they were before; none where a case was not there yet.
    pub(super) fn older(&self, space: &str, lag: Option<Duration>) -> BTreeMap<u64, Option<&Case>> {
        let mut older = BTreeMap::new();
        let Some(lag) = lag else {
            return older;
        };
        let now = Instant::now();
        for step in &self.steps {
            if step.at + lag > now && *step.space == *space {
                older.entry(step.order).or_insert(step.before.as_deref());
            }
        }
        older
    }

    fn forget(&mut self, now: Instant) {
        let longest = self.longest.unwrap_or_default();
        let is_old = |at: Instant| at + longest <= now;
        while self.steps.front().is_some_and(|step| is_old(step.at)) {
            self.steps.pop_front();
        }
        while self.attachments.front().is_some_and(|(at, _)| is_old(*at)) {
            self.attachments.pop_front();
        }
    }
}

impl Store {
    /// Keeps what searching may still have to show; `None` stops it.
    pub(crate) fn keep_trail(&mut self, longest: Option<Duration>) {
        self.trail.longest = longest;
        if longest.is_none() {
            self.trail = Trail::default();
        }
    }

    pub(super) fn leave_trail(&mut self, write: &Write) {
        if self.trail.longest.is_none() {
            return;
        }
        let at = Instant::now();
        self.trail.forget(at);
        match write {
            Write::Attachment(attachment) if !self.attachment_case.contains_key(&attachment.id) => {
                self.trail
                    .attachments
                    .push_back((at, attachment.id.clone()));
            }
            Write::Case(case) => self.leave_step(at, &case.id, &case.space),
            Write::MoveCase { id, space } => {
                let (id, space) = (id.clone(), space.clone());
                self.leave_step(at, &id, "");
                // It is new in the other space, and gone from its own.
                if let Some(order) = self.places.get(&id).map(|place| place.order) {
                    let space = self.text(&space);
                    let step = Step {
                        at,
                        space,
                        order,
                        before: None,
                    };
                    self.trail.steps.push_back(step);
                }
            }
            Write::DropSpace(space) => {
                for id in self.ids_in(space) {
                    self.leave_step(at, &id, "");
                }
            }
            Write::DropCase(id) => {
                let id = id.clone();
                self.leave_step(at, &id, "");
            }
            _ => {}
        }
    }

    fn leave_step(&mut self, at: Instant, id: &str, new_in: &str) {
        let step = match self.case_anywhere(id).cloned() {
            Some(case) => Step {
                at,
                space: self.text(&case.space),
                order: self.places[id].order,
                before: Some(Box::new(case)),
            },
            // Its place in the order is the version that it is about to get.
            None => Step {
                at,
                space: self.text(new_in),
                order: self.sequence,
                before: None,
            },
        };
        self.trail.steps.push_back(step);
    }

    /// Whether searching sees an attachment already.
    pub(crate) fn is_searchable(&self, attachment: &Attachment) -> bool {
        let Some(lag) = self.origin.effect.lag else {
            return true;
        };
        let now = Instant::now();
        let mut young = self.trail.attachments.iter();
        !young.any(|(at, id)| *at + lag > now && *id == attachment.id)
    }
}
