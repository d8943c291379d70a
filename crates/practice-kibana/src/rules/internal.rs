//! Bodies and queries of the routes for Kibana's own use (`kibana-cases-api.md` §3.19).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    FindCases, Page, SortOrder, UserActionType,
    attachment::read_attachment,
    check::{Check, too_many},
    file::read_id_list,
    find::{CASE_PARAMETERS, optional, optional_text, read_find_cases_from, read_page},
};
use crate::{error::ApiError, query::Query, server::Profile};

const CASES: usize = 1000;
const ATTACHMENTS: usize = 100;
const PROFILES: u64 = 10;

/// What `POST …/_search` asks for beyond `_find`: values of custom fields by key.
pub(crate) type CustomFieldFilter = Vec<(String, Vec<Value>)>;

/// What the internal list of user actions asks for.
pub(crate) struct FindUserActions {
    pub(crate) types: Vec<UserActionType>,
    pub(crate) authors: Vec<String>,
    pub(crate) search: Option<String>,
    pub(crate) order: SortOrder,
    pub(crate) page: Page,
}

/// What `POST …/_suggest_user_profiles` asks for.
pub(crate) struct SuggestProfiles {
    pub(crate) name: String,
    pub(crate) owners: Vec<String>,
    pub(crate) size: usize,
}

/// Reads the body of `POST /internal/cases/_bulk_get`.
pub(crate) fn read_case_ids(body: &Value) -> Result<Vec<String>, ApiError> {
    read_id_list(body, CASES)
}

/// Reads the body of `POST …/attachments/_bulk_get`.
pub(crate) fn read_attachment_ids(body: &Value) -> Result<Vec<String>, ApiError> {
    read_id_list(body, ATTACHMENTS)
}

/// Reads the body of `POST …/attachments/_bulk_create`.
pub(crate) fn read_attachments(body: &Value) -> Result<Vec<Map<String, Value>>, ApiError> {
    let Value::Array(bodies) = body else {
        return Err(ApiError::invalid(format!(
            "Invalid value \"{body}\" supplied to \"\""
        )));
    };
    if bodies.len() > ATTACHMENTS {
        return Err(ApiError::invalid(too_many("attachments", ATTACHMENTS)));
    }
    bodies.iter().map(read_attachment).collect()
}

/// Reads the body of `POST /internal/cases/_search`.
pub(crate) fn read_search_cases(
    body: &Value,
    profile: Profile,
    now: Timestamp,
) -> Result<(FindCases, CustomFieldFilter), ApiError> {
    let keys: Vec<&str> = CASE_PARAMETERS
        .iter()
        .chain(&["customFields"])
        .copied()
        .collect();
    let find = read_find_cases_from(body, &keys, profile, now)?;
    let filter = match body.get("customFields") {
        None => return Ok((find, Vec::new())),
        Some(Value::Object(filter)) => filter,
        Some(other) => {
            return Err(ApiError::invalid(format!(
                "Invalid value \"{other}\" supplied to \"customFields\""
            )));
        }
    };
    if find.filter.owner.len() != 1 {
        return Err(ApiError::invalid(
            "Owner must be provided. Multiple owners are not supported.",
        ));
    }
    let values = |(key, values): (&String, &Value)| match values {
        Value::Array(values) => Ok((key.clone(), values.clone())),
        other => Err(ApiError::invalid(format!(
            "Invalid value \"{other}\" supplied to \"customFields,{key}\""
        ))),
    };
    let filter = filter.iter().map(values).collect::<Result<_, _>>()?;
    Ok((find, filter))
}

/// Reads the query of `GET /internal/cases/{id}/user_actions/_find`.
pub(crate) fn read_find_user_actions_within(query: &Query) -> Result<FindUserActions, ApiError> {
    let query = query.to_value();
    let check = Check::default();
    let fields = check.root(
        &query,
        &["types", "authors", "search", "page", "perPage", "sortOrder"],
    );
    let find = FindUserActions {
        types: fields.choices("types"),
        authors: fields.one_or_many("authors"),
        search: optional_text(&fields, "search").filter(|text| !text.trim().is_empty()),
        order: optional(&fields, "sortOrder", SortOrder::Ascending),
        page: read_page(&fields),
    };
    check.finish()?;
    Ok(find)
}

/// Reads the body of `POST /internal/cases/_suggest_user_profiles`.
pub(crate) fn read_suggest_profiles(body: &Value) -> Result<SuggestProfiles, ApiError> {
    let check = Check::default();
    let fields = check.root(body, &["name", "owners", "size"]);
    let size = fields.number("size", PROFILES);
    if size < 1 {
        fields.add("The size field cannot be less than 1.".to_owned());
    }
    if size > PROFILES {
        fields.add(format!("The size field cannot be more than {PROFILES}."));
    }
    let suggest = SuggestProfiles {
        name: fields.string("name"),
        owners: fields.strings("owners"),
        size: usize::try_from(size).unwrap_or(usize::MAX),
    };
    check.finish()?;
    Ok(suggest)
}

/// Reads the body of `POST /internal/security/user_profile/_bulk_get`.
pub(crate) fn read_profile_uids(body: &Value) -> Result<Vec<String>, ApiError> {
    let check = Check::default();
    let fields = check.root(body, &["uids", "dataPath"]);
    let uids = fields.strings("uids");
    check.finish()?;
    Ok(uids)
}
