//! What Kibana answers with. Only what `kibana-cases-api.md` §2.2 calls mandatory is; everything else may be absent or null.

mod attachment;
mod case;
mod server;

pub use attachment::{AttachedAlert, Attachment, AttachmentKind, Attachments, Rule};
pub use case::{Assignee, Case, CaseOfAlert, CaseSeverity, CaseStatus, Settings, User};
pub use server::{KibanaSpace, ServerStatus};
