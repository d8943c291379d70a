use crate::{client::Space, error::Error, id::CaseId, model::Case, request::Request};

impl Space {
    /// Reads one case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// let case = space.case(&"6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10".parse()?).await?;
    /// println!("{}: {}", case.status, case.title);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if it is not in this space; consider that it was deleted meanwhile.
    pub async fn case(&self, case: &CaseId) -> Result<Case, Error> {
        self.fetch(Request::get(
            "GET /api/cases/{case}",
            &["api", "cases", case.as_str()],
        ))
        .await
    }
}
