//! Attachments, which the URLs call comments: one file per operation.

mod add;
mod attach;
mod bulk;
mod delete;
mod find;
mod get;
mod update;

pub use attach::NewAlerts;
pub use bulk::{AttachmentNotGot, AttachmentsById, NewAttachment};
pub use find::FindComments;

const POST: &str = "POST /api/cases/{case}/comments";
