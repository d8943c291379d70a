use std::collections::BTreeMap;

use serde_json::Value;

use super::find::{CasePage, FindCases};
use crate::{
    check::InvalidInput,
    client::Space,
    error::Error,
    id::CustomFieldKey,
    request::{Request, body},
};

/// As [`FindCases`], and by values of custom fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchCases {
    /// The other conditions. With custom fields it must name exactly one owner.
    pub find: FindCases,
    /// For each field, any of these values.
    pub custom_fields: BTreeMap<CustomFieldKey, Vec<Value>>,
}

impl SearchCases {
    /// Whether it is within every limit that can be known before asking. [`Space::search_cases`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        self.find.check()
    }
}

impl Space {
    /// Finds cases by a body, which may be long, and by values of custom fields. An internal route: consider
    /// [`Space::find_cases`] if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{FindCases, Owner, SearchCases};
    ///
    /// let find = FindCases { owner: vec![Owner::SecuritySolution], ..FindCases::default() };
    /// let custom_fields = [("shift".parse()?, vec!["night".into()])].into();
    /// let page = space.search_cases(&SearchCases { find, custom_fields }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::find_cases`]; [`Error::Api`] with status 400 if custom fields are asked for without exactly one owner.
    pub async fn search_cases(&self, search: &SearchCases) -> Result<CasePage, Error> {
        search.check()?;
        let mut asked = body(&search.find.parameters());
        if !search.custom_fields.is_empty() {
            asked["customFields"] = body(&search.custom_fields);
        }
        let path = ["internal", "cases", "_search"];
        let request = Request::post("POST /internal/cases/_search", &path, asked);
        self.page_of_cases(request.harmless()).await
    }
}
