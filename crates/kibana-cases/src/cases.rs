//! Cases: one file per operation.

mod create;
mod find;
mod get;
mod update;

pub use create::NewCase;
pub use find::{CasePage, FindCases, SortField};
pub use update::UpdateCase;
