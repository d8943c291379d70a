//! What is found in which text: a table, properties, limits, and the texts that fuzzing keeps.

mod links;
mod pages;
mod properties;
mod structured;
mod tables;
mod words;

use std::{collections::BTreeSet, fmt::Write as _};

use super::*;
use crate::view::{FoundId, Hint};

/// Ids of every form, by the names that stand for them in the table.
const IDS: [(&str, &str); 8] = [
    (
        "$A",
        "e2a2fe19b3c14d5f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c086d76",
    ),
    (
        "$B",
        "91d0c3b2a1f0e9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4",
    ),
    ("$C", "b26bcc53a1b2c3d4e5f60718293a4b5c6d7cbd38"),
    ("$U", "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10"),
    ("$V", "0a9c7d1e-22b4-4c6f-8e1d-5b7a9f3c2e11"),
    ("$D", "Zm9v-_barQUX01234567"),
    ("$E", "1a2B3c4D5e6F7g8H9i0J"),
    ("$F", "AYxnB4oBe9Z-0_kQ7wLm"),
];

/// A text, and what is found in it.
type Case = (&'static str, &'static str);

/// Takes every form of id in every surrounding that people and programs put around one.
const AROUND: [(&str, &str); 22] = [
    ("", ""),
    ("alert: ", "."),
    ("\"", "\","),
    ("'", "'"),
    ("<", ">"),
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("`", "`"),
    ("| ", " |"),
    ("_id=", "&x=1"),
    ("_id:", ";"),
    ("\u{a0}", "\u{a0}"),
    ("\t", "\t"),
    ("> ", " wrote"),
    ("- ", ""),
    ("**", "**"),
    ("mailto:", ""),
    ("id/", "/"),
    ("„", "“"),
    ("#", "!"),
    ("\u{feff}", "\r"),
];

fn full(text: &str) -> String {
    IDS.iter()
        .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
}

/// What was found, as the table says it.
fn show(read: &ReadText) -> String {
    let short = |text: &str| {
        IDS.iter()
            .fold(text.to_owned(), |text, (name, id)| text.replace(id, name))
    };
    let mut shown = Vec::new();
    for found in &read.ids {
        shown.push(format!(
            "{}{}:{}{}",
            if found.certain { "" } else { "~" },
            found.id,
            found.line,
            hint(found)
        ));
    }
    for case in &read.cases {
        let place = [&case.kibana, &case.space];
        let place: Vec<_> = place.into_iter().flatten().map(String::as_str).collect();
        shown.push(format!(
            "case {}:{} ({})",
            case.id,
            case.line,
            place.join(" ")
        ));
    }
    for one in &read.shortened {
        shown.push(format!("short {}:{}", one.text, one.line));
    }
    for value in &read.values {
        shown.push(format!("{:?} {}:{}", value.kind, value.text, value.line));
    }
    if !read.columns.is_empty() {
        shown.push(format!("which of {}", read.columns.join(", ")));
    }
    short(&shown.join(" "))
}

fn hint(found: &FoundId) -> String {
    let Some(hint) = found.hint.as_deref() else {
        return String::new();
    };
    let Hint {
        kibana,
        space,
        index,
        rule_id,
        summary,
    } = hint;
    let mut shown = String::new();
    for (name, text) in [
        ("k", kibana),
        ("s", space),
        ("i", index),
        ("r", rule_id),
        ("rule", &summary.rule_name),
        ("sev", &summary.severity),
        ("at", &summary.at),
        ("host", &summary.host),
        ("user", &summary.user),
        ("why", &summary.reason),
        ("is", &summary.status),
    ] {
        if let Some(text) = text {
            write!(shown, " {name}={text}").unwrap();
        }
    }
    format!("({})", shown.trim())
}

fn table() -> Vec<(String, String)> {
    let written = [
        words::TABLE,
        links::TABLE,
        structured::TABLE,
        tables::TABLE,
        pages::TABLE,
    ];
    let written = written.into_iter().flatten();
    let mut table: Vec<_> = written
        .map(|(text, found)| (full(text), (*found).to_owned()))
        .collect();
    for (name, id) in IDS
        .into_iter()
        .filter(|(name, _)| ["$A", "$C", "$U", "$D", "$E"].contains(name))
    {
        let mark = if id.len() == 20 { "~" } else { "" };
        for (before, after) in AROUND {
            table.push((format!("{before}{id}{after}"), format!("{mark}{name}:1")));
        }
    }
    table
}

#[test]
fn every_text_of_the_table_gives_what_it_says() {
    let mut wrong = Vec::new();
    for (text, expected) in table() {
        let got = show(&read(&text, None));
        if got != expected {
            wrong.push(format!("{text:?}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_table_is_as_long_as_promised() {
    let table = table();
    let texts: BTreeSet<_> = table.iter().map(|(text, _)| text).collect();
    assert_eq!(texts.len(), table.len(), "a text stands twice");
    assert!(texts.len() >= 300, "{} texts", texts.len());
}

#[test]
fn the_column_that_somebody_chose_is_taken() {
    let text = full("left,right\n$U,$V\n");
    assert_eq!(show(&read(&text, None)), "which of left, right");
    assert_eq!(show(&read(&text, Some("right"))), "$V:2");
    let html =
        full("<table><tr><th>id</th><th>uuid</th></tr><tr><td>$U</td><td>$V</td></tr></table>");
    assert_eq!(show(&read(&html, None)), "which of id, uuid");
    assert_eq!(show(&read(&html, Some("id"))), "$U:1");
    let markdown = full("| id | uuid |\n|---|---|\n| $U | $V |");
    assert_eq!(show(&read(&markdown, Some("uuid"))), "$V:3");
}

#[test]
fn past_a_limit_it_says_what_it_left_out() {
    let ids = |n: usize| {
        let ids = (0..n).map(|n| format!("{n:064x}"));
        ids.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        read(&ids(MOST_IDS), None).left_out,
        LeftOut::default(),
        "exactly the limit is not too much"
    );
    let more = read(&ids(MOST_IDS + 3), None);
    assert_eq!(
        (more.ids.len(), more.left_out),
        (MOST_IDS, LeftOut { bytes: 0, ids: 3 })
    );
    let twice = format!("{}\n{}", ids(MOST_IDS + 3), ids(MOST_IDS + 3));
    assert_eq!(read(&twice, None).left_out.ids, 3, "each counts once");
    let long = full("$A ä tail");
    assert!(!read_at_most(long.len(), &long, None).left_out.is_any());
    let cut = read_at_most(66, &long, None);
    assert_eq!(
        (cut.ids.len(), cut.left_out),
        (1, LeftOut { bytes: 7, ids: 0 }),
        "no character is cut in two"
    );
}

#[test]
fn what_fuzzing_keeps_is_read_from_lines_that_there_are() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/read_text");
    let texts = std::fs::read_dir(folder).unwrap();
    let texts = texts.map(|text| std::fs::read(text.unwrap().path()).unwrap());
    let mut n_ids = 0;
    for text in texts {
        let text = String::from_utf8_lossy(&text);
        let read = read(&text, None);
        let n_lines = text.lines().count().max(1);
        let lines = read.ids.iter().map(|found| found.line);
        assert!(
            lines
                .clone()
                .all(|line| (1..=n_lines).contains(&(line as usize))),
            "{text}"
        );
        n_ids += lines.count();
    }
    assert!(n_ids > 0);
}
