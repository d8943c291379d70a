use crate::{
    client::Space,
    error::Error,
    id::{AttachmentId, CaseId},
    request::Request,
};

impl Space {
    /// Takes one attachment away from a case. Alerts keep their status.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// space.delete_attachment(&case.id, &"0d7f4a8e".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such attachment, or it belongs to another case: once more is harmless.
    pub async fn delete_attachment(
        &self,
        case: &CaseId,
        attachment: &AttachmentId,
    ) -> Result<(), Error> {
        let path = [
            "api",
            "cases",
            case.as_str(),
            "comments",
            attachment.as_str(),
        ];
        let route = "DELETE /api/cases/{case}/comments/{attachment}";
        self.fetch(Request::delete(route, &path)).await
    }

    /// Takes all attachments away from a case. Nothing brings them back.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// space.delete_all_attachments(&case.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is none, or no such case.
    pub async fn delete_all_attachments(&self, case: &CaseId) -> Result<(), Error> {
        let path = ["api", "cases", case.as_str(), "comments"];
        self.fetch(Request::delete("DELETE /api/cases/{case}/comments", &path))
            .await
    }
}
