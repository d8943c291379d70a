//! The history checker: holds what a client says it did against what the server really wrote.
//!
//! A client under test keeps a history of its own: an [`Entry`] for each write that it acknowledged to a
//! person, and a [`View`] for each state that it showed. Each entry has a token that is unique and stands
//! in the content that is written, so the commit log shows where it went. [`check`] is a pure function of
//! both; it knows no client, and authors of other clients may feed it by JSON lines ([`History::from_lines`]).
//!
//! It deliberately does not judge how long things took, nor what was never acknowledged.

mod checks;
mod events;
mod views;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::log::Commit;

/// What a client acknowledged and showed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// The writes.
    pub entries: Vec<Entry>,
    /// What was on screen.
    pub views: Vec<View>,
}

/// The commit log of one deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploymentLog {
    /// The name by which entries call it.
    pub deployment: String,
    /// All of the log, from its first commit.
    pub commits: Vec<Commit>,
}

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A write.
    Entry(Entry),
    /// Something shown.
    View(View),
}

/// One write that a client acknowledged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Letters, digits, `-` and `_`; in no other entry, and part of the text that is written, if there is one.
    pub token: String,
    /// The deployment that is meant.
    pub deployment: String,
    /// The space that is meant.
    pub space: String,
    /// Login name of whoever writes.
    pub author: String,
    /// The case that is meant; its own for an entry that creates one.
    pub case: CaseName,
    /// Place among all entries of this author, in the order of acknowledgement.
    pub order: u64,
    /// What is written.
    pub write: Write,
    /// How it stands when the history ends.
    pub state: State,
}

/// How a client names a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseName {
    /// By Kibana's id.
    Id(String),
    /// By the token of the entry that creates it.
    CreatedBy(String),
}

/// What an entry writes. Exhaustive on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// A comment whose text holds the token.
    Comment,
    /// A case whose title or description holds the token.
    CreateCase,
    /// Another value for a field of a case. A value without the token, such as a status, is found by itself.
    Edit {
        /// The name of the field in the API.
        field: String,
        /// The value as it was sent last.
        value: Value,
        /// The version of the case that the person saw when they made the change.
        seen: Option<String>,
        /// The value of the field that they saw.
        seen_value: Option<Value>,
    },
    /// Alerts, by their ids.
    Attach {
        /// The ids.
        alerts: Vec<String>,
    },
    /// The case goes.
    DeleteCase,
    /// A comment goes.
    DeleteComment {
        /// The token in its text.
        token: String,
    },
}

/// How an entry stands. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The client says it is done.
    Confirmed {
        /// When it came to know, by the client's clock of [`View::at`].
        at: u64,
    },
    /// The client still says that it will be done. A history is checked when all that can be sent was sent.
    Promised,
    /// The client does not know.
    Ambiguous,
    /// The client keeps it and says that a person must look.
    Parked,
    /// Taken back before it was sent, or refused.
    Cancelled,
}

/// What a client showed of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// When, by a clock of the client that never goes back; any unit.
    pub at: u64,
    /// The deployment.
    pub deployment: String,
    /// The case.
    pub case: CaseName,
    /// Whether the case was shown as gone.
    pub gone: bool,
    /// The tokens in the comments, if comments were shown: all of them.
    pub comments: Option<Vec<String>>,
    /// The fields that were shown.
    pub fields: BTreeMap<String, Value>,
}

/// What is wrong. Numbers are those of commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Acknowledged, said to be done or still to be done, and not in the log.
    Lost {
        /// The entry.
        token: String,
        /// The alerts that are missing, if it attaches alerts.
        alerts: Vec<String>,
    },
    /// Written more than once.
    Duplicate {
        /// The entry.
        token: String,
        /// Where, in order.
        commits: Vec<u64>,
    },
    /// Written by an author of the history without an entry.
    Phantom {
        /// The deployment.
        deployment: String,
        /// Where.
        commit: u64,
        /// The document.
        document: String,
    },
    /// Written in another order than acknowledged, in one case.
    Order {
        /// The case.
        case: String,
        /// Acknowledged first, written last.
        earlier: String,
        /// Acknowledged last, written first.
        later: String,
    },
    /// Overwrote a value that its author had not seen.
    LostUpdate {
        /// The entry that overwrote it.
        token: String,
        /// The field.
        field: String,
        /// Where the value was written that is lost.
        lost: u64,
        /// Where it was overwritten.
        commit: u64,
    },
    /// Shown older than an own write that was confirmed.
    StaleRead {
        /// The entry that is missing.
        token: String,
        /// The time of the view.
        at: u64,
    },
    /// Shown again after it was deleted, and known to be.
    Resurrection {
        /// The token of the comment, or the id of the case.
        what: String,
        /// The time of the view.
        at: u64,
    },
    /// Written to another place or under another name than meant.
    Misattribution {
        /// The entry.
        token: String,
        /// Where.
        commit: u64,
        /// What is wrong: deployment, space, case or author.
        what: Place,
        /// What was meant.
        meant: String,
        /// What was written.
        written: String,
    },
}

/// What can be wrong about where something is written. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The deployment.
    Deployment,
    /// The space.
    Space,
    /// The case.
    Case,
    /// Whoever wrote.
    Author,
}

/// Why a line is not part of a history.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
pub struct LineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub source: serde_json::Error,
}

/// Holds a history against the logs of its deployments; the findings are in the order of their classes.
pub fn check(history: &History, logs: &[DeploymentLog]) -> Vec<Finding> {
    let events = events::Events::of(history, logs);
    let mut findings = checks::lost_and_duplicate(history, &events);
    findings.extend(checks::phantom(history, &events));
    findings.extend(checks::order(history, &events));
    findings.extend(checks::lost_update(history, &events));
    findings.extend(views::stale_read(history, &events));
    findings.extend(views::resurrection(history, &events));
    findings.extend(checks::misattribution(history, &events));
    findings
}

impl History {
    /// Reads a history of JSON lines, one [`Record`] each. Empty lines are passed over.
    ///
    /// # Errors
    /// With the number of the first line that is something else.
    pub fn from_lines(text: &str) -> Result<Self, LineError> {
        let mut history = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            if text.trim().is_empty() {
                continue;
            }
            let record = serde_json::from_str(text).map_err(|source| LineError { line, source })?;
            history.add(record);
        }
        Ok(history)
    }

    /// Adds a record.
    pub fn add(&mut self, record: Record) {
        match record {
            Record::Entry(entry) => self.entries.push(entry),
            Record::View(view) => self.views.push(view),
        }
    }
}

impl Finding {
    /// The name of its class, as in `lost_update`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Lost { .. } => "lost",
            Self::Duplicate { .. } => "duplicate",
            Self::Phantom { .. } => "phantom",
            Self::Order { .. } => "order",
            Self::LostUpdate { .. } => "lost_update",
            Self::StaleRead { .. } => "stale_read",
            Self::Resurrection { .. } => "resurrection",
            Self::Misattribution { .. } => "misattribution",
        }
    }
}

impl Entry {
    /// Whether the client says that it is, or will be, in the log.
    fn is_promised(&self) -> bool {
        matches!(self.state, State::Confirmed { .. } | State::Promised)
    }

    /// Whether the client said before a moment that it is done.
    fn is_confirmed_by(&self, moment: u64) -> bool {
        matches!(self.state, State::Confirmed { at } if at <= moment)
    }
}
