//! A server that answers whatever a test wants, and remembers what it was asked.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use kibana_cases::{Client, Credentials, Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    _accepting: JoinSet<()>,
}

impl Server {
    /// Answers each request by `answer`, which is given its head and the connection, and closes it.
    pub(crate) async fn start<F, A>(answer: F) -> Self
    where
        F: Fn(String, TcpStream) -> A + Send + Sync + 'static,
        A: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut accepting = JoinSet::new();
        let asked = Arc::clone(&heads);
        accepting.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let Ok(head) = head(&mut connection).await else {
                    continue;
                };
                asked.lock().unwrap().push(head.clone());
                let answer = answer(head, connection);
                open.spawn(async move { drop(answer.await) });
            }
        });
        Self {
            address,
            heads,
            _accepting: accepting,
        }
    }

    /// Answers every request with the same bytes.
    pub(crate) async fn saying(answer: String) -> Self {
        Self::start(move |_, mut connection| {
            let answer = answer.clone();
            async move { connection.write_all(answer.as_bytes()).await }
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    pub(crate) fn client(&self, limits: &Limits) -> Client {
        client(&self.url(), "id:key", limits)
    }
}

pub(crate) fn client(url: &str, key: &str, limits: &Limits) -> Client {
    Client::builder(url, Credentials::api_key(key).unwrap())
        .limits(*limits)
        .seed(7)
        .build()
        .unwrap()
}

/// Reads to the end of the head; a small body comes with it or is left alone.
async fn head(connection: &mut TcpStream) -> io::Result<String> {
    let mut read = Vec::new();
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        if connection.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(String::from_utf8_lossy(&read).into_owned())
}
