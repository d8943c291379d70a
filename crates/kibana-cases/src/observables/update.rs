use serde_json::json;

use crate::{
    check,
    client::Space,
    error::Error,
    id::{CaseId, ObservableId},
    model::Case,
    request::Request,
};

impl Space {
    /// Gives an observable another value and description. Its type stays.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for observable in &case.observables {
    ///     space.update_observable(&case.id, &observable.id, &observable.value, Some("blocked")).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::add_observable`]; with status 400, too, if there is no such observable.
    pub async fn update_observable(
        &self,
        case: &CaseId,
        observable: &ObservableId,
        value: &str,
        description: Option<&str>,
    ) -> Result<Case, Error> {
        check::text("value", value, u64::MAX)?;
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "observables",
            observable.as_str(),
        ];
        self.fetch(Request::patch(
            "PATCH /internal/cases/{case}/observables/{observable}",
            &path,
            json!({"observable": {"value": value, "description": description}}),
        ))
        .await
    }
}
