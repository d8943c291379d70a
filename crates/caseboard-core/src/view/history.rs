//! What was done to a case, as Kibana recorded it.

use serde::Serialize;

use crate::view::Person;

/// One thing that was done to a case. What was attached and is still there is an `ActivityEntry`, and is not told here again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Kibana's id of it.
    pub id: String,
    /// When it was done. What was done at once has the same time.
    pub at: String,
    /// Who did it.
    pub by: Person,
    /// What was done.
    pub what: CaseChange,
}

/// What was done to a case. Where it was before is told as far as Kibana recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CaseChange {
    /// It was created.
    Created,
    /// It got another title.
    Title {
        /// The title before.
        from: Option<String>,
        /// The title from then on.
        to: String,
    },
    /// Its description was edited.
    Description,
    /// It got another status.
    Status {
        /// The status before, as Kibana writes it.
        from: Option<String>,
        /// The status from then on.
        to: String,
    },
    /// It got another severity.
    Severity {
        /// The severity before, as Kibana writes it.
        from: Option<String>,
        /// The severity from then on.
        to: String,
    },
    /// It got another category, or none.
    Category {
        /// The category before.
        from: Option<String>,
        /// The category from then on.
        to: Option<String>,
    },
    /// Tags were added.
    TagsAdded {
        /// The tags.
        tags: Vec<String>,
    },
    /// Tags were taken away.
    TagsRemoved {
        /// The tags.
        tags: Vec<String>,
    },
    /// Persons were assigned.
    Assigned {
        /// The persons.
        people: Vec<Person>,
    },
    /// Persons are no longer assigned.
    Unassigned {
        /// The persons.
        people: Vec<Person>,
    },
    /// Something was attached that is no longer there.
    Attached {
        /// What it was.
        what: AttachedKind,
    },
    /// An attachment was removed.
    Removed {
        /// What it was.
        what: AttachedKind,
    },
    /// Observables were added, changed or removed.
    Observables {
        /// How many.
        count: u32,
    },
    /// Whether alerts follow the status of the case was changed.
    SyncAlerts {
        /// Whether they do from then on.
        on: bool,
    },
    /// Pushes go elsewhere from then on.
    Connector {
        /// Name of the connector.
        name: String,
    },
    /// Values of custom fields were changed.
    CustomFields {
        /// Keys of the fields.
        keys: Vec<String>,
    },
    /// It was pushed to another system.
    Pushed {
        /// Name of the connector.
        connector: Option<String>,
        /// What it is called there.
        title: Option<String>,
    },
    /// Something that this app has no words for yet.
    Other {
        /// Kibana's name of what it was about.
        type_name: String,
        /// Kibana's name of what was done.
        action: String,
    },
}

/// What an attachment was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum AttachedKind {
    /// Text by a person.
    Comment,
    /// Alerts of one rule.
    Alerts {
        /// How many.
        count: u32,
        /// Name of the rule.
        rule_name: Option<String>,
    },
    /// Any other kind.
    Other {
        /// Kibana's name of the kind.
        type_name: String,
    },
}
