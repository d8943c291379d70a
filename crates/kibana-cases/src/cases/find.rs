use serde::Deserialize;
use serde_json::Value;

use crate::{
    client::Space,
    error::Error,
    lenient::{Unreadable, read_each},
    model::Case,
    request::Request,
};

/// What to find, and in which order. Sort field and order are always sent: Kibana's real defaults are not the documented ones (§8, quirk 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindCases {
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
}

/// One page of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct CasePage {
    /// Those that could be read.
    pub cases: Vec<Case>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
    /// Cases that match, on all pages.
    pub total: u32,
}

#[derive(Deserialize)]
struct Body {
    cases: Vec<Value>,
    total: u32,
}

impl Default for FindCases {
    fn default() -> Self {
        Self {
            sort_field: SortField::UpdatedAt,
            descending: true,
            page: 1,
            per_page: 100,
        }
    }
}

impl FindCases {
    pub(super) fn request(&self) -> Request {
        let sort_field = match self.sort_field {
            SortField::CreatedAt => "createdAt",
            SortField::UpdatedAt => "updatedAt",
        };
        Request::get("GET /api/cases/_find", &["api", "cases", "_find"])
            .query("sortField", sort_field)
            .query("sortOrder", if self.descending { "desc" } else { "asc" })
            .query("page", self.page.to_string())
            .query("perPage", self.per_page.to_string())
    }
}

impl Space {
    /// Finds cases of every owner that the key may read. For more than 10,000 take [`Space::all_cases`].
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may read no owner's cases here, `is_not_found()` if there is no such space.
    pub async fn find_cases(&self, find: &FindCases) -> Result<CasePage, Error> {
        self.page_of_cases(find.request()).await
    }

    pub(super) async fn page_of_cases(&self, request: Request) -> Result<CasePage, Error> {
        let body: Body = self.fetch(request).await?;
        let (cases, unreadable) = read_each(body.cases);
        Ok(CasePage {
            cases,
            unreadable,
            total: body.total,
        })
    }
}
