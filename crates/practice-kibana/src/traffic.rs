//! What the server tells of itself as a process: how long it runs, and what it has answered.

use std::{
    collections::BTreeMap,
    process,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::time::iso;

/// Kibana's `ops.interval`.
const COLLECTED_EVERY_MS: u64 = 5000;

/// Counts answers. Times are real ones, since they are about the process and not about its cases.
#[derive(Debug)]
pub(crate) struct Traffic {
    since: Instant,
    answers: Mutex<BTreeMap<u16, u64>>,
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            answers: Mutex::new(BTreeMap::new()),
        }
    }

    pub(crate) fn count(&self, status: StatusCode) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry(status.as_u16()).or_default() += 1;
    }

    /// The figures in the names of `/api/status`. What a Node.js process has and this one has not is zero.
    pub(crate) fn metrics(&self, now: Timestamp) -> Value {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let total: u64 = answers.values().sum();
        let by_status: Map<String, Value> = answers
            .iter()
            .map(|(status, count)| (status.to_string(), (*count).into()))
            .collect();
        let uptime = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let process = process_figures(uptime, now);
        json!({
            "last_updated": iso(now),
            "collection_interval_in_millis": COLLECTED_EVERY_MS,
            "os": {
                "platform": "linux",
                "platformRelease": "linux-0",
                "load": {"1m": 0, "5m": 0, "15m": 0},
                "memory": {"total_in_bytes": 0, "free_in_bytes": 0, "used_in_bytes": 0},
                "uptime_in_millis": uptime,
            },
            "process": process,
            "processes": [process],
            "response_times": {"avg_in_millis": 0, "max_in_millis": 0},
            "concurrent_connections": 1,
            "requests": {
                "disconnects": 0,
                "total": total,
                "statusCodes": by_status,
                "status_codes": by_status,
            },
            "elasticsearch_client": {
                "totalActiveSockets": 0,
                "totalIdleSockets": 0,
                "totalQueuedRequests": 0,
            },
        })
    }

    /// The same in the names of `/api/stats`: snake case, and short units.
    pub(crate) fn stats(&self, now: Timestamp) -> Value {
        renamed(self.metrics(now))
    }
}

fn process_figures(uptime: u64, now: Timestamp) -> Value {
    json!({
        "pid": process::id(),
        "uptime_in_millis": uptime,
        "memory": {
            "heap": {"total_in_bytes": 0, "used_in_bytes": 0, "size_limit": 0},
            "resident_set_size_in_bytes": 0,
            "external_in_bytes": 0,
            "array_buffers_in_bytes": 0,
        },
        "event_loop_delay": 0,
        "event_loop_delay_histogram": {
            "fromTimestamp": iso(now),
            "lastUpdatedAt": iso(now),
            "min": 0,
            "max": 0,
            "mean": 0,
            "exceeds": 0,
            "stddev": 0,
            "percentiles": {"50": 0, "75": 0, "90": 0, "95": 0, "99": 0},
        },
        "event_loop_utilization": {"active": 0, "idle": 0, "utilization": 0},
    })
}

fn renamed(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(name, value)| (rename(&name), renamed(value)))
                .collect(),
        ),
        Value::Array(values) => values.into_iter().map(renamed).collect(),
        other => other,
    }
}

fn rename(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    let shorter = [("_in_bytes", "_bytes"), ("_in_millis", "_ms")];
    for (long, short) in shorter {
        if let Some(stem) = snake.strip_suffix(long) {
            return format!("{stem}{short}");
        }
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_stats_are_short_and_in_snake_case() {
        let table = [
            ("total_in_bytes", "total_bytes"),
            ("uptime_in_millis", "uptime_ms"),
            ("totalActiveSockets", "total_active_sockets"),
            ("platformRelease", "platform_release"),
            ("15m", "15m"),
            ("size_limit", "size_limit"),
        ];
        for (long, short) in table {
            assert_eq!(rename(long), short);
        }
    }
}
