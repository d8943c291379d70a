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
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let headers = lines.concat();
    format!("{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: 0\r\n\r\n")
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

#[tokio::test]
async fn s26_only_the_exact_host_passes() {
    let server = start().await;
    let port = authority(&server).rsplit(':').next().unwrap().to_owned();
    let key = format!("ApiKey {}", server.api_key());
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let foreign = [
        "evil.test".to_owned(),
        format!("evil.test:{port}"),
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        "127.0.0.1:1".to_owned(),
        format!("0.0.0.0:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        format!("LOCALHOST.:{port}"),
        String::new(),
    ];
    for method in ["GET", "POST", "PATCH", "DELETE", "OPTIONS"] {
        for host in &own {
            let headers = [
                ("Host", host.as_str()),
                ("Authorization", &key),
                ("kbn-xsrf", "true"),
            ];
            let answer = exchange(&server, &request(method, "/api/spaces/space", &headers)).await;
            assert_ne!(status(&answer), "403", "{method} {host}: {answer}");
            let mut with_origin = headers.to_vec();
            for origin in ["https://evil.test", "null", server.url()] {
                with_origin.push(("Origin", origin));
                let answer =
                    exchange(&server, &request(method, "/api/spaces/space", &with_origin)).await;
                assert_eq!(status(&answer), "403", "{method} from {origin}: {answer}");
                assert!(!answer.contains("access-control-"), "{answer}");
                with_origin.pop();
            }
        }
        for host in &foreign {
            let headers = [
                ("Host", host.as_str()),
                ("Authorization", &key),
                ("kbn-xsrf", "true"),
            ];
            let answer = exchange(&server, &request(method, "/api/spaces/space", &headers)).await;
            assert_eq!(status(&answer), "403", "{method} {host}: {answer}");
        }
        let two = [
            ("Host", own[0].as_str()),
            ("Host", "evil.test"),
            ("Authorization", &key),
            ("kbn-xsrf", "true"),
        ];
        let answer = exchange(&server, &request(method, "/api/spaces/space", &two)).await;
        assert!(
            matches!(status(&answer), "400" | "403"),
            "{method}: {answer}"
        );
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
