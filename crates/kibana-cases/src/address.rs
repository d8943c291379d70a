//! Reads what people paste: any URL of a Kibana, or a Cloud ID.
//!
//! Of a URL, origin and base path are the deployment's address, `/s/…` is a space, and the rest is dropped.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use crate::{builder::usable, error::Error, id::SpaceId, transport::is_loopback};

/// What a pasted text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Address with base path, without a slash at its end.
    pub url: String,
    /// The space that it points into, if it names one.
    pub space: Option<SpaceId>,
}

/// Segments with which Kibana's own paths begin; what stands before them is the base path.
const FIRST_SEGMENTS: &[&str] = &["app", "api", "internal", "login", "goto", "r", "spaces"];
/// Shorter words behind a colon are taken as a port.
const SHORTEST_CLOUD_ID: usize = 16;

impl Address {
    /// Reads a URL as a person pasted it, or a Cloud ID (`name:base64`). Without a scheme it is taken as https, on this
    /// computer as http.
    ///
    /// # Errors
    /// [`Error::Address`] if it is neither, if it is one that no key may go to, or if the Cloud ID has no Kibana.
    pub fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        match cloud_id(text) {
            Some(encoded) => of_cloud_id(encoded),
            None => of_url(text),
        }
        .map_err(|reason| Error::Address { reason })
        .and_then(|address| usable(&address.url).map(|_| address))
    }
}

fn of_url(text: &str) -> Result<Address, &'static str> {
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
            .ok()
            .filter(is_loopback)
            .map_or_else(|| Url::parse(&format!("https://{text}")), Ok)
    };
    let url = url.map_err(|_| "it is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err("it is not the URL of a web server");
    }
    let segments: Vec<_> = url
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|segment| !segment.is_empty())
        .collect();
    let is_space = |at: usize| segments[at] == "s" && segments.get(at + 1).is_some();
    let end = (0..segments.len())
        .find(|&at| is_space(at) || FIRST_SEGMENTS.contains(&segments[at]))
        .unwrap_or(segments.len());
    let space = (end < segments.len() && is_space(end)).then(|| {
        segments[end + 1]
            .parse()
            .map_err(|_| "the space in it has no valid name")
    });
    let mut base = url.clone();
    base.set_path(&segments[..end].join("/"));
    base.set_query(None);
    base.set_fragment(None);
    Ok(Address {
        url: base.as_str().trim_end_matches('/').to_owned(),
        space: space.transpose()?,
    })
}

/// The encoded part, if the text has the form of a Cloud ID and not of a URL.
fn cloud_id(text: &str) -> Option<&str> {
    let encoded = text.rsplit_once(':').map_or(text, |(_, encoded)| encoded);
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let named = encoded.len() < text.len();
    let fits = !text.contains("://")
        && encoded.len() >= SHORTEST_CLOUD_ID
        && encoded.bytes().all(is_base64)
        && (named || decoded(encoded).is_some_and(|text| text.contains('$')));
    fits.then_some(encoded)
}

fn decoded(encoded: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

/// Host, Elasticsearch and Kibana, each perhaps with a port; the host's is the default of the others (`kibana-cases-api.md` §1.1).
fn of_cloud_id(encoded: &str) -> Result<Address, &'static str> {
    let text = decoded(encoded).ok_or("the Cloud ID cannot be decoded")?;
    let parts: Vec<_> = text.split('$').collect();
    let [host, _, kibana, ..] = parts.as_slice() else {
        return Err("the Cloud ID is incomplete");
    };
    let (host, default_port) = with_port(host, "443");
    let (kibana, port) = with_port(kibana, default_port);
    if kibana.is_empty() || kibana == "undefined" {
        return Err("the Cloud ID names no Kibana");
    }
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    if host.is_empty() || !host.bytes().chain(kibana.bytes()).all(word) {
        return Err("the Cloud ID names no host");
    }
    let url = Url::parse(&format!("https://{kibana}.{host}:{port}"))
        .map_err(|_| "the Cloud ID names no host")?;
    Ok(Address {
        url: url.as_str().trim_end_matches('/').to_owned(),
        space: None,
    })
}

fn with_port<'a>(part: &'a str, default: &'a str) -> (&'a str, &'a str) {
    part.split_once(':').unwrap_or((part, default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_url_of_a_kibana_gives_its_address_and_space() {
        for (text, url, space) in [
            ("https://k.example.org", "https://k.example.org", None),
            (" https://k.example.org/ ", "https://k.example.org", None),
            ("k.example.org:5601", "https://k.example.org:5601", None),
            ("localhost:5601/s/ot", "http://localhost:5601", Some("ot")),
            (
                "https://k.example.org/s/soc/app/security/cases/6f1b?tab=x#y",
                "https://k.example.org",
                Some("soc"),
            ),
            (
                "https://proxy.example.org/kibana/prod/app/security/alerts",
                "https://proxy.example.org/kibana/prod",
                None,
            ),
            (
                "https://proxy.example.org/kibana/s/soc/",
                "https://proxy.example.org/kibana",
                Some("soc"),
            ),
            ("https://k.example.org/s", "https://k.example.org/s", None),
            ("[::1]:5601/app/home", "http://[::1]:5601", None),
            (
                "https://k.example.org//kibana//s/soc",
                "https://k.example.org/kibana",
                Some("soc"),
            ),
        ] {
            let expected = Address {
                url: url.to_owned(),
                space: space.map(|space| space.parse().unwrap()),
            };
            assert_eq!(Address::read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "https://",
            "ftp://k.test",
            "https://k.test/s/So%20c/app",
            "javascript:alert(1)",
            "http://k.example.org",
            "https://me:secret@k.example.org",
        ] {
            assert!(Address::read(text).is_err(), "{text:?}");
        }
    }

    fn cloud(text: &str) -> Result<String, String> {
        let id = format!("My deployment:{}", STANDARD.encode(text));
        Address::read(&id)
            .map(|address| address.url)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_cloud_id_gives_the_address_of_its_kibana() {
        for (text, url) in [
            ("eu.example.io$aaa$bbb", "https://bbb.eu.example.io"),
            ("eu.example.io:443$aaa$bbb", "https://bbb.eu.example.io"),
            (
                "eu.example.io:9243$aaa$bbb",
                "https://bbb.eu.example.io:9243",
            ),
            (
                "eu.example.io:9243$aaa:1$bbb:9244",
                "https://bbb.eu.example.io:9244",
            ),
            ("eu.example.io$aaa$bbb$more", "https://bbb.eu.example.io"),
        ] {
            assert_eq!(cloud(text).as_deref(), Ok(url), "{text}");
        }
        let unnamed = STANDARD.encode("eu.example.io$aaa$bbb");
        assert_eq!(
            Address::read(&unnamed).unwrap().url,
            "https://bbb.eu.example.io",
            "the name before the colon is for people"
        );
    }

    #[test]
    fn a_cloud_id_without_a_kibana_is_refused_with_its_reason() {
        for (text, reason) in [
            ("eu.example.io$aaa", "the Cloud ID is incomplete"),
            (
                "eu.example.io.without.dollars",
                "the Cloud ID is incomplete",
            ),
            ("eu.example.io$aaa$", "the Cloud ID names no Kibana"),
            (
                "eu.example.io$aaa$undefined",
                "the Cloud ID names no Kibana",
            ),
            ("$aaaaaaaaaaaa$bbb", "the Cloud ID names no host"),
            ("eu.example.io$aaa$bbb@evil", "the Cloud ID names no host"),
            ("eu.example.io:x$aaa$bbb", "the Cloud ID names no host"),
        ] {
            let error = cloud(text).unwrap_err();
            assert!(error.ends_with(reason), "{text}: {error}");
        }
        for broken in ["name:abcdefghijklmnopq", "name://8/8f39/+//8f39"] {
            assert!(Address::read(broken).is_err(), "{broken}");
        }
    }
}
