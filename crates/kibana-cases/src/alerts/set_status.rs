use serde_json::json;

use super::AlertQuery;
use crate::{
    check,
    client::Space,
    error::Error,
    id::AlertId,
    model::{AlertStatus, UpdatedAlerts},
    request::Request,
};

const ROUTE: &str = "POST /api/detection_engine/signals/status";
const PATH: &[&str] = &["api", "detection_engine", "signals", "status"];

impl Space {
    /// Sets where alerts stand. No case follows.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::AlertStatus;
    ///
    /// let done = space.set_alert_status(&["a1b2".parse()?], &AlertStatus::Closed).await?;
    /// println!("{} closed", done.updated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not write alerts here. Once more is harmless, but overwrites what
    /// somebody else set meanwhile.
    pub async fn set_alert_status(
        &self,
        alerts: &[AlertId],
        status: &AlertStatus,
    ) -> Result<UpdatedAlerts, Error> {
        check::some("signal_ids", alerts, check::SEARCHED_ALERTS)?;
        let body = json!({"signal_ids": alerts, "status": status});
        self.fetch(Request::post(ROUTE, PATH, body)).await
    }

    /// Sets where all alerts stand that a query finds, however many they are. Those that change at the same moment are left
    /// alone and counted.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{AlertQuery, AlertStatus};
    ///
    /// let noisy = AlertQuery::is("kibana.alert.rule.uuid", "r-1");
    /// space.set_status_of_found_alerts(&noisy, &AlertStatus::Closed).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::set_alert_status`].
    pub async fn set_status_of_found_alerts(
        &self,
        query: &AlertQuery,
        status: &AlertStatus,
    ) -> Result<UpdatedAlerts, Error> {
        let body = json!({"query": query.to_json(), "status": status, "conflicts": "proceed"});
        self.fetch(Request::post(ROUTE, PATH, body)).await
    }
}
