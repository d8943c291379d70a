//! Typed async client of Kibana's Cases API, for Elastic Security cases in many spaces.
//!
//! It speaks Kibana and nothing else: no cache, no idea of an application above it.
//! A write is sent again only where it provably did nothing, and the key goes to one deployment and nowhere else.
//! Read tolerantly, write strictly: unknown fields, statuses, severities and attachment kinds survive, one unreadable
//! item never sinks a page, and an id that could leave its path segment cannot be built.
//!
//! | operation | route |
//! | --- | --- |
//! | [`Space::pages`] | any `_find` |
//! | [`Client::raw`], [`Space::raw`] | every route of Cases and its neighbours |
//! | [`Client::status`] | `GET /api/status` |
//! | [`Client::spaces`] | `GET /api/spaces/space` |
//! | [`Space::find_cases`], [`Space::all_cases`] | `GET /api/cases/_find` |
//! | [`Space::case`] | `GET /api/cases/{case}` |
//! | [`Space::create_case`] | `POST /api/cases` |
//! | [`Space::update_cases`] | `PATCH /api/cases` |
//! | [`Space::attachments`] | `GET /api/cases/{case}/comments` |
//! | [`Space::add_comment`], [`Space::attach_alerts`] | `POST /api/cases/{case}/comments` |
//! | [`Space::case_alerts`] | `GET /api/cases/{case}/alerts` |
//! | [`Space::cases_of_alert`] | `GET /api/cases/alerts/{alert}` |
//! | [`Space::alerts_by_id`] | `POST /api/detection_engine/signals/search` |
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
mod client;
mod credentials;
mod decode;
mod error;
mod exchange;
mod gate;
mod id;
mod lenient;
mod limits;
mod model;
mod multipart;
mod page;
mod raw;
mod request;
mod retry;
mod route;
mod space;
mod status;
mod transport;

pub use address::Address;
pub use alerts::AlertHit;
pub use attachments::NewAlerts;
pub use builder::ClientBuilder;
pub use cases::{AllCases, CasePage, FindCases, NewCase, SortField, UpdateCase};
pub use client::{Client, Space};
pub use credentials::{Credentials, InvalidCredentials};
pub use error::{ApiError, Error};
pub use id::{AlertId, AttachmentId, CaseId, InvalidId, SpaceId, Version};
pub use lenient::Unreadable;
pub use limits::Limits;
pub use model::{
    Assignee, AttachedAlert, Attachment, AttachmentKind, Attachments, Case, CaseOfAlert,
    CaseSeverity, CaseStatus, KibanaSpace, Rule, ServerStatus, Settings, User,
};
pub use multipart::Part;
pub use page::{Page, Pages};
pub use request::{Body, Repeat, Request};
pub use transport::{AnswerBody, ReqwestTransport, ServiceTransport, Transport, TransportError};
