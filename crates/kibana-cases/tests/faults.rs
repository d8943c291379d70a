//! The client sees the same of a fault in process, in virtual time, as over the network.

use std::{mem::discriminant, time::Duration};

use axum::body::Body;
use kibana_cases::{Client, Credentials, Error, ServiceTransport, TransportError};
use practice_kibana::{
    Options, Practice, PracticeKibana, World,
    faults::{Encoding, Fault, ManyHeaders, Plan, Rule},
    faulty, router,
};

/// What becomes of asking for the spaces, and what that may have done if it were a write.
fn ends() -> Vec<(Fault, TransportError)> {
    let text = String::new;
    let size = 64 * 1024 * 1024;
    let timed_out = TransportError::TimedOut {
        what: "first byte",
        limit: Duration::ZERO,
    };
    let headers = TransportError::HeadersTooLarge { bytes: 0, lines: 0 };
    vec![
        (Fault::RefuseConnect, TransportError::Unreachable(text())),
        (Fault::StaySilent, timed_out),
        (Fault::ResetBeforeRead, TransportError::Broken(text())),
        (Fault::ResetBeforeCommit, TransportError::Broken(text())),
        (Fault::ResetAfterCommit, TransportError::Broken(text())),
        (
            Fault::CutBody { bytes: None },
            TransportError::Broken(text()),
        ),
        (Fault::EndlessBody, TransportError::TooLarge { limit: 0 }),
        (
            Fault::Bomb {
                encoding: Encoding::Gzip,
                size,
            },
            TransportError::Inflated { ratio: 0 },
        ),
        (
            Fault::Bomb {
                encoding: Encoding::Brotli,
                size,
            },
            TransportError::Encoding(""),
        ),
        (
            Fault::Bomb {
                encoding: Encoding::Zstd,
                size,
            },
            TransportError::Encoding(""),
        ),
        (Fault::Headers(ManyHeaders::Lines), headers),
        (
            Fault::Headers(ManyHeaders::Long),
            TransportError::HeadersTooLarge { bytes: 0, lines: 0 },
        ),
    ]
}

fn options() -> Options {
    Options {
        world: World::Empty,
        ..Options::default()
    }
}

#[track_caller]
fn check(practice: &Practice, fault: &Fault, error: &Error, expect: &TransportError) {
    let Error::Transport { source, .. } = error.cause() else {
        unreachable!("{fault:?}: {error}")
    };
    assert_eq!(
        discriminant(source),
        discriminant(expect),
        "{fault:?}: {error}"
    );
    assert_eq!(source.was_sent(), expect.was_sent());
    let fired = practice.faults().fired();
    assert!(
        fired.iter().any(|fired| fired.fault == fault.id()),
        "{fault:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn in_process() {
    for (fault, expect) in ends() {
        let (router, practice) = router(options());
        practice.faults().set(Plan::always(fault.clone()));
        let service = faulty(router, &practice);
        let key = Credentials::api_key(practice.api_key()).unwrap();
        let client = Client::builder("http://127.0.0.1", key)
            .transport(ServiceTransport::<_, Body>::new(service))
            .build()
            .unwrap();
        let error = client.spaces().await.unwrap_err();
        check(&practice, &fault, &error, &expect);
    }
}

#[tokio::test]
async fn over_the_network() {
    let is_slow = |fault: &Fault| *fault == Fault::StaySilent;
    for (fault, expect) in ends().into_iter().filter(|(fault, _)| !is_slow(fault)) {
        let server = PracticeKibana::start(options()).await.unwrap();
        let practice = server.practice();
        practice.faults().set(Plan::of([Rule::of(fault.clone())]));
        if fault == Fault::RefuseConnect {
            practice.faults().until_fired("F01", 1).await;
        }
        let key = Credentials::api_key(server.api_key()).unwrap();
        let client = Client::new(server.url(), key).unwrap();
        let error = client.spaces().await.unwrap_err();
        check(practice, &fault, &error, &expect);
        server.stop().await;
    }
}
