use crate::{client::Client, error::Error, id::SpaceId, request::Request};

impl Client {
    /// Deletes a space with everything in it, cases included. Nothing brings it back.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// client.delete_space(&"old".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such space, with `is_forbidden()` without the right to manage spaces,
    /// with status 400 for the default space, which stays.
    pub async fn delete_space(&self, space: &SpaceId) -> Result<(), Error> {
        let path = ["api", "spaces", "space", space.as_str()];
        self.fetch(Request::delete("DELETE /api/spaces/space/{space}", &path))
            .await
    }
}
