use serde::Serialize;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    model::{Assignee, Case, CaseConnector, CaseSeverity, CustomField, Owner, Settings},
    request::{Request, body},
};

/// What a new case is made of. [`NewCase::new`] gives all but the texts the values that Kibana's own pages propose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewCase {
    /// 1 to 160 UTF-16 units after trimming.
    pub title: String,
    /// Markdown, 1 to 30,000 UTF-16 units after trimming.
    pub description: String,
    /// At most 200 of 256 UTF-16 units each.
    pub tags: Vec<String>,
    /// How bad it is.
    pub severity: CaseSeverity,
    /// The Kibana application that is to own it.
    pub owner: Owner,
    /// Where a push would go.
    pub connector: CaseConnector,
    /// Settings of the case.
    pub settings: Settings,
    /// At most 10, by profile uid; needs a Platinum licence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Assignee>,
    /// 1 to 50 UTF-16 units after trimming.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Values of configured fields; Kibana fills in what is left out.
    #[serde(rename = "customFields", skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomField>,
}

impl NewCase {
    /// A case of Elastic Security, of low severity, without connector, whose alerts follow it.
    pub fn new(title: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: description.into(),
            tags: Vec::new(),
            severity: CaseSeverity::Low,
            owner: Owner::SecuritySolution,
            connector: CaseConnector::default(),
            settings: Settings::default(),
            assignees: Vec::new(),
            category: None,
            custom_fields: Vec::new(),
        }
    }

    /// Whether it is within every limit that can be known before asking. [`Space::create_case`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check::text("title", &self.title, check::TITLE)?;
        check::text("description", &self.description, check::DESCRIPTION)?;
        check::tags(&self.tags)?;
        check::assignees(&self.assignees)?;
        if let Some(category) = &self.category {
            check::text("category", category, check::CATEGORY)?;
        }
        check::custom_fields(&self.custom_fields)
    }
}

impl Space {
    /// Creates a case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{CaseSeverity, NewCase};
    ///
    /// let case = NewCase {
    ///     tags: vec!["triage".to_owned()],
    ///     severity: CaseSeverity::High,
    ///     ..NewCase::new("Odd PowerShell on WS-17", "Seen by **rule 12**")
    /// };
    /// let created = space.create_case(&case).await?;
    /// println!("{}", created.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Any that [`Error::may_have_worked`] names can have created it; consider reading the newest cases before repeating.
    /// [`Error::Input`] if it passes a limit of Kibana; [`Error::Api`] with `is_forbidden()` if the key may not create cases of
    /// this owner, or the licence knows no assignees.
    pub async fn create_case(&self, case: &NewCase) -> Result<Case, Error> {
        case.check()?;
        let request = Request::post("POST /api/cases", &["api", "cases"], body(case));
        self.fetch(request).await
    }
}
