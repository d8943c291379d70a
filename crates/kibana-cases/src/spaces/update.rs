use crate::{
    check,
    client::Client,
    error::Error,
    model::KibanaSpace,
    request::{Request, body},
    spaces::NewSpace,
};

impl Client {
    /// Changes a space; its id says which. What is `None` stays, but the list of disabled features is replaced. There is no
    /// version: who writes last wins.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::NewSpace;
    ///
    /// let space = NewSpace { color: Some("#aa0000".to_owned()), ..NewSpace::new("soc".parse()?, "SOC") };
    /// client.update_space(&space).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such space, with `is_forbidden()` without the right to manage spaces.
    /// [`Error::Input`] without a name.
    pub async fn update_space(&self, space: &NewSpace) -> Result<KibanaSpace, Error> {
        check::text("name", &space.name, u64::MAX)?;
        let path = ["api", "spaces", "space", space.id.as_str()];
        let route = "PUT /api/spaces/space/{space}";
        self.fetch(Request::put(route, &path, body(space))).await
    }
}
