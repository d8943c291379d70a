use serde::Deserialize;
use serde_json::json;

use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    lenient::{List, OtherFields},
    model::Case,
    request::Request,
};

/// Cases that were asked for by id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CasesById {
    /// Those that are there.
    pub cases: List<Case>,
    /// Those that are not, or may not be read.
    #[serde(default)]
    pub errors: Vec<CaseNotGot>,
}

/// Why a case was not answered with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CaseNotGot {
    /// Which case.
    #[serde(rename = "caseId")]
    pub case: CaseId,
    /// 404 if it is not in this space, 403 if the key may not read it.
    pub status: u16,
    /// Kibana's words.
    #[serde(default)]
    pub message: String,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl Space {
    /// Reads 1 to 1,000 cases at once. An internal route: consider [`Space::case`] for each if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, ids: Vec<kibana_cases::CaseId>) -> Result<(), kibana_cases::Error> {
    /// let read = space.cases_by_id(&ids).await?;
    /// for gone in read.errors.iter().filter(|error| error.status == 404) {
    ///     println!("{} is gone", gone.case);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] for none or too many. What concerns single cases stands in [`CasesById::errors`].
    pub async fn cases_by_id(&self, cases: &[CaseId]) -> Result<CasesById, Error> {
        check::some("ids", cases, check::BULK_CASES)?;
        let path = ["internal", "cases", "_bulk_get"];
        let request = Request::post(
            "POST /internal/cases/_bulk_get",
            &path,
            json!({ "ids": cases }),
        );
        self.fetch(request.harmless()).await
    }
}
