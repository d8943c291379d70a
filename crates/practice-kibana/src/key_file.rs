//! Further API keys from a file.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::auth::{EVERY_SPACE, Key, Rights};

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("cannot read the key file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file says something else than keys. The text names the line and what is wanted.
    #[error("{}: {problem}\n{WANTED}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, with a mark under the place, and what is wrong there.
        problem: String,
    },
}

const WANTED: &str = r#"A key looks like this:
    [[key]]
    name = "reader"
    api_key = "cmVhZGVyOnNlY3JldA=="   # base64 of id:api_key
    spaces = { soc = "read", "*" = "none" }   # all, read or none by space id"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Name,
    api_key: Encoded,
    spaces: BTreeMap<SpaceName, Rights>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Encoded(String);

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct SpaceName(String);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let named = !text.trim().is_empty();
        named.then_some(Self(text)).ok_or("a name is not blank")
    }
}

impl TryFrom<String> for Encoded {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD
            .decode(&text)
            .is_ok_and(|decoded| decoded.contains(&b':'))
            .then_some(Self(text))
            .ok_or("an api_key is the base64 of id:api_key")
    }
}

impl TryFrom<String> for SpaceName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let is_id = !text.is_empty() && text.chars().all(allowed);
        (is_id || text == EVERY_SPACE)
            .then_some(Self(text))
            .ok_or("a space is named by its id (a-z, 0-9, _ and -), or \"*\" for every space")
    }
}

/// Reads keys from a TOML file: `[[key]]` tables with `name`, `api_key` (base64 of `id:api_key`)
/// and a table `spaces` of space id, or `"*"` for every space, to `all`, `read` or `none`.
///
/// # Errors
/// When the file cannot be read or is something else; the text names file, line and what is wanted.
pub fn read_keys(path: &Path) -> Result<Vec<Key>, KeyFileError> {
    let text = fs::read_to_string(path).map_err(|source| KeyFileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text).map_err(|problem| KeyFileError::Malformed {
        path: path.to_owned(),
        problem,
    })
}

fn parse(text: &str) -> Result<Vec<Key>, String> {
    let file: KeyFile =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    let mut seen = HashSet::new();
    let twice = file
        .key
        .iter()
        .find(|entry| !seen.insert(entry.api_key.0.as_str()));
    if let Some(entry) = twice {
        return Err(format!(
            "two keys have the api_key of {:?}; each key has its own",
            entry.name.0
        ));
    }
    Ok(file.key.into_iter().map(Entry::into_key).collect())
}

impl Entry {
    fn into_key(self) -> Key {
        let mut key = Key::new(&self.name.0);
        key.api_key = self.api_key.0;
        key.spaces = self
            .spaces
            .into_iter()
            .map(|(space, rights)| (space.0, rights))
            .collect();
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_names_and_rights_by_space() {
        let text = r#"
            [[key]]
            name = "reader"
            api_key = "cmVhZGVyOnNlY3JldA=="
            spaces = { soc = "read", "*" = "none" }

            [[key]]
            name = "lead"
            api_key = "bGVhZDpzZWNyZXQ="
            [key.spaces]
            "*" = "all"
        "#;
        let keys = parse(text).unwrap();
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        assert_eq!(names, ["reader", "lead"]);
        assert_eq!(keys[0].rights_in("soc"), Some(Rights::Read));
        assert_eq!(keys[0].rights_in("ot"), Some(Rights::None));
        assert!(!keys[0].may_do_everything() && keys[1].may_do_everything());
        assert_eq!(keys[1].id(), "lead");
        assert_eq!(keys[0].user.username.as_deref(), Some("reader"));
    }

    #[test]
    fn a_bad_file_is_told_by_line_and_want() {
        let key = |line: &str| {
            let good = [
                "name = \"a\"",
                "api_key = \"YTpi\"",
                "spaces = { soc = \"all\" }",
            ];
            let field = line.split(' ').next().unwrap_or_default();
            let lines = good.map(|good| if good.starts_with(field) { line } else { good });
            format!("[[key]]\n{}\n", lines.join("\n"))
        };
        let table = [
            (
                key("spaces = { soc = \"write\" }"),
                "line 4",
                "one of `none`, `read`, `all`",
            ),
            (
                key("spaces = { SOC = \"all\" }"),
                "line 4",
                "named by its id",
            ),
            (key("api_key = \"plain\""), "line 3", "base64 of id:api_key"),
            (key("api_key = 5"), "line 3", "expected a string"),
            (key("name = \" \""), "line 2", "not blank"),
            (
                "[[key]]\nname = \"a\"\n".to_owned(),
                "line 1",
                "missing field `api_key`",
            ),
            ("[[key]\n".to_owned(), "line 1", "unclosed"),
            ("[[keys]]\n".to_owned(), "line 1", "expected `key`"),
        ];
        for (text, line, wanted) in table {
            let problem = parse(&text).unwrap_err();
            assert!(problem.contains(line), "{problem}");
            assert!(problem.contains(wanted), "{problem}");
        }
        let twice = parse(&key("name = \"a\"").repeat(2)).unwrap_err();
        assert!(twice.contains("each key has its own"), "{twice}");
    }

    #[test]
    fn the_error_names_the_file_and_shows_a_key() {
        let missing = read_keys(Path::new("no/such/keys.toml")).unwrap_err();
        assert!(missing.to_string().contains("no/such/keys.toml"));
        let malformed = KeyFileError::Malformed {
            path: PathBuf::from("keys.toml"),
            problem: "line 3".to_owned(),
        };
        let text = malformed.to_string();
        assert!(text.starts_with("keys.toml: line 3\n"), "{text}");
        assert!(text.contains("[[key]]"), "{text}");
    }
}
