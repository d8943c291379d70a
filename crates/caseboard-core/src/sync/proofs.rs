//! The promises of sync about the list, held against a server that changes, lags and fails at random.
//!
//! Each proof prints its seed and takes it back by `SEED=`.

use jiff::SignedDuration;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::simulation::Simulation;
use crate::proof::Proof;

/// Passes after the last change until the mirror is as the server.
const ENOUGH: u32 = 6;

#[test]
fn r22_cases_that_come_and_go_while_pages_are_read_are_neither_missed_nor_kept() {
    let mut proof = Proof::begin("R22", 5, 100);
    while let Some(seed) = proof.round() {
        let mut random = StdRng::seed_from_u64(seed);
        let mut simulation = Simulation::new(300);
        for _ in 0..100 {
            for _ in 0..random.random_range(0..5) {
                if random.random_bool(0.5) {
                    simulation.insert();
                } else {
                    let id = some_case(&mut simulation, &mut random);
                    simulation.delete(&id);
                }
            }
            simulation.lag = SignedDuration::from_millis(random.random_range(0..5_000));
            simulation.wait(random.random_range(10..1_000));
            if simulation.turn() {
                simulation.wait(15_000);
            }
        }
        converges(&mut simulation, &mut random, seed);
    }
}

#[test]
fn r26_the_mirror_of_a_source_converges_when_faults_stop() {
    let mut proof = Proof::begin("R26", 100, 10_000);
    let mut nth = 0;
    while let Some(seed) = proof.round() {
        let trace = run(seed);
        nth += 1;
        if nth % 50 == 0 {
            assert_eq!(run(seed), trace, "seed {seed}: another run, another trace");
        }
    }
}

/// Everything that a seed makes happen. Tells where the mirror was after each turn.
fn run(seed: u64) -> Vec<String> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut simulation = Simulation::new(random.random_range(0..60));
    let mut trace = Vec::new();
    for _ in 0..random.random_range(20..200) {
        change(&mut simulation, &mut random);
        simulation.lag = SignedDuration::from_millis(random.random_range(0..5_000));
        simulation.wait(random.random_range(10..1_000));
        match random.random_range(0..20) {
            0 => simulation.follow.failed(),
            1 => simulation.restart(),
            _ => {
                if simulation.turn() {
                    simulation.wait(random.random_range(10..18_000));
                }
            }
        }
        trace.push(simulation.trace());
    }
    converges(&mut simulation, &mut random, seed);
    trace.push(simulation.trace());
    trace
}

fn change(simulation: &mut Simulation, random: &mut StdRng) {
    match random.random_range(0..10) {
        0 => {
            simulation.insert();
        }
        1 | 2 => {
            let id = some_case(simulation, random);
            simulation.update(&id);
        }
        3 => {
            let id = some_case(simulation, random);
            simulation.delete(&id);
        }
        4 => {
            let id = some_case(simulation, random);
            simulation.delete(&id);
            simulation.insert();
        }
        5 => {
            for _ in 0..random.random_range(0..30) {
                let id = some_case(simulation, random);
                simulation.update(&id);
            }
        }
        _ => {}
    }
}

/// A case that is there; made if there is none.
fn some_case(simulation: &mut Simulation, random: &mut StdRng) -> String {
    if simulation.there.is_empty() {
        return simulation.insert();
    }
    let nth = random.random_range(0..simulation.there.len());
    simulation.there.keys().nth(nth).unwrap().clone()
}

/// Nothing changes any more, though searching may still lag.
fn converges(simulation: &mut Simulation, random: &mut StdRng, seed: u64) {
    for _ in 0..ENOUGH {
        simulation.lag = SignedDuration::from_millis(random.random_range(0..5_000));
        while !simulation.turn() {
            simulation.wait(random.random_range(10..1_000));
        }
        simulation.wait(random.random_range(12_000..18_000));
    }
    assert!(simulation.is_converged(), "seed {seed}");
    simulation.pass();
    simulation.pass();
    let n_requests = simulation.pass() + simulation.pass();
    assert_eq!(n_requests, 2, "seed {seed}: a quiet source is read in full");
}
