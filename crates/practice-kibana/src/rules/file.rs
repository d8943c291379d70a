//! Files of cases (`kibana-cases-api.md` §3.18).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{Check, too_few, too_many};
use crate::error::ApiError;

/// Largest file, in bytes.
pub(crate) const LARGEST_FILE: usize = 100 * 1024 * 1024;
/// Largest image, in bytes.
pub(crate) const LARGEST_IMAGE: usize = 10 * 1024 * 1024;
const NAME: usize = 160;
const IDS: usize = 10;

/// Types that are allowed beside images and texts.
const MIME_TYPES: [&str; 11] = [
    "application/gzip",
    "application/json",
    "application/pdf",
    "application/vnd.tcpdump.pcap",
    "application/x-7z-compressed",
    "application/x-bzip",
    "application/x-bzip2",
    "application/x-gzip",
    "application/x-tar",
    "application/x-zip-compressed",
    "application/zip",
];

/// How a file is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileName {
    pub(crate) name: String,
    pub(crate) extension: String,
    pub(crate) mime_type: String,
}

/// Gives a file its name: the wanted one as it is, else the stem of the one it was sent with.
pub(crate) fn name_file(sent: &str, wanted: Option<&str>) -> Result<FileName, ApiError> {
    let check = Check::default();
    let (stem, extension) = sent.rsplit_once('.').unwrap_or((sent, ""));
    let name = wanted.unwrap_or(stem);
    check
        .root(&Value::Object(serde_json::Map::new()), &[])
        .limit("filename", name, NAME);
    check.finish()?;
    let mime_type = mime_guess::from_ext(extension)
        .first()
        .map(|mime| mime.essence_str().to_owned());
    let allowed = |mime: &String| {
        mime.starts_with("image/")
            || mime.starts_with("text/")
            || MIME_TYPES.contains(&mime.as_str())
    };
    let mime_type = mime_type
        .as_ref()
        .filter(|mime| allowed(mime))
        .ok_or_else(|| {
            let shown = mime_type.as_deref().unwrap_or("undefined");
            ApiError::invalid(format!("The mime type field value {shown} is not allowed."))
        })?;
    Ok(FileName {
        name: name.to_owned(),
        extension: extension.to_owned(),
        mime_type: mime_type.clone(),
    })
}

/// The largest that a file of this type may be, in bytes.
pub(crate) fn largest(mime_type: &str) -> usize {
    if mime_type.starts_with("image/") {
        LARGEST_IMAGE
    } else {
        LARGEST_FILE
    }
}

/// Reads the body of `POST …/attachments/files/_bulk_delete`.
pub(crate) fn read_file_ids(body: &Value) -> Result<Vec<String>, ApiError> {
    read_id_list(body, IDS)
}

/// Reads a body `{"ids": […]}` of 1 to `max` ids.
pub(super) fn read_id_list(body: &Value, max: usize) -> Result<Vec<String>, ApiError> {
    let check = Check::default();
    let fields = check.root(body, &["ids"]);
    let ids = fields.strings("ids");
    if fields.get("ids").is_some_and(Value::is_array) && ids.is_empty() {
        fields.add(too_few("ids"));
    }
    if ids.len() > max {
        fields.add(too_many("ids", max));
    }
    check.finish()?;
    Ok(ids)
}

/// Reads the body of the listing of files: whose cases' files are wanted; none named means all.
pub(crate) fn read_file_list(body: &Value) -> Result<Vec<String>, ApiError> {
    if body.is_null() {
        return Ok(Vec::new());
    }
    let check = Check::default();
    let fields = check.root(body, &["meta"]);
    let cases = if fields.get("meta").is_some() {
        fields
            .object("meta", &["caseIds", "owner"])
            .one_or_many("caseIds")
    } else {
        Vec::new()
    };
    check.finish()?;
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_types() {
        let check = |sent: &str, wanted: Option<&str>, expect: Option<(&str, &str, &str)>| {
            let named = name_file(sent, wanted).ok();
            let expect = expect.map(|(name, extension, mime_type)| FileName {
                name: name.to_owned(),
                extension: extension.to_owned(),
                mime_type: mime_type.to_owned(),
            });
            assert_eq!(named, expect, "{sent} {wanted:?}");
        };
        check("foobar.txt", None, Some(("foobar", "txt", "text/plain")));
        check(
            "foobar.txt",
            Some("my.name"),
            Some(("my.name", "txt", "text/plain")),
        );
        check("a.b.png", None, Some(("a.b", "png", "image/png")));
        check("x.pdf", None, Some(("x", "pdf", "application/pdf")));
        check("foobar.124zas", None, None);
        check("run.exe", None, None);
        check("noextension", None, None);
        check("a.txt", Some(""), None);
        check("a.txt", Some(&"n".repeat(161)), None);
    }
}
