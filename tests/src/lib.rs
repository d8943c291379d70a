//! What the stories share: a practice Kibana, a raw HTTP voice that is no client of ours, a desk on a temporary profile,
//! seeded words, and, with feature `desktop`, a real window.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail by panicking and print their seeds and proofs"
)]
#![cfg_attr(
    feature = "desktop",
    expect(clippy::panic, reason = "a story that hangs says what it saw")
)]

pub mod desk;
#[cfg(feature = "desktop")]
pub mod hostile;
pub mod kibana;
pub mod mishaps;
pub mod proof;
pub mod seed;
#[cfg(feature = "desktop")]
pub mod window;
