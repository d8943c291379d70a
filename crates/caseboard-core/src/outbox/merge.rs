//! Three-way merge by field: what the person saw, what they made of it, what the case is now.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    field::{Edit, Edits, Field, Kind},
    lines,
};

/// What becomes of edits when they meet the case as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Merged {
    /// The case is as wanted already.
    Same,
    /// This is still to be sent; bases are the case's values now.
    Send(Edits),
    /// A person has to choose.
    Conflict(Vec<Clash>),
}

/// A field that both sides changed, with no way to keep both changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Clash {
    pub(crate) field: Field,
    pub(crate) base: Value,
    pub(crate) mine: Value,
    pub(crate) theirs: Value,
}

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MergedField {
    /// It is as wanted already.
    Same,
    /// It is to be this.
    Take(Value),
    /// Both sides changed it.
    Clash,
}

/// Edits against the case as it is, in Kibana's JSON. One clash keeps all of them waiting: a person sent them together.
pub(crate) fn merge(edits: &Edits, case: &Value) -> Merged {
    let mut open = Vec::new();
    let mut clashes = Vec::new();
    for edit in edits.iter() {
        let theirs = edit.field.of(case);
        match merge_field(&edit.field, &edit.base, &edit.mine, &theirs) {
            MergedField::Same => {}
            MergedField::Take(mine) => open.push(Edit {
                field: edit.field.clone(),
                base: theirs,
                mine,
            }),
            MergedField::Clash => clashes.push(Clash {
                field: edit.field.clone(),
                base: edit.base.clone(),
                mine: edit.mine.clone(),
                theirs,
            }),
        }
    }
    let open = Edits::new(open);
    if !clashes.is_empty() {
        Merged::Conflict(clashes)
    } else if open.is_empty() {
        Merged::Same
    } else {
        Merged::Send(open)
    }
}

/// One field. The result is the same whichever side is called mine.
pub(crate) fn merge_field(
    field: &Field,
    base: &Value,
    mine: &Value,
    theirs: &Value,
) -> MergedField {
    if field.same(mine, theirs) || field.same(base, mine) {
        return MergedField::Same;
    }
    if field.same(base, theirs) {
        return MergedField::Take(mine.clone());
    }
    let both = match field.kind() {
        Kind::Value => None,
        Kind::Set => Some(merge_sets(base, mine, theirs)),
        Kind::Lines => merge_lines(base, mine, theirs),
    };
    match both {
        None => MergedField::Clash,
        Some(both) if field.same(&both, theirs) => MergedField::Same,
        Some(both) => MergedField::Take(both),
    }
}

/// Theirs in their order, without what I removed, with what I added.
fn merge_sets(base: &Value, mine: &Value, theirs: &Value) -> Value {
    let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let (base, mine, theirs) = (items(base), items(mine), items(theirs));
    let kept = theirs
        .iter()
        .filter(|item| mine.contains(item) || !base.contains(item));
    let added = mine
        .iter()
        .filter(|item| !base.contains(item) && !theirs.contains(item));
    let mut both: Vec<Value> = Vec::new();
    for item in kept.chain(added) {
        if !both.contains(item) {
            both.push(item.clone());
        }
    }
    Value::Array(both)
}

fn merge_lines(base: &Value, mine: &Value, theirs: &Value) -> Option<Value> {
    let both = lines::merge(base.as_str()?, mine.as_str()?, theirs.as_str()?)?;
    Some(json!(both))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::property::r34, *};

    fn edit(field: Field, base: Value, mine: Value) -> Edit {
        Edit { field, base, mine }
    }

    #[test]
    fn other_fields_merge_and_the_same_field_waits() {
        let status = edit(Field::Status, json!("open"), json!("closed"));
        let title = edit(Field::Title, json!("a"), json!("b"));
        let edits = Edits::new([status.clone(), title.clone()]);
        let case = |status: &str, title: &str| json!({"status": status, "title": title});
        assert_eq!(
            merge(&edits, &case("closed", "a")),
            Merged::Send(Edits::new([title])),
            "the status is as wanted already"
        );
        assert_eq!(merge(&edits, &case("closed", "b")), Merged::Same);
        assert_eq!(
            merge(&edits, &case("in-progress", "a")),
            Merged::Conflict(vec![Clash {
                field: Field::Status,
                base: json!("open"),
                mine: json!("closed"),
                theirs: json!("in-progress"),
            }]),
            "somebody else's status is never overwritten unseen"
        );
        assert_eq!(
            merge(&Edits::new([status.clone()]), &case("open", "x")),
            Merged::Send(Edits::new([status])),
            "somebody else's title is no obstacle"
        );
    }

    #[test]
    fn sets_keep_what_both_added_and_lose_what_either_removed() {
        let merged = merge_field(
            &Field::Tags,
            &json!(["a", "b", "c"]),
            &json!(["a", "c", "mine"]),
            &json!(["theirs", "b", "c"]),
        );
        assert_eq!(merged, MergedField::Take(json!(["theirs", "c", "mine"])));
    }

    fn word() -> impl Strategy<Value = Value> {
        prop::sample::select(vec!["a", "b", "c", "d"]).prop_map(|word| json!(word))
    }

    fn set() -> impl Strategy<Value = Value> {
        prop::collection::vec(word(), 0..5).prop_map(Value::Array)
    }

    fn text() -> impl Strategy<Value = Value> {
        let line = prop::sample::select(vec!["", "a", "b", "c", "d"]);
        prop::collection::vec(line, 1..9).prop_map(|lines| json!(lines.join("\n")))
    }

    /// A field and three values of it.
    fn field_and_values() -> impl Strategy<Value = (Field, [Value; 3])> {
        prop_oneof![
            [word(), word(), word()].prop_map(|values| (Field::Severity, values)),
            [set(), set(), set()].prop_map(|values| (Field::Tags, values)),
            [text(), text(), text()].prop_map(|values| (Field::Description, values)),
        ]
    }

    /// The value that the field ends with; `None` for a clash.
    fn end(field: &Field, base: &Value, mine: &Value, theirs: &Value) -> Option<Value> {
        match merge_field(field, base, mine, theirs) {
            MergedField::Same => Some(theirs.clone()),
            MergedField::Take(value) => Some(value),
            MergedField::Clash => None,
        }
    }

    #[test]
    fn r34_a_change_that_only_one_side_made_is_taken() {
        r34(&field_and_values(), |(field, [base, mine, theirs])| {
            prop_assert!(field.same(&end(&field, &base, &mine, &base).unwrap(), &mine));
            prop_assert!(field.same(&end(&field, &base, &base, &theirs).unwrap(), &theirs));
            Ok(())
        });
    }

    #[test]
    fn r34_whose_change_is_whose_makes_no_difference() {
        r34(&field_and_values(), |(field, [base, mine, theirs])| {
            let (one, other) = (
                end(&field, &base, &mine, &theirs),
                end(&field, &base, &theirs, &mine),
            );
            match (one, other) {
                (Some(one), Some(other)) => prop_assert!(field.same(&one, &other)),
                (one, other) => prop_assert_eq!(one, other, "both or neither clash"),
            }
            Ok(())
        });
    }

    #[test]
    fn r34_what_was_merged_is_merged_no_further() {
        r34(&field_and_values(), |(field, [base, mine, theirs])| {
            if let MergedField::Take(both) = merge_field(&field, &base, &mine, &theirs) {
                let again = merge_field(&field, &theirs, &both, &both);
                prop_assert_eq!(again, MergedField::Same, "it was applied");
                let again = merge_field(&field, &theirs, &both, &theirs);
                prop_assert_eq!(again, MergedField::Take(both), "it was not applied");
            }
            Ok(())
        });
    }

    #[test]
    fn r34_a_clash_needs_two_different_changes() {
        r34(&field_and_values(), |(field, [base, mine, theirs])| {
            let clash = merge_field(&field, &base, &mine, &theirs) == MergedField::Clash;
            let same = |one, other| field.same(one, other);
            let both_changed_it =
                !same(&base, &mine) && !same(&base, &theirs) && !same(&mine, &theirs);
            prop_assert!(!clash || both_changed_it);
            prop_assert!(clash || !both_changed_it || field.kind() != Kind::Value);
            Ok(())
        });
    }

    /// Any JSON, three levels deep.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text(),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn r34_a_value_of_the_wrong_kind_is_no_panic_and_never_lost() {
        let field = prop::sample::select(vec![
            Field::Description,
            Field::Tags,
            Field::Assignees,
            Field::SyncAlerts,
            Field::Custom("k".to_owned()),
        ]);
        let strategy = (field, [json(), json(), json()]);
        r34(&strategy, |(field, [base, mine, theirs])| {
            let merged = merge_field(&field, &base, &mine, &theirs);
            let changed = !field.same(&base, &mine) && !field.same(&mine, &theirs);
            prop_assert!(
                merged != MergedField::Same || !changed || field.kind() != Kind::Value,
                "a change is taken, or asked about"
            );
            Ok(())
        });
    }
}
