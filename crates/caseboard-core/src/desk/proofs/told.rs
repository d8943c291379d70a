//! What a desk acknowledged and showed, as the history checker reads it.

use std::collections::BTreeMap;

use kibana_cases::NewCase;
use practice_kibana::history::{self, CaseName, DeploymentLog, Finding, History, View, Write};

use super::*;
use crate::{
    id::{CaseRef, EntryId},
    outbox::{self, Entry, State},
    view::{Activity, BoardQuery, CaseDetail, CaseRow, EntryView, ListOrder, ListPart},
};

/// What was acknowledged and shown so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    written: Vec<(EntryId, history::Entry)>,
    /// Writes that took the place of one that still waited.
    n_folded: usize,
    views: Vec<View>,
    /// Counts what is heard and shown, in order.
    at: u64,
}

impl Told {
    /// A word that is in no other entry.
    pub(super) fn token(&self) -> String {
        format!("token-{}", self.written.len() + self.n_folded)
    }

    /// A write was acknowledged, with the token of its moment.
    pub(super) fn wrote(&mut self, entry: &EntryView, write: Write) {
        // The last word on a field takes the place of one that still waits.
        let mut known = self.written.iter_mut();
        if let Some((_, told)) = known.find(|(id, _)| *id == entry.id) {
            if let (Write::Edit { value, .. }, Write::Edit { value: last, .. }) =
                (&mut told.write, write)
            {
                *value = last;
            }
            self.n_folded += 1;
            return;
        }
        let token = self.token();
        let case = match write {
            Write::CreateCase => CaseName::CreatedBy(token.clone()),
            _ => CaseName::Id(entry.case.id.to_string()),
        };
        let source = &entry.case.source;
        let told = history::Entry {
            token,
            deployment: source.deployment.to_string(),
            space: source.space.to_string(),
            author: String::new(),
            case,
            order: u64::try_from(self.written.len()).unwrap(),
            write,
            state: history::State::Promised,
        };
        self.written.push((entry.id.clone(), told));
    }

    /// A comment is written and acknowledged. Tells its text, too.
    pub(super) async fn comment(&mut self, desk: &Desk, case: &CaseRef) -> (EntryId, String) {
        let text = format!("host isolated {}", self.token());
        let entry = desk.add_comment(case, text.clone()).await.unwrap();
        self.wrote(&entry, Write::Comment);
        (entry.id, text)
    }

    /// The deletion of a case is acknowledged.
    pub(super) async fn delete(&mut self, desk: &Desk, case: &CaseRef) -> EntryId {
        let entry = desk.delete_case(case).await.unwrap();
        self.wrote(&entry, Write::DeleteCase);
        entry.id
    }

    /// Everything that was acknowledged.
    pub(super) fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.written.iter().map(|(id, _)| id)
    }

    /// Notes how the desk says by now that everything stands, and tells it.
    pub(super) async fn hear(&mut self, desk: &Desk) -> BTreeMap<EntryId, Entry> {
        self.at += 1;
        let entries = all_entries(desk).await;
        for (id, told) in &mut self.written {
            if matches!(told.state, history::State::Confirmed { .. }) {
                continue;
            }
            let now = entries.get(id).expect("what was acknowledged is there");
            told.state = match now.state {
                State::Confirmed => history::State::Confirmed { at: self.at },
                State::Parked { .. } => history::State::Parked,
                State::Cancelled => history::State::Cancelled,
                State::Ambiguous { .. } | State::Reconciling { .. } => history::State::Ambiguous,
                _ => history::State::Promised,
            };
        }
        entries
    }

    /// Notes what was shown of a case; `None` that it was shown as gone.
    pub(super) fn saw(&mut self, case: &CaseRef, shown: Option<&CaseDetail>) {
        self.at += 1;
        let comments = shown.and_then(|shown| shown.activity.as_ref());
        let tokens = comments.map(|comments| {
            let tokens = comments.iter().filter_map(|one| match &one.what {
                Activity::Comment { text, .. } => {
                    text.split(' ').find(|word| word.starts_with("token-"))
                }
                _ => None,
            });
            tokens.map(str::to_owned).collect()
        });
        self.views.push(View {
            at: self.at,
            deployment: case.source.deployment.to_string(),
            case: CaseName::Id(case.id.to_string()),
            gone: shown.is_none(),
            comments: tokens,
            fields: BTreeMap::new(),
        });
    }

    /// What the checker finds, when everything is settled.
    pub(super) fn findings(&self, servers: &[Server]) -> Vec<Finding> {
        let mut history = History {
            entries: self
                .written
                .iter()
                .map(|(_, entry)| entry.clone())
                .collect(),
            views: self.views.clone(),
        };
        let logs: Vec<_> = servers.iter().map(log).collect();
        let commits = logs.iter().flat_map(|log| &log.commits);
        let mut ours = commits.filter(|commit| commit.key != COLLEAGUE);
        let author = ours.find_map(|commit| commit.user.clone());
        for entry in &mut history.entries {
            entry.author = author.clone().unwrap_or_default();
        }
        history::check(&history, &logs)
    }
}

fn log(server: &Server) -> DeploymentLog {
    DeploymentLog {
        deployment: server.id.to_string(),
        commits: server
            .practice
            .log()
            .iter()
            .map(|one| (**one).clone())
            .collect(),
    }
}

/// Every entry of the outbox.
pub(super) async fn all_entries(desk: &Desk) -> BTreeMap<EntryId, Entry> {
    let database = desk.inner.outbox.database();
    let entries = database.read(|connection| outbox::list(connection, u32::MAX));
    let entries = entries.await.unwrap().into_iter();
    entries.map(|entry| (entry.id.clone(), entry)).collect()
}

/// Waits until everything is settled or waits for a person.
pub(super) async fn all_settled(desk: &Desk) -> BTreeMap<EntryId, Entry> {
    let waiting = async {
        loop {
            let entries = all_entries(desk).await;
            let waits = |entry: &Entry| {
                entry.state.is_in_line() && !matches!(entry.state, State::Held { .. })
            };
            if !entries.values().any(waits) {
                return entries;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let patience = Duration::from_hours(5);
    tokio::time::timeout(patience, waiting)
        .await
        .expect("it never settles")
}

/// Every case that is shown.
pub(super) async fn rows(desk: &Desk) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    loop {
        let part = ListPart {
            group: None,
            order: ListOrder::Created,
            descending: false,
            offset: u32::try_from(rows.len()).unwrap(),
            limit: 200,
        };
        let more = desk.list(&BoardQuery::default(), &part).await.unwrap().rows;
        if more.is_empty() {
            return rows;
        }
        rows.extend(more);
    }
}

/// A colleague creates cases, which the desk comes to know.
pub(super) async fn known_cases(world: &World, nth: usize, space: &str, n: usize) -> Vec<CaseRef> {
    let source = world.servers[nth].source(space);
    let there = world.servers[nth].client.space(&source.space);
    let mut cases = Vec::new();
    for _ in 0..n {
        let id = there
            .create_case(&NewCase::new("a case", "of a colleague"))
            .await
            .unwrap()
            .id;
        let source = source.clone();
        cases.push(CaseRef { source, id });
    }
    cases
}
