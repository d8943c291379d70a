use serde::Serialize;
use serde_json::json;

use crate::{
    client::Space,
    error::Error,
    id::{CaseId, Version},
    model::{Case, CaseStatus},
    request::Request,
};

/// A change of one case. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateCase {
    /// The case.
    pub id: CaseId,
    /// The version that the change was made on; another one on the server is a conflict.
    pub version: Version,
    /// Where the case is to stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CaseStatus>,
}

impl Space {
    /// Changes 1 to 100 cases, all or none. Answers with those that really changed, which may be fewer.
    ///
    /// # Errors
    /// [`Error::Api`] with `is_version_conflict()` if one of them changed since its version was read; status 406 if
    /// nothing would change at all.
    pub async fn update_cases(&self, cases: &[UpdateCase]) -> Result<Vec<Case>, Error> {
        self.fetch(Request::patch(
            "PATCH /api/cases",
            &["api", "cases"],
            json!({ "cases": cases }),
        ))
        .await
    }
}
