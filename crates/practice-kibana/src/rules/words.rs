//! The closed sets of words in the API.

/// A closed set of words. Exhaustive on purpose: an unknown word is a validation error.
pub(crate) trait Word: Copy + 'static {
    const ALL: &'static [Self];

    /// The word on the wire.
    fn word(self) -> &'static str;

    fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name { $($variant,)* }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                let unknown = || serde::de::Error::custom(format!("unknown word `{word}`"));
                Self::read(&word).ok_or_else(unknown)
            }
        }

        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// The status of a case, in the order in which Kibana sorts.
    Status { Open = "open", InProgress = "in-progress", Closed = "closed", }
}

words! {
    /// The severity of a case, in the order in which Kibana sorts.
    Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical", }
}

words! {
    /// What cases can be sorted by.
    SortField {
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
        ClosedAt = "closedAt",
        Title = "title",
        Category = "category",
        Status = "status",
        Severity = "severity",
    }
}

words! {
    /// Which end comes first.
    SortOrder { Ascending = "asc", Descending = "desc", }
}

words! {
    /// How the terms of a search combine.
    Operator { And = "AND", Or = "OR", }
}

words! {
    /// What a custom field holds.
    CustomFieldKind { Text = "text", Toggle = "toggle", Number = "number", }
}

words! {
    /// Whether pushing a case closes it.
    ClosureType { ByUser = "close-by-user", ByPushing = "close-by-pushing", }
}

words! {
    /// What user actions can be filtered by: types, and the four groups at the end.
    UserActionType {
        Assignees = "assignees",
        Comment = "comment",
        Connector = "connector",
        Description = "description",
        Pushed = "pushed",
        Tags = "tags",
        Title = "title",
        Status = "status",
        Settings = "settings",
        Severity = "severity",
        CreateCase = "create_case",
        DeleteCase = "delete_case",
        Category = "category",
        CustomFields = "customFields",
        Observables = "observables",
        Action = "action",
        User = "user",
        Alert = "alert",
        Attachment = "attachment",
    }
}
