//! What was seen and belongs to a case: one file per operation. Internal routes, 8.18 and later; they need a Platinum licence.

mod create;
mod delete;
mod update;

pub use create::NewObservable;
