use bytes::Bytes;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    id::CaseId,
    model::Case,
    multipart::Part,
    request::Request,
};

/// A file to be attached to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Name with extension; the extension decides what Kibana takes it for, and whether it takes it at all.
    pub name: String,
    /// What it is to be called in Kibana, 1 to 160 UTF-16 units; the name without its extension if `None`.
    pub called: Option<String>,
    /// What it holds: at most 100 MiB, an image at most 10 MiB.
    pub content: Bytes,
}

impl NewFile {
    /// Whether it is within every limit that can be known before asking. [`Space::upload_file`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        let stem = self.name.rsplit_once('.').map_or("", |(stem, _)| stem);
        let called = self.called.as_deref().unwrap_or(stem);
        check::text("filename", called, check::FILE_NAME)?;
        check::file(&self.name, self.content.len())
    }
}

impl Space {
    /// Attaches a file to a case, and answers with the case and all its attachments; the file is the last of them.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::NewFile;
    ///
    /// let file = NewFile { name: "proxy.log".to_owned(), called: None, content: "GET /evil\n".into() };
    /// let whole = space.upload_file(&case.id, file).await?;
    /// println!("{:?}", whole.comments.attachments.last().and_then(|last| last.file()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with status 400 if Kibana takes no files of this kind, or the case has 100 already; with
    /// `is_not_found()` if the case is not in this space. [`Error::Input`] if it passes a limit of Kibana. After any that
    /// [`Error::may_have_worked`] names read the attachments before repeating: a file may be there twice.
    pub async fn upload_file(&self, case: &CaseId, file: NewFile) -> Result<Case, Error> {
        file.check()?;
        let mut parts = vec![Part {
            name: "file",
            file_name: Some(file.name),
            content: file.content,
        }];
        parts.extend(file.called.map(|called| Part {
            name: "filename",
            file_name: None,
            content: called.into(),
        }));
        let path = ["api", "cases", case.as_str(), "files"];
        let request = Request::post_empty("POST /api/cases/{case}/files", &path);
        self.fetch(request.multipart(parts)).await
    }
}
