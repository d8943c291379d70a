//! What every command is done with: the desk, what is meant of it, and how it is told.

use std::io::Read;

use caseboard_core::{
    code::{CommandError, ErrorCode, ErrorDetail},
    desk::Desk,
    id::{CaseRef, SourceId},
    view::{CaseDetail, DeploymentView, KeyState, StorageState, SyncState},
};
use serde::Serialize;

use crate::{
    output::{
        bar::Bar,
        page::{self, Page},
    },
    told::{Result, Told},
};

/// A desk, and how it is asked.
pub(crate) struct Context {
    pub(crate) desk: Desk,
    /// Name of the only deployment that is meant.
    pub(crate) deployment: Option<String>,
    /// Id of the only space that is meant.
    pub(crate) space: Option<String>,
    pub(crate) json: bool,
    pub(crate) colours: bool,
    /// No profile is meant.
    pub(crate) once: bool,
    /// Whether bars may show how far long work is.
    pub(crate) bars: bool,
    pub(crate) input: Box<dyn Fn() -> std::io::Result<String> + Send + Sync>,
    /// Asks whoever sits at the terminal; there is none without one.
    pub(crate) ask: Option<Ask>,
}

/// Shows a question and reads one line.
pub(crate) type Ask = Box<dyn Fn(&str) -> std::io::Result<String> + Send + Sync>;

/// Standard input as text.
pub(crate) fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// Asks at the terminal.
pub(crate) fn ask_terminal(question: &str) -> std::io::Result<String> {
    eprint!("{question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line)
}

impl Context {
    pub(crate) fn page(&self) -> Page {
        Page::new(self.colours)
    }

    /// Whether nothing that is written outlives this run.
    pub(crate) fn forgets(&self) -> bool {
        self.desk.storage().state != StorageState::OnDisk
    }

    /// JSON if it was asked for, else what `page` makes.
    pub(crate) fn tell(&self, value: &impl Serialize, page: impl FnOnce(&mut Page)) -> Told {
        self.tell_as(value, page).into()
    }

    pub(crate) fn tell_as(&self, value: &impl Serialize, page: impl FnOnce(&mut Page)) -> String {
        if self.json {
            return page::json(value);
        }
        let mut text = self.page();
        page(&mut text);
        text.finish()
    }

    /// Fails unless a person sits there: what an agent may not decide is not decided by a program.
    pub(crate) fn needs_person(&self) -> Result<&Ask> {
        self.ask.as_ref().ok_or_else(|| {
            let reason =
                "a person decides that: run it in a terminal, without redirecting anything";
            invalid("terminal", reason)
        })
    }

    /// Whether the person at the terminal says yes.
    pub(crate) fn agrees(&self, question: &str) -> Result<bool> {
        let line = (self.needs_person()?)(question);
        let line = line.map_err(|error| invalid("terminal", &error.to_string()))?;
        Ok(matches!(line.trim(), "y" | "Y" | "yes"))
    }

    /// The deployments that are meant, once the keychain gave their keys, or did not.
    pub(crate) async fn deployments(&self) -> Result<Vec<DeploymentView>> {
        let mut events = self.desk.subscribe();
        loop {
            let deployments = self.meant()?;
            let waits = |deployment: &DeploymentView| {
                deployment.key == KeyState::Missing && deployment.problem.is_none()
            };
            if !deployments.iter().any(waits) || events.recv().await.is_err() {
                return Ok(deployments);
            }
        }
    }

    /// The same, once every space in use was read in this run, or could not be.
    pub(crate) async fn read(&self) -> Result<Vec<DeploymentView>> {
        let mut events = self.desk.subscribe();
        self.desk.follow_all();
        let mut bar = Bar::new(self.bars, "reading spaces");
        loop {
            let deployments = self.meant()?;
            let shown = deployments.iter().flat_map(|one| &one.spaces);
            let shown = shown.filter(|space| space.shown);
            bar.show(
                shown.map(|space| !matches!(space.sync.state, SyncState::First | SyncState::Off)),
            );
            let waits = |deployment: &DeploymentView| {
                let unread = |state| matches!(state, SyncState::First | SyncState::Off);
                deployment.problem.is_none()
                    && deployment
                        .spaces
                        .iter()
                        .any(|space| space.shown && unread(space.sync.state))
            };
            if !deployments.iter().any(waits) || events.recv().await.is_err() {
                return Ok(deployments);
            }
        }
    }

    /// The sources in use that are meant, with their names: `PROD / soc`.
    pub(crate) async fn sources(&self) -> Result<Vec<(SourceId, String)>> {
        let deployments = self.deployments().await?;
        let named = |deployment: &DeploymentView| {
            let shown = deployment.spaces.iter().filter(|space| space.shown);
            let sources = shown.map(|space| {
                let name = format!("{} / {}", deployment.name, space.source.space);
                (space.source.clone(), name)
            });
            sources.collect::<Vec<_>>()
        };
        let sources: Vec<_> = deployments.iter().flat_map(named).collect();
        if sources.is_empty() {
            return Err(not_found("no space in use is meant"));
        }
        Ok(sources)
    }

    /// The one source that is meant.
    pub(crate) async fn source(&self) -> Result<(SourceId, String)> {
        let mut sources = self.sources().await?;
        if sources.len() > 1 {
            let names: Vec<_> = sources.into_iter().map(|(_, name)| name).collect();
            let reason = format!("name one of {}", names.join(", "));
            return Err(invalid("space", &reason));
        }
        sources
            .pop()
            .ok_or_else(|| not_found("no space in use is meant"))
    }

    /// The case that a text means, read anew if Kibana can be asked.
    pub(crate) async fn case(&self, text: &str) -> Result<CaseRef> {
        let (case, detail) = self.find(text).await?;
        if detail.is_some() {
            return Ok(case);
        }
        match self.desk.read_case_now(&case).await {
            Err(error) if error.code == ErrorCode::NotFound => Err(error),
            // What was read before is enough to write by.
            Ok(_) | Err(_) => Ok(case),
        }
    }

    /// The case that a text means, in full, as Kibana has it now if it can be asked.
    pub(crate) async fn case_in_full(&self, text: &str) -> Result<CaseDetail> {
        match self.find(text).await? {
            (_, Some(detail)) => Ok(detail),
            (case, None) => self.desk.read_case_now(&case).await,
        }
    }

    /// The case that a text means, and what it is if that was read to find it.
    async fn find(&self, text: &str) -> Result<(CaseRef, Option<CaseDetail>)> {
        let sources = self.sources().await?.into_iter();
        let sources: Vec<_> = sources.map(|(source, _)| source).collect();
        let found = self.desk.find_case(text, &sources).await;
        if let Ok(case) = found
            && is_whole(text, &case)
        {
            return Ok((case, None));
        }
        // A whole id needs nothing but one question, where it is clear whom to ask.
        if let ([source], Ok(id)) = (sources.as_slice(), text.trim().parse()) {
            let case = CaseRef {
                source: source.clone(),
                id,
            };
            if let Ok(detail) = self.desk.read_case_now(&case).await {
                return Ok((case, Some(detail)));
            }
        }
        // The beginning of an id means one case only among all that there are.
        self.read().await?;
        Ok((self.desk.find_case(text, &sources).await?, None))
    }

    /// The cases that texts mean; `-` stands for those on standard input.
    pub(crate) async fn cases(&self, texts: &[String]) -> Result<Vec<(String, CaseRef)>> {
        let mut cases: Vec<(String, CaseRef)> = Vec::new();
        for text in self.words(texts)? {
            let case = self.case(&text).await?;
            if !cases.iter().any(|(_, known)| *known == case) {
                cases.push((text, case));
            }
        }
        Ok(cases)
    }

    /// Words, with those on standard input in the place of `-`.
    pub(crate) fn words(&self, texts: &[String]) -> Result<Vec<String>> {
        let mut words = Vec::new();
        for text in texts {
            if text == "-" {
                words.extend(self.stdin()?.split_whitespace().map(str::to_owned));
            } else {
                words.push(text.clone());
            }
        }
        if words.is_empty() {
            return Err(invalid("input", "there is nothing in it"));
        }
        Ok(words)
    }

    /// A text, or standard input in the place of `-`.
    pub(crate) fn text(&self, text: &str) -> Result<String> {
        if text == "-" {
            self.stdin()
        } else {
            Ok(text.to_owned())
        }
    }

    fn stdin(&self) -> Result<String> {
        (self.input)().map_err(|error| invalid("input", &error.to_string()))
    }

    fn meant(&self) -> Result<Vec<DeploymentView>> {
        let mut deployments = self.desk.deployments();
        if let Some(name) = &self.deployment {
            deployments.retain(|one| one.name == *name || one.id.as_str() == name);
            if deployments.is_empty() {
                return Err(not_found("there is no such deployment"));
            }
        }
        if let Some(space) = &self.space {
            for deployment in &mut deployments {
                let spaces = &mut deployment.spaces;
                spaces.retain(|one| one.source.space.as_str() == space);
            }
            deployments.retain(|deployment| !deployment.spaces.is_empty());
            if deployments.is_empty() {
                return Err(not_found("there is no such space"));
            }
        }
        Ok(deployments)
    }
}

/// Whether a text names a case by its whole id.
pub(crate) fn is_whole(text: &str, case: &CaseRef) -> bool {
    let text = text.trim();
    text == case.id.as_str() || text == case.to_string()
}

pub(crate) fn invalid(field: &str, reason: &str) -> CommandError {
    CommandError {
        code: ErrorCode::InvalidInput,
        message: format!("{field}: {reason}"),
        hint: None,
        retryable: false,
        detail: Some(ErrorDetail::Field {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }),
    }
}

pub(crate) fn not_found(message: &str) -> CommandError {
    CommandError {
        code: ErrorCode::NotFound,
        message: message.to_owned(),
        hint: None,
        retryable: false,
        detail: None,
    }
}
