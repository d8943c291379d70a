//! The promises of sync about sources that fail, held against the practice server's faults in virtual time.
//!
//! Each proof prints its seed and takes it back by `SEED=`.

mod attach;
mod converge;
mod marks;
mod quits;
mod shown;
mod storm;
mod told;

use jiff::SignedDuration;
use practice_kibana::faults::{Fault, Plan, RetryAfter, RetryAfterKind, RightsLeft, Rule};

use super::{
    world::{COLLEAGUE, Server, World},
    *,
};
use crate::{code::ErrorCode, proof::Proof, view::SyncState};

fn faults() -> [(Fault, &'static [ErrorCode]); 7] {
    [
        (Fault::RefuseConnect, &[ErrorCode::Unreachable]),
        (
            Fault::StaySilent,
            &[ErrorCode::TimedOut, ErrorCode::Unreachable],
        ),
        (Fault::ResetBeforeCommit, &[ErrorCode::Unreachable]),
        (
            Fault::FailAfterCommit { status: 502 },
            &[ErrorCode::KibanaFailed, ErrorCode::Unreachable],
        ),
        (
            Fault::Throttle {
                status: 429,
                retry_after: RetryAfter {
                    kind: RetryAfterKind::Seconds,
                    wait: Duration::from_secs(30),
                },
            },
            &[ErrorCode::RateLimited],
        ),
        (Fault::LoginPage, &[ErrorCode::NotKibana]),
        (
            Fault::ReduceKey {
                left: RightsLeft::Revoked,
                lasting: None,
            },
            &[ErrorCode::Unauthenticated],
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn r17_a_deployment_that_fails_delays_no_other_and_is_marked() {
    let mut proof = Proof::begin("R17", 28, 140);
    let mut all = faults().into_iter().cycle();
    let mut n_rounds = 0;
    let world = World::new(4, &["soc"], proof.seed()).await;
    while proof.round().is_some() {
        let (fault, codes) = all.next().unwrap();
        let failing = n_rounds / 7 % 4;
        n_rounds += 1;
        let what = format!("{fault:?} in deployment {failing}");
        world.servers[failing]
            .practice
            .faults()
            .set(Plan::of([Rule::of(fault)]));
        for minute in 1..=4 {
            tokio::time::sleep(Duration::from_mins(1)).await;
            for nth in (0..4).filter(|nth| *nth != failing) {
                world.assert_fresh(nth);
            }
            if minute < 4 {
                continue;
            }
            for space in world.spaces(failing) {
                assert_eq!(space.sync.state, SyncState::Failed, "{what}");
                let code = space.sync.problem.as_ref().unwrap().code;
                assert!(codes.contains(&code), "{what}: {code:?}");
                let stale_for = SignedDuration::from_mins(minute) - SignedDuration::from_mins(1);
                assert!(world.age(&space) >= stale_for, "{what}");
            }
        }
        world.servers[failing].practice.faults().clear();
        world.desk.sync_now();
        tokio::time::sleep(Duration::from_mins(1)).await;
        world.assert_fresh(failing);
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn r17_a_space_that_fails_delays_no_other_of_its_deployment() {
    let world = World::new(1, &["soc", "ot"], 17).await;
    let rule = Rule::of(Fault::StaySilent).in_space("soc");
    world.servers[0].practice.faults().set(Plan::of([rule]));
    tokio::time::sleep(Duration::from_mins(4)).await;
    let spaces = world.spaces(0);
    assert_eq!(spaces[0].sync.state, SyncState::Failed);
    assert_eq!(spaces[1].sync.state, SyncState::Following);
    assert!(world.age(&spaces[1]) <= SignedDuration::from_secs(20));
    world.desk.shutdown().await;
}
