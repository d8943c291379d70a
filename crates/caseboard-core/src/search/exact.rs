//! What a bare text is, if it is one thing: it is searched exactly first, and as text on demand.

use std::net::IpAddr;

use kibana_cases::{Address, AlertId, CaseId, SpaceId};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    query::{AttachedKind, EntityKind, Kind, Node, Query, Term, TextPlace},
    refang::refang,
    span::{Span, Spanned},
    value::{Asked, CaseName, Match},
};
use crate::view::ExactKind;

/// Longer texts are no single thing.
const LONGEST: usize = 4096;
/// Characters of a document id that Elasticsearch made.
const DOCUMENT_ID: usize = 20;

/// One thing that a whole text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exact {
    /// An address.
    Ip(IpAddr),
    /// An MD5, SHA-1, SHA-256 or SHA-512, in small letters.
    Hash(String),
    /// A URL, as it was written but for its disarming.
    Url(String),
    /// A UUID, as it was written.
    Uuid(String),
    /// A document id, as it was written.
    DocumentId(String),
    /// A link to a case.
    CaseLink {
        /// Address of the deployment, with base path.
        deployment_url: String,
        /// The space; `None` is the default one.
        space: Option<SpaceId>,
        /// The case.
        case: CaseId,
    },
    /// A link to an alert.
    AlertLink {
        /// Address of the deployment, with base path.
        deployment_url: String,
        /// The space; `None` is the default one.
        space: Option<SpaceId>,
        /// The alert.
        alert: AlertId,
    },
}

impl Exact {
    /// What a text is as a whole, but for blanks, quotes and brackets around it. Disarmed indicators count.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let text = text.trim();
        let inner = [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>')]
            .into_iter()
            .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
            .unwrap_or(text)
            .trim();
        if inner.is_empty() || inner.contains(char::is_whitespace) {
            return None;
        }
        let armed = refang(inner);
        link(&armed).or_else(|| ip(&armed)).or_else(|| id(&armed))
    }

    /// Its kind, for a face.
    pub fn kind(&self) -> ExactKind {
        match self {
            Self::Ip(_) => ExactKind::Ip,
            Self::Hash(_) => ExactKind::Hash,
            Self::Url(_) => ExactKind::Url,
            Self::Uuid(_) => ExactKind::Uuid,
            Self::DocumentId(_) => ExactKind::DocumentId,
            Self::CaseLink { .. } => ExactKind::CaseLink,
            Self::AlertLink { .. } => ExactKind::AlertLink,
        }
    }

    /// The query for exactly that: ids where ids are, indicators where indicators are, and the words as one phrase in texts.
    pub fn query(&self) -> Query {
        let terms = match self {
            Self::Ip(ip) => indicator(EntityKind::Ip, &ip.to_string()),
            Self::Hash(hash) => {
                let mut terms = vec![attached(AttachedKind::Alert, hash)];
                terms.extend(indicator(EntityKind::Hash, hash));
                terms
            }
            Self::Url(url) => vec![entity(EntityKind::Observable, url), phrase(url)],
            Self::Uuid(id) | Self::DocumentId(id) => {
                let mut terms = vec![
                    attached(AttachedKind::Alert, id),
                    attached(AttachedKind::Event, id),
                    entity(EntityKind::Observable, id),
                    phrase(id),
                ];
                terms.extend(id.parse().ok().map(case));
                terms
            }
            Self::CaseLink { case: id, .. } => vec![case(id.clone())],
            Self::AlertLink { alert, .. } => vec![attached(AttachedKind::Alert, alert.as_str())],
        };
        let mut nodes: Vec<Node> = terms
            .into_iter()
            .map(|term| Spanned::new(NOWHERE, Kind::Term(term)))
            .collect();
        let root = match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                Spanned::new(NOWHERE, Kind::Any(nodes))
            }
        };
        Query { root }
    }
}

/// A query that was not written has no place in a text.
const NOWHERE: Span = Span { start: 0, end: 0 };

fn link(text: &str) -> Option<Exact> {
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ftp") || url.host_str().is_none_or(str::is_empty)
    {
        return None;
    }
    let of_kibana = || kibana_link(&url, text);
    of_kibana().or_else(|| Some(Exact::Url(text.to_owned())))
}

/// `…/app/…/cases/<id>` and `…/app/security/alerts/redirect/<id>` (`kibana-cases-api.md` §4.6).
fn kibana_link(url: &Url, text: &str) -> Option<Exact> {
    let segments: Vec<_> = url.path_segments()?.collect();
    let app = segments.iter().position(|segment| *segment == "app")?;
    let named_by = |words: &[&str]| {
        let behind = segments.get(app..)?;
        let at = behind
            .windows(words.len())
            .position(|window| window == words)?;
        let id = behind.get(at + words.len())?;
        percent_decode_str(id).decode_utf8().ok()
    };
    let address = Address::read(text).ok()?;
    let (deployment_url, space) = (address.url, address.space);
    if let Some(alert) = named_by(&["alerts", "redirect"]) {
        return Some(Exact::AlertLink {
            deployment_url,
            space,
            alert: alert.parse().ok()?,
        });
    }
    let case = named_by(&["cases"]).filter(|id| !PAGES.contains(&&**id))?;
    Some(Exact::CaseLink {
        deployment_url,
        space,
        case: case.parse().ok()?,
    })
}

/// Pages of Kibana that stand where a case's id stands.
const PAGES: &[&str] = &["", "create", "configure"];

fn ip(text: &str) -> Option<Exact> {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    inner.parse().ok().map(Exact::Ip)
}

fn id(text: &str) -> Option<Exact> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex(text) && matches!(text.len(), 32 | 40 | 64 | 128) {
        return Some(Exact::Hash(text.to_ascii_lowercase()));
    }
    if is_uuid(text) {
        return Some(Exact::Uuid(text.to_owned()));
    }
    looks_like_document_id(text).then(|| Exact::DocumentId(text.to_owned()))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// 20 characters with small letters, capitals and digits, which words and host names lack.
fn looks_like_document_id(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    text.len() == DOCUMENT_ID
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
}

fn indicator(kind: EntityKind, text: &str) -> Vec<Term> {
    vec![
        entity(kind, text),
        entity(EntityKind::Observable, text),
        phrase(text),
    ]
}

fn entity(kind: EntityKind, text: &str) -> Term {
    Term::Entity {
        kind,
        any_of: whole(text),
    }
}

fn attached(kind: AttachedKind, text: &str) -> Term {
    Term::Attached {
        kind,
        any_of: whole(text),
    }
}

fn phrase(text: &str) -> Term {
    Term::Text {
        place: TextPlace::Texts,
        any_of: whole(text),
    }
}

fn case(id: CaseId) -> Term {
    Term::Case(vec![Spanned::new(NOWHERE, CaseName::Full(id))])
}

fn whole(text: &str) -> Vec<Spanned<Asked<Match>>> {
    let whole = Match {
        text: text.to_owned(),
        prefix: false,
    };
    vec![Spanned::new(NOWHERE, Asked::Value(whole))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Search, to_text};

    const UUID: &str = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";
    const SHA: &str = "e2a2fe19b3c14d5f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c086d76";

    fn kind(text: &str) -> Option<ExactKind> {
        Exact::read(text).map(|exact| exact.kind())
    }

    #[test]
    fn one_thing_is_recognised_however_it_is_wrapped_or_disarmed() {
        for (text, expected) in [
            ("203.0.113.9", ExactKind::Ip),
            ("203[.]0[.]113[.]9", ExactKind::Ip),
            (" <203.0.113.9>\n", ExactKind::Ip),
            ("2001:db8::1", ExactKind::Ip),
            ("[2001:db8::1]", ExactKind::Ip),
            ("d41d8cd98f00b204e9800998ecf8427e", ExactKind::Hash),
            (
                "\"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\"",
                ExactKind::Hash,
            ),
            (SHA, ExactKind::Hash),
            (&SHA.repeat(2), ExactKind::Hash),
            ("https://evil.example/a,b(c)?d=e", ExactKind::Url),
            ("hxxps://evil[.]example", ExactKind::Url),
            (UUID, ExactKind::Uuid),
            ("`6F1B3C52-1F9E-4F53-9A43-0C0F3F2B7D10`", ExactKind::Uuid),
            ("Zm9v-_barQUX01234567", ExactKind::DocumentId),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_read_as_a_query() {
        for text in [
            "",
            "malware",
            "203.0.113.9 web-07",
            "203.0.113",
            "203.0.113.256",
            "ip:203.0.113.9",
            "web-prod-frontend-01",
            "internationalization",
            &SHA.replace('e', "g"),
            "e2a2fe19…086d76",
            "file:///etc/passwd",
            "mailto:a@b.example",
            "#42",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn links_of_kibana_name_what_they_lead_to() {
        let base = "https://k.example/kibana";
        for (path, space) in [
            ("/app/security/cases/", None),
            ("/s/soc/app/security/cases/", Some("soc")),
            ("/s/soc/app/observability/cases/", Some("soc")),
            ("/app/management/insightsAndAlerting/cases/", None),
        ] {
            for more in ["", "/", "/a-comment", "?tabId=alerts", "#x"] {
                let expected = Exact::CaseLink {
                    deployment_url: base.to_owned(),
                    space: space.map(|space| space.parse().unwrap()),
                    case: UUID.parse().unwrap(),
                };
                let link = format!("{base}{path}{UUID}{more}");
                assert_eq!(Exact::read(&link), Some(expected), "{link}");
            }
        }
        let link = format!(
            "hxxps://k[.]example/s/soc/app/security/alerts/redirect/{SHA}?index=.alerts-x&timestamp=2026-11-23T12:04:31.000Z"
        );
        let expected = Exact::AlertLink {
            deployment_url: "https://k.example".to_owned(),
            space: Some("soc".parse().unwrap()),
            alert: SHA.parse().unwrap(),
        };
        assert_eq!(Exact::read(&link), Some(expected));
        for path in [
            "/app/security/cases",
            "/app/security/cases/create",
            "/cases/x",
        ] {
            assert_eq!(
                kind(&format!("{base}{path}")),
                Some(ExactKind::Url),
                "{path}"
            );
        }
    }

    #[test]
    fn exactly_that_is_searched_first_and_its_words_on_demand() {
        for (text, first, as_text) in [
            (
                "203[.]0[.]113[.]9",
                "ip:203.0.113.9 OR obs:203.0.113.9 OR text:203.0.113.9".to_owned(),
                "203.0.113.9".to_owned(),
            ),
            (
                UUID,
                format!("alert:{UUID} OR event:{UUID} OR obs:{UUID} OR text:{UUID} OR id:{UUID}"),
                UUID.to_owned(),
            ),
            (
                "https://x.example/a(b)",
                "obs:\"https://x.example/a(b)\" OR text:\"https://x.example/a(b)\"".to_owned(),
                "\"https://x.example/a(b)\"".to_owned(),
            ),
            (
                "https://k.example/app/security/cases/6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10",
                format!("id:{UUID}"),
                format!("https://k.example/app/security/cases/{UUID}"),
            ),
            (
                "sev:high x",
                "sev:high x".to_owned(),
                "sev:high x".to_owned(),
            ),
        ] {
            let search = Search::read(text);
            assert_eq!(to_text(&search.first()), first, "{text}");
            assert_eq!(to_text(&search.as_text()), as_text, "{text}");
        }
    }
}
