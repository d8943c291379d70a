//! The key of the file: 32 random bytes that only the keychain keeps.

use std::fmt::Write;

use secrecy::{ExposeSecret, SecretString};

/// Bytes of a key.
const LENGTH: usize = 32;

/// A key, as 64 hexadecimal digits. It goes to the keychain and to `SQLCipher`, and nowhere else.
#[derive(Clone)]
pub(crate) struct DatabaseKey(SecretString);

impl DatabaseKey {
    /// A key that nobody had before.
    pub(crate) fn new() -> Self {
        let bytes: [u8; LENGTH] = rand::random();
        let mut hex = String::with_capacity(LENGTH * 2);
        for byte in bytes {
            write!(hex, "{byte:02x}").expect("a text takes every line");
        }
        Self(hex.into())
    }

    /// Reads a key that the keychain kept; `None` if it is none.
    pub(crate) fn read(saved: &SecretString) -> Option<Self> {
        let hex = saved.expose_secret();
        let is_key = hex.len() == LENGTH * 2 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_key.then(|| Self(saved.clone()))
    }

    /// As the keychain keeps it.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }

    pub(super) fn hex(&self) -> &str {
        self.0.expose_secret()
    }
}
