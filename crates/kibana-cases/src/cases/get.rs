use crate::{client::Space, error::Error, id::CaseId, model::Case, request::Request};

impl Space {
    /// Reads one case.
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
