//! Observables of a case. Changing them gives the case a new version, but leaves `updated_at` alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Case, Stamp, Store, Write};
use crate::{
    error::ApiError,
    rules::{self, NewObservable, ObservablePatch, ObservableType},
    time::iso,
};

const OBSERVABLES_PER_CASE: usize = 50;

/// Something seen that belongs to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Observable {
    pub(crate) id: String,
    pub(crate) type_key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

impl Observable {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "typeKey": self.type_key,
            "value": self.value,
            "description": self.description,
            "createdAt": iso(self.created),
            "updatedAt": iso(self.updated),
        })
    }

    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (&self.type_key, &self.value) == (&other.type_key, &other.value)
    }
}

impl Store {
    /// The types that a configuration adds.
    pub(crate) fn observable_types(&self, space: &str, owner: &str) -> &[ObservableType] {
        self.configuration_of(space, owner)
            .map_or(&[], |configuration| &configuration.observable_types)
    }

    pub(crate) fn add_observable(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case: &str,
        new: NewObservable,
    ) -> Result<(), ApiError> {
        let mut case = self.case(space, case)?.clone();
        let NewObservable {
            type_key,
            value,
            description,
        } = new;
        rules::check_observable(&type_key, &value, self.observable_types(space, &case.owner))?;
        if case.observables.len() >= OBSERVABLES_PER_CASE {
            return Err(ApiError::invalid(format!(
                "Max {OBSERVABLES_PER_CASE} observables per case is allowed."
            )));
        }
        let observable = Observable {
            id: self.new_id(),
            type_key,
            value,
            description,
            created: stamp.at,
            updated: stamp.at,
        };
        refuse_repeated(&case, &observable)?;
        case.observables.push(observable);
        self.put_observables(case, stamp, "add");
        Ok(())
    }

    pub(crate) fn change_observable(
        &mut self,
        space: &str,
        stamp: &Stamp,
        (case, id): (&str, &str),
        patch: ObservablePatch,
    ) -> Result<(), ApiError> {
        let mut case = self.case(space, case)?.clone();
        let position = position(&case, id)?;
        let mut observable = case.observables.remove(position);
        rules::check_observable(
            &observable.type_key,
            &patch.value,
            self.observable_types(space, &case.owner),
        )?;
        observable.value = patch.value;
        observable.description = patch.description;
        observable.updated = stamp.at;
        refuse_repeated(&case, &observable)?;
        case.observables.insert(position, observable);
        self.put_observables(case, stamp, "update");
        Ok(())
    }

    pub(crate) fn delete_observable(
        &mut self,
        space: &str,
        stamp: &Stamp,
        (case, id): (&str, &str),
    ) -> Result<(), ApiError> {
        let mut case = self.case(space, case)?.clone();
        case.observables.remove(position(&case, id)?);
        self.put_observables(case, stamp, "delete");
        Ok(())
    }

    fn put_observables(&mut self, case: Case, stamp: &Stamp, action: &str) {
        let payload = json!({"observables": {"count": 1, "actionType": action}});
        let action = self.user_action(&case, stamp, ("observables", "update"), payload);
        self.commit(vec![Write::Case(Box::new(case)), action]);
    }
}

fn position(case: &Case, id: &str) -> Result<usize, ApiError> {
    case.observables
        .iter()
        .position(|observable| observable.id == id)
        .ok_or_else(|| ApiError::invalid(format!("Observable id {id} not found.")))
}

fn refuse_repeated(case: &Case, new: &Observable) -> Result<(), ApiError> {
    if case.observables.iter().any(|known| known.is_like(new)) {
        return Err(ApiError::invalid(
            "Invalid duplicated observables in request.",
        ));
    }
    Ok(())
}
