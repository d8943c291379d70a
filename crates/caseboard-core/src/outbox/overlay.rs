//! What a case looks like while an entry is not settled: a patch of the case's body (RFC 7396), a comment, or only a mark.

use serde_json::{Map, Value};

use super::{
    entry::{Change, Entry},
    field::{Edits, Field},
};

/// What an entry lays over its case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overlay {
    /// An object; empty where only a mark shows.
    pub(crate) patch: Value,
    /// A comment that it adds.
    pub(crate) comment: Option<String>,
}

/// What an entry shows; nothing once it is settled, or waits for a person: then the server's value shows.
pub(crate) fn overlay(entry: &Entry) -> Option<Overlay> {
    if !entry.state.is_in_line() {
        return None;
    }
    let (patch, comment) = match &entry.change {
        Change::EditCase { edits } => (patch(edits), None),
        Change::AddComment { text } => (Map::new(), Some(text.clone())),
        Change::CreateCase(_)
        | Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::DeleteCase { .. }
        | Change::Push { .. } => (Map::new(), None),
    };
    Some(Overlay {
        patch: Value::Object(patch),
        comment,
    })
}

/// Custom fields are one list to Kibana, which a patch could only replace: they show once they are confirmed.
fn patch(edits: &Edits) -> Map<String, Value> {
    let mut patch = Map::new();
    for edit in edits.iter() {
        if !matches!(edit.field, Field::Custom(_)) {
            edit.field.put(&edit.mine, &Value::Null, &mut patch);
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::{
        cache::tests::source,
        id::CaseRef,
        outbox::{
            entry::{Provenance, State},
            field::Edit,
        },
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
        let patch = json!({"status": "closed", "assignees": [{"uid": "u_1_0"}]});
        assert_eq!(overlay(&entry).unwrap().patch, patch);
        entry.state = State::Ambiguous { sent: now };
        assert_eq!(overlay(&entry).unwrap().patch, patch);
        entry.state = State::Confirmed;
        assert_eq!(overlay(&entry), None);
    }
}
