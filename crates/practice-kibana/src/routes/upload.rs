//! The body of a file upload: `multipart/form-data` with a part `file` and perhaps a part `filename`.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use multer::{Constraints, Multipart, SizeLimit};

use crate::{error::ApiError, rules::LARGEST_FILE};

/// Room for the parts' headers and a file name.
const AROUND_THE_FILE: u64 = 64 * 1024;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// What the browser calls the file.
    pub(super) sent_name: String,
    /// What the sender wants it to be called.
    pub(super) wanted_name: Option<String>,
    pub(super) bytes: Bytes,
}

/// What separates the parts, if the body has parts.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Reads the parts; others than the two are passed over.
pub(super) async fn read(body: Body, boundary: String) -> Result<Upload, ApiError> {
    let limit = SizeLimit::new().whole_stream(LARGEST_FILE as u64 + AROUND_THE_FILE);
    let constraints = Constraints::new().size_limit(limit);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let (mut file, mut wanted_name) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(|error| refusal(&error))? {
        let sent_name = part.file_name().unwrap_or_default().to_owned();
        match part.name() {
            Some("file") => {
                let bytes = part.bytes().await.map_err(|error| refusal(&error))?;
                file = Some((sent_name, bytes));
            }
            Some("filename") => {
                wanted_name = Some(part.text().await.map_err(|error| refusal(&error))?);
            }
            _ => {}
        }
    }
    let (sent_name, bytes) =
        file.ok_or_else(|| ApiError::invalid("Invalid value \"undefined\" supplied to \"file\""))?;
    Ok(Upload {
        sent_name,
        wanted_name,
        bytes,
    })
}

fn refusal(error: &multer::Error) -> ApiError {
    match error {
        multer::Error::StreamSizeExceeded { .. } => ApiError::too_large(LARGEST_FILE),
        _ => ApiError::invalid("Invalid multipart payload format"),
    }
}
