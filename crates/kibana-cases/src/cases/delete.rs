use serde_json::json;

use crate::{check, client::Space, error::Error, id::CaseId, request::Request};

impl Space {
    /// Deletes 1 to 100 cases with all that is attached to them, all or none. Nothing brings them back.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// space.delete_cases(&[case.id]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if one of them is not in this space; nothing was deleted then. After any that
    /// [`Error::may_have_worked`] names consider reading them: those that are gone were deleted.
    pub async fn delete_cases(&self, cases: &[CaseId]) -> Result<(), Error> {
        check::some("ids", cases, check::DELETED_CASES)?;
        // One bare id is refused (§8, quirk 5).
        let ids = json!(cases).to_string();
        let request = Request::delete("DELETE /api/cases", &["api", "cases"]);
        self.fetch(request.query("ids", ids)).await
    }
}
