//! `GET /api/status`: whether it is there, and which Kibana version it is.

use crate::{client::Client, error::Error, model::ServerStatus, request::Request};

impl Client {
    /// Asks whether Kibana is there. Works without rights; [`ServerStatus::version`] is `None` where the key was not accepted.
    ///
    /// # Errors
    /// [`Error::NotKibana`] if something else answered; consider another address or base path.
    pub async fn status(&self) -> Result<ServerStatus, Error> {
        self.fetch(Request::get("GET /api/status", &["api", "status"]))
            .await
    }
}
