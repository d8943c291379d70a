//! Ids and tokens as newtypes: what came from outside is checked once, here, and cannot be mistaken for another kind afterwards.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::model::Owner;

/// Why a text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {reason}")]
pub struct InvalidId {
    /// What was asked for, in words: `case id`.
    pub kind: &'static str,
    /// What is wrong with it. Never repeats the text itself, which may be hostile.
    pub reason: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(specta::Type))]
        #[cfg_attr(feature = "bindings", specta(transparent))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as Kibana writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(&text).map_err(|reason| InvalidId { kind: $kind, reason })?;
                Ok(Self(text))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// A case's id: 1 to 64 of `A–Z a–z 0–9 _ -` (S23), in practice a UUID.
    CaseId,
    "case id",
    |text| check_word(text, 64)
);
text_id!(
    /// An attachment's id, the same form as [`CaseId`].
    AttachmentId,
    "attachment id",
    |text| check_word(text, 64)
);
text_id!(
    /// A detection alert's id: 1 to 512 characters, no control characters, not `.` or `..` (`decisions.md`).
    AlertId,
    "alert id",
    |text| check_segment(text, 512)
);
text_id!(
    /// A configuration's id, the same form as [`CaseId`].
    ConfigurationId,
    "configuration id",
    |text| check_word(text, 64)
);
text_id!(
    /// An observable's id, the same form as [`CaseId`].
    ObservableId,
    "observable id",
    |text| check_word(text, 64)
);
text_id!(
    /// A file's id, the same form as [`CaseId`].
    FileId,
    "file id",
    |text| check_word(text, 64)
);
text_id!(
    /// A user action's id. No path ever holds one.
    UserActionId,
    "user action id",
    |text| check_plain(text, 256)
);
text_id!(
    /// A connector's id: 1 to 128 characters, the form of an [`AlertId`]. People choose those of preconfigured connectors.
    ConnectorId,
    "connector id",
    |text| check_segment(text, 128)
);
text_id!(
    /// A custom field's key: 1 to 128 characters, the form of an [`AlertId`]. Kibana takes only 36 of `a–z 0–9 _ -` for a new one.
    CustomFieldKey,
    "custom field key",
    |text| check_segment(text, 128)
);
text_id!(
    /// A space's id: 1 to 128 of `a–z 0–9 _ -`; [`SpaceId::default`] is the space without a path prefix.
    SpaceId,
    "space id",
    check_space_id
);
text_id!(
    /// Opaque concurrency token of a case, attachment or configuration; compared for equality only.
    Version,
    "version",
    |text| check_plain(text, 256)
);

impl Default for SpaceId {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl SpaceId {
    /// Whether this is the space that needs no `/s/…` prefix.
    pub fn is_default(&self) -> bool {
        self.0 == "default"
    }
}

/// Where Kibana keeps the files of an owner's cases: a path segment.
pub(crate) fn file_kind(owner: &Owner) -> String {
    format!("{owner}FilesCases")
}

fn check_word(text: &str, most: usize) -> Result<(), &'static str> {
    check_length(text, most)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.bytes().all(allowed) {
        Ok(())
    } else {
        Err("only letters, digits, '-' and '_' are allowed")
    }
}

fn check_space_id(text: &str) -> Result<(), &'static str> {
    check_length(text, 128)?;
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    if text.bytes().all(allowed) {
        Ok(())
    } else {
        Err("only small letters, digits, '-' and '_' are allowed")
    }
}

/// What percent-encoding can put into one path segment.
fn check_segment(text: &str, most: usize) -> Result<(), &'static str> {
    check_plain(text, most)?;
    if text == "." || text == ".." {
        Err("it is a path segment with a meaning of its own")
    } else {
        Ok(())
    }
}

fn check_plain(text: &str, most: usize) -> Result<(), &'static str> {
    check_length(text, most)?;
    if text.chars().any(char::is_control) {
        Err("control characters are not allowed")
    } else {
        Ok(())
    }
}

fn check_length(text: &str, most: usize) -> Result<(), &'static str> {
    match text.chars().count() {
        0 => Err("it is empty"),
        n if n > most => Err("it is too long"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_could_leave_the_path() {
        for hostile in [
            "",
            "../api/security",
            "a/b",
            "a%2fb",
            "a\\b",
            "a;b",
            "a\0b",
            "ä",
        ] {
            assert!(
                hostile.parse::<CaseId>().is_err(),
                "{hostile:?} is no case id"
            );
        }
        for hostile in ["", "Default", "a/b", "..", "a b"] {
            assert!(
                hostile.parse::<SpaceId>().is_err(),
                "{hostile:?} is no space id"
            );
        }
        for hostile in ["", ".", "..", "a\nb"] {
            assert!(
                hostile.parse::<AlertId>().is_err(),
                "{hostile:?} is no alert id"
            );
        }
    }

    #[test]
    fn good_ids_arrive_unchanged() {
        let uuid = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";
        assert_eq!(uuid.parse::<CaseId>().unwrap().as_str(), uuid);
        for id in ["a/b", "Zm9v-_bar0123456789ab", &"a".repeat(512)] {
            assert_eq!(
                id.parse::<AlertId>().unwrap().as_str(),
                id,
                "free text is an alert id"
            );
        }
        assert!(
            "a".repeat(513).parse::<AlertId>().is_err(),
            "513 characters are too many"
        );
    }

    #[test]
    fn a_bad_id_in_json_is_refused() {
        assert!(serde_json::from_str::<CaseId>(r#""a/b""#).is_err());
        assert_eq!(
            serde_json::to_string(&SpaceId::default()).unwrap(),
            r#""default""#
        );
    }
}
