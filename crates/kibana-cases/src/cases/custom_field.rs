use serde_json::{Value, json};

use crate::{
    client::Space,
    error::Error,
    id::{CaseId, CustomFieldKey, Version},
    model::CustomField,
    request::Request,
};

impl Space {
    /// Gives one custom field of a case another value; null takes it away. `version` is the case's. An internal route:
    /// consider [`Space::update_cases`] with all fields if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let field = space.set_custom_field(&case.id, &"shift".parse()?, &"night".into(), &case.version).await?;
    /// assert_eq!(field.value, "night");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_version_conflict()` if the case changed since its version was read; with status 400 if there is
    /// no such field, or the value is none of its type.
    pub async fn set_custom_field(
        &self,
        case: &CaseId,
        field: &CustomFieldKey,
        value: &Value,
        version: &Version,
    ) -> Result<CustomField, Error> {
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "custom_fields",
            field.as_str(),
        ];
        let body = json!({"value": value, "caseVersion": version});
        let route = "PUT /internal/cases/{case}/custom_fields/{field}";
        self.fetch(Request::put(route, &path, body)).await
    }
}
