//! Stories in a real window: the built app under `WebKitWebDriver`, each with a display, home, bus and keyring of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod board;
mod case;
mod drop;
mod errors;
mod keyring;
mod look;
mod outbox;
mod pointer;
