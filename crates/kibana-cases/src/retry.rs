//! What may be asked again, when, and how often. Decided here and nowhere else.
//!
//! Reading is repeated after trouble on the way and after "too many requests". A write is repeated only where the answer, or
//! its absence, proves that nothing was done: no connection, 429, or 503 with `Retry-After`, which comes before
//! authentication. Everything else about a write is for the caller, who reads back first ([`Error::may_have_worked`]).
//! A limit of time that passed is not repeated: a server that is slow needs no second question.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::{
    error::Error,
    limits::Limits,
    request::{Repeat, Request},
    transport::TransportError,
};

/// How much longer than asked for is waited at most, as a share.
const RETRY_AFTER_JITTER: f64 = 0.1;

/// The budget and the dice of one deployment.
#[derive(Debug)]
pub(crate) struct Retries {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    budget: f64,
    random: ChaCha8Rng,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Next {
    /// Ask again after this time.
    Again(Duration),
    /// Ask again after this time, and ask nothing else of this deployment before.
    AllAgain(Duration),
    GiveUp,
}

impl Error {
    /// Whether the same request may well succeed a moment later. Says nothing about whether repeating it is harmless.
    pub fn is_transient(&self) -> bool {
        match self.cause() {
            Self::Transport { source, .. } => match source {
                TransportError::Unreachable(_) | TransportError::Broken(_) => true,
                TransportError::Untrusted(_)
                | TransportError::TimedOut { .. }
                | TransportError::TooLarge { .. }
                | TransportError::HeadersTooLarge { .. }
                | TransportError::Inflated { .. }
                | TransportError::Encoding(_) => false,
            },
            Self::Api(api) => matches!(
                api.status,
                StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT
            ),
            _ => false,
        }
    }
}

impl Retries {
    pub(crate) fn new(seed: u64, limits: &Limits) -> Self {
        Self {
            state: Mutex::new(State {
                budget: limits.retry_cap,
                random: ChaCha8Rng::seed_from_u64(seed),
            }),
        }
    }

    pub(crate) fn succeeded(&self, limits: &Limits) {
        let mut state = self.state();
        state.budget = (state.budget + limits.retry_gain).min(limits.retry_cap);
    }

    /// After the failure of attempt number `attempt`, from 1.
    pub(crate) fn next(
        &self,
        request: &Request,
        error: &Error,
        attempt: u32,
        limits: &Limits,
    ) -> Next {
        let asked = error.api().and_then(|api| api.retry_after);
        let asked = asked.map(|seconds| Duration::from_secs(seconds.into()));
        let harmless =
            request.repeat == Repeat::Harmless || !error.may_have_worked(&request.method);
        let too_long = asked.is_some_and(|asked| asked > limits.longest_retry_after);
        let mut state = self.state();
        if !error.is_transient()
            || !harmless
            || too_long
            || attempt >= limits.attempts
            || state.budget < 1.0
        {
            return Next::GiveUp;
        }
        state.budget -= 1.0;
        if let Some(asked) = asked {
            let jitter = state.random.random_range(0.0..=RETRY_AFTER_JITTER);
            return Next::AllAgain(asked.mul_f64(1.0 + jitter));
        }
        let throttled = error
            .api()
            .is_some_and(|api| api.status == StatusCode::TOO_MANY_REQUESTS);
        let base = if throttled {
            limits.backoff_throttled
        } else {
            limits.backoff_transient
        };
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let most = base.saturating_mul(doubled).min(limits.backoff_cap);
        Next::Again(most.mul_f64(state.random.random_range(0.0..=1.0)))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::error::ApiError;

    fn answered(status: u16, retry_after: Option<u32>) -> Error {
        Error::Api(Box::new(ApiError {
            route: "test",
            status: StatusCode::from_u16(status).unwrap(),
            message: String::new(),
            retry_after,
        }))
    }

    fn failed(source: TransportError) -> Error {
        Error::Transport {
            route: "test",
            source,
        }
    }

    fn read() -> Request {
        Request::get("test", &[])
    }

    fn write() -> Request {
        Request::post("test", &[], Value::Null)
    }

    fn next(request: &Request, error: &Error, attempt: u32) -> Next {
        let limits = Limits::default();
        Retries::new(7, &limits).next(request, error, attempt, &limits)
    }

    #[test]
    fn a_write_is_repeated_only_where_it_provably_did_nothing() {
        let unreachable = || failed(TransportError::Unreachable(String::new()));
        let broken = || failed(TransportError::Broken(String::new()));
        for (error, reads, writes) in [
            (unreachable(), true, true),
            (broken(), true, false),
            (answered(429, None), true, true),
            (answered(503, Some(30)), true, true),
            (answered(503, None), true, false),
            (answered(502, None), true, false),
            (answered(504, None), true, false),
            (answered(500, None), false, false),
            (answered(409, None), false, false),
            (answered(401, None), false, false),
            (
                failed(TransportError::Untrusted(String::new())),
                false,
                false,
            ),
        ] {
            let again = |request| next(request, &error, 1) != Next::GiveUp;
            assert_eq!(
                (again(&read()), again(&write())),
                (reads, writes),
                "{error}"
            );
        }
    }

    #[test]
    fn what_kibana_asks_for_is_never_undercut_and_hardly_overdone() {
        let limits = Limits {
            retry_cap: 1e6,
            ..Limits::default()
        };
        let retries = Retries::new(7, &limits);
        for seconds in [0, 1, 30, 600] {
            for _ in 0..100 {
                let error = answered(503, Some(seconds));
                let Next::AllAgain(wait) = retries.next(&read(), &error, 1, &limits) else {
                    panic!("{seconds} s are waited for");
                };
                let asked = Duration::from_secs(seconds.into());
                assert!(
                    wait >= asked && wait <= asked.mul_f64(1.1),
                    "{wait:?} for {asked:?}"
                );
            }
        }
        assert_eq!(next(&read(), &answered(503, Some(601)), 1), Next::GiveUp);
    }

    #[test]
    fn pauses_are_spread_below_a_growing_bound() {
        let limits = Limits {
            attempts: 100,
            retry_cap: 1e6,
            ..Limits::default()
        };
        let retries = Retries::new(7, &limits);
        for (status, attempt, most) in [
            (502, 1, 500),
            (502, 3, 2_000),
            (502, 50, 60_000),
            (429, 1, 2_000),
        ] {
            let waits: Vec<_> = (0..200)
                .map(
                    |_| match retries.next(&read(), &answered(status, None), attempt, &limits) {
                        Next::Again(wait) => wait.as_millis(),
                        other => panic!("{other:?}"),
                    },
                )
                .collect();
            assert!(
                waits.iter().all(|&wait| wait <= most),
                "{status}: none is over {most} ms"
            );
            assert!(
                waits.iter().any(|&wait| wait < most / 4),
                "{status}: some are short"
            );
            assert!(
                waits.iter().any(|&wait| wait > most / 4 * 3),
                "{status}: some are long"
            );
        }
    }

    #[test]
    fn attempts_and_budget_end() {
        let limits = Limits::default();
        assert_eq!(
            next(&read(), &answered(502, None), 3),
            Next::GiveUp,
            "3 attempts"
        );
        let retries = Retries::new(7, &limits);
        let again = || retries.next(&read(), &answered(502, None), 1, &limits) != Next::GiveUp;
        assert_eq!(
            (0..100).filter(|_| again()).count(),
            10,
            "the budget begins full"
        );
        (0..9).for_each(|_| retries.succeeded(&limits));
        assert!(!again(), "nine successes earn no repetition");
        retries.succeeded(&limits);
        retries.succeeded(&limits);
        assert!(again(), "ten do, give or take rounding");
    }
}
