//! What is asked again, when, and how many at a time; in virtual time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::join_all;
use http::{Method, Request, Response};
use kibana_cases::{AnswerBody, Client, Credentials, Error, SpaceId, Transport, TransportError};
use tokio::time::{Instant, sleep};

/// How one request ends.
#[derive(Debug, Clone)]
enum End {
    Answer(u16, Option<&'static str>),
    Unreachable,
    Broken,
}

/// Ends requests by a script, then with success, each after a second; remembers when each came and how many at once.
#[derive(Debug, Clone, Default)]
struct Script {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    ends: VecDeque<End>,
    asked: Vec<(Instant, Method, String)>,
    under_way: usize,
    most_under_way: usize,
}

impl Script {
    fn of(ends: &[End]) -> Self {
        let script = Self::default();
        script.inner.lock().unwrap().ends = ends.iter().cloned().collect();
        script
    }

    fn client(&self, seed: u64) -> Client {
        Client::builder(
            "https://kibana.test",
            Credentials::api_key("id:key").unwrap(),
        )
        .transport(self.clone())
        .seed(seed)
        .build()
        .unwrap()
    }

    fn times(&self) -> Vec<Instant> {
        let inner = self.inner.lock().unwrap();
        inner.asked.iter().map(|(at, ..)| *at).collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let end = {
            let mut inner = self.inner.lock().unwrap();
            let asked = (
                Instant::now(),
                request.method().clone(),
                request.uri().path().to_owned(),
            );
            inner.asked.push(asked);
            inner.under_way += 1;
            inner.most_under_way = inner.most_under_way.max(inner.under_way);
            inner.ends.pop_front().unwrap_or(End::Answer(200, None))
        };
        sleep(Duration::from_secs(1)).await;
        self.inner.lock().unwrap().under_way -= 1;
        match end {
            End::Unreachable => Err(TransportError::Unreachable("no route".to_owned())),
            End::Broken => Err(TransportError::Broken("reset".to_owned())),
            End::Answer(status, retry_after) => {
                let mut answer = Response::builder()
                    .status(status)
                    .header("kbn-name", "kibana");
                if let Some(wait) = retry_after {
                    answer = answer.header("retry-after", wait);
                }
                Ok(answer.body(AnswerBody::from("[]")).unwrap())
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn reading_is_repeated_after_trouble_on_the_way() {
    for end in [
        End::Broken,
        End::Unreachable,
        End::Answer(502, None),
        End::Answer(429, None),
    ] {
        let script = Script::of(&[end.clone(), end.clone()]);
        script.client(7).spaces().await.unwrap();
        assert_eq!(script.times().len(), 3, "{end:?}");
    }
    let script = Script::of(&[End::Answer(500, None)]);
    assert!(script.client(7).spaces().await.unwrap_err().api().is_some());
    assert_eq!(
        script.times().len(),
        1,
        "what Kibana cannot do it cannot do twice"
    );
}

#[tokio::test(start_paused = true)]
async fn writing_is_repeated_only_where_nothing_was_done() {
    let case = "6f1b".parse().unwrap();
    for (end, sent) in [
        (End::Unreachable, 2),
        (End::Answer(429, None), 2),
        (End::Answer(503, Some("1")), 2),
        (End::Answer(503, None), 1),
        (End::Answer(504, None), 1),
        (End::Broken, 1),
    ] {
        let script = Script::of(std::slice::from_ref(&end));
        let client = script.client(7);
        let space = client.space(&SpaceId::default());
        drop(space.add_comment(&case, "securitySolution", "x").await);
        assert_eq!(script.times().len(), sent, "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_how_often_and_how_long() {
    let script = Script::of(&[End::Answer(502, None), End::Answer(502, None), End::Broken]);
    let error = script.client(7).spaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::AfterRetries { attempts: 3, .. }),
        "{error:?}"
    );
    assert!(
        matches!(error.cause(), Error::Transport { .. }),
        "{error:?}"
    );
    let words = error.to_string();
    let begins = "GET /api/spaces/space: the connection broke: reset (sent 3 times in ";
    assert!(words.starts_with(begins), "{words}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_kibana_would_not_take_is_not_sent() {
    let script = Script::default();
    let client = script.client(7);
    let space = client.space(&SpaceId::default());
    let path = ["api", "cases", "6f1b", "comments"];
    let post = async |text: &str| {
        let body = serde_json::json!({"type": "user", "comment": text, "owner": "o"});
        let request = kibana_cases::Request::raw(Method::POST, &path).unwrap();
        space.raw(request.json(body)).await
    };
    let size = |value: serde_json::Value| value.to_string().len();
    let around = size(serde_json::json!({"type": "user", "comment": "", "owner": "o"}));
    let limit = 900 * 1024;
    let comment = "x".repeat(limit - around);
    post(&comment).await.unwrap();
    let one_more = post(&format!("{comment}x")).await.unwrap_err();
    let words = one_more.to_string();
    assert_eq!(
        words,
        "POST /api/cases/{case}/comments: the request of 921601 bytes is larger than 921600 bytes"
    );
    assert!(!one_more.may_have_worked(&Method::POST));
    assert_eq!(script.times().len(), 1, "only the first was sent");
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_ten_minutes_is_told_and_not_waited_for() {
    let script = Script::of(&[End::Answer(503, Some("601"))]);
    let error = script.client(7).spaces().await.unwrap_err();
    assert_eq!(error.api().unwrap().retry_after, Some(601));
    assert_eq!(script.times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn six_are_under_way_at_most_and_no_space_waits_for_another_to_end() {
    let script = Script::default();
    let client = script.client(7);
    let ask = async |space: &str| {
        let space = client.space(&space.parse().unwrap());
        space.cases_of_alert(&"a".parse().unwrap()).await.unwrap();
    };
    let busy = (0..50).map(|_| ask("busy"));
    let calm = (0..2).map(|_| ask("calm"));
    tokio::join!(join_all(busy), join_all(calm));
    let inner = script.inner.lock().unwrap();
    assert_eq!(inner.most_under_way, 6);
    let place = inner
        .asked
        .iter()
        .rposition(|(.., path)| path.starts_with("/s/calm/"));
    assert!(
        place.unwrap() < 12,
        "the calm space is among the first: {place:?}"
    );
}
