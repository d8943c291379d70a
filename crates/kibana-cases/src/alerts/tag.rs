use serde_json::json;

use crate::{
    check, client::Space, error::Error, id::AlertId, model::UpdatedAlerts, request::Request,
};

impl Space {
    /// Adds tags to alerts and takes others away. The order of those that stay is kept.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// space.tag_alerts(&["a1b2".parse()?], &["noise".to_owned()], &[]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with status 400 if a tag is to be added and taken away, with `is_forbidden()` if the key may not write
    /// alerts here. Once more is harmless.
    pub async fn tag_alerts(
        &self,
        alerts: &[AlertId],
        add: &[String],
        remove: &[String],
    ) -> Result<UpdatedAlerts, Error> {
        check::some("ids", alerts, check::SEARCHED_ALERTS)?;
        let tags = json!({"tags_to_add": add, "tags_to_remove": remove});
        self.fetch(Request::post(
            "POST /api/detection_engine/signals/tags",
            &["api", "detection_engine", "signals", "tags"],
            json!({"ids": alerts, "tags": tags}),
        ))
        .await
    }
}
