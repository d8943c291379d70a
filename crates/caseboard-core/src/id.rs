//! Names of places and cases: [`DeploymentId`], [`SourceId`], [`CaseRef`], and the handles that people read.

use std::fmt;

pub use kibana_cases::{AlertId, AttachmentId};
use kibana_cases::{CaseId, InvalidId, SpaceId};
use serde::{Deserialize, Serialize};

/// Our own id of a deployment. Stays the same when its name or address changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[cfg_attr(feature = "bindings", specta(transparent))]
#[serde(try_from = "String", into = "String")]
pub struct DeploymentId(String);

/// One deployment and one space: where a case lives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct SourceId {
    /// The deployment.
    pub deployment: DeploymentId,
    /// The space in it.
    pub space: SpaceId,
}

/// The only argument that names a case, in commands, CLI and MCP alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct CaseRef {
    /// Where the case lives.
    pub source: SourceId,
    /// Its id there.
    pub id: CaseId,
}

/// How names of our own begin, which cases have that are not created yet. Digits follow.
const LOCAL: &str = "local-";

/// Names one entry of the outbox. Ours, and made once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[cfg_attr(feature = "bindings", specta(transparent))]
#[serde(try_from = "String", into = "String")]
pub struct EntryId(String);

impl CaseRef {
    /// Names a case that is not created yet, until Kibana gives it an id of its own.
    pub(crate) fn not_yet_created(source: SourceId) -> Self {
        let id = format!("{LOCAL}{:032x}", rand::random::<u128>());
        Self {
            source,
            id: id.parse().expect("hexadecimal digits are allowed in it"),
        }
    }

    /// Whether it is a name of our own.
    pub(crate) fn is_local(&self) -> bool {
        is_local(&self.id)
    }
}

/// Whether an id is a name of our own, that a case has until Kibana gives it one.
pub(crate) fn is_local(id: &CaseId) -> bool {
    let digits = id.as_str().strip_prefix(LOCAL);
    digits.is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

impl EntryId {
    pub(crate) fn new() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }

    /// The id as it is saved.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EntryId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidId {
                kind: "entry id",
                reason: "it has 32 hexadecimal digits",
            });
        }
        Ok(Self(text))
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> Self {
        id.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DeploymentId {
    /// The id that the practice deployment always has.
    pub fn practice() -> Self {
        Self("practice".to_owned())
    }

    /// The id as it is saved.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DeploymentId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
            return Err(InvalidId {
                kind: "deployment id",
                reason: "1 to 64 small letters, digits and '-' are allowed",
            });
        }
        Ok(Self(text))
    }
}

impl From<DeploymentId> for String {
    fn from(id: DeploymentId) -> Self {
        id.0
    }
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.deployment, self.space)
    }
}

impl fmt::Display for CaseRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.id)
    }
}
