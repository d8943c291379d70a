//! The client against the practice Kibana: over the network, and in the same process through `tower`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::body::Body;
use kibana_cases::{Client, Credentials, Error, FindCases, ServiceTransport, TransportError};
use practice_kibana::{Options, PracticeKibana, router};

#[tokio::test]
async fn the_same_world_is_read_over_the_network_and_in_process() {
    let practice = PracticeKibana::start(Options {
        seed: 7,
        ..Options::default()
    })
    .await
    .unwrap();
    let network = Client::new(
        practice.url(),
        Credentials::api_key(practice.api_key()).unwrap(),
    )
    .unwrap();
    let (router, handle) = router(Options {
        seed: 7,
        ..Options::default()
    });
    let transport = ServiceTransport::<_, Body>::new(router);
    let key = Credentials::api_key(handle.api_key()).unwrap();
    let in_process = Client::builder("http://127.0.0.1", key)
        .transport(transport)
        .build()
        .unwrap();
    let [mut over_network, mut in_process] = [titles(&network).await, titles(&in_process).await];
    over_network.sort();
    in_process.sort();
    assert!(
        over_network.len() > 50,
        "the practice world has about 60 cases, not {}",
        over_network.len()
    );
    assert_eq!(over_network, in_process);
}

async fn titles(client: &Client) -> Vec<String> {
    let mut titles = Vec::new();
    for space in client.spaces().await.unwrap() {
        let page = client
            .space(&space.id)
            .find_cases(&FindCases::default())
            .await
            .unwrap();
        assert!(page.unreadable.is_empty(), "{:?}", page.unreadable);
        titles.extend(page.cases.into_iter().map(|case| case.title));
    }
    titles
}

#[tokio::test]
async fn a_stopped_server_is_unreachable_and_nothing_was_sent() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let client = Client::new(
        practice.url(),
        Credentials::api_key(practice.api_key()).unwrap(),
    )
    .unwrap();
    client.status().await.unwrap();
    practice.stop().await;
    let error = client.spaces().await.unwrap_err();
    assert!(
        matches!(
            error.cause(),
            Error::Transport {
                source: TransportError::Unreachable(_),
                ..
            }
        ),
        "{error}"
    );
    assert!(!error.may_have_worked(&http::Method::POST));
}
