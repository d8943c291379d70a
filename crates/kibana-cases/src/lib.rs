//! Typed async client of Kibana's Cases API, for Elastic Security cases in many spaces.
//!
//! It speaks Kibana and nothing else: no cache, no idea of an application above it.
//! A write is sent again only where it provably did nothing, and the key goes to one deployment and nowhere else.
//! Read tolerantly, write strictly: unknown fields, statuses, severities and attachment kinds survive, one unreadable
//! item never sinks a page, and an id that could leave its path segment cannot be built.
//!
//! | operation | route |
//! | --- | --- |
//! | **Cases** | |
//! | [`Space::find_cases`], [`Space::all_cases`] | `GET /api/cases/_find` |
//! | [`Space::search_cases`] | `POST /internal/cases/_search` |
//! | [`Space::case`] | `GET /api/cases/{case}` |
//! | [`Space::cases_by_id`] | `POST /internal/cases/_bulk_get` |
//! | [`Space::create_case`] | `POST /api/cases` |
//! | [`Space::update_cases`] | `PATCH /api/cases` |
//! | [`Space::delete_cases`] | `DELETE /api/cases` |
//! | [`Space::push_case`] | `POST /api/cases/{case}/connector/{connector}/_push` |
//! | [`Space::set_custom_field`] | `PUT /internal/cases/{case}/custom_fields/{field}` |
//! | [`Space::similar_cases`] | `POST /internal/cases/{case}/_similar` |
//! | [`Space::case_users`] | `GET /internal/cases/{case}/_users` |
//! | [`Space::case_metrics`] | `GET /internal/cases/metrics/{case}` |
//! | [`Space::tags`] | `GET /api/cases/tags` |
//! | [`Space::reporters`] | `GET /api/cases/reporters` |
//! | [`Space::categories`] | `GET /internal/cases/categories` |
//! | [`Space::status_counts`] | `GET /api/cases/status` |
//! | **Attachments** | |
//! | [`Space::attachments`] | `GET /api/cases/{case}/comments` |
//! | [`Space::find_comments`], [`Space::all_comments`] | `GET /api/cases/{case}/comments/_find` |
//! | [`Space::attachment`] | `GET /api/cases/{case}/comments/{attachment}` |
//! | [`Space::attachments_by_id`] | `POST /internal/cases/{case}/attachments/_bulk_get` |
//! | [`Space::add_comment`], [`Space::attach_alerts`] | `POST /api/cases/{case}/comments` |
//! | [`Space::attach`] | `POST /internal/cases/{case}/attachments/_bulk_create` |
//! | [`Space::update_attachment`] | `PATCH /api/cases/{case}/comments` |
//! | [`Space::delete_attachment`] | `DELETE /api/cases/{case}/comments/{attachment}` |
//! | [`Space::delete_all_attachments`] | `DELETE /api/cases/{case}/comments` |
//! | [`Space::upload_file`] | `POST /api/cases/{case}/files` |
//! | [`Space::find_files`] | `POST /api/files/files/{kind}/list` |
//! | [`Space::download_file`] | `GET /api/files/files/{kind}/{file}/blob` |
//! | [`Space::delete_files`] | `POST /internal/cases/{case}/attachments/files/_bulk_delete` |
//! | [`Space::add_observable`] | `POST /internal/cases/{case}/observables` |
//! | [`Space::update_observable`] | `PATCH /internal/cases/{case}/observables/{observable}` |
//! | [`Space::delete_observable`] | `DELETE /internal/cases/{case}/observables/{observable}` |
//! | **What was done** | |
//! | [`Space::find_user_actions`], [`Space::all_user_actions`] | `GET /api/cases/{case}/user_actions/_find` |
//! | [`Space::find_user_actions_within`] | `GET /internal/cases/{case}/user_actions/_find` |
//! | [`Space::user_action_stats`] | `GET /internal/cases/{case}/user_actions/_stats` |
//! | **Alerts** | |
//! | [`Space::case_alerts`] | `GET /api/cases/{case}/alerts` |
//! | [`Space::cases_of_alert`] | `GET /api/cases/alerts/{alert}` |
//! | [`Space::search_alerts`], [`Space::alerts_by_id`] | `POST /api/detection_engine/signals/search` |
//! | [`Space::set_alert_status`], [`Space::set_status_of_found_alerts`] | `POST /api/detection_engine/signals/status` |
//! | [`Space::tag_alerts`] | `POST /api/detection_engine/signals/tags` |
//! | [`Space::assign_alerts`] | `POST /api/detection_engine/signals/assignees` |
//! | **How cases are set up** | |
//! | [`Space::configurations`] | `GET /api/cases/configure` |
//! | [`Space::create_configuration`] | `POST /api/cases/configure` |
//! | [`Space::update_configuration`] | `PATCH /api/cases/configure/{configuration}` |
//! | [`Space::case_connectors`] | `GET /api/cases/configure/connectors/_find` |
//! | [`Space::connectors`] | `GET /api/actions/connectors` |
//! | [`Space::create_connector`] | `POST /api/actions/connector` |
//! | **The deployment** | |
//! | [`Client::status`] | `GET /api/status` |
//! | [`Client::stats`] | `GET /api/stats` |
//! | [`Client::features`] | `GET /api/features` |
//! | [`Space::capabilities`] | `POST /api/core/capabilities` |
//! | [`Client::spaces`] | `GET /api/spaces/space` |
//! | [`Client::space_info`] | `GET /api/spaces/space/{space}` |
//! | [`Client::create_space`] | `POST /api/spaces/space` |
//! | [`Client::update_space`] | `PUT /api/spaces/space/{space}` |
//! | [`Client::delete_space`] | `DELETE /api/spaces/space/{space}` |
//! | [`Client::me`] | `GET /internal/security/me` |
//! | [`Client::own_profile`] | `GET /internal/security/user_profile` |
//! | [`Space::profiles`] | `POST /internal/security/user_profile/_bulk_get` |
//! | [`Space::suggest_profiles`] | `POST /internal/cases/_suggest_user_profiles` |
//! | **Everything else** | |
//! | [`Space::pages`] | any `_find` |
//! | [`Client::raw`], [`Space::raw`] | every route of these, and no other |
//!
//! Routes that begin with `/internal/`, and the one for capabilities, are Kibana's own and may change with any release: have
//! another way where one of them fails.
//! What passes a limit of Kibana is refused before anything is sent, with [`Error::Input`]; the limits stand in [`check`].
//!
//! ```no_run
//! # async fn example() -> Result<(), kibana_cases::Error> {
//! use kibana_cases::{Client, Credentials, FindCases, SpaceId};
//!
//! let credentials = Credentials::api_key("VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==")?;
//! let client = Client::new("https://kibana.example.org", credentials)?;
//! let page = client.space(&SpaceId::default()).find_cases(&FindCases::default()).await?;
//! for case in page.cases {
//!     println!("{} {}", case.status, case.title);
//! }
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

mod address;
mod alerts;
mod answer;
mod attachments;
mod builder;
mod cases;
pub mod check;
mod client;
mod configure;
mod credentials;
mod decode;
mod error;
mod exchange;
mod files;
mod gate;
mod id;
mod lenient;
mod limits;
mod model;
mod multipart;
mod observables;
mod page;
mod profiles;
mod raw;
mod request;
mod retry;
mod route;
mod spaces;
mod status;
mod transport;
mod user_actions;
mod words;

pub use address::Address;
pub use alerts::{AlertQuery, AlertSort, Bounds, FoundAlerts, SearchAlerts};
pub use attachments::{AttachmentNotGot, AttachmentsById, FindComments, NewAlerts, NewAttachment};
pub use builder::ClientBuilder;
pub use cases::{
    AllCases, CaseNotGot, CasePage, CasesById, FindCases, NewCase, SearchCases, SearchField,
    SearchOperator, SharedObservable, SimilarCase, Similarities, SortField, UpdateCase,
};
pub use check::{InputProblem, InvalidInput};
pub use client::{Client, Space};
pub use configure::{NewConfiguration, NewConnector, UpdateConfiguration};
pub use credentials::{Credentials, InvalidCredentials};
pub use error::{ApiError, Error};
pub use files::{FindFiles, NewFile};
pub use gate::Crowd;
pub use id::{
    AlertId, AttachmentId, CaseId, ConfigurationId, ConnectorId, CustomFieldKey, FileId, InvalidId,
    ObservableId, SpaceId, UserActionId, Version,
};
pub use lenient::{List, OtherFields, Unreadable};
pub use limits::Limits;
pub use model::{
    AlertHit, AlertMetrics, AlertStatus, ApiKeyInfo, Assignee, AttachedAlert, AttachedFile,
    Attachment, AttachmentKind, Attachments, Capabilities, Case, CaseConnector, CaseMetric,
    CaseMetrics, CaseOfAlert, CaseSeverity, CaseStatus, CaseTotals, CaseUser, CaseUsers,
    ClosureType, Configuration, Connector, ConnectorType, CustomField, CustomFieldDefinition,
    CustomFieldType, ExternalService, Feature, FileInfo, KibanaSpace, Lifespan, Me, NameCount,
    Observable, ObservableType, ObservableTypeKey, Owner, Rule, ServerStats, ServerStatus,
    Settings, StatusCounts, StatusTimes, Template, TopNames, Total, UpdatedAlerts, User,
    UserAction, UserActionChange, UserActionPage, UserActionStats, UserActionType, UserActionVerb,
    UserProfile,
};
pub use multipart::Part;
pub use observables::NewObservable;
pub use page::{Page, Pages};
pub use request::{Body, Repeat, Request};
pub use spaces::NewSpace;
pub use transport::{AnswerBody, ReqwestTransport, ServiceTransport, Transport, TransportError};
pub use user_actions::{FindUserActions, FindUserActionsWithin};
