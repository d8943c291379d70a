//! Stories in a real window: the built app under `WebKitWebDriver`, each with a display, home, bus and keyring of its own.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a process of one tells what it saw"
)]

mod again;
mod agents;
mod board;
mod case;
mod drop;
mod errors;
mod hostile;
mod jobs;
mod keychain;
mod keyring;
mod look;
mod outbox;
mod pointer;
