//! What tools take. Every field says what it means: models read nothing else.

use schemars::JsonSchema;
use serde::Deserialize;

/// How a list is walked.
pub(crate) const MOST_ROWS: u32 = 100;

/// Nothing is taken.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneDeployment {
    /// Name of the deployment.
    pub(crate) deployment: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneAlert {
    /// Id of the alert.
    pub(crate) alert: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SomeText {
    /// Any text: handles, ids of cases, ids of alerts. At most 20 of its words are looked up.
    pub(crate) text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListCases {
    /// In the search language of Caseboard: words, field:value (sev, tag, title, comment, assignee, by, host, user, rule, alert, ip, hash, created, updated), OR, - in front of what must not match. All cases without it.
    pub(crate) query: Option<String>,
    /// open, in-progress or closed. open if it is left out.
    pub(crate) status: Option<String>,
    /// Name of the only deployment to look in.
    pub(crate) deployment: Option<String>,
    /// Id of the only space to look in.
    pub(crate) space: Option<String>,
    /// Most cases of one answer, 1 to 100. 20 if it is left out.
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the answer before, to go on.
    pub(crate) cursor: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindCases {
    /// Words in title and description.
    pub(crate) search: Option<String>,
    /// Tags, exactly; any of them.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// open, in-progress, closed; any of them.
    #[serde(default)]
    pub(crate) status: Vec<Status>,
    /// low, medium, high, critical; any of them.
    #[serde(default)]
    pub(crate) severity: Vec<Severity>,
    /// Profile uids; none means nobody.
    #[serde(default)]
    pub(crate) assignees: Vec<String>,
    /// User names or profile uids of those who created them.
    #[serde(default)]
    pub(crate) reporters: Vec<String>,
    /// Categories, exactly.
    #[serde(default)]
    pub(crate) category: Vec<String>,
    /// The Kibana applications that own them.
    #[serde(default)]
    pub(crate) owner: Vec<String>,
    /// Created then or later: RFC 3339, or date math such as now-7d.
    pub(crate) from: Option<String>,
    /// Created then or earlier.
    pub(crate) to: Option<String>,
    /// updatedAt if it is left out.
    pub(crate) sort_field: Option<SortField>,
    /// desc if it is left out.
    pub(crate) sort_order: Option<SortOrder>,
    /// Page of each space, from 1.
    pub(crate) page: Option<u32>,
    /// Cases on a page, 1 to 50. 20 if it is left out.
    pub(crate) per_page: Option<u32>,
    /// Name of the only deployment to look in.
    pub(crate) deployment: Option<String>,
    /// Id of the only space to look in.
    pub(crate) space: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneCase {
    /// The case: its id, its handle (PROD/soc#42, PROD/soc~76e195) or the beginning of its id.
    pub(crate) case: String,
    /// The character of the description to begin with, to go on where it was cut.
    pub(crate) from: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartOfCase {
    /// The case.
    pub(crate) case: String,
    /// Most items of one answer, 1 to 100. 20 if it is left out.
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the answer before, to go on.
    pub(crate) cursor: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListComments {
    /// The case.
    pub(crate) case: String,
    /// Id of the only comment to show, in full.
    pub(crate) comment: Option<String>,
    /// The character of that comment to begin with, to go on where it was cut.
    pub(crate) from: Option<u32>,
    /// Most comments of one answer, 1 to 100. 20 if it is left out.
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the answer before, to go on.
    pub(crate) cursor: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindAlerts {
    /// Name of the rule that raised it, exactly.
    pub(crate) rule: Option<String>,
    /// Name of the host, exactly.
    pub(crate) host: Option<String>,
    /// Name of the user, exactly.
    pub(crate) user: Option<String>,
    /// low, medium, high or critical.
    pub(crate) severity: Option<Severity>,
    /// open, acknowledged or closed.
    pub(crate) status: Option<AlertStatus>,
    /// Raised then or later: RFC 3339, or date math such as now-1d.
    pub(crate) from: Option<String>,
    /// Raised then or earlier.
    pub(crate) to: Option<String>,
    /// Most alerts of each space, 1 to 100. 20 if it is left out.
    pub(crate) limit: Option<u32>,
    /// Name of the only deployment to look in.
    pub(crate) deployment: Option<String>,
    /// Id of the only space to look in.
    pub(crate) space: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entries {
    /// Ids of the only entries to tell of.
    #[serde(default)]
    pub(crate) entries: Vec<String>,
    /// Seconds to wait until these are settled or wait for a person, at most 60.
    pub(crate) wait_seconds: Option<u32>,
    /// Most entries of one answer, 1 to 100. 20 if it is left out.
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the answer before, to go on.
    pub(crate) cursor: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Discard {
    /// Ids of entries that this session wrote and that are not sent.
    pub(crate) entries: Vec<String>,
    /// Tells what would be taken back, and takes nothing back.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateCase {
    /// 1 to 160 characters.
    pub(crate) title: String,
    /// Markdown, 1 to 30,000 characters.
    pub(crate) description: String,
    /// At most 200.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// low if it is left out.
    pub(crate) severity: Option<Severity>,
    /// Profile uids, at most 10.
    #[serde(default)]
    pub(crate) assignees: Vec<String>,
    /// At most 50 characters.
    pub(crate) category: Option<String>,
    /// Whether Kibana sets the status of attached alerts with that of the case. true if it is left out.
    pub(crate) sync_alerts: Option<bool>,
    /// Name of the deployment, if there are several.
    pub(crate) deployment: Option<String>,
    /// Id of the space, if there are several.
    pub(crate) space: Option<String>,
    /// A name of your own for this write: the same call with the same key creates nothing twice.
    pub(crate) key: Option<String>,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateCases {
    /// The cases, by whole ids or handles, at most 20. All of them are one proposal.
    pub(crate) cases: Vec<String>,
    /// open or in-progress. Use `case_close` to close.
    pub(crate) status: Option<OpenStatus>,
    /// The new severity.
    pub(crate) severity: Option<Severity>,
    /// At most 160 characters.
    pub(crate) title: Option<String>,
    /// Markdown, at most 30,000 characters.
    pub(crate) description: Option<String>,
    /// At most 50 characters; empty for none.
    pub(crate) category: Option<String>,
    /// Whether Kibana sets the status of attached alerts.
    pub(crate) sync_alerts: Option<bool>,
    /// Tags that are added.
    #[serde(default)]
    pub(crate) add_tags: Vec<String>,
    /// Tags that are removed.
    #[serde(default)]
    pub(crate) remove_tags: Vec<String>,
    /// All tags in the place of those that are there; not together with the two above.
    pub(crate) replace_tags: Option<Vec<String>>,
    /// Profile uids of those it is assigned to as well.
    #[serde(default)]
    pub(crate) assign: Vec<String>,
    /// Profile uids of those it is no longer assigned to.
    #[serde(default)]
    pub(crate) unassign: Vec<String>,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SomeCases {
    /// The cases, by whole ids or handles, at most 20. All of them are one proposal.
    pub(crate) cases: Vec<String>,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddComment {
    /// The case, by its whole id or its handle.
    pub(crate) case: String,
    /// Markdown, 1 to 30,000 characters.
    pub(crate) text: String,
    /// A name of your own for this write: the same call with the same key comments nothing twice.
    pub(crate) key: Option<String>,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditComment {
    /// The case, by its whole id or its handle.
    pub(crate) case: String,
    /// Id of the comment.
    pub(crate) comment: String,
    /// The new text in Markdown.
    pub(crate) text: String,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteComment {
    /// The case, by its whole id or its handle.
    pub(crate) case: String,
    /// Id of the comment.
    pub(crate) comment: String,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachAlerts {
    /// The case, by its whole id or its handle.
    pub(crate) case: String,
    /// Ids of alerts, or any text that holds some.
    pub(crate) alerts: String,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetachAlerts {
    /// The case, by its whole id or its handle.
    pub(crate) case: String,
    /// Ids of alerts. What was attached together with them stays.
    pub(crate) alerts: Vec<String>,
    /// Why, for the person who is asked.
    pub(crate) reason: Option<String>,
    /// Tells what would be written, and writes nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Open,
    InProgress,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OpenStatus {
    Open,
    InProgress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AlertStatus {
    Open,
    Acknowledged,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SortField {
    CreatedAt,
    UpdatedAt,
    ClosedAt,
    Title,
    Category,
    Status,
    Severity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SortOrder {
    Asc,
    Desc,
}

impl Status {
    pub(crate) fn word(self) -> String {
        match self {
            Self::Open => "open",
            Self::InProgress => "in-progress",
            Self::Closed => "closed",
        }
        .to_owned()
    }
}

impl Severity {
    pub(crate) fn word(self) -> String {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
        .to_owned()
    }
}

impl AlertStatus {
    pub(crate) fn word(self) -> String {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
        }
        .to_owned()
    }
}
