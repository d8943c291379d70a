use crate::{
    client::Client, error::Error, id::SpaceId, lenient::List, model::KibanaSpace, request::Request,
};

impl Client {
    /// The spaces that the key may enter.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// for space in client.spaces().await? {
    ///     println!("{} ({})", space.name, space.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if there is none.
    pub async fn spaces(&self) -> Result<List<KibanaSpace>, Error> {
        self.fetch(Request::get(
            "GET /api/spaces/space",
            &["api", "spaces", "space"],
        ))
        .await
    }

    /// One space.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// println!("{}", client.space_info(&"soc".parse()?).await?.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such space and the key may enter all, with `is_forbidden()` if it may
    /// not enter this one.
    pub async fn space_info(&self, space: &SpaceId) -> Result<KibanaSpace, Error> {
        let path = ["api", "spaces", "space", space.as_str()];
        self.fetch(Request::get("GET /api/spaces/space/{space}", &path))
            .await
    }
}
