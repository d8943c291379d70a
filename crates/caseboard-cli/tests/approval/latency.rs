//! How long people wait: for what an agent proposes, for what they approve, and while an agent calls as fast as it can.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use caseboard_core::{
    SystemClock,
    desk::{Desk, Provenance},
    view::{Approval, BoardQuery},
};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::{
    client::{Client, call},
    place::{Place, waiting},
    proof::Proof,
    session,
};

/// Calls that are on their way at the same time.
const AT_ONCE: usize = 16;
/// Proposals that are timed one by one.
const TIMED: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn s44_a_burst_keeps_its_limits_and_what_people_wait_is_told() {
    if !session::is_inside("latency::s44_a_burst_keeps_its_limits_and_what_people_wait_is_told") {
        return;
    }
    let mut proof = Proof::begin("S44", 1_000, 1_000);
    let place = Place::new().await;
    let window = place.desk(Provenance::Window, Arc::new(SystemClock)).await;
    place.case_of(&window).await;
    let began = Instant::now();
    let agent = place.agent().await;
    let (mut shown, mut done) = (Vec::new(), Vec::new());
    for n in 0..TIMED {
        let asked = Instant::now();
        assert!(propose(&place, &agent, n).await, "there is room");
        let proposal = waiting(&window, 1).await.remove(0);
        shown.push(asked.elapsed());
        let approved = Instant::now();
        let yes = window.approve(&proposal.id, &proposal.hash, Approval::default());
        yes.await.unwrap();
        let told = place.told(&agent, proposal.id.as_str()).await;
        assert_eq!(told["state"], "done");
        done.push(approved.elapsed());
    }
    agent.cancel().await.unwrap();
    let mut figure = |name: &str, value: Value| proof.figures.insert(name.to_owned(), value);
    figure("proposal_shown_ms_max", rank(&mut shown, 100));
    figure("approved_told_done_ms_max", rank(&mut done, 100));

    // A session of its own, whose calls are counted from here.
    let agent = place.agent().await;
    let (is_over, burst_began) = (AtomicBool::new(false), Instant::now());
    let burst = async {
        let passed = burst(&place, &agent, &mut proof).await;
        is_over.store(true, Ordering::Relaxed);
        passed
    };
    let (passed, mut waits) = tokio::join!(burst, look(&window, &is_over));
    let minutes = |since: Instant| usize::try_from(since.elapsed().as_secs() / 60).unwrap() + 1;
    // Of the first sixty calls, which count, a third may be refused as one proposal too many.
    let most = 60 * minutes(burst_began);
    assert!((30..=most).contains(&passed.calls), "{passed:?}");
    let made = TIMED + passed.proposals;
    assert!((10..=10 * minutes(began)).contains(&made), "{passed:?}");
    let open = waiting(&window, passed.proposals).await.len();
    assert!(open <= 20, "{open} wait for a person");
    let mut figure = |name: &str, value: Value| proof.figures.insert(name.to_owned(), value);
    figure("calls_passed", passed.calls.into());
    figure("app_looks", waits.board.len().into());
    figure("app_board_ms_p50", rank(&mut waits.board, 50));
    figure("app_board_ms_p99", rank(&mut waits.board, 99));
    figure("app_proposals_ms_p50", rank(&mut waits.proposals, 50));
    figure("app_proposals_ms_p99", rank(&mut waits.proposals, 99));
    agent.cancel().await.unwrap();
    window.shutdown().await;
}

/// What was not refused of a burst.
#[derive(Debug, Default)]
struct Passed {
    calls: usize,
    proposals: usize,
}

/// A thousand calls, as fast as they are answered. Every third wants to write.
async fn burst(place: &Place, agent: &Client, proof: &mut Proof) -> Passed {
    let mut rounds = 0..;
    let numbers = std::iter::from_fn(|| proof.round().and(rounds.next()));
    let calls = stream::iter(numbers).map(|n| async move {
        let proposes = n % 3 == 0;
        let passed = if proposes {
            propose(place, agent, TIMED + n).await
        } else {
            let (failed, told) = call(agent, "case_list", json!({})).await;
            !is_refused(failed, &told)
        };
        (passed, proposes)
    });
    let mut answers = calls.buffer_unordered(AT_ONCE);
    let mut passed = Passed::default();
    while let Some((one, proposes)) = answers.next().await {
        passed.calls += usize::from(one);
        passed.proposals += usize::from(one && proposes);
    }
    passed
}

/// Whether a call was one too many.
fn is_refused(failed: bool, told: &Value) -> bool {
    if failed {
        assert_eq!(told["code"], "rate_limited", "{told}");
    }
    failed
}

/// Whether a comment was taken in as a proposal.
async fn propose(place: &Place, agent: &Client, n: usize) -> bool {
    let comment = json!({"case": place.case, "text": format!("note {n}")});
    let (failed, told) = call(agent, "comment_add", comment).await;
    let refused = is_refused(failed, &told);
    assert!(
        refused || told["writes"][0]["state"] == "proposed",
        "{told}"
    );
    !refused
}

/// How long a window waited for what it shows.
#[derive(Debug, Default)]
struct Waits {
    board: Vec<Duration>,
    proposals: Vec<Duration>,
}

/// Asks for what a window shows, again and again.
async fn look(window: &Desk, is_over: &AtomicBool) -> Waits {
    let query = BoardQuery::default();
    let mut waits = Waits::default();
    while !is_over.load(Ordering::Relaxed) {
        let began = Instant::now();
        window.board_window(&query, "open", 0, 50).await.unwrap();
        waits.board.push(began.elapsed());
        let began = Instant::now();
        window.proposals().await.unwrap();
        waits.proposals.push(began.elapsed());
    }
    waits
}

/// The time in milliseconds that so many of a hundred did not exceed.
fn rank(times: &mut [Duration], percent: usize) -> Value {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).max(1) - 1;
    let millis = u64::try_from(times[place].as_millis()).unwrap();
    millis.into()
}
