use serde_json::{Value, json};

use crate::{
    check,
    client::Space,
    error::Error,
    lenient::List,
    model::{Connector, ConnectorType},
    request::Request,
};

/// A connector to be set up.
#[derive(Clone, PartialEq)]
pub struct NewConnector {
    /// Name for people.
    pub name: String,
    /// What it leads to.
    pub kind: ConnectorType,
    /// Settings, by its kind.
    pub config: Value,
    /// Passwords and tokens, by its kind. Never printed.
    pub secrets: Value,
}

impl std::fmt::Debug for NewConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewConnector")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Space {
    /// Connectors that cases can be pushed through.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// for connector in space.case_connectors().await? {
    ///     println!("{} ({})", connector.name, connector.kind);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the right to read connectors.
    pub async fn case_connectors(&self) -> Result<List<Connector>, Error> {
        self.fetch(Request::get(
            "GET /api/cases/configure/connectors/_find",
            &["api", "cases", "configure", "connectors", "_find"],
        ))
        .await
    }

    /// Connectors of every kind, those of no use to cases included.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// println!("{} connectors", space.connectors().await?.items.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::case_connectors`].
    pub async fn connectors(&self) -> Result<List<Connector>, Error> {
        self.fetch(Request::get(
            "GET /api/actions/connectors",
            &["api", "actions", "connectors"],
        ))
        .await
    }

    /// Sets a connector up.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{ConnectorType, NewConnector};
    /// use serde_json::json;
    ///
    /// let new = NewConnector {
    ///     name: "Tickets".to_owned(),
    ///     kind: ConnectorType::Jira,
    ///     config: json!({"apiUrl": "https://tickets.example.org", "projectKey": "SOC"}),
    ///     secrets: json!({"email": "soc@example.org", "apiToken": "…"}),
    /// };
    /// println!("{}", space.create_connector(&new).await?.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the right to set connectors up. Two may have the same name: after any that
    /// [`Error::may_have_worked`] names read [`Space::connectors`] before repeating.
    pub async fn create_connector(&self, new: &NewConnector) -> Result<Connector, Error> {
        check::text("name", &new.name, u64::MAX)?;
        self.fetch(Request::post(
            "POST /api/actions/connector",
            &["api", "actions", "connector"],
            json!({
                "name": new.name,
                "connector_type_id": new.kind,
                "config": new.config,
                "secrets": new.secrets,
            }),
        ))
        .await
    }
}
