//! Spaces of a deployment: one file per operation.

mod create;
mod delete;
mod get;
mod update;

pub use create::NewSpace;
