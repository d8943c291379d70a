//! What an agent proposes to one process, and a person says to it in another (S44).
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/client.rs"]
mod client;
mod latency;
mod place;
#[path = "../../../../tests/src/proof.rs"]
#[expect(
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a proof tells what it did, here and in the journeys"
)]
mod proof;
mod session;
mod terminal;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use caseboard_core::{Agent, Clock, SystemClock, desk::Provenance, id::CaseRef};
use client::call;
use jiff::{SignedDuration, Timestamp};
use place::{Place, waiting};
use serde_json::{Value, json};

/// Exit code of an approval that is refused.
const NOT_APPROVED: Option<i32> = Some(25);

/// A clock that is slow by eleven minutes.
struct Slow;

#[async_trait]
impl Clock for Slow {
    fn now(&self) -> Timestamp {
        SystemClock.now() - SignedDuration::from_mins(11)
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_a_proposal_of_one_process_is_approved_in_another_and_done_once() {
    if !session::is_inside("s44_a_proposal_of_one_process_is_approved_in_another_and_done_once") {
        return;
    }
    let place = Place::new().await;
    assert_eq!(place.run(&["agent", "mark", "true"]).0, Some(0));
    let agent = place.agent().await;
    let comment = json!({"case": place.case, "text": "isolate it", "reason": "it beacons"});
    let (failed, written) = call(&agent, "comment_add", comment.clone()).await;
    let proposed = &written["writes"][0];
    assert!(!failed && proposed["state"] == "proposed", "{written}");
    assert!(proposed["expires"].is_string(), "{written}");
    let id = proposed["entry"].as_str().unwrap();
    let (_, again) = call(&agent, "comment_add", comment).await;
    assert_eq!(again["writes"][0]["entry"], id, "it is the same proposal");

    // It waits for a person, and a pipe is none.
    let (exit, listed, _) = place.run(&["approve", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((exit, &listed["proposals"][0]["id"]), (Some(0), &json!(id)));
    assert_eq!(place.run(&["approve", id]).0, Some(2));
    let mut no = place.terminal(&["approve", id]);
    no.question();
    no.answer("n");
    assert_eq!(no.end().0, Some(0));
    assert_eq!(place.told(&agent, id).await["state"], "proposed");
    assert_eq!(place.comments(), [""; 0], "nothing was sent");

    let mut yes = place.terminal(&["approve", id]);
    let shown = yes.question();
    for part in [id, "by the agent rmcp", "it beacons", "+ isolate it"] {
        assert!(shown.contains(part), "{part} stands in {shown}");
    }
    yes.answer("y");
    let (exit, printed, shown) = yes.end();
    assert_eq!(exit, Some(0), "{printed}{shown}");
    assert!(printed.ends_with(": done\n"), "{printed}");
    let told = place.told(&agent, id).await;
    assert_eq!(
        [&told["state"], &told["answer"], &told["agent"]["text"]],
        ["done", "approved", "rmcp"]
    );
    let sent = ["isolate it\n\nvia assistant (rmcp)"];
    assert_eq!(place.comments(), sent, "with whose it is, once");
    let (_, outbox, _) = place.run(&["outbox", "list", "--json"]);
    let outbox: Value = serde_json::from_str(&outbox).unwrap();
    let mut entries = outbox["entries"].as_array().unwrap().iter();
    let entry = entries.find(|entry| entry["id"] == id).unwrap();
    assert_eq!(entry["by"], json!({"face": "mcp", "client": "rmcp"}));

    // A yes is used once.
    let (exit, ..) = place.answered(&["approve", id], "y");
    assert_eq!(exit, NOT_APPROVED);
    agent.cancel().await.unwrap();
    assert_eq!(place.comments(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_what_is_refused_in_another_process_is_told_and_never_sent() {
    if !session::is_inside("s44_what_is_refused_in_another_process_is_told_and_never_sent") {
        return;
    }
    let place = Place::new().await;
    let agent = place.agent().await;
    let comment = json!({"case": place.case, "text": "all is well"});
    let (_, written) = call(&agent, "comment_add", comment).await;
    let id = written["writes"][0]["entry"].as_str().unwrap();
    let (exit, ..) = place.run(&["refuse", id, "--note", "ask Ana first"]);
    assert_eq!(exit, Some(0));
    let told = place.told(&agent, id).await;
    assert_eq!(
        [&told["state"], &told["answer"], &told["note"]["text"]],
        ["taken back", "refused", "ask Ana first"]
    );
    let (exit, ..) = place.answered(&["approve", id], "y");
    assert_eq!(exit, NOT_APPROVED);
    assert_eq!(place.run(&["refuse", id]).0, NOT_APPROVED);
    agent.cancel().await.unwrap();
    assert_eq!(place.comments(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_what_changes_while_it_is_shown_is_not_approved() {
    if !session::is_inside("s44_what_changes_while_it_is_shown_is_not_approved") {
        return;
    }
    let place = Place::new().await;
    let other = place.new_case("Other");
    let agent = place.agent().await;
    let both = json!({"cases": [place.case, other], "severity": "critical"});
    let (_, written) = call(&agent, "case_update", both).await;
    let entries: Vec<_> = written["writes"].as_array().unwrap().iter().collect();
    let ids: Vec<_> = entries.iter().map(|one| &one["entry"]).collect();
    let id = ids[0].as_str().unwrap();

    let mut person = place.terminal(&["approve", id]);
    let shown = person.question();
    assert_eq!(shown.matches("+ critical").count(), 2, "{shown}");
    // The agent takes one of the two back before the answer.
    let (failed, _) = call(&agent, "outbox_discard", json!({"entries": [ids[1]]})).await;
    assert!(!failed);
    person.answer("y");
    assert_eq!(person.end().0, NOT_APPROVED);
    assert_eq!(place.told(&agent, id).await["state"], "proposed");
    agent.cancel().await.unwrap();
    for case in [&place.case, &other] {
        let (_, case, _) = place.run(&["case", "get", case, "--json"]);
        let case: Value = serde_json::from_str(&case).unwrap();
        assert_eq!(case["case"]["severity"], "low");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_what_was_proposed_more_than_ten_minutes_ago_is_not_approved() {
    if !session::is_inside("s44_what_was_proposed_more_than_ten_minutes_ago_is_not_approved") {
        return;
    }
    let place = Place::new().await;
    let agent = Provenance::Mcp {
        client: "helper".to_owned(),
        session: "s".to_owned(),
    };
    let desk = place.desk(agent, Arc::new(Slow)).await;
    let case: CaseRef = place.case_of(&desk).await;
    let helper = desk.for_agent("helper", "s", Agent::default()).unwrap();
    let proposed = helper.add_comment(&case, "late".to_owned()).await.unwrap();
    desk.shutdown().await;
    let id = proposed.id.as_str();
    let (exit, _, shown) = place.answered(&["approve", id], "y");
    assert_eq!(exit, NOT_APPROVED, "{shown}");
    let (_, waits, _) = place.run(&["approve"]);
    assert_eq!(waits, "0 proposals wait\n");
    let again = place.desk(Provenance::Window, Arc::new(SystemClock)).await;
    waiting(&again, 0).await;
    again.shutdown().await;
    assert_eq!(place.comments(), [""; 0]);
}
