//! The commit log: every write that the store took, in the order in which it took them.
//!
//! It is what proofs hold a client's own history against, so it is kept beside the documents and not
//! made of them: what is deleted or overwritten stays in the log. It is off unless [`crate::Options::log`]
//! asks for it, since it grows with every write and is never cut: a log with a hole would report losses
//! that never were.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The writes that one request made at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// Place in the log, from 1.
    pub number: u64,
    /// The server's time, skewed if a fault skews it.
    pub at: Timestamp,
    /// Number of the request among all that the server got, from 1; 0 without a request.
    pub request: u64,
    /// Method and pattern of the route, as in `PATCH /api/cases`; empty without a request.
    pub route: String,
    /// The space of the request.
    pub space: String,
    /// Name of the key that was shown; empty without a request.
    pub key: String,
    /// Login name of whoever wrote.
    pub user: Option<String>,
    /// Why it was written.
    pub cause: Cause,
    /// What was written, in order.
    pub changes: Vec<Change>,
}

/// Why something was written. Exhaustive on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A request asked for it.
    Request,
    /// A fault of this id did it to disturb a request.
    Fault(String),
    /// A program that holds the server did it.
    Server,
}

/// One change of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What kind of document.
    pub document: Document,
    /// What happened to it.
    pub action: Action,
    /// Its id.
    pub id: String,
    /// The case that it is or hangs on.
    pub case: Option<String>,
    /// The version that the request said it had seen.
    pub seen: Option<String>,
    /// The version before, if it was there.
    pub before: Option<String>,
    /// The version written; none of a deletion.
    pub version: Option<String>,
    /// The fields that became different: those of a case by the names of the API, those of an
    /// attachment as they were sent. A deletion lists what is gone.
    pub fields: BTreeMap<String, FieldChange>,
}

/// A field before and after; null where it was or is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// What kind of document was written. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// A case.
    Case,
    /// An attachment: comment, alerts, file, anything else.
    Attachment,
    /// An entry of Kibana's own record; logged without fields, since it repeats those of the others.
    UserAction,
    /// A space; logged without fields. What goes with it is logged one by one if it is a case.
    Space,
    /// A detection alert; logged without fields.
    Alert,
    /// A configuration of Cases; logged without fields.
    Configuration,
    /// A connector; logged without fields.
    Connector,
    /// The bytes of a file; logged without fields.
    File,
}

/// What happened to a document. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new.
    Create,
    /// It was there.
    Update,
    /// It is gone.
    Delete,
    /// A case is in another space now, the field `space` tells which.
    Move,
}

impl Change {
    /// Whether something is different but the version and who touched it.
    pub fn changes_fields(&self) -> bool {
        !self.fields.is_empty()
    }
}
