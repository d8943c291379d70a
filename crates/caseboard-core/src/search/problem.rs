//! What is wrong with a part of a query, in words.

use std::fmt;

use super::span::Span;
use crate::view::ProblemReason;

/// A place in a query that needs a look. It never keeps the rest from being searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is. Empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub reason: ProblemReason,
}

impl ProblemReason {
    /// Whether something that was written is missing from the query.
    pub(super) fn loses_text(&self) -> bool {
        match self {
            Self::UnknownValue { .. }
            | Self::ValueMissing { .. }
            | Self::NotATime
            | Self::NotADuration
            | Self::NotANumber
            | Self::MixedRange
            | Self::ReversedRange
            | Self::EmptyRange
            | Self::ShortenedId
            | Self::StarAlone
            | Self::TooLong { .. }
            | Self::TooMany { .. } => true,
            Self::UnknownField { .. }
            | Self::StarInside
            | Self::NotKept { .. }
            | Self::UnknownMe
            | Self::UnclosedQuote
            | Self::UnclosedGroup
            | Self::StrayClose
            | Self::EmptyGroup
            | Self::OrAlone
            | Self::NotAlone
            | Self::AndImplied
            | Self::TooDeep { .. } => false,
        }
    }

    /// Whether what follows would be read differently.
    pub(super) fn reaches_out(&self) -> bool {
        matches!(
            self,
            Self::UnclosedQuote | Self::UnclosedGroup | Self::StrayClose | Self::TooDeep { .. }
        )
    }
}

impl fmt::Display for ProblemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField {
                suggestion: Some(field),
                ..
            } => write!(f, "no field has this name; did you mean `{field}`?"),
            Self::UnknownField {
                suggestion: None, ..
            } => f.write_str("no field has this name; it is searched as text"),
            Self::UnknownValue {
                field,
                suggestion: Some(value),
            } => write!(f, "`{field}` does not know this; did you mean `{value}`?"),
            Self::UnknownValue {
                field,
                suggestion: None,
            } => write!(f, "`{field}` does not know this"),
            Self::ValueMissing { field } => write!(f, "`{field}:` lacks a value"),
            Self::NotATime => f.write_str(
                "not a time; write 2026-11-23, 2026-11-23T12:00Z, 2h, 3d, now-8h, or a range a..b",
            ),
            Self::NotADuration => f.write_str("not a duration; write 30m, 2h, 3d or 2w"),
            Self::NotANumber => f.write_str("not a whole number"),
            Self::MixedRange => f.write_str("one end is a duration, the other a date"),
            Self::ReversedRange => f.write_str("the range ends before it begins"),
            Self::EmptyRange => f.write_str("the range has no ends"),
            Self::ShortenedId => f.write_str("this id is shortened; copy the full one"),
            Self::StarInside => f.write_str("a star counts at the end of a word only"),
            Self::StarAlone => f.write_str("a star needs a beginning here"),
            Self::NotKept { name } => write!(f, "`{name}` cannot be searched yet; it is left out"),
            Self::UnknownMe => f.write_str("no deployment has told who you are"),
            Self::UnclosedQuote => f.write_str("the quote is not closed"),
            Self::UnclosedGroup => f.write_str("the parenthesis is not closed"),
            Self::StrayClose => f.write_str("no parenthesis was opened"),
            Self::EmptyGroup => f.write_str("nothing stands between the parentheses"),
            Self::OrAlone => f.write_str("`OR` needs something before and behind it"),
            Self::NotAlone => f.write_str("nothing stands behind this to leave out"),
            Self::AndImplied => f.write_str("a blank already means and"),
            Self::TooDeep { most } => write!(f, "groups nest {most} deep at most"),
            Self::TooLong { most } => write!(f, "only the first {most} bytes are read"),
            Self::TooMany { most } => write!(f, "only the first {most} values are searched"),
        }
    }
}
