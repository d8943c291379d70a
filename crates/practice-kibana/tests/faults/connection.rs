//! Faults of the connection, on real sockets: F01 to F07, F29; and what a service in process makes of them.

use std::{io, time::Duration};

use practice_kibana::{
    Space,
    faults::{Fault, Plan, Rule},
    log::{Action, Document},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::support::{HANG, Listening, Server, case_body, read_to_end};

const CASES: &str = "POST /api/cases";

fn is_reset(ended: &io::Result<()>) -> bool {
    ended
        .as_ref()
        .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
}

#[tokio::test]
async fn f01_closes_the_port_and_opens_it_again() {
    let listening = Listening::new().await;
    let faults = listening.server.practice().faults();
    let mut idle = listening.connect().await.unwrap();
    let request = listening.request("GET", "/api/cases/tags", "", false);
    idle.write_all(request.as_bytes()).await.unwrap();
    answer(&mut idle, "[]").await;
    faults.set(Plan::always(Fault::RefuseConnect));
    listening.fired("F01", 1).await;
    let error = listening.connect().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    let (bytes, ended) = read_to_end(&mut idle).await;
    assert!(bytes.is_empty() && ended.is_ok(), "idle connections end");
    faults.clear();
    let open = async {
        loop {
            match listening.connect().await {
                Ok(stream) => return stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let mut stream = timeout(HANG, open).await.expect("the port opens again");
    let request = listening.request("GET", "/api/status", "", true);
    stream.write_all(request.as_bytes()).await.unwrap();
    let (answer, _) = read_to_end(&mut stream).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn f01_with_conditions_resets_the_connection_of_the_request() {
    let listening = Listening::with(Fault::RefuseConnect, CASES).await;
    let (answer, ended) = listening
        .exchange("POST", "/api/cases", &case_body("x").to_string())
        .await;
    assert!(answer.is_empty() && is_reset(&ended), "{ended:?}");
    let (answer, _) = listening.exchange("GET", "/api/status", "").await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "other routes answer");
    assert_eq!(listening.logged(Document::Case, Action::Create), 0);
}

#[tokio::test(start_paused = true)]
async fn f01_in_process_is_connection_refused() {
    let server = Server::empty();
    server.set(Rule::of(Fault::RefuseConnect).in_space("soc").nth(2));
    assert_eq!(server.get("/s/soc/api/cases/_find").await.status, 200);
    assert_eq!(server.get("/api/cases/_find").await.status, 200);
    let error = server.send("GET", "/s/soc/api/cases/_find", None).await;
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(server.get("/s/soc/api/cases/_find").await.status, 200);
    assert_eq!(server.fired(), [("F01", 3)]);
}

#[tokio::test]
async fn f02_stays_silent_until_the_plan_changes() {
    let listening = Listening::with(Fault::StaySilent, CASES).await;
    let mut stream = listening.connect().await.unwrap();
    let body = case_body("x").to_string();
    let request = listening.request("POST", "/api/cases", &body, false);
    stream.write_all(request.as_bytes()).await.unwrap();
    listening.fired("F02", 1).await;
    listening.server.practice().faults().clear();
    let (answer, ended) = read_to_end(&mut stream).await;
    assert!(answer.is_empty() && is_reset(&ended), "not one byte came");
    assert_eq!(listening.logged(Document::Case, Action::Create), 0);
}

#[tokio::test(start_paused = true)]
async fn f02_in_process_never_answers() {
    let server = Server::with(Fault::StaySilent, "GET /api/cases/_find");
    let hours = Duration::from_hours(10);
    let asked = timeout(hours, server.send("GET", "/api/cases/_find", None)).await;
    assert!(asked.is_err(), "ten hours of virtual time");
    assert_eq!(server.fired(), [("F02", 1)]);
}

#[tokio::test(start_paused = true)]
async fn f03_sends_a_byte_a_second() {
    let pause = Duration::from_secs(1);
    let server = Server::with(Fault::Trickle { pause }, "GET /api/cases/tags");
    let began = Instant::now();
    let reply = server.get("/api/cases/tags").await;
    assert_eq!(reply.bytes.as_ref(), b"[]");
    assert_eq!(began.elapsed().as_secs(), 2);
    assert_eq!(reply.header("content-length"), Some("2"));
}

#[tokio::test]
async fn f03_sends_byte_by_byte_over_tcp() {
    let pause = Duration::from_millis(1);
    let listening = Listening::with(Fault::Trickle { pause }, "GET /api/cases/tags").await;
    let (answer, ended) = listening.exchange("GET", "/api/cases/tags", "").await;
    assert!(answer.ends_with(b"\r\n\r\n[]") && ended.is_ok());
    listening.fired("F03", 1).await;
}

#[tokio::test]
async fn f04_resets_before_the_request_is_read() {
    let listening = Listening::with(Fault::ResetBeforeRead, CASES).await;
    let mut stream = listening.connect().await.unwrap();
    let body = case_body("x").to_string();
    let request = listening.request("POST", "/api/cases", &body, false);
    // The body is kept back, so whoever waits for it would wait for ever.
    let head = request.strip_suffix(&body).unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (answer, ended) = read_to_end(&mut stream).await;
    assert!(answer.is_empty() && is_reset(&ended), "{ended:?}");
    assert_eq!(listening.logged(Document::Case, Action::Create), 0);
}

#[tokio::test]
async fn f05_resets_after_the_request_was_read_and_writes_nothing() {
    let listening = Listening::with(Fault::ResetBeforeCommit, CASES).await;
    let mut stream = listening.connect().await.unwrap();
    let body = case_body("x").to_string();
    let request = listening.request("POST", "/api/cases", &body, false);
    let head = request.strip_suffix(&body).unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The head alone is not enough for it: the fault is there, the connection still stands.
    listening.fired("F05", 1).await;
    let error = stream.try_read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    stream.write_all(body.as_bytes()).await.unwrap();
    let (answer, ended) = read_to_end(&mut stream).await;
    assert!(answer.is_empty() && is_reset(&ended), "{ended:?}");
    assert_eq!(listening.logged(Document::Case, Action::Create), 0);
}

#[tokio::test]
async fn f06_commits_then_resets() {
    let listening = Listening::with(Fault::ResetAfterCommit, CASES).await;
    let body = case_body("x").to_string();
    let (answer, ended) = listening.exchange("POST", "/api/cases", &body).await;
    assert!(answer.is_empty() && is_reset(&ended), "{ended:?}");
    assert_eq!(listening.logged(Document::Case, Action::Create), 1);
}

#[tokio::test]
async fn f07_commits_then_cuts_the_body() {
    let listening = Listening::with(Fault::CutBody { bytes: Some(10) }, CASES).await;
    let body = case_body("x").to_string();
    let (answer, _) = listening.exchange("POST", "/api/cases", &body).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let (_, length) = head.split_once("content-length: ").unwrap();
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    assert!(length > 100 && rest.len() == 10, "{length} were announced");
    assert_eq!(listening.logged(Document::Case, Action::Create), 1);
}

#[tokio::test(start_paused = true)]
async fn f04_f05_f06_f07_in_process_are_connection_resets() {
    for (fault, written) in [
        (Fault::ResetBeforeRead, 0),
        (Fault::ResetBeforeCommit, 0),
        (Fault::ResetAfterCommit, 1),
        (Fault::CutBody { bytes: None }, 1),
    ] {
        let (id, cut) = (fault.id(), fault == Fault::CutBody { bytes: None });
        let server = Server::with(fault, CASES);
        let body = Some(case_body("x"));
        if cut {
            let head = server.begin("POST", "/api/cases", body).await.unwrap();
            assert_eq!(head.status(), 200);
            let mut body = head.into_body();
            let first = http_body_util::BodyExt::frame(&mut body).await.unwrap();
            assert!(!first.unwrap().into_data().unwrap().is_empty(), "half came");
            let rest = http_body_util::BodyExt::frame(&mut body).await.unwrap();
            assert!(rest.unwrap_err().to_string().contains("connection reset"));
        } else {
            let error = server.send("POST", "/api/cases", body).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{id}");
        }
        assert_eq!(
            server.logged(Document::Case, Action::Create),
            written,
            "{id}"
        );
        assert_eq!(server.fired(), [(id, 1)]);
    }
}

#[tokio::test]
async fn f29_a_pooled_connection_is_dead_at_its_next_request() {
    let listening = Listening::with(Fault::PoisonPool, "GET /api/cases/tags").await;
    let mut stream = listening.connect().await.unwrap();
    let request = listening.request("GET", "/api/cases/tags", "", false);
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(answer(&mut stream, "[]").await.starts_with("HTTP/1.1 200"));
    let body = case_body("x").to_string();
    let request = listening.request("POST", "/api/cases", &body, false);
    stream.write_all(request.as_bytes()).await.unwrap();
    let (bytes, ended) = read_to_end(&mut stream).await;
    assert!(bytes.is_empty() && is_reset(&ended), "{ended:?}");
    assert_eq!(listening.logged(Document::Case, Action::Create), 0);
    let (answer, _) = listening.exchange("POST", "/api/cases", &body).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "a new connection works"
    );
}

#[tokio::test(start_paused = true)]
async fn f29_in_process_resets_the_next_request() {
    let server = Server::empty();
    server.set(Rule::of(Fault::PoisonPool).nth(1));
    assert_eq!(server.get("/api/cases/tags").await.status, 200);
    let body = Some(case_body("x"));
    let error = server.send("POST", "/api/cases", body.clone()).await;
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(server.logged(Document::Case, Action::Create), 0);
    assert_eq!(
        server
            .send("POST", "/api/cases", body)
            .await
            .unwrap()
            .status,
        200
    );
}

#[tokio::test]
async fn a_server_that_stops_ends_silence_and_what_is_late() {
    let listening = Listening::new().await;
    let late = Rule::of(Fault::LateCommit {
        after: Duration::from_hours(1),
    })
    .on(CASES);
    let silent = Rule::of(Fault::StaySilent).on("GET /api/cases/tags");
    let practice = listening.server.practice().clone();
    practice.faults().set(Plan::of([late, silent]));
    let body = case_body("x").to_string();
    let (answer, _) = listening.exchange("POST", "/api/cases", &body).await;
    assert!(answer.starts_with(b"HTTP/1.1 504"));
    let mut stream = listening.connect().await.unwrap();
    let request = listening.request("GET", "/api/cases/tags", "", false);
    stream.write_all(request.as_bytes()).await.unwrap();
    listening.fired("F02", 1).await;
    timeout(HANG, listening.server.stop())
        .await
        .expect("it stops");
    timeout(HANG, practice.faults().settled())
        .await
        .expect("nothing is left to do");
    assert!(practice.log().is_empty());
    assert!(practice.spaces().contains(&Space::new("soc", "SOC Europe")));
}

/// Reads until the bytes end with a text.
async fn answer(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    while !all.ends_with(end.as_bytes()) {
        let read = timeout(HANG, stream.read_buf(&mut all)).await;
        assert_ne!(read.expect("no hang").unwrap(), 0, "the connection stands");
    }
    String::from_utf8(all).unwrap()
}
