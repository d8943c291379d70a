//! S07: texts that are made to stall whoever parses or shows them.

use std::time::Instant;

use serde_json::Value;

use super::parse;
use crate::proof::Proof;

/// Most nodes of a view, and the deepest of them.
const MOST: usize = 20_000;
const DEEPEST: usize = 100;
/// As long as a comment or a description gets.
const LIMIT: usize = 30_000;

/// What is said again and again. Some parsers take the square of the time for it, or worse.
const AGAIN: [&str; 30] = [
    ">",
    "> ",
    "- ",
    "* - + ",
    "1. ",
    "    ",
    "#",
    "*",
    "**a ",
    "_a",
    "~~",
    "`",
    "`a``",
    "[",
    "![",
    "](",
    "[a](b",
    "[a]: b\n",
    "[a][",
    "<",
    "<a ",
    "<!--",
    "<![CDATA[",
    "&amp;",
    "&#",
    "\\",
    "|",
    "|-|\n",
    "\n",
    "a\n===\n",
];

/// How many things a view holds, and how deep the deepest of them stands.
fn measure(value: &Value) -> (usize, usize) {
    let (n, deep) = match value {
        Value::Object(fields) => fields.values().map(measure).fold((0, 0), both),
        Value::Array(values) => values.iter().map(measure).fold((0, 0), both),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (0, 0),
    };
    let is_one = usize::from(value.get("kind").is_some());
    (n + is_one, deep + is_one)
}

fn both((n, deep): (usize, usize), (more, deeper): (usize, usize)) -> (usize, usize) {
    (n + more, deep.max(deeper))
}

#[test]
fn s07_what_is_made_to_stall_a_page_becomes_a_small_view_or_plain_text() {
    let bodies: Vec<String> = AGAIN
        .iter()
        .flat_map(|again| {
            let many = again.repeat(LIMIT / again.len());
            // Alone, and where something closes it again.
            let mut nested = again.repeat(LIMIT / 2 / again.len());
            nested.push('x');
            nested.extend(nested.clone().chars().rev());
            [many, nested.chars().take(LIMIT).collect()]
        })
        .collect();
    let n = u32::try_from(bodies.len()).unwrap();
    assert_eq!(n, 60);
    let mut proof = Proof::begin("S07", n, n);
    let (mut slowest, mut most, mut n_plain) = (0.0_f64, 0, 0);
    for body in bodies {
        proof.round().unwrap();
        let begun = Instant::now();
        let parsed = parse(&body);
        slowest = slowest.max(begun.elapsed().as_secs_f64() * 1_000.0);
        let (n_nodes, deep) = measure(&serde_json::to_value(&parsed).unwrap());
        let begins: String = body.chars().take(20).collect();
        assert!(n_nodes <= MOST, "{begins:?}: {n_nodes} nodes");
        assert!(deep <= DEEPEST, "{begins:?}: {deep} deep");
        most = most.max(n_nodes);
        if parsed.plain {
            n_plain += 1;
            let whole = serde_json::to_value(&parsed).unwrap();
            assert_eq!(whole["blocks"][0]["text"], Value::from(body));
        }
    }
    proof
        .figures
        .insert("slowest_ms".to_owned(), slowest.into());
    proof.figures.insert("most_nodes".to_owned(), most.into());
    proof.figures.insert("plain".to_owned(), n_plain.into());
}
