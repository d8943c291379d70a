//! Every limit, time-out and number of attempts, in one place. The values are defaults; a [`crate::ClientBuilder`] takes others.

use std::time::Duration;

use crate::route::{Pace, Route, Size};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Requests that are under way at the same time in a whole program, to all deployments together.
pub(crate) const IN_FLIGHT_OF_PROGRAM: usize = 32;

/// How much, how long and how often. Sizes are bytes; times run on a monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Until the first byte of an answer to a read.
    pub first_byte_read: Duration,
    /// Until the first byte of an answer to a write, which waits for an index refresh.
    pub first_byte_write: Duration,
    /// Until the first byte of an answer to a write of many things.
    pub first_byte_bulk: Duration,
    /// Longest silence inside an answer.
    pub silence: Duration,
    /// One request with its whole answer: Kibana's own socket limit.
    pub whole: Duration,
    /// Largest answer that is a list, or holds one, after decompression.
    pub list_answer: usize,
    /// Largest other answer, after decompression.
    pub other_answer: usize,
    /// Largest file that is downloaded; Kibana itself takes files of 100 MiB.
    pub file_answer: usize,
    /// How many times larger than what arrived an answer may become by decompression.
    pub decode_ratio: usize,
    /// Up to here the ratio does not matter.
    pub decode_ratio_from: usize,
    /// Names and values of all headers of an answer together.
    pub header_bytes: usize,
    /// Number of headers of an answer.
    pub header_lines: usize,
    /// How deep arrays and objects of an answer may lie in each other.
    pub json_depth: usize,
    /// Values in an answer: small ones take up many times the room that they had on the wire.
    pub json_values: usize,
    /// Longest text in an answer.
    pub json_string: usize,
    /// Largest JSON that is sent; Kibana itself takes 1 MiB.
    pub request: usize,
    /// Largest form that is sent; Kibana itself takes files of 100 MiB.
    pub upload: usize,
    /// How often one request is sent at most.
    pub attempts: u32,
    /// First pause after trouble on the way. Doubles with every attempt; the pause is anything between nothing and that.
    pub backoff_transient: Duration,
    /// First pause after "too many requests".
    pub backoff_throttled: Duration,
    /// Longest pause that was not asked for.
    pub backoff_cap: Duration,
    /// Longest pause that is waited for when Kibana asks for one; beyond it the call fails and tells the time.
    pub longest_retry_after: Duration,
    /// What a success adds to the budget from which every repetition takes 1.
    pub retry_gain: f64,
    /// Where that budget begins and ends.
    pub retry_cap: f64,
    /// Requests that are under way to one deployment at the same time.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte_read: Duration::from_secs(15),
            first_byte_write: Duration::from_secs(30),
            first_byte_bulk: Duration::from_mins(1),
            silence: Duration::from_secs(15),
            whole: Duration::from_mins(2),
            list_answer: 32 * MIB,
            other_answer: 4 * MIB,
            file_answer: 100 * MIB,
            decode_ratio: 100,
            decode_ratio_from: MIB,
            header_bytes: 64 * KIB,
            header_lines: 100,
            json_depth: 64,
            json_values: 500_000,
            json_string: 8 * MIB,
            request: 900 * KIB,
            upload: 101 * MIB,
            attempts: 3,
            backoff_transient: Duration::from_millis(500),
            backoff_throttled: Duration::from_secs(2),
            backoff_cap: Duration::from_mins(1),
            longest_retry_after: Duration::from_mins(10),
            retry_gain: 0.1,
            retry_cap: 10.0,
            in_flight: 6,
        }
    }
}

impl Limits {
    pub(crate) fn first_byte(&self, route: &Route) -> Duration {
        match route.pace {
            Pace::Read => self.first_byte_read,
            Pace::Write => self.first_byte_write,
            Pace::Bulk => self.first_byte_bulk,
        }
    }

    pub(crate) fn answer(&self, route: &Route) -> usize {
        match route.size {
            Size::Small => self.other_answer,
            Size::List => self.list_answer,
            Size::File => self.file_answer,
        }
    }
}
