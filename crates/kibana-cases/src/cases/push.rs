use serde_json::json;

use crate::{
    client::Space,
    error::Error,
    id::{CaseId, ConnectorId},
    model::Case,
    request::Request,
};

impl Space {
    /// Sends a case to the system behind a connector, and answers with the case, which may be closed by that.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let pushed = space.push_case(&case.id, &case.connector.id.parse()?).await?;
    /// println!("{:?}", pushed.external_service);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such case or connector, with status 409 if the case is closed, with
    /// `is_forbidden()` without the right to push. Pushing twice writes twice into the other system: after any that
    /// [`Error::may_have_worked`] names read `external_service` of the case first.
    pub async fn push_case(&self, case: &CaseId, connector: &ConnectorId) -> Result<Case, Error> {
        let path = [
            "api",
            "cases",
            case.as_str(),
            "connector",
            connector.as_str(),
            "_push",
        ];
        let route = "POST /api/cases/{case}/connector/{connector}/_push";
        self.fetch(Request::post(route, &path, json!({}))).await
    }
}
