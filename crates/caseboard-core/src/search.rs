//! The search language: text to a typed query, and the same query as chips.
//!
//! ```text
//! query   = and { "OR" and } ;
//! and     = not { not } ;                     (* a blank means and *)
//! not     = [ "-" | "NOT" ] term ;
//! term    = "(" query ")" | field ":" value { "," value } | phrase | word ;
//! value   = word | phrase | range | compare | "*" | "none" | "me" ;
//! range   = bound ".." bound ;   compare = (">" | ">=" | "<" | "<=") bound ;
//! bound   = number | date | duration ;        (* 2h 3d 2w, 2026-11-23, 2026-11-23T12:00Z, now-8h *)
//! ```
//!
//! [`Search::read`] takes any text and always gives a query: what cannot be read is a [`Problem`] with its place and left out.
//! The steps are `lexer` (text to tokens), `parser` (tokens to a tree) and `check` (words to values of types, so that nothing
//! behind it sees a string of unknown meaning). Each goes once over its input, groups nest 32 deep at most, and nothing panics.
//! It needs no database and no clock: relative times stay relative until [`TimeTest::interval`] is told what time it is.
//!
//! It is written by hand. The grammar has five rules, words are cut differently in different places (an URL has colons, a
//! disarmed address has parentheses), and every wrong input must still give a query, which is the part that a parser library
//! leaves to its user.
//!
//! What the grammar leaves open:
//! - Capitals and small letters are the same but in ids; the operators `OR` and `NOT` are capitals, so that they are not words.
//! - Two quotes within a phrase are one; a backslash is a backslash, because paths are full of them. Two stars at the end are
//!   one, which is then an ordinary character. A star elsewhere is one too, with a problem if there are no quotes.
//! - `field:none` asks for cases without, `field:*` for cases with anything there. In quotes both are words, as is `"me"`.
//! - `#42`, `PROD/soc#42` and `PROD/soc~76e195` name a case wherever they stand; in quotes they are text.
//! - Bare words, texts and indicators are refanged: see [`refang`]. Names that people chose (tags, categories, custom fields)
//!   are compared as they are.
//! - `any:a,b` is a bare word with several values. It is how a chip of bare words is written.

mod check;
mod chips;
mod exact;
mod field;
mod lexer;
mod parser;
mod problem;
mod query;
mod refang;
mod span;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod value;

pub use chips::chips_to_text;
pub use exact::Exact;
pub use field::Field;
pub use problem::Problem;
pub use query::{
    AttachedKind, CountField, EntityKind, Kind, Label, LastingField, Node, OneOf, Query, Role,
    Term, TextPlace, TimeField,
};
pub use refang::refang;
pub use span::{Span, Spanned, Utf16};
pub use text::to_text;
pub use time::{Elapsed, Interval, Moment, Precision, TimeTest, Unit, age_interval};
pub use value::{
    Asked, Attack, CaseName, CustomTest, Flag, Level, Match, Place, Range, Severity, SourceTest,
    Tlp, Who,
};

use crate::view::{Chip, SearchField, SearchProblem, SearchView};

/// What was read from a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The text.
    pub text: String,
    /// What it asks as a text of the search language.
    pub query: Query,
    /// What could not be read, in the order of the text.
    pub problems: Vec<Problem>,
    /// What it is as a whole, if it is one thing. Then that is searched first, and [`Search::as_text`] on demand.
    pub exact: Option<Exact>,
}

impl Search {
    /// Reads any text. Takes time linear in its length.
    pub fn read(text: &str) -> Self {
        let (query, problems) = parser::parse(text);
        Self {
            text: text.to_owned(),
            query,
            problems,
            exact: Exact::read(text),
        }
    }

    /// What is searched first: exactly what the text is as a whole, else what it asks.
    pub fn first(&self) -> Query {
        self.exact
            .as_ref()
            .map_or_else(|| self.query.clone(), Exact::query)
    }

    /// The second reading of a text that is one thing: its words, wherever they occur.
    pub fn as_text(&self) -> Query {
        if self.exact.is_none() {
            return self.query.clone();
        }
        let text = refang(self.text.trim());
        let whole = Spanned::new(
            Span::new(0, self.text.len()),
            Asked::Value(Match {
                text,
                prefix: false,
            }),
        );
        let term = Term::Text {
            place: TextPlace::Anywhere,
            any_of: vec![whole],
        };
        Query {
            root: Spanned::new(Span::new(0, self.text.len()), Kind::Term(term)),
        }
    }

    /// The same query as chips.
    pub fn chips(&self) -> Vec<Chip> {
        chips::of_search(self)
    }

    /// What a face shows of it.
    pub fn view(&self) -> SearchView {
        let utf16 = Utf16::of(&self.text);
        let problems = self.problems.iter().map(|problem| SearchProblem {
            start: utf16.at(problem.span.start),
            end: utf16.at(problem.span.end),
            message: problem.reason.to_string(),
            reason: problem.reason.clone(),
        });
        SearchView {
            chips: self.chips(),
            problems: problems.collect(),
            exact: self.exact.as_ref().map(Exact::kind),
        }
    }
}

/// The fields that there are, for pickers and completion. Custom fields are not among them.
pub fn fields() -> Vec<SearchField> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Field::all()
        .map(|field| SearchField {
            name: field.name().to_owned(),
            operators: field.operators().to_vec(),
            values: words(&field.known_values()),
        })
        .collect()
}
