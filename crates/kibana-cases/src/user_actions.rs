//! Kibana's record of what was done to a case: one file per operation.

mod find;
mod internal;

pub use find::FindUserActions;
pub use internal::FindUserActionsWithin;
