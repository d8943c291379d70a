//! The same query as chips: a list of conditions that must all match.
//!
//! A condition on one field is a chip of its field, operator and values. What chips cannot say (groups, values compared in
//! different ways, a negated range) and what could not be read is a chip of text, so that going there and back loses nothing.

use super::{
    Search,
    field::Field,
    parser::parse,
    query::{Kind, Node, Term},
    span::Span,
    text::{self, Spoken},
};
use crate::view::{Chip, Operator};

/// The text of these chips. Making chips of it gives the same ones.
pub fn chips_to_text(chips: &[Chip]) -> String {
    chips.iter().map(to_text).collect::<Vec<_>>().join(" ")
}

/// The query as chips, in the order of its text.
pub(super) fn of_search(search: &Search) -> Vec<Chip> {
    let lost: Vec<_> = search
        .problems
        .iter()
        .filter(|problem| problem.reason.loses_text())
        .map(|problem| problem.span)
        .collect();
    let conjuncts = search.query.conjuncts().iter();
    conjuncts.map(|part| of_part(search, part, &lost)).collect()
}

/// `lost` are the places of what could not be read, in order and apart from each other.
fn of_part(search: &Search, part: &Node, lost: &[Span]) -> Chip {
    if is_within(lost, part.span) {
        return Chip::Text {
            text: as_written(search, part),
        };
    }
    let chip = match &part.value {
        Kind::Term(term) => of_term(term, false),
        Kind::Not(inner) => match &inner.value {
            Kind::Term(term) => of_term(term, true),
            Kind::All(_) | Kind::Any(_) | Kind::Not(_) | Kind::Unread(_) => None,
        },
        Kind::All(_) | Kind::Any(_) | Kind::Unread(_) => None,
    };
    chip.unwrap_or_else(|| Chip::Text {
        text: grouped(part, text::node(part)),
    })
}

/// What is missing, and so has no length, belongs to what stands before it.
fn is_within(lost: &[Span], part: Span) -> bool {
    let next = lost.partition_point(|lost| lost.end <= part.start);
    lost.get(next).is_some_and(|lost| {
        lost.start < part.end || (lost.start == part.end && lost.end == part.end)
    })
}

/// A chip of one field: all values compared in the same way, and so that the opposite of that has a name if it is negated.
fn of_term(term: &Term, negated: bool) -> Option<Chip> {
    let Spoken { field, values } = Spoken::of(term);
    let operator = values.first()?.0;
    let is_list = matches!(operator, Operator::Is | Operator::Contains);
    let is_same = values.iter().all(|(other, _)| *other == operator);
    if !is_same || (values.len() > 1 && !is_list) {
        return None;
    }
    Some(Chip::Field {
        field,
        operator: if negated {
            opposite(operator)?
        } else {
            operator
        },
        values: values.into_iter().flat_map(|(_, values)| values).collect(),
    })
}

fn opposite(operator: Operator) -> Option<Operator> {
    match operator {
        Operator::Is | Operator::Contains => Some(Operator::IsNot),
        Operator::IsEmpty => Some(Operator::IsNotEmpty),
        Operator::IsNotEmpty => Some(Operator::IsEmpty),
        Operator::IsNot
        | Operator::Before
        | Operator::After
        | Operator::Between
        | Operator::MoreThan
        | Operator::LessThan => None,
    }
}

/// The part as it stands in the text; as it was understood, if it would not stand alone there.
fn as_written(search: &Search, part: &Node) -> String {
    let written = grouped(part, text::closed(part.span.of(&search.text)));
    let (query, problems) = parse(&written);
    let stands_alone = problems.iter().all(|problem| !problem.reason.reaches_out());
    if stands_alone && query.conjuncts() == std::slice::from_ref(part) {
        written
    } else {
        grouped(part, text::node(part))
    }
}

fn grouped(part: &Node, text: String) -> String {
    match part.value {
        Kind::Any(_) => format!("({text})"),
        Kind::All(_) | Kind::Not(_) | Kind::Term(_) | Kind::Unread(_) => text,
    }
}

fn to_text(chip: &Chip) -> String {
    let (field, operator, values) = match chip {
        Chip::Text { text } => return text.clone(),
        Chip::Field {
            field,
            operator,
            values,
        } => (field, *operator, values),
    };
    let is_text = Field::of_name(field).is_some_and(Field::is_text);
    let (sign, operator) = match operator {
        Operator::IsNot if is_text => ("-", Operator::Contains),
        Operator::IsNot => ("-", Operator::Is),
        operator => ("", operator),
    };
    let values = match operator {
        Operator::Is | Operator::Contains => values
            .iter()
            .map(|value| (operator, vec![value.clone()]))
            .collect(),
        operator => vec![(operator, values.clone())],
    };
    let spoken = Spoken {
        field: field.clone(),
        values,
    };
    format!("{sign}{}", text::of_spoken(&spoken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(field: &str, operator: Operator, values: &[&str]) -> Chip {
        Chip::Field {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    fn text(text: &str) -> Chip {
        Chip::Text {
            text: text.to_owned(),
        }
    }

    #[test]
    fn each_condition_is_a_chip_that_says_the_same() {
        for (written, chip) in [
            ("malware", field("any", Operator::Contains, &["malware"])),
            (
                "\"dll sideload\"",
                field("any", Operator::Contains, &["dll sideload"]),
            ),
            ("-malware", field("any", Operator::IsNot, &["malware"])),
            (
                "title:\"dll sideload\"",
                field("title", Operator::Contains, &["dll sideload"]),
            ),
            (
                "host:web-07,\"web 08\"",
                field("host", Operator::Is, &["web-07", "web 08"]),
            ),
            ("-host:web*", field("host", Operator::IsNot, &["web*"])),
            ("assignee:none", field("assignee", Operator::IsEmpty, &[])),
            ("assignee:*", field("assignee", Operator::IsNotEmpty, &[])),
            (
                "assignee:\"none\"",
                field("assignee", Operator::Is, &["\"none\""]),
            ),
            (
                "created:<2026-11-23",
                field("created", Operator::Before, &["2026-11-23"]),
            ),
            (
                "created:>2026-11-23",
                field("created", Operator::After, &["2026-11-23"]),
            ),
            (
                "created:2026-11-01..",
                field("created", Operator::Between, &["2026-11-01", ""]),
            ),
            ("updated:<2h", field("updated", Operator::LessThan, &["2h"])),
            ("age:>3d", field("age", Operator::MoreThan, &["3d"])),
            (
                "alerts:1..5",
                field("alerts", Operator::Between, &["1", "5"]),
            ),
            ("sev:high+", field("sev", Operator::Is, &["high+"])),
            ("#42", field("id", Operator::Is, &["#42"])),
            (
                "field.\"a b\":c",
                field("field.\"a b\"", Operator::Is, &["c"]),
            ),
            ("(a OR b)", text("(a OR b)")),
            ("-(a b)", text("-(a b)")),
            ("-updated:<2h", text("-updated:<2h")),
            ("host:none,web", text("host:none,web")),
            ("sev:high,hgh", text("sev:high,hgh")),
            ("sev:", text("sev:")),
        ] {
            assert_eq!(chips_to_text(std::slice::from_ref(&chip)), written);
            assert_eq!(Search::read(written).chips(), [chip], "{written}");
        }
    }

    #[test]
    fn what_chips_cannot_say_stays_beside_those_that_they_can() {
        let chips = Search::read("sev:high (a OR host:b) -is:closed is:unred").chips();
        let expected = [
            field("sev", Operator::Is, &["high"]),
            text("(a OR host:b)"),
            field("is", Operator::IsNot, &["closed"]),
            text("is:unred"),
        ];
        assert_eq!(chips, expected);
        assert_eq!(
            chips_to_text(&chips),
            "sev:high (a OR host:b) -is:closed is:unred"
        );
    }

    #[test]
    fn a_part_that_does_not_stand_alone_is_written_anew() {
        let chips = Search::read("a OR -(assignee:").chips();
        assert_eq!(chips, [text("(a OR -assignee:)")]);
    }

    #[test]
    fn a_negated_emptiness_is_its_opposite() {
        let chips = Search::read("-assignee:none -closed:*").chips();
        let expected = [
            field("assignee", Operator::IsNotEmpty, &[]),
            field("closed", Operator::IsEmpty, &[]),
        ];
        assert_eq!(chips, expected);
    }

    #[test]
    fn every_operator_of_a_field_can_be_written_for_it() {
        for known in super::super::fields() {
            let sample = match known.name.as_str() {
                "is" => "mine",
                "sev" => "high",
                "tlp" => "red",
                "mitre" => "T1574",
                "id" => "#42",
                "created" | "updated" | "closed" | "touched" | "age" | "idle" => "2h",
                "alerts" | "comments" | "files" | "observables" => "5",
                _ => "x",
            };
            for operator in known.operators {
                let values: &[&str] = match operator {
                    Operator::IsEmpty | Operator::IsNotEmpty => &[],
                    Operator::Between => &["", sample],
                    Operator::Before | Operator::After => &["2026-11-23"],
                    Operator::Is
                    | Operator::IsNot
                    | Operator::Contains
                    | Operator::MoreThan
                    | Operator::LessThan => &[sample],
                };
                let chip = field(&known.name, operator, values);
                let written = chips_to_text(std::slice::from_ref(&chip));
                assert_eq!(Search::read(&written).chips(), [chip], "{written}");
            }
        }
    }
}
