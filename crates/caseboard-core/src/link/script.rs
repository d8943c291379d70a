//! Alphabets of a word: look-alikes are made by mixing them.

use unicode_script::{Script, UnicodeScript as _};

/// Alphabets that are written together, with Latin letters or without (the "highly restrictive" level of UTS 39).
const TOGETHER: &[&[Script]] = &[
    &[
        Script::Latin,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
    ],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Whether letters of alphabets that are not written together stand in one word.
pub(super) fn is_mixed(word: &str) -> bool {
    let mut used: Vec<Script> = word.chars().map(|c| c.script()).collect();
    used.retain(|script| !matches!(script, Script::Common | Script::Inherited));
    let one = used.windows(2).all(|pair| pair[0] == pair[1]);
    let mut together = TOGETHER.iter();
    !one && !together.any(|together| used.iter().all(|script| together.contains(script)))
}
