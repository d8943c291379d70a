//! Finds alert ids in any text. Pure, linear in the text, and never surprised: what it cannot read it leaves alone.
//!
//! A text is read line by line. A line that begins a JSON value or a table of which we know the columns is read as such, to its
//! end; in all others, links and words are looked at. HTML is taken apart first, into tables, links and lines.

mod found;
mod html;
mod json;
mod link;
mod rison;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod word;

use self::found::Found;
use crate::view::{LeftOut, ReadText};

/// Most bytes of a text that are read.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Most ids of a text that are taken.
pub const MOST_IDS: usize = 50_000;
/// Characters that programs put into long words, to break them, or in front of a text.
const INVISIBLE: [char; 5] = ['\u{200B}', '\u{2060}', '\u{FEFF}', '\u{00AD}', '\u{200C}'];

/// Reads what was dropped or pasted. `column` names the one that holds the ids, where [`ReadText::columns`] asked for it.
pub fn read(text: &str, column: Option<&str>) -> ReadText {
    read_at_most(MOST_BYTES, text, column)
}

fn read_at_most(most: usize, text: &str, column: Option<&str>) -> ReadText {
    let (text, behind) = text.split_at(text.floor_char_boundary(most));
    let mut found = Found::default();
    found.read.left_out = LeftOut {
        bytes: count(behind.len()),
        ids: 0,
    };
    let cleaned;
    let text = if text.contains(INVISIBLE) {
        cleaned = text.replace(INVISIBLE, "");
        &cleaned
    } else {
        text
    };
    let columns = table::Wanted(column);
    if html::is_html(text) {
        html::read(&mut found, text, columns);
    } else {
        text::read(&mut found, text, 1, columns);
    }
    if found.is_empty() {
        found.read.values = value::list(text);
    }
    found.finish()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
