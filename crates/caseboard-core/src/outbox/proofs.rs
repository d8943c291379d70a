//! The promises of the outbox, held against the practice server's faults and its commit log, in virtual time.
//!
//! Each proof prints its seed and takes it back by `SEED=`.

mod alerts;
mod answers;
mod edits;
mod kills;
mod old;
mod panics;
mod processes;
mod rights;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{Router, body::Body};
use jiff::{SignedDuration, Timestamp};
use kibana_cases::{Client, Credentials, ServiceTransport};
use practice_kibana::{
    Options, Practice, faulty,
    history::{self, CaseName, DeploymentLog, History, Write},
    router,
};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::Instant};

use super::{
    entry::{Change, Entry, NewCase, Provenance, State},
    field::{Edit, Edits, Field},
    sender::Outbox,
    tables,
};
use crate::{
    cache::database::Database,
    clock::Clock,
    id::{CaseRef, DeploymentId, SourceId},
    proof::Proof,
};

/// Nothing takes longer, in virtual time.
const PATIENCE: Duration = Duration::from_hours(20);

/// The time of the runtime, which tests turn.
#[derive(Debug, Clone, Copy)]
struct VirtualClock {
    began: Instant,
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        start + SignedDuration::try_from(self.began.elapsed()).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A practice Kibana in process, and the history of those who write to it.
struct World {
    practice: Practice,
    router: Router,
    client: Client,
    clock: VirtualClock,
    tokens: BTreeMap<String, (Entry, String)>,
    n_tokens: usize,
}

/// An outbox that sends, and its tables.
struct Running {
    outbox: Outbox,
    database: Database,
    task: JoinSet<()>,
}

impl World {
    fn new(seed: u64) -> Self {
        let clock = VirtualClock {
            began: Instant::now(),
        };
        let (router, practice) = router(Options {
            world: practice_kibana::World::Empty,
            seed,
            clock: practice_kibana::Clock::new(move || clock.now()),
            log: true,
            ..Options::default()
        });
        let key = Credentials::api_key(practice.api_key()).unwrap();
        let client = Client::builder("http://127.0.0.1", key)
            .transport(ServiceTransport::<_, Body>::new(faulty(
                router.clone(),
                &practice,
            )))
            .seed(seed)
            .build()
            .unwrap();
        Self {
            practice,
            router,
            client,
            clock,
            tokens: BTreeMap::new(),
            n_tokens: 0,
        }
    }

    fn memory() -> Database {
        Database::in_memory(crate::cache::migrations(), tables::SALVAGE).unwrap()
    }

    /// An outbox of a profile in memory, sending.
    fn start(&self) -> Running {
        self.start_on(Self::memory())
    }

    /// An outbox that takes in and does not send.
    fn resting(&self, database: &Database) -> Outbox {
        Outbox::new(database.clone(), Arc::new(self.clock), 7)
    }

    fn start_on(&self, database: Database) -> Running {
        let outbox = self.resting(&database);
        outbox.connect(&DeploymentId::practice(), Some(self.client.clone()));
        let sender = outbox.clone();
        let mut task = JoinSet::new();
        task.spawn(async move { sender.run(None, "proof").await });
        Running {
            outbox,
            database,
            task,
        }
    }

    /// Creates a case directly, as somebody else would.
    async fn case(&self, space: &str) -> CaseRef {
        let source = source(space);
        let mut new =
            kibana_cases::NewCase::new("a case", "line 1\nline 2\nline 3\nline 4\nline 5");
        new.tags = vec!["base".to_owned()];
        let space = self.client.space(&source.space);
        let id = space.create_case(&new).await.unwrap().id;
        CaseRef { source, id }
    }

    fn token(&mut self) -> String {
        self.n_tokens += 1;
        format!("token-{}", self.n_tokens)
    }

    /// A comment with a token of its own.
    fn comment(&mut self, case: &CaseRef) -> Entry {
        let token = self.token();
        let change = Change::AddComment {
            text: format!("host isolated {token}"),
        };
        self.entry(case, change, token)
    }

    /// A new case with a token of its own.
    fn new_case(&mut self, space: &str) -> Entry {
        let token = self.token();
        let change = Change::CreateCase(NewCase {
            title: format!("phish {token}"),
            description: "what happened".to_owned(),
            tags: vec![],
            severity: "low".to_owned(),
            assignees: vec![],
            category: None,
            sync_alerts: false,
            custom: BTreeMap::new(),
        });
        let case = CaseRef::not_yet_created(source(space));
        self.entry(&case, change, token)
    }

    fn edit(&mut self, case: &CaseRef, edit: Edit) -> Entry {
        let token = self.token();
        let change = Change::EditCase {
            edits: Edits::new([edit]),
        };
        self.entry(case, change, token)
    }

    fn entry(&mut self, case: &CaseRef, change: Change, token: String) -> Entry {
        let entry = Entry::new(
            case.clone(),
            "securitySolution",
            change,
            Provenance::Window,
            self.clock.now(),
        );
        self.tokens
            .insert(entry.id.to_string(), (entry.clone(), token));
        entry
    }

    /// What the checker finds in the history of these profiles.
    async fn findings(&self, profiles: &[&Database]) -> Vec<history::Finding> {
        self.practice.faults().settled().await;
        let mut history = History::default();
        for database in profiles {
            for entry in entries(database).await {
                let (written, token) = &self.tokens[entry.id.as_str()];
                history.entries.push(history::Entry {
                    token: token.clone(),
                    deployment: "practice".to_owned(),
                    space: entry.case.source.space.to_string(),
                    author: "practice".to_owned(),
                    case: self.case_name(&written.case),
                    order: entry.place,
                    write: write_of(written),
                    state: match entry.state {
                        State::Confirmed => history::State::Confirmed { at: entry.place },
                        State::Parked { .. } => history::State::Parked,
                        State::Cancelled => history::State::Cancelled,
                        State::Ambiguous { .. } | State::Reconciling { .. } => {
                            history::State::Ambiguous
                        }
                        _ => history::State::Promised,
                    },
                });
            }
        }
        let author = self.author().await;
        for entry in &mut history.entries {
            entry.author.clone_from(&author);
        }
        let log = DeploymentLog {
            deployment: "practice".to_owned(),
            commits: self
                .practice
                .log()
                .iter()
                .map(|commit| (**commit).clone())
                .collect(),
        };
        history::check(&history, &[log])
            .into_iter()
            // What a test did by its own hands is nobody's entry.
            .filter(|finding| !matches!(finding, history::Finding::Phantom { .. }))
            .collect()
    }

    async fn author(&self) -> String {
        let us = super::wire::us(&self.client.space(&source("soc").space)).await;
        us.unwrap().username.unwrap()
    }

    fn case_name(&self, case: &CaseRef) -> CaseName {
        let creates = self.tokens.values().find(|(entry, _)| {
            entry.case == *case && matches!(entry.change, Change::CreateCase(_))
        });
        match creates {
            Some((_, token)) => CaseName::CreatedBy(token.clone()),
            None => CaseName::Id(case.id.to_string()),
        }
    }

    /// The comments of a case, as Kibana has them now.
    async fn comments(&self, case: &CaseRef) -> Vec<String> {
        let space = self.client.space(&case.source.space);
        let there = space.attachments(&case.id).await.unwrap();
        there
            .attachments
            .into_iter()
            .filter_map(|one| match one.kind {
                kibana_cases::AttachmentKind::Comment(text) => Some(text),
                _ => None,
            })
            .collect()
    }

    /// A case, as Kibana has it now.
    async fn now(&self, case: &CaseRef) -> Value {
        let path = ["api", "cases", case.id.as_str()];
        let request = kibana_cases::Request::raw(http::Method::GET, &path).unwrap();
        self.client
            .space(&case.source.space)
            .raw(request)
            .await
            .unwrap()
    }
}

impl Running {
    async fn put(&self, entries: Vec<Entry>) {
        self.outbox.enqueue(entries).await.unwrap();
    }

    /// Waits until every entry is settled or waits for a person.
    async fn settled(&self) -> Vec<Entry> {
        let mut changed = self.outbox.subscribe();
        let waiting = async {
            loop {
                let entries = entries(&self.database).await;
                if entries.iter().all(|entry| !entry.state.is_in_line()) {
                    return entries;
                }
                // Whether some were missed makes no difference.
                drop(changed.recv().await);
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("it never settles")
    }

    /// Ends it as a kill would: nothing is finished, nothing is told.
    async fn kill(mut self) -> Database {
        self.task.shutdown().await;
        self.database
    }
}

async fn entries(database: &Database) -> Vec<Entry> {
    database
        .read(|connection| tables::list(connection, u32::MAX))
        .await
        .unwrap()
}

fn source(space: &str) -> SourceId {
    SourceId {
        deployment: DeploymentId::practice(),
        space: space.parse().unwrap(),
    }
}

fn write_of(entry: &Entry) -> Write {
    match &entry.change {
        Change::AddComment { .. } => Write::Comment,
        Change::CreateCase(_) => Write::CreateCase,
        Change::EditCase { edits } => {
            let edit = edits.iter().next().unwrap();
            let mut body = serde_json::Map::new();
            edit.field.put(&edit.mine, &json!({}), &mut body);
            let (field, value) = body.into_iter().next().unwrap();
            Write::Edit {
                field,
                value,
                seen: entry.seen.as_ref().map(ToString::to_string),
                seen_value: Some(edit.base.clone()),
            }
        }
        Change::AttachAlerts { alerts } => Write::Attach {
            alerts: alerts.pairs.iter().map(|(id, _)| id.to_string()).collect(),
        },
        Change::DeleteCase { .. } => Write::DeleteCase,
        other => unreachable!("no proof writes {other:?}"),
    }
}

fn title(base: &str, mine: &str) -> Edit {
    Edit {
        field: Field::Title,
        base: json!(base),
        mine: json!(mine),
    }
}
