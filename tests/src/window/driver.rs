//! The driver of a window, and the program that it starts.

use std::{
    collections::HashMap,
    fs::File,
    io,
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use bytes::Bytes;
use fantoccini::{Client, ClientBuilder, wd::Capabilities};
use http_body_util::Empty;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::time;

use super::{LOOK, PATIENCE, Start, given};

/// Starts a driver, and by it the app.
pub(super) async fn begin(
    environment: &HashMap<String, String>,
    dir: &Path,
    start: Start,
    arguments: &[&str],
) -> (Child, Client) {
    let port = free_port();
    let log = |name: &str| {
        let mut log = File::options();
        log.create(true).append(true).open(dir.join(name)).unwrap()
    };
    let program = match start {
        Start::Practice | Start::Own | Start::OwnWithoutKeyring => "CASEBOARD_APP",
        Start::Naive => "CASEBOARD_NAIVE_APP",
        Start::Floor => "CASEBOARD_FLOOR",
    };
    let mut driver = Command::new("WebKitWebDriver")
        .arg(format!("--port={port}"))
        .envs(environment)
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("CASEBOARD_PROFILE", start.profile())
        .stdin(Stdio::null())
        .stdout(log("app.out"))
        .stderr(log("app.err"))
        .spawn()
        .unwrap();
    let app = json!({"binary": given(program), "args": arguments});
    let page = connect(&mut driver, port, Some(app)).await;
    (driver, page)
}

/// Waits until the driver answers on its port, then lets it start the app, or its own browser if none is given. What the driver of an
/// app said stands in `app.err`.
pub(super) async fn connect(driver: &mut Child, port: u16, app: Option<Value>) -> Client {
    let address = format!("http://127.0.0.1:{port}");
    let http: legacy::Client<_, Empty<Bytes>> =
        legacy::Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let status: http::Uri = format!("{address}/status").parse().unwrap();
    let mut look = time::interval(LOOK);
    let ready = async {
        while http.get(status.clone()).await.is_err() {
            let ended = driver.try_wait().unwrap();
            assert!(ended.is_none(), "the driver ended: {ended:?}");
            look.tick().await;
        }
    };
    time::timeout(PATIENCE, ready)
        .await
        .expect("the driver answers");
    let options = app.map(|app| ("webkitgtk:browserOptions".to_owned(), app));
    let capabilities: Capabilities = options.into_iter().collect();
    let builder = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .clone();
    time::timeout(PATIENCE, builder.connect(&address))
        .await
        .expect("the app starts")
        .unwrap_or_else(|error| panic!("{error}; the driver: {:?}", driver.try_wait()))
}

/// A port that nothing else on this machine is handed: below the range from which systems choose by themselves
/// (a connection on its way out could hold one of those, and even meet itself there), another one for each window of this
/// process, and free in both families, since the driver listens in both.
pub(super) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 10_000;
    const PORTS: u16 = 20_000;
    let of_process = u16::try_from(process::id() % u32::from(PORTS)).unwrap();
    let free = |port: &u16| {
        let v4 = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, *port));
        let v6 = std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, *port));
        let taken = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
        !v4.err().as_ref().is_some_and(taken) && !v6.err().as_ref().is_some_and(taken)
    };
    (0..PORTS)
        .map(|_| FIRST + (of_process + NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS)
        .find(free)
        .expect("a free port")
}
