//! The routes that this client may ask, and no others: whatever an id holds, a URL that is none of these is never sent (S23).
//!
//! The table is also where errors take a route's name from, and where a route says how large and how slow its answer may be.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::id::{AlertId, CaseId, ConnectorId, SpaceId};

/// A route of Kibana.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    /// Method and pattern: `GET /api/cases/{case}`.
    pub(crate) name: &'static str,
    /// How long Kibana may think.
    pub(crate) pace: Pace,
    /// How large the answer may be.
    pub(crate) size: Size,
}

/// How large an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// One thing.
    Small,
    /// It grows with what is stored.
    List,
    /// It is a file.
    File,
}

/// How long the first byte of an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Read,
    Write,
    Bulk,
}

const fn read(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Read,
        size: Size::Small,
    }
}

const fn list(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Read,
        size: Size::List,
    }
}

const fn write(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Write,
        size: Size::Small,
    }
}

/// A write that answers with a case and all its attachments.
const fn write_list(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Write,
        size: Size::List,
    }
}

const fn bulk(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Bulk,
        size: Size::List,
    }
}

const fn file(name: &'static str) -> Route {
    Route {
        name,
        pace: Pace::Bulk,
        size: Size::File,
    }
}

/// Every route. Where two patterns fit one path, the one that comes first is meant: words stand before ids.
const ROUTES: &[Route] = &[
    read("GET /api/status"),
    read("GET /api/stats"),
    list("GET /api/features"),
    read("POST /api/core/capabilities"),
    list("GET /api/spaces/space"),
    write("POST /api/spaces/space"),
    read("GET /api/spaces/space/{space}"),
    write("PUT /api/spaces/space/{space}"),
    write("DELETE /api/spaces/space/{space}"),
    list("GET /api/cases/_find"),
    list("GET /api/cases/tags"),
    list("GET /api/cases/reporters"),
    read("GET /api/cases/status"),
    list("GET /api/cases/configure"),
    write("POST /api/cases/configure"),
    list("GET /api/cases/configure/connectors/_find"),
    write("PATCH /api/cases/configure/{configuration}"),
    list("GET /api/cases/alerts/{alert}"),
    write("POST /api/cases"),
    bulk("PATCH /api/cases"),
    bulk("DELETE /api/cases"),
    list("GET /api/cases/{case}"),
    list("GET /api/cases/{case}/alerts"),
    list("GET /api/cases/{case}/comments"),
    list("GET /api/cases/{case}/comments/_find"),
    read("GET /api/cases/{case}/comments/{attachment}"),
    write_list("POST /api/cases/{case}/comments"),
    write_list("PATCH /api/cases/{case}/comments"),
    bulk("DELETE /api/cases/{case}/comments"),
    write("DELETE /api/cases/{case}/comments/{attachment}"),
    list("GET /api/cases/{case}/user_actions"),
    list("GET /api/cases/{case}/user_actions/_find"),
    write_list("POST /api/cases/{case}/connector/{connector}/_push"),
    bulk("POST /api/cases/{case}/files"),
    list("POST /api/files/files/{kind}/list"),
    file("GET /api/files/files/{kind}/{file}/blob"),
    list("GET /api/actions/connectors"),
    write("POST /api/actions/connector"),
    list("POST /api/detection_engine/signals/search"),
    bulk("POST /api/detection_engine/signals/status"),
    bulk("POST /api/detection_engine/signals/tags"),
    bulk("POST /api/detection_engine/signals/assignees"),
    list("GET /internal/cases/categories"),
    list("POST /internal/cases/_bulk_get"),
    list("POST /internal/cases/_search"),
    list("POST /internal/cases/_suggest_user_profiles"),
    read("GET /internal/cases/metrics/{case}"),
    bulk("POST /internal/cases/{case}/attachments/_bulk_create"),
    list("POST /internal/cases/{case}/attachments/_bulk_get"),
    bulk("POST /internal/cases/{case}/attachments/files/_bulk_delete"),
    read("GET /internal/cases/{case}/user_actions/_stats"),
    list("GET /internal/cases/{case}/user_actions/_find"),
    list("GET /internal/cases/{case}/_users"),
    list("POST /internal/cases/{case}/_similar"),
    write_list("POST /internal/cases/{case}/observables"),
    write_list("PATCH /internal/cases/{case}/observables/{observable}"),
    write("DELETE /internal/cases/{case}/observables/{observable}"),
    write("PUT /internal/cases/{case}/custom_fields/{field}"),
    read("GET /internal/security/me"),
    read("GET /internal/security/user_profile"),
    list("POST /internal/security/user_profile/_bulk_get"),
];

impl Route {
    /// The route that a finished URL asks, if it is one of the table, below `base` and nowhere else.
    pub(crate) fn of_url(method: &Method, url: &Url, base: &Url) -> Option<&'static Self> {
        let same_place = url.origin() == base.origin()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        let below = url
            .path()
            .strip_prefix(base.path().trim_end_matches('/'))
            .and_then(|path| path.strip_prefix('/'))
            .filter(|_| same_place)?;
        let segments: Vec<_> = below.split('/').collect();
        match segments.as_slice() {
            ["s", space, rest @ ..] => {
                space.parse::<SpaceId>().ok()?;
                Self::of_path(method, rest)
            }
            all => Self::of_path(method, all),
        }
    }

    /// The route of a path below base path and space, in percent-encoded segments.
    pub(crate) fn of_path(method: &Method, path: &[&str]) -> Option<&'static Self> {
        ROUTES.iter().find(|route| route.fits(method, path))
    }

    /// Whether Kibana keeps it for itself: asked with a header of its own (`kibana-cases-api.md` §1.2, §5).
    pub(crate) fn is_internal(&self) -> bool {
        self.name.contains(" /internal/") || self.name.ends_with("/core/capabilities")
    }

    fn fits(&self, method: &Method, path: &[&str]) -> bool {
        let Some((own_method, pattern)) = self.name.split_once(" /") else {
            return false;
        };
        own_method == method.as_str()
            && pattern.split('/').count() == path.len()
            && pattern
                .split('/')
                .zip(path)
                .all(|(pattern, segment)| segment_fits(pattern, segment))
    }
}

/// A word fits itself; a placeholder fits what its id may hold, encoded as it must be.
fn segment_fits(pattern: &str, segment: &str) -> bool {
    if !pattern.starts_with('{') {
        return pattern == segment;
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
    let decoded = percent_decode_str(segment).decode_utf8();
    let Some(text) = decoded.ok().filter(|_| segment.bytes().all(plain)) else {
        return false;
    };
    match pattern {
        "{alert}" => is::<AlertId>(text),
        "{connector}" | "{field}" => is::<ConnectorId>(text),
        "{space}" => is::<SpaceId>(text),
        _ => is::<CaseId>(text),
    }
}

fn is<Id: TryFrom<String>>(text: Cow<'_, str>) -> bool {
    Id::try_from(text.into_owned()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &Method, url: &str) -> Option<&'static str> {
        let base = Url::parse("https://k.test/base").unwrap();
        Route::of_url(method, &Url::parse(url).unwrap(), &base).map(|route| route.name)
    }

    #[test]
    fn a_url_below_the_base_is_known_by_its_route() {
        for (url, route) in [
            ("https://k.test/base/api/status", "GET /api/status"),
            (
                "https://k.test/base/s/soc/api/cases/6f1b",
                "GET /api/cases/{case}",
            ),
            (
                "https://k.test/base/api/cases/_find?page=1",
                "GET /api/cases/_find",
            ),
            (
                "https://k.test/base/api/cases/alerts/a%2F..%2Fb",
                "GET /api/cases/alerts/{alert}",
            ),
        ] {
            assert_eq!(of(&Method::GET, url), Some(route), "{url}");
        }
    }

    #[test]
    fn everything_else_is_unknown() {
        for url in [
            "https://k.test/api/status",
            "https://k.test/basement/api/status",
            "http://k.test/base/api/status",
            "https://k.test:8443/base/api/status",
            "https://evil.test/base/api/status",
            "https://me@k.test/base/api/status",
            "https://k.test/base/api/security/role",
            "https://k.test/base/s/So%20c/api/status",
            "https://k.test/base/s/soc/s/soc/api/status",
            "https://k.test/base//api/status",
            "https://k.test/base/api/status/",
            "https://k.test/base/api/cases/a%2Fb",
            "https://k.test/base/api/cases/a;b",
            "https://k.test/base/api/cases/alerts/",
            "https://k.test/base/api/cases/alerts/a%00b",
            "https://k.test/base/api/cases/alerts/a/../../../security/role",
        ] {
            assert_eq!(of(&Method::GET, url), None, "{url}");
        }
        assert_eq!(of(&Method::DELETE, "https://k.test/base/api/status"), None);
    }

    #[test]
    fn every_route_of_the_table_can_be_reached() {
        for route in ROUTES {
            let (method, pattern) = route.name.split_once(" /").unwrap();
            let path: Vec<_> = pattern
                .split('/')
                .map(|segment| {
                    if segment.starts_with('{') {
                        "x1"
                    } else {
                        segment
                    }
                })
                .collect();
            let found = Route::of_path(&method.parse().unwrap(), &path);
            assert_eq!(found, Some(route), "no earlier pattern hides it");
        }
    }
}
