//! What nobody thought of, in one source's task.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Method, Request, Response};
use kibana_cases::{AnswerBody, Transport, TransportError};

use super::*;
use crate::code::ErrorCode;

/// Panics a few times when a comment is written to one space.
#[derive(Debug)]
struct Panics<T> {
    transport: T,
    left: Arc<AtomicUsize>,
}

#[async_trait]
impl<T: Transport> Transport for Panics<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        let writes = request.method() == Method::POST && request.uri().path().contains("/s/ot/");
        let take = |left: usize| left.checked_sub(1);
        let is_hit = || {
            let (now, then) = (Ordering::Relaxed, Ordering::Relaxed);
            self.left.fetch_update(now, then, take).is_ok()
        };
        assert!(!(writes && is_hit()), "what nobody thought of");
        self.transport.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_one_sources_task_is_told_and_ends_no_other() {
    let mut world = World::new(5);
    let left = Arc::new(AtomicUsize::new(0));
    let key = Credentials::api_key(world.practice.api_key()).unwrap();
    let transport = Panics {
        transport: ServiceTransport::<_, Body>::new(world.router.clone()),
        left: left.clone(),
    };
    let client = Client::builder("http://127.0.0.1", key).transport(transport);
    world.client = client.seed(5).build().unwrap();
    let (soc, ot) = (world.case("soc").await, world.case("ot").await);
    let running = world.start();
    left.store(2, Ordering::Relaxed);
    let broken = world.comment(&ot);
    running.put(vec![broken.clone()]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let entry = entries(&running.database).await.remove(0);
    assert_eq!(entry.last_error, Some(ErrorCode::Internal), "{entry:?}");
    // The other source goes on at once.
    let fine = world.comment(&soc);
    running.put(vec![fine.clone()]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.comments(&soc).await.len(), 1);
    // The broken one is begun anew until it goes through.
    let settled = running.settled().await;
    assert!(settled.iter().all(|entry| entry.state == State::Confirmed));
    assert_eq!(world.comments(&ot).await.len(), 1);
    assert_eq!(world.findings(&[&running.database]).await, []);
}
