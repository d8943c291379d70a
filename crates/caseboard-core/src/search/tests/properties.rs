//! What holds for any text and for any chips.

use proptest::{prelude::*, sample::select};

use super::super::{
    Kind, Node, Query, Search, Span, Utf16, chips_to_text,
    lexer::{MOST_BYTES, MOST_VALUES, lex},
    parser::DEEPEST,
    to_text,
};
use crate::view::{Chip, Operator};

/// Pieces of queries, right and wrong, that are put together without order.
fn texts() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        " ",
        " ",
        " ",
        " ",
        "(",
        ")",
        "\"",
        "\"\"",
        "-",
        ",",
        ":",
        "*",
        "**",
        "..",
        "<",
        ">",
        ">=",
        "+",
        " OR ",
        " AND ",
        " NOT ",
        "none",
        "me",
        "a",
        "b c",
        "é",
        "日",
        "🛡",
        "\u{202e}",
        "\0",
        "\\",
        "\n",
        "host:",
        "title:",
        "any:",
        "id:",
        "#42",
        "PROD/soc#7",
        "~76e195",
        "sev:",
        "high",
        "high+",
        "hgh",
        "is:",
        "mine",
        "status:",
        "open",
        "tlp:",
        "amber+strict",
        "mitre:",
        "T1574.002",
        "assignee:",
        "source:",
        "PROD/soc",
        "alert:",
        "e2a2…",
        "created:",
        "updated:",
        "age:",
        "alerts:",
        "2026-11-23",
        "2026-11-23T12:00Z",
        "2026-02-31",
        "now-8h",
        "2h",
        "3d..1w",
        "5",
        "1..",
        "field.",
        "field.x:",
        "field.\"a b\":",
        "hots:",
        "hxxp://",
        "[.]",
        "(.)",
        "(dot)",
        "http://x.y/",
        "fe80::1",
        "'",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{0,60}",
        1 => any::<String>(),
    ]
}

/// Words as people and attackers write them; none that is empty.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9./-]{1,12}",
        "[ -~]{1,16}",
        "[a-zé日\"*,:() ]{1,10}",
        select(vec![
            "none", "me", "OR", "*x", "a*", "a**", "-x", "#42", "\"q\"", "x..y", "<5", "sev:high"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Chips as the language makes them: of words, by asking it, and of values that compare.
fn chips() -> impl Strategy<Value = Chip> {
    let listed = (
        select(vec![
            "any",
            "title",
            "desc",
            "text",
            "host",
            "rule",
            "tag",
            "cat",
            "obs",
            "assignee",
            "by",
            "space",
            "source",
            "alert",
            "ext",
            "field.x",
            "field.\"a b\"",
            "id",
            "status",
        ]),
        any::<bool>(),
        prop::collection::vec(words(), 1..4),
    )
        .prop_filter_map("says nothing", |(field, negated, words)| {
            let quoted: Vec<_> = words
                .iter()
                .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
                .collect();
            let sign = if negated { "-" } else { "" };
            let search = Search::read(&format!("{sign}{field}:{}", quoted.join(",")));
            match search.chips().as_slice() {
                [chip @ Chip::Field { .. }] => Some(chip.clone()),
                _ => None,
            }
        });
    let field = |field: &str, operator, values: &[&str]| Chip::Field {
        field: field.to_owned(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let others = select(vec![
        field("is", Operator::Is, &["mine", "unread"]),
        field("is", Operator::IsNot, &["closed"]),
        field("sev", Operator::Is, &["high+"]),
        field("sev", Operator::IsNot, &["low", "medium"]),
        field("tlp", Operator::Is, &["amber+strict+"]),
        field("mitre", Operator::Is, &["T1574.002", "TA0005"]),
        field("id", Operator::Is, &["PROD/soc#42"]),
        field("id", Operator::IsNot, &["#42", "~76e195"]),
        field("assignee", Operator::Is, &["me"]),
        field("assignee", Operator::IsEmpty, &[]),
        field("closed", Operator::IsNotEmpty, &[]),
        field("created", Operator::Before, &["2026-11-23"]),
        field("created", Operator::After, &["2026-11-23T12:00Z"]),
        field("created", Operator::Between, &["2026-11-01", ""]),
        field("created", Operator::IsNot, &["2026-11-01", "2026-11-02"]),
        field("updated", Operator::Between, &["", "now-8h"]),
        field("updated", Operator::LessThan, &["2h"]),
        field("age", Operator::MoreThan, &["3d"]),
        field("alerts", Operator::Between, &["1", "5"]),
        field("alerts", Operator::MoreThan, &["100"]),
        field("field.score", Operator::LessThan, &["-5"]),
    ]);
    let text = select(vec![
        "(a OR b)",
        "-(a b)",
        "host:none,a",
        "-updated:<2h",
        "sev:hgh",
        "sev:high,hgh",
        "host:",
    ])
    .prop_map(|text| Chip::Text {
        text: text.to_owned(),
    });
    prop_oneof![4 => listed, 3 => others, 1 => text]
}

fn says_emptiness(chips: &[Chip]) -> bool {
    chips.iter().any(|chip| {
        matches!(
            chip,
            Chip::Field {
                operator: Operator::IsEmpty | Operator::IsNotEmpty,
                ..
            }
        )
    })
}

/// Every place lies in that of its parent, on borders of characters.
fn check_spans(text: &str, node: &Node, parent: Span) -> Result<(), TestCaseError> {
    let Span { start, end } = node.span;
    prop_assert!(
        parent.start <= start && start <= end && end <= parent.end,
        "{node:?} in {parent:?}"
    );
    prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
    match &node.value {
        Kind::All(nodes) | Kind::Any(nodes) => {
            for pair in nodes.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start, "{pair:?} overlap");
            }
            nodes
                .iter()
                .try_for_each(|inner| check_spans(text, inner, node.span))
        }
        Kind::Not(inner) => check_spans(text, inner, node.span),
        Kind::Term(_) | Kind::Unread(_) => Ok(()),
    }
}

fn depth(node: &Node) -> u32 {
    match &node.value {
        Kind::All(nodes) | Kind::Any(nodes) => 1 + nodes.iter().map(depth).max().unwrap_or(0),
        Kind::Not(inner) => 1 + depth(inner),
        Kind::Term(_) | Kind::Unread(_) => 1,
    }
}

/// Whether the tree keeps what its types promise.
fn is_canonical(query: &Query) -> bool {
    fn inner(node: &Node) -> bool {
        match &node.value {
            Kind::All(nodes) => {
                nodes.len() > 1
                    && nodes
                        .iter()
                        .all(|part| !matches!(part.value, Kind::All(_)) && inner(part))
            }
            Kind::Any(nodes) => {
                nodes.len() > 1
                    && nodes
                        .iter()
                        .all(|part| !matches!(part.value, Kind::Any(_)) && inner(part))
            }
            Kind::Not(part) => !matches!(part.value, Kind::Not(_)) && inner(part),
            Kind::Term(_) | Kind::Unread(_) => true,
        }
    }
    query.is_empty() || inner(&query.root)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_gives_a_query_with_places_in_it(text in texts()) {
        let search = Search::read(&text);
        check_spans(&text, &search.query.root, Span::new(0, text.len()))?;
        prop_assert!(is_canonical(&search.query), "{:?}", search.query);
        for problem in &search.problems {
            let Span { start, end } = problem.span;
            prop_assert!(start <= end && end <= text.len(), "{problem:?}");
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{problem:?}");
        }
        let length = u32::try_from(text.encode_utf16().count()).unwrap();
        for problem in search.view().problems {
            prop_assert!(problem.start <= problem.end && problem.end <= length, "{problem:?}");
        }
    }

    #[test]
    fn a_tree_written_and_read_again_is_the_same_tree(text in texts()) {
        let query = Search::read(&text).query;
        let written = to_text(&query);
        let again = Search::read(&written).query;
        prop_assert_eq!(&again, &query, "{:?} became {:?}", text, written);
        prop_assert_eq!(to_text(&again), written, "writing it is settled");
    }

    #[test]
    fn chips_and_back_ask_the_same(text in texts()) {
        let search = Search::read(&text);
        let chips = search.chips();
        let again = Search::read(&chips_to_text(&chips));
        prop_assert_eq!(again.chips(), chips.clone(), "{:?} became {:?}", text, again.text);
        if !says_emptiness(&chips) {
            prop_assert_eq!(again.query, search.query, "{:?} became {:?}", text, again.text);
        }
    }

    #[test]
    fn chips_written_and_read_again_are_the_same_chips(chips in prop::collection::vec(chips(), 0..8)) {
        let text = chips_to_text(&chips);
        prop_assert_eq!(Search::read(&text).chips(), chips, "{}", text);
    }

    #[test]
    fn units_of_javascript_grow_with_bytes(text in any::<String>()) {
        let utf16 = Utf16::of(&text);
        for (byte, c) in text.char_indices() {
            let length = u32::try_from(c.len_utf16()).unwrap();
            prop_assert_eq!(utf16.at(byte + c.len_utf8()), utf16.at(byte) + length);
        }
    }
}

/// Texts that make a careless reader look back, copy or call itself once for each character.
fn hostile(n: usize) -> Vec<String> {
    [
        "(",
        ")",
        "-",
        "\"",
        "\"\"",
        "\" ",
        "a:",
        "a:(",
        "ab:(",
        "host:",
        "host:,",
        ",",
        "host:a,",
        "field.\"",
        "field.\"a\" ",
        "(.)",
        "a(.)",
        "((a OR ",
        "-(",
        "OR ",
        "AND ",
        "*",
        "a* ",
        "hxxp:",
        "[",
        "[.",
        "x(dot",
        "#1 ",
        "a OR (b ",
        "sev:x ",
        "é",
        "fe80:",
    ]
    .iter()
    .map(|piece| piece.repeat(n / piece.len()))
    .collect()
}

#[test]
fn tokens_problems_and_depth_are_bounded_by_the_text() {
    for text in hostile(MOST_BYTES) {
        let piece: String = text.chars().take(12).collect();
        let (tokens, _) = lex(&text);
        assert!(tokens.len() <= text.len(), "{piece}");
        let terms = tokens
            .iter()
            .filter(|token| matches!(token.kind, super::super::lexer::TokenKind::Term(_)));
        assert!(terms.count() <= MOST_VALUES, "{piece}");
        let search = Search::read(&text);
        assert!(search.problems.len() <= 2 * text.len() + 1, "{piece}");
        // Each group adds a list and a negation at most.
        assert!(
            depth(&search.query.root) <= 3 * (DEEPEST + 1),
            "{piece}: {}",
            depth(&search.query.root)
        );
        assert!(search.chips().len() <= MOST_VALUES, "{piece}");
    }
}

#[test]
fn a_text_past_the_limit_is_cut_at_a_character_and_says_so() {
    let text = "é".repeat(MOST_BYTES);
    let search = Search::read(&text);
    assert!(to_text(&search.query).len() <= MOST_BYTES);
    assert_eq!(
        search
            .problems
            .iter()
            .map(super::show::problem)
            .collect::<Vec<_>>(),
        [format!("{}..{} TooLong", MOST_BYTES, 2 * MOST_BYTES)]
    );
}

#[test]
fn groups_nest_to_the_limit_and_past_it_their_parentheses_are_left_out() {
    let nested = |n: usize| format!("{}x{}", "-(a OR ".repeat(n), ")".repeat(n));
    let deepest = DEEPEST as usize;
    let at_limit = Search::read(&nested(deepest));
    assert_eq!(
        (at_limit.problems, to_text(&at_limit.query)),
        (vec![], nested(deepest))
    );
    let past = Search::read(&nested(deepest + 1));
    let problems: Vec<_> = past.problems.iter().map(super::show::problem).collect();
    assert_eq!(
        problems
            .iter()
            .filter(|problem| problem.ends_with("TooDeep"))
            .count(),
        1
    );
    assert!(
        problems
            .iter()
            .all(|problem| !problem.ends_with("StrayClose")),
        "{problems:?}"
    );
}

#[test]
fn values_past_the_limit_are_left_out_and_told() {
    let words = |n: usize| vec!["a"; n].join(" ");
    let values = |n: usize| format!("host:{}", vec!["a"; n].join(","));
    for text in [words(MOST_VALUES), values(MOST_VALUES)] {
        assert_eq!(Search::read(&text).problems, []);
    }
    for text in [words(MOST_VALUES + 1), values(MOST_VALUES + 1)] {
        let search = Search::read(&text);
        let problems: Vec<_> = search.problems.iter().map(super::show::problem).collect();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].ends_with("TooMany"), "{problems:?}");
    }
}
