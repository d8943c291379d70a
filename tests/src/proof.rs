//! Proofs of the promises: how many rounds, from which seeds, and the line that `cargo xtask prove` makes its report of.

use std::{
    thread,
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use serde_json::{Map, Value};

/// What a proof may take when it is asked for by itself.
const PATIENCE: Duration = Duration::from_mins(30);

/// One promise under proof. Dropping it prints its line; dropped by a panic it has a finding.
#[derive(Debug)]
pub struct Proof {
    id: &'static str,
    asked: u32,
    done: u32,
    seed: u64,
    seeds: ChaCha12Rng,
    /// Until when rounds are begun; `None` where a change waits for all of them.
    until: Option<Instant>,
    /// What was measured, by name. It is reported, and nothing hangs on it.
    pub figures: Map<String, Value>,
}

impl Proof {
    /// Begins a proof of so many rounds: `t0` for a change, `t1` with `PROOF_TIER=t1`. The seed is that of `SEED`, else a new one.
    pub fn begin(id: &'static str, t0: u32, t1: u32) -> Self {
        let long = std::env::var_os("PROOF_TIER").is_some_and(|tier| tier == "t1");
        let given = std::env::var_os("SEED").and_then(|seed| seed.to_str()?.parse().ok());
        let seed = given.unwrap_or_else(rand::random::<u32>).into();
        eprintln!("{id}: SEED={seed}");
        Self {
            id,
            asked: if long { t1 } else { t0 },
            done: 0,
            seed,
            seeds: ChaCha12Rng::seed_from_u64(seed),
            until: long.then(|| Instant::now() + PATIENCE),
            figures: Map::new(),
        }
    }

    /// The seed of all rounds, where they depend on each other.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The seed of the next round; `None` when all are done, or the time is up.
    pub fn round(&mut self) -> Option<u64> {
        if self.is_done() {
            return None;
        }
        self.done += 1;
        Some(self.seeds.random())
    }

    /// Whether it is one of a release, and not of a change.
    pub fn is_long(&self) -> bool {
        self.until.is_some()
    }

    /// Whether there is no other round.
    pub fn is_done(&self) -> bool {
        self.done == self.asked || self.is_stopped()
    }

    fn is_stopped(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }
}

impl Drop for Proof {
    fn drop(&mut self) {
        let findings = u8::from(thread::panicking());
        let stopped = (self.done < self.asked && self.is_stopped()).then_some("30 min");
        let mut line = serde_json::json!({
            "id": self.id, "rounds": self.done, "asked": self.asked, "seed": self.seed, "findings": findings, "stopped": stopped,
        });
        if !self.figures.is_empty() {
            line["figures"] = std::mem::take(&mut self.figures).into();
        }
        println!("proof: {line}");
    }
}
