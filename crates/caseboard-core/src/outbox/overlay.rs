//! What a case looks like while an entry is not settled: a patch of the case's body (RFC 7396), a comment, or only a mark.

use serde_json::{Map, Value, json};

use super::{
    entry::{Change, Entry, NewCase, State},
    field::{Edits, Field},
    wire,
};
use crate::cache::NO_VERSION;

/// The custom fields of a case: a list to Kibana, named by their keys in a patch.
pub(crate) const CUSTOM_FIELDS: &str = "customFields";

/// What an entry lays over its case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overlay {
    /// An object; empty where only a mark shows.
    pub(crate) patch: Value,
    /// A comment that it adds.
    pub(crate) comment: Option<String>,
    /// The case that it creates, in Kibana's JSON.
    pub(crate) case: Option<Value>,
}

/// What an entry shows; nothing once it is settled, or waits for a person: then the server's value shows. Of a case that is not
/// created yet there is no such value: it shows until that is settled.
pub(crate) fn overlay(entry: &Entry) -> Option<Overlay> {
    let shows = match entry.change {
        Change::CreateCase(_) => !entry.state.is_settled() && entry.state != State::Proposed,
        _ => entry.state.is_in_line(),
    };
    if !shows {
        return None;
    }
    let case = match &entry.change {
        Change::CreateCase(new) => Some(new_case(new, entry)),
        _ => None,
    };
    let (patch, comment) = match &entry.change {
        Change::EditCase { edits } => (patch(edits), None),
        Change::AddComment { text } => (Map::new(), Some(text.clone())),
        Change::CreateCase(_)
        | Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_)
        | Change::DeleteCase { .. }
        | Change::Push { .. } => (Map::new(), None),
    };
    Some(Overlay {
        patch: Value::Object(patch),
        comment,
        case,
    })
}

/// A case as it will be, as far as that is known.
fn new_case(new: &NewCase, entry: &Entry) -> Value {
    let mut case = wire::new_case(new, &entry.owner);
    let rest = json!({
        "id": entry.case.id, "version": NO_VERSION, "status": "open", "totalComment": 0, "totalAlerts": 0,
        "created_at": entry.created_at, "created_by": {},
    });
    if let (Value::Object(case), Value::Object(rest)) = (&mut case, rest) {
        case.extend(rest);
    }
    case
}

/// Custom fields are one list to Kibana, which a patch could only replace: here they are named by their keys, and
/// [`lay_custom_fields`] puts each into its place.
fn patch(edits: &Edits) -> Map<String, Value> {
    let mut patch = Map::new();
    let mut custom = Map::new();
    for edit in edits.iter() {
        match &edit.field {
            Field::Custom(key) => {
                custom.insert(key.clone(), edit.mine.clone());
            }
            field => field.put(&edit.mine, &Value::Null, &mut patch),
        }
    }
    if !custom.is_empty() {
        patch.insert(CUSTOM_FIELDS.to_owned(), Value::Object(custom));
    }
    patch
}

/// Lays custom fields of a patch over those of a case.
pub(crate) fn lay_custom_fields(case: &mut Map<String, Value>, custom: &Map<String, Value>) {
    for (key, value) in custom {
        let before = Value::Object(std::mem::take(case));
        let mut after = Map::new();
        Field::Custom(key.clone()).put(value, &before, &mut after);
        if let Value::Object(before) = before {
            *case = before;
        }
        case.extend(after);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        cache::tests::source,
        id::CaseRef,
        outbox::{entry::Provenance, field::Edit},
    };

    #[test]
    fn an_edit_shows_until_it_is_settled_or_waits_for_a_person() {
        let edit = |field, mine| Edit {
            field,
            base: Value::Null,
            mine,
        };
        let edits = Edits::new([
            edit(Field::Status, json!("closed")),
            edit(Field::Assignees, json!(["u_1_0"])),
            edit(Field::Custom("k".to_owned()), json!("v")),
        ]);
        let case = CaseRef {
            source: source("soc"),
            id: "case-1".parse().unwrap(),
        };
        let change = Change::EditCase { edits };
        let now = Timestamp::UNIX_EPOCH;
        let mut entry = Entry::new(case, "", change, Provenance::Window, now);
        let patch = json!({
            "status": "closed", "assignees": [{"uid": "u_1_0"}], "customFields": {"k": "v"},
        });
        assert_eq!(overlay(&entry).unwrap().patch, patch);
        entry.state = State::Ambiguous { sent: now };
        assert_eq!(overlay(&entry).unwrap().patch, patch);
        entry.state = State::Confirmed;
        assert_eq!(overlay(&entry), None);
    }

    #[test]
    fn a_custom_field_keeps_its_place_and_the_others_their_values() {
        let field = |key, kind, value: Value| json!({"key": key, "type": kind, "value": value});
        let mut case = Map::new();
        let before = [
            field("a", "text", json!("x")),
            field("b", "toggle", json!(true)),
        ];
        case.insert(CUSTOM_FIELDS.to_owned(), json!(before));
        let custom = json!({"a": null, "c": 7});
        lay_custom_fields(&mut case, custom.as_object().unwrap());
        let after = [
            field("a", "text", Value::Null),
            field("b", "toggle", json!(true)),
            field("c", "number", json!(7)),
        ];
        assert_eq!(case[CUSTOM_FIELDS], json!(after));
    }
}
