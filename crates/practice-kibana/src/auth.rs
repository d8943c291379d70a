//! Who may call: API keys and logins, and what they may do in which space.

use std::{collections::BTreeMap, fmt, sync::Arc};

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rights {
    /// The space can be entered, but its cases and alerts cannot be read.
    None,
    /// Cases and alerts can be read.
    Read,
    /// Everything.
    All,
}

/// Somebody who shows a name and a password (`Basic`) and may do everything in every space.
#[derive(Clone)]
pub struct Login {
    /// Login name; it has no colon.
    pub name: String,
    /// The password.
    pub password: String,
}

/// How a caller is known. Exhaustive on purpose: Kibana's tokens are not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    ApiKey,
    Basic,
}

/// Somebody who may call, and what shows it.
pub(crate) struct Account {
    scheme: Scheme,
    /// What follows the scheme in the header.
    secret: String,
    pub(crate) key: Arc<Key>,
}

/// A person, as Kibana writes them into documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

    /// The same key with no more than these rights anywhere.
    pub(crate) fn at_most(&self, most: Rights) -> Self {
        let mut key = self.clone();
        for rights in key.spaces.values_mut() {
            *rights = (*rights).min(most);
        }
        key
    }

    pub(crate) fn enters_every_space(&self) -> bool {
        self.spaces.contains_key(EVERY_SPACE)
    }

    /// Whether nothing is kept from the key, as from a superuser.
    pub(crate) fn may_do_everything(&self) -> bool {
        self.enters_every_space() && self.spaces.values().all(|rights| *rights == Rights::All)
    }

    /// The public half of the encoded form, which tells keys apart.
    pub(crate) fn id(&self) -> String {
        let decoded = STANDARD.decode(&self.api_key).unwrap_or_default();
        let text = String::from_utf8_lossy(&decoded);
        text.split(':').next().unwrap_or_default().to_owned()
    }
}

impl Account {
    /// The account of an API key.
    pub(crate) fn of_key(key: Key) -> Self {
        Self {
            scheme: Scheme::ApiKey,
            secret: key.api_key.clone(),
            key: Arc::new(key),
        }
    }

    /// The account of a login, who needs no API key.
    pub(crate) fn of_login(login: &Login) -> Self {
        Self {
            scheme: Scheme::Basic,
            secret: STANDARD.encode(format!("{}:{}", login.name, login.password)),
            key: Arc::new(Key::new(&login.name).with(EVERY_SPACE, Rights::All)),
        }
    }

    fn is_shown_by(&self, scheme: Scheme, secret: &str) -> bool {
        self.scheme == scheme && bool::from(self.secret.as_bytes().ct_eq(secret.as_bytes()))
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

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Scheme {
    fn read(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("ApiKey") {
            Some(Self::ApiKey)
        } else if word.eq_ignore_ascii_case("Basic") {
            Some(Self::Basic)
        } else {
            None
        }
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

    /// Whether this is the login name or the profile uid.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.username.as_deref() == Some(name) || self.profile_uid.as_deref() == Some(name)
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

/// Finds the account that a request shows, and how it does so.
///
/// `Ok(None)` means that the request carries no credential at all.
pub(crate) fn authenticate<'a>(
    accounts: &'a [Account],
    headers: &HeaderMap,
) -> Result<Option<(&'a Account, Scheme)>, ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let shown = || {
        let (scheme, secret) = header.to_str().ok()?.split_once(' ')?;
        let (scheme, secret) = (Scheme::read(scheme)?, secret.trim());
        let account = accounts
            .iter()
            .find(|account| account.is_shown_by(scheme, secret))?;
        Some((account, scheme))
    };
    shown().map(Some).ok_or_else(ApiError::bad_credentials)
}
