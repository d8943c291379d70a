use crate::{
    client::Space,
    error::Error,
    id::CaseId,
    model::{CaseMetric, CaseMetrics},
    request::Request,
};

impl Space {
    /// Figures of a case, those that are asked for. An internal route.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::CaseMetric;
    ///
    /// let metrics = space.case_metrics(&case.id, &[CaseMetric::AlertsHosts, CaseMetric::Lifespan]).await?;
    /// println!("{metrics:?}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space; with status 400 for a figure that this Kibana does
    /// not know.
    pub async fn case_metrics(
        &self,
        case: &CaseId,
        metrics: &[CaseMetric],
    ) -> Result<CaseMetrics, Error> {
        let path = ["internal", "cases", "metrics", case.as_str()];
        let request = Request::get("GET /internal/cases/metrics/{case}", &path);
        self.fetch(request.queries("features", metrics)).await
    }
}
