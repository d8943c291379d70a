//! A key goes to the deployment that it was given for, and nowhere else (S16, R21).

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{StreamExt as _, stream};
use kibana_cases::{CaseId, Error, Limits, Owner, SpaceId, UpdateCase};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::io::AsyncWriteExt as _;

use super::{
    proof::Proof,
    server::{Server, client},
};

const N_DEPLOYMENTS: usize = 20;

/// Repeats at once.
fn impatient() -> Limits {
    Limits {
        backoff_transient: Duration::ZERO,
        backoff_throttled: Duration::ZERO,
        ..Limits::default()
    }
}

fn case() -> CaseId {
    "6f1b".parse().unwrap()
}

fn update() -> UpdateCase {
    UpdateCase::new(case(), "v".parse().unwrap())
}

fn key(deployment: usize) -> String {
    format!("id{deployment}:key-of-{deployment}")
}

/// `Authorization` as the key of a deployment makes it.
fn authorization(deployment: usize) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    format!(
        "authorization: ApiKey {}\r\n",
        STANDARD.encode(key(deployment))
    )
}

fn answer(status: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nkbn-name: kibana\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n{body}"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_no_key_reaches_another_deployment() {
    let mut proof = Proof::begin("S16", 5_000, 100_000);
    let random = Arc::new(Mutex::new(StdRng::seed_from_u64(proof.seed())));
    let mut servers = Vec::new();
    for _ in 0..N_DEPLOYMENTS {
        let others: Vec<_> = servers.iter().map(Server::url).collect();
        let faults = Arc::clone(&random);
        let server = Server::start(move |_, mut connection| {
            let (fault, n) = {
                let mut random = faults.lock().unwrap();
                (
                    random.random_range(0..10),
                    random.random_range(0..N_DEPLOYMENTS),
                )
            };
            let elsewhere = others.get(n).cloned().unwrap_or_default();
            let location = format!("location: {elsewhere}/api/spaces/space\r\n");
            let told = match fault {
                0 => String::new(),
                1 => answer("302 Found", &location, ""),
                2 => answer("307 Temporary Redirect", &location, ""),
                3 => answer("308 Permanent Redirect", &location, ""),
                4 => answer("429 Too Many Requests", "", "{}"),
                5 => answer("503 Service Unavailable", "retry-after: 0\r\n", "{}"),
                6 => answer("500 Internal Server Error", "", "{}"),
                7 => answer("200 OK", "", "[]").replace("[]", "["),
                _ => answer("200 OK", "", "[]"),
            };
            async move { connection.write_all(told.as_bytes()).await }
        });
        servers.push(server.await);
    }
    let clients: Vec<_> = servers
        .iter()
        .enumerate()
        .map(|(n, server)| client(&server.url(), &key(n), &impatient()))
        .collect();
    let file = "f-1".parse().unwrap();
    // Reads, writes, files and Kibana's own routes.
    let ask = async |n: usize| {
        let client = &clients[n % N_DEPLOYMENTS];
        let space = client.space(&SpaceId::default());
        match n / N_DEPLOYMENTS % 5 {
            0 => client.spaces().await.is_ok(),
            1 => space.update_cases(&[update()]).await.is_ok(),
            2 => space.categories(&[]).await.is_ok(),
            3 => space.download_file(&Owner::Cases, &file).await.is_ok(),
            _ => space
                .delete_attachment(&case(), &"a".parse().unwrap())
                .await
                .is_ok(),
        }
    };
    let requests = std::iter::from_fn(|| proof.round()).enumerate();
    let requests = stream::iter(requests.map(|(n, _)| n));
    let succeeded: Vec<bool> = requests.map(ask).buffer_unordered(64).collect().await;
    let n_requests = succeeded.len();
    let n_succeeded = succeeded.into_iter().filter(|&ok| ok).count();
    assert!(n_succeeded > n_requests / 10, "{n_succeeded} succeeded");
    let mut n_heads = 0;
    for (n, server) in servers.iter().enumerate() {
        for head in server.heads() {
            let own = head.contains(&authorization(n));
            assert!(
                own && head.matches("authorization").count() == 1,
                "{n} was sent {head}"
            );
            n_heads += 1;
        }
    }
    assert!(n_heads >= n_requests, "{n_heads} requests arrived");
}

#[tokio::test]
async fn s16_r21_no_redirect_is_followed() {
    let target = Server::saying(answer("200 OK", "", "[]")).await;
    let port = target.address.port();
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for (location, host) in [
            (
                format!("http://127.0.0.1:{port}/api/spaces/space"),
                "127.0.0.1",
            ),
            (
                format!("http://localhost:{port}/api/spaces/space"),
                "localhost",
            ),
            (format!("https://127.0.0.1:{port}/"), "127.0.0.1"),
            (format!("//127.0.0.1:{port}/login"), "127.0.0.1"),
        ] {
            let server =
                Server::saying(answer(status, &format!("location: {location}\r\n"), "")).await;
            let client = server.client(&impatient());
            let space = client.space(&SpaceId::default());
            let read = client.spaces().await.unwrap_err();
            let written = space.update_cases(&[update()]).await.unwrap_err();
            for error in [read, written] {
                assert!(
                    matches!(&error, Error::Redirected { target, .. } if target == host),
                    "{status} to {location}: {error}"
                );
            }
            assert_eq!(server.heads().len(), 2, "each was sent once");
        }
    }
    assert!(target.heads().is_empty(), "nothing went to the target");
}

#[tokio::test]
async fn r21_a_portal_is_named_and_asked_once() {
    let portal = "HTTP/1.1 200 OK\r\nserver: Hotel WiFi\r\ncontent-type: text/html\r\ncontent-length: 7\r\n\r\n<html/>";
    let server = Server::saying(portal.to_owned()).await;
    let error = server.client(&impatient()).spaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::NotKibana { answered_as, .. } if answered_as == "Hotel WiFi"),
        "{error}"
    );
    assert_eq!(server.heads().len(), 1);
}
