//! Query strings of the lists.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Severity, SortField, SortOrder, Status, UserActionType,
    check::{Check, Fields, too_few, too_many},
    schema::{Object, read_flag},
    words::Operator,
};
use crate::{
    error::ApiError,
    query::Query,
    search::{Search, SearchField},
    server::Profile,
    time::{self, Bound},
};

const PER_PAGE: u64 = 20;
const MAX_PER_PAGE: u64 = 100;
const MAX_DOCUMENTS: u64 = 10_000;
const MAX_FILTER_VALUES: usize = 100;
const MAX_IDS: usize = 100;
const QUERY: &str = "request query";

/// What `_find` knows.
pub(super) const CASE_PARAMETERS: [&str; 16] = [
    "tags",
    "status",
    "severity",
    "assignees",
    "reporters",
    "category",
    "owner",
    "search",
    "searchFields",
    "defaultSearchOperator",
    "from",
    "to",
    "page",
    "perPage",
    "sortField",
    "sortOrder",
];

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// Counts from 1.
    pub(crate) page: u64,
    pub(crate) per_page: u64,
}

impl Page {
    /// Cuts the page out of the whole list.
    pub(crate) fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let per_page = usize::try_from(self.per_page).unwrap_or(usize::MAX);
        let skipped = usize::try_from(self.page.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .saturating_mul(per_page);
        all.into_iter().skip(skipped).take(per_page).collect()
    }
}

/// What GET /api/cases/_find asks for.
pub(crate) struct FindCases {
    pub(crate) filter: CaseFilter,
    pub(crate) status: Vec<Status>,
    pub(crate) search: Option<Search>,
    pub(crate) sort: CaseSort,
    pub(crate) page: Page,
}

/// The conditions that the counts by status obey, too. An empty list is no condition.
pub(crate) struct CaseFilter {
    pub(crate) tags: Vec<String>,
    pub(crate) severity: Vec<Severity>,
    pub(crate) assignees: Vec<String>,
    pub(crate) reporters: Vec<String>,
    pub(crate) category: Vec<String>,
    pub(crate) owner: Vec<String>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
}

/// The order of a list of cases.
pub(crate) struct CaseSort {
    pub(crate) field: SortField,
    pub(crate) order: SortOrder,
}

/// Reads the query of `GET /api/cases/_find`.
pub(crate) fn read_find_cases(
    query: &Query,
    profile: Profile,
    now: Timestamp,
) -> Result<FindCases, ApiError> {
    read_find_cases_from(&query.to_value(), &CASE_PARAMETERS, profile, now)
}

/// Reads the same from a body or query that may have these keys.
pub(super) fn read_find_cases_from(
    query: &Value,
    keys: &[&str],
    profile: Profile,
    now: Timestamp,
) -> Result<FindCases, ApiError> {
    let check = Check::default();
    let fields = check.root(query, keys);
    let limited = |key: &str| {
        let values = fields.one_or_many(key);
        fields.at_most(key, values.len(), MAX_FILTER_VALUES);
        without_empty(values)
    };
    let filter = CaseFilter {
        tags: limited("tags"),
        severity: fields.choices("severity"),
        assignees: limited("assignees"),
        reporters: limited("reporters"),
        category: limited("category"),
        owner: without_empty(fields.one_or_many("owner")),
        from: None,
        to: None,
    };
    let status = fields.choices("status");
    let search_fields = read_search_fields(&fields, profile);
    let operator = optional(&fields, "defaultSearchOperator", Operator::Or);
    let search = optional_text(&fields, "search").filter(|search| !search.trim().is_empty());
    let sort = CaseSort {
        field: optional(&fields, "sortField", SortField::CreatedAt),
        order: optional(&fields, "sortOrder", SortOrder::Ascending),
    };
    let (from, to) = (optional_text(&fields, "from"), optional_text(&fields, "to"));
    let page = read_page(&fields);
    check.finish()?;
    let bound = |text: Option<String>, bound: Bound| {
        text.map(|text| {
            time::read(&text, now, bound)
                .ok_or_else(|| ApiError::invalid("Invalid \"from\" and/or \"to\" query parameters"))
        })
        .transpose()
    };
    Ok(FindCases {
        filter: CaseFilter {
            from: bound(from, Bound::Lower)?,
            to: bound(to, Bound::Upper)?,
            ..filter
        },
        status,
        search: search.map(|text| Search::new(&text, operator == Operator::And, search_fields)),
        sort,
        page,
    })
}

/// Reads the query of `GET …/comments/_find`.
pub(crate) fn read_find_comments(query: &Query) -> Result<(SortOrder, Page), ApiError> {
    let query = query.to_value();
    let check = Check::default();
    let fields = check.root(&query, &["page", "perPage", "sortOrder"]);
    let order = optional(&fields, "sortOrder", SortOrder::Ascending);
    let page = read_page(&fields);
    check.finish()?;
    Ok((order, page))
}

/// Reads the query of `GET …/user_actions/_find`.
pub(crate) fn read_find_user_actions(
    query: &Query,
) -> Result<(Vec<UserActionType>, SortOrder, Page), ApiError> {
    let query = query.to_value();
    let check = Check::default();
    let fields = check.root(&query, &["types", "page", "perPage", "sortOrder"]);
    let types = fields.choices("types");
    let order = optional(&fields, "sortOrder", SortOrder::Ascending);
    let page = read_page(&fields);
    check.finish()?;
    Ok((types, order, page))
}

/// Reads a body that only takes `page` and `perPage`.
pub(crate) fn read_page_body(body: &Value) -> Result<Page, ApiError> {
    let check = Check::default();
    let page = read_page(&check.root(body, &["page", "perPage"]));
    check.finish()?;
    Ok(page)
}

/// Reads a query that only takes `owner`.
pub(crate) fn read_owners(query: &Query) -> Result<Vec<String>, ApiError> {
    let query = query.to_value();
    let check = Check::default();
    let owners = check.root(&query, &["owner"]).one_or_many("owner");
    check.finish()?;
    Ok(without_empty(owners))
}

/// Reads `includeComments` of 8.x, which is true by default.
pub(crate) fn read_include_comments(query: &Query) -> Result<bool, ApiError> {
    let value = query.to_value();
    let flag = read_flag(&Object::read(QUERY, &value)?, "includeComments")?;
    refuse_others(query, "includeComments")?;
    Ok(flag.unwrap_or(true))
}

/// Refuses parameters beside the only one there is.
fn refuse_others(query: &Query, only: &str) -> Result<(), ApiError> {
    Object::read(QUERY, &query.to_value())?.finish(&[only])
}

/// Reads the ids of DELETE /api/cases: one JSON array, or the key repeated.
pub(crate) fn read_ids(query: &Query) -> Result<Vec<String>, ApiError> {
    let ids: Vec<String> = match query.all("ids").as_slice() {
        [] => {
            return Err(ApiError::invalid(
                "[request query.ids]: expected value of type [array] but got [undefined]",
            ));
        }
        [text] => serde_json::from_str(text).map_err(|_| {
            ApiError::invalid("[request query.ids]: could not parse array value from json input")
        })?,
        repeated => repeated.iter().map(|&id| id.to_owned()).collect(),
    };
    refuse_others(query, "ids")?;
    if ids.is_empty() {
        return Err(ApiError::invalid(too_few("ids")));
    }
    if ids.len() > MAX_IDS {
        return Err(ApiError::invalid(too_many("ids", MAX_IDS)));
    }
    if ids.iter().any(String::is_empty) {
        return Err(ApiError::invalid("string must have length >= 1"));
    }
    Ok(ids)
}

pub(super) fn read_page(fields: &Fields<'_>) -> Page {
    let page = fields.number("page", 1);
    let per_page = fields.number("perPage", PER_PAGE);
    if per_page > MAX_PER_PAGE {
        fields.add(format!(
            "The provided perPage value is too high. The maximum allowed perPage value is {MAX_PER_PAGE}."
        ));
    }
    if page.saturating_mul(per_page) > MAX_DOCUMENTS || page > MAX_DOCUMENTS {
        fields.add(format!(
            "The number of documents is too high. Paginating through more than {MAX_DOCUMENTS} documents is not possible."
        ));
    }
    Page { page, per_page }
}

fn read_search_fields(fields: &Fields<'_>, profile: Profile) -> Vec<SearchField> {
    let read = |name: &String| {
        let field = match (name.as_str(), profile) {
            ("title", _) => Some(SearchField::Title),
            ("description", _) => Some(SearchField::Description),
            ("incremental_id.text", Profile::V9) => Some(SearchField::Number),
            _ => None,
        };
        if field.is_none() {
            fields.wrong("searchFields", Some(&Value::from(name.as_str())));
        }
        field
    };
    let named: Vec<SearchField> = fields
        .one_or_many("searchFields")
        .iter()
        .filter_map(read)
        .collect();
    if named.is_empty() {
        vec![SearchField::Title, SearchField::Description]
    } else {
        named
    }
}

pub(super) fn optional<T: super::Word>(fields: &Fields<'_>, key: &str, default: T) -> T {
    match fields.get(key) {
        None => default,
        Some(_) => fields.choice(key).unwrap_or(default),
    }
}

pub(super) fn optional_text(fields: &Fields<'_>, key: &str) -> Option<String> {
    fields.get(key).map(|_| fields.string(key))
}

fn without_empty(mut values: Vec<String>) -> Vec<String> {
    values.retain(|value| !value.is_empty());
    values
}
