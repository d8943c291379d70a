//! One agent's session: who it is, what it may see, what it has read, and how often it calls.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use caseboard_core::{
    Agent,
    code::{CommandError, ErrorCode, ErrorDetail},
    desk::Desk,
    id::SourceId,
    plain::visible,
};
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
};

use super::limit::Calls;
use crate::{
    context::{Context, invalid},
    told::Result,
};

/// Longest name of a client.
const LONGEST_NAME: usize = 40;

/// What lasts from one call to the next.
pub(crate) struct Session {
    desk: Desk,
    /// The only sources that it may see.
    only: Option<BTreeSet<SourceId>>,
    /// Names it in the journal.
    id: String,
    client: OnceLock<String>,
    /// Sources whose text it was given.
    read: Mutex<BTreeSet<SourceId>>,
    calls: Mutex<Calls>,
}

/// One call of a tool.
pub(crate) struct Call {
    pub(crate) session: Arc<Session>,
    progress: Option<(ProgressToken, Peer<RoleServer>)>,
}

/// What an agent says with a write.
#[derive(Debug, Default)]
pub(crate) struct Saying<'a> {
    pub(crate) reason: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) dry_run: bool,
}

impl Session {
    /// A session on a desk. `client` wins over the name that the client gives itself.
    pub(crate) fn new(desk: Desk, client: Option<&str>, only: Option<BTreeSet<SourceId>>) -> Self {
        let session = Self {
            desk,
            only,
            id: format!("{:016x}", rand::random::<u64>()),
            client: OnceLock::new(),
            read: Mutex::default(),
            calls: Mutex::default(),
        };
        if let Some(client) = client {
            session.met(client);
        }
        session
    }

    /// Learns the client's name; the first one counts.
    pub(super) fn met(&self, client: &str) {
        let name: String = visible(client).chars().take(LONGEST_NAME).collect();
        // It was named before.
        drop(self.client.set(name));
    }

    /// Counts a call.
    pub(super) fn count(&self) -> Result<()> {
        let counted = lock(&self.calls).count(tokio::time::Instant::now());
        counted.map_err(|wait| {
            let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
            CommandError {
                code: ErrorCode::RateLimited,
                message: "too many calls in a minute".to_owned(),
                hint: None,
                retryable: true,
                detail: Some(ErrorDetail::Wait { seconds }),
            }
        })
    }

    /// Notes that the agent was given text of these sources.
    pub(crate) fn gave(&self, sources: impl IntoIterator<Item = SourceId>) {
        lock(&self.read).extend(sources);
    }

    fn agent(&self) -> Agent {
        Agent {
            only: self.only.clone(),
            reason: None,
            key: None,
            read: lock(&self.read).clone(),
        }
    }

    fn desk_for(&self, agent: Agent) -> Result<Desk> {
        let client = self.client.get().map_or("unknown", String::as_str);
        self.desk.for_agent(client, &self.id, agent)
    }
}

impl Call {
    pub(super) fn new(
        session: Arc<Session>,
        progress: Option<(ProgressToken, Peer<RoleServer>)>,
    ) -> Self {
        Self { session, progress }
    }

    /// The desk as the agent sees it, with what is meant of it.
    pub(crate) fn context(
        &self,
        deployment: Option<String>,
        space: Option<String>,
    ) -> Result<Context> {
        let desk = self.session.desk_for(self.session.agent())?;
        Ok(Context {
            desk,
            deployment,
            space,
            json: true,
            colours: false,
            once: false,
            bars: false,
            input: Box::new(|| Ok(String::new())),
            ask: None,
        })
    }

    /// All of what the agent sees.
    pub(crate) fn all(&self) -> Result<Context> {
        self.context(None, None)
    }

    /// The desk to write to.
    pub(crate) fn writer(&self, saying: &Saying<'_>) -> Result<Desk> {
        let agent = Agent {
            reason: saying.reason.map(str::to_owned),
            key: saying.key.map(str::to_owned),
            ..self.session.agent()
        };
        let desk = self.session.desk_for(agent)?;
        Ok(if saying.dry_run {
            desk.rehearsing()
        } else {
            desk
        })
    }

    /// Tells a client that wants to know how far a long call is.
    pub(crate) async fn progress(&self, done: u32, total: u32) {
        let Some((token, peer)) = &self.progress else {
            return;
        };
        let told = ProgressNotificationParam::new(token.clone(), f64::from(done))
            .with_total(f64::from(total));
        // A client that is gone is told nothing.
        drop(peer.notify_progress(told).await);
    }
}

/// The only sources that an agent may see: those of these names (`PROD/soc`), of one deployment, of one space; `None` if nothing
/// is said.
pub(crate) fn seen(
    desk: &Desk,
    names: &[String],
    deployment: Option<&str>,
    space: Option<&str>,
) -> Result<Option<BTreeSet<SourceId>>> {
    if names.is_empty() && deployment.is_none() && space.is_none() {
        return Ok(None);
    }
    let mut sources = if names.is_empty() {
        let deployments = desk.deployments().into_iter();
        let spaces = deployments.flat_map(|one| one.spaces);
        spaces.map(|space| space.source).collect()
    } else {
        named(desk, names)?
    };
    let deployments = desk.deployments();
    sources.retain(|source| {
        let of = deployments.iter().find(|one| one.id == source.deployment);
        let is_of = |name: &str| of.is_some_and(|one| one.name == name || one.id.as_str() == name);
        deployment.is_none_or(is_of) && space.is_none_or(|space| source.space.as_str() == space)
    });
    if sources.is_empty() {
        return Err(crate::context::not_found("there is no such space"));
    }
    Ok(Some(sources))
}

fn named(desk: &Desk, names: &[String]) -> Result<BTreeSet<SourceId>> {
    let deployments = desk.deployments();
    let one = |name: &String| {
        let (deployment, space) = name
            .split_once('/')
            .ok_or_else(|| invalid("only", "name a deployment and a space: PROD/soc"))?;
        let spaces = deployments.iter().filter(|one| one.name == deployment);
        let mut spaces = spaces.flat_map(|one| &one.spaces);
        let found = spaces.find(|one| one.source.space.as_str() == space);
        found
            .map(|found| found.source.clone())
            .ok_or_else(|| crate::context::not_found(&format!("there is no {name}")))
    };
    names.iter().map(one).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
