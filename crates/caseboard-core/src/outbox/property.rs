//! Properties of pure functions, held against as many drawn cases as a promise asks for.

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use crate::proof::Proof;

/// Rounds of a property for a change, and for a release (R34).
pub(super) const T0: u32 = 5_000;
pub(super) const T1: u32 = 20_000;

/// Holds a property of R34: each round draws one case from a seed of its own.
pub(super) fn r34<S: Strategy>(
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    hold(Proof::begin("R34", T0, T1), strategy, property);
}

/// Holds a property for as many rounds as the proof asks for.
pub(super) fn hold<S: Strategy>(
    mut proof: Proof,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    while let Some(seed) = proof.round() {
        let config = Config {
            failure_persistence: None,
            ..Config::with_cases(1)
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config, random);
        if let Err(error) = runner.run(strategy, &property) {
            panic!("seed {seed}: {error}");
        }
    }
}
