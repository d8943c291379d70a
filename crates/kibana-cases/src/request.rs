//! Requests as plain values, and the one place where a URL is built.

use std::borrow::Cow;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::{id::SpaceId, multipart::Part};

/// What may stand in a path segment as it is; everything else is percent-encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// One request before it has an address: what is asked of which space.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Pattern of the route, for errors and traces: `GET /api/cases/{case}`. Never filled in.
    pub route: &'static str,
    /// Method of the request.
    pub method: Method,
    /// Space that is asked; `None` for routes that belong to the whole deployment.
    pub space: Option<SpaceId>,
    /// Segments of the path below base path and space, not encoded.
    pub path: Vec<String>,
    /// Query parameters in order, not encoded; a key may repeat.
    pub query: Vec<(Cow<'static, str>, String)>,
    /// What is sent along.
    pub body: Body,
    /// Whether it may be sent again without knowing what became of it.
    pub repeat: Repeat,
}

/// Whether a request may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It reads, or searches by POST: once more changes nothing.
    Harmless,
    /// It writes: only reading back proves that it was not applied.
    ReadBackFirst,
    /// Whoever asks has a rhythm of their own: it is sent once, whatever becomes of it.
    Never,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// A form with files.
    Multipart(Vec<Part>),
}

impl Request {
    pub(crate) fn new(method: Method, route: &'static str, path: &[&str]) -> Self {
        let repeat = if method == Method::GET {
            Repeat::Harmless
        } else {
            Repeat::ReadBackFirst
        };
        Self {
            route,
            method,
            space: None,
            path: path.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: Body::Empty,
            repeat,
        }
    }

    pub(crate) fn get(route: &'static str, path: &[&str]) -> Self {
        Self::new(Method::GET, route, path)
    }

    pub(crate) fn post(route: &'static str, path: &[&str], body: Value) -> Self {
        Self::new(Method::POST, route, path).json(body)
    }

    pub(crate) fn patch(route: &'static str, path: &[&str], body: Value) -> Self {
        Self::new(Method::PATCH, route, path).json(body)
    }

    pub(crate) fn post_empty(route: &'static str, path: &[&str]) -> Self {
        Self::new(Method::POST, route, path)
    }

    pub(crate) fn put(route: &'static str, path: &[&str], body: Value) -> Self {
        Self::new(Method::PUT, route, path).json(body)
    }

    pub(crate) fn delete(route: &'static str, path: &[&str]) -> Self {
        Self::new(Method::DELETE, route, path)
    }

    /// Adds a query parameter once for each value.
    pub(crate) fn queries<V: ToString>(
        self,
        key: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let add = |request: Self, value: V| request.query(key, value.to_string());
        values.into_iter().fold(self, add)
    }

    /// Adds a query parameter; one of the same name stays.
    #[must_use]
    pub fn query(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Carries JSON.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Carries a form with files.
    #[must_use]
    pub fn multipart(mut self, parts: Vec<Part>) -> Self {
        self.body = Body::Multipart(parts);
        self
    }

    /// Declares that sending it again changes nothing: a search by POST, say.
    #[must_use]
    pub fn harmless(mut self) -> Self {
        self.repeat = Repeat::Harmless;
        self
    }

    /// The address below `base`: base path, `/s/{space}` unless it is the default space, path, query.
    pub(crate) fn url(&self, base: &Url) -> Url {
        let mut path = base.path().trim_end_matches('/').to_owned();
        if let Some(space) = self.space.as_ref().filter(|space| !space.is_default()) {
            push_segment(&mut path, "s");
            push_segment(&mut path, space.as_str());
        }
        for segment in &self.path {
            push_segment(&mut path, segment);
        }
        let mut url = base.clone();
        url.set_path(&path);
        url.set_query(None);
        if !self.query.is_empty() {
            url.query_pairs_mut()
                .extend_pairs(self.query.iter().map(|(key, value)| (key.as_ref(), value)));
        }
        url
    }
}

fn push_segment(path: &mut String, segment: &str) {
    path.push('/');
    path.push_str(&encode(segment));
}

/// JSON of a value of ours.
pub(crate) fn body(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("our own types are JSON with text keys")
}

/// A segment as it stands in a URL.
pub(crate) fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, space: Option<&str>, path: &[&str]) -> String {
        let mut request = Request::get("test", path);
        request.space = space.map(|space| space.parse().unwrap());
        request.url(&Url::parse(base).unwrap()).to_string()
    }

    #[test]
    fn the_space_stands_between_base_path_and_route() {
        assert_eq!(
            url("https://k.test/base/", Some("soc"), &["api", "cases"]),
            "https://k.test/base/s/soc/api/cases"
        );
        assert_eq!(
            url("https://k.test", Some("default"), &["api", "cases"]),
            "https://k.test/api/cases",
            "the default space needs no prefix"
        );
        assert_eq!(
            url("https://k.test", None, &["api", "status"]),
            "https://k.test/api/status"
        );
    }

    #[test]
    fn a_segment_stays_one_segment() {
        let alert = url(
            "https://k.test",
            None,
            &["api", "cases", "alerts", "a/../b?c#d;e%2f\\f"],
        );
        assert_eq!(
            alert,
            "https://k.test/api/cases/alerts/a%2F..%2Fb%3Fc%23d%3Be%252f%5Cf"
        );
    }

    #[test]
    fn only_reading_may_be_repeated_unless_a_request_says_so() {
        assert_eq!(Request::get("test", &[]).repeat, Repeat::Harmless);
        let search = Request::post("test", &[], Value::Null);
        assert_eq!(search.repeat, Repeat::ReadBackFirst);
        assert_eq!(search.harmless().repeat, Repeat::Harmless);
    }

    #[test]
    fn repeated_keys_are_kept_in_order() {
        let request = Request::get("test", &["api"])
            .query("tags", "a b")
            .query("tags", "c&d");
        assert_eq!(
            request.url(&Url::parse("https://k.test").unwrap()).as_str(),
            "https://k.test/api?tags=a+b&tags=c%26d"
        );
    }
}
