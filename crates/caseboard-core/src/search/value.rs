//! Values of the search language, each of a type that says what it means.

use kibana_cases::CaseId;

use super::{field::Field, lexer::RawValue, refang::refang};
use crate::view::ProblemReason;

/// A value, or whether there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<T> {
    /// `none`: the case has nothing there.
    Nothing,
    /// `*`: the case has something there.
    Anything,
    /// The case has this.
    Value(T),
}

/// A text to look for. Capitals and small letters are the same, but for full ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The text; where indicators can stand, with those armed (see [`super::refang`]). Never empty.
    pub text: String,
    /// Whether what is found may go on behind it.
    pub prefix: bool,
}

/// A number, a time or a duration, compared. Not `non_exhaustive`, as all types here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range<T> {
    /// This one; what that means is said where the range is used.
    Is(T),
    /// Less than this one, for a moment: before it begins.
    Less(T),
    /// More than this one, for a moment: after it ended.
    More(T),
    /// From the first to the second, both included. `None` is open; never both.
    Between(Option<T>, Option<T>),
}

/// What names a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseName {
    /// `#42`, `PROD#42`, `PROD/soc#42`.
    Number {
        /// Where it counts; anywhere if `None`.
        place: Option<Place>,
        /// The number that Kibana gave.
        number: u32,
    },
    /// `PROD/soc~76e195`: the beginning of its id.
    Prefix {
        /// Where the case lives; anywhere if `None`.
        place: Option<Place>,
        /// The beginning of the id, in small letters.
        start: String,
    },
    /// Its whole id, compared as it is written.
    Full(CaseId),
}

/// The place in a handle: `PROD` or `PROD/soc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Short name of the deployment.
    pub deployment: String,
    /// Id of the space, if it is named.
    pub space: Option<String>,
}

/// The value of `source`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceTest {
    /// A deployment or a space of this name.
    Either(Match),
    /// `PROD/soc`: this space of this deployment.
    Both {
        /// Short name of the deployment.
        deployment: String,
        /// The space.
        space: Match,
    },
}

/// A level, or that and everything worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level<T> {
    /// The level.
    pub level: T,
    /// `high+`: whether worse ones count too.
    pub or_worse: bool,
}

/// How bad it is, from the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `low`.
    Low,
    /// `medium`.
    Medium,
    /// `high`.
    High,
    /// `critical`.
    Critical,
}

/// TLP 2.0, from the least strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tlp {
    /// `clear`.
    Clear,
    /// `green`.
    Green,
    /// `amber`.
    Amber,
    /// `amber+strict`.
    AmberStrict,
    /// `red`.
    Red,
}

/// Something that a case is or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Its status is open.
    Open,
    /// Its status is closed.
    Closed,
    /// Its status is anything but closed.
    Active,
    /// It is assigned to the person who asks.
    Mine,
    /// It is assigned to nobody.
    Unassigned,
    /// The person who asks watches it.
    Watched,
    /// It changed since the person who asks looked at it.
    Unread,
    /// What is known of it is older than it should be.
    Stale,
    /// The status of its alerts follows its own.
    Synced,
    /// Not everybody who may read its space may read it.
    Restricted,
    /// A change of ours waits to be confirmed.
    Pending,
    /// A change of ours was refused or needs a decision.
    Failed,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// `me`: whoever asks, which is another person in each deployment.
    Me,
    /// Part of a name, a user name, or a profile id.
    Named(Match),
}

/// Something of ATT&CK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attack {
    /// `T1574` with all its sub-techniques, or `T1574.002` alone.
    Technique {
        /// The number behind the `T`.
        number: u16,
        /// The number behind the dot.
        sub: Option<u16>,
    },
    /// `TA0005`.
    Tactic {
        /// The number behind the `TA`.
        number: u16,
    },
}

/// The value of a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomTest {
    /// Its text, or `true` and `false`, or a number as it is written.
    Text(Match),
    /// A number, compared; never [`Range::Is`].
    Number(Range<i64>),
}

type Read<T> = Result<T, ProblemReason>;

/// Shortest beginning of an id that names a case.
const SHORTEST_PREFIX: usize = 6;
/// Hexadecimal digits of a whole id; fewer are the beginning of one.
const SHORTEST_ID: usize = 32;
/// Longest short name of a deployment.
const LONGEST_NAME: usize = 8;

impl Match {
    /// As it was written, for names that people chose.
    pub(super) fn written(value: &RawValue) -> Self {
        Self {
            text: value.text.clone(),
            prefix: value.prefix,
        }
    }

    /// With indicators armed.
    pub(super) fn armed(value: &RawValue) -> Self {
        Self {
            text: refang(&value.text),
            prefix: value.prefix,
        }
    }

    /// An id: a shortened one is refused.
    pub(super) fn id(value: &RawValue) -> Read<Self> {
        if value.text.contains('…') || value.text.contains("...") {
            return Err(ProblemReason::ShortenedId);
        }
        Ok(Self::written(value))
    }
}

impl<T> Range<T> {
    /// Reads `a`, `<a`, `<=a`, `>a`, `>=a`, `a..b`, `a..` and `..b`. `>=a` is `a..`, and `<=b` is `..b`.
    pub(super) fn read(text: &str, bound: impl Fn(&str) -> Read<T>) -> Read<Self> {
        if let Some(from) = text.strip_prefix(">=") {
            return Ok(Self::Between(Some(bound(from)?), None));
        }
        if let Some(to) = text.strip_prefix("<=") {
            return Ok(Self::Between(None, Some(bound(to)?)));
        }
        if let Some(than) = text.strip_prefix('>') {
            return bound(than).map(Self::More);
        }
        if let Some(than) = text.strip_prefix('<') {
            return bound(than).map(Self::Less);
        }
        let Some((from, to)) = text.split_once("..") else {
            return bound(text).map(Self::Is);
        };
        let end = |text: &str| (!text.is_empty()).then(|| bound(text)).transpose();
        match (end(from)?, end(to)?) {
            (None, None) => Err(ProblemReason::EmptyRange),
            (from, to) => Ok(Self::Between(from, to)),
        }
    }

    /// The range itself, unless its ends are told to be in the wrong order.
    pub(super) fn in_order(self, is_before: impl Fn(&T, &T) -> bool) -> Read<Self> {
        match &self {
            Self::Between(Some(from), Some(to)) if is_before(to, from) => {
                Err(ProblemReason::ReversedRange)
            }
            Self::Is(_) | Self::Less(_) | Self::More(_) | Self::Between(..) => Ok(self),
        }
    }

    /// The same range over other bounds, if every bound has one.
    pub(super) fn map<U>(self, bound: impl Fn(T) -> Option<U>) -> Option<Range<U>> {
        let end = |end: Option<T>| match end {
            Some(end) => bound(end).map(Some),
            None => Some(None),
        };
        Some(match self {
            Self::Is(than) => Range::Is(bound(than)?),
            Self::Less(than) => Range::Less(bound(than)?),
            Self::More(than) => Range::More(bound(than)?),
            Self::Between(from, to) => Range::Between(end(from)?, end(to)?),
        })
    }
}

impl CaseName {
    /// A handle or an id, in a place where a case must be named.
    pub(super) fn read(value: &RawValue) -> Read<Self> {
        if value.prefix || value.text.contains('…') {
            return Err(ProblemReason::ShortenedId);
        }
        let text = value.text.as_str();
        let short = (!value.quoted).then(|| Self::of_word(text)).flatten();
        if let Some(name) = short {
            return Ok(name);
        }
        let id = text.parse().map_err(|_| ProblemReason::UnknownValue {
            field: Field::Id.name().to_owned(),
            suggestion: None,
        });
        id.map(Self::Full)
    }

    /// What a word without quotes names, if it is not a whole id: a handle, a number, or the beginning of an id.
    pub(super) fn of_word(text: &str) -> Option<Self> {
        let start = || {
            (is_start(text) && text.len() < SHORTEST_ID).then(|| Self::Prefix {
                place: None,
                start: text.to_ascii_lowercase(),
            })
        };
        Self::handle(text)
            .or_else(|| Self::number(text))
            .or_else(start)
    }

    /// A handle, which names a case wherever it stands: `#42`, `PROD/soc#42`, `PROD/soc~76e195`.
    pub(super) fn handle(text: &str) -> Option<Self> {
        if let Some((place, number)) = text.split_once('#') {
            let place = Place::read(place)?;
            return Self::number(number).map(|name| name.within(place));
        }
        let (place, start) = text.split_once('~')?;
        let place = Place::read(place)?;
        is_start(start).then(|| Self::Prefix {
            place,
            start: start.to_ascii_lowercase(),
        })
    }

    fn number(text: &str) -> Option<Self> {
        let number = whole(text)?;
        Some(Self::Number {
            place: None,
            number,
        })
    }

    fn within(self, place: Option<Place>) -> Self {
        match self {
            Self::Number { number, .. } => Self::Number { place, number },
            Self::Prefix { start, .. } => Self::Prefix { place, start },
            Self::Full(id) => Self::Full(id),
        }
    }
}

impl Place {
    /// What stands before `#` or `~`: `Some(None)` is nothing, `None` is no place.
    #[expect(
        clippy::option_option,
        reason = "no place and a wrong place are different things"
    )]
    fn read(text: &str) -> Option<Option<Self>> {
        if text.is_empty() {
            return Some(None);
        }
        let (deployment, space) = match text.split_once('/') {
            Some((deployment, space)) => (deployment, Some(space)),
            None => (text, None),
        };
        let is_name = (2..=LONGEST_NAME).contains(&deployment.len())
            && deployment.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_space = space.is_none_or(|space| space.parse::<kibana_cases::SpaceId>().is_ok());
        (is_name && is_space).then(|| {
            Some(Self {
                deployment: deployment.to_ascii_uppercase(),
                space: space.map(str::to_owned),
            })
        })
    }
}

impl SourceTest {
    pub(super) fn read(value: &RawValue) -> Self {
        match value.text.split_once('/') {
            Some((deployment, space)) if !deployment.is_empty() && !space.is_empty() => {
                Self::Both {
                    deployment: deployment.to_owned(),
                    space: Match {
                        text: space.to_owned(),
                        prefix: value.prefix,
                    },
                }
            }
            Some(_) | None => Self::Either(Match::written(value)),
        }
    }
}

impl Who {
    pub(super) fn read(value: &RawValue) -> Self {
        if value.is_word("me") {
            Self::Me
        } else {
            Self::Named(Match::written(value))
        }
    }
}

impl Attack {
    /// `T1574`, `T1574.002` and `TA0005`, in capitals or not, with or without `mitre:` or `attack.` before them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let text = ["MITRE:", "ATTACK."]
            .into_iter()
            .find_map(|start| text.strip_prefix(start))
            .unwrap_or(&text);
        if let Some(number) = text.strip_prefix("TA") {
            return digits(number, 4).map(|number| Self::Tactic { number });
        }
        let number = text.strip_prefix('T')?;
        let (number, sub) = match number.split_once('.') {
            Some((number, sub)) => (number, Some(digits(sub, 3)?)),
            None => (number, None),
        };
        digits(number, 4).map(|number| Self::Technique { number, sub })
    }
}

impl CustomTest {
    pub(super) fn read(value: &RawValue) -> Self {
        let number = |text: &str| text.parse().map_err(|_| ProblemReason::NotANumber);
        let compared = !value.quoted && !value.prefix;
        let range = compared.then(|| Range::read(&value.text, number));
        match range {
            Some(Ok(range @ (Range::Less(_) | Range::More(_) | Range::Between(..)))) => {
                Self::Number(range)
            }
            Some(Ok(Range::Is(_)) | Err(_)) | None => Self::Text(Match::written(value)),
        }
    }
}

/// A whole number of digits alone.
pub(super) fn whole(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn digits(text: &str, length: usize) -> Option<u16> {
    (text.len() == length)
        .then(|| whole(text))
        .flatten()
        .and_then(|number| u16::try_from(number).ok())
}

/// Whether it can be the beginning of a case's id.
fn is_start(text: &str) -> bool {
    text.len() >= SHORTEST_PREFIX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Words for values of a closed set, once for reading and once for writing.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As the search language writes it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            pub(super) fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word().eq_ignore_ascii_case(word))
            }

            pub(super) fn words() -> impl Iterator<Item = &'static str> {
                Self::ALL.iter().map(|value| value.word())
            }
        }
    };
}

words!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });
words!(Tlp { Clear = "clear", Green = "green", Amber = "amber", AmberStrict = "amber+strict", Red = "red" });
words!(Flag {
    Open = "open",
    Closed = "closed",
    Active = "active",
    Mine = "mine",
    Unassigned = "unassigned",
    Watched = "watched",
    Unread = "unread",
    Stale = "stale",
    Synced = "synced",
    Restricted = "restricted",
    Pending = "pending",
    Failed = "failed",
});
