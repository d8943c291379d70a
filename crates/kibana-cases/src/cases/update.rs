use serde::Serialize;
use serde_json::json;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    id::{CaseId, Version},
    lenient::List,
    model::{Assignee, Case, CaseConnector, CaseSeverity, CaseStatus, CustomField, Settings},
    request::Request,
};

/// A change of one case. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UpdateCase {
    /// The case.
    pub id: CaseId,
    /// The version that the change was made on; another one on the server is a conflict.
    pub version: Version,
    /// 1 to 160 UTF-16 units after trimming.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Markdown, 1 to 30,000 UTF-16 units after trimming.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All tags that it is to have, at most 200 of 256 UTF-16 units each. Their order is no change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Where the case is to stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CaseStatus>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<CaseSeverity>,
    /// Everybody it is to be assigned to, at most 10; needs a Platinum licence, even for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignees: Option<Vec<Assignee>>,
    /// 1 to 50 UTF-16 units after trimming; `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Option<String>>,
    /// Where a push would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<CaseConnector>,
    /// Values of configured fields; those left out go back to their default.
    #[serde(rename = "customFields", skip_serializing_if = "Option::is_none")]
    pub custom_fields: Option<Vec<CustomField>>,
    /// Settings of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
}

impl UpdateCase {
    /// A change of nothing, to be filled.
    pub fn new(id: CaseId, version: Version) -> Self {
        Self {
            id,
            version,
            title: None,
            description: None,
            tags: None,
            status: None,
            severity: None,
            assignees: None,
            category: None,
            connector: None,
            custom_fields: None,
            settings: None,
        }
    }

    /// Whether it is within every limit that can be known before asking. [`Space::update_cases`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        if let Some(title) = &self.title {
            check::text("title", title, check::TITLE)?;
        }
        if let Some(description) = &self.description {
            check::text("description", description, check::DESCRIPTION)?;
        }
        check::tags(self.tags.as_deref().unwrap_or_default())?;
        check::assignees(self.assignees.as_deref().unwrap_or_default())?;
        if let Some(Some(category)) = &self.category {
            check::text("category", category, check::CATEGORY)?;
        }
        check::custom_fields(self.custom_fields.as_deref().unwrap_or_default())
    }
}

impl Space {
    /// Changes 1 to 100 cases, all or none. Answers with those that really changed, which may be fewer.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{CaseStatus, UpdateCase};
    ///
    /// let update = UpdateCase {
    ///     status: Some(CaseStatus::Closed),
    ///     ..UpdateCase::new(case.id, case.version)
    /// };
    /// match space.update_cases(&[update]).await {
    ///     Err(error) if error.is_version_conflict() => println!("somebody was faster: read it again"),
    ///     changed => println!("{} changed", changed?.items.len()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_version_conflict()` if one of them changed since its version was read: read it again, and apply
    /// the change to what is there now; with `is_unchanged()` if nothing would change at all. [`Error::Input`] if there are too
    /// many of them, the same one twice, or one passes a limit of Kibana. After any that [`Error::may_have_worked`] names read
    /// the cases: the version tells whether it worked.
    pub async fn update_cases(&self, cases: &[UpdateCase]) -> Result<List<Case>, Error> {
        check::some("cases", cases, check::UPDATED_CASES)?;
        check::not_twice("cases", cases.iter().map(|case| &case.id))?;
        cases.iter().try_for_each(UpdateCase::check)?;
        self.fetch(Request::patch(
            "PATCH /api/cases",
            &["api", "cases"],
            json!({ "cases": cases }),
        ))
        .await
    }
}
