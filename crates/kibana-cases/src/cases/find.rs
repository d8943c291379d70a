use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    lenient::{Unreadable, read_each},
    model::{Case, CaseSeverity, CaseStatus, Owner, StatusCounts},
    request::Request,
};

/// What to find, and in which order. Different conditions must all hold; of several values of one, any. Sort field and
/// order are always sent: Kibana's real defaults are not the documented ones (§8, quirk 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindCases {
    /// Words in title and description: whole words, with the operators `+ | - " * ~` and parentheses. A case's id finds it.
    pub search: Option<String>,
    /// Where to search; Kibana's own choice if empty, which may be more than these.
    pub search_fields: Vec<SearchField>,
    /// How words without an operator between them combine.
    pub default_search_operator: SearchOperator,
    /// Exact tags, at most 100.
    pub tags: Vec<String>,
    /// Where they stand.
    pub status: Vec<CaseStatus>,
    /// How bad they are.
    pub severity: Vec<CaseSeverity>,
    /// Profile uids, at most 100; `none` means nobody. Needs a Platinum licence.
    pub assignees: Vec<String>,
    /// User names or profile uids of those who created them, at most 100.
    pub reporters: Vec<String>,
    /// Exact categories, at most 100.
    pub category: Vec<String>,
    /// The Kibana applications that own them; all that the key may read if empty.
    pub owner: Vec<Owner>,
    /// Created then or later: a time in RFC 3339, or Elasticsearch's date math (`now-7d`).
    pub from: Option<String>,
    /// Created then or earlier.
    pub to: Option<String>,
    /// What to sort by; cases without a value come last in both orders.
    pub sort_field: SortField,
    /// Newest or largest first.
    pub descending: bool,
    /// From 1; `page * per_page` is at most 10,000.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

/// What cases are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortField {
    /// When they were created.
    CreatedAt,
    /// When they were last changed; cases never changed come last.
    UpdatedAt,
    /// When they were closed; others come last.
    ClosedAt,
    /// The title, byte by byte: capital letters first.
    Title,
    /// The category; cases without one come last.
    Category,
    /// Open, in progress, closed.
    Status,
    /// Low to critical.
    Severity,
}

/// Where to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchField {
    /// The title.
    Title,
    /// The description.
    Description,
    /// The number of the case; 9.1 and later.
    IncrementalId,
}

/// How words combine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SearchOperator {
    /// Any of them.
    #[default]
    Or,
    /// All of them.
    And,
}

/// One page of cases.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CasePage {
    /// Those that could be read.
    pub cases: Vec<Case>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
    /// Cases that match, on all pages.
    pub total: u32,
    /// Cases by where they stand. Neither `status` nor `search` is applied to these numbers (§8, quirk 14).
    pub counts: StatusCounts,
}

#[derive(Deserialize)]
pub(super) struct Body {
    cases: Vec<Value>,
    total: u32,
    #[serde(flatten)]
    counts: StatusCounts,
}

impl From<Body> for CasePage {
    fn from(body: Body) -> Self {
        let (cases, unreadable) = read_each(body.cases);
        Self {
            cases,
            unreadable,
            total: body.total,
            counts: body.counts,
        }
    }
}

impl Default for FindCases {
    /// Every case, 100 a page, the last changed first.
    fn default() -> Self {
        Self {
            search: None,
            search_fields: Vec::new(),
            default_search_operator: SearchOperator::Or,
            tags: Vec::new(),
            status: Vec::new(),
            severity: Vec::new(),
            assignees: Vec::new(),
            reporters: Vec::new(),
            category: Vec::new(),
            owner: Vec::new(),
            from: None,
            to: None,
            sort_field: SortField::UpdatedAt,
            descending: true,
            page: 1,
            per_page: 100,
        }
    }
}

impl SortField {
    fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::ClosedAt => "closedAt",
            Self::Title => "title",
            Self::Category => "category",
            Self::Status => "status",
            Self::Severity => "severity",
        }
    }
}

impl SearchField {
    fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::IncrementalId => "incremental_id.text",
        }
    }
}

impl SearchOperator {
    fn as_str(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
        }
    }
}

/// What is asked, by Kibana's names; a list is left out where it is empty.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    search_fields: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_search_operator: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    severity: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assignees: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reporters: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    category: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    owner: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    sort_field: &'static str,
    sort_order: &'static str,
    page: u32,
    per_page: u32,
}

impl FindCases {
    /// Whether it is within every limit that can be known before asking. [`Space::find_cases`] checks the same.
    ///
    /// # Errors
    /// The first limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        for (field, values) in [
            ("tags", &self.tags),
            ("assignees", &self.assignees),
            ("reporters", &self.reporters),
            ("category", &self.category),
        ] {
            check::at_most(field, values, check::FILTER_VALUES)?;
        }
        check::page(self.page, self.per_page)
    }

    pub(super) fn parameters(&self) -> Parameters<'_> {
        let search = self
            .search
            .as_deref()
            .filter(|text| !text.trim().is_empty());
        Parameters {
            search,
            search_fields: self
                .search_fields
                .iter()
                .map(|field| field.as_str())
                .collect(),
            default_search_operator: search.map(|_| self.default_search_operator.as_str()),
            tags: texts(&self.tags),
            status: texts(&self.status),
            severity: texts(&self.severity),
            assignees: texts(&self.assignees),
            reporters: texts(&self.reporters),
            category: texts(&self.category),
            owner: texts(&self.owner),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            sort_field: self.sort_field.as_str(),
            sort_order: if self.descending { "desc" } else { "asc" },
            page: self.page,
            per_page: self.per_page,
        }
    }

    pub(super) fn request(&self) -> Request {
        let asked = self.parameters();
        Request::get("GET /api/cases/_find", &["api", "cases", "_find"])
            .queries("search", asked.search)
            .queries("searchFields", asked.search_fields)
            .queries("defaultSearchOperator", asked.default_search_operator)
            .queries("tags", asked.tags)
            .queries("status", asked.status)
            .queries("severity", asked.severity)
            .queries("assignees", asked.assignees)
            .queries("reporters", asked.reporters)
            .queries("category", asked.category)
            .queries("owner", asked.owner)
            .queries("from", asked.from)
            .queries("to", asked.to)
            .query("sortField", asked.sort_field)
            .query("sortOrder", asked.sort_order)
            .query("page", asked.page.to_string())
            .query("perPage", asked.per_page.to_string())
    }
}

/// Those with something in them: an empty text is no condition to Kibana, but would be one to people.
fn texts<T: AsRef<str>>(values: &[T]) -> Vec<&str> {
    let texts = values.iter().map(AsRef::as_ref);
    texts.filter(|text| !text.is_empty()).collect()
}

impl Space {
    /// Finds cases of every owner that the key may read. For more than 10,000 take [`Space::all_cases`].
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{CaseSeverity, CaseStatus, FindCases};
    ///
    /// let page = space
    ///     .find_cases(&FindCases {
    ///         status: vec![CaseStatus::Open, CaseStatus::InProgress],
    ///         severity: vec![CaseSeverity::Critical],
    ///         from: Some("now-7d".to_owned()),
    ///         ..FindCases::default()
    ///     })
    ///     .await?;
    /// println!("{} of {}", page.cases.len(), page.total);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no owner's cases here, `is_not_found()` if there is no such space;
    /// [`Error::Input`] if it passes a limit of Kibana.
    pub async fn find_cases(&self, find: &FindCases) -> Result<CasePage, Error> {
        find.check()?;
        self.page_of_cases(find.request()).await
    }

    pub(super) async fn page_of_cases(&self, request: Request) -> Result<CasePage, Error> {
        self.fetch::<Body>(request).await.map(CasePage::from)
    }
}
