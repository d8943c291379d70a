//! Any text is read without panic, each id once, and from a line that there is.
#![no_main]

use std::collections::BTreeSet;

use caseboard_core::alerts::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = read(text, None);
    let n_lines = text.lines().count().max(1);
    let is_there = |line: u32| line >= 1 && line as usize <= n_lines;
    let ids: BTreeSet<_> = read.ids.iter().map(|found| &found.id).collect();
    assert_eq!(ids.len(), read.ids.len(), "each once");
    assert!(read.ids.iter().all(|found| is_there(found.line)));
    assert!(read.cases.iter().all(|found| is_there(found.line)));
    assert!(read.shortened.iter().all(|found| is_there(found.line)));
});
