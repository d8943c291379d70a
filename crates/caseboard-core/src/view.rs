//! Plain data that the faces show: the only types that cross to TypeScript, CLI JSON and MCP.
//!
//! Nothing here decides anything. Times are RFC 3339 in UTC, counts are whole, and a text from a case or an alert
//! is as hostile as its author: a face shows it as text.

mod agent;
mod alert;
mod alert_side;
mod ask;
mod board;
mod case;
mod deployment;
mod deployment_test;
mod dropped;
mod form;
mod history;
mod markdown;
mod outbox;
mod resolved;
mod search;
mod storage;

pub use agent::{
    AgentPolicies, Approval, DiffLine, GrantView, Policy, ProposalState, ProposalView,
    ProposedWrite, WriteClass,
};
pub use alert::{AlertOutcome, AlertSummary, AttachReport, CaseAlert, Outcome};
pub use alert_side::{
    AlertCase, AlertDetail, AlertField, AlertSearch, AlertThere, AlertsThere, IncidentCase,
    IncidentPart, KeptAlert, NewAlertStatus,
};
pub use ask::{
    AlertFilter, AlertLookup, AlertPlace, CaseFilter, CaseTexts, CommentText, FoundAlert,
    FoundAlerts, FoundCases, SortField, TimelineEntry,
};
pub use board::{
    Board, BoardQuery, BoardRows, BoardWindow, CaseRow, Column, Group, GroupKey, Grouping, Groups,
    IncompleteSource, ListOrder, ListPart, MatchedIn, NewStatus, Searched, SeverityCounts,
};
pub use case::{Activity, ActivityEntry, CaseDetail, CaseFields, PendingChange, Person};
pub use deployment::{
    Attention, DeploymentView, KeyMark, KeyState, NewDeployment, SpaceView, SyncState, SyncView,
};
pub use deployment_test::{
    CaseRights, DeploymentTest, KeyWarning, KibanaAbility, SignIn, SpaceRights, TestOutcome,
    TestStep, TestStepName,
};
pub use dropped::{
    CaseLink, Dropped, FoundId, FoundValue, Hint, LeftOut, ReadText, ShortenedId, Tray, TrayDone,
    ValueKind,
};
pub use form::{Assignable, CaseForm, CaseTemplate, CustomFieldForm, CustomFieldKind};
pub use history::{AttachedKind, CaseChange, HistoryEntry};
pub use markdown::{Align, Block, Inline, ListItem, Markdown};
pub use outbox::{
    BulkEdit, CaseEdit, CaseSeen, ConflictView, CustomFieldEdit, CustomValue, EntryBy, EntryCase,
    EntryState, EntryView, EntryWhat, EntryWhy, FieldView, ListChange, NewCaseDraft, NewCaseForm,
    OutboxView, SenderView,
};
pub use resolved::{
    CaseDraft, FoundPlace, MayBe, Reason, ResolvedAlert, Suggestion, Suggestions, Whereabouts,
};
pub use search::{
    Chip, ExactKind, Operator, ProblemReason, SearchField, SearchProblem, SearchView,
};
pub use storage::{StorageState, StorageView};
