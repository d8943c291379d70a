use serde_json::json;

use crate::{
    client::Space,
    error::Error,
    model::{Case, CaseSeverity},
    request::Request,
};

/// What a new case is made of. Its owner is Elastic Security, it has no connector and syncs its alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// 1 to 160 UTF-16 units after trimming.
    pub title: String,
    /// Markdown, 1 to 30,000 UTF-16 units after trimming.
    pub description: String,
    /// At most 200 of 256 UTF-16 units each.
    pub tags: Vec<String>,
    /// How bad it is.
    pub severity: CaseSeverity,
}

impl Space {
    /// Creates a case.
    ///
    /// # Errors
    /// Any that [`Error::may_have_worked`] names can have created it; consider reading the newest cases before repeating.
    pub async fn create_case(&self, case: &NewCase) -> Result<Case, Error> {
        let body = json!({
            "title": case.title,
            "description": case.description,
            "tags": case.tags,
            "severity": case.severity,
            "owner": "securitySolution",
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
            "settings": {"syncAlerts": true},
        });
        self.fetch(Request::post("POST /api/cases", &["api", "cases"], body))
            .await
    }
}
