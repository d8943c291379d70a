//! A Kibana and a mirror in memory, whose time and faults tests own.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use kibana_cases::{CaseId, CasePage, FindCases, SortField};
use serde_json::json;

use super::{Cursor, Follow, Limits, Next, PageOutcome};
use crate::cache::tests::case;

pub(super) const LIMITS: Limits = Limits {
    per_page: 5,
    most_cases: 20,
};

/// A case on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    created: Timestamp,
    updated: Option<Timestamp>,
    version: u32,
}

/// A server whose search lags behind, and a mirror that follows it.
pub(super) struct Simulation {
    pub(super) now: Timestamp,
    pub(super) lag: SignedDuration,
    pub(super) there: BTreeMap<String, Told>,
    /// What searching sees.
    searched: BTreeMap<String, Told>,
    /// Changes that searching does not see yet; `None` for what is deleted.
    fresh: VecDeque<(Timestamp, String, Option<Told>)>,
    /// With the number of the request that told it last.
    mirror: BTreeMap<String, (Told, u32)>,
    pub(super) follow: Follow,
    began: u32,
    pub(super) n_requests: u32,
    n_made: u32,
}

impl Simulation {
    pub(super) fn new(n_cases: u32) -> Self {
        let mut simulation = Self {
            now: "2026-11-23T10:00:00Z".parse().unwrap(),
            lag: SignedDuration::ZERO,
            there: BTreeMap::new(),
            searched: BTreeMap::new(),
            fresh: VecDeque::new(),
            mirror: BTreeMap::new(),
            follow: Follow::new(LIMITS, None),
            began: 0,
            n_requests: 0,
            n_made: 0,
        };
        for _ in 0..n_cases {
            simulation.insert();
            simulation.wait(7_000);
        }
        simulation
    }

    pub(super) fn wait(&mut self, milliseconds: i64) {
        self.now += SignedDuration::from_millis(milliseconds);
    }

    pub(super) fn insert(&mut self) -> String {
        self.n_made += 1;
        // Ids tell nothing about order.
        let id = format!("{:08x}", self.n_made.wrapping_mul(0x9e37_79b9));
        let told = Told {
            created: self.stamp(),
            updated: None,
            version: 1,
        };
        self.write(&id, Some(told));
        id
    }

    pub(super) fn update(&mut self, id: &str) {
        let mut told = self.there[id].clone();
        told.version += 1;
        told.updated = Some(self.stamp());
        self.write(id, Some(told));
    }

    pub(super) fn delete(&mut self, id: &str) {
        self.write(id, None);
    }

    /// Many writes share a moment.
    fn stamp(&self) -> Timestamp {
        Timestamp::from_second(self.now.as_second()).unwrap()
    }

    fn write(&mut self, id: &str, told: Option<Told>) {
        match &told {
            Some(told) => self.there.insert(id.to_owned(), told.clone()),
            None => self.there.remove(id),
        };
        self.fresh.push_back((self.now, id.to_owned(), told));
    }

    /// One request and what follows. Tells whether the pass is over.
    pub(super) fn turn(&mut self) -> bool {
        self.n_requests += 1;
        if self.follow.begins() {
            self.began = self.n_requests;
        }
        let request = self.follow.request(self.now);
        let (page, versions) = self.answer(&request);
        let outcome = self.put(versions);
        match self.follow.take_in(&page, outcome, self.now) {
            Next::More => false,
            Next::Over => true,
            Next::Swept(seen) => {
                let began = self.began;
                self.mirror.retain(|id, (_, read)| {
                    *read > began || seen.contains(&id.parse::<CaseId>().unwrap())
                });
                self.follow.swept(self.n_known(), self.now);
                true
            }
        }
    }

    /// A whole pass, with nothing between its requests. Tells how many there were.
    pub(super) fn pass(&mut self) -> u32 {
        let before = self.n_requests;
        while !self.turn() {}
        self.wait(15_000);
        self.n_requests - before
    }

    /// As after a restart: nothing is left but what the database holds.
    pub(super) fn restart(&mut self) {
        let kept = serde_json::to_string(self.follow.cursor()).unwrap();
        let cursor: Cursor = serde_json::from_str(&kept).unwrap();
        self.follow = Follow::new(LIMITS, Some(cursor));
    }

    /// All that can be told of this moment.
    pub(super) fn trace(&self) -> String {
        let cursor = serde_json::to_string(self.follow.cursor()).unwrap();
        format!(
            "{} {} {:?} {cursor}",
            self.now, self.n_requests, self.mirror
        )
    }

    pub(super) fn is_converged(&self) -> bool {
        self.mirror.len() == self.there.len()
            && self
                .mirror
                .iter()
                .all(|(id, (told, _))| self.there.get(id) == Some(told))
    }

    pub(super) fn knows(&self, id: &str) -> bool {
        self.mirror
            .get(id)
            .is_some_and(|(told, _)| self.there.get(id) == Some(told))
    }

    pub(super) fn n_known(&self) -> u32 {
        u32::try_from(self.mirror.len()).unwrap()
    }

    fn put(&mut self, versions: Vec<(String, Told)>) -> PageOutcome {
        let mut n_changed = 0;
        for (id, told) in versions {
            let before = self.mirror.insert(id, (told.clone(), self.n_requests));
            n_changed += usize::from(before.is_none_or(|(before, _)| before != told));
        }
        PageOutcome {
            n_changed,
            n_known: self.n_known(),
        }
    }

    fn answer(&mut self, find: &FindCases) -> (CasePage, Vec<(String, Told)>) {
        assert!(
            find.page * find.per_page <= LIMITS.most_cases,
            "Kibana refuses this page"
        );
        while self
            .fresh
            .front()
            .is_some_and(|(at, ..)| *at <= self.now - self.lag)
        {
            let (_, id, told) = self.fresh.pop_front().unwrap();
            match told {
                Some(told) => self.searched.insert(id, told),
                None => self.searched.remove(&id),
            };
        }
        let to: Option<Timestamp> = find.to.as_deref().map(|to| to.parse().unwrap());
        let mut matching: Vec<_> = self
            .searched
            .iter()
            .filter(|(_, told)| to.is_none_or(|to| told.created <= to))
            .collect();
        // `None` is the least, so what was never changed comes last.
        matching.sort_by_key(|(_, told)| {
            std::cmp::Reverse(if find.sort_field == SortField::UpdatedAt {
                told.updated
            } else {
                Some(told.created)
            })
        });
        let total = u32::try_from(matching.len()).unwrap();
        let from = (find.page - 1) * find.per_page;
        let versions: Vec<_> = matching
            .into_iter()
            .skip(from as usize)
            .take(find.per_page as usize)
            .map(|(id, told)| (id.clone(), told.clone()))
            .collect();
        let cases = versions.iter().map(|(id, told)| {
            let updated = told.updated.map(|at| at.to_string());
            case(
                id,
                json!({"created_at": told.created.to_string(), "updated_at": updated}),
            )
        });
        let page = CasePage {
            cases: cases.collect(),
            total,
            ..CasePage::default()
        };
        (page, versions)
    }
}
