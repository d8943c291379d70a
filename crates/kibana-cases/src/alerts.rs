//! Alerts: which a case has, which cases have one, and the documents themselves. One file per operation.

mod assign;
mod by_id;
mod cases_of;
mod of_case;
mod query;
mod search;
mod set_status;
mod tag;

pub use query::{AlertQuery, Bounds};
pub use search::{AlertSort, FoundAlerts, SearchAlerts};
