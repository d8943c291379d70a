use serde::Serialize;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    id::{ConfigurationId, Version},
    model::{
        CaseConnector, ClosureType, Configuration, CustomFieldDefinition, ObservableType, Template,
    },
    request::{Request, body},
};

/// A change of a configuration. What is `None` stays as it is; a list replaces the whole list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UpdateConfiguration {
    /// The version that the change was made on; another one on the server is a conflict.
    pub version: Version,
    /// Who closes a case that is pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closure_type: Option<ClosureType>,
    /// The connector that new cases get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<CaseConnector>,
    /// Fields beside the usual ones, at most 10.
    #[serde(rename = "customFields", skip_serializing_if = "Option::is_none")]
    pub custom_fields: Option<Vec<CustomFieldDefinition>>,
    /// What new cases may begin with, at most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates: Option<Vec<Template>>,
    /// Types of observables beside the usual ones, at most 10.
    #[serde(rename = "observableTypes", skip_serializing_if = "Option::is_none")]
    pub observable_types: Option<Vec<ObservableType>>,
}

impl UpdateConfiguration {
    /// A change of nothing, to be filled.
    pub fn new(version: Version) -> Self {
        Self {
            version,
            closure_type: None,
            connector: None,
            custom_fields: None,
            templates: None,
            observable_types: None,
        }
    }

    /// Whether it is within every limit that can be known before asking. [`Space::update_configuration`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check::custom_field_definitions(self.custom_fields.as_deref().unwrap_or_default())?;
        check::templates(self.templates.as_deref().unwrap_or_default())?;
        check::observable_types(self.observable_types.as_deref().unwrap_or_default())
    }
}

impl Space {
    /// Changes how cases are set up.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, known: kibana_cases::Configuration) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{ClosureType, UpdateConfiguration};
    ///
    /// let change = UpdateConfiguration {
    ///     closure_type: Some(ClosureType::ByPushing),
    ///     ..UpdateConfiguration::new(known.version)
    /// };
    /// space.update_configuration(&known.id, &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_version_conflict()` if it changed since its version was read, with `is_not_found()` if another
    /// one was put in its place: read [`Space::configurations`] again in both cases. [`Error::Input`] if it passes a limit of
    /// Kibana.
    pub async fn update_configuration(
        &self,
        configuration: &ConfigurationId,
        change: &UpdateConfiguration,
    ) -> Result<Configuration, Error> {
        change.check()?;
        let path = ["api", "cases", "configure", configuration.as_str()];
        let route = "PATCH /api/cases/configure/{configuration}";
        self.fetch(Request::patch(route, &path, body(change))).await
    }
}
