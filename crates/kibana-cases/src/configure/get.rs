use crate::{
    client::Space,
    error::Error,
    lenient::List,
    model::{Configuration, Owner},
    request::Request,
};

impl Space {
    /// How cases are set up here: nothing or one configuration for each owner. `owners` narrows; none means all that the key
    /// may read.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::Owner;
    ///
    /// for configuration in space.configurations(&[Owner::SecuritySolution]).await? {
    ///     println!("{} custom fields", configuration.custom_fields.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no owner's cases here.
    pub async fn configurations(&self, owners: &[Owner]) -> Result<List<Configuration>, Error> {
        let request = Request::get("GET /api/cases/configure", &["api", "cases", "configure"]);
        self.fetch(request.queries("owner", owners)).await
    }
}
