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

    /// How long nothing at all may be asked of this deployment, because its answer says so; `None` also for a wait that is
    /// too long to be waited for here.
    pub(crate) fn pause(&self, error: &Error, limits: &Limits) -> Option<Duration> {
        let asked = asked_wait(error).filter(|_| error.is_transient())?;
        let jitter = self.state().random.random_range(0.0..=RETRY_AFTER_JITTER);
        (asked <= limits.longest_retry_after).then(|| asked.mul_f64(1.0 + jitter))
    }

    /// How long to wait before the same request goes out again, after the failure of attempt number `attempt`, from 1;
    /// `None` if it must not. A pause that was asked for comes on top.
    pub(crate) fn again(
        &self,
        request: &Request,
        error: &Error,
        attempt: u32,
        limits: &Limits,
    ) -> Option<Duration> {
        let asked = asked_wait(error);
        let harmless =
            request.repeat == Repeat::Harmless || !error.may_have_worked(&request.method);
        let too_long = asked.is_some_and(|asked| asked > limits.longest_retry_after);
        let mut state = self.state();
        if !error.is_transient()
            || !harmless
            || too_long
            || request.repeat == Repeat::Never
            || attempt >= limits.attempts
            || state.budget < 1.0
        {
            return None;
        }
        state.budget -= 1.0;
        if asked.is_some() {
            return Some(Duration::ZERO);
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
        Some(most.mul_f64(state.random.random_range(0.0..=1.0)))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn asked_wait(error: &Error) -> Option<Duration> {
    let seconds = error.api()?.retry_after?;
    Some(Duration::from_secs(seconds.into()))
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

    #[test]
    fn what_is_sent_once_is_not_repeated_by_any_error() {
        let once = Request {
            repeat: Repeat::Never,
            ..read()
        };
        for error in [answered(429, Some(1)), answered(503, None)] {
            assert!(again(&read(), &error, 1));
            assert!(!again(&once, &error, 1));
        }
    }

    fn again(request: &Request, error: &Error, attempt: u32) -> bool {
        let limits = Limits::default();
        let retries = Retries::new(7, &limits);
        retries.again(request, error, attempt, &limits).is_some()
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
            let again = |request| again(request, &error, 1);
            assert_eq!(
                (again(&read()), again(&write())),
                (reads, writes),
                "{error}"
            );
        }
    }

    #[test]
    fn what_kibana_asks_for_is_never_undercut_and_hardly_overdone() {
        let limits = Limits::default();
        let retries = Retries::new(7, &limits);
        for seconds in [0, 1, 30, 600] {
            for _ in 0..100 {
                let wait = retries
                    .pause(&answered(503, Some(seconds)), &limits)
                    .unwrap();
                let asked = Duration::from_secs(seconds.into());
                assert!(
                    wait >= asked && wait <= asked.mul_f64(1.1),
                    "{wait:?} for {asked:?}"
                );
            }
        }
        let too_long = answered(503, Some(601));
        assert_eq!(retries.pause(&too_long, &limits), None);
        assert!(!again(&read(), &too_long, 1), "it is told instead");
        assert_eq!(retries.pause(&answered(502, None), &limits), None);
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
            let error = answered(status, None);
            let wait = || retries.again(&read(), &error, attempt, &limits);
            let waits: Vec<_> = (0..200).map(|_| wait().unwrap().as_millis()).collect();
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
        assert!(!again(&read(), &answered(502, None), 3), "3 attempts");
        let retries = Retries::new(7, &limits);
        let again = || {
            retries
                .again(&read(), &answered(502, None), 1, &limits)
                .is_some()
        };
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
