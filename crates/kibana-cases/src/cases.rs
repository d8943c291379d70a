//! Cases: one file per operation.

mod all;
mod create;
mod find;
mod get;
mod update;

pub use all::AllCases;
pub use create::NewCase;
pub use find::{CasePage, FindCases, SortField};
pub use update::UpdateCase;
