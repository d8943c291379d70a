//! Gives terms their types: a field's words become values, or a problem that says what they are not.

use super::{
    Problem,
    field::{Field, nearest},
    lexer::{RawField, RawTerm, RawValue},
    query::{
        AttachedKind, CountField, EntityKind, Kind, Label, LastingField, OneOf, Role, Term,
        TextPlace, TimeField,
    },
    span::Spanned,
    text::closed,
    time::{TimeTest, read_elapsed},
    value::{
        Asked, Attack, CaseName, CustomTest, Flag, Level, Match, Range, Severity, SourceTest, Tlp,
        Who, whole,
    },
};
use crate::view::ProblemReason;

type Read<T> = Result<T, ProblemReason>;

pub(super) struct Checker<'a> {
    /// The term as it is written.
    pub(super) written: &'a str,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    /// The term, or what is left of one that could not be read. `None` for a bare term that says nothing.
    pub(super) fn term(&mut self, raw: RawTerm) -> Option<Kind> {
        let RawTerm { field, values } = raw;
        let term = match field {
            None => return self.bare(&values),
            Some(RawField::Known(field)) => self.of_field(field, &values),
            Some(RawField::Custom(name)) => {
                some(self.asked(&values, |value| Ok(CustomTest::read(value))))
                    .map(|any_of| Term::Custom { name, any_of })
            }
        };
        Some(term.map_or_else(|| Kind::Unread(closed(self.written)), Kind::Term))
    }

    fn bare(&mut self, values: &[RawValue]) -> Option<Kind> {
        let value = values.first()?;
        let handle = (!value.quoted && !value.prefix)
            .then(|| CaseName::handle(&value.text))
            .flatten();
        if let Some(name) = handle {
            return Some(Kind::Term(Term::Case(vec![Spanned::new(value.span, name)])));
        }
        if value.text.is_empty() && !value.prefix {
            return None;
        }
        let words = self.plain(values, word);
        some(words).map(anywhere).map(Kind::Term)
    }

    fn of_field(&mut self, field: Field, values: &[RawValue]) -> Option<Term> {
        use Field as F;
        match field {
            F::Any => some(self.plain(values, word)).map(anywhere),
            F::Title => self.text(TextPlace::Title, values),
            F::Description => self.text(TextPlace::Description, values),
            F::Comment => self.text(TextPlace::Comment, values),
            F::Text => self.text(TextPlace::Texts, values),
            F::Id => some(self.plain(values, CaseName::read)).map(Term::Case),
            F::Status => {
                let statuses = self.plain(values, |value| {
                    let status = whole_word(value, field)?;
                    Ok(status.to_lowercase().parse().unwrap_or_default())
                });
                some(statuses).map(Term::Status)
            }
            F::Is => {
                let flags = self.plain(values, |value| {
                    Flag::of_word(&value.text).ok_or_else(|| unknown(value, field, Flag::words()))
                });
                some(flags).map(Term::Is)
            }
            F::Severity => some(self.plain(values, severity)).map(Term::Severity),
            F::Assignee => self.person(Role::Assignee, values),
            F::By => self.person(Role::Reporter, values),
            F::Participant => self.person(Role::Participant, values),
            F::Tag => self.label(Label::Tag, values),
            F::Category => self.label(Label::Category, values),
            F::Owner => self.label(Label::Owner, values),
            F::Template => self.label(Label::Template, values),
            F::Deployment => some(self.plain(values, name)).map(Term::Deployment),
            F::Space => some(self.plain(values, name)).map(Term::Space),
            F::Source => {
                let sources =
                    self.plain(values, |value| name(value).map(|_| SourceTest::read(value)));
                some(sources).map(Term::Source)
            }
            F::Alert => self.attached(AttachedKind::Alert, values),
            F::Event => self.attached(AttachedKind::Event, values),
            F::Host => self.entity(EntityKind::Host, values),
            F::User => self.entity(EntityKind::User, values),
            F::Rule => self.entity(EntityKind::Rule, values),
            F::Ip => self.entity(EntityKind::Ip, values),
            F::Hash => self.entity(EntityKind::Hash, values),
            F::Domain => self.entity(EntityKind::Domain, values),
            F::Process => self.entity(EntityKind::Process, values),
            F::Observable => self.entity(EntityKind::Observable, values),
            F::Mitre => {
                let found = self.asked(values, |value| {
                    let whole = (!value.prefix).then(|| Attack::read(&value.text));
                    whole
                        .flatten()
                        .ok_or_else(|| unknown(value, field, std::iter::empty()))
                });
                some(found).map(Term::Attack)
            }
            F::Tlp => some(self.asked(values, tlp)).map(Term::Tlp),
            F::Created => self.time(TimeField::Created, values),
            F::Updated => self.time(TimeField::Updated, values),
            F::Closed => self.time(TimeField::Closed, values),
            F::Touched => self.time(TimeField::Touched, values),
            F::Age => self.lasting(LastingField::Age, values),
            F::Idle => self.lasting(LastingField::Idle, values),
            F::Alerts => self.count(CountField::Alerts, values),
            F::Comments => self.count(CountField::Comments, values),
            F::Files => self.count(CountField::Files, values),
            F::Observables => self.count(CountField::Observables, values),
            F::External => {
                some(self.asked(values, |value| Ok(Match::written(value)))).map(Term::External)
            }
        }
    }

    fn text(&mut self, place: TextPlace, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| Ok(Match::armed(value))))?;
        Some(Term::Text { place, any_of })
    }

    fn person(&mut self, role: Role, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| Ok(Who::read(value))))?;
        Some(Term::Person { role, any_of })
    }

    fn label(&mut self, label: Label, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| Ok(Match::written(value))))?;
        Some(Term::Label { label, any_of })
    }

    fn attached(&mut self, kind: AttachedKind, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, Match::id))?;
        Some(Term::Attached { kind, any_of })
    }

    fn entity(&mut self, kind: EntityKind, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| Ok(Match::armed(value))))?;
        Some(Term::Entity { kind, any_of })
    }

    fn time(&mut self, field: TimeField, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| {
            compared(value, ProblemReason::NotATime).and_then(TimeTest::read)
        }))?;
        Some(Term::Time { field, any_of })
    }

    fn lasting(&mut self, field: LastingField, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.plain(values, |value| {
            compared(value, ProblemReason::NotADuration).and_then(read_elapsed)
        }))?;
        Some(Term::Lasting { field, any_of })
    }

    fn count(&mut self, field: CountField, values: &[RawValue]) -> Option<Term> {
        let any_of = some(self.asked(values, |value| {
            let number = |text: &str| whole(text).ok_or(ProblemReason::NotANumber);
            let text = compared(value, ProblemReason::NotANumber)?;
            Range::read(text, number)?.in_order(u32::lt)
        }))?;
        Some(Term::Count { field, any_of })
    }

    /// Values that may also be `none` or `*`.
    fn asked<T>(
        &mut self,
        values: &[RawValue],
        read: impl Fn(&RawValue) -> Read<T>,
    ) -> OneOf<Asked<T>> {
        self.plain(values, |value| {
            if value.is_word("none") {
                Ok(Asked::Nothing)
            } else if value.is_star() {
                Ok(Asked::Anything)
            } else if value.text.is_empty() {
                Err(ProblemReason::StarAlone)
            } else {
                read(value).map(Asked::Value)
            }
        })
    }

    /// Values that can be read; the others become problems.
    fn plain<T>(&mut self, values: &[RawValue], read: impl Fn(&RawValue) -> Read<T>) -> OneOf<T> {
        let mut known = Vec::with_capacity(values.len());
        for value in values {
            match read(value) {
                Ok(read) => known.push(Spanned::new(value.span, read)),
                Err(reason) => self.problems.push(Problem {
                    span: value.span,
                    reason,
                }),
            }
        }
        known
    }
}

fn some<T>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

fn anywhere(words: OneOf<Match>) -> Term {
    let any_of = words
        .into_iter()
        .map(|word| Spanned::new(word.span, Asked::Value(word.value)));
    Term::Text {
        place: TextPlace::Anywhere,
        any_of: any_of.collect(),
    }
}

fn word(value: &RawValue) -> Read<Match> {
    not_empty(value).map(Match::armed)
}

fn name(value: &RawValue) -> Read<Match> {
    not_empty(value).map(Match::written)
}

fn not_empty(value: &RawValue) -> Read<&RawValue> {
    if value.text.is_empty() {
        return Err(ProblemReason::StarAlone);
    }
    Ok(value)
}

/// A value that stands for itself and not for a beginning.
fn whole_word(value: &RawValue, field: Field) -> Read<&str> {
    if value.prefix {
        return Err(unknown(value, field, std::iter::empty()));
    }
    Ok(&value.text)
}

/// A number, a time or a duration; in quotes it is none.
fn compared(value: &RawValue, otherwise: ProblemReason) -> Read<&str> {
    if value.quoted || value.prefix {
        return Err(otherwise);
    }
    Ok(&value.text)
}

fn severity(value: &RawValue) -> Read<Level<Severity>> {
    let or_worse = value.text.strip_suffix('+');
    let level = Severity::of_word(or_worse.unwrap_or(&value.text)).filter(|_| !value.prefix);
    let level = level.ok_or_else(|| unknown(value, Field::Severity, Severity::words()))?;
    Ok(Level {
        level,
        or_worse: or_worse.is_some(),
    })
}

/// `amber+strict` is a level of its own, and `white` the old name of `clear`.
fn tlp(value: &RawValue) -> Read<Level<Tlp>> {
    let of_word = |word: &str| {
        let old = word.eq_ignore_ascii_case("white").then_some(Tlp::Clear);
        Tlp::of_word(word).or(old).filter(|_| !value.prefix)
    };
    let exactly = of_word(&value.text);
    let level = exactly.or_else(|| value.text.strip_suffix('+').and_then(of_word));
    let level = level.ok_or_else(|| unknown(value, Field::Tlp, Tlp::words()))?;
    Ok(Level {
        level,
        or_worse: exactly.is_none(),
    })
}

fn unknown(
    value: &RawValue,
    field: Field,
    known: impl Iterator<Item = &'static str>,
) -> ProblemReason {
    ProblemReason::UnknownValue {
        field: field.name().to_owned(),
        suggestion: nearest(value.text.trim_end_matches('+'), known).map(str::to_owned),
    }
}
