//! The listener: real requests over TCP, who may not knock (S26), and how it stops.

use std::{io, net::SocketAddr, time::Duration};

use practice_kibana::{Options, PracticeKibana, World};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Ten times what the slowest of these tests takes.
const HANG_GUARD: Duration = Duration::from_mins(1);

async fn start() -> PracticeKibana {
    let options = Options {
        world: World::Empty,
        ..Options::default()
    };
    PracticeKibana::start(options)
        .await
        .expect("a free port can be bound")
}

fn authority(server: &PracticeKibana) -> &str {
    server
        .url()
        .strip_prefix("http://")
        .expect("the address is a URL")
}

/// Sends bytes and returns all that comes back until the server closes.
async fn exchange(server: &PracticeKibana, request: &str) -> String {
    let talk = async {
        let mut stream = TcpStream::connect(authority(server))
            .await
            .expect("the server listens");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the server reads");
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .await
            .expect("the server answers");
        String::from_utf8(answer).expect("answers are text")
    };
    timeout(HANG_GUARD, talk)
        .await
        .expect("the server does not hang")
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    request_with(method, path, headers, "")
}

fn request_with(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let headers = lines.concat();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn answers_over_tcp() {
    let server = start().await;
    let key = format!("ApiKey {}", server.api_key());
    let answer = exchange(
        &server,
        &request(
            "GET",
            "/api/cases/_find",
            &[("Host", authority(&server)), ("Authorization", &key)],
        ),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("content-type: application/json; charset=utf-8\r\n"),
        "{answer}"
    );
    assert!(answer.contains("kbn-license-sig: "), "{answer}");
    assert!(answer.ends_with("\"total\":0}"), "{answer}");
    server.stop().await;
}

/// Headers of a request, and which requests with them are refused.
struct Knock {
    headers: Vec<(&'static str, String)>,
    refused: Refused,
}

#[derive(Clone, Copy, PartialEq)]
enum Refused {
    Never,
    Always(&'static str),
    /// Those that may write; the others carry nothing.
    Writes(&'static str),
}

/// Two that pass and the 25 that do not: each differs from the first in one thing.
fn knocks(server: &PracticeKibana) -> Vec<Knock> {
    let port = authority(server).rsplit(':').next().expect("it has a port");
    let key = format!("ApiKey {}", server.api_key());
    let exact = || {
        vec![
            ("Host", format!("127.0.0.1:{port}")),
            ("Authorization", key.clone()),
            ("kbn-xsrf", "true".to_owned()),
            ("Content-Type", "application/json".to_owned()),
        ]
    };
    let with = |name: &'static str, value: &str, refused: Refused| {
        let mut headers = exact();
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value.to_owned()));
        Knock { headers, refused }
    };
    let without = |name: &str, refused: Refused| {
        let mut headers = exact();
        headers.retain(|(known, _)| *known != name);
        Knock { headers, refused }
    };
    let mut knocks = vec![
        with("Host", &format!("127.0.0.1:{port}"), Refused::Never),
        with("Host", &format!("localhost:{port}"), Refused::Never),
        without("Host", Refused::Always("403")),
        without("Authorization", Refused::Always("401")),
        without("kbn-xsrf", Refused::Writes("400")),
        without("Content-Type", Refused::Writes("415")),
        with(
            "Authorization",
            "ApiKey d3Jvbmc6a2V5",
            Refused::Always("401"),
        ),
    ];
    for host in [
        "evil.test",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "",
        &format!("evil.test:{port}"),
        &format!("0.0.0.0:{port}"),
        &format!("[::1]:{port}"),
        &format!("127.0.0.1.evil.test:{port}"),
        &format!("LOCALHOST.:{port}"),
        &format!("user@127.0.0.1:{port}"),
    ] {
        knocks.push(with("Host", host, Refused::Always("403")));
    }
    for origin in ["https://evil.test", "null", server.url()] {
        knocks.push(with("Origin", origin, Refused::Always("403")));
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        knocks.push(with("Content-Type", kind, Refused::Writes("415")));
    }
    let mut two_hosts = exact();
    two_hosts.push(("Host", "evil.test".to_owned()));
    let mut own_host_last = exact();
    own_host_last.insert(0, ("Host", "evil.test".to_owned()));
    let mut local_network = exact();
    let asks = "Access-Control-Request-Private-Network";
    local_network.push((asks, "true".to_owned()));
    local_network.push(("Origin", "https://evil.test".to_owned()));
    for headers in [two_hosts, own_host_last, local_network] {
        let refused = Refused::Always("403");
        knocks.push(Knock { headers, refused });
    }
    knocks
}

#[tokio::test]
async fn s26_only_the_exact_headers_pass() {
    let server = start().await;
    let knocks = knocks(&server);
    assert_eq!(knocks.len(), 2 + 25);
    for knock in knocks {
        let headers: Vec<(&str, &str)> = knock
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        for method in ["GET", "POST", "PATCH", "DELETE", "OPTIONS"] {
            let writes = ["POST", "PATCH", "DELETE"].contains(&method);
            let body = if writes { "{}" } else { "" };
            let request = request_with(method, "/api/spaces/space", &headers, body);
            let answer = exchange(&server, &request).await;
            let refused = match knock.refused {
                Refused::Always(status) => Some(status),
                Refused::Writes(status) if writes => Some(status),
                Refused::Never | Refused::Writes(_) => None,
            };
            let expected = refused.unwrap_or(match method {
                "GET" => "200",
                "POST" => "400",
                _ => "404",
            });
            assert_eq!(status(&answer), expected, "{method} {headers:?}: {answer}");
            if refused.is_none() && method == "POST" {
                assert!(answer.contains("[request body.id]"), "the route answers");
            }
            assert!(!answer.contains("access-control-"), "{answer}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn s26_listens_on_loopback_only() {
    let everywhere = Options {
        listen: SocketAddr::from(([0, 0, 0, 0], 0)),
        ..Options::default()
    };
    let error = PracticeKibana::start(everywhere)
        .await
        .expect_err("it must not listen everywhere");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let server = start().await;
    assert!(
        server.url().starts_with("http://127.0.0.1:"),
        "{}",
        server.url()
    );
}

#[tokio::test]
async fn s26_other_interfaces_are_for_those_who_are_told() {
    let told = Options {
        world: World::Empty,
        listen: SocketAddr::from(([0, 0, 0, 0], 0)),
        allow_remote: true,
        ..Options::default()
    };
    let server = PracticeKibana::start(told).await.expect("it was told so");
    let key = format!("ApiKey {}", server.api_key());
    let by_name = [("Host", "practice.lan:5601"), ("Authorization", &key)];
    let answer = exchange(&server, &request("GET", "/api/spaces/space", &by_name)).await;
    assert_eq!(status(&answer), "200", "{answer}");
    let of_page = [
        by_name[0],
        by_name[1],
        ("Origin", "http://practice.lan:5601"),
    ];
    let answer = exchange(&server, &request("GET", "/api/spaces/space", &of_page)).await;
    assert_eq!(status(&answer), "403", "{answer}");
    let stranger = request("GET", "/api/spaces/space", &by_name[..1]);
    let answer = exchange(&server, &stranger).await;
    assert_eq!(status(&answer), "401", "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn s26_each_start_has_its_own_key() {
    let (first, second) = (start().await, start().await);
    assert_ne!(first.api_key(), second.api_key());
    let key = format!("ApiKey {}", first.api_key());
    let headers = [("Host", authority(&second)), ("Authorization", &key)];
    let answer = exchange(&second, &request("GET", "/api/cases/_find", &headers)).await;
    assert_eq!(status(&answer), "401", "{answer}");
}

#[tokio::test]
async fn stopped_server_refuses_connections() {
    let server = start().await;
    let address = authority(&server).to_owned();
    let idle = TcpStream::connect(&address).await.unwrap();
    timeout(HANG_GUARD, server.stop())
        .await
        .expect("stopping has a limit");
    assert!(
        TcpStream::connect(&address).await.is_err(),
        "nobody listens any more"
    );
    drop(idle);
}
