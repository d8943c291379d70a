//! Reads any URL of a Kibana: origin and base path are the deployment's address, `/s/…` is a space, the rest is dropped.

use kibana_cases::SpaceId;
use url::Url;

use crate::error::Error;

/// What a pasted URL says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Address with base path, without a slash at its end.
    pub(crate) url: String,
    /// The space it points into, if it names one.
    pub(crate) space: Option<SpaceId>,
}

/// Segments with which Kibana's own paths begin; what stands before them is the base path.
const FIRST_SEGMENTS: &[&str] = &["app", "api", "internal", "login", "goto", "r", "spaces"];

/// Reads a URL as a person pasted it; without a scheme it is taken as https, on this computer as http.
///
/// # Errors
/// [`Error::Input`] for `url` if it is not one.
pub(crate) fn read(text: &str) -> Result<Address, Error> {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("{}://{text}", scheme_for(text))
    };
    let url = Url::parse(&with_scheme).map_err(|_| Error::input("url", "this is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(Error::input("url", "this is not the URL of a web server"));
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
            .map_err(|_| Error::input("url", "the space in it has no valid name"))
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

fn scheme_for(text: &str) -> &'static str {
    let host = text.split([':', '/']).next().unwrap_or_default();
    if matches!(host, "localhost" | "127.0.0.1") {
        "http"
    } else {
        "https"
    }
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
        ] {
            let expected = Address {
                url: url.to_owned(),
                space: space.map(|space| space.parse().unwrap()),
            };
            assert_eq!(read(text).unwrap(), expected, "{text}");
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
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
