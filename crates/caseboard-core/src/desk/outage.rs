//! When a deployment that does not answer is asked: by one probe at a time, whatever spaces of it are followed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kibana_cases::SpaceId;

use super::live::{Live, Watch};
use crate::{
    code::ErrorCode,
    sync::{REFUSED_INTERVAL, VISIBLE},
};

/// The probes of a deployment.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// The space that is being asked, to find out whether it is over.
    prober: Option<SpaceId>,
    /// When to ask next.
    next_at: Option<Timestamp>,
}

impl Outage {
    /// The next who wants to ask may.
    pub(super) fn ask_at_once(&mut self) {
        self.next_at = None;
    }
}

impl Live {
    /// How long a space has to wait before it may be asked; `None` if it may be now.
    pub(super) fn must_wait(&mut self, space: &SpaceId, now: Timestamp) -> Option<Duration> {
        if !self.is_down() {
            self.outage = Outage::default();
            return None;
        }
        let prober = self.outage.prober.as_ref();
        if prober.is_some_and(|prober| prober != space && self.watches.contains_key(prober)) {
            return Some(VISIBLE);
        }
        let left = self.outage.next_at.map(|at| at.duration_since(now));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        // A clock that was put back holds nothing up for longer.
        if let Some(left) = left.filter(|left| !left.is_zero() && *left <= REFUSED_INTERVAL * 2) {
            return Some(left);
        }
        self.outage.prober = Some(space.clone());
        None
    }

    /// Notes that a pass over a space failed, and that `pause` is to go by if the deployment is down.
    pub(super) fn note_failure(&mut self, space: &SpaceId, now: Timestamp, pause: Duration) {
        self.outage.prober.take_if(|prober| prober == space);
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.outage.next_at = now.checked_add(pause).ok();
    }

    /// Notes that a pass over a space succeeded: spaces that waited for that are asked now.
    pub(super) fn note_success(&mut self) {
        if self.outage.prober.take().is_some() {
            self.watches.values_mut().for_each(Watch::ask);
        }
    }

    /// Whether no space of it can be asked. One that can shows that the deployment is there.
    fn is_down(&self) -> bool {
        let mut problems = self.watches.values().map(|watch| watch.problem.as_ref());
        !self.watches.is_empty()
            && problems.all(|problem| problem.is_some_and(|problem| is_of_all(problem.code)))
    }
}

/// Whether the problem may be one of the whole deployment.
pub(super) fn is_of_all(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unreachable
            | ErrorCode::TimedOut
            | ErrorCode::Unauthenticated
            | ErrorCode::RateLimited
            | ErrorCode::TlsUntrusted
            | ErrorCode::NotKibana
            | ErrorCode::Redirected
    )
}
