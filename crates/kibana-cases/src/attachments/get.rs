use crate::{
    client::Space,
    error::Error,
    id::{AttachmentId, CaseId},
    model::{Attachment, Attachments},
    request::Request,
};

impl Space {
    /// Every attachment of a case, oldest first, in one answer.
    ///
    /// The route is deprecated, and on 9.x still the only public one that tells every kind (§3.10).
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::AttachmentKind;
    ///
    /// for attachment in space.attachments(&case.id).await?.attachments {
    ///     match attachment.kind {
    ///         AttachmentKind::Comment(text) => println!("{text}"),
    ///         AttachmentKind::Alerts { alerts, .. } => println!("{} alerts", alerts.len()),
    ///         AttachmentKind::Other { type_name, .. } => println!("{type_name}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn attachments(&self, case: &CaseId) -> Result<Attachments, Error> {
        let path = ["api", "cases", case.as_str(), "comments"];
        self.fetch(Request::get("GET /api/cases/{case}/comments", &path))
            .await
    }

    /// Reads one attachment of a case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let attachment = space.attachment(&case.id, &"0d7f4a8e".parse()?).await?;
    /// println!("{}", attachment.created_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such attachment. Up to 9.x one of another case is answered with all
    /// the same (§3.8).
    pub async fn attachment(
        &self,
        case: &CaseId,
        attachment: &AttachmentId,
    ) -> Result<Attachment, Error> {
        let path = [
            "api",
            "cases",
            case.as_str(),
            "comments",
            attachment.as_str(),
        ];
        let route = "GET /api/cases/{case}/comments/{attachment}";
        self.fetch(Request::get(route, &path)).await
    }
}
