use crate::{client::Space, error::Error, id::CaseId, model::CaseUsers, request::Request};

impl Space {
    /// Everybody who has to do with a case. An internal route: consider the case and its user actions if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for person in space.case_users(&case.id).await?.participants {
    ///     println!("{:?}", person.user.username);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn case_users(&self, case: &CaseId) -> Result<CaseUsers, Error> {
        let path = ["internal", "cases", case.as_str(), "_users"];
        self.fetch(Request::get("GET /internal/cases/{case}/_users", &path))
            .await
    }
}
