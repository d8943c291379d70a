//! Files of cases: one file per operation.

mod delete;
mod download;
mod list;
mod upload;

pub use list::FindFiles;
pub use upload::NewFile;
