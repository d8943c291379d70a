//! Sorts answers: Kibana's success, Kibana's error, or something that is not Kibana.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{
    decode::printable,
    error::{ApiError, Error},
};

/// Only Kibana puts it on every answer (`kibana-cases-api.md` §1.3).
const KBN_NAME: HeaderName = HeaderName::from_static("kbn-name");
/// How much of an answer that is no message of Kibana an error quotes, in characters.
const LONGEST_EXCERPT: usize = 300;
/// How much of a message of Kibana an error keeps, in characters.
const LONGEST_MESSAGE: usize = 4_000;

/// Lets only answers of Kibana with a status of success pass.
pub(crate) fn success(
    route: &'static str,
    answer: Response<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let (status, headers) = (answer.status(), answer.headers());
    if status.is_redirection() {
        return Err(Error::Redirected {
            route,
            target: redirect_target(headers),
        });
    }
    let is_kibana = headers.contains_key(KBN_NAME);
    if !is_kibana && !is_trouble_on_the_way(status) || status.is_success() && is_page(headers) {
        return Err(Error::NotKibana {
            route,
            answered_as: answered_as(&answer),
        });
    }
    if status.is_success() {
        Ok(answer)
    } else {
        Err(Error::Api(Box::new(api_error(route, &answer))))
    }
}

/// Both forms of Kibana's error envelope (`kibana-cases-api.md` §1.4).
#[derive(Deserialize)]
struct Envelope {
    message: Value,
}

fn api_error(route: &'static str, answer: &Response<Bytes>) -> ApiError {
    let message = match serde_json::from_slice::<Envelope>(answer.body()) {
        Ok(Envelope {
            message: Value::String(message),
        }) => printable(&message, LONGEST_MESSAGE),
        Ok(Envelope {
            message: Value::Array(messages),
        }) => {
            let messages: Vec<_> = messages.iter().filter_map(Value::as_str).collect();
            printable(&messages.join(", "), LONGEST_MESSAGE)
        }
        Ok(_) | Err(_) => excerpt(answer.body()),
    };
    ApiError {
        route,
        status: answer.status(),
        message,
        retry_after: retry_after(answer.headers()),
    }
}

/// Seconds to wait, from either form. A date counts from the server's own clock where the answer tells it; the past is now.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    let until = http_date(text)?;
    let now = headers
        .get(header::DATE)
        .and_then(|date| http_date(date.to_str().ok()?))
        .unwrap_or_else(Timestamp::now);
    let seconds = until.as_second().saturating_sub(now.as_second());
    Some(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
}

fn http_date(text: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(date.timestamp())
}

/// A proxy in front of Kibana says so when Kibana is down or too busy; that does not make the address a wrong one.
fn is_trouble_on_the_way(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// A page for people where JSON was expected: a login, a portal. A file that happens to be one says that it is a file.
fn is_page(headers: &HeaderMap) -> bool {
    let is_html = |kind: &str| {
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("text/html")
    };
    text(headers, &header::CONTENT_TYPE).is_some_and(is_html)
        && !text(headers, &header::CONTENT_DISPOSITION)
            .is_some_and(|disposition| disposition.starts_with("attachment"))
}

fn redirect_target(headers: &HeaderMap) -> String {
    text(headers, &header::LOCATION)
        .and_then(|location| {
            // Without a scheme it is that of the request.
            let scheme = if location.starts_with("//") {
                "https:"
            } else {
                ""
            };
            Url::parse(&format!("{scheme}{location}")).ok()
        })
        .and_then(|url| url.host_str().map(str::to_owned))
        .map_or_else(|| "?".to_owned(), |host| printable(&host, LONGEST_EXCERPT))
}

fn answered_as(answer: &Response<Bytes>) -> String {
    let headers = answer.headers();
    let named = text(headers, &header::SERVER)
        .or_else(|| text(headers, &header::CONTENT_TYPE))
        .filter(|name| !name.is_empty());
    named.map_or_else(
        || format!("status {}", answer.status().as_u16()),
        |name| printable(name, LONGEST_EXCERPT),
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(HeaderValue::to_str)?.ok()
}

fn excerpt(body: &[u8]) -> String {
    // Four bytes are the longest character.
    let start = &body[..body.len().min(4 * LONGEST_EXCERPT)];
    printable(&String::from_utf8_lossy(start), LONGEST_EXCERPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response<Bytes> {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        answer.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    const KIBANA: (&str, &str) = ("kbn-name", "kibana");

    fn message(body: &'static str) -> String {
        let error = success("test", answer(400, &[KIBANA], body)).unwrap_err();
        error.api().unwrap().message.clone()
    }

    #[test]
    fn both_envelopes_and_anything_else_become_a_message() {
        for (body, expected) in [
            (
                r#"{"statusCode":400,"error":"Bad Request","message":"no"}"#,
                "no",
            ),
            (r#"{"message":["a","b"],"status_code":400}"#, "a, b"),
            (r#"{"message":"a\n\tb"}"#, "a  b"),
            ("<html>\u{1b}[31mno</html>", "<html> [31mno</html>"),
            (r#"{"message":{"a":1}}"#, r#"{"message":{"a":1}}"#),
            ("", ""),
        ] {
            assert_eq!(message(body), expected, "{body}");
        }
        let long: &'static str = Box::leak("x".repeat(100_000).into_boxed_str());
        assert_eq!(
            message(long).len(),
            LONGEST_EXCERPT,
            "an excerpt is bounded"
        );
    }

    #[test]
    fn a_login_page_is_not_kibana_even_if_kibana_sent_it() {
        for headers in [
            vec![("content-type", "text/html")],
            vec![KIBANA, ("content-type", "text/html; charset=utf-8")],
        ] {
            let error = success("test", answer(200, &headers, "<html>")).unwrap_err();
            assert!(matches!(error, Error::NotKibana { .. }), "{error}");
        }
        let down = success("test", answer(502, &[("server", "nginx")], "<html>")).unwrap_err();
        assert!(
            down.api().is_some(),
            "a proxy tells that Kibana is down: {down}"
        );
    }

    #[test]
    fn a_redirect_names_its_host() {
        for (location, host) in [
            (
                Some("https://sso.example.org/login?next=/"),
                "sso.example.org",
            ),
            (Some("//sso.example.org"), "sso.example.org"),
            (Some("/login"), "?"),
            (None, "?"),
        ] {
            let headers: Vec<_> = location.map(|to| ("location", to)).into_iter().collect();
            let error = success("test", answer(302, &headers, "")).unwrap_err();
            assert!(
                matches!(&error, Error::Redirected { target, .. } if target == host),
                "{error}"
            );
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (text, seconds) in [
            ("30", Some(30)),
            ("99999999999999999999", Some(u32::MAX)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let error = success(
                "test",
                answer(503, &[KIBANA, date, ("retry-after", text)], ""),
            );
            let error = error.unwrap_err();
            assert_eq!(error.api().unwrap().retry_after, seconds, "{text:?}");
        }
    }
}
