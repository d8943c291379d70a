//! A search as a face shows it: problems with their places, chips, and what a pasted text is.

use serde::{Deserialize, Serialize};

/// What was read from the text of a search box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SearchView {
    /// The same query as chips; all of them must match.
    pub chips: Vec<Chip>,
    /// What could not be read, and where. What could be read is searched all the same.
    pub problems: Vec<SearchProblem>,
    /// Set if the whole text is one id, address, hash or link: exactly that is searched first, and as text on demand.
    pub exact: Option<ExactKind>,
}

/// A place in the text that needs a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SearchProblem {
    /// Where it begins, in UTF-16 code units as JavaScript counts them.
    pub start: u32,
    /// Where it ends. Equal to `start` where something is missing.
    pub end: u32,
    /// What is wrong.
    pub reason: ProblemReason,
    /// The same in words, for terminals and logs.
    pub message: String,
}

/// What is wrong with a part of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ProblemReason {
    /// No field has this name; the word is searched as text.
    UnknownField {
        /// The name as it was written.
        name: String,
        /// The field that was probably meant.
        suggestion: Option<String>,
    },
    /// The field does not know this value; the value is left out.
    UnknownValue {
        /// The field.
        field: String,
        /// The value that was probably meant.
        suggestion: Option<String>,
    },
    /// A field without a value, or a comma with nothing beside it.
    ValueMissing {
        /// The field.
        field: String,
    },
    /// Neither a date, a time, a duration, nor `now` with or without a duration.
    NotATime,
    /// Not a duration as `2h`, `3d`, `2w`.
    NotADuration,
    /// Not a whole number.
    NotANumber,
    /// One end of the range is a duration, the other a date.
    MixedRange,
    /// The range ends before it begins.
    ReversedRange,
    /// A range without ends.
    EmptyRange,
    /// The id was shortened with `…`; the whole one is needed.
    ShortenedId,
    /// A star before the end of a word; it stands for itself.
    StarInside,
    /// A star without a field or a beginning; it says nothing.
    StarAlone,
    /// Nothing is known of this yet; the condition is left out.
    NotKept {
        /// The field or the word.
        name: String,
    },
    /// Nobody knows who asks, in any of the deployments; nothing matches.
    UnknownMe,
    /// A quote that is not closed; the phrase goes to the end.
    UnclosedQuote,
    /// A parenthesis that is not closed; the group goes to the end.
    UnclosedGroup,
    /// A closing parenthesis without an opening one; it is left out.
    StrayClose,
    /// A group with nothing in it; it is left out.
    EmptyGroup,
    /// `OR` with nothing before or behind it; it is left out.
    OrAlone,
    /// `-` or `NOT` with nothing behind it; it is left out.
    NotAlone,
    /// `AND`: a blank says the same; it is left out.
    AndImplied,
    /// Groups within groups past the limit; their parentheses are left out.
    TooDeep {
        /// The limit.
        most: u32,
    },
    /// The text is longer than is read.
    TooLong {
        /// Bytes that are read.
        most: u32,
    },
    /// More values than are searched.
    TooMany {
        /// Values that are searched.
        most: u32,
    },
}

/// One condition of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Chip {
    /// Field, operator and values.
    Field {
        /// The field as the search language writes it: `host`, `field.customer`. `any` is a bare word.
        field: String,
        /// How the values are compared.
        operator: Operator,
        /// As the search language writes them, without quotes where these only hold the value together.
        /// Several mean *or*. `between` has two, of which one may be empty; `isEmpty` and `isNotEmpty` have none.
        values: Vec<String>,
    },
    /// What chips cannot say, in the search language.
    Text {
        /// The part of the query.
        text: String,
    },
}

/// How a chip compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Operator {
    /// One of the values, or something that begins with one that ends in a star.
    Is,
    /// None of the values; for text: contains none of them.
    IsNot,
    /// One of the values occurs in the text.
    Contains,
    /// Earlier than a date or a time.
    Before,
    /// Later than a date or a time.
    After,
    /// From the first to the second, both included; an empty one is open.
    Between,
    /// A larger number, or a longer time.
    MoreThan,
    /// A smaller number, or a shorter time.
    LessThan,
    /// Nothing is there.
    IsEmpty,
    /// Something is there.
    IsNotEmpty,
}

/// What a text is, if it is one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ExactKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// An MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits.
    Hash,
    /// A URL.
    Url,
    /// A UUID: of a case, an alert, or anything else.
    Uuid,
    /// A document id of 20 characters.
    DocumentId,
    /// A link to a case in Kibana.
    CaseLink,
    /// A link to an alert in Kibana.
    AlertLink,
}

/// A field of the search language, for pickers and completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SearchField {
    /// As the search language writes it.
    pub name: String,
    /// What chips of it can say.
    pub operators: Vec<Operator>,
    /// Words that it knows, where these are all there are.
    pub values: Vec<String>,
}
