use serde_json::json;

use crate::{
    attachments::NewAttachment,
    client::Space,
    error::Error,
    id::{AttachmentId, CaseId, Version},
    model::{Case, Owner},
    request::Request,
};

impl Space {
    /// Puts something of the same kind in the place of an attachment: the new text of a comment, say. `version` is the
    /// attachment's, `owner` the case's. The same text again is a new version all the same.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     space: kibana_cases::Space, case: kibana_cases::Case, comment: kibana_cases::Attachment,
    /// # ) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::NewAttachment;
    ///
    /// let text = NewAttachment::Comment("Corrected.".to_owned());
    /// space.update_attachment(&case.id, &comment.id, &comment.version, &comment.owner, &text).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_version_conflict()` if it changed since its version was read, with `is_not_found()` if it is not
    /// there, with status 400 if it is of another kind; [`Error::Input`] if a comment is empty or too long. After any that
    /// [`Error::may_have_worked`] names read it: the version tells whether it worked.
    pub async fn update_attachment(
        &self,
        case: &CaseId,
        attachment: &AttachmentId,
        version: &Version,
        owner: impl AsRef<str>,
        new: &NewAttachment,
    ) -> Result<Case, Error> {
        new.check()?;
        let mut body = new.body(&Owner::from(owner.as_ref()));
        body["id"] = json!(attachment);
        body["version"] = json!(version);
        let path = ["api", "cases", case.as_str(), "comments"];
        self.fetch(Request::patch(
            "PATCH /api/cases/{case}/comments",
            &path,
            body,
        ))
        .await
    }
}
