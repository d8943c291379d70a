use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{id::ObservableId, lenient::OtherFields, words::open_enum};

open_enum!(
    /// What an observable is; a configuration may add others.
    ObservableTypeKey {
        /// An IPv4 address.
        Ipv4 = "observable-type-ipv4",
        /// An IPv6 address.
        Ipv6 = "observable-type-ipv6",
        /// A URL.
        Url = "observable-type-url",
        /// A name of a host.
        Hostname = "observable-type-hostname",
        /// MD5, SHA-1, SHA-256 and the like.
        FileHash = "observable-type-file-hash",
        /// Where a file lay.
        FilePath = "observable-type-file-path",
        /// A mail address.
        Email = "observable-type-email",
        /// A domain.
        Domain = "observable-type-domain",
    }
);

/// Something seen that belongs to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observable {
    /// Id, unique in the case.
    pub id: ObservableId,
    /// What it is.
    #[serde(rename = "typeKey")]
    pub type_key: ObservableTypeKey,
    /// What was seen. Foreign text.
    pub value: String,
    /// What people say of it.
    #[serde(default)]
    pub description: Option<String>,
    /// When it was added, UTC.
    #[serde(default, rename = "createdAt")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed, UTC.
    #[serde(default, rename = "updatedAt")]
    pub updated_at: Option<Timestamp>,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A type of observables that a configuration adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservableType {
    /// Key, at most 36 of `a–z 0–9 _ -`.
    pub key: String,
    /// Name for people, at most 50 UTF-16 units.
    pub label: String,
}
