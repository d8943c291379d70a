//! Links into Kibana (`kibana-cases-api.md` §4.6), as they come out of mails, chats and other programs.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{found::Found, rison, word};
use crate::{
    search::refang,
    view::{AlertSummary, Hint},
};

mod wrapping;

/// What stands between an address and a path inside an application.
const APP: &str = "/app/";
/// Applications whose links name alerts, events or cases.
const APPS: [&str; 6] = [
    "security",
    "observability",
    "management",
    "discover",
    "siem",
    "securitySolution",
];
/// Links in links: a mail that was forwarded may have been wrapped again each time.
const MOST_WRAPPINGS: usize = 8;
/// Where an id or a plain value ends, whatever comes behind.
const ENDS: &[char] = &[
    '\'', '"', '<', '>', ')', ']', '}', '|', ',', ';', '`', '&', ' ',
];

/// What is written right behind a link.
const AFTER: &[char] = &['.', ':', '!', '*', '…'];

/// The Kibana and the space that a link leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kibana: Option<String>,
    pub(super) space: Option<String>,
}

/// What became of a link.
pub(super) enum Read {
    /// It leads into Kibana; what it names was taken.
    Known,
    /// It leads elsewhere: this is what it says, in the clear.
    Other(String),
}

/// The next link of a line, with what is before and behind it.
pub(super) fn next(line: &str) -> Option<(&str, &str, &str)> {
    let start = line.match_indices('/').find_map(|(at, _)| {
        let (before, from) = line.split_at(at);
        if from.starts_with("//") {
            scheme_before(before)
        } else if from.starts_with(APP) {
            // A link without its scheme.
            let is_part = |c: char| c.is_ascii_alphanumeric() || "._-:/%~".contains(c);
            Some(before.trim_end_matches(is_part).len())
        } else {
            None
        }
    })?;
    let (before, from) = line.split_at(start);
    let (run, after) = from.split_at(end(from));
    Some((before, run, after))
}

/// Reads a link.
pub(super) fn read(found: &mut Found, run: &str, line: u32) -> Read {
    let mut url = mended(run);
    for _ in 0..MOST_WRAPPINGS {
        if let Some(inner) = wrapping::defense(&url) {
            url = Cow::Owned(inner);
        } else if kibana(found, &url, line) {
            return Read::Known;
        } else if let Some(inner) = wrapping::inner(&url) {
            url = Cow::Owned(inner);
        } else {
            break;
        }
    }
    Read::Other(decoded(&url))
}

/// Where the scheme at the end of a text begins.
fn scheme_before(before: &str) -> Option<usize> {
    let scheme = before.strip_suffix(':')?;
    let name = scheme
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .len();
    let letters = scheme.split_at(name).1.to_ascii_lowercase();
    // A word that stands right before it is no part of it: `linkhttps://`.
    ["https", "http", "hxxps", "hxxp"]
        .into_iter()
        .find(|known| letters.ends_with(known))
        .map(|known| scheme.len() - known.len())
}

/// Where a link ends: at what no link holds, or where the next one begins.
fn end(from: &str) -> usize {
    let mut before = ' ';
    for (at, c) in from.char_indices() {
        if c.is_whitespace() || c.is_control() || "\"<>`\\^{}|".contains(c) {
            return at;
        }
        let begins_another = at > 0 && (c == 'h' || c == 'H') && ",;)]'".contains(before);
        if begins_another {
            let rest = from.split_at(at).1;
            let scheme = rest.split("//").next().unwrap_or_default();
            if scheme.len() <= 6 && scheme.len() < rest.len() && scheme_before(scheme) == Some(0) {
                return at;
            }
        }
        before = c;
    }
    from.len()
}

/// What editors, mail programs and cautious people do to links, undone.
fn mended(run: &str) -> Cow<'_, str> {
    let mut url = Cow::Borrowed(run);
    if url.contains("&amp;") {
        url = Cow::Owned(url.replace("&amp;", "&"));
    }
    // `&timestamp`, of which `&times` was read as the name of a character.
    if url.contains('×') {
        url = Cow::Owned(url.replace("×tamp=", "&timestamp="));
    }
    if url.contains("[.]") || url.starts_with("hxxp") {
        url = Cow::Owned(refang(&url));
    }
    url
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Takes what a link into Kibana names. Tells whether it is one.
fn kibana(found: &mut Found, url: &str, line: u32) -> bool {
    let (path, state) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let Some((before, inside)) = path.split_once(APP) else {
        return false;
    };
    let segments: Vec<_> = inside.split('/').collect();
    if !segments.first().is_some_and(|app| APPS.contains(app)) {
        return false;
    }
    let mut link = Link {
        found,
        place: Place::of(before),
        line,
        index: None,
        at: None,
    };
    link.found.is_of_kibana = true;
    let params = params(state);
    link.note(&params);
    match *segments {
        [_, "alerts", "redirect", id, ..] => link.redirect(id),
        ["observability", "alerts", id, ..] if word::is_uuid(plain(id)) => link.alert(plain(id)),
        _ => {}
    }
    let case = segments.iter().skip_while(|part| **part != "cases").nth(1);
    if let Some(case) = case
        .map(|case| plain(case))
        .filter(|case| word::is_uuid(case))
    {
        link.found.case(case, Some(&link.place), line);
    }
    link.document(state, &params);
    for (_, value) in &params {
        if rison::is_rison(value) {
            link.walk("", &rison::read(value));
        }
    }
    true
}

/// The named values of a link, in the clear.
fn params(state: &str) -> Vec<(String, String)> {
    let parts = state.split(['?', '#', '&']);
    let named = parts.filter_map(|part| part.split_once('='));
    named
        .map(|(name, value)| {
            let mut value = decoded(value);
            if !rison::is_rison(&value) && value.contains('%') {
                value = decoded(&value);
            }
            (name.to_owned(), value)
        })
        .collect()
}

/// A value without what was written behind the link.
fn plain(value: &str) -> &str {
    let end = value.find(ENDS).unwrap_or(value.len());
    value.split_at(end).0.trim_end_matches(AFTER)
}

struct Link<'a> {
    found: &'a mut Found,
    place: Place,
    line: u32,
    index: Option<String>,
    at: Option<String>,
}

impl Link<'_> {
    fn note(&mut self, params: &[(String, String)]) {
        for (name, value) in params {
            let value = Some(plain(value).to_owned()).filter(|value| !value.is_empty());
            match name.as_str() {
                "index" => self.index = value,
                "timestamp" => self.at = value,
                "space" if value.is_some() => self.place.space = value,
                _ => {}
            }
        }
    }

    /// `…/alerts/redirect/<id>`, of which the rest may have been encoded, too.
    fn redirect(&mut self, encoded: &str) {
        let encoded = encoded.split(ENDS).next().unwrap_or_default();
        let decoded = decoded(encoded);
        let (id, state) = decoded.split_once('?').unwrap_or((&decoded, ""));
        self.note(&params(state));
        let whole = id.trim_end_matches(AFTER);
        if (id.contains('…') || id.contains("...")) && !word::is_id(whole) {
            self.found.shortened(id.to_owned(), self.line);
        } else {
            self.alert(whole);
        }
    }

    /// `…/discover#/doc/<data view>/<index>?id=<id>` and `…#/context/<data view>/<id>`.
    fn document(&mut self, state: &str, params: &[(String, String)]) {
        let path = state.split(['?', '#']).find(|part| part.starts_with('/'));
        match path
            .map(|path| path.split('/').collect::<Vec<_>>())
            .as_deref()
        {
            Some(["", "doc", _, index, ..]) => {
                self.index = Some(decoded(plain(index)));
                if let Some((_, id)) = params.iter().find(|(name, _)| name == "id") {
                    self.alert(plain(id));
                }
            }
            Some(["", "context", _, id, ..]) => {
                let id = decoded(plain(id));
                self.alert(&id);
            }
            _ => {}
        }
    }

    /// State of a flyout or a table: objects that name a document, and queries for ids. `name` is the value's own.
    fn walk(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                let text =
                    |names: &[&str]| names.iter().find_map(|name| object.get(*name)?.as_str());
                let index = text(&["indexName", "index", "_index", "documentIndex"]);
                let named = text(&["documentId", "eventId", "_id", "kibana.alert.uuid"]);
                let of_panel = text(&["id"])
                    .filter(|id| index.is_some() || name == "params" && word::is_id(id));
                if let Some(id) = named.or(of_panel) {
                    let of_link = std::mem::replace(&mut self.index, index.map(str::to_owned));
                    self.alert(id);
                    self.index = of_link;
                }
                for (name, value) in object {
                    self.walk(name, value);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.walk(name, value)),
            Value::String(text) => self.query(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// `_id: e2a2…` and `kibana.alert.uuid: (a or b)` of a query.
    fn query(&mut self, query: &str) {
        let mut rest = query;
        while let Some((before, after)) = rest.split_once(':') {
            let field = before.trim_end().trim_end_matches('"');
            let field = field.rsplit(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c)));
            rest = after;
            let is_id = |field: &str| field == "_id" || field == "kibana.alert.uuid";
            if !{ field }.next().is_some_and(is_id) {
                continue;
            }
            let after = after.trim_start();
            let end = match after.strip_prefix('(') {
                Some(list) => list.find(')').map_or(after.len(), |end| end + 1),
                None => after.find([' ', ')']).unwrap_or(after.len()),
            };
            let (ids, behind) = after.split_at(end);
            word::read(self.found, ids, self.line);
            rest = behind;
        }
    }

    fn alert(&mut self, id: &str) {
        let hint = Hint {
            kibana: self.place.kibana.clone(),
            space: self.place.space.clone(),
            index: self.index.clone(),
            rule_id: None,
            summary: AlertSummary {
                at: self.at.clone(),
                ..AlertSummary::default()
            },
        };
        self.found.id(id, self.line, Some(hint));
    }
}

impl Place {
    /// Of what stands before `/app/`.
    fn of(before: &str) -> Self {
        let (base, space) = match before.rsplit_once("/s/") {
            Some((base, space)) if !space.is_empty() && !space.contains('/') => (base, Some(space)),
            _ => (before, None),
        };
        let (scheme, address) = base.split_once("://").unwrap_or(("", base));
        // Nobody keeps a name and a password that stood in a link.
        let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let host = host.rsplit('@').next().unwrap_or_default();
        let address = format!(
            "{}{}",
            host.to_ascii_lowercase(),
            path.trim_end_matches('/')
        );
        let kibana = match (host, scheme) {
            ("", _) => None,
            (_, "") => Some(address),
            (_, scheme) => Some(format!("{}://{address}", scheme.to_ascii_lowercase())),
        };
        let space = space
            .map(decoded)
            .or_else(|| kibana.as_ref().map(|_| "default".to_owned()));
        Self { kibana, space }
    }
}
