use crate::{
    client::Space,
    error::Error,
    id::{CaseId, ObservableId},
    request::Request,
};

impl Space {
    /// Takes an observable away from a case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for observable in &case.observables {
    ///     space.delete_observable(&case.id, &observable.id).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the licence, with status 400 if there is no such observable or case.
    pub async fn delete_observable(
        &self,
        case: &CaseId,
        observable: &ObservableId,
    ) -> Result<(), Error> {
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "observables",
            observable.as_str(),
        ];
        let route = "DELETE /internal/cases/{case}/observables/{observable}";
        self.fetch(Request::delete(route, &path)).await
    }
}
