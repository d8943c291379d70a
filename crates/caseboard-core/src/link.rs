//! Links that stand in cases: which of them may be opened, and what a person is shown before one is; and links to a case.
//!
//! What is shown is what is opened, letter by letter: whatever is read differently than it was written is refused.

mod case;
mod script;
#[cfg(test)]
mod tests;

use url::Url;

pub use self::case::{CaseLink, LinkedDeployment};

use crate::{code::CommandError, error::Error, plain::hidden_name};

/// A person is shown the whole of it, so it must not be longer than can be looked at.
const LONGEST: usize = 2000;

/// A link that may be opened, once a person said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    url: Url,
    /// As a browser would show the host: letters instead of punycode.
    letters: String,
}

/// Why to look twice at the host of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkWarning {
    /// Letters of several alphabets stand in one word of it.
    MixedAlphabets,
    /// Letters of another alphabet than that of English: they may look like others.
    OtherAlphabet,
}

impl Link {
    /// Reads a link as it stands in a case: an address of the web, by name and without a user.
    ///
    /// # Errors
    /// `invalid_input` with the reason, if it is anything else, or hides where it leads.
    pub fn read(text: &str) -> Result<Self, CommandError> {
        read(text).map_err(|reason| Error::input("link", reason).into())
    }

    /// The whole address, as it is shown and opened.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host as names are looked up: other alphabets are in punycode.
    pub fn host(&self) -> &str {
        self.url.host_str().expect("one without a host is not read")
    }

    /// The host in its own letters, where those are not the same.
    pub fn host_in_letters(&self) -> Option<&str> {
        (self.letters != self.host()).then_some(&*self.letters)
    }

    /// Why to look twice at the host.
    pub fn warning(&self) -> Option<LinkWarning> {
        if self.letters.split('.').any(script::is_mixed) {
            return Some(LinkWarning::MixedAlphabets);
        }
        self.host_in_letters().map(|_| LinkWarning::OtherAlphabet)
    }
}

fn read(text: &str) -> Result<Link, &'static str> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err("it is too long to be looked at");
    }
    if text.chars().any(hides) {
        return Err("it has characters that hide");
    }
    // Browsers take it for a slash.
    if text.contains('\\') {
        return Err("it has a backslash");
    }
    let (scheme, behind) = text
        .split_once("://")
        .ok_or("it is no address of the web")?;
    if !["http", "https"].contains(&&*scheme.to_ascii_lowercase()) {
        return Err("it is no address of the web");
    }
    let authority = behind.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("it has a user name, which hides the host");
    }
    let url = Url::parse(text).map_err(|_| "it is no URL")?;
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or("it has no host")?;
    if !is_name(host) {
        return Err("its host is no name");
    }
    let (letters, whole) = idna::domain_to_unicode(host);
    if whole.is_err() {
        return Err("its host is no name");
    }
    let written = without_port(authority).to_lowercase();
    if written != host && written != letters {
        return Err("its host is not written as it is read");
    }
    Ok(Link { url, letters })
}

/// Words with dots between them, or an address of version 6; that one of version 4 is written as usual is looked at later.
fn is_name(host: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(letter);
    host.starts_with('[') || host.split('.').all(is_word)
}

/// Whether a character is not seen as what it is; the brackets mark where our own screens showed such a one by name.
fn hides(c: char) -> bool {
    hidden_name(c).is_some() || c.is_whitespace() || matches!(c, '⟨' | '⟩')
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => authority,
    }
}
