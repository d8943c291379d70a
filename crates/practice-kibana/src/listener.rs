//! The listener: takes connections, serves them, and does to them what the fault layer asks for.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;

use crate::faults::Faulty;

/// How long to wait before another try, when there are no file descriptors left or the port is taken.
const ANOTHER_TRY: Duration = Duration::from_millis(100);

/// What the tasks of a running server share.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    /// Makes the service of a connection.
    pub(crate) service: Box<dyn Fn(Arc<Wire>) -> Faulty + Send + Sync>,
    /// Whether the port is to be closed (F01).
    pub(crate) port_closed: watch::Receiver<bool>,
    /// Told each time it was closed.
    pub(crate) on_close: Box<dyn Fn() + Send + Sync>,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// The state of one connection that its service can reach.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    reset: AtomicBool,
    poisoned: AtomicBool,
}

impl Wire {
    /// Ends the connection with a reset instead of a goodbye.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
    }

    /// Lets the connection die at the next byte that arrives.
    pub(crate) fn poison(&self) {
        self.poisoned.store(true, Ordering::SeqCst);
    }
}

/// Accepts until the server stops. The port is closed and opened again as faults ask.
pub(crate) async fn serve(listener: TcpListener, serving: Serving) {
    let mut port_closed = serving.port_closed.clone();
    let mut listener = Some(listener);
    loop {
        let closed = *port_closed.borrow_and_update();
        if closed && listener.take().is_some() {
            (serving.on_close)();
        }
        if !closed && listener.is_none() {
            listener = open_again(&serving).await;
        }
        tokio::select! {
            () = serving.stopping.cancelled() => return,
            changed = port_closed.changed() => if changed.is_err() { return },
            accepted = accept(listener.as_ref()) => match accepted {
                Ok(stream) => {
                    let connection = connection(stream, &serving);
                    serving.tasks.spawn(connection);
                }
                Err(error) => {
                    tracing::debug!(%error, "no connection accepted");
                    sleep(ANOTHER_TRY).await;
                }
            },
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => Ok(listener.accept().await?.0),
        None => std::future::pending().await,
    }
}

/// Binds the same address again; `None` if the server stops before that works.
async fn open_again(serving: &Serving) -> Option<TcpListener> {
    let bind = async {
        loop {
            match TcpListener::bind(serving.address).await {
                Ok(listener) => return listener,
                Err(error) => tracing::warn!(%error, "the port cannot be opened again"),
            }
            sleep(ANOTHER_TRY).await;
        }
    };
    serving.stopping.run_until_cancelled(bind).await
}

/// Serves one connection until it ends. When the server stops or the port closes, requests under way end first.
fn connection(stream: TcpStream, serving: &Serving) -> impl Future<Output = ()> + Send + 'static {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let wire = Arc::new(Wire::default());
    let faulty = (serving.service)(Arc::clone(&wire));
    let service = service_fn(move |request: Request<Incoming>| {
        let mut faulty = faulty.clone();
        faulty.call(request.map(Body::new))
    });
    let stopping = serving.stopping.clone();
    let mut port_closed = serving.port_closed.clone();
    async move {
        let stream = Line { stream, wire };
        let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let mut served = std::pin::pin!(served);
        let ended = tokio::select! {
            ended = served.as_mut() => ended,
            () = leave(&stopping, &mut port_closed) => {
                served.as_mut().graceful_shutdown();
                served.await
            }
        };
        if let Err(error) = ended {
            tracing::trace!(%error, "a connection broke");
        }
    }
}

async fn leave(stopping: &CancellationToken, port_closed: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = stopping.cancelled() => {}
        closed = port_closed.wait_for(|closed| *closed) => drop(closed),
    }
}

/// A connection whose end can be a reset.
struct Line {
    stream: TcpStream,
    wire: Arc<Wire>,
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.wire.reset.load(Ordering::SeqCst)
            && let Err(error) = self.stream.set_zero_linger()
        {
            tracing::warn!(%error, "a connection ends with a goodbye instead of a reset");
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let arrived = buffer.filled().len() > before;
        if arrived && self.wire.poisoned.load(Ordering::SeqCst) {
            self.wire.reset();
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A goodbye would come before the reset.
        if self.wire.reset.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
