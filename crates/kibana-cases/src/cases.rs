//! Cases: one file per operation.

mod all;
mod bulk_get;
mod create;
mod custom_field;
mod delete;
mod find;
mod get;
mod metrics;
mod push;
mod search;
mod similar;
mod taxonomy;
mod update;
mod users;

pub use all::AllCases;
pub use bulk_get::{CaseNotGot, CasesById};
pub use create::NewCase;
pub use find::{CasePage, FindCases, SearchField, SearchOperator, SortField};
pub use search::SearchCases;
pub use similar::{SharedObservable, SimilarCase, Similarities};
pub use update::UpdateCase;
