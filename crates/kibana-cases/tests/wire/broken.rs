//! Every method of the client, answered in every broken way (R16): a typed error with its route, or what could be read; no
//! panic, no case text in an error, and memory that does not grow.

use std::{collections::BTreeMap, fs, io::Write as _, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{Request, Response};
use kibana_cases::{
    AnswerBody, Client, Credentials, Error, FindCases, SpaceId, Transport, TransportError,
};
use serde_json::{Value, json};

use super::{call, exchanges};

/// Stands in every text of an answer, and in no error.
const SECRET: &str = "S3CRET-case-text";
const MIB: usize = 1024 * 1024;

/// One answer for every request.
#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Bytes,
}

#[async_trait]
impl Transport for Answer {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let mut answer = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            answer = answer.header(*name, *value);
        }
        Ok(answer.body(AnswerBody::from(self.body.clone())).unwrap())
    }
}

/// What a class of answers must become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Decode,
    Api,
    NotKibana,
    Redirected,
    Transport,
    /// Too long for the answer, or for a text in it.
    TooLong,
    /// Tolerant reading may make something of it.
    ValueOrDecode,
}

impl Becomes {
    fn of(error: &Error) -> Self {
        match error.cause() {
            Error::Decode { .. } => Self::Decode,
            Error::Api(_) => Self::Api,
            Error::NotKibana { .. } => Self::NotKibana,
            Error::Redirected { .. } => Self::Redirected,
            Error::Transport { .. } => Self::Transport,
            other => panic!("no answer makes {other}"),
        }
    }
}

const KIBANA: (&str, &str) = ("kbn-name", "kibana");
const JSON: (&str, &str) = ("content-type", "application/json");
const OK: [(&str, &str); 2] = [KIBANA, JSON];
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

/// A class by its name, what it must become, and the answer.
type Class = (String, Becomes, Answer);

fn class(
    name: &str,
    becomes: Becomes,
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: &[u8],
) -> Class {
    let body = Bytes::copy_from_slice(body);
    let headers = headers.to_vec();
    (
        name.to_owned(),
        becomes,
        Answer {
            status,
            headers,
            body,
        },
    )
}

/// Every class that is made of the good body of a route.
fn classes(good: &Value) -> Vec<Class> {
    let text = with_secrets(good).to_string();
    [
        no_json(&text),
        other_json(good),
        other_answers(&text),
        other_encodings(&text),
    ]
    .concat()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn no_json(text: &str) -> Vec<Class> {
    let bytes = text.as_bytes();

    let bodies = [
        ("half of it", bytes[..bytes.len() / 2].to_vec()),
        ("all but the last byte", bytes[..bytes.len() - 1].to_vec()),
        ("something after it", [bytes, b" x"].concat()),
        ("twice", [bytes, bytes].concat()),
        ("a mark of byte order", [b"\xEF\xBB\xBF", bytes].concat()),
        ("NUL", vec![0]),
        ("not UTF-8", vec![0xFF, 0xFE, 0x00]),
        (
            "not UTF-8 in a text",
            b"{\"message\":\"\xC3\x28\"}".to_vec(),
        ),
        ("a lone surrogate", br#"["\ud800"]"#.to_vec()),
        ("a comment", [b"/* */", bytes].concat()),
        ("single quotes", b"{'id':1}".to_vec()),
        ("NaN", b"[NaN]".to_vec()),
        ("1e400", b"[1e400]".to_vec()),
        ("arrays 100,000 deep", "[".repeat(100_000).into_bytes()),
        (
            "objects 100,000 deep",
            "{\"a\":".repeat(100_000).into_bytes(),
        ),
        ("a text that never ends", b"[\"aaaa".to_vec()),
        (
            "HTML called JSON",
            b"<html>S3CRET-case-text</html>".to_vec(),
        ),
    ];
    let class = |(name, body): (&str, Vec<u8>)| class(name, Becomes::Decode, 200, &OK, &body);
    bodies.into_iter().map(class).collect()
}

fn other_json(good: &Value) -> Vec<Class> {
    let bodies = [
        ("nothing", String::new()),
        ("blanks", " \r\n\t".to_owned()),
        ("null", "null".to_owned()),
        ("true", "true".to_owned()),
        ("a number", "17".to_owned()),
        ("a text", format!("\"{SECRET}\"")),
        ("an empty array", "[]".to_owned()),
        ("an empty object", "{}".to_owned()),
        ("an array of nulls", "[null,null]".to_owned()),
        (
            "texts for everything",
            replaced(good, &json!(SECRET)).to_string(),
        ),
        (
            "nulls for everything",
            replaced(good, &Value::Null).to_string(),
        ),
        (
            "objects for everything",
            replaced(good, &json!({"a": SECRET})).to_string(),
        ),
        (
            "arrays for everything",
            replaced(good, &json!([SECRET])).to_string(),
        ),
        (
            "huge numbers for everything",
            replaced(good, &json!(u64::MAX)).to_string(),
        ),
        (
            "negative numbers for everything",
            replaced(good, &json!(-1.5)).to_string(),
        ),
        ("every field twice", doubled(good)),
        ("no fields", without_fields(good).to_string()),
    ];
    let class = |(name, body): (&str, String)| {
        class(name, Becomes::ValueOrDecode, 200, &OK, body.as_bytes())
    };
    bodies.into_iter().map(class).collect()
}

fn other_answers(text: &str) -> Vec<Class> {
    let bytes = text.as_bytes();
    let mut classes = Vec::new();
    let mut add = |name: &str, becomes, status, headers: &[_], body: &[u8]| {
        classes.push(class(name, becomes, status, headers, body));
    };
    let plain = [KIBANA, ("content-type", "text/plain")];
    add("text/plain", Becomes::ValueOrDecode, 200, &plain, bytes);
    let page = b"<html>S3CRET-case-text</html>";
    add(
        "a login page",
        Becomes::NotKibana,
        200,
        &[KIBANA, HTML],
        page,
    );
    add(
        "a portal",
        Becomes::NotKibana,
        200,
        &[("server", "portal"), HTML],
        page,
    );
    add(
        "JSON of another server",
        Becomes::NotKibana,
        200,
        &[JSON],
        bytes,
    );
    add(
        "a page that is not there",
        Becomes::NotKibana,
        404,
        &[HTML],
        page,
    );
    add(
        "a redirect",
        Becomes::Redirected,
        302,
        &[("location", "https://sso.test/S3CRET-case-text")],
        b"",
    );
    add(
        "a redirect to nowhere",
        Becomes::Redirected,
        307,
        &[KIBANA],
        b"",
    );
    for status in [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504] {
        for body in [
            &b""[..],
            b"{}",
            b"{\"message\":",
            b"[[[[",
            b"\xFF\xFE\x00",
            b"{\"message\":{\"a\":[null]}}",
        ] {
            let name = format!("{status} with {}", String::from_utf8_lossy(body));
            add(&name, Becomes::Api, status, &OK, body);
        }
    }
    classes
}

fn other_encodings(text: &str) -> Vec<Class> {
    let bytes = text.as_bytes();
    let mut classes = Vec::new();
    let mut add = |name: &str, becomes, status, headers: &[_], body: &[u8]| {
        classes.push(class(name, becomes, status, headers, body));
    };
    let zipped = [KIBANA, JSON, ("content-encoding", "gzip")];
    let whole = gzip(bytes);
    add(
        "gzip cut short",
        Becomes::Transport,
        200,
        &zipped,
        &whole[..whole.len() - 9],
    );
    add("no gzip", Becomes::Transport, 200, &zipped, bytes);
    add(
        "brotli",
        Becomes::Transport,
        200,
        &[KIBANA, ("content-encoding", "br")],
        bytes,
    );
    classes
}

/// Classes that are too large for any route, made once.
fn huge() -> Vec<Class> {
    let long = format!("[\"{}\"]", "a".repeat(9 * MIB));
    let many = format!("[{}{{}}]", r#"{"a":0},"#.repeat(4_000_000));
    let bomb = gzip(&vec![b' '; 120 * MIB]);
    let zipped = [KIBANA, JSON, ("content-encoding", "gzip")];
    let of =
        |name: &str, becomes, headers: &[_], body: &[u8]| class(name, becomes, 200, headers, body);
    vec![
        of("a text of 9 MiB", Becomes::TooLong, &OK, long.as_bytes()),
        of(
            "4,000,000 small objects",
            Becomes::TooLong,
            &OK,
            many.as_bytes(),
        ),
        of("a bomb", Becomes::Transport, &zipped, &bomb),
        of("101 MiB", Becomes::Transport, &OK, &vec![b' '; 101 * MIB]),
    ]
}

fn with_secrets(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields = fields.clone();
            fields
                .values_mut()
                .for_each(|value| *value = with_secrets(value));
            fields.insert("from_the_future".to_owned(), json!(SECRET));
            Value::Object(fields)
        }
        Value::Array(values) => values.iter().map(with_secrets).collect(),
        other => other.clone(),
    }
}

/// The same fields with another value in each leaf.
fn replaced(value: &Value, leaf: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), replaced(value, leaf)))
            .collect(),
        Value::Array(values) => values.iter().map(|value| replaced(value, leaf)).collect(),
        _ => leaf.clone(),
    }
}

fn doubled(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let field =
                |(name, value): (&String, &Value)| format!("{}:{}", json!(name), doubled(value));
            let fields: Vec<_> = fields.iter().map(field).collect();
            format!("{{{}}}", [fields.clone(), fields].concat().join(","))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(doubled).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

fn without_fields(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(without_fields).collect(),
        Value::Object(_) => json!({}),
        other => other.clone(),
    }
}

fn client(answer: Answer) -> Client {
    Client::builder(
        "https://kibana.test",
        Credentials::api_key("id:key").unwrap(),
    )
    .transport(answer)
    .seed(7)
    .build()
    .unwrap()
}

fn resident_mib() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096 / MIB
}

#[tokio::test(start_paused = true)]
async fn r16_every_broken_answer_on_every_route_is_a_typed_error() {
    let mut fullest: BTreeMap<String, Value> = BTreeMap::new();
    for exchange in exchanges() {
        let size = |exchange: &Value| exchange["reply"]["body"].to_string().len();
        let name = exchange["call"].as_str().unwrap().to_owned();
        let known = fullest.get(&name).map_or(0, size);
        let status = &exchange["reply"]["status"];
        if (status == 200 || status == 204) && size(&exchange) > known {
            fullest.insert(name, exchange);
        }
    }
    let mut n_answers = 0;
    let huge = huge();
    let before = resident_mib();
    for (name, exchange) in fullest {
        let made_of_it = classes(&exchange["reply"]["body"]);
        for (class, becomes, answer) in made_of_it.into_iter().chain(huge.clone()) {
            let becomes = match becomes {
                // A file may hold anything, in any form.
                Becomes::Decode | Becomes::TooLong if name == "download_file" => {
                    Becomes::ValueOrDecode
                }
                as_ever => as_ever,
            };
            let client = client(answer);
            let space = client.space(&SpaceId::default());
            let told = call(&client, &space, &name, &exchange["arguments"]).await;
            check(&format!("{name}, {class}"), becomes, told);
            n_answers += 1;
        }
    }
    assert!(n_answers >= 6_000, "only {n_answers} answers");
    let grown = resident_mib().saturating_sub(before);
    assert!(grown <= 128, "grew by {grown} MiB");
}

fn check(place: &str, becomes: Becomes, told: Result<Value, Error>) {
    let Err(error) = told else {
        assert_eq!(becomes, Becomes::ValueOrDecode, "{place} is no value");
        return;
    };
    let found = Becomes::of(&error);
    let fits = match becomes {
        Becomes::ValueOrDecode => found == Becomes::Decode,
        Becomes::TooLong => matches!(found, Becomes::Decode | Becomes::Transport),
        exact => found == exact,
    };
    assert!(fits, "{place}: {error}");
    let words = error.to_string();
    let begins = ["GET /", "POST /", "PATCH /", "PUT /", "DELETE /"];
    assert!(
        begins.iter().any(|begin| words.starts_with(begin)),
        "{place} names its route: {words}"
    );
    assert!(words.len() < 1_000, "{place}: {words}");
    assert!(!words.contains(char::is_control), "{place}: {words}");
    assert!(
        !words.contains(SECRET),
        "{place} repeats what stands in the answer: {words}"
    );
}

#[tokio::test]
async fn r16_one_bad_item_never_hides_the_other_99() {
    let exchange = exchanges()
        .into_iter()
        .find(|exchange| exchange["reply"]["body"]["cases"][0].is_object())
        .unwrap();
    let good = exchange["reply"]["body"]["cases"][0].clone();
    let space = Arc::new(SpaceId::default());
    for bad in [
        Value::Null,
        json!([]),
        json!({}),
        json!(SECRET),
        replaced(&good, &Value::Null),
        replaced(&good, &json!({"a": SECRET})),
    ] {
        let mut cases = vec![good.clone(); 100];
        cases[42] = bad.clone();
        let body = json!({"cases": cases, "total": 100}).to_string().into();
        let client = client(Answer {
            status: 200,
            headers: vec![KIBANA, JSON],
            body,
        });
        let page = client
            .space(&space)
            .find_cases(&FindCases::default())
            .await
            .unwrap();
        assert_eq!((page.cases.len(), page.unreadable.len()), (99, 1), "{bad}");
        let reason = &page.unreadable[0].reason;
        assert!(!reason.contains(SECRET), "{reason}");
    }
}
