//! Cases: create, get, find, change, delete, and the lists made of them.

use std::{cmp::Ordering, collections::BTreeSet};

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{Answer, Call, deprecated, json, no_content};
use crate::{
    auth::Rights,
    error::ApiError,
    rules::{self, CaseFilter, CaseSort, FindCases, OWNERS, SortField, SortOrder, Status},
    search::Searched,
    server::Profile,
    store::{Attachment, Case, Store},
};

/// `POST /api/cases`
pub(super) fn create(call: &Call) -> Answer {
    let rights = call.enter()?;
    let mut new = rules::read_new_case(&call.body)?;
    let mut store = call.app.store();
    let definitions = store.custom_field_definitions(&call.space, &new.owner);
    new.custom_fields = rules::complete(new.custom_fields, definitions)?;
    if rights < Rights::All || !OWNERS.contains(&new.owner.as_str()) {
        return Err(ApiError::unauthorized_owners(
            "create case",
            [new.owner.as_str()],
        ));
    }
    if !new.assignees.is_empty() && !call.app.licence.includes_platinum() {
        return Err(ApiError::needs_platinum("assign users to cases"));
    }
    let case = store.create_case(&call.space, &call.stamp(), new);
    Ok(json(&listed(call, &store, &case)))
}

/// `GET /api/cases/{case_id}`
pub(super) fn get(call: &Call) -> Answer {
    call.enter()?;
    let with_comments = match call.app.profile {
        Profile::V8_18 => rules::read_include_comments(&call.query)?,
        Profile::V9 => false,
    };
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access case", [case.owner.as_str()])?;
    let mut document = case.to_json(call.view(), store.totals(&case.id));
    if with_comments {
        document.insert("comments".into(), all_comments(&store, &case.id));
    } else if call.app.profile == Profile::V8_18 {
        document.insert("comments".into(), json!([]));
    }
    Ok(json(&Value::Object(document)))
}

/// `PATCH /api/cases`
pub(super) fn update(call: &Call) -> Answer {
    call.enter()?;
    let patches = rules::read_patches(&call.body)?;
    let mut store = call.app.store();
    let existing: Vec<&str> = patches
        .iter()
        .filter_map(|patch| store.case(&call.space, &patch.id).ok())
        .map(|case| case.owner.as_str())
        .collect();
    if !existing.is_empty() {
        call.authorize(Rights::All, "update case", existing)?;
    }
    let changed = store.patch_cases(&call.space, &call.stamp(), &patches, call.app.licence)?;
    let answer: Vec<Value> = changed
        .iter()
        .map(|case| listed(call, &store, case))
        .collect();
    Ok(json(&Value::Array(answer)))
}

/// `DELETE /api/cases`
pub(super) fn delete(call: &Call) -> Answer {
    call.enter()?;
    let ids = rules::read_ids(&call.query)?;
    let mut store = call.app.store();
    let owners = ids
        .iter()
        .map(|id| store.case(&call.space, id).map(|case| case.owner.as_str()))
        .collect::<Result<Vec<_>, _>>()?;
    call.authorize(Rights::All, "delete case", owners)?;
    store.delete_cases(&call.space, &ids)?;
    Ok(no_content())
}

/// `GET /api/cases/_find`
pub(super) fn find(call: &Call) -> Answer {
    call.enter()?;
    let find = rules::read_find_cases(&call.query, call.app.profile, call.now)?;
    call.authorize_list("access cases")?;
    check_filter_licence(call, &find)?;
    Ok(json(&find_answer(call, &find, |_| true)))
}

/// `POST /internal/cases/_search`: the same by a body, and by values of custom fields.
pub(super) fn search(call: &Call) -> Answer {
    call.enter()?;
    let (find, custom_fields) = rules::read_search_cases(&call.body, call.app.profile, call.now)?;
    call.authorize_list("access cases")?;
    check_filter_licence(call, &find)?;
    let has = |case: &Case| {
        custom_fields.iter().all(|(key, values)| {
            let field = case.custom_fields.iter().find(|field| field.key == *key);
            field.is_some_and(|field| values.contains(&field.value))
        })
    };
    Ok(json(&find_answer(call, &find, has)))
}

fn check_filter_licence(call: &Call, find: &FindCases) -> Result<(), ApiError> {
    if find.filter.assignees.is_empty() || call.app.licence.includes_platinum() {
        return Ok(());
    }
    Err(ApiError::needs_platinum("filter cases by assignees"))
}

fn find_answer(call: &Call, find: &FindCases, chosen: impl Fn(&Case) -> bool) -> Value {
    let store = call.app.store();
    let (mut found, counts) = select(call, &store, find, chosen);
    found.sort_by(|left, right| compare(left, right, &find.sort));
    let total = found.len();
    let cases: Vec<Value> = find
        .page
        .of(found)
        .into_iter()
        .map(|case| listed(call, &store, case))
        .collect();
    let mut answer = counts;
    answer.insert("cases".into(), Value::Array(cases));
    answer.insert("page".into(), find.page.page.into());
    answer.insert("per_page".into(), find.page.per_page.into());
    answer.insert("total".into(), total.into());
    Value::Object(answer)
}

/// `GET /api/cases/tags`
pub(super) fn tags(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access case")?;
    let store = call.app.store();
    let tags: BTreeSet<&String> = owned(call, &store, &owners)
        .flat_map(|case| &case.tags)
        .collect();
    Ok(json(&json!(tags)))
}

/// `GET /api/cases/reporters`
pub(super) fn reporters(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access case")?;
    let store = call.app.store();
    let mut reporters = Vec::new();
    for case in owned(call, &store, &owners) {
        if !reporters.contains(&&case.created.by) {
            reporters.push(&case.created.by);
        }
    }
    Ok(json(&json!(reporters)))
}

/// `GET /internal/cases/categories`
pub(super) fn categories(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access cases")?;
    let store = call.app.store();
    let categories: BTreeSet<&String> = owned(call, &store, &owners)
        .filter_map(|case| case.category.as_ref())
        .collect();
    Ok(json(&json!(categories)))
}

/// `GET /api/cases/status`, deprecated
pub(super) fn status(call: &Call) -> Answer {
    call.enter()?;
    let owners = rules::read_owners(&call.query)?;
    call.authorize_list("access cases")?;
    let store = call.app.store();
    let counts = count_by_status(owned(call, &store, &owners));
    Ok(deprecated(call, json(&Value::Object(counts))))
}

/// The whole case with every attachment, as writes of attachments answer it; `totalComment` then
/// counts attachments of every kind.
pub(super) fn whole(call: &Call, store: &Store, case_id: &str) -> Result<Response, ApiError> {
    let case = store.case(&call.space, case_id)?;
    let totals = store.totals(case_id);
    let mut document = case.to_json(call.view(), totals);
    document.insert("comments".into(), all_comments(store, case_id));
    document.insert("totalComment".into(), totals.attachments.into());
    Ok(json(&Value::Object(document)))
}

/// The case as it stands in lists: its comments are left out, which an empty list does not say.
pub(super) fn listed(call: &Call, store: &Store, case: &Case) -> Value {
    let mut document = case.to_json(call.view(), store.totals(&case.id));
    document.insert("comments".into(), json!([]));
    Value::Object(document)
}

/// The case with every attachment, though `totalComment` counts the comments of people.
pub(super) fn with_comments(call: &Call, store: &Store, case: &Case) -> Value {
    let mut document = listed(call, store, case);
    document["comments"] = all_comments(store, &case.id);
    document
}

fn all_comments(store: &Store, case_id: &str) -> Value {
    store
        .attachments(case_id)
        .iter()
        .map(Attachment::to_json)
        .collect()
}

/// The cases of the space with one of the owners; with none named, all that the caller may read.
fn owned<'a>(
    call: &'a Call,
    store: &'a Store,
    owners: &'a [String],
) -> impl Iterator<Item = &'a Case> {
    store
        .cases(&call.space)
        .filter(|case| owners.is_empty() || owners.contains(&case.owner))
}

/// The cases found, and the counts by status, which ignore `status` and `search`.
fn select<'a>(
    call: &'a Call,
    store: &'a Store,
    find: &FindCases,
    chosen: impl Fn(&Case) -> bool,
) -> (Vec<&'a Case>, Map<String, Value>) {
    let filtered: Vec<&Case> = store
        .cases(&call.space)
        .filter(|case| passes(case, &find.filter) && chosen(case))
        .collect();
    let counts = count_by_status(filtered.iter().copied());
    let search = find.search.as_ref();
    let search = search.map(|search| search.prepare(store.dictionary()));
    let found = filtered
        .into_iter()
        .filter(|case| find.status.is_empty() || find.status.contains(&case.status))
        .filter(|case| {
            search.as_ref().is_none_or(|search| {
                search.finds(&Searched {
                    id: &case.id,
                    words: &case.words,
                    number: case.number_at(call.now),
                })
            })
        })
        .collect();
    (found, counts)
}

fn passes(case: &Case, filter: &CaseFilter) -> bool {
    let any_of = |wanted: &[String], has: &dyn Fn(&String) -> bool| {
        wanted.is_empty() || wanted.iter().any(has)
    };
    let reporter = &case.created.by;
    any_of(&filter.tags, &|tag| case.tags.contains(tag))
        && (filter.severity.is_empty() || filter.severity.contains(&case.severity))
        && any_of(&filter.assignees, &|uid| {
            case.assignees.contains(uid) || (uid == "none" && case.assignees.is_empty())
        })
        && any_of(&filter.reporters, &|name| {
            reporter.username.as_ref() == Some(name) || reporter.profile_uid.as_ref() == Some(name)
        })
        && any_of(&filter.category, &|category| {
            case.category.as_ref() == Some(category)
        })
        && any_of(&filter.owner, &|owner| case.owner == *owner)
        && filter.from.is_none_or(|from| case.created.at >= from)
        && filter.to.is_none_or(|to| case.created.at <= to)
}

fn count_by_status<'a>(cases: impl Iterator<Item = &'a Case>) -> Map<String, Value> {
    let (mut open, mut in_progress, mut closed) = (0, 0, 0);
    for case in cases {
        match case.status {
            Status::Open => open += 1,
            Status::InProgress => in_progress += 1,
            Status::Closed => closed += 1,
        }
    }
    Map::from_iter([
        ("count_open_cases".to_owned(), Value::from(open)),
        (
            "count_in_progress_cases".to_owned(),
            Value::from(in_progress),
        ),
        ("count_closed_cases".to_owned(), Value::from(closed)),
    ])
}

/// Compares as Kibana sorts: what has no value comes last in both directions.
fn compare(left: &Case, right: &Case, sort: &CaseSort) -> Ordering {
    match sort.field {
        SortField::CreatedAt => directed(Some(left.created.at), Some(right.created.at), sort.order),
        SortField::UpdatedAt => {
            let updated_at = |case: &Case| case.updated.as_ref().map(|stamp| stamp.at);
            directed(updated_at(left), updated_at(right), sort.order)
        }
        SortField::ClosedAt => {
            let closed_at = |case: &Case| case.closed.as_ref().map(|stamp| stamp.at);
            directed(closed_at(left), closed_at(right), sort.order)
        }
        SortField::Title => directed(Some(&left.title), Some(&right.title), sort.order),
        SortField::Category => {
            directed(left.category.as_ref(), right.category.as_ref(), sort.order)
        }
        SortField::Status => directed(Some(left.status), Some(right.status), sort.order),
        SortField::Severity => directed(Some(left.severity), Some(right.severity), sort.order),
    }
}

fn directed<T: Ord>(left: Option<T>, right: Option<T>, order: SortOrder) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => match order {
            SortOrder::Ascending => left.cmp(&right),
            SortOrder::Descending => right.cmp(&left),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
