//! Observables, and the cases that share them. Internal routes.

use serde_json::{Value, json};

use super::{Answer, Call, cases::listed, json, no_content};
use crate::{
    auth::Rights,
    error::ApiError,
    rules,
    store::{Case, Store},
};

/// `POST /internal/cases/{case_id}/observables`
pub(super) fn create(call: &Call) -> Answer {
    call.enter()?;
    require_licence(call, "assign observables to cases")?;
    let id = call.path("case_id");
    let mut store = call.app.store();
    let add = |store: &mut Store| {
        let new = rules::read_observable(&call.body)?;
        authorize(call, store)?;
        store.add_observable(&call.space, &call.stamp(), id, new)?;
        Ok(json(&listed(call, store, store.case(&call.space, id)?)))
    };
    add(&mut store).map_err(|error: ApiError| error.wrapped("Failed to add observable"))
}

/// `PATCH /internal/cases/{case_id}/observables/{observable_id}`
pub(super) fn update(call: &Call) -> Answer {
    call.enter()?;
    require_licence(call, "update observables in cases")?;
    let (id, observable) = (call.path("case_id"), call.path("observable_id"));
    let mut store = call.app.store();
    let change = |store: &mut Store| {
        let patch = rules::read_observable_patch(&call.body)?;
        authorize(call, store)?;
        store.change_observable(&call.space, &call.stamp(), (id, observable), patch)?;
        Ok(json(&listed(call, store, store.case(&call.space, id)?)))
    };
    change(&mut store).map_err(|error: ApiError| {
        error.wrapped(&format!("Failed to update observable id: {observable}"))
    })
}

/// `DELETE /internal/cases/{case_id}/observables/{observable_id}`
pub(super) fn delete(call: &Call) -> Answer {
    call.enter()?;
    require_licence(call, "delete observables from cases")?;
    let (id, observable) = (call.path("case_id"), call.path("observable_id"));
    let mut store = call.app.store();
    let delete = |store: &mut Store| {
        authorize(call, store)?;
        store.delete_observable(&call.space, &call.stamp(), (id, observable))
    };
    delete(&mut store).map_err(|error: ApiError| {
        error.wrapped(&format!("Failed to delete observable id: {observable}"))
    })?;
    Ok(no_content())
}

/// `POST /internal/cases/{case_id}/_similar`: other cases of the owner with an observable of the same
/// type and value.
pub(super) fn similar(call: &Call) -> Answer {
    call.enter()?;
    require_licence(call, "use the similar cases feature")?;
    let page = rules::read_page_body(&call.body)?;
    let store = call.app.store();
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::Read, "access case", [case.owner.as_str()])?;
    let others = store
        .cases(&call.space)
        .filter(|other| other.id != case.id && other.owner == case.owner)
        .filter_map(|other| {
            let shared = shared(&store, case, other);
            (!shared.is_empty()).then_some((other, shared))
        });
    let found: Vec<(&Case, Vec<Value>)> = others.collect();
    let total = found.len();
    let cases: Vec<Value> = page
        .of(found)
        .into_iter()
        .map(|(other, shared)| {
            let mut document = listed(call, &store, other);
            document["similarities"] = json!({ "observables": shared });
            document
        })
        .collect();
    Ok(json(&json!({
        "cases": cases,
        "page": page.page,
        "per_page": page.per_page,
        "total": total,
    })))
}

fn shared(store: &Store, case: &Case, other: &Case) -> Vec<Value> {
    let types = store.observable_types(&case.space, &case.owner);
    let shared = case.observables.iter().filter(|observable| {
        other
            .observables
            .iter()
            .any(|known| known.is_like(observable))
    });
    shared
        .map(|observable| {
            json!({
                "typeKey": observable.type_key,
                "typeLabel": rules::observable_label(&observable.type_key, types),
                "value": observable.value,
            })
        })
        .collect()
}

fn require_licence(call: &Call, deed: &str) -> Result<(), ApiError> {
    if call.app.licence.includes_platinum() {
        return Ok(());
    }
    Err(ApiError::needs_platinum(deed))
}

fn authorize(call: &Call, store: &Store) -> Result<(), ApiError> {
    let case = store.case(&call.space, call.path("case_id"))?;
    call.authorize(Rights::All, "update case", [case.owner.as_str()])
}
