//! API keys: who is calling, and what the key may do in which space.

use std::{collections::BTreeMap, fmt};

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::ApiError;

/// Stands for every space in [`Key::spaces`].
pub(crate) const EVERY_SPACE: &str = "*";

/// An API key that the server accepts.
#[derive(Clone)]
pub struct Key {
    /// Name of the key, for people.
    pub name: String,
    /// The encoded form, base64 of `id:api_key`, as it follows `ApiKey ` in the header.
    pub api_key: String,
    /// Who writes with this key.
    pub user: User,
    /// Rights by space id; `*` stands for every space. A space that is not named cannot be entered.
    pub spaces: BTreeMap<String, Rights>,
}

/// What a key may do with the cases of a space. Exhaustive on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// The space can be entered, but its cases and alerts cannot be read.
    None,
    /// Cases and alerts can be read.
    Read,
    /// Everything.
    All,
}

/// A person, as Kibana writes them into documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Login name.
    pub username: Option<String>,
    /// Name on screen.
    pub full_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Id of the user profile; many keys have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_uid: Option<String>,
}

impl Key {
    /// Makes a fresh random key without rights. The user is named after the key.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            api_key: random_api_key(),
            user: User::named(name),
            spaces: BTreeMap::new(),
        }
    }

    /// Adds rights in a space, or in every space with `*`.
    #[must_use]
    pub fn with(mut self, space: &str, rights: Rights) -> Self {
        self.spaces.insert(space.to_owned(), rights);
        self
    }

    /// Rights in a space, or `None` where the key cannot enter.
    pub(crate) fn rights_in(&self, space: &str) -> Option<Rights> {
        self.spaces
            .get(space)
            .or_else(|| self.spaces.get(EVERY_SPACE))
            .copied()
    }

    pub(crate) fn enters_every_space(&self) -> bool {
        self.spaces.contains_key(EVERY_SPACE)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("name", &self.name)
            .field("spaces", &self.spaces)
            .finish_non_exhaustive()
    }
}

impl User {
    /// Makes a user of a login name, with the rest made up from it.
    pub fn named(username: &str) -> Self {
        Self {
            username: Some(username.to_owned()),
            full_name: Some(username.to_owned()),
            email: Some(format!("{username}@example.org")),
            profile_uid: Some(format!("u_{username}_0")),
        }
    }
}

/// Makes an API key in the encoded form that nobody can guess.
pub(crate) fn random_api_key() -> String {
    let id: String = Uuid::new_v4()
        .simple()
        .to_string()
        .chars()
        .take(20)
        .collect();
    STANDARD.encode(format!("{id}:{}", Uuid::new_v4().simple()))
}

/// Finds the key that a request carries.
///
/// `Ok(None)` means that the request carries no credential at all.
pub(crate) fn authenticate<'a>(
    keys: &'a [Key],
    headers: &HeaderMap,
) -> Result<Option<&'a Key>, ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("ApiKey"))
        .and_then(|(_, sent)| keys.iter().find(|key| key.api_key == sent.trim()))
        .map(Some)
        .ok_or_else(ApiError::bad_credentials)
}
