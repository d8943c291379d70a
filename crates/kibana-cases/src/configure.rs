//! How cases are set up, and the connectors that they can be pushed through: one file per operation.

mod connectors;
mod create;
mod get;
mod update;

pub use connectors::NewConnector;
pub use create::NewConfiguration;
pub use update::UpdateConfiguration;
