use super::POST;
use crate::{
    attachments::NewAttachment,
    check,
    client::Space,
    error::Error,
    id::CaseId,
    model::{AttachedAlert, Case, Owner, Rule},
    request::Request,
};

/// Alerts of one rule that are to be attached together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlerts {
    /// Ids and indices, in pairs; at most 1,000.
    pub alerts: Vec<AttachedAlert>,
    /// The rule that raised them, from their documents.
    pub rule: Rule,
}

impl Space {
    /// Attaches alerts. Those that the case already has are left out by Kibana without a word; ids of alerts that do not exist are taken.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{AttachedAlert, NewAlerts};
    ///
    /// for hit in space.alerts_by_id(&["a1b2".parse()?]).await? {
    ///     let rule = hit.rule();
    ///     let alerts = vec![AttachedAlert { id: hit.id, index: hit.index }];
    ///     space.attach_alerts(&case.id, &case.owner, &NewAlerts { alerts, rule }).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Even a refusal can come after the attachment was stored (§8, quirk 21): read [`Space::case_alerts`] after any error but
    /// [`Error::Input`], which there is for more than 1,000 alerts. [`crate::ApiError`] tells a closed case, a full one, and an
    /// alert in 10 cases apart.
    pub async fn attach_alerts(
        &self,
        case: &CaseId,
        owner: impl AsRef<str>,
        new: &NewAlerts,
    ) -> Result<Case, Error> {
        check::some("alertId", &new.alerts, check::ALERTS)?;
        let owner = Owner::from(owner.as_ref());
        let body = NewAttachment::Alerts(new.clone()).body(&owner);
        let path = ["api", "cases", case.as_str(), "comments"];
        self.fetch(Request::post(POST, &path, body)).await
    }
}
