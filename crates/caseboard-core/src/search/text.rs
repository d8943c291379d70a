//! Writes queries: trees as text, and values as chips show them.

use std::fmt;

use super::{
    field::Field,
    lexer::{is_bare_word, is_phrase, is_value_word},
    query::{
        AttachedKind, CountField, EntityKind, Kind, Label, LastingField, Node, OneOf, Query, Role,
        Term, TextPlace, TimeField,
    },
    time::{Elapsed, Moment, TimeTest},
    value::{
        Asked, Attack, CaseName, CustomTest, Flag, Level, Match, Place, Range, Severity,
        SourceTest, Tlp, Who,
    },
};
use crate::view::Operator;

/// A term in words: its field, and each value with the operator that it is compared by.
pub(super) struct Spoken {
    pub(super) field: String,
    pub(super) values: Vec<(Operator, Vec<String>)>,
}

/// The query as text. Reading it gives the same query.
pub fn to_text(query: &Query) -> String {
    node(&query.root)
}

pub(super) fn node(part: &Node) -> String {
    match &part.value {
        Kind::All(nodes) => {
            let parts = nodes.iter().map(|part| match &part.value {
                Kind::Any(_) => format!("({})", node(part)),
                Kind::All(_) | Kind::Not(_) | Kind::Term(_) | Kind::Unread(_) => node(part),
            });
            parts.collect::<Vec<_>>().join(" ")
        }
        Kind::Any(nodes) => nodes.iter().map(node).collect::<Vec<_>>().join(" OR "),
        Kind::Not(inner) => match &inner.value {
            Kind::All(_) | Kind::Any(_) => format!("-({})", node(inner)),
            Kind::Not(_) | Kind::Term(_) | Kind::Unread(_) => format!("-{}", node(inner)),
        },
        Kind::Term(term) => of_spoken(&Spoken::of(term)),
        Kind::Unread(written) => written.clone(),
    }
}

/// A field with its values, or the bare word if that says the same.
pub(super) fn of_spoken(spoken: &Spoken) -> String {
    let Spoken { field, values } = spoken;
    if let [(Operator::Contains, words)] = values.as_slice()
        && field == Field::Any.name()
        && let [word] = words.as_slice()
    {
        return bare(word);
    }
    if let [(Operator::Is, names)] = values.as_slice()
        && field == Field::Id.name()
        && let [name] = names.as_slice()
        && CaseName::handle(name).is_some()
    {
        return name.clone();
    }
    let values = values
        .iter()
        .flat_map(|(operator, values)| compose(*operator, values));
    format!("{field}:{}", values.collect::<Vec<_>>().join(","))
}

/// Values as they stand behind the colon.
fn compose(operator: Operator, values: &[String]) -> Vec<String> {
    let first = values.first().map(String::as_str).unwrap_or_default();
    match operator {
        Operator::Is | Operator::IsNot | Operator::Contains => {
            values.iter().map(|value| quoted(value)).collect()
        }
        Operator::Before | Operator::LessThan => vec![quoted(&format!("<{first}"))],
        Operator::After | Operator::MoreThan => vec![quoted(&format!(">{first}"))],
        Operator::Between => {
            let last = values.get(1).map(String::as_str).unwrap_or_default();
            vec![quoted(&format!("{first}..{last}"))]
        }
        Operator::IsEmpty => vec!["none".to_owned()],
        Operator::IsNotEmpty => vec!["*".to_owned()],
    }
}

/// A value of a chip as it stands behind the colon: in quotes if it needs them to hold together.
fn quoted(value: &str) -> String {
    if is_value_word(value) || is_phrase(value) {
        value.to_owned()
    } else {
        in_quotes(value)
    }
}

fn bare(value: &str) -> String {
    let is_text = is_bare_word(value) && CaseName::handle(value).is_none();
    if is_text || is_phrase(value) {
        value.to_owned()
    } else {
        in_quotes(value)
    }
}

/// A part of a text as it stands there, with its last quote closed, so that something can follow.
pub(super) fn closed(written: &str) -> String {
    let n_quotes = written.bytes().filter(|byte| *byte == b'"').count();
    format!("{written}{}", if n_quotes % 2 == 1 { "\"" } else { "" })
}

fn in_quotes(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

impl Spoken {
    pub(super) fn of(term: &Term) -> Self {
        match term {
            Term::Case(names) => Self::by(Field::Id, names),
            Term::Text { place, any_of } => {
                let field = place.field();
                let keywords: &[&str] = match place {
                    TextPlace::Anywhere => &[],
                    TextPlace::Title
                    | TextPlace::Description
                    | TextPlace::Comment
                    | TextPlace::Texts => &["none"],
                };
                let contains = any_of.iter().map(|asked| match &asked.value {
                    Asked::Value(text) => (Operator::Contains, vec![chip_value(text, keywords)]),
                    Asked::Nothing => (Operator::IsEmpty, Vec::new()),
                    Asked::Anything => (Operator::IsNotEmpty, Vec::new()),
                });
                Self {
                    field: field.name().to_owned(),
                    values: contains.collect(),
                }
            }
            Term::Status(statuses) => Self::of_texts(
                Field::Status,
                statuses.iter().map(|status| status.value.as_str()),
            ),
            Term::Is(flags) => {
                Self::of_texts(Field::Is, flags.iter().map(|flag| Flag::word(flag.value)))
            }
            Term::Severity(levels) => Self::by(Field::Severity, levels),
            Term::Person { role, any_of } => Self::by(role.field(), any_of),
            Term::Label { label, any_of } => Self::by(label.field(), any_of),
            Term::Deployment(names) => Self::by_plain(Field::Deployment, names),
            Term::Space(names) => Self::by_plain(Field::Space, names),
            Term::Source(sources) => Self::by(Field::Source, sources),
            Term::Attached { kind, any_of } => Self::by(kind.field(), any_of),
            Term::Entity { kind, any_of } => Self::by(kind.field(), any_of),
            Term::Attack(found) => Self::by(Field::Mitre, found),
            Term::Tlp(levels) => Self::by(Field::Tlp, levels),
            Term::Time { field, any_of } => Self::by(field.field(), any_of),
            Term::Lasting { field, any_of } => Self::by(field.field(), any_of),
            Term::Count { field, any_of } => Self::by(field.field(), any_of),
            Term::Custom { name, any_of } => Self {
                field: custom_field(name),
                values: spoken(any_of),
            },
            Term::External(names) => Self::by(Field::External, names),
        }
    }

    fn by<T: Say>(field: Field, values: &OneOf<T>) -> Self {
        Self {
            field: field.name().to_owned(),
            values: spoken(values),
        }
    }

    /// Values of a field that knows neither `none` nor `*`.
    fn by_plain(field: Field, values: &OneOf<Match>) -> Self {
        let values = values
            .iter()
            .map(|value| (Operator::Is, vec![chip_value(&value.value, &[])]));
        Self {
            field: field.name().to_owned(),
            values: values.collect(),
        }
    }

    fn of_texts<'a>(field: Field, values: impl Iterator<Item = &'a str>) -> Self {
        let whole = |value: &str| Match {
            text: value.to_owned(),
            prefix: false,
        };
        Self {
            field: field.name().to_owned(),
            values: values
                .map(|value| (Operator::Is, vec![chip_value(&whole(value), &[])]))
                .collect(),
        }
    }
}

fn spoken<T: Say>(values: &OneOf<T>) -> Vec<(Operator, Vec<String>)> {
    values.iter().map(|value| value.value.say()).collect()
}

/// `field.customer`, with the name in quotes where it needs them.
fn custom_field(name: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.';
    if !name.is_empty() && name.chars().all(is_name) {
        format!("field.{name}")
    } else {
        format!("field.{}", in_quotes(name))
    }
}

/// The text with its stars; in quotes only where it would be taken for one of the words without them.
fn chip_value(value: &Match, keywords: &[&str]) -> String {
    let is_keyword = |written: &str| {
        keywords
            .iter()
            .any(|keyword| written.eq_ignore_ascii_case(keyword))
    };
    chip_value_unless(value, is_keyword)
}

fn chip_value_unless(value: &Match, means_otherwise: impl Fn(&str) -> bool) -> String {
    let Match { text, prefix } = value;
    let n_stars = text.len() - text.trim_end_matches('*').len();
    let stars = "*".repeat(n_stars + usize::from(*prefix));
    let written = format!("{text}{stars}");
    if means_otherwise(&written) || written.starts_with('"') {
        in_quotes(&written)
    } else {
        written
    }
}

/// A value that can be written.
trait Say {
    fn say(&self) -> (Operator, Vec<String>);
}

impl<T: Say> Say for Asked<T> {
    fn say(&self) -> (Operator, Vec<String>) {
        match self {
            Self::Nothing => (Operator::IsEmpty, Vec::new()),
            Self::Anything => (Operator::IsNotEmpty, Vec::new()),
            Self::Value(value) => value.say(),
        }
    }
}

impl Say for Match {
    fn say(&self) -> (Operator, Vec<String>) {
        is(chip_value(self, &["none"]))
    }
}

impl Say for Who {
    fn say(&self) -> (Operator, Vec<String>) {
        match self {
            Self::Me => is("me".to_owned()),
            Self::Named(name) => is(chip_value(name, &["none", "me"])),
        }
    }
}

impl Say for CaseName {
    fn say(&self) -> (Operator, Vec<String>) {
        is(match self {
            Self::Number { place, number } => format!("{}#{number}", PlaceText(place.as_ref())),
            Self::Prefix { place, start } => format!("{}~{start}", PlaceText(place.as_ref())),
            Self::Full(id) => {
                let whole = Match {
                    text: id.as_str().to_owned(),
                    prefix: false,
                };
                chip_value_unless(&whole, |_| Self::of_word(id.as_str()).is_some())
            }
        })
    }
}

impl Say for SourceTest {
    fn say(&self) -> (Operator, Vec<String>) {
        is(match self {
            Self::Either(name) => chip_value(name, &[]),
            Self::Both { deployment, space } => {
                let both = Match {
                    text: format!("{deployment}/{}", space.text),
                    prefix: space.prefix,
                };
                chip_value(&both, &[])
            }
        })
    }
}

impl Say for Level<Severity> {
    fn say(&self) -> (Operator, Vec<String>) {
        is(level(self.level.word(), self.or_worse))
    }
}

impl Say for Level<Tlp> {
    fn say(&self) -> (Operator, Vec<String>) {
        is(level(self.level.word(), self.or_worse))
    }
}

impl Say for Attack {
    fn say(&self) -> (Operator, Vec<String>) {
        is(match self {
            Self::Technique { number, sub: None } => format!("T{number:04}"),
            Self::Technique {
                number,
                sub: Some(sub),
            } => format!("T{number:04}.{sub:03}"),
            Self::Tactic { number } => format!("TA{number:04}"),
        })
    }
}

impl Say for CustomTest {
    fn say(&self) -> (Operator, Vec<String>) {
        match self {
            Self::Number(range) => compared(range, Operator::LessThan, Operator::MoreThan),
            Self::Text(text) => is(chip_value_unless(text, |written| {
                written.eq_ignore_ascii_case("none")
                    || written.contains("..")
                    || written.starts_with(['<', '>'])
            })),
        }
    }
}

impl Say for TimeTest {
    fn say(&self) -> (Operator, Vec<String>) {
        match self {
            Self::At(range) => at(range),
            Self::Ago(range) => range.say(),
        }
    }
}

impl Say for Range<Elapsed> {
    fn say(&self) -> (Operator, Vec<String>) {
        compared(self, Operator::LessThan, Operator::MoreThan)
    }
}

impl Say for Range<u32> {
    fn say(&self) -> (Operator, Vec<String>) {
        compared(self, Operator::LessThan, Operator::MoreThan)
    }
}

fn at(range: &Range<Moment>) -> (Operator, Vec<String>) {
    compared(range, Operator::Before, Operator::After)
}

fn compared<T: fmt::Display>(
    range: &Range<T>,
    less: Operator,
    more: Operator,
) -> (Operator, Vec<String>) {
    let end = |end: &Option<T>| end.as_ref().map(T::to_string).unwrap_or_default();
    match range {
        Range::Is(value) => is(value.to_string()),
        Range::Less(than) => (less, vec![than.to_string()]),
        Range::More(than) => (more, vec![than.to_string()]),
        Range::Between(from, to) => (Operator::Between, vec![end(from), end(to)]),
    }
}

fn is(value: String) -> (Operator, Vec<String>) {
    (Operator::Is, vec![value])
}

fn level(word: &str, or_worse: bool) -> String {
    format!("{word}{}", if or_worse { "+" } else { "" })
}

/// `PROD/soc`, `PROD`, or nothing.
struct PlaceText<'a>(Option<&'a Place>);

impl fmt::Display for PlaceText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(Place {
                deployment,
                space: None,
            }) => f.write_str(deployment),
            Some(Place {
                deployment,
                space: Some(space),
            }) => write!(f, "{deployment}/{space}"),
        }
    }
}

impl TextPlace {
    fn field(self) -> Field {
        match self {
            Self::Anywhere => Field::Any,
            Self::Title => Field::Title,
            Self::Description => Field::Description,
            Self::Comment => Field::Comment,
            Self::Texts => Field::Text,
        }
    }
}

impl Role {
    fn field(self) -> Field {
        match self {
            Self::Assignee => Field::Assignee,
            Self::Reporter => Field::By,
            Self::Participant => Field::Participant,
        }
    }
}

impl Label {
    fn field(self) -> Field {
        match self {
            Self::Tag => Field::Tag,
            Self::Category => Field::Category,
            Self::Owner => Field::Owner,
            Self::Template => Field::Template,
        }
    }
}

impl AttachedKind {
    fn field(self) -> Field {
        match self {
            Self::Alert => Field::Alert,
            Self::Event => Field::Event,
        }
    }
}

impl EntityKind {
    fn field(self) -> Field {
        match self {
            Self::Host => Field::Host,
            Self::User => Field::User,
            Self::Rule => Field::Rule,
            Self::Ip => Field::Ip,
            Self::Hash => Field::Hash,
            Self::Domain => Field::Domain,
            Self::Process => Field::Process,
            Self::Observable => Field::Observable,
        }
    }
}

impl TimeField {
    fn field(self) -> Field {
        match self {
            Self::Created => Field::Created,
            Self::Updated => Field::Updated,
            Self::Closed => Field::Closed,
            Self::Touched => Field::Touched,
        }
    }
}

impl LastingField {
    fn field(self) -> Field {
        match self {
            Self::Age => Field::Age,
            Self::Idle => Field::Idle,
        }
    }
}

impl CountField {
    fn field(self) -> Field {
        match self {
            Self::Alerts => Field::Alerts,
            Self::Comments => Field::Comments,
            Self::Files => Field::Files,
            Self::Observables => Field::Observables,
        }
    }
}
