//! The faults by their ids. What each does to a request is in `service`.

use std::time::Duration;

/// What can go wrong with a request. Ids (F01 …) are permanent; F26 needs HTTP/2 and F27 a listener with
/// TLS, so neither is here. Exhaustive on purpose.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// F01: nobody listens. A rule without any condition really closes the port until the plan changes;
    /// with conditions the connection of the request is reset, since a port is closed to all or none.
    /// In process it is an error of the kind `ConnectionRefused`.
    RefuseConnect,
    /// F02: the request is taken and never answered, until the plan changes.
    StaySilent,
    /// F03: one byte of the body at a time.
    Trickle {
        /// The pause before each byte.
        pause: Duration,
    },
    /// F04: the connection is reset before the request is read, but for the head that names the route.
    ResetBeforeRead,
    /// F05: the connection is reset after the request was read; nothing is written.
    ResetBeforeCommit,
    /// F06: all is written, then the connection is reset.
    ResetAfterCommit,
    /// F07: all is written, then the connection breaks inside the body of the answer.
    CutBody {
        /// Bytes of the body that arrive; half of it if this is left out.
        bytes: Option<usize>,
    },
    /// F08: all is written, then the answer is a failure.
    FailAfterCommit {
        /// 500, 502 or 504.
        status: u16,
    },
    /// F09: all is written, yet the answer is 409.
    ConflictAfterCommit,
    /// F10: the documents are written, what should follow (the case of an attachment, the record) is not;
    /// the answer is a 500 that wraps a version conflict.
    HalfCommit,
    /// F11: of many things in one request the first few are written; the answer is a 500.
    PartOfBulk {
        /// How many are written.
        applied: usize,
    },
    /// F12: the answer is 504 at once, and all is written later, under the rules of that moment.
    LateCommit {
        /// How much later.
        after: Duration,
    },
    /// F13: turned away before anything is looked at. 429 spares `/api/status`, as Kibana's limiter
    /// does, unless the rule names that route.
    Throttle {
        /// 429 or 503.
        status: u16,
        /// What `Retry-After` says.
        retry_after: RetryAfter,
    },
    /// F14: the HTML of a login page, with 200; nothing is written.
    LoginPage,
    /// F15: a redirect; nothing is written.
    Redirect {
        /// 302, 307 or 308.
        status: u16,
        /// Where to.
        location: String,
    },
    /// F16: all is written, but the answer is not what it says it is.
    Garble(Garbled),
    /// F17: all is written, and the body of the answer never ends.
    EndlessBody,
    /// F18: all is written, and the body grows without measure when it is decompressed.
    Bomb {
        /// How it is compressed.
        encoding: Encoding,
        /// Bytes after decompression.
        size: u64,
    },
    /// F19: all is written, and the headers of the answer are too many or too long.
    Headers(ManyHeaders),
    /// F20: all is written, and the JSON of the answer is of another Kibana.
    Strange(Strange),
    /// F21: searching does not see the writes of the last moment; asking by id does.
    SearchLag {
        /// How long a moment is.
        lag: Duration,
    },
    /// F22: a case comes, goes or is touched in the space of the request just before it is answered.
    ShiftPages(Shift),
    /// F23: the cases that the request names are taken away just before it is answered.
    LoseCase(Loss),
    /// F24: the key of the request loses its rights, from this request on.
    ReduceKey {
        /// What is left.
        left: RightsLeft,
        /// Until the rights are back; `None` means until the plan changes.
        lasting: Option<Duration>,
    },
    /// F25: the server's clock is wrong, in `Date` and in what is written.
    SkewClock {
        /// Seconds that it is ahead; less than 0 means behind.
        seconds: i64,
    },
    /// F28: the answer waits until a later one has overtaken it.
    Reorder {
        /// How long it waits at most.
        at_most: Duration,
    },
    /// F29: the answer is as it should be, but the connection is dead: the next request on it is reset
    /// unread. In process it is the next request.
    PoisonPool,
    /// F30: version tokens cannot be trusted.
    Versions(VersionFault),
}

/// Declares a closed set of words for the `kind` of a fault; the first is the default.
macro_rules! kinds {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            pub(super) const WORDS: &'static [&'static str] = &[$($word,)*];

            pub(super) fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }

            pub(super) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

kinds! {
    /// What a response to too many requests says about when to come back.
    RetryAfterKind {
        /// Nothing.
        None = "none",
        /// Whole seconds.
        Seconds = "seconds",
        /// An HTTP date.
        Date = "date",
        /// Something that is neither.
        Garbage = "garbage",
        /// An HTTP date that is over.
        Past = "past",
        /// More seconds than anybody waits.
        Huge = "huge",
    }
}

/// When a client that was turned away may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter {
    /// In which form it is said.
    pub kind: RetryAfterKind,
    /// The wait, for those that tell one; whole seconds count.
    pub wait: Duration,
}

kinds! {
    /// How an answer is broken.
    Garbled {
        /// JSON that stops in the middle.
        Truncated = "truncated",
        /// No JSON.
        Invalid = "invalid",
        /// Good JSON that says it is HTML.
        ContentType = "content_type",
        /// Bytes that are no UTF-8 inside a text.
        Utf8 = "utf8",
        /// Arrays in arrays, 100,000 deep.
        Deep = "deep",
        /// Every name of the top object twice, with different values.
        DuplicateKeys = "duplicate_keys",
        /// A number that no float holds: 1e400.
        HugeNumber = "huge_number",
    }
}

kinds! {
    /// How a bomb is compressed.
    Encoding {
        /// gzip.
        Gzip = "gzip",
        /// Brotli.
        Brotli = "br",
        /// Zstandard.
        Zstd = "zstd",
    }
}

kinds! {
    /// What is wrong with the headers.
    ManyHeaders {
        /// 10,000 of them.
        Lines = "lines",
        /// One of 1 MiB.
        Long = "long",
    }
}

kinds! {
    /// What is strange about the JSON.
    Strange {
        /// Words of closed sets (status, severity, type, owner) that nobody knows.
        Unknown = "unknown",
        /// Every object that has an id lacks every other field but that.
        Missing = "missing",
        /// Every object has fields more.
        Extra = "extra",
        /// Every plain value of an object is null, but for ids.
        Nulls = "nulls",
        /// Every text is an attack on who shows it. What it asks for lies below `/beacon/` of the server.
        Hostile = "hostile",
    }
}

kinds! {
    /// How pages shift.
    Shift {
        /// A new case comes.
        Insert = "insert",
        /// The newest case goes.
        Delete = "delete",
        /// The oldest case is changed.
        Touch = "touch",
    }
}

kinds! {
    /// How a case is lost.
    Loss {
        /// It is deleted.
        Delete = "delete",
        /// It is in another space.
        Move = "move",
        /// It is closed.
        Close = "close",
    }
}

kinds! {
    /// What a key is left with.
    RightsLeft {
        /// The key is not known any more: 401.
        Revoked = "revoked",
        /// It may enter its spaces and see nothing: 403.
        None = "none",
        /// It may read.
        Read = "read",
    }
}

kinds! {
    /// What is wrong with versions.
    VersionFault {
        /// A document keeps its token though it changed.
        Reused = "reused",
        /// The answer holds no tokens.
        Missing = "missing",
    }
}

impl Fault {
    /// The permanent id, as in `F06`.
    pub fn id(&self) -> &'static str {
        match self {
            Self::RefuseConnect => "F01",
            Self::StaySilent => "F02",
            Self::Trickle { .. } => "F03",
            Self::ResetBeforeRead => "F04",
            Self::ResetBeforeCommit => "F05",
            Self::ResetAfterCommit => "F06",
            Self::CutBody { .. } => "F07",
            Self::FailAfterCommit { .. } => "F08",
            Self::ConflictAfterCommit => "F09",
            Self::HalfCommit => "F10",
            Self::PartOfBulk { .. } => "F11",
            Self::LateCommit { .. } => "F12",
            Self::Throttle { .. } => "F13",
            Self::LoginPage => "F14",
            Self::Redirect { .. } => "F15",
            Self::Garble(_) => "F16",
            Self::EndlessBody => "F17",
            Self::Bomb { .. } => "F18",
            Self::Headers(_) => "F19",
            Self::Strange(_) => "F20",
            Self::SearchLag { .. } => "F21",
            Self::ShiftPages(_) => "F22",
            Self::LoseCase(_) => "F23",
            Self::ReduceKey { .. } => "F24",
            Self::SkewClock { .. } => "F25",
            Self::Reorder { .. } => "F28",
            Self::PoisonPool => "F29",
            Self::Versions(_) => "F30",
        }
    }
}
