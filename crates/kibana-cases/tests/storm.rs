//! A Kibana that turns requests away (R18), in virtual time: clients come back when they were told to, hardly repeat
//! themselves, and never all at once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../tests/src/proof.rs"]
#[expect(
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a proof tells what it did, here and in the journeys"
)]
mod proof;

use std::{
    cell::Cell,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::join_all;
use http::{Request, Response, response::Builder};
use kibana_cases::{AnswerBody, Client, Credentials, Transport, TransportError};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::time::{Instant, sleep};

use self::proof::Proof;

/// How soon after a storm everything is as before.
const RECOVERY: Duration = Duration::from_mins(1);
/// When answers are written that tell a date.
const DATE: &str = "Mon, 23 Nov 2026 10:00:00 GMT";

/// How a request is turned away.
#[derive(Debug, Clone, Copy)]
enum Away {
    /// 429, as Kibana says it: without a time.
    Silently,
    /// 429 with seconds.
    For(u64),
    /// 503 with seconds.
    Unready(u64),
    /// 503 with a date, so many seconds after the answer's own.
    Until(u64),
}

impl Away {
    fn of(seed: u64) -> Self {
        // Less than a minute with what may come on top.
        let seconds = 1 + seed / 4 % 50;
        match seed % 4 {
            0 => Self::Silently,
            1 => Self::For(seconds),
            2 => Self::Unready(seconds),
            _ => Self::Until(seconds),
        }
    }

    fn wait(self) -> Duration {
        match self {
            Self::Silently => Duration::ZERO,
            Self::For(seconds) | Self::Unready(seconds) | Self::Until(seconds) => {
                Duration::from_secs(seconds)
            }
        }
    }

    fn answer(self) -> Builder {
        let answer = Response::builder().header("kbn-name", "kibana");
        match self {
            Self::Silently => answer.status(429),
            Self::For(seconds) => answer.status(429).header("retry-after", seconds),
            Self::Unready(seconds) => answer.status(503).header("retry-after", seconds),
            Self::Until(seconds) => {
                let (minutes, seconds) = (seconds / 60, seconds % 60);
                let until = format!("Mon, 23 Nov 2026 10:{minutes:02}:{seconds:02} GMT");
                let answer = answer.status(503).header("date", DATE);
                answer.header("retry-after", until)
            }
        }
    }
}

/// Turns requests away for each round of a proof, about every second one, and notes which came before their time.
#[derive(Debug, Clone)]
struct Storm(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    proof: Proof,
    random: StdRng,
    not_before: Instant,
    n_sent: usize,
    n_early: usize,
    over: Option<Instant>,
}

impl Storm {
    fn new(proof: Proof) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            random: StdRng::seed_from_u64(proof.seed()),
            proof,
            not_before: Instant::now(),
            n_sent: 0,
            n_early: 0,
            over: None,
        })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Transport for Storm {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let takes = {
            let mut inner = self.inner();
            inner.n_sent += 1;
            inner.n_early += usize::from(Instant::now() < inner.not_before);
            Duration::from_millis(inner.random.random_range(1..500))
        };
        sleep(takes).await;
        let mut inner = self.inner();
        let away = if inner.over.is_none() && inner.random.random() {
            inner.proof.round().map(Away::of)
        } else {
            None
        };
        let Some(away) = away else {
            return Ok(fine());
        };
        inner.not_before = inner.not_before.max(Instant::now() + away.wait());
        if inner.proof.is_done() {
            inner.over = Some(Instant::now());
        }
        Ok(away.answer().body(AnswerBody::from("{}")).unwrap())
    }
}

fn fine() -> Response<AnswerBody> {
    let answer = Response::builder().header("kbn-name", "kibana");
    answer.body(AnswerBody::from("[]")).unwrap()
}

fn client(transport: impl Transport + 'static, seed: u64) -> Client {
    let key = Credentials::api_key("id:key").unwrap();
    let builder = Client::builder("https://kibana.test", key);
    builder.transport(transport).seed(seed).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn r18_what_is_asked_for_is_never_undercut_and_repeating_adds_a_tenth_at_most() {
    let proof = Proof::begin("R18", 500, 10_000);
    let seed = proof.seed();
    let storm = Storm::new(proof);
    let client = client(storm.clone(), seed);
    let n_wanted = Cell::new(0);
    let callers = (0..6).map(|_| async {
        loop {
            let answered = client.spaces().await.is_ok();
            n_wanted.set(n_wanted.get() + 1);
            let over = storm.inner().over;
            if let Some(over) = over.filter(|_| answered) {
                return over.elapsed();
            }
        }
    });
    let recovered = join_all(callers).await;
    let inner = storm.inner();
    assert_eq!(inner.n_early, 0, "requests before their time");
    let (n_sent, n_wanted) = (inner.n_sent, n_wanted.get());
    assert!(n_sent > n_wanted, "something was repeated");
    assert!(n_sent * 10 <= n_wanted * 11, "{n_sent} of {n_wanted}");
    assert!(
        recovered.iter().all(|after| *after <= RECOVERY),
        "{recovered:?}"
    );
}

const N_CLIENTS: u64 = 200;
const CALM: u64 = 30;
const STORM: u64 = 90;

/// Turns everything away between two times, and counts what comes in each second.
#[derive(Debug, Clone)]
struct Weather {
    began: Instant,
    away: Away,
    seconds: Arc<Mutex<Vec<u32>>>,
}

#[async_trait]
impl Transport for Weather {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let second = usize::try_from(self.began.elapsed().as_secs()).unwrap();
        {
            let mut seconds = self.seconds.lock().unwrap();
            let needed = seconds.len().max(second + 1);
            seconds.resize(needed, 0);
            seconds[second] += 1;
        }
        sleep(Duration::from_millis(50)).await;
        let storms = (CALM..CALM + STORM).contains(&self.began.elapsed().as_secs());
        Ok(if storms {
            self.away.answer().body(AnswerBody::from("{}")).unwrap()
        } else {
            fine()
        })
    }
}

/// One of several things that a client reads again and again. Tells how long after the storm it got an answer.
async fn reads(client: &Client, pace: Duration, began: Instant, seed: u64) -> Duration {
    let mut random = StdRng::seed_from_u64(seed);
    sleep(pace.mul_f64(random.random_range(0.0..1.0))).await;
    let calm_again = began + Duration::from_secs(CALM + STORM);
    let end = calm_again + RECOVERY;
    let mut recovered = Duration::MAX;
    while Instant::now() < end {
        let answered = client.spaces().await.is_ok();
        if let Some(after) = Instant::now().checked_duration_since(calm_again)
            && answered
        {
            recovered = recovered.min(after);
        }
        sleep(pace.mul_f64(random.random_range(0.8..1.2))).await;
    }
    recovered
}

#[tokio::test(start_paused = true)]
async fn r18_two_hundred_clients_never_come_all_at_once() {
    for away in [Away::Silently, Away::For(5), Away::Unready(30)] {
        let weather = Weather {
            began: Instant::now(),
            away,
            seconds: Arc::default(),
        };
        let clients: Vec<_> = (0..N_CLIENTS)
            .map(|seed| client(weather.clone(), seed))
            .collect();
        // Two spaces that are followed, and details that are filled in.
        let paces = [2, 15, 15].map(Duration::from_secs);
        let began = weather.began;
        let all = clients.iter().zip(0..).flat_map(|(client, n)| {
            let paces = paces.into_iter().zip(0..);
            paces.map(move |(pace, nth)| reads(client, pace, began, n * 3 + nth))
        });
        for recovered in join_all(all).await {
            assert!(recovered <= RECOVERY, "{away:?}: {recovered:?}");
        }
        let seconds = weather.seconds.lock().unwrap();
        let at = |second: u64| usize::try_from(second).unwrap();
        let usual = &seconds[..at(CALM)];
        let mean = usual.iter().sum::<u32>() / u32::try_from(usual.len()).unwrap();
        let stormy = &seconds[at(CALM)..at(CALM + STORM + RECOVERY.as_secs())];
        let peak = stormy.iter().max().unwrap();
        assert!(
            *peak <= 2 * mean,
            "{away:?}: {peak} in a second where {mean} are usual"
        );
    }
}
