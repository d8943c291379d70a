//! Huge, endless, slow and bombed answers (R15): bounded memory and time, and an error that names limit and route.

use std::{
    fs, io,
    io::Write as _,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{Request, Response};
use http_body::{Body, Frame};
use kibana_cases::{
    AnswerBody, Client, Credentials, Error, Limits, SpaceId, Transport, TransportError, UpdateCase,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::server::Server;

const MIB: usize = 1024 * 1024;
const HEAD: &str = "HTTP/1.1 200 OK\r\nkbn-name: kibana\r\ncontent-type: application/json\r\n";
/// Ten times what any of these takes.
const HANG: Duration = Duration::from_mins(1);

fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

/// Short times, and the sizes of every day.
fn hasty() -> Limits {
    Limits {
        first_byte_read: Duration::from_millis(500),
        silence: Duration::from_millis(500),
        whole: Duration::from_secs(3),
        ..Limits::default()
    }
}

/// How a server ended: it could not write on, because the client had hung up.
type Ended = Arc<Mutex<Option<io::Error>>>;

/// Asks for all spaces, and checks what every hostile answer has in common.
async fn refused<F, A>(answer: F) -> String
where
    F: Fn(TcpStream) -> A + Send + Sync + 'static,
    A: Future<Output = io::Result<()>> + Send + 'static,
{
    let ended = Ended::default();
    let end = Arc::clone(&ended);
    let server = Server::start(move |_, connection| {
        let (answer, end) = (answer(connection), Arc::clone(&end));
        async move {
            let error = answer.await.unwrap_err();
            *end.lock().unwrap() = Some(error);
            Ok(())
        }
    })
    .await;
    let client = server.client(&hasty());
    let before = resident();
    let asked = tokio::time::timeout(HANG, client.spaces()).await;
    let error = asked.expect("it ends").unwrap_err();
    let grown = resident().saturating_sub(before);
    assert!(grown <= 64 * MIB, "grew by {} MiB", grown / MIB);
    let words = error.to_string();
    assert!(words.starts_with("GET /api/spaces/space: "), "{words}");
    let hung_up = async {
        while ended.lock().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(HANG, hung_up)
        .await
        .expect("the connection is closed");
    words
}

/// Writes until the client hangs up.
async fn forever(connection: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    loop {
        connection.write_all(bytes).await?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_hostile_answers_end_within_time_and_memory() {
    let words = refused(async |mut connection| {
        connection.write_all(HEAD.as_bytes()).await?;
        connection.write_all(b"\r\n[").await?;
        forever(&mut connection, &[b' '; 16_384]).await
    });
    assert!(
        words.await.contains("larger than 33554432 bytes"),
        "an endless body"
    );

    let mut member = GzEncoder::new(Vec::new(), Compression::best());
    member.write_all(&vec![0; 64 * MIB]).unwrap();
    let member = member.finish().unwrap();
    let words = refused(move |mut connection| {
        let member = member.clone();
        async move {
            connection.write_all(HEAD.as_bytes()).await?;
            connection
                .write_all(b"content-encoding: gzip\r\n\r\n")
                .await?;
            forever(&mut connection, &member).await
        }
    });
    assert!(words.await.contains("compressed more than 100:1"), "a bomb");

    let words = refused(async |mut connection| {
        connection.write_all(HEAD.as_bytes()).await?;
        forever(&mut connection, b"x: y\r\n").await
    });
    assert!(
        words.await.contains("headers of the answer"),
        "endless headers"
    );

    let words = refused(async |mut connection| {
        connection.write_all(HEAD.as_bytes()).await?;
        connection.write_all(b"x: ").await?;
        forever(&mut connection, &[b'y'; 16_384]).await
    });
    assert!(
        words.await.contains("headers of the answer"),
        "an endless header"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_slow_answers_end_at_their_limit() {
    let every = |bytes: &'static str, head: &'static str| {
        move |mut connection: TcpStream| async move {
            connection.write_all(head.as_bytes()).await?;
            loop {
                connection.write_all(bytes.as_bytes()).await?;
                sleep(Duration::from_millis(100)).await;
            }
        }
    };
    let words = refused(every("H", ""));
    assert!(
        words.await.contains("first byte took longer than 0.5 s"),
        "a head that trickles"
    );
    let trickle = "HTTP/1.1 200 OK\r\nkbn-name: kibana\r\n\r\n";
    let words = refused(every(" ", trickle));
    assert!(
        words.await.contains("whole answer took longer than 3 s"),
        "a body that trickles"
    );
}

/// Answers in virtual time: the head after one pause, then byte after byte with another between.
#[derive(Debug)]
struct Slow {
    head: Duration,
    byte: Duration,
}

#[async_trait]
impl Transport for Slow {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<AnswerBody>, TransportError> {
        sleep(self.head).await;
        let answer = Response::builder().header("kbn-name", "kibana");
        let body = Trickle {
            pause: self.byte,
            next: Box::pin(sleep(self.byte)),
        };
        Ok(answer.body(AnswerBody::new(body)).unwrap())
    }
}

struct Trickle {
    pause: Duration,
    next: Pin<Box<Sleep>>,
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        std::task::ready!(self.next.as_mut().poll(context));
        let next = Instant::now() + self.pause;
        self.next.as_mut().reset(next);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b" ")))))
    }
}

#[tokio::test(start_paused = true)]
async fn r15_the_usual_times_end_reads_writes_and_bulk() {
    let never = Duration::from_hours(10);
    let second = Duration::from_secs(1);
    for (head, byte, read, write, bulk) in [
        (never, second, 15, 30, 60),
        (second, never, 16, 16, 16),
        (second, second, 120, 120, 120),
    ] {
        let key = Credentials::api_key("id:key").unwrap();
        let client = Client::builder("https://kibana.test", key).transport(Slow { head, byte });
        let client = client.build().unwrap();
        let space = client.space(&SpaceId::default());
        let case = "6f1b".parse().unwrap();
        let mut took = Vec::new();
        for n in 0..3 {
            let started = Instant::now();
            let error = match n {
                0 => client.spaces().await.unwrap_err(),
                1 => space
                    .add_comment(&case, "securitySolution", "x")
                    .await
                    .unwrap_err(),
                _ => {
                    let update = UpdateCase::new("6f1b".parse().unwrap(), "v".parse().unwrap());
                    space.update_cases(&[update]).await.unwrap_err()
                }
            };
            let timed_out = TransportError::TimedOut {
                what: "",
                limit: second,
            };
            assert!(
                matches!(&error, Error::Transport { source, .. }
                    if std::mem::discriminant(source) == std::mem::discriminant(&timed_out)),
                "{error}"
            );
            took.push(started.elapsed().as_secs());
        }
        assert_eq!(took, [read, write, bulk]);
    }
}
