use super::POST;
use crate::{
    attachments::NewAttachment,
    check,
    client::Space,
    error::Error,
    id::CaseId,
    model::{Case, Owner},
    request::Request,
};

impl Space {
    /// Adds a comment. `owner` must be the case's. The text is kept as it is, not trimmed.
    ///
    /// The case in the answer counts every attachment as a comment: read it again rather than keep it.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// space.add_comment(&case.id, &case.owner, "Process tree shows `rundll32`.").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Any that [`Error::may_have_worked`] names can have added it; consider reading the attachments before repeating.
    /// [`Error::Input`] if the text is empty or longer than 30,000; [`Error::Api`] with `is_not_found()` if the case is not in
    /// this space.
    pub async fn add_comment(
        &self,
        case: &CaseId,
        owner: impl AsRef<str>,
        text: &str,
    ) -> Result<Case, Error> {
        check::text("comment", text, check::COMMENT)?;
        let owner = Owner::from(owner.as_ref());
        let body = NewAttachment::Comment(text.to_owned()).body(&owner);
        let path = ["api", "cases", case.as_str(), "comments"];
        self.fetch(Request::post(POST, &path, body)).await
    }
}
