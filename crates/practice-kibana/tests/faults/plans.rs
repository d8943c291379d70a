//! Plans: the file, and the same faults for the same seed and the same requests.

use std::path::Path;

use practice_kibana::{
    Options,
    faults::{Fault, Plan, Rule},
    log::{Action, Document},
};

use crate::support::{Server, case_body, options};

fn example() -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/example.toml");
    Plan::read(&path).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_example_file_is_a_plan() {
    let plan = example();
    let ids: Vec<&str> = plan.rules.iter().map(|rule| rule.fault.id()).collect();
    assert_eq!(ids, ["F06", "F13", "F12", "F16", "F21"]);
    let server = Server::new(Options {
        faults: plan.clone(),
        ..options()
    });
    assert_eq!(
        server.practice.faults().plan(),
        plan,
        "the option sets it at the start"
    );
}

/// Which of the first requests fail.
async fn failures(plan: Plan) -> Vec<usize> {
    let server = Server::new(Options {
        faults: plan,
        ..options()
    });
    let mut failed = Vec::new();
    for n in 0..60 {
        // Every other request is none that the rule looks at.
        server.get("/api/status").await;
        let sent = server
            .send("POST", "/api/cases", Some(case_body("x")))
            .await;
        if sent.is_err() {
            failed.push(n);
        }
    }
    assert_eq!(server.fired().len(), failed.len());
    failed
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_and_requests_have_the_same_faults() {
    let plan = |seed: u64| {
        let rule = Rule::of(Fault::ResetAfterCommit)
            .on("POST /api/cases")
            .probability(0.3);
        Plan::of([rule]).seeded(seed)
    };
    let first = failures(plan(7)).await;
    assert!((5..=35).contains(&first.len()), "{first:?}");
    assert_eq!(failures(plan(7)).await, first);
    assert_ne!(failures(plan(8)).await, first);
    let limited = Rule::of(Fault::ResetAfterCommit)
        .on("POST /api/cases")
        .probability(0.3)
        .limit(3);
    let limited = failures(Plan::of([limited]).seeded(7)).await;
    assert_eq!(limited, first[..3]);
    let every = Rule::of(Fault::ResetAfterCommit)
        .on("POST /api/cases")
        .every(25);
    assert_eq!(failures(Plan::of([every])).await, [24, 49]);
}

#[tokio::test(start_paused = true)]
async fn a_new_plan_counts_from_one_and_records_go_on() {
    let server = Server::empty();
    let rule = Rule::of(Fault::ResetBeforeCommit)
        .on("POST /api/cases")
        .nth(1);
    for _ in 0..2 {
        server.set(rule.clone());
        assert!(
            server
                .send("POST", "/api/cases", Some(case_body("x")))
                .await
                .is_err()
        );
        assert!(
            server
                .send("POST", "/api/cases", Some(case_body("x")))
                .await
                .is_ok()
        );
    }
    assert_eq!(server.fired(), [("F05", 1), ("F05", 3)]);
    server.practice.faults().forget_fired();
    assert!(server.fired().is_empty());
    assert_eq!(server.logged(Document::Case, Action::Create), 2);
}
