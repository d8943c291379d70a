use crate::{
    client::Space, error::Error, id::AlertId, lenient::List, model::CaseOfAlert, request::Request,
};

impl Space {
    /// The cases of this space that hold an alert. Empty for an alert that nobody attached.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// for case in space.cases_of_alert(&"a1b2".parse()?).await? {
    ///     println!("{}", case.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no cases here.
    pub async fn cases_of_alert(&self, alert: &AlertId) -> Result<List<CaseOfAlert>, Error> {
        let path = ["api", "cases", "alerts", alert.as_str()];
        self.fetch(Request::get("GET /api/cases/alerts/{alert}", &path))
            .await
    }
}
