use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{id::FileId, lenient::OtherFields};

/// A file as Kibana lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Id.
    pub id: FileId,
    /// Name without its extension. Foreign text: not the name of a file on this computer.
    pub name: String,
    /// What came after the last dot.
    #[serde(default)]
    pub extension: Option<String>,
    /// What Kibana takes it for, by its extension.
    #[serde(default, rename = "mimeType")]
    pub mime_type: Option<String>,
    /// Bytes; `None` while it is being uploaded.
    #[serde(default)]
    pub size: Option<u64>,
    /// `READY` once it is whole.
    #[serde(default)]
    pub status: Option<String>,
    /// When it was uploaded, UTC.
    #[serde(default)]
    pub created: Option<Timestamp>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// The file that an attachment stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// Id, for downloading it.
    pub id: FileId,
    /// Name without its extension. Foreign text: not the name of a file on this computer.
    pub name: String,
    /// What came after the last dot.
    pub extension: Option<String>,
    /// What Kibana takes it for, by its extension.
    pub mime_type: Option<String>,
}
