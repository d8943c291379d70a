//! Plain text, line by line: JSON values and tables where they begin, links and words everywhere else.

use super::{found::Found, json, link, table, word};

/// How often the length of the text is spent on what looked like JSON and is none.
const JSON_PATIENCE: usize = 4;

/// Reads a text that begins on line `first`.
pub(super) fn read(found: &mut Found, text: &str, first: u32, wanted: table::Wanted<'_>) {
    let mut patience = text.len() * JSON_PATIENCE;
    let (mut rest, mut number, mut is_first) = (text, first, true);
    while !rest.is_empty() {
        let line = rest.split('\n').next().unwrap_or_default();
        let trimmed = line.trim_start();
        let mut read = 0;
        if trimmed.starts_with(['{', '[']) && patience > 0 {
            let (blank, value) = rest.split_at(line.len() - trimmed.len());
            match json::read(found, value, number) {
                Ok(length) => read = blank.len() + length,
                Err(cost) => patience = patience.saturating_sub(cost),
            }
        }
        if read == 0 && (is_first && !trimmed.is_empty() || trimmed.starts_with('|')) {
            read = table::read(found, rest, number, wanted).unwrap_or_default();
        }
        // Spreadsheets name the delimiter on a line of its own.
        is_first &= trimmed.is_empty() || number == first && trimmed.starts_with("sep=");
        if read == 0 {
            self::line(found, line, number);
            read = line.len();
        }
        let (behind, after) = rest.split_at(read);
        number += super::count(behind.matches('\n').count());
        rest = after
            .strip_prefix('\n')
            .inspect(|_| number += 1)
            .unwrap_or(after);
    }
}

/// Reads a text of one line.
pub(super) fn line(found: &mut Found, line: &str, number: u32) {
    let mut rest = line;
    while let Some((before, run, after)) = link::next(rest) {
        word::read(found, before, number);
        if let link::Read::Other(text) = link::read(found, run, number) {
            word::read(found, &text, number);
        }
        rest = after;
    }
    word::read(found, rest, number);
}
