//! Where alerts live, and which cases they may belong to.

use kibana_cases::{AlertId, CaseId};
use serde::Serialize;

use crate::{
    id::{CaseRef, SourceId},
    view::{AlertSummary, CaseRow},
};

/// What was found out about one id. Whatever is told of it later counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ResolvedAlert {
    /// The id.
    pub id: AlertId,
    /// Where it stands.
    pub whereabouts: Whereabouts,
}

/// Where an alert lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Whereabouts {
    /// In one source; in several only where data was copied: then somebody has to choose.
    Found {
        /// The sources, in the order in which they answered.
        places: Vec<FoundPlace>,
    },
    /// In no source in use that answered.
    NotFound {
        /// What it may be instead.
        may_be: Option<MayBe>,
        /// Names of the sources that could not be asked.
        unasked: Vec<String>,
    },
}

/// An alert in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FoundPlace {
    /// The source.
    pub source: SourceId,
    /// As people read it: `PROD / soc`.
    pub name: String,
    /// Index of its document.
    pub index: String,
    /// What is known of it.
    pub summary: AlertSummary,
    /// Cases that hold it; `None` where its document does not say.
    pub cases: Option<Vec<CaseId>>,
}

/// What an id that belongs to no alert may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MayBe {
    /// A file, by its hash.
    FileHash,
    /// A case.
    Case {
        /// Which.
        case: CaseRef,
        /// Its title.
        title: String,
    },
    /// A rule.
    Rule {
        /// The source in which it raised alerts, by name.
        source: String,
        /// Its name.
        name: Option<String>,
    },
    /// An agent.
    Agent {
        /// The source in which alerts name it, by name.
        source: String,
        /// Its host.
        host: Option<String>,
    },
    /// An event.
    Event,
}

/// Where alerts of one source may be attached, the likeliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Suggestions {
    /// Cases of the same source.
    pub cases: Vec<Suggestion>,
    /// Whether a new case is likelier than all of these.
    pub is_new_first: bool,
    /// What a new case begins with.
    pub new_case: CaseDraft,
}

/// A case to which alerts may belong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The case.
    pub row: CaseRow,
    /// How likely; only its order means something.
    pub score: i32,
    /// The two strongest reasons.
    pub reasons: Vec<Reason>,
}

/// Why alerts may belong to a case, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Reason {
    /// It holds some of them.
    HoldsAlerts {
        /// How many.
        n: u32,
    },
    /// One of its observables is in them.
    SameObservable {
        /// Its value.
        value: String,
    },
    /// An alert of it is of the same host.
    SameHost {
        /// Its name.
        host: String,
    },
    /// An alert of it is of the same user.
    SameUser {
        /// Their name.
        user: String,
    },
    /// An alert of it is of the same rule.
    SameRule {
        /// Its name.
        rule: String,
    },
    /// It was changed lately.
    Recent {
        /// How long ago.
        minutes: u32,
    },
    /// It is assigned to whoever asks.
    Yours,
    /// Somebody works on it.
    InProgress,
    /// It is closed: it would have to be opened again.
    Closed,
}

/// A new case as the alerts suggest it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseDraft {
    /// From rule and host.
    pub title: String,
    /// A line for each rule and host, in Markdown.
    pub description: String,
    /// The worst of them.
    pub severity: String,
    /// The rule, if it is only one, and the techniques of ATT&CK that the alerts name.
    pub tags: Vec<String>,
}

impl Reason {
    /// In words, as short as a line of suggestions is.
    pub fn words(&self) -> String {
        match self {
            Self::HoldsAlerts { n: 1 } => "holds one of them".to_owned(),
            Self::HoldsAlerts { n } => format!("holds {n} of them"),
            Self::SameObservable { value } => format!("same observable {value}"),
            Self::SameHost { host } => format!("same host {host}"),
            Self::SameUser { user } => format!("same user {user}"),
            Self::SameRule { rule } => format!("same rule {rule}"),
            Self::Recent { minutes } if *minutes < 60 => format!("changed {minutes} min ago"),
            Self::Recent { minutes } if *minutes < 24 * 60 => {
                format!("changed {} h ago", minutes / 60)
            }
            Self::Recent { minutes } => format!("changed {} d ago", minutes / (24 * 60)),
            Self::Yours => "assigned to you".to_owned(),
            Self::InProgress => "in progress".to_owned(),
            Self::Closed => "reopen needed".to_owned(),
        }
    }
}
