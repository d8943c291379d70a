//! What Kibana answers with. Only what `kibana-cases-api.md` §2.2 calls mandatory is; everything else may be absent or null.

mod alert;
mod attachment;
mod case;
mod configuration;
mod connector;
mod custom_field;
mod file;
mod metrics;
mod observable;
mod server;
mod user;
mod user_action;

pub use alert::{AlertHit, AlertStatus, UpdatedAlerts};
pub(crate) use attachment::alert_fields;
pub use attachment::{AttachedAlert, Attachment, AttachmentKind, Attachments, Rule};
pub use case::{
    Case, CaseOfAlert, CaseSeverity, CaseStatus, CaseTotals, Owner, Settings, StatusCounts,
};
pub use configuration::{ClosureType, Configuration, Template};
pub use connector::{CaseConnector, Connector, ConnectorType, ExternalService};
pub use custom_field::{CustomField, CustomFieldDefinition, CustomFieldType};
pub use file::{AttachedFile, FileInfo};
pub use metrics::{
    AlertMetrics, CaseMetric, CaseMetrics, Lifespan, NameCount, StatusTimes, TopNames, Total,
};
pub use observable::{Observable, ObservableType, ObservableTypeKey};
pub use server::{Capabilities, Feature, KibanaSpace, ServerStats, ServerStatus};
pub use user::{ApiKeyInfo, Assignee, CaseUser, CaseUsers, Me, User, UserProfile};
pub use user_action::{
    UserAction, UserActionChange, UserActionPage, UserActionStats, UserActionType, UserActionVerb,
};
