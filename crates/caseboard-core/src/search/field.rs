//! The fields of the search language, and which one a misspelt name may mean.

use strsim::osa_distance;

use super::value::{Flag, Severity, Tlp};
use crate::view::Operator;

/// A field of the search language. Not `non_exhaustive`: a new one shall show every place to think about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `any`: everything that can be searched. Written only where a bare word cannot say it.
    Any,
    /// `id`.
    Id,
    /// `title`.
    Title,
    /// `desc`.
    Description,
    /// `comment`.
    Comment,
    /// `text`: title, description and comments.
    Text,
    /// `status`.
    Status,
    /// `is`.
    Is,
    /// `sev`.
    Severity,
    /// `assignee`.
    Assignee,
    /// `by`: who created the case.
    By,
    /// `participant`: who did anything in it.
    Participant,
    /// `tag`.
    Tag,
    /// `cat`.
    Category,
    /// `owner`: the Kibana application.
    Owner,
    /// `template`.
    Template,
    /// `deployment`.
    Deployment,
    /// `space`.
    Space,
    /// `source`: deployment, space, or both.
    Source,
    /// `alert`: id of an attached alert.
    Alert,
    /// `event`: id of an attached event.
    Event,
    /// `host`.
    Host,
    /// `user`.
    User,
    /// `rule`.
    Rule,
    /// `ip`.
    Ip,
    /// `hash`.
    Hash,
    /// `domain`.
    Domain,
    /// `process`.
    Process,
    /// `obs`: any observable.
    Observable,
    /// `mitre`.
    Mitre,
    /// `tlp`.
    Tlp,
    /// `created`.
    Created,
    /// `updated`.
    Updated,
    /// `closed`.
    Closed,
    /// `touched`: last change by a person.
    Touched,
    /// `age`: time since it was created.
    Age,
    /// `idle`: time since anybody touched it.
    Idle,
    /// `alerts`: how many.
    Alerts,
    /// `comments`: how many.
    Comments,
    /// `files`: how many.
    Files,
    /// `observables`: how many.
    Observables,
    /// `ext`: id of the ticket in another system.
    External,
}

/// What kind of values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// Words that occur anywhere; there is always something.
    Word,
    /// Words that occur in a text.
    Text,
    /// Something exact, or its beginning; may be absent.
    Exact,
    /// Something exact that is never absent.
    Required,
    /// Dates and durations.
    Time,
    /// Durations.
    Duration,
    /// Numbers.
    Count,
}

const ALL: &[(&str, Field)] = &[
    ("any", Field::Any),
    ("id", Field::Id),
    ("title", Field::Title),
    ("desc", Field::Description),
    ("comment", Field::Comment),
    ("text", Field::Text),
    ("status", Field::Status),
    ("is", Field::Is),
    ("sev", Field::Severity),
    ("assignee", Field::Assignee),
    ("by", Field::By),
    ("participant", Field::Participant),
    ("tag", Field::Tag),
    ("cat", Field::Category),
    ("owner", Field::Owner),
    ("template", Field::Template),
    ("deployment", Field::Deployment),
    ("space", Field::Space),
    ("source", Field::Source),
    ("alert", Field::Alert),
    ("event", Field::Event),
    ("host", Field::Host),
    ("user", Field::User),
    ("rule", Field::Rule),
    ("ip", Field::Ip),
    ("hash", Field::Hash),
    ("domain", Field::Domain),
    ("process", Field::Process),
    ("obs", Field::Observable),
    ("mitre", Field::Mitre),
    ("tlp", Field::Tlp),
    ("created", Field::Created),
    ("updated", Field::Updated),
    ("closed", Field::Closed),
    ("touched", Field::Touched),
    ("age", Field::Age),
    ("idle", Field::Idle),
    ("alerts", Field::Alerts),
    ("comments", Field::Comments),
    ("files", Field::Files),
    ("observables", Field::Observables),
    ("ext", Field::External),
];
/// Words that people use for a field and that no misspelling leads to.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("severity", "sev"),
    ("category", "cat"),
    ("description", "desc"),
    ("external", "ext"),
    ("ticket", "ext"),
    ("observable", "obs"),
    ("ioc", "obs"),
    ("technique", "mitre"),
    ("tactic", "mitre"),
    ("attack", "mitre"),
    ("reporter", "by"),
    ("author", "by"),
    ("username", "user"),
    ("hostname", "host"),
    ("computer", "host"),
    ("md5", "hash"),
    ("sha1", "hash"),
    ("sha256", "hash"),
    ("label", "tag"),
    ("name", "title"),
    ("modified", "updated"),
    ("changed", "updated"),
    ("opened", "created"),
    ("has", "is"),
];
/// Longer names are not compared with those of fields.
const LONGEST_NAME: usize = 24;

impl Field {
    /// All of them, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(_, field)| *field)
    }

    /// As the search language writes it.
    pub fn name(self) -> &'static str {
        let found = ALL.iter().find(|(_, field)| *field == self);
        found.map(|(name, _)| *name).expect("every field is listed")
    }

    /// The field of this name, in capitals or not.
    pub fn of_name(name: &str) -> Option<Self> {
        let found = ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, field)| *field)
    }

    /// What chips of this field can say.
    pub fn operators(self) -> &'static [Operator] {
        use Operator as O;
        match self.kind() {
            ValueKind::Word => &[O::Contains, O::IsNot],
            ValueKind::Text => &[O::Contains, O::IsNot, O::IsEmpty, O::IsNotEmpty],
            ValueKind::Exact => &[O::Is, O::IsNot, O::IsEmpty, O::IsNotEmpty],
            ValueKind::Required => &[O::Is, O::IsNot],
            ValueKind::Time => &[
                O::Is,
                O::IsNot,
                O::Before,
                O::After,
                O::Between,
                O::MoreThan,
                O::LessThan,
                O::IsEmpty,
                O::IsNotEmpty,
            ],
            ValueKind::Duration => &[O::Is, O::IsNot, O::Between, O::MoreThan, O::LessThan],
            ValueKind::Count => &[
                O::Is,
                O::IsNot,
                O::Between,
                O::MoreThan,
                O::LessThan,
                O::IsEmpty,
                O::IsNotEmpty,
            ],
        }
    }

    /// The words that it knows, where these are all there are.
    pub(super) fn known_values(self) -> Vec<&'static str> {
        match self {
            Self::Is => Flag::words().collect(),
            Self::Severity => Severity::words().collect(),
            Self::Tlp => Tlp::words().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether its values are looked for within a text.
    pub(super) fn is_text(self) -> bool {
        matches!(self.kind(), ValueKind::Word | ValueKind::Text)
    }

    pub(super) fn kind(self) -> ValueKind {
        match self {
            Self::Title | Self::Description | Self::Comment | Self::Text => ValueKind::Text,
            Self::Any => ValueKind::Word,
            Self::Id
            | Self::Status
            | Self::Is
            | Self::Severity
            | Self::Deployment
            | Self::Space
            | Self::Source => ValueKind::Required,
            Self::Assignee
            | Self::By
            | Self::Participant
            | Self::Tag
            | Self::Category
            | Self::Owner
            | Self::Template
            | Self::Alert
            | Self::Event
            | Self::Host
            | Self::User
            | Self::Rule
            | Self::Ip
            | Self::Hash
            | Self::Domain
            | Self::Process
            | Self::Observable
            | Self::Mitre
            | Self::Tlp
            | Self::External => ValueKind::Exact,
            Self::Created | Self::Updated | Self::Closed | Self::Touched => ValueKind::Time,
            Self::Age | Self::Idle => ValueKind::Duration,
            Self::Alerts | Self::Comments | Self::Files | Self::Observables => ValueKind::Count,
        }
    }
}

/// The field that a name that no field has may mean.
pub(super) fn suggest_field(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let other = OTHER_WORDS.iter().find(|(word, _)| *word == name);
    match other {
        Some((_, field)) => Some(field),
        None => nearest(&name, ALL.iter().map(|(known, _)| *known)),
    }
}

/// The known word that is nearest to `word`: at most one letter in three may be wrong, missing, too many or swapped.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_NAME {
        return None;
    }
    let word = word.to_lowercase();
    known
        .map(|candidate| (osa_distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(word.len()) / 3).max(1))
        .filter(|(distance, candidate)| *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_in_capitals_or_not() {
        for field in Field::all() {
            assert_eq!(Field::of_name(field.name()), Some(field));
            assert_eq!(Field::of_name(&field.name().to_uppercase()), Some(field));
        }
        assert_eq!(Field::of_name("hosts"), None);
    }

    #[test]
    fn a_misspelt_field_is_recognised_and_a_strange_one_is_not() {
        for (name, field) in [
            ("hots", Some("host")),
            ("hostt", Some("host")),
            ("Host_", Some("host")),
            ("statsu", Some("status")),
            ("asignee", Some("assignee")),
            ("severity", Some("sev")),
            ("sha256", Some("hash")),
            ("technique", Some("mitre")),
            ("tags", Some("tag")),
            ("observable", Some("obs")),
            ("zebra", None),
            ("x", None),
            ("averyveryverylongnamethatisnofield", None),
        ] {
            assert_eq!(suggest_field(name), field, "{name}");
        }
    }
}
