use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    client::Space,
    error::Error,
    id::{AlertId, CaseId},
    lenient::List,
    model::AttachedAlert,
    request::Request,
};

#[derive(Deserialize)]
struct CaseAlert {
    id: AlertId,
    index: String,
    attached_at: Timestamp,
}

impl Space {
    /// The alerts of a case with the time of their attachment, oldest attachment first.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for (alert, attached_at) in space.case_alerts(&case.id).await? {
    ///     println!("{attached_at} {}", alert.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn case_alerts(
        &self,
        case: &CaseId,
    ) -> Result<List<(AttachedAlert, Timestamp)>, Error> {
        let path = ["api", "cases", case.as_str(), "alerts"];
        let request = Request::get("GET /api/cases/{case}/alerts", &path);
        let alerts: List<CaseAlert> = self.fetch(request).await?;
        Ok(alerts.map(|alert| {
            let CaseAlert {
                id,
                index,
                attached_at,
            } = alert;
            (AttachedAlert { id, index }, attached_at)
        }))
    }
}
