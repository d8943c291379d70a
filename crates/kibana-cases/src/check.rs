//! What Kibana would refuse is refused here, before anything is sent: every limit (`kibana-cases-api.md` §2.7), and one
//! set of words for passing it.
//!
//! Lengths are counted as JavaScript counts them: UTF-16 units of the text without the blanks around it. What only
//! the server can know, the number of alerts that a case already holds, say, stays with the server.

use serde_json::Value;

use crate::model::{
    Assignee, CustomField, CustomFieldDefinition, CustomFieldType, ObservableType, Template,
};

/// Longest title.
pub const TITLE: u64 = 160;
/// Longest description.
pub const DESCRIPTION: u64 = 30_000;
/// Longest tag.
pub const TAG: u64 = 256;
/// Most tags of a case.
pub const TAGS: u64 = 200;
/// Longest category.
pub const CATEGORY: u64 = 50;
/// Most assignees of a case.
pub const ASSIGNEES: u64 = 10;
/// Most custom fields of a case or a configuration.
pub const CUSTOM_FIELDS: u64 = 10;
/// Longest text in a custom field.
pub const CUSTOM_FIELD_TEXT: u64 = 160;
/// Longest comment.
pub const COMMENT: u64 = 30_000;
/// Most cases of one update.
pub const UPDATED_CASES: u64 = 100;
/// Most cases deleted at once.
pub const DELETED_CASES: u64 = 100;
/// Most cases read at once.
pub const BULK_CASES: u64 = 1_000;
/// Most attachments written or read at once.
pub const BULK_ATTACHMENTS: u64 = 100;
/// Most files deleted at once.
pub const BULK_FILES: u64 = 10;
/// Most things on a page.
pub const PER_PAGE: u64 = 100;
/// The last thing that any page shows.
pub const LAST_SHOWN: u64 = 10_000;
/// Most values of one filter.
pub const FILTER_VALUES: u64 = 100;
/// Most alerts of a case, and so of one attachment.
pub const ALERTS: u64 = 1_000;
/// Most bytes of a file.
pub const FILE: u64 = 100 * 1024 * 1024;
/// Most bytes of an image.
pub const IMAGE: u64 = 10 * 1024 * 1024;
/// Longest name of a file.
pub const FILE_NAME: u64 = 160;
/// Longest key in a configuration.
pub const KEY: u64 = 36;
/// Longest label in a configuration.
pub const LABEL: u64 = 50;
/// Most types of observables in a configuration.
pub const OBSERVABLE_TYPES: u64 = 10;
/// Most templates in a configuration.
pub const TEMPLATES: u64 = 10;
/// Longest name of a template.
pub const TEMPLATE_NAME: u64 = 50;
/// Longest description of a template.
pub const TEMPLATE_DESCRIPTION: u64 = 1_000;
/// Most tags of a template.
pub const TEMPLATE_TAGS: u64 = 10;
/// Longest tag of a template.
pub const TEMPLATE_TAG: u64 = 50;
/// Most suggested profiles.
pub const PROFILES: u64 = 10;
/// Most alerts of one search, and of one change.
pub const SEARCHED_ALERTS: u64 = 10_000;

/// The largest integer that JavaScript keeps exactly.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Something given that Kibana would refuse. Never repeats the text itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidInput {
    /// What it was given for, in Kibana's word: `title`, `tag`, `perPage`.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: InputProblem,
}

/// What is wrong with something given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputProblem {
    /// Nothing, or blanks alone.
    #[error("it is empty")]
    Empty,
    /// More text than allowed.
    #[error("{got} characters, and {limit} are allowed")]
    TooLong {
        /// How many UTF-16 units are allowed.
        limit: u64,
        /// How many there are.
        got: u64,
    },
    /// More things than allowed.
    #[error("{got} of them, and {limit} are allowed")]
    TooMany {
        /// How many are allowed.
        limit: u64,
        /// How many there are.
        got: u64,
    },
    /// Fewer things than needed.
    #[error("{got} of them, and {limit} is needed")]
    TooFew {
        /// How many are needed.
        limit: u64,
        /// How many there are.
        got: u64,
    },
    /// A larger number than allowed.
    #[error("{got} is more than {limit}")]
    TooLarge {
        /// The largest that is allowed.
        limit: u64,
        /// What was given.
        got: u64,
    },
    /// A smaller number than allowed.
    #[error("{got} is less than {limit}")]
    TooSmall {
        /// The smallest that is allowed.
        limit: u64,
        /// What was given.
        got: u64,
    },
    /// The same thing twice where once is allowed.
    #[error("the same one twice")]
    Repeated,
    /// Not of the form that is asked for.
    #[error("it is not {expected}")]
    Form {
        /// What is asked for, in words.
        expected: &'static str,
    },
}

type Checked = Result<(), InvalidInput>;

const fn refuse(field: &'static str, problem: InputProblem) -> Checked {
    Err(InvalidInput { field, problem })
}

/// Length as JavaScript counts it, without the blanks around it as JavaScript sees blanks.
pub(crate) fn length(text: &str) -> u64 {
    let is_blank = |c: char| c == '\u{feff}' || c.is_whitespace() && c != '\u{85}';
    text.trim_matches(is_blank).encode_utf16().count() as u64
}

pub(crate) fn text(field: &'static str, text: &str, limit: u64) -> Checked {
    match length(text) {
        0 => refuse(field, InputProblem::Empty),
        got if got > limit => refuse(field, InputProblem::TooLong { limit, got }),
        _ => Ok(()),
    }
}

pub(crate) fn at_most<T>(field: &'static str, things: &[T], limit: u64) -> Checked {
    let got = things.len() as u64;
    if got > limit {
        return refuse(field, InputProblem::TooMany { limit, got });
    }
    Ok(())
}

pub(crate) fn some<T>(field: &'static str, things: &[T], limit: u64) -> Checked {
    if things.is_empty() {
        return refuse(field, InputProblem::TooFew { limit: 1, got: 0 });
    }
    at_most(field, things, limit)
}

pub(crate) fn number(field: &'static str, got: u64, least: u64, most: u64) -> Checked {
    if got < least {
        return refuse(field, InputProblem::TooSmall { limit: least, got });
    }
    if got > most {
        return refuse(field, InputProblem::TooLarge { limit: most, got });
    }
    Ok(())
}

/// A page, and how many things are on it.
pub(crate) fn page(page: u32, per_page: u32) -> Checked {
    number("perPage", per_page.into(), 0, PER_PAGE)?;
    number("page", page.into(), 1, LAST_SHOWN)?;
    let last = u64::from(page) * u64::from(per_page);
    number("page * perPage", last, 0, LAST_SHOWN)
}

pub(crate) fn tags(tags: &[String]) -> Checked {
    at_most("tags", tags, TAGS)?;
    tags.iter().try_for_each(|tag| text("tag", tag, TAG))
}

pub(crate) fn assignees(assignees: &[Assignee]) -> Checked {
    at_most("assignees", assignees, ASSIGNEES)
}

pub(crate) fn not_twice<K: Ord>(field: &'static str, keys: impl IntoIterator<Item = K>) -> Checked {
    let mut keys: Vec<K> = keys.into_iter().collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse(field, InputProblem::Repeated);
    }
    Ok(())
}

pub(crate) fn custom_fields(fields: &[CustomField]) -> Checked {
    at_most("customFields", fields, CUSTOM_FIELDS)?;
    not_twice("customFields", fields.iter().map(|field| &field.key))?;
    fields
        .iter()
        .try_for_each(|field| custom_field_value(&field.kind, &field.value))
}

/// What a type holds, or null. A type that this client does not know may hold anything.
pub(crate) fn custom_field_value(kind: &CustomFieldType, value: &Value) -> Checked {
    let form = |expected| refuse("value", InputProblem::Form { expected });
    match (kind, value) {
        (CustomFieldType::Other(_), _)
        | (_, Value::Null)
        | (CustomFieldType::Toggle, Value::Bool(_)) => Ok(()),
        (CustomFieldType::Text, Value::String(value)) => text("value", value, CUSTOM_FIELD_TEXT),
        (CustomFieldType::Number, Value::Number(value)) => {
            let size = value
                .as_i64()
                .map(i64::unsigned_abs)
                .or_else(|| value.as_u64());
            match size {
                Some(size) if size <= SAFE_INTEGER => Ok(()),
                _ => form("an integer between -(2^53 - 1) and 2^53 - 1"),
            }
        }
        (CustomFieldType::Text, _) => form("a text"),
        (CustomFieldType::Toggle, _) => form("yes or no"),
        (CustomFieldType::Number, _) => form("a number"),
    }
}

/// A key that a configuration gives.
fn key(given: &str) -> Checked {
    text("key", given, KEY)?;
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    if given.bytes().all(allowed) {
        return Ok(());
    }
    let expected = "of small letters, digits, '-' and '_'";
    refuse("key", InputProblem::Form { expected })
}

pub(crate) fn custom_field_definitions(fields: &[CustomFieldDefinition]) -> Checked {
    at_most("customFields", fields, CUSTOM_FIELDS)?;
    not_twice("customFields", fields.iter().map(|field| &field.key))?;
    fields.iter().try_for_each(|field| {
        key(field.key.as_str())?;
        text("label", &field.label, LABEL)?;
        custom_field_value(
            &field.kind,
            field.default_value.as_ref().unwrap_or(&Value::Null),
        )
    })
}

pub(crate) fn observable_types(types: &[ObservableType]) -> Checked {
    at_most("observableTypes", types, OBSERVABLE_TYPES)?;
    types.iter().try_for_each(|kind| {
        key(&kind.key)?;
        text("label", &kind.label, LABEL)
    })
}

pub(crate) fn templates(templates: &[Template]) -> Checked {
    at_most("templates", templates, TEMPLATES)?;
    not_twice("templates", templates.iter().map(|template| &template.key))?;
    templates.iter().try_for_each(|template| {
        key(&template.key)?;
        text("name", &template.name, TEMPLATE_NAME)?;
        if let Some(description) = &template.description {
            text("description", description, TEMPLATE_DESCRIPTION)?;
        }
        let tags = template.tags.as_deref().unwrap_or_default();
        at_most("template's tags", tags, TEMPLATE_TAGS)?;
        tags.iter()
            .try_for_each(|tag| text("template's tag", tag, TEMPLATE_TAG))
    })
}

/// A file by its name, which decides what Kibana takes it for, and its size.
pub(crate) fn file(name: &str, size: usize) -> Checked {
    const IMAGES: [&str; 12] = [
        "avif", "bmp", "gif", "heic", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp",
    ];
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_image = extension.is_some_and(|extension| {
        IMAGES
            .iter()
            .any(|image| image.eq_ignore_ascii_case(extension))
    });
    let limit = if is_image { IMAGE } else { FILE };
    number("file", size as u64, 0, limit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(checked: Checked) -> Option<InputProblem> {
        checked.err().map(|invalid| invalid.problem)
    }

    #[test]
    fn text_is_measured_at_below_and_above_its_limit() {
        for limit in [
            TITLE,
            DESCRIPTION,
            TAG,
            CATEGORY,
            COMMENT,
            CUSTOM_FIELD_TEXT,
            FILE_NAME,
            KEY,
            LABEL,
            TEMPLATE_NAME,
            TEMPLATE_DESCRIPTION,
            TEMPLATE_TAG,
        ] {
            let of = |length: u64| "x".repeat(usize::try_from(length).unwrap());
            let check = |given: &str| problem(text("field", given, limit));
            for length in [1, limit - 1, limit] {
                assert_eq!(check(&of(length)), None, "{length} of {limit}");
            }
            let got = limit + 1;
            assert_eq!(check(&of(got)), Some(InputProblem::TooLong { limit, got }));
            assert_eq!(
                check(&format!(" \n{}\t\u{feff}", of(limit))),
                None,
                "blanks around it do not count"
            );
            for empty in ["", " ", "\u{feff}\u{a0}"] {
                assert_eq!(check(empty), Some(InputProblem::Empty), "{empty:?}");
            }
        }
    }

    #[test]
    fn length_is_counted_in_utf_16() {
        for (text, n) in [
            ("ä", 1),
            ("€", 1),
            ("😀", 2),
            ("\u{85}", 1),
            ("e\u{301}", 2),
        ] {
            assert_eq!(length(text), n, "{text:?}");
        }
    }

    #[test]
    fn things_are_counted_at_below_and_above_their_limit() {
        for limit in [
            TAGS,
            ASSIGNEES,
            CUSTOM_FIELDS,
            UPDATED_CASES,
            BULK_CASES,
            BULK_ATTACHMENTS,
            BULK_FILES,
            FILTER_VALUES,
            ALERTS,
            OBSERVABLE_TYPES,
            TEMPLATES,
            TEMPLATE_TAGS,
        ] {
            let things = |n: u64| vec![(); usize::try_from(n).unwrap()];
            for n in [1, limit - 1, limit] {
                assert_eq!(problem(some("things", &things(n), limit)), None);
            }
            let got = limit + 1;
            let too_many = Some(InputProblem::TooMany { limit, got });
            assert_eq!(problem(some("things", &things(got), limit)), too_many);
            assert_eq!(problem(at_most("things", &things(got), limit)), too_many);
            assert_eq!(problem(at_most("things", &things(0), limit)), None);
            let too_few = Some(InputProblem::TooFew { limit: 1, got: 0 });
            assert_eq!(problem(some("things", &things(0), limit)), too_few);
        }
    }

    #[test]
    fn pages_end_at_ten_thousand() {
        for (number, per_page, passes) in [
            (1, 0, true),
            (1, 100, true),
            (1, 101, false),
            (100, 100, true),
            (101, 100, false),
            (10_000, 1, true),
            (10_001, 1, false),
            (0, 1, false),
            (u32::MAX, 100, false),
        ] {
            assert_eq!(
                page(number, per_page).is_ok(),
                passes,
                "{number} * {per_page}"
            );
        }
    }

    #[test]
    fn custom_fields_hold_what_their_type_says() {
        use CustomFieldType::{Number, Other, Text, Toggle};
        for (kind, value, passes) in [
            (Text, json!("x".repeat(160)), true),
            (Text, json!("x".repeat(161)), false),
            (Text, json!(" "), false),
            (Text, json!(null), true),
            (Text, json!(1), false),
            (Toggle, json!(true), true),
            (Toggle, json!("true"), false),
            (Number, json!(9_007_199_254_740_991_u64), true),
            (Number, json!(-9_007_199_254_740_991_i64), true),
            (Number, json!(9_007_199_254_740_992_u64), false),
            (Number, json!(-9_007_199_254_740_992_i64), false),
            (Number, json!(1.5), false),
            (Other("list".to_owned()), json!(["a"]), true),
        ] {
            assert_eq!(
                custom_field_value(&kind, &value).is_ok(),
                passes,
                "{kind}: {value}"
            );
        }
    }

    #[test]
    fn files_and_images_have_limits_of_their_own() {
        let (file_limit, image) = (
            usize::try_from(FILE).unwrap(),
            usize::try_from(IMAGE).unwrap(),
        );
        for (name, size, passes) in [
            ("a.txt", file_limit, true),
            ("a.txt", file_limit + 1, false),
            ("a.b.PNG", image, true),
            ("a.b.PNG", image + 1, false),
            ("png", image + 1, true),
        ] {
            assert_eq!(file(name, size).is_ok(), passes, "{name} of {size}");
        }
    }

    #[test]
    fn one_set_of_words() {
        for (checked, words) in [
            (text("title", " ", TITLE), "title: it is empty"),
            (
                text("title", &"x".repeat(161), TITLE),
                "title: 161 characters, and 160 are allowed",
            ),
            (
                tags(&vec![String::new(); 201]),
                "tags: 201 of them, and 200 are allowed",
            ),
            (
                some::<()>("cases", &[], UPDATED_CASES),
                "cases: 0 of them, and 1 is needed",
            ),
            (page(1, 101), "perPage: 101 is more than 100"),
            (page(0, 1), "page: 0 is less than 1"),
            (not_twice("ids", ["a", "b", "a"]), "ids: the same one twice"),
            (
                key("Ä"),
                "key: it is not of small letters, digits, '-' and '_'",
            ),
        ] {
            assert_eq!(checked.unwrap_err().to_string(), words);
        }
    }
}
