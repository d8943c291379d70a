//! Faults of the answer: F13 to F20, F25, F28.

use std::{io::Read as _, time::Duration};

use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt as _;
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use practice_kibana::{
    Clock, Options,
    faults::{
        Encoding, Fault, Garbled, ManyHeaders, Plan, RetryAfter, RetryAfterKind, Rule, Strange,
    },
    log::{Action, Document},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout},
};

use crate::support::{HANG, Listening, Reply, Server, case_body, id, options};

const MIB: usize = 1024 * 1024;
const CASES: &str = "POST /api/cases";

fn time_of(header: &str) -> Timestamp {
    let parsed = DateTimeParser::new().parse_timestamp(header);
    parsed.unwrap()
}

#[tokio::test(start_paused = true)]
async fn f13_turns_requests_away_and_says_when_to_come_back() {
    let now: Timestamp = "2025-05-06T07:08:09Z".parse().unwrap();
    for status in [429, 503] {
        for kind in [
            RetryAfterKind::None,
            RetryAfterKind::Seconds,
            RetryAfterKind::Date,
            RetryAfterKind::Garbage,
            RetryAfterKind::Past,
            RetryAfterKind::Huge,
        ] {
            let server = Server::new(Options {
                clock: Clock::fixed(now),
                ..options()
            });
            let wait = Duration::from_secs(30);
            let retry_after = RetryAfter { kind, wait };
            server.set(Rule::of(Fault::Throttle {
                status,
                retry_after,
            }));
            let reply = server
                .send("POST", "/api/cases", Some(case_body("x")))
                .await
                .unwrap();
            assert_eq!(reply.status, status);
            assert!(reply.header("kbn-name").is_some(), "it is Kibana's own");
            let told = reply.header("retry-after");
            let ahead = |told: &str| time_of(told).duration_since(now).as_secs();
            match kind {
                RetryAfterKind::None => assert_eq!(told, None),
                RetryAfterKind::Seconds => assert_eq!(told, Some("30")),
                RetryAfterKind::Date => assert_eq!(ahead(told.unwrap()), 30),
                RetryAfterKind::Garbage => assert_eq!(told, Some("soon; probably")),
                RetryAfterKind::Past => assert_eq!(ahead(told.unwrap()), -86_400),
                RetryAfterKind::Huge => assert!(told.unwrap().parse::<u64>().is_err()),
            }
            assert!(server.practice.log().is_empty(), "nothing was looked at");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f14_shows_a_login_page_with_200() {
    let server = Server::with(Fault::LoginPage, CASES);
    let reply = server
        .send("POST", "/api/cases", Some(case_body("x")))
        .await
        .unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(reply.bytes.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(reply.header("kbn-name"), None, "it is not Kibana");
    assert!(server.practice.log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn f15_redirects_elsewhere() {
    for status in [302, 307, 308] {
        let location = "https://elsewhere.test/login".to_owned();
        let server = Server::with(Fault::Redirect { status, location }, CASES);
        let reply = server
            .send("POST", "/api/cases", Some(case_body("x")))
            .await
            .unwrap();
        assert_eq!(reply.status, status);
        assert_eq!(
            reply.header("location"),
            Some("https://elsewhere.test/login")
        );
        assert!(server.practice.log().is_empty());
    }
}

async fn garbled(garbled: Garbled) -> Reply {
    let server = Server::with(Fault::Garble(garbled), CASES);
    let reply = server
        .send("POST", "/api/cases", Some(case_body("x")))
        .await
        .unwrap();
    assert_eq!(
        server.logged(Document::Case, Action::Create),
        1,
        "it was written"
    );
    assert_eq!((reply.status, server.fired()), (200, vec![("F16", 1)]));
    reply
}

#[tokio::test(start_paused = true)]
async fn f16_commits_and_breaks_the_json() {
    let read = |reply: &Reply| serde_json::from_slice::<Value>(&reply.bytes);
    let reply = garbled(Garbled::Truncated).await;
    assert!(read(&reply).unwrap_err().is_eof());
    assert!(
        read(&garbled(Garbled::Invalid).await)
            .unwrap_err()
            .is_syntax()
    );
    let reply = garbled(Garbled::ContentType).await;
    assert_eq!(
        reply.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(reply.json()["title"], "x");
    let reply = garbled(Garbled::Utf8).await;
    assert!(std::str::from_utf8(&reply.bytes).is_err());
    let reply = garbled(Garbled::Deep).await;
    assert!(
        reply.bytes.starts_with("[".repeat(100_000).as_bytes()) && reply.bytes.len() == 200_000
    );
    let reply = garbled(Garbled::DuplicateKeys).await;
    let text = std::str::from_utf8(&reply.bytes).unwrap();
    assert_eq!(text.matches("\"title\":").count(), 2);
    assert_eq!(
        reply.json()["title"],
        "another",
        "the last one counts for many"
    );
    let reply = garbled(Garbled::HugeNumber).await;
    assert!(
        read(&reply)
            .unwrap_err()
            .to_string()
            .contains("number out of range")
    );
}

#[tokio::test(start_paused = true)]
async fn f17_sends_a_body_without_end() {
    let server = Server::with(Fault::EndlessBody, CASES);
    let head = server
        .begin("POST", "/api/cases", Some(case_body("x")))
        .await
        .unwrap();
    let mut body = head.into_body();
    let mut read = 0;
    while read < 100 * MIB {
        let frame = body.frame().await.expect("there is more").unwrap();
        read += frame.into_data().unwrap().len();
    }
    assert_eq!(server.logged(Document::Case, Action::Create), 1);
}

#[tokio::test]
async fn f17_ends_when_the_client_hangs_up() {
    let listening = Listening::with(Fault::EndlessBody, "GET /api/cases/tags").await;
    let mut stream = listening.connect().await.unwrap();
    let request = listening.request("GET", "/api/cases/tags", "", false);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut some = vec![0; MIB];
    timeout(HANG, stream.read_exact(&mut some))
        .await
        .unwrap()
        .unwrap();
    drop(stream);
    timeout(HANG, listening.server.stop())
        .await
        .expect("the connection is over");
}

/// The bytes of a bomb, packed.
async fn bomb(encoding: Encoding, size: u64) -> Vec<u8> {
    let server = Server::with(Fault::Bomb { encoding, size }, "GET /api/cases/tags");
    let reply = server.get("/api/cases/tags").await;
    let told = reply.header("content-encoding").unwrap();
    assert_eq!(
        told,
        match encoding {
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
            Encoding::Zstd => "zstd",
        }
    );
    reply.bytes.to_vec()
}

#[tokio::test(start_paused = true)]
async fn f18_bombs_unpack_to_what_was_asked() {
    let size = 8 * MIB;
    let mut plain = Vec::new();
    let packed = bomb(Encoding::Gzip, size as u64).await;
    MultiGzDecoder::new(&packed[..])
        .read_to_end(&mut plain)
        .unwrap();
    assert_eq!(
        (plain.len(), plain.iter().all(|byte| *byte == b' ')),
        (size, true)
    );

    plain.clear();
    let packed = bomb(Encoding::Brotli, size as u64).await;
    brotli_decompressor::Decompressor::new(&packed[..], 4096)
        .read_to_end(&mut plain)
        .unwrap();
    assert_eq!(
        (plain.len(), plain.iter().all(|byte| *byte == b' ')),
        (size, true)
    );

    plain.clear();
    let packed = bomb(Encoding::Zstd, size as u64).await;
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap();
    decoder.read_to_end(&mut plain).unwrap();
    assert_eq!(
        (plain.len(), plain.iter().all(|byte| *byte == b' ')),
        (size, true)
    );
}

#[tokio::test(start_paused = true)]
async fn f18_ten_gibibytes_are_a_few_on_the_wire() {
    let ten = 10 * 1024 * MIB as u64;
    for (encoding, most) in [
        (Encoding::Gzip, 12 * MIB),
        (Encoding::Brotli, 3 * MIB),
        (Encoding::Zstd, MIB),
    ] {
        let packed = bomb(encoding, ten).await.len();
        assert!(packed < most, "{encoding:?}: {packed} bytes");
    }
}

#[tokio::test]
async fn f19_sends_too_many_and_too_long_headers() {
    let tags = "GET /api/cases/tags";
    let listening = Listening::with(Fault::Headers(ManyHeaders::Lines), tags).await;
    let (answer, ended) = listening.exchange("GET", "/api/cases/tags", "").await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.lines().count() > 10_000 && body == "[]" && ended.is_ok());
    listening.set(Rule::of(Fault::Headers(ManyHeaders::Long)).on(tags));
    let (answer, _) = listening.exchange("GET", "/api/cases/tags", "").await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.lines().any(|line| line.len() > MIB), "one long line");
    listening.fired("F19", 2).await;
}

#[tokio::test(start_paused = true)]
async fn f20_answers_as_a_kibana_that_nobody_knows() {
    let server = Server::empty();
    let case = server.case("x").await;
    let strange = async |how: Strange| {
        server.set(Rule::of(Fault::Strange(how)));
        server.get("/api/cases/_find").await.json()["cases"][0].clone()
    };
    let unknown = strange(Strange::Unknown).await;
    assert_eq!(
        (&unknown["status"], &unknown["title"]),
        (&json!("of-tomorrow"), &json!("x"))
    );
    let missing = strange(Strange::Missing).await;
    let n_fields = |case: &Value| case.as_object().unwrap().len();
    assert!(n_fields(&missing) < n_fields(&case) && missing["id"] == case["id"]);
    let extra = strange(Strange::Extra).await;
    assert_eq!(n_fields(&extra), n_fields(&case) + 2);
    let nulls = strange(Strange::Nulls).await;
    assert_eq!((&nulls["title"], &nulls["id"]), (&Value::Null, &case["id"]));
    let hostile = strange(Strange::Hostile).await;
    assert_eq!(
        (&hostile["id"], &hostile["status"]),
        (&case["id"], &case["status"])
    );
    assert!(hostile["title"].as_str().unwrap().starts_with("x "));
    assert_eq!(server.fired().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn f25_the_clock_is_wrong_in_date_and_in_what_is_written() {
    let now: Timestamp = "2025-05-06T07:08:09Z".parse().unwrap();
    for seconds in [86_400, -86_400] {
        let server = Server::new(Options {
            clock: Clock::fixed(now),
            ..options()
        });
        let reply = server.get("/api/status").await;
        assert_eq!(time_of(reply.header("date").unwrap()), now);
        server.set(Rule::of(Fault::SkewClock { seconds }));
        let reply = server
            .send("POST", "/api/cases", Some(case_body("x")))
            .await
            .unwrap();
        let told = time_of(reply.header("date").unwrap());
        assert_eq!(told.duration_since(now).as_secs(), seconds);
        let created: Timestamp = reply.json()["created_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(created, told, "one clock for both");
        assert_eq!(server.practice.log()[0].at, told);
    }
}

#[tokio::test]
async fn f25_the_date_is_wrong_over_tcp() {
    let listening = Listening::with(Fault::SkewClock { seconds: 86_400 }, "GET /**").await;
    let (answer, _) = listening.exchange("GET", "/api/status", "").await;
    let answer = String::from_utf8(answer).unwrap();
    let dates: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("date: "))
        .collect();
    assert_eq!(dates.len(), 1, "hyper adds no second one");
    let ahead = time_of(dates[0]).duration_since(Timestamp::now());
    assert!((23..=24).contains(&ahead.as_hours()), "{ahead:?}");
}

#[tokio::test(start_paused = true)]
async fn f28_a_later_answer_overtakes_an_earlier_one() {
    let server = Server::empty();
    let case = server.case("before").await;
    let at_most = Duration::from_secs(5);
    let reorder = Rule::of(Fault::Reorder { at_most }).nth(1);
    server.set(reorder);
    let uri = format!("/api/cases/{}", id(&case));
    let order = std::sync::Mutex::new(Vec::new());
    let began = Instant::now();
    let earlier = async {
        let read = server.get(&uri).await.json();
        order.lock().unwrap().push(read["title"].clone());
    };
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let changed = server.rename(&case, "after").await.unwrap().json();
        order.lock().unwrap().push(changed[0]["title"].clone());
    };
    tokio::join!(earlier, later);
    let order = order.into_inner().unwrap();
    assert_eq!(order, ["after", "before"], "an old answer comes last");
    assert_eq!(began.elapsed().as_secs(), 1);

    server.set(Rule::of(Fault::Reorder { at_most }));
    server.get(&uri).await;
    assert_eq!(
        began.elapsed().as_secs(),
        6,
        "nobody came, so it gave up waiting"
    );
    server.practice.faults().set(Plan::default());
}
