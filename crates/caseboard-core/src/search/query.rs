//! The tree of a query: what it asks, in types, and where each part of it stands.

use kibana_cases::CaseStatus;

use super::{
    span::Spanned,
    time::{Elapsed, TimeTest},
    value::{
        Asked, Attack, CaseName, CustomTest, Flag, Level, Match, Range, Severity, SourceTest, Tlp,
        Who,
    },
};

/// What is asked. Two queries are equal if they ask the same in the same order, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The whole. An empty [`Kind::All`] asks for every case.
    pub root: Node,
}

/// A part of a query. Parts of it lie within its place.
pub type Node = Spanned<Kind>;

/// What a part of a query is. Not `non_exhaustive`: a new kind shall show every place to think about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// All of them match. Holds no `All`; empty at the root only, else two or more.
    All(Vec<Node>),
    /// One of them matches. Holds no `Any`; two or more.
    Any(Vec<Node>),
    /// It does not match. Holds no `Not`.
    Not(Box<Node>),
    /// A condition.
    Term(Term),
    /// A condition that could not be read, as it was written. It is kept for the text and neither holds nor fails: whoever
    /// runs the query leaves it out, and a `Not` around it.
    Unread(String),
}

/// Values of which one must match, each with its place. Never empty.
pub type OneOf<T> = Vec<Spanned<T>>;

/// A condition on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// It is this case.
    Case(OneOf<CaseName>),
    /// Words occur in a text.
    Text {
        /// Which text.
        place: TextPlace,
        /// The words.
        any_of: OneOf<Asked<Match>>,
    },
    /// Its status, known or not.
    Status(OneOf<CaseStatus>),
    /// What it is.
    Is(OneOf<Flag>),
    /// Its severity.
    Severity(OneOf<Level<Severity>>),
    /// Who has to do with it.
    Person {
        /// In which role.
        role: Role,
        /// Who.
        any_of: OneOf<Asked<Who>>,
    },
    /// A word that it carries.
    Label {
        /// Which kind of word.
        label: Label,
        /// The words, compared as a whole.
        any_of: OneOf<Asked<Match>>,
    },
    /// The deployment that it lives in, by short name.
    Deployment(OneOf<Match>),
    /// The space that it lives in.
    Space(OneOf<Match>),
    /// Deployment, space, or both.
    Source(OneOf<SourceTest>),
    /// Something attached, by its id.
    Attached {
        /// What.
        kind: AttachedKind,
        /// Ids, compared as they are written.
        any_of: OneOf<Asked<Match>>,
    },
    /// Something named by attached alerts or observables.
    Entity {
        /// What it names.
        kind: EntityKind,
        /// The names, compared as a whole.
        any_of: OneOf<Asked<Match>>,
    },
    /// A technique or a tactic.
    Attack(OneOf<Asked<Attack>>),
    /// Its marking.
    Tlp(OneOf<Asked<Level<Tlp>>>),
    /// When something happened.
    Time {
        /// What.
        field: TimeField,
        /// When.
        any_of: OneOf<Asked<TimeTest>>,
    },
    /// For how long something has been so: see [`super::age_interval`].
    Lasting {
        /// What.
        field: LastingField,
        /// How long.
        any_of: OneOf<Range<Elapsed>>,
    },
    /// How many of something it has.
    Count {
        /// Of what.
        field: CountField,
        /// How many; nothing is 0.
        any_of: OneOf<Asked<Range<u32>>>,
    },
    /// A custom field.
    Custom {
        /// Its key or its label.
        name: String,
        /// Its value.
        any_of: OneOf<Asked<CustomTest>>,
    },
    /// The ticket in another system.
    External(OneOf<Asked<Match>>),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextPlace {
    /// Everything that can be searched: texts, tags, names, ids, observables, alerts.
    Anywhere,
    /// The title.
    Title,
    /// The description.
    Description,
    /// A comment.
    Comment,
    /// Title, description or a comment.
    Texts,
}

/// What a person has to do with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is assigned to them.
    Assignee,
    /// They created it.
    Reporter,
    /// They did anything in it.
    Participant,
}

/// A kind of word that a case carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// A tag.
    Tag,
    /// Its category.
    Category,
    /// The Kibana application that owns it.
    Owner,
    /// The template it was made from.
    Template,
}

/// What can be attached and has an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttachedKind {
    /// An alert.
    Alert,
    /// An event.
    Event,
}

/// What alerts and observables name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A computer.
    Host,
    /// An account.
    User,
    /// A detection rule.
    Rule,
    /// An address.
    Ip,
    /// The hash of a file.
    Hash,
    /// A domain name.
    Domain,
    /// A process.
    Process,
    /// Any observable, of whatever type.
    Observable,
}

/// What happened at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeField {
    /// The case was created.
    Created,
    /// Anything changed.
    Updated,
    /// The case was closed.
    Closed,
    /// A person changed something.
    Touched,
}

/// What has been so for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LastingField {
    /// The case exists.
    Age,
    /// No person touched it.
    Idle,
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountField {
    /// Attached alerts.
    Alerts,
    /// Comments.
    Comments,
    /// Files.
    Files,
    /// Observables.
    Observables,
}

impl Query {
    /// Whether it asks for every case.
    pub fn is_empty(&self) -> bool {
        matches!(&self.root.value, Kind::All(nodes) if nodes.is_empty())
    }

    /// The parts that must all match.
    pub fn conjuncts(&self) -> &[Node] {
        match &self.root.value {
            Kind::All(nodes) => nodes,
            Kind::Any(_) | Kind::Not(_) | Kind::Term(_) | Kind::Unread(_) => {
                std::slice::from_ref(&self.root)
            }
        }
    }
}
