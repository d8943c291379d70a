//! What goes over real connections, and what must not: hostile answers, and the ways by which a key could go astray.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod origin;
mod server;
mod slow;
mod tls;
