//! Where the server takes its time from, so that tests and proofs can own it.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Tells the time to the server. Cloning it gives the same clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Makes a clock of a function. The function is asked once a request.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Makes a clock that always shows `now`.
    pub fn fixed(now: Timestamp) -> Self {
        Self::new(move || now)
    }

    /// Tells the time in whole milliseconds, which is what Kibana stores.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl Default for Clock {
    /// Makes a clock that shows the real time.
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
