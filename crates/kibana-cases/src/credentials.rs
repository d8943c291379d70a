//! What proves to Kibana who asks. Never printed, never cloned, put on a request in one place only.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

/// An API key, or a user name with its password, ready for the `Authorization` header.
pub struct Credentials {
    scheme: Scheme,
    encoded: SecretString,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    ApiKey,
    Basic,
}

/// Why a text is no API key. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredentials {
    /// Nothing was given.
    #[error("the API key is empty")]
    Empty,
    /// Neither `id:api_key` nor its base64 form.
    #[error("the API key is neither in the encoded form nor in the form id:api_key")]
    Form,
    /// No user name, or one that the header cannot carry.
    #[error("the user name is empty, or holds a colon or a control character")]
    UserName,
    /// No password, or one that the header cannot carry.
    #[error("the password is empty, or holds a control character")]
    Password,
}

impl Credentials {
    /// Takes an API key in either form that Kibana shows: *encoded* (base64), or `id:api_key`. Blanks around it do not matter.
    ///
    /// # Errors
    /// [`InvalidCredentials`] if it is neither; consider asking for the "encoded" value that Kibana shows once, when the key is made.
    pub fn api_key(key: &str) -> Result<Self, InvalidCredentials> {
        let key = key.trim();
        if key.is_empty() {
            return Err(InvalidCredentials::Empty);
        }
        if is_pair(key) {
            return Ok(Self {
                scheme: Scheme::ApiKey,
                encoded: STANDARD.encode(key).into(),
            });
        }
        let decoded = STANDARD
            .decode(key)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded {
            Some(pair) if is_pair(&pair) => Ok(Self {
                scheme: Scheme::ApiKey,
                encoded: key.to_owned().into(),
            }),
            Some(_) | None => Err(InvalidCredentials::Form),
        }
    }

    /// Takes a user name and its password as they are, blanks included.
    ///
    /// # Errors
    /// [`InvalidCredentials`] if one of them cannot be sent; consider an API key, which can be limited and revoked.
    pub fn basic(user: &str, password: &SecretString) -> Result<Self, InvalidCredentials> {
        let password = password.expose_secret();
        let plain = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        if !plain(user) || user.contains(':') {
            return Err(InvalidCredentials::UserName);
        }
        if !plain(password) {
            return Err(InvalidCredentials::Password);
        }
        let pair = SecretString::from(format!("{user}:{password}"));
        Ok(Self {
            scheme: Scheme::Basic,
            encoded: STANDARD.encode(pair.expose_secret()).into(),
        })
    }

    /// What stands in the header after the scheme: of an API key the encoded form, for whoever keeps it in a keychain.
    pub fn encoded(&self) -> &SecretString {
        &self.encoded
    }

    pub(crate) fn header(&self) -> http::HeaderValue {
        let mut value = http::HeaderValue::try_from(format!(
            "{:?} {}",
            self.scheme,
            self.encoded.expose_secret()
        ))
        .expect("base64 is valid in a header");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?} …)", self.scheme)
    }
}

fn is_pair(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && c != ':');
    text.split_once(':')
        .is_some_and(|(id, secret)| plain(id) && plain(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_key() {
        let pair = Credentials::api_key(" VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw\n").unwrap();
        let encoded =
            Credentials::api_key("VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==")
                .unwrap();
        assert_eq!(
            pair.encoded().expose_secret(),
            encoded.encoded().expose_secret()
        );
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        assert_eq!(
            Credentials::api_key("  ").unwrap_err(),
            InvalidCredentials::Empty
        );
        for wrong in ["hunter2", "a:b:c", ":", "aGVsbG8=", "id: key"] {
            let error = Credentials::api_key(wrong).unwrap_err();
            assert_eq!(error, InvalidCredentials::Form, "{wrong}");
            assert!(
                !error.to_string().contains(wrong) || wrong == ":",
                "the message repeats {wrong}"
            );
        }
    }

    #[test]
    fn debug_hides_the_key() {
        let credentials =
            Credentials::api_key("VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw").unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials(ApiKey …)");
        let basic = Credentials::basic("analyst", &"hunter2".into()).unwrap();
        assert_eq!(format!("{basic:?}"), "Credentials(Basic …)");
        assert!(
            credentials.header().is_sensitive(),
            "the header is not logged either"
        );
    }

    #[test]
    fn user_name_and_password_are_sent_as_basic() {
        let basic = Credentials::basic("analyst", &"pass: wörd ".into()).unwrap();
        assert_eq!(basic.header(), "Basic YW5hbHlzdDpwYXNzOiB3w7ZyZCA=");
        for (user, password, error) in [
            ("", "x", InvalidCredentials::UserName),
            ("a:b", "x", InvalidCredentials::UserName),
            ("a\n", "x", InvalidCredentials::UserName),
            ("a", "", InvalidCredentials::Password),
            ("a", "x\0", InvalidCredentials::Password),
        ] {
            assert_eq!(
                Credentials::basic(user, &password.into()).unwrap_err(),
                error
            );
        }
    }
}
