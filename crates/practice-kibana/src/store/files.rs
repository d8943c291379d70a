//! Files attached to cases.

use axum::body::Bytes;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, json};

use super::{Added, Attachment, Stamp, Store, Write};
use crate::{
    error::ApiError,
    rules::{self, FileName},
    time::iso,
};

const FILES_PER_CASE: usize = 100;

/// A file, with its content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) space: String,
    pub(crate) case_id: String,
    pub(crate) owner: String,
    pub(crate) name: FileName,
    pub(crate) created: Stamp,
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    pub(crate) bytes: Bytes,
}

fn write_bytes<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD
        .decode(text)
        .map(Bytes::from)
        .map_err(D::Error::custom)
}

impl File {
    /// The file as listings show it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name.name,
            "extension": self.name.extension,
            "mimeType": self.name.mime_type,
            "size": self.bytes.len(),
            "status": "READY",
            "fileKind": file_kind(&self.owner),
            "created": iso(self.created.at),
            "updated": iso(self.created.at),
            "meta": {"caseIds": [self.case_id], "owner": [self.owner]},
        })
    }

    /// The body of the attachment that refers to the file.
    fn reference(&self) -> Map<String, Value> {
        let body = json!({
            "type": "externalReference",
            "owner": self.owner,
            "externalReferenceId": self.id,
            "externalReferenceStorage": {"type": "savedObject", "soType": "file"},
            "externalReferenceAttachmentTypeId": ".files",
            "externalReferenceMetadata": {"files": [{
                "name": self.name.name,
                "extension": self.name.extension,
                "mimeType": self.name.mime_type,
                "created": iso(self.created.at),
            }]},
        });
        body.as_object().cloned().expect("an object literal")
    }
}

/// The name under which Kibana keeps the files of an owner's cases.
pub(crate) fn file_kind(owner: &str) -> String {
    format!("{owner}FilesCases")
}

impl Store {
    /// Keeps a file and attaches it to a case.
    pub(crate) fn add_file(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        (name, bytes): (FileName, Bytes),
    ) -> Result<(), ApiError> {
        let case = self.case(space, case_id)?;
        let n_files = self
            .attachments(case_id)
            .iter()
            .filter(|attachment| attachment.file_id().is_some())
            .count();
        if n_files >= FILES_PER_CASE {
            return Err(ApiError::invalid(format!(
                "Case has reached the maximum allowed number ({FILES_PER_CASE}) of attached files."
            )));
        }
        let largest = rules::largest(&name.mime_type);
        if bytes.len() > largest {
            return Err(ApiError::too_large(largest));
        }
        let owner = case.owner.clone();
        let file = File {
            id: self.new_id(),
            space: space.to_owned(),
            case_id: case_id.to_owned(),
            owner,
            name,
            created: stamp.clone(),
            bytes,
        };
        let reference = file.reference();
        self.commit(vec![Write::File(Box::new(file))]);
        match self.add_attachment(space, stamp, case_id, reference)? {
            Added::Stored | Added::Known => Ok(()),
            Added::Half(error) => Err(error),
        }
    }

    pub(crate) fn file(&self, space: &str, id: &str) -> Result<&File, ApiError> {
        self.files
            .get(id)
            .filter(|file| file.space == space)
            .ok_or_else(|| ApiError::no_object("file", id))
    }

    /// The files of an owner's cases, oldest first; with cases named, only theirs.
    pub(crate) fn files(&self, space: &str, kind: &str, cases: &[String]) -> Vec<&File> {
        let mut files: Vec<&File> = self
            .files
            .values()
            .filter(|file| file.space == space && file_kind(&file.owner) == kind)
            .filter(|file| cases.is_empty() || cases.contains(&file.case_id))
            .collect();
        files
            .sort_by(|left, right| (left.created.at, &left.id).cmp(&(right.created.at, &right.id)));
        files
    }

    /// Deletes files of a case and the attachments that refer to them; none if one is not the case's.
    pub(crate) fn delete_files(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        ids: &[String],
    ) -> Result<(), ApiError> {
        for id in ids {
            if self.file(space, id)?.case_id != case_id {
                return Err(ApiError::no_object("file", id));
            }
        }
        let is_named = |attachment: &&Attachment| {
            attachment
                .file_id()
                .is_some_and(|id| ids.iter().any(|named| named == id))
        };
        let gone: Vec<Attachment> = self
            .attachments(case_id)
            .iter()
            .filter(is_named)
            .cloned()
            .collect();
        self.drop_attachments(space, stamp, case_id, &gone)
    }
}
