//! From bytes to values: refuses what is too deep or too long before anything is built of it, and says where an answer
//! differs from what was expected without repeating what stands there.

use serde::de::DeserializeOwned;

use crate::limits::Limits;

/// Where and why an answer could not be read. Both are free of case text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Longest path that is told.
const LONGEST_PATH: usize = 200;

pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8], limits: &Limits) -> Result<T, Mismatch> {
    // No body reads as `null`: for a route that promises none, ask for `()`.
    let json = match json.trim_ascii() {
        [] => return serde_json::from_str("null").map_err(|_| whole("it is empty".to_owned())),
        json => json,
    };
    check_shape(json, limits).map_err(whole)?;
    // Fields that nobody reads are skipped, but not whatever stands in them.
    let json = str::from_utf8(json).map_err(|_| whole("it is not UTF-8".to_owned()))?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| Mismatch {
        path: printable(&error.path().to_string(), LONGEST_PATH),
        reason: why(error.inner()),
    })?;
    deserializer.end().map_err(|error| whole(why(&error)))?;
    Ok(value)
}

/// A mismatch of the answer as a whole.
fn whole(reason: String) -> Mismatch {
    Mismatch {
        path: ".".to_owned(),
        reason,
    }
}

/// The part of serde's words that is ours: what was expected, or which field is missing. What was found may be case text.
pub(crate) fn why(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words
        .rsplit_once(" at line ")
        .map_or(words.as_str(), |(words, _)| words);
    let kind = match error.classify() {
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it is not what was expected",
    };
    if !error.is_data() {
        return kind.to_owned();
    }
    if let Some((_, expected)) = words.rsplit_once(", expected ") {
        return format!("expected {expected}");
    }
    let ours = ["missing field `", "duplicate field `", "not a valid "];
    if ours.iter().any(|beginning| words.starts_with(beginning)) {
        return words.to_owned();
    }
    kind.to_owned()
}

/// Text of foreign origin, for an error: no control characters, not longer than `most`.
pub(crate) fn printable(text: &str, most: usize) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(most)
        .collect()
}

fn check_shape(json: &[u8], limits: &Limits) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut values = 1_usize;
    let mut bytes = json.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b',' => values += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some((end, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ if end - at > limits.json_string => {
                            return Err(format!(
                                "a text in it is longer than {} bytes",
                                limits.json_string
                            ));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if depth > limits.json_depth {
            return Err(format!("it lies deeper than {} levels", limits.json_depth));
        }
        if values > limits.json_values {
            return Err(format!("it holds more than {} values", limits.json_values));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;
    use crate::id::CaseId;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only failing to read it is of interest")]
    struct Page {
        cases: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only failing to read it is of interest")]
    struct Item {
        id: CaseId,
        n: u32,
    }

    fn mismatch(json: &str) -> (String, String) {
        let Mismatch { path, reason } =
            from_slice::<Page>(json.as_bytes(), &Limits::default()).unwrap_err();
        (path, reason)
    }

    #[test]
    fn a_mismatch_tells_its_place_and_never_the_text_that_stands_there() {
        for (json, path, reason) in [
            (
                r#"{"cases":[{"id":"a","n":"secret, expected me"}]}"#,
                "cases[0].n",
                "expected u32",
            ),
            (
                r#"{"cases":[{"id":"a","n":1},{"id":"a"}]}"#,
                "cases[1]",
                "missing field `n`",
            ),
            (
                r#"{"cases":[{"id":"sec/ret","n":1}]}"#,
                "cases[0].id",
                "not a valid case id: only letters, digits, '-' and '_' are allowed",
            ),
            (r#"{"cases":"secret"}"#, "cases", "expected a sequence"),
            (r#"{"cases":[],"cases":[]}"#, ".", "duplicate field `cases`"),
            (r#"{"cases":["#, "cases", "it ends too early"),
            ("", ".", "it is empty"),
            ("<html>", ".", "it is not JSON"),
            (r#"{"cases":[]} secret"#, ".", "it is not JSON"),
        ] {
            assert_eq!(
                mismatch(json),
                (path.to_owned(), reason.to_owned()),
                "{json}"
            );
        }
        let no_text = b"{\"cases\":[],\"unknown\":\"\xC3\x28\"}";
        let Mismatch { reason, .. } = from_slice::<Page>(no_text, &Limits::default()).unwrap_err();
        assert_eq!(reason, "it is not UTF-8", "not even where nobody reads");
    }

    #[test]
    fn depth_and_length_are_refused_at_their_limits() {
        let limits = Limits::default();
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(from_slice::<Value>(deep(64).as_bytes(), &limits).is_ok());
        for depth in [65, 100_000] {
            let error = from_slice::<Value>(deep(depth).as_bytes(), &limits).unwrap_err();
            assert_eq!(error.reason, "it lies deeper than 64 levels");
        }
        let brackets = format!(r#"["{}\"{}"]"#, "[".repeat(100), "{".repeat(100));
        assert!(
            from_slice::<Value>(brackets.as_bytes(), &limits).is_ok(),
            "brackets in texts do not count"
        );
        let long = |length| format!("\"{}\"", "a".repeat(length));
        let limits = Limits {
            json_string: 1000,
            ..limits
        };
        assert!(from_slice::<Value>(long(1000).as_bytes(), &limits).is_ok());
        let error = from_slice::<Value>(long(1001).as_bytes(), &limits).unwrap_err();
        assert_eq!(error.reason, "a text in it is longer than 1000 bytes");
    }

    #[test]
    fn many_small_values_are_refused() {
        let limits = Limits::default();
        let of = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
        assert!(from_slice::<Value>(of(500_000).as_bytes(), &limits).is_ok());
        let error = from_slice::<Value>(of(500_001).as_bytes(), &limits).unwrap_err();
        assert_eq!(error.reason, "it holds more than 500000 values");
    }

    #[test]
    fn no_body_is_nothing() {
        assert!(from_slice::<()>(b"", &Limits::default()).is_ok());
    }
}
