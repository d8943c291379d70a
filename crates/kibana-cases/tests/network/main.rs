//! What goes over real connections, and what must not: hostile answers, and the ways by which a key could go astray.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod origin;
#[path = "../../../../tests/src/proof.rs"]
#[expect(
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a proof tells what it did, here and in the journeys"
)]
mod proof;
mod server;
mod slow;
mod tls;
