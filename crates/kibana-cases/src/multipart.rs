//! `multipart/form-data`: how files travel. A form is built whole in memory, which the largest file that Kibana takes allows.

use bytes::{BufMut, Bytes, BytesMut};
use http::HeaderValue;

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name of the field.
    pub name: &'static str,
    /// Name of the file; `None` for a field that is plain text.
    pub file_name: Option<String>,
    /// What it holds, as it is.
    pub content: Bytes,
}

/// The form, and the content type that names its boundary.
pub(crate) fn encode(parts: &[Part]) -> (HeaderValue, Bytes) {
    let boundary = boundary(parts);
    let mut form = BytesMut::new();
    for part in parts {
        form.put_slice(format!("--{boundary}\r\n{}\r\n\r\n", disposition(part)).as_bytes());
        form.put_slice(&part.content);
        form.put_slice(b"\r\n");
    }
    form.put_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = format!("multipart/form-data; boundary={boundary}");
    let content_type = HeaderValue::try_from(content_type).expect("a boundary is plain ASCII");
    (content_type, form.freeze())
}

fn disposition(part: &Part) -> String {
    let name = part.name;
    match &part.file_name {
        Some(file) => {
            let file = quotable(file);
            format!(
                "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream"
            )
        }
        None => format!("Content-Disposition: form-data; name=\"{name}\""),
    }
}

/// What browsers do to a name that could end its quotes or its line.
fn quotable(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The first of a row of names that stands in no part.
fn boundary(parts: &[Part]) -> String {
    let is_free = |name: &String| {
        let name = name.as_bytes();
        !parts
            .iter()
            .any(|part| part.content.windows(name.len()).any(|at| at == name))
    };
    (0..=u32::MAX)
        .map(|n| format!("kibana-cases-{n:08}"))
        .find(is_free)
        .expect("no content holds every number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content: &'static [u8]) -> Part {
        Part {
            name: "file",
            file_name: Some(name.to_owned()),
            content: Bytes::from_static(content),
        }
    }

    #[test]
    fn a_form_holds_its_parts_between_boundaries() {
        let name = Part {
            name: "filename",
            file_name: None,
            content: Bytes::from_static(b"evidence"),
        };
        let (content_type, form) = encode(&[file("a.bin", b"\x00\xff"), name]);
        assert_eq!(
            content_type,
            "multipart/form-data; boundary=kibana-cases-00000000"
        );
        let expected = [
            b"--kibana-cases-00000000\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n".as_slice(),
            b"\x00\xff\r\n--kibana-cases-00000000\r\nContent-Disposition: form-data; name=\"filename\"\r\n\r\nevidence\r\n--kibana-cases-00000000--\r\n",
        ];
        assert_eq!(form, expected.concat());
    }

    #[test]
    fn neither_name_nor_content_leaves_its_part() {
        let (content_type, form) =
            encode(&[file("a\"\r\nX-Evil: 1.bin", b"--kibana-cases-00000000--")]);
        assert!(
            content_type.to_str().unwrap().ends_with("-00000001"),
            "the boundary is one that the content lacks: {content_type:?}"
        );
        let form = String::from_utf8(form.to_vec()).unwrap();
        assert!(
            form.contains("filename=\"a%22%0D%0AX-Evil: 1.bin\"\r\n"),
            "{form}"
        );
    }
}
