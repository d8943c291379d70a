//! Observables of cases (`kibana-cases-api.md` §2.5, §3.19).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{ObservableType, check::Check, configure::OBSERVABLE_TYPES_BUILT_IN};
use crate::error::ApiError;

/// An observable to be added.
#[derive(Debug, Clone)]
pub(crate) struct NewObservable {
    pub(crate) type_key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
}

/// What can be changed of an observable.
#[derive(Debug, Clone)]
pub(crate) struct ObservablePatch {
    pub(crate) value: String,
    pub(crate) description: Option<String>,
}

/// Reads the body of `POST …/observables`.
pub(crate) fn read_observable(body: &Value) -> Result<NewObservable, ApiError> {
    let check = Check::default();
    let fields = check
        .root(body, &["observable"])
        .object("observable", &["typeKey", "value", "description"]);
    let new = NewObservable {
        type_key: fields.string("typeKey"),
        value: fields.string("value"),
        description: fields.nullable_string("description"),
    };
    check.finish()?;
    Ok(new)
}

/// Reads the body of `PATCH …/observables/{id}`.
pub(crate) fn read_observable_patch(body: &Value) -> Result<ObservablePatch, ApiError> {
    let check = Check::default();
    let fields = check
        .root(body, &["observable"])
        .object("observable", &["value", "description"]);
    let patch = ObservablePatch {
        value: fields.string("value"),
        description: fields.nullable_string("description"),
    };
    check.finish()?;
    Ok(patch)
}

/// The name of a type on screen, if there is such a type.
pub(crate) fn observable_label<'a>(key: &str, own: &'a [ObservableType]) -> Option<&'a str> {
    let built_in = OBSERVABLE_TYPES_BUILT_IN
        .iter()
        .find(|(known, _)| *known == key);
    let own = || {
        own.iter()
            .find(|kind| kind.key == key)
            .map(|kind| kind.label.as_str())
    };
    built_in.map(|(_, label)| *label).or_else(own)
}

/// Checks that the type exists and that the value is one of it.
pub(crate) fn check_observable(
    key: &str,
    value: &str,
    own: &[ObservableType],
) -> Result<(), ApiError> {
    if observable_label(key, own).is_none() {
        return Err(ApiError::invalid(format!(
            "Invalid observable type, key does not exist: {key}"
        )));
    }
    if is_of_type(key, value) {
        return Ok(());
    }
    Err(ApiError::invalid(
        "Observable value is not valid for selected observable type.",
    ))
}

fn is_of_type(key: &str, value: &str) -> bool {
    match key {
        "observable-type-ipv4" => value.parse::<Ipv4Addr>().is_ok(),
        "observable-type-ipv6" => value.parse::<Ipv6Addr>().is_ok(),
        "observable-type-url" => value.split_once("://").is_some_and(|(scheme, rest)| {
            matches!(scheme, "http" | "https" | "ftp")
                && is_host(rest.split(['/', '?', '#']).next().unwrap_or_default())
        }),
        "observable-type-hostname" => is_name(value),
        "observable-type-domain" => is_name(value) && value.contains('.'),
        "observable-type-file-hash" => {
            matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128)
                && value.chars().all(|c| c.is_ascii_hexdigit())
        }
        "observable-type-email" => value.split_once('@').is_some_and(|(mailbox, domain)| {
            !mailbox.is_empty()
                && !mailbox.contains(char::is_whitespace)
                && is_name(domain)
                && domain.contains('.')
        }),
        _ => !value.trim().is_empty(),
    }
}

/// A host of a URL, with its port.
fn is_host(authority: &str) -> bool {
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    is_name(name) || host.starts_with('[')
}

fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_type() {
        let check = |kind: &str, good: &[&str], bad: &[&str]| {
            let key = format!("observable-type-{kind}");
            for value in good {
                assert!(is_of_type(&key, value), "{value} is {kind}");
            }
            for value in bad {
                assert!(!is_of_type(&key, value), "{value} is no {kind}");
            }
        };
        check("ipv4", &["10.0.0.1"], &["10.0.0", "256.0.0.1", "::1", ""]);
        check("ipv6", &["::1", "2001:db8::7"], &["10.0.0.1", "2001:::1"]);
        check(
            "url",
            &["https://a.test/x?y", "http://10.0.0.1:80"],
            &["a.test", "https://", "javascript:1"],
        );
        check(
            "hostname",
            &["WS-17", "a.b.test"],
            &["", "a b", "-a", "a..b"],
        );
        check("domain", &["a.test"], &["host", "a_b c.test", ".test"]);
        check(
            "file-hash",
            &[&"0f".repeat(16), &"0f".repeat(32)],
            &["0f", &"zz".repeat(16)],
        );
        check(
            "email",
            &["a@b.test"],
            &["a@b", "@b.test", "a b@c.test", "a"],
        );
        check("file-path", &["C:\\Temp\\x.exe"], &["", "  "]);
    }
}
