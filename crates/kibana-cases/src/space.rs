//! `GET /api/spaces/space`: which spaces the key may enter.

use crate::{client::Client, error::Error, model::KibanaSpace, request::Request};

impl Client {
    /// The spaces that the key may enter.
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if there is none.
    pub async fn spaces(&self) -> Result<Vec<KibanaSpace>, Error> {
        self.fetch(Request::get(
            "GET /api/spaces/space",
            &["api", "spaces", "space"],
        ))
        .await
    }
}
