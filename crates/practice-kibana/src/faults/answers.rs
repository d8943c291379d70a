//! Answers of a server, a proxy or a portal that is in trouble, and answers spoilt.

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::{Map, Value, json};

use super::{
    fault::{Garbled, ManyHeaders, RetryAfter, RetryAfterKind, Strange},
    hostile,
};

/// More seconds than anybody waits, and than some numbers hold.
const HUGE_WAIT: &str = "99999999999999999999";
const N_HEADERS: usize = 10_000;
const LONG_HEADER: usize = 1024 * 1024;
const DEPTH: usize = 100_000;

/// A failure in Kibana's envelope.
pub(super) fn failure(status: StatusCode, message: &str) -> Response<Body> {
    let body = json!({
        "statusCode": status.as_u16(),
        "error": status.canonical_reason().unwrap_or_default(),
        "message": message,
    });
    crate::routes::json_response(status, &body)
}

/// What a proxy answers that got nothing from Kibana.
pub(super) fn proxy_failure(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or_default();
    html(
        status,
        &format!("<html><head><title>{status}</title></head><body><h1>{reason}</h1></body></html>"),
    )
}

/// Turned away before anything was looked at.
pub(super) fn throttled(status: u16, retry_after: RetryAfter, now: Timestamp) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let message = match status {
        StatusCode::TOO_MANY_REQUESTS => "Server is overloaded",
        _ => "Service Unavailable",
    };
    let mut response = failure(status, message);
    let wait = SignedDuration::try_from(retry_after.wait).unwrap_or(SignedDuration::MAX);
    let value = match retry_after.kind {
        RetryAfterKind::None => return response,
        RetryAfterKind::Seconds => retry_after.wait.as_secs().to_string(),
        RetryAfterKind::Date => http_date(now.checked_add(wait).unwrap_or(now)),
        RetryAfterKind::Garbage => "soon; probably".to_owned(),
        RetryAfterKind::Past => {
            let day = SignedDuration::from_hours(24);
            http_date(now.checked_sub(day).unwrap_or(now))
        }
        RetryAfterKind::Huge => HUGE_WAIT.to_owned(),
    };
    insert(response.headers_mut(), RETRY_AFTER, &value);
    response
}

/// The page of somebody else who wants a login first.
pub(super) fn login_page() -> Response<Body> {
    html(
        StatusCode::OK,
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method=\"post\"><input name=\"user\"><input name=\"password\" type=\"password\"></form></body></html>",
    )
}

pub(super) fn redirect(status: u16, location: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    insert(response.headers_mut(), LOCATION, location);
    response
}

fn html(status: StatusCode, page: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(page.to_owned()));
    *response.status_mut() = status;
    insert(
        response.headers_mut(),
        CONTENT_TYPE,
        "text/html; charset=utf-8",
    );
    response
}

/// Adds the headers of F19.
pub(super) fn add_headers(headers: &mut HeaderMap, what: ManyHeaders) {
    match what {
        ManyHeaders::Lines => {
            let more = N_HEADERS.saturating_sub(headers.len());
            for n in 0..more {
                let name = HeaderName::try_from(format!("x-header-{n}"));
                let name = name.expect("letters, digits and dashes");
                headers.insert(name, HeaderValue::from_static("value"));
            }
        }
        ManyHeaders::Long => {
            let value = HeaderValue::try_from("x".repeat(LONG_HEADER)).expect("letters");
            headers.insert(HeaderName::from_static("x-long"), value);
        }
    }
}

/// Breaks the JSON of an answer.
pub(super) fn garble(headers: &mut HeaderMap, body: &Bytes, how: Garbled) -> Bytes {
    match how {
        Garbled::Truncated => body.slice(..body.len() / 2),
        Garbled::Invalid => Bytes::from_static(b"{\"id\": undefined, }"),
        Garbled::ContentType => {
            insert(headers, CONTENT_TYPE, "text/html; charset=utf-8");
            body.clone()
        }
        Garbled::Utf8 => Bytes::from_static(b"{\"id\": \"\xff\xfe\xc3\x28\"}"),
        Garbled::Deep => {
            let (open, close) = ("[".repeat(DEPTH), "]".repeat(DEPTH));
            Bytes::from(open + &close)
        }
        Garbled::DuplicateKeys => duplicate_keys(body),
        Garbled::HugeNumber => {
            // Beside what is there, so that nothing but the number is wrong.
            let text = String::from_utf8_lossy(body);
            match text.strip_prefix('{') {
                Some(rest) if rest.starts_with('}') => Bytes::from_static(b"{\"total\":1e400}"),
                Some(rest) => format!("{{\"totalAlerts\":1e400,{rest}").into(),
                None => Bytes::from_static(b"[1e400]"),
            }
        }
    }
}

fn duplicate_keys(body: &Bytes) -> Bytes {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Bytes::from_static(b"{\"id\":\"one\",\"id\":\"two\"}");
    };
    let mut pairs = Vec::new();
    for (name, value) in &fields {
        let name = Value::from(name.as_str());
        pairs.push(format!("{name}:{value}"));
        pairs.push(format!("{name}:\"another\""));
    }
    format!("{{{}}}", pairs.join(",")).into()
}

/// Makes the JSON of an answer that of another Kibana, which the client calls `host`.
pub(super) fn make_strange(body: &Bytes, how: Strange, host: &str) -> Bytes {
    if how == Strange::Hostile {
        return hostile::fill(body, host);
    }
    change_json(body, |object| match how {
        Strange::Unknown => {
            for name in ["status", "severity", "type", "owner", "action"] {
                if object.get(name).is_some_and(Value::is_string) {
                    object.insert(name.to_owned(), json!("of-tomorrow"));
                }
            }
        }
        // Above.
        Strange::Hostile => {}
        // Lists keep their frame: it is the items that differ.
        Strange::Missing if !object.contains_key("id") => {}
        Strange::Missing => {
            let names: Vec<String> = object.keys().cloned().collect();
            for name in names.iter().filter(|name| !is_id(name)).step_by(2) {
                object.remove(name);
            }
        }
        Strange::Extra => {
            object.insert("ofTomorrow".to_owned(), json!({"nested": [1, null, "x"]}));
            object.insert("__proto__".to_owned(), json!({"polluted": true}));
        }
        Strange::Nulls => {
            for (name, value) in object.iter_mut() {
                if !is_id(name) && !value.is_object() && !value.is_array() {
                    *value = Value::Null;
                }
            }
        }
    })
}

/// Takes the version tokens out of the JSON of an answer.
pub(super) fn without_versions(body: &Bytes) -> Bytes {
    change_json(body, |object| {
        object.remove("version");
    })
}

fn is_id(name: &str) -> bool {
    name == "id"
}

fn change_json(body: &Bytes, change: impl Fn(&mut Map<String, Value>)) -> Bytes {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return body.clone();
    };
    change_objects(&mut value, &change);
    value.to_string().into()
}

fn change_objects(value: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            for value in fields.values_mut() {
                change_objects(value, change);
            }
            change(fields);
        }
        Value::Array(values) => {
            for value in values {
                change_objects(value, change);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A time as HTTP writes it.
pub(super) fn http_date(time: Timestamp) -> String {
    let printed = DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
    printed.unwrap_or_else(|_| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
}

pub(super) fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
