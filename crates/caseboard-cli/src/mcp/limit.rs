//! How often an agent may call (S44).

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Most calls in a minute.
const MOST: usize = 60;
const MINUTE: Duration = Duration::from_mins(1);

/// The calls of the last minute.
#[derive(Debug, Default)]
pub(super) struct Calls {
    at: VecDeque<Instant>,
}

impl Calls {
    /// Counts a call; says how long to wait, if there are too many.
    pub(super) fn count(&mut self, now: Instant) -> Result<(), Duration> {
        while self.at.front().is_some_and(|at| now - *at >= MINUTE) {
            self.at.pop_front();
        }
        match self.at.front() {
            Some(first) if self.at.len() >= MOST => Err(MINUTE.saturating_sub(now - *first)),
            _ => {
                self.at.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s44_sixty_calls_a_minute_and_no_more() {
        let (mut calls, begin) = (Calls::default(), Instant::now());
        let mut passed = 0;
        for n in 0..1_000u64 {
            // A thousand calls in a bit more than three minutes.
            passed += usize::from(calls.count(begin + Duration::from_millis(200 * n)).is_ok());
        }
        assert_eq!(passed, 4 * MOST);
        let wait = calls.count(begin + Duration::from_secs(200)).unwrap_err();
        assert!(wait <= MINUTE, "{wait:?}");
    }
}
