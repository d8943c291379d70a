//! Every fault by its id, F01 to F25 and F28 to F30: connection faults over TCP by raw sockets, the rest
//! in process in virtual time. F26 needs HTTP/2; F27 is in the client's tests, behind a listener with TLS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod commits;
mod connection;
mod control;
mod plans;
mod search;
mod support;
