//! Links inside other links: what mail filters, search engines and chats make of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::decoded;

/// What stands for so many characters in a row: `**A` for two.
const RUNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What Proofpoint's URL Defense wraps, in its second and third form. The first is an ordinary parameter.
pub(super) fn defense(url: &str) -> Option<String> {
    if let Some((_, wrapped)) = url.split_once("//urldefense.proofpoint.com/v2/url?u=") {
        let wrapped = wrapped.split('&').next().unwrap_or_default();
        return Some(decoded(&wrapped.replace('-', "%").replace('_', "/")));
    }
    let (_, wrapped) = url.split_once("//urldefense.com/v3/__")?;
    let (wrapped, behind) = wrapped.split_once("__;").unwrap_or((wrapped, ""));
    let taken = behind.split(['!', '$']).next().unwrap_or_default();
    let taken = URL_SAFE_NO_PAD
        .decode(taken.trim_end_matches('='))
        .unwrap_or_default();
    let taken = String::from_utf8_lossy(&taken).into_owned();
    Some(put_back(&with_both_slashes(&decoded(wrapped)), &taken))
}

/// The link that another one carries as a parameter or in its path, in the clear: Safe Links, Google, Slack and many more; or
/// the path that Kibana's own login goes on to.
pub(super) fn inner(url: &str) -> Option<String> {
    for (at, _) in url.match_indices(['h', 'H']).filter(|(at, _)| *at > 0) {
        let (before, from) = url.split_at(at);
        let Some(form) = FORMS.iter().find(|form| begins_with(from, form)) else {
            continue;
        };
        if before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !before.ends_with("3D")
            && !before.ends_with("2F")
        {
            continue;
        }
        if form.contains("://") {
            return Some(from.to_owned());
        }
        let link = decoded(from.split('&').next().unwrap_or_default());
        return Some(if link.contains("://") {
            link
        } else {
            decoded(&link)
        });
    }
    let (_, next) = url.split_once("next=")?;
    let next = decoded(next.split('&').next().unwrap_or_default());
    let (scheme, address) = url.split_once("://")?;
    let host = address.split('/').next().unwrap_or_default();
    next.starts_with('/')
        .then(|| format!("{scheme}://{host}{next}"))
}

/// How a link begins inside another one, encoded not at all, once, or twice.
const FORMS: [&str; 8] = [
    "https://",
    "http://",
    "https%3a%2f%2f",
    "http%3a%2f%2f",
    "https%3a//",
    "http%3a//",
    "https%253a",
    "http%253a",
];

fn begins_with(text: &str, form: &str) -> bool {
    let (text, form) = (text.as_bytes(), form.as_bytes());
    text.get(..form.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(form))
}

/// `https:/k.test` of a link in which one slash got lost.
fn with_both_slashes(url: &str) -> String {
    match url.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}

/// Puts the characters that stars stand for back in their places.
fn put_back(wrapped: &str, taken: &str) -> String {
    let mut taken = taken.chars();
    let mut url = String::with_capacity(wrapped.len());
    let mut rest = wrapped.chars();
    while let Some(c) = rest.next() {
        if c != '*' {
            url.push(c);
        } else if let Some(run) = rest.as_str().strip_prefix('*') {
            let n = run
                .chars()
                .next()
                .and_then(|c| RUNS.find(c))
                .map_or(0, |n| n + 2);
            url.extend(taken.by_ref().take(n));
            rest = run.chars();
            rest.next();
        } else {
            url.extend(taken.next());
        }
    }
    url
}
