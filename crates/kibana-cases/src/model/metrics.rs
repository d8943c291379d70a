use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    lenient::{OtherFields, null_as_default},
    words::open_enum,
};

open_enum!(
    /// A figure of a case that can be asked for.
    CaseMetric {
        /// [`AlertMetrics::count`].
        AlertsCount = "alerts.count",
        /// [`AlertMetrics::hosts`].
        AlertsHosts = "alerts.hosts",
        /// [`AlertMetrics::users`].
        AlertsUsers = "alerts.users",
        /// How many hosts were isolated; in [`CaseMetrics::other`].
        IsolatedHosts = "actions.isolateHost",
        /// [`CaseMetrics::connectors`].
        Connectors = "connectors",
        /// [`CaseMetrics::lifespan`].
        Lifespan = "lifespan",
    }
);

/// Figures of a case; those that were not asked for are `None` (internal route).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseMetrics {
    /// Figures of its alerts.
    #[serde(default)]
    pub alerts: Option<AlertMetrics>,
    /// How many connectors it names.
    #[serde(default)]
    pub connectors: Option<Total>,
    /// How long it stood where.
    #[serde(default)]
    pub lifespan: Option<Lifespan>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// Figures of the alerts of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMetrics {
    /// Different alerts.
    #[serde(default)]
    pub count: Option<u32>,
    /// Hosts in them.
    #[serde(default)]
    pub hosts: Option<TopNames>,
    /// Users in them.
    #[serde(default)]
    pub users: Option<TopNames>,
}

/// The names that occur most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopNames {
    /// How many there are.
    #[serde(default)]
    pub total: u32,
    /// Up to ten of them, the most frequent first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub values: Vec<NameCount>,
}

/// How often a name occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameCount {
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// How often.
    pub count: u32,
}

/// A number of things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// How many.
    pub total: u32,
}

/// How long a case stood where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifespan {
    /// When it was created, UTC.
    #[serde(rename = "creationDate")]
    pub created_at: Timestamp,
    /// When it was closed, if it is.
    #[serde(default, rename = "closeDate")]
    pub closed_at: Option<Timestamp>,
    /// The times themselves.
    #[serde(rename = "statusInfo")]
    pub status: StatusTimes,
}

/// Times by where a case stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusTimes {
    /// Milliseconds open.
    #[serde(default, rename = "openDuration")]
    pub open_ms: u64,
    /// Milliseconds in progress.
    #[serde(default, rename = "inProgressDuration")]
    pub in_progress_ms: u64,
    /// When it was opened again, UTC.
    #[serde(default, rename = "reopenDates", deserialize_with = "null_as_default")]
    pub reopened_at: Vec<Timestamp>,
}
