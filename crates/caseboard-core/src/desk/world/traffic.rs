//! When requests go out to a deployment, and whether any goes before the time that Kibana asked for.

use bytes::Bytes;
use http::{Request, Response};
use kibana_cases::{AnswerBody, Transport, TransportError};

use super::*;

/// What went to one deployment.
#[derive(Debug, Clone, Default)]
pub(in crate::desk) struct Traffic(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    asked: Vec<Instant>,
    not_before: Option<Instant>,
    n_early: usize,
}

/// A transport that is watched.
#[derive(Debug)]
pub(in crate::desk) struct Watched<T> {
    transport: T,
    traffic: Traffic,
}

impl Traffic {
    pub(in crate::desk) fn watch<T>(&self, transport: T) -> Watched<T> {
        Watched {
            transport,
            traffic: self.clone(),
        }
    }

    /// When requests went out since the last time that somebody looked.
    pub(in crate::desk) fn take(&self) -> Vec<Instant> {
        std::mem::take(&mut self.seen().asked)
    }

    /// Requests that came before Kibana wanted to be asked again.
    pub(in crate::desk) fn n_early(&self) -> usize {
        self.seen().n_early
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl<T: Transport> Transport for Watched<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        {
            let mut seen = self.traffic.seen();
            let now = Instant::now();
            seen.n_early += usize::from(seen.not_before.is_some_and(|at| now < at));
            seen.asked.push(now);
        }
        let answer = self.transport.send(request).await?;
        let wait = answer.headers().get(http::header::RETRY_AFTER);
        if let Some(wait) = wait.and_then(|wait| wait.to_str().ok()?.parse().ok()) {
            let mut seen = self.traffic.seen();
            let until = Instant::now() + Duration::from_secs(wait);
            seen.not_before = seen.not_before.max(Some(until));
        }
        Ok(answer)
    }
}
