//! Finds alert ids in any text. Pure, linear in the text, and never surprised: what it cannot read it leaves alone.

use std::collections::HashSet;

use kibana_cases::AlertId;
use percent_encoding::percent_decode_str;

/// Most bytes of a text that are read.
const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Most ids of a text that are taken.
const MOST_IDS: usize = 50_000;
/// Where Kibana's own links name an alert (`kibana-cases-api.md` §4.6).
const REDIRECT: &str = "/alerts/redirect/";

/// What a text holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Each id once, in the order in which they were first seen.
    pub(crate) ids: Vec<FoundId>,
    /// Ids shortened with `…`, as they stand.
    pub(crate) shortened: Vec<String>,
    /// Whether the text went past a limit.
    pub(crate) cut_off: bool,
}

/// An id and where it was first seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundId {
    pub(crate) id: AlertId,
    /// From 1.
    pub(crate) line: u32,
    /// Whether its form alone says that it is an id. A word of 20 characters counts only once Kibana knows it.
    pub(crate) certain: bool,
}

/// Finds what could be alert ids: 64 or 40 hexadecimal digits, UUIDs, document ids of 20 characters, and the id of every alert link.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut finder = Finder::default();
    let whole = text.len() <= MOST_BYTES;
    let text = if whole {
        text
    } else {
        text.get(..text.floor_char_boundary(MOST_BYTES))
            .unwrap_or_default()
    };
    finder.parsed.cut_off = !whole;
    for (line, number) in text.lines().zip(1..) {
        finder.line(line, number);
    }
    finder.parsed
}

#[derive(Default)]
struct Finder {
    parsed: Parsed,
    seen: HashSet<AlertId>,
}

impl Finder {
    fn line(&mut self, line: &str, number: u32) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(REDIRECT) {
            self.words(before, number);
            let end = after
                .find(|c: char| c.is_whitespace() || "?#\"'<>)]}|,;×".contains(c))
                .unwrap_or(after.len());
            let (id, behind) = after.split_at(end);
            self.link(id, number);
            rest = behind;
        }
        self.words(rest, number);
    }

    fn link(&mut self, encoded: &str, line: u32) {
        let decoded = percent_decode_str(encoded).decode_utf8_lossy();
        let id = decoded.split_once('?').map_or(&*decoded, |(id, _)| id);
        self.take(id.trim_end_matches('/'), line, true);
    }

    fn words(&mut self, text: &str, line: u32) {
        let mut before = "";
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            let (gap, from) = rest.split_at(start);
            let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
            self.word(word, gap, before, after, line);
            (before, rest) = (word, after);
        }
    }

    /// `before` is the word in front of the gap in front of this one: `cases` in `…/cases/6f1b…`.
    fn word(&mut self, word: &str, gap: &str, before: &str, after: &str, line: u32) {
        let is_case_link = gap == "/" && before == "cases";
        if is_shortened(word, gap, after) {
            self.parsed.shortened.push(shortened_text(word, after));
        } else if is_hex(word, 64) || is_hex(word, 40) || (is_uuid(word) && !is_case_link) {
            self.take(word, line, true);
        } else if word.len() == 20 && looks_random(word) {
            self.take(word, line, false);
        }
    }

    fn take(&mut self, id: &str, line: u32, certain: bool) {
        let Ok(id) = id.parse::<AlertId>() else {
            return;
        };
        if self.seen.contains(&id) {
            return;
        }
        if self.parsed.ids.len() == MOST_IDS {
            self.parsed.cut_off = true;
            return;
        }
        self.seen.insert(id.clone());
        self.parsed.ids.push(FoundId { id, line, certain });
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_hex(word: &str, length: usize) -> bool {
    word.len() == length && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_uuid(word: &str) -> bool {
    let mut groups = word.split('-');
    [8, 4, 4, 4, 12]
        .into_iter()
        .all(|length| groups.next().is_some_and(|group| is_hex(group, length)))
        && groups.next().is_none()
}

/// A document id of 15 random bytes in base64: small and capital letters and a digit, which words and host names lack.
fn looks_random(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.bytes().any(|byte| test(&byte));
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

/// The first part of an id, cut with `…` or `...`: at least six hexadecimal digits, and not a whole id.
fn is_shortened(word: &str, gap: &str, after: &str) -> bool {
    let cut_behind = after.starts_with('…') || after.starts_with("...");
    let cut_before = gap == "…" || gap == "...";
    cut_behind
        && !cut_before
        && (6..40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

fn shortened_text(word: &str, after: &str) -> String {
    let tail = after.trim_start_matches(['…', '.']);
    let tail = tail
        .split_at(tail.find(|c| !is_word(c)).unwrap_or(tail.len()))
        .0;
    format!("{word}…{tail}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHA: &str = "e2a2fe19b3c14d5f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c086d76";
    const SHORT_SHA: &str = "b26bcc53a1b2c3d4e5f60718293a4b5c6d7cbd38";
    const UUID: &str = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";
    const DOCUMENT: &str = "Zm9v-_barQUX01234567";

    fn ids(text: &str) -> Vec<String> {
        parse(text)
            .ids
            .into_iter()
            .map(|found| found.id.to_string())
            .collect()
    }

    #[test]
    fn every_form_of_id_is_found_in_any_wrapping() {
        for id in [SHA, SHORT_SHA, UUID, DOCUMENT, &SHA.to_uppercase()] {
            for (before, after) in [
                ("", ""),
                ("alert: ", "."),
                ("\"", "\","),
                ("<", ">"),
                ("(", ")"),
                ("`", "`"),
                ("| ", " |"),
                ("_id=", "&x=1"),
                ("\u{a0}", "\u{a0}"),
            ] {
                assert_eq!(
                    ids(&format!("{before}{id}{after}")),
                    [id],
                    "{id} between {before:?} and {after:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_id_is_left_alone() {
        let not_ids = [
            "internationalization",
            "web-prod-frontend-01",
            "WEB-PROD-FRONTEND-01",
            "10.0.0.1",
            "T1574.002",
            SHA.get(1..).unwrap(),
            &format!("{SHA}0"),
            ".internal.alerts-security.alerts-default-000001",
            "2026-11-23T12:04:31.000Z",
            "https://k.test/app/security/cases/6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10",
        ];
        for text in not_ids {
            assert!(ids(text).is_empty(), "{text}: {:?}", ids(text));
        }
    }

    #[test]
    fn a_redirect_link_gives_its_id_whatever_the_form() {
        for (link, id) in [
            (
                format!(
                    "https://k.test/s/soc/app/security/alerts/redirect/{SHA}?index=.alerts-security.alerts-soc&timestamp=2026-11-23T12:04:31.000Z"
                ),
                SHA,
            ),
            (
                format!(
                    "https://k.test/app/security/alerts/redirect/{SHA}?index=.alerts-security.alerts-default×tamp=2026"
                ),
                SHA,
            ),
            (
                "https://k.test/app/security/alerts/redirect/my%20own%2Fid?index=x".to_owned(),
                "my own/id",
            ),
            (
                format!("<a href=\"https://k.test/app/security/alerts/redirect/{UUID}\">alert</a>"),
                UUID,
            ),
        ] {
            assert_eq!(ids(&link), [id], "{link}");
        }
    }

    #[test]
    fn each_id_comes_once_in_first_seen_order_with_its_line() {
        let parsed = parse(&format!("x\n{UUID} {SHA}\n{UUID}\n{DOCUMENT}"));
        let found: Vec<_> = parsed
            .ids
            .iter()
            .map(|found| (found.id.as_str(), found.line, found.certain))
            .collect();
        assert_eq!(
            found,
            [(UUID, 2, true), (SHA, 2, true), (DOCUMENT, 4, false)]
        );
    }

    #[test]
    fn a_shortened_id_is_told_and_not_looked_up() {
        let parsed = parse("e2a2fe19…086d76 and 91d0c3…, but not this… or 12:04...");
        assert_eq!(
            (parsed.ids.len(), parsed.shortened),
            (0, vec!["e2a2fe19…086d76".to_owned(), "91d0c3…".to_owned()])
        );
    }

    #[test]
    fn past_the_limit_it_says_so() {
        let ids = |n: usize| {
            (0..n)
                .map(|n| format!("{n:064x}"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let parsed = parse(&ids(MOST_IDS + 1));
        assert_eq!((parsed.ids.len(), parsed.cut_off), (MOST_IDS, true));
        assert!(
            !parse(&ids(MOST_IDS)).cut_off,
            "exactly the limit is no cut"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,200}|[0-9a-f…./%-]{0,200}") {
            let parsed = parse(&text);
            prop_assert!(parsed.ids.len() <= text.len());
        }

        #[test]
        fn ids_survive_any_separators(ids in prop::collection::hash_set("[0-9a-f]{64}", 1..20), separator in "[ ,;|\t\n\"'<>(){}\\[\\]]{1,3}") {
            let ids: Vec<_> = ids.into_iter().collect();
            let found: Vec<_> = parse(&ids.join(&separator)).ids.into_iter().map(|found| found.id.to_string()).collect();
            prop_assert_eq!(found, ids);
        }
    }
}
