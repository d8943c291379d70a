//! Comments and alert attachments of a case.

use serde_json::{Value, json};

use crate::{
    client::Space,
    error::Error,
    id::CaseId,
    lenient::read_each,
    model::{AttachedAlert, Attachments, Case, Rule},
    request::Request,
};

const POST: &str = "POST /api/cases/{case}/comments";

/// Alerts of one rule that are to be attached together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlerts {
    /// Ids and indices, in pairs.
    pub alerts: Vec<AttachedAlert>,
    /// The rule that raised them, from their documents.
    pub rule: Rule,
}

impl Space {
    /// Every attachment of a case, oldest first, in one answer.
    ///
    /// The route is deprecated, and on 9.x still the only public one that tells every kind (§3.10).
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn attachments(&self, case: &CaseId) -> Result<Attachments, Error> {
        let request = Request::get(
            "GET /api/cases/{case}/comments",
            &["api", "cases", case.as_str(), "comments"],
        );
        let (attachments, unreadable) = read_each(self.fetch::<Vec<Value>>(request).await?);
        Ok(Attachments {
            attachments,
            unreadable,
        })
    }

    /// Adds a comment. `owner` must be the case's. The text is kept as it is, not trimmed.
    ///
    /// The case in the answer counts every attachment as a comment: read it again rather than keep it.
    ///
    /// # Errors
    /// Any that [`Error::may_have_worked`] names can have added it; consider reading the attachments before repeating.
    pub async fn add_comment(&self, case: &CaseId, owner: &str, text: &str) -> Result<Case, Error> {
        let body = json!({"type": "user", "comment": text, "owner": owner});
        self.fetch(Request::post(
            POST,
            &["api", "cases", case.as_str(), "comments"],
            body,
        ))
        .await
    }

    /// Attaches alerts. Those that the case already has are left out by Kibana without a word; ids of alerts that do not exist are taken.
    ///
    /// # Errors
    /// Even a refusal can come after the attachment was stored (§8, quirk 21): read [`Space::case_alerts`] after any error.
    pub async fn attach_alerts(
        &self,
        case: &CaseId,
        owner: &str,
        new: &NewAlerts,
    ) -> Result<Case, Error> {
        let ids: Vec<_> = new.alerts.iter().map(|alert| &alert.id).collect();
        let indices: Vec<_> = new.alerts.iter().map(|alert| &alert.index).collect();
        let body = json!({"type": "alert", "alertId": ids, "index": indices, "rule": new.rule, "owner": owner});
        self.fetch(Request::post(
            POST,
            &["api", "cases", case.as_str(), "comments"],
            body,
        ))
        .await
    }
}
