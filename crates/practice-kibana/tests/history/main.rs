//! The history checker: what it finds, what it lets pass, and that it finds the bugs it is there for.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod rules;
mod seeds;
mod world;
