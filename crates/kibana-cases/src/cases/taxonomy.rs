use crate::{
    client::Space,
    error::Error,
    lenient::List,
    model::{Owner, StatusCounts, User},
    request::Request,
};

impl Space {
    /// Tags of all cases, each once, in ascending order. `owners` narrows; none means all that the key may read.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// println!("{}", space.tags(&[]).await?.items.join(", "));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no owner's cases here.
    pub async fn tags(&self, owners: &[Owner]) -> Result<List<String>, Error> {
        let request = Request::get("GET /api/cases/tags", &["api", "cases", "tags"]);
        self.fetch(request.queries("owner", owners)).await
    }

    /// Everybody who created a case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// for reporter in space.reporters(&[]).await? {
    ///     println!("{:?}", reporter.full_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::tags`].
    pub async fn reporters(&self, owners: &[Owner]) -> Result<List<User>, Error> {
        let request = Request::get("GET /api/cases/reporters", &["api", "cases", "reporters"]);
        self.fetch(request.queries("owner", owners)).await
    }

    /// Categories of all cases, each once, in ascending order. An internal route.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// println!("{}", space.categories(&[]).await?.items.join(", "));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::tags`].
    pub async fn categories(&self, owners: &[Owner]) -> Result<List<String>, Error> {
        let path = ["internal", "cases", "categories"];
        let request = Request::get("GET /internal/cases/categories", &path);
        self.fetch(request.queries("owner", owners)).await
    }

    /// How many cases stand where. The route is deprecated: [`Space::find_cases`] tells the same numbers.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// println!("{} open", space.status_counts(&[]).await?.open);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::tags`].
    pub async fn status_counts(&self, owners: &[Owner]) -> Result<StatusCounts, Error> {
        let request = Request::get("GET /api/cases/status", &["api", "cases", "status"]);
        self.fetch(request.queries("owner", owners)).await
    }
}
