//! Trees and problems as short lines, for tables of tests. Shares nothing with `text`, which is under test.

use std::fmt::Debug;

use super::super::{
    Asked, Attack, CaseName, CustomTest, Kind, Level, Match, Node, OneOf, Place, Problem, Range,
    SourceTest, Term, TextPlace, TimeTest, Who,
};
use crate::view::ProblemReason;

pub(super) fn tree(node: &Node) -> String {
    let all = |nodes: &[Node]| nodes.iter().map(tree).collect::<Vec<_>>().join(" ");
    match &node.value {
        Kind::All(nodes) => format!("(all {})", all(nodes)),
        Kind::Any(nodes) => format!("(any {})", all(nodes)),
        Kind::Not(inner) => format!("(not {})", tree(inner)),
        Kind::Unread(written) => format!("(unread {written})"),
        Kind::Term(term) => of_term(term),
    }
}

pub(super) fn problem(problem: &Problem) -> String {
    let name = format!("{:?}", problem.reason);
    let name = name.split([' ', '{']).next().unwrap_or_default().to_owned();
    let more = match &problem.reason {
        ProblemReason::UnknownField { suggestion, .. }
        | ProblemReason::UnknownValue { suggestion, .. } => {
            suggestion.as_ref().map_or("?", String::as_str)
        }
        _ => "",
    };
    let (start, end) = (problem.span.start, problem.span.end);
    format!("{start}..{end} {name} {more}")
        .trim_end()
        .to_owned()
}

fn of_term(term: &Term) -> String {
    match term {
        Term::Case(names) => format!("case={}", list(names, case)),
        Term::Text { place, any_of } => {
            let values = list(any_of, |value| asked(value, text));
            match place {
                TextPlace::Anywhere => values,
                place => format!("{}~{values}", low(place)),
            }
        }
        Term::Status(values) => format!("status={}", list(values, ToString::to_string)),
        Term::Is(flags) => format!("is={}", list(flags, low)),
        Term::Severity(levels) => format!("severity={}", list(levels, level)),
        Term::Person { role, any_of } => {
            format!("{}={}", low(role), list(any_of, |value| asked(value, who)))
        }
        Term::Label { label, any_of } => texts(&low(label), any_of),
        Term::Deployment(names) => format!("deployment={}", list(names, text)),
        Term::Space(names) => format!("space={}", list(names, text)),
        Term::Source(sources) => format!("source={}", list(sources, source)),
        Term::Attached { kind, any_of } => texts(&low(kind), any_of),
        Term::Entity { kind, any_of } => texts(&low(kind), any_of),
        Term::Attack(found) => format!(
            "attack={}",
            list(found, |value| asked(value, |value| attack(*value)))
        ),
        Term::Tlp(levels) => format!("tlp={}", list(levels, |value| asked(value, level))),
        Term::Time { field, any_of } => {
            format!("{}{}", low(field), list(any_of, |value| asked(value, time)))
        }
        Term::Lasting { field, any_of } => format!("{}{}", low(field), list(any_of, range)),
        Term::Count { field, any_of } => {
            format!(
                "n-{}{}",
                low(field),
                list(any_of, |value| asked(value, range))
            )
        }
        Term::Custom { name, any_of } => {
            format!(
                "custom[{name}]{}",
                list(any_of, |value| asked(value, custom))
            )
        }
        Term::External(names) => texts("external", names),
    }
}

fn list<T>(values: &OneOf<T>, show: impl Fn(&T) -> String) -> String {
    let shown: Vec<_> = values.iter().map(|value| show(&value.value)).collect();
    shown.join("|")
}

fn texts(name: &str, values: &OneOf<Asked<Match>>) -> String {
    format!("{name}={}", list(values, |value| asked(value, text)))
}

fn asked<T>(value: &Asked<T>, show: impl Fn(&T) -> String) -> String {
    match value {
        Asked::Nothing => "NOTHING".to_owned(),
        Asked::Anything => "ANYTHING".to_owned(),
        Asked::Value(value) => show(value),
    }
}

fn text(value: &Match) -> String {
    format!("'{}'{}", value.text, if value.prefix { "…" } else { "" })
}

fn who(value: &Who) -> String {
    match value {
        Who::Me => "ME".to_owned(),
        Who::Named(name) => text(name),
    }
}

fn case(name: &CaseName) -> String {
    let place = |place: &Option<Place>| match place {
        None => "anywhere".to_owned(),
        Some(Place { deployment, space }) => {
            format!("{deployment}+{}", space.as_deref().unwrap_or("-"))
        }
    };
    match name {
        CaseName::Number { place: at, number } => format!("[{}, {number}]", place(at)),
        CaseName::Prefix { place: at, start } => format!("[{}, {start}…]", place(at)),
        CaseName::Full(id) => format!("[{id}]"),
    }
}

fn source(source: &SourceTest) -> String {
    match source {
        SourceTest::Either(name) => text(name),
        SourceTest::Both { deployment, space } => format!("'{deployment}'+{}", text(space)),
    }
}

fn level<T: Debug>(value: &Level<T>) -> String {
    format!("{:?}{}", value.level, if value.or_worse { "+" } else { "" })
}

fn attack(value: Attack) -> String {
    match value {
        Attack::Technique { number, sub } => format!("{number}/{}", sub.unwrap_or(0)),
        Attack::Tactic { number } => format!("tactic {number}"),
    }
}

fn time(value: &TimeTest) -> String {
    match value {
        TimeTest::At(at) => range(at),
        TimeTest::Ago(ago) => format!(" ago{}", range(ago)),
    }
}

fn custom(value: &CustomTest) -> String {
    match value {
        CustomTest::Text(value) => format!("={}", text(value)),
        CustomTest::Number(number) => range(number),
    }
}

fn range<T: ToString>(range: &Range<T>) -> String {
    let end = |end: &Option<T>| end.as_ref().map(T::to_string).unwrap_or_default();
    match range {
        Range::Is(value) => format!("={}", value.to_string()),
        Range::Less(than) => format!("<{}", than.to_string()),
        Range::More(than) => format!(">{}", than.to_string()),
        Range::Between(from, to) => format!("=[{}, {}]", end(from), end(to)),
    }
}

fn low(value: &impl Debug) -> String {
    format!("{value:?}").to_lowercase()
}
