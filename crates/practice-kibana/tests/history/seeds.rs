//! The checker on a whole client: nothing to find in a right one, each of eight bugs within 200 seeds.

use std::collections::HashSet;

use crate::{client::Bug, world::run};

const SEEDS: u64 = 200;
/// One seed in so many is run twice.
const TWICE: u64 = 50;

/// All seeds, or the one that `SEED=` asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "a failed seed is run again by hand"
)]
fn seeds() -> Vec<u64> {
    match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (1..=SEEDS).collect(),
    }
}

#[test]
fn a_right_client_has_no_findings_in_200_seeds() {
    let mut fired = HashSet::new();
    let (mut n_entries, mut n_commits) = (0, 0);
    for seed in seeds() {
        let outcome = run(seed, None);
        assert!(
            outcome.findings.is_empty(),
            "SEED={seed}: {:#?}",
            outcome.findings
        );
        if seed.is_multiple_of(TWICE) {
            assert!(
                run(seed, None) == outcome,
                "SEED={seed} has another trace the second time"
            );
        }
        n_entries += outcome.history.entries.len();
        n_commits += outcome.log.len();
        fired.extend(outcome.fired);
    }
    if seeds().len() > 1 {
        let mut fired: Vec<_> = fired.into_iter().collect();
        fired.sort_unstable();
        let wanted = [
            "F01", "F05", "F06", "F07", "F08", "F09", "F10", "F12", "F28",
        ];
        assert_eq!(fired, wanted, "every fault of the plan happened");
        assert!(
            n_entries > 1000 && n_commits > 1000,
            "{n_entries}, {n_commits}"
        );
    }
}

/// Runs seeds until the checker finds what a bug does.
#[track_caller]
fn is_found(bug: Bug, class: &str) {
    let found = seeds().into_iter().find(|&seed| {
        let outcome = run(seed, Some(bug));
        outcome
            .findings
            .iter()
            .any(|finding| finding.class() == class)
    });
    assert!(found.is_some(), "{bug:?} makes no {class} in {SEEDS} seeds");
}

#[test]
fn a_client_that_trusts_silence_loses_writes() {
    is_found(Bug::TrustsSilence, "lost");
}

#[test]
fn a_client_that_sends_again_makes_duplicates() {
    is_found(Bug::SendsAgain, "duplicate");
}

#[test]
fn a_client_that_sends_drafts_makes_phantoms() {
    is_found(Bug::SendsDrafts, "phantom");
}

#[test]
fn a_client_that_requeues_last_breaks_the_order() {
    is_found(Bug::RequeuesLast, "order");
}

#[test]
fn a_client_that_ignores_conflicts_loses_updates() {
    is_found(Bug::IgnoresConflicts, "lost_update");
}

#[test]
fn a_client_that_takes_any_answer_shows_stale_state() {
    is_found(Bug::TakesAnyAnswer, "stale_read");
}

#[test]
fn a_client_that_merges_comments_brings_back_deleted_ones() {
    is_found(Bug::MergesComments, "resurrection");
}

#[test]
fn a_client_that_follows_the_eye_writes_to_the_wrong_space() {
    is_found(Bug::FollowsTheEye, "misattribution");
}
