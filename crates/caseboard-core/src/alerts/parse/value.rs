//! Lists of indicators: values that belong to a case as observables, and no alerts.

use std::{collections::HashSet, net::IpAddr};

use serde_json::{Map, Value};

use super::{MOST_IDS, word};
use crate::{
    search::refang,
    view::{FoundValue, ValueKind},
};

/// Whether an object is a bundle of STIX, or an object of one.
pub(super) fn is_stix(object: &Map<String, Value>) -> bool {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let id = text("id").and_then(|id| id.split_once("--"));
    id.is_some_and(|(kind, _)| Some(kind) == text("type"))
}

/// The values of an object of STIX, and of those inside it.
pub(super) fn stix(object: &Map<String, Value>, line: u32, tell: &mut impl FnMut(FoundValue)) {
    let mut seen = HashSet::new();
    let mut take = |text: &str| {
        if let Some(kind) = kind(text)
            && seen.insert(text.to_owned())
        {
            let text = text.to_owned();
            tell(FoundValue { kind, text, line });
        }
    };
    let inner = object.get("objects").and_then(Value::as_array);
    let objects = inner.into_iter().flatten().filter_map(Value::as_object);
    for object in objects.chain([object]) {
        if let Some(value) = object.get("value").and_then(Value::as_str) {
            take(value);
        }
        if let Some(hashes) = object.get("hashes").and_then(Value::as_object) {
            hashes
                .values()
                .filter_map(Value::as_str)
                .for_each(&mut take);
        }
        // `[file:hashes.'SHA-256' = 'e2a2…']`: what is in quotes behind an equals sign.
        let pattern = object
            .get("pattern")
            .and_then(Value::as_str)
            .unwrap_or_default();
        for compared in pattern.split('=').skip(1) {
            let quoted = compared.trim_start().strip_prefix('\'');
            if let Some(value) = quoted.and_then(|quoted| quoted.split('\'').next()) {
                take(value);
            }
        }
    }
}

/// The values of a text that has nothing but one on each line; nothing if it has anything else.
pub(super) fn list(text: &str) -> Vec<FoundValue> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim().trim_matches([',', ';', '"', '\'']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let text = refang(line);
        let Some(kind) = kind(&text) else {
            return Vec::new();
        };
        if values.len() < MOST_IDS && seen.insert(text.clone()) {
            values.push(FoundValue {
                kind,
                text,
                line: number,
            });
        }
    }
    values
}

fn kind(text: &str) -> Option<ValueKind> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(if address.is_ipv4() {
            ValueKind::Ipv4
        } else {
            ValueKind::Ipv6
        });
    }
    let is_hash = [32, 40, 64, 128]
        .iter()
        .any(|length| word::is_hex(text, *length));
    if is_hash {
        return Some(ValueKind::Hash);
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let is_url = ["http", "https", "ftp"].contains(&scheme)
            && !rest.is_empty()
            && !rest.contains(char::is_whitespace);
        return is_url.then_some(ValueKind::Url);
    }
    match text.split_once('@') {
        Some((name, domain)) => {
            (!name.is_empty() && !name.contains(char::is_whitespace) && is_domain(domain))
                .then_some(ValueKind::Email)
        }
        None => is_domain(text).then_some(ValueKind::Domain),
    }
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= 253
        && text.split('.').all(is_label)
        && last.len() >= 2
        && last.chars().all(char::is_alphabetic)
}
