//! Makes a change of what a person wants, against what they saw: checked before it is taken in, since a write that Kibana
//! would refuse is better refused while the person is still there.

use kibana_cases::Attachment;
use serde_json::{Value, json};

use super::{
    entry::{Attached, Change, Entry, NewCase, Reason, State},
    field::{Edit, Edits, Field, trimmed},
};
use crate::{
    error::Error,
    view::{CaseEdit, CaseSeen, CustomValue, NewCaseForm},
};

/// Most UTF-16 units of a title, a description, a tag, a category, a comment (`kibana-cases-api.md` §2.7).
const TITLE: u32 = 160;
const DESCRIPTION: u32 = 30_000;
const TAG: u32 = 256;
const CATEGORY: u32 = 50;
const COMMENT: u32 = 30_000;
/// Most tags of a case, and most persons that it is assigned to.
const TAGS: u32 = 200;
const ASSIGNEES: u32 = 10;
/// More cases than this are changed only after second thoughts.
const MOST_UNHELD: usize = 20;

/// An edit of a case, `case` being what the person saw of it, in Kibana's JSON. `None` if it would change nothing.
///
/// # Errors
/// [`Error::TooLong`] or [`Error::Input`] with the field.
pub(crate) fn edit(case: &Value, wanted: &CaseEdit) -> Result<Option<Change>, Error> {
    let edits = Edits::new(values(wanted).into_iter().map(|(field, mine)| Edit {
        base: seen(&field, &wanted.seen).unwrap_or_else(|| field.of(case)),
        field,
        mine,
    }));
    for edit in edits.iter() {
        check(&edit.field, &edit.mine)?;
    }
    Ok((!edits.is_empty()).then_some(Change::EditCase { edits }))
}

/// What a person chose for fields that clash.
pub(crate) fn chosen(wanted: &CaseEdit) -> Result<Edits, Error> {
    let edits = Edits::from(
        values(wanted)
            .into_iter()
            .map(|(field, mine)| Edit {
                field,
                base: Value::Null,
                mine,
            })
            .collect::<Vec<_>>(),
    );
    for edit in edits.iter() {
        check(&edit.field, &edit.mine)?;
    }
    Ok(edits)
}

impl Entry {
    /// Whether the person saw these fields as they are in `case`.
    pub(crate) fn is_seen_in(&self, case: &Value) -> bool {
        match &self.change {
            Change::EditCase { edits } => edits.iter().all(|edit| edit.base == edit.field.of(case)),
            _ => true,
        }
    }

    /// Mine, of the clashing fields with these names.
    pub(crate) fn mine(&self, fields: &[String]) -> Edits {
        let clashes = match &self.state {
            State::Parked {
                reason: Reason::Conflict { clashes },
            } => clashes.as_slice(),
            _ => &[],
        };
        let mine = clashes
            .iter()
            .filter(|clash| fields.iter().any(|field| field == clash.field.name()));
        Edits::from(
            mine.map(|clash| Edit {
                field: clash.field.clone(),
                base: clash.theirs.clone(),
                mine: clash.mine.clone(),
            })
            .collect::<Vec<_>>(),
        )
    }
}

/// A new comment, as it was typed.
pub(crate) fn comment(text: String) -> Result<Change, Error> {
    check_text("comment", &text, COMMENT)?;
    Ok(Change::AddComment { text })
}

/// Another text for a comment; `seen` is the one that the person began with, where that is not the one that is known now.
/// `None` if it is the same.
pub(crate) fn edit_comment(
    there: &Attachment,
    seen: Option<String>,
    mine: String,
) -> Result<Option<Change>, Error> {
    check_text("comment", &mine, COMMENT)?;
    let Attached::Comment { text } = attached(there) else {
        return Err(Error::input("attachment", "it is not a comment"));
    };
    let base = seen.unwrap_or(text);
    Ok((base != mine).then(|| Change::EditComment {
        attachment: there.id.clone(),
        base,
        mine,
    }))
}

/// The end of an attachment: a comment is deleted, alerts are detached.
pub(crate) fn delete_attachment(there: &Attachment) -> Change {
    Change::DeleteAttachment {
        attachment: there.id.clone(),
        was: attached(there),
    }
}

/// A new case.
pub(crate) fn create(form: NewCaseForm) -> Result<Change, Error> {
    let new = NewCase {
        title: trimmed(&form.title).to_owned(),
        description: trimmed(&form.description).to_owned(),
        tags: form
            .tags
            .iter()
            .map(|tag| trimmed(tag).to_owned())
            .collect(),
        severity: form.severity,
        assignees: form.assignees,
        category: form.category.filter(|category| !category.trim().is_empty()),
        sync_alerts: form.sync_alerts,
        custom: form
            .custom_fields
            .into_iter()
            .filter(|custom| custom.value != CustomValue::None)
            .map(|custom| (custom.key, plain(&custom.value)))
            .collect(),
    };
    check_text("title", &new.title, TITLE)?;
    check_text("description", &new.description, DESCRIPTION)?;
    check(&Field::Tags, &json!(new.tags))?;
    check(&Field::Assignees, &json!(new.assignees))?;
    if let Some(category) = &new.category {
        check_text("category", category, CATEGORY)?;
    }
    Ok(Change::CreateCase(new))
}

/// Whether a change waits for second thoughts (`ux.md` §9.4): it deletes, pushes, closes a case together with its
/// alerts, or is one of many.
pub(crate) fn is_held(change: &Change, case: &Value, n_in_bulk: usize) -> bool {
    let closes_alerts = |edits: &Edits| {
        let closes = edits
            .get(&Field::Status)
            .is_some_and(|edit| edit.mine == "closed");
        closes
            && case["settings"]["syncAlerts"] == true
            && case["totalAlerts"].as_u64().unwrap_or_default() > 0
    };
    let itself = match change {
        Change::DeleteCase { .. } | Change::Push { .. } => true,
        Change::EditCase { edits } => closes_alerts(edits),
        Change::CreateCase(_)
        | Change::AddComment { .. }
        | Change::EditComment { .. }
        | Change::DeleteAttachment { .. }
        | Change::AttachAlerts { .. }
        | Change::SetAlertStatus(_) => false,
    };
    itself || n_in_bulk > MOST_UNHELD
}

fn values(wanted: &CaseEdit) -> Vec<(Field, Value)> {
    let mut values = Vec::new();
    let mut want = |field, value: Option<Value>| values.extend(value.map(|value| (field, value)));
    want(Field::Status, wanted.status.map(|status| json!(status)));
    want(
        Field::Severity,
        wanted.severity.as_ref().map(|word| json!(word)),
    );
    want(Field::Title, wanted.title.as_ref().map(|text| json!(text)));
    want(
        Field::Description,
        wanted.description.as_ref().map(|text| json!(text)),
    );
    want(Field::Tags, wanted.tags.as_ref().map(|tags| json!(tags)));
    want(
        Field::Assignees,
        wanted.assignees.as_ref().map(|uids| json!(uids)),
    );
    want(
        Field::Category,
        wanted.category.as_ref().map(|category| {
            let category = trimmed(category);
            if category.is_empty() {
                Value::Null
            } else {
                json!(category)
            }
        }),
    );
    want(Field::SyncAlerts, wanted.sync_alerts.map(Value::Bool));
    for custom in &wanted.custom_fields {
        want(
            Field::Custom(custom.key.clone()),
            Some(plain(&custom.value)),
        );
    }
    values
}

/// What a person saw of a field.
fn seen(field: &Field, seen: &CaseSeen) -> Option<Value> {
    match field {
        Field::Status => seen.status.as_ref().map(|word| json!(word)),
        Field::Severity => seen.severity.as_ref().map(|word| json!(word)),
        Field::Title => seen.title.as_ref().map(|text| json!(text)),
        Field::Description => seen.description.as_ref().map(|text| json!(text)),
        Field::Tags => seen.tags.as_ref().map(|tags| json!(tags)),
        Field::Assignees => seen.assignees.as_ref().map(|uids| json!(uids)),
        Field::Category => seen.category.as_ref().map(|category| {
            let category = trimmed(category);
            if category.is_empty() {
                Value::Null
            } else {
                json!(category)
            }
        }),
        Field::SyncAlerts => seen.sync_alerts.map(Value::Bool),
        Field::Custom(key) => {
            let custom = seen.custom_fields.iter().find(|custom| custom.key == *key);
            custom.map(|custom| plain(&custom.value))
        }
    }
}

/// The value of a custom field as Kibana writes it.
fn plain(value: &CustomValue) -> Value {
    match value {
        CustomValue::None => Value::Null,
        CustomValue::Text { text } => json!(text),
        CustomValue::Toggle { on } => json!(on),
        CustomValue::Number { number } => whole(*number),
    }
}

/// A whole number as Kibana writes it; another one is for Kibana to refuse.
fn whole(number: f64) -> Value {
    number
        .to_string()
        .parse::<i64>()
        .map_or_else(|_| json!(number), Value::from)
}

fn check(field: &Field, value: &Value) -> Result<(), Error> {
    let text = value.as_str().unwrap_or_default();
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    match field {
        Field::Title => check_text("title", text, TITLE),
        Field::Description => check_text("description", text, DESCRIPTION),
        Field::Category if value.is_null() => Ok(()),
        Field::Category => check_text("category", text, CATEGORY),
        Field::Tags => {
            check_count("tags", list.len(), TAGS)?;
            list.iter()
                .try_for_each(|tag| check_text("tag", tag.as_str().unwrap_or_default(), TAG))
        }
        Field::Assignees => check_count("assignees", list.len(), ASSIGNEES),
        Field::Severity if !["low", "medium", "high", "critical"].contains(&text) => {
            Err(Error::input("severity", "there is no such severity"))
        }
        Field::Status | Field::Severity | Field::SyncAlerts | Field::Custom(_) => Ok(()),
    }
}

/// Lengths are counted as JavaScript counts them, of the trimmed text.
fn check_text(field: &'static str, text: &str, limit: u32) -> Result<(), Error> {
    let text = trimmed(text);
    if text.is_empty() {
        return Err(Error::input(field, "there is no text"));
    }
    if text.encode_utf16().count() > limit as usize {
        return Err(Error::TooLong { field, limit });
    }
    Ok(())
}

fn check_count(field: &'static str, n: usize, limit: u32) -> Result<(), Error> {
    if n > limit as usize {
        return Err(Error::TooLong { field, limit });
    }
    Ok(())
}

fn attached(there: &Attachment) -> Attached {
    match &there.kind {
        kibana_cases::AttachmentKind::Comment(text) => Attached::Comment { text: text.clone() },
        kibana_cases::AttachmentKind::Alerts { alerts, rule } => Attached::Alerts {
            alerts: super::entry::Alerts {
                rule: rule.clone(),
                pairs: alerts
                    .iter()
                    .map(|alert| (alert.id.clone(), alert.index.clone()))
                    .collect(),
            },
        },
        kibana_cases::AttachmentKind::Other { type_name, .. } => Attached::Other {
            type_name: type_name.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Value {
        json!({
            "status": "open", "title": "a", "tags": ["t"], "settings": {"syncAlerts": true}, "totalAlerts": 1,
        })
    }

    #[test]
    fn limits_are_kept_below_at_and_above() {
        let titled = |n: usize| CaseEdit {
            title: Some("é".repeat(n)),
            ..CaseEdit::default()
        };
        for (n, taken) in [(159, true), (160, true), (161, false), (0, false)] {
            assert_eq!(edit(&case(), &titled(n)).is_ok(), taken, "a title of {n}");
        }
        let surrogates = comment("\u{1f600}".repeat(15_000));
        assert!(surrogates.is_ok(), "each is two units");
        assert!(comment("\u{1f600}".repeat(15_001)).is_err());
        let tagged = |n: usize| CaseEdit {
            tags: Some((0..n).map(|n| format!("t{n}")).collect()),
            ..CaseEdit::default()
        };
        assert!(edit(&case(), &tagged(200)).is_ok());
        assert!(edit(&case(), &tagged(201)).is_err());
    }

    #[test]
    fn what_changes_nothing_is_not_taken_in() {
        let same = CaseEdit {
            title: Some(" a ".to_owned()),
            tags: Some(vec!["t".to_owned(), "t".to_owned()]),
            ..CaseEdit::default()
        };
        assert_eq!(edit(&case(), &same).unwrap(), None);
    }

    #[test]
    fn what_the_person_saw_is_the_base_whatever_is_known_by_now() {
        let wanted = CaseEdit {
            title: Some("c".to_owned()),
            category: Some("phish".to_owned()),
            seen: CaseSeen {
                title: Some("b".to_owned()),
                category: Some(String::new()),
                ..CaseSeen::default()
            },
            ..CaseEdit::default()
        };
        let Some(Change::EditCase { edits }) = edit(&case(), &wanted).unwrap() else {
            panic!("two fields are to change");
        };
        assert_eq!(edits.get(&Field::Title).unwrap().base, "b");
        assert_eq!(edits.get(&Field::Category).unwrap().base, Value::Null);
    }

    #[test]
    fn only_what_is_hard_to_take_back_is_held() {
        let close = CaseEdit {
            status: Some(crate::view::NewStatus::Closed),
            ..CaseEdit::default()
        };
        let close = edit(&case(), &close).unwrap().unwrap();
        assert!(is_held(&close, &case(), 1), "its alerts are closed, too");
        let mut without = case();
        without["totalAlerts"] = json!(0);
        assert!(!is_held(&close, &without, 1));
        assert!(!is_held(&close, &without, 20));
        assert!(is_held(&close, &without, 21));
        let delete = Change::DeleteCase {
            title: String::new(),
        };
        assert!(is_held(&delete, &without, 1));
        assert!(!is_held(&comment("x".to_owned()).unwrap(), &case(), 1));
    }
}
