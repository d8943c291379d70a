use serde_json::json;

use crate::{
    check, client::Space, error::Error, id::AlertId, model::UpdatedAlerts, request::Request,
};

impl Space {
    /// Assigns alerts to persons and takes them from others, by profile uid.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// space.assign_alerts(&["a1b2".parse()?], &["u_abc_0".to_owned()], &[]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with status 400 if a person is to be added and taken away, with `is_forbidden()` if the key may not write
    /// alerts here. Once more is harmless.
    pub async fn assign_alerts(
        &self,
        alerts: &[AlertId],
        add: &[String],
        remove: &[String],
    ) -> Result<UpdatedAlerts, Error> {
        check::some("ids", alerts, check::SEARCHED_ALERTS)?;
        let assignees = json!({"add": add, "remove": remove});
        self.fetch(Request::post(
            "POST /api/detection_engine/signals/assignees",
            &["api", "detection_engine", "signals", "assignees"],
            json!({"ids": alerts, "assignees": assignees}),
        ))
        .await
    }
}
