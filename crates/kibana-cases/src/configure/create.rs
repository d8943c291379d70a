use serde::Serialize;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    model::{
        CaseConnector, ClosureType, Configuration, CustomFieldDefinition, ObservableType, Owner,
        Template,
    },
    request::{Request, body},
};

/// How the cases of an owner are to be set up.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NewConfiguration {
    /// Whose cases.
    pub owner: Owner,
    /// Who closes a case that is pushed.
    pub closure_type: ClosureType,
    /// The connector that new cases get.
    pub connector: CaseConnector,
    /// Fields beside the usual ones, at most 10.
    #[serde(rename = "customFields", skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomFieldDefinition>,
    /// What new cases may begin with, at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// Types of observables beside the usual ones, at most 10.
    #[serde(rename = "observableTypes", skip_serializing_if = "Vec::is_empty")]
    pub observable_types: Vec<ObservableType>,
}

impl NewConfiguration {
    /// Whether it is within every limit that can be known before asking. [`Space::create_configuration`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check::custom_field_definitions(&self.custom_fields)?;
        check::templates(&self.templates)?;
        check::observable_types(&self.observable_types)
    }
}

impl Space {
    /// Sets the cases of an owner up, in the place of what was set up before.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{NewConfiguration, ObservableType};
    ///
    /// let new = NewConfiguration {
    ///     observable_types: vec![ObservableType { key: "mutex".to_owned(), label: "Mutex".to_owned() }],
    ///     ..NewConfiguration::default()
    /// };
    /// println!("{}", space.create_configuration(&new).await?.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the right to set cases up, with status 400 if two types of observables are
    /// called the same; [`Error::Input`] if it passes a limit of Kibana. After any that [`Error::may_have_worked`] names
    /// read [`Space::configurations`].
    pub async fn create_configuration(
        &self,
        new: &NewConfiguration,
    ) -> Result<Configuration, Error> {
        new.check()?;
        self.fetch(Request::post(
            "POST /api/cases/configure",
            &["api", "cases", "configure"],
            body(new),
        ))
        .await
    }
}
