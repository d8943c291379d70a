//! The deployment itself: whether it is there, which Kibana version it is, how it fares, what it can do.

use serde_json::json;

use crate::{
    client::{Client, Space},
    error::Error,
    lenient::List,
    model::{Capabilities, Feature, ServerStats, ServerStatus},
    request::Request,
};

impl Client {
    /// Asks whether Kibana is there. Works without rights; [`ServerStatus::version`] is `None` where the key was not accepted.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// match client.status().await?.version {
    ///     Some(version) => println!("Kibana {version}"),
    ///     None => println!("Kibana, but the key is not accepted"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotKibana`] if something else answered; consider another address or base path.
    pub async fn status(&self) -> Result<ServerStatus, Error> {
        self.fetch(Request::get("GET /api/status", &["api", "status"]))
            .await
    }

    /// Figures of the process that answers.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// println!("{:?}", client.stats().await?.other.get("process"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As any other call; what there is to be told differs between releases.
    pub async fn stats(&self) -> Result<ServerStats, Error> {
        self.fetch(Request::get("GET /api/stats", &["api", "stats"]))
            .await
    }

    /// Features that roles can be given rights to.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// let has_cases = client.features().await?.items.iter().any(|feature| feature.id == "securitySolutionCasesV3");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not read them.
    pub async fn features(&self) -> Result<List<Feature>, Error> {
        self.fetch(Request::get("GET /api/features", &["api", "features"]))
            .await
    }
}

impl Space {
    /// What the key may do here. An internal route: where it fails consider a cheap question, [`Space::find_cases`] with one
    /// case, or treat the rights as unknown.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// let may_delete = space.capabilities().await?.allows_security_cases("delete_cases");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As any other call. A key that is not accepted is no error: it may do nothing.
    pub async fn capabilities(&self) -> Result<Capabilities, Error> {
        let request = Request::post(
            "POST /api/core/capabilities",
            &["api", "core", "capabilities"],
            json!({"applications": []}),
        );
        self.fetch(request.harmless()).await
    }
}
