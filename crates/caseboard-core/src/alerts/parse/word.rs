//! What a word can be: an id by its form, or one that was shortened.

use super::found::Found;

/// Takes the ids out of a text of one line in which there are no links.
pub(super) fn read(found: &mut Found, text: &str, line: u32) {
    let mut before = "";
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (gap, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        one(found, word, (before, gap, after), line);
        (before, rest) = (word, after);
    }
}

/// `around` is the word before the gap, the gap, and what is behind: `cases` and `/` in `…/cases/6f1b…`.
fn one(found: &mut Found, word: &str, (before, gap, after): (&str, &str, &str), line: u32) {
    // Markdown's `_id_` and `-- id --`.
    let bare = word.trim_matches(['_', '-']);
    if is_shortened(word, gap, after) {
        found.shortened(shortened_text(word, after), line);
    } else if is_uuid(bare) && gap == "/" && before == "cases" {
        found.case(bare, None, line);
    } else if is_certain(bare) {
        found.id(bare, line, None);
    } else if is_document_id(word) {
        found.maybe(word, line);
    }
}

/// Whether its form alone says that it is an id.
pub(super) fn is_certain(word: &str) -> bool {
    is_hex(word, 64) || is_hex(word, 40) || is_uuid(word)
}

/// Whether it has the form of any id.
pub(super) fn is_id(word: &str) -> bool {
    is_certain(word) || is_document_id(word)
}

pub(super) fn is_uuid(word: &str) -> bool {
    let mut groups = word.split('-');
    [8, 4, 4, 4, 12]
        .into_iter()
        .all(|length| groups.next().is_some_and(|group| is_hex(group, length)))
        && groups.next().is_none()
}

/// The beginning and the end of a shortened id.
pub(super) fn ends_of(shortened: &str) -> (&str, &str) {
    let mark = |c: char| c == '…' || c == '.';
    let head = shortened.split(mark).next().unwrap_or_default();
    let tail = shortened.rsplit(mark).next().unwrap_or_default();
    (head, tail)
}

pub(super) fn is_hex(word: &str, length: usize) -> bool {
    word.len() == length && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// 15 random bytes in base64: small and capital letters and a digit, which words and host names lack.
fn is_document_id(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.bytes().any(|byte| test(&byte));
    let is_word = word.chars().all(is_part);
    word.len() == 20
        && is_word
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
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
        .split_at(tail.find(|c| !is_part(c)).unwrap_or(tail.len()))
        .0;
    format!("{word}…{tail}")
}
