//! TLS is checked, each deployment against its own certificates, and nothing is said before (S22).

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use kibana_cases::{Client, Credentials, Error, TransportError};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, date_time_ymd,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer},
        version::{TLS12, TLS13},
    },
};

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca(name: &str) -> Ca {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate as it should be: for this computer, for servers, valid now.
fn good() -> CertificateParams {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "127.0.0.1");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// What a server shows: certificate and its key.
struct Identity(CertificateDer<'static>, KeyPair);

fn signed(params: &CertificateParams, ca: &Ca) -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity(params.signed_by(&key, ca).unwrap().der().clone(), key)
}

fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity(params.self_signed(&key).unwrap().der().clone(), key)
}

/// Counts what it is told, and answers as a Kibana without spaces.
struct Server {
    address: SocketAddr,
    told: Arc<AtomicUsize>,
    _accepting: JoinSet<()>,
}

impl Server {
    async fn start(identity: Identity) -> Self {
        let Identity(certificate, key) = identity;
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(default_provider().into())
            .with_protocol_versions(&[&TLS12, &TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::accept(move |connection, told| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(mut connection) = acceptor.accept(connection).await else {
                    return;
                };
                let mut request = [0; 4096];
                let n = connection.read(&mut request).await.unwrap_or_default();
                told.fetch_add(n, Ordering::SeqCst);
                let answer = b"HTTP/1.1 200 OK\r\nkbn-name: kibana\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]";
                drop(connection.write_all(answer).await);
                drop(connection.shutdown().await);
            }
        })
        .await
    }

    /// Whatever it is offered, it wants TLS 1.1.
    async fn old() -> Self {
        Self::accept(|mut connection, _| async move {
            let mut hello = [0; 4096];
            drop(connection.read(&mut hello).await);
            // A record with a ServerHello: version 3.2, 32 random bytes, no session, one cipher, no compression.
            let mut answer = vec![22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
            answer.extend([7; 32]);
            answer.extend([0, 0xC0, 0x14, 0]);
            drop(connection.write_all(&answer).await);
            drop(connection.read(&mut hello).await);
        })
        .await
    }

    async fn accept<F, A>(serve: F) -> Self
    where
        F: Fn(TcpStream, Arc<AtomicUsize>) -> A + Send + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new(AtomicUsize::new(0));
        let mut accepting = JoinSet::new();
        let counter = Arc::clone(&told);
        accepting.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                open.spawn(serve(connection, Arc::clone(&counter)));
            }
        });
        Self {
            address,
            told,
            _accepting: accepting,
        }
    }

    fn client(&self, ca: Option<&Ca>) -> Client {
        let url = format!("https://{}", self.address);
        let builder = Client::builder(&url, Credentials::api_key("id:key").unwrap());
        let builder = match ca {
            Some(ca) => builder.ca_pem(ca.pem()),
            None => builder,
        };
        builder.build().unwrap()
    }
}

#[tokio::test]
async fn s22_a_custom_ca_is_trusted_by_its_deployment_and_no_other() {
    let (a, b) = (ca("A"), ca("B"));
    let server_a = Server::start(signed(&good(), &a)).await;
    let server_b = Server::start(signed(&good(), &b)).await;
    let client_a = server_a.client(Some(&a));
    assert!(client_a.spaces().await.unwrap().items.is_empty());
    assert!(server_a.told.load(Ordering::SeqCst) > 0, "it was asked");
    for client in [server_b.client(Some(&a)), server_b.client(None)] {
        let error = client.spaces().await.unwrap_err();
        assert!(
            matches!(
                &error,
                Error::Transport {
                    source: TransportError::Untrusted(_),
                    ..
                }
            ),
            "{error}"
        );
    }
    assert_eq!(server_b.told.load(Ordering::SeqCst), 0, "nothing was told");
}

#[tokio::test]
async fn s22_bad_certificates_are_refused_with_their_reason_before_anything_is_said() {
    let own = ca("own");
    let changed = |change: fn(&mut CertificateParams)| {
        let mut params = good();
        change(&mut params);
        params
    };
    let expired = changed(|params| params.not_after = date_time_ymd(2020, 1, 1));
    let early = changed(|params| params.not_before = date_time_ymd(2999, 1, 1));
    let elsewhere = changed(|params| {
        *params = CertificateParams::new(["kibana.example.org".to_owned()]).unwrap();
    });
    let name_only = changed(|params| params.subject_alt_names.clear());
    let for_clients = changed(|params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let for_signing = changed(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    for (name, server, reason) in [
        (
            "expired",
            Server::start(signed(&expired, &own)).await,
            "expired",
        ),
        (
            "not yet valid",
            Server::start(signed(&early, &own)).await,
            "not valid yet",
        ),
        (
            "self-signed",
            Server::start(self_signed(&good())).await,
            "UnknownIssuer",
        ),
        (
            "of another host",
            Server::start(signed(&elsewhere, &own)).await,
            "not valid for name",
        ),
        (
            "of an unknown CA",
            Server::start(signed(&good(), &ca("unknown"))).await,
            "UnknownIssuer",
        ),
        (
            "of a CA with the same name",
            Server::start(signed(&good(), &ca("own"))).await,
            "BadSignature",
        ),
        (
            "with a common name only",
            Server::start(signed(&name_only, &own)).await,
            "not valid for",
        ),
        (
            "for clients",
            Server::start(signed(&for_clients, &own)).await,
            "EkuError",
        ),
        (
            "of a CA itself",
            Server::start(signed(&for_signing, &own)).await,
            "CaUsedAsEndEntity",
        ),
        ("TLS 1.1", Server::old().await, "peer is incompatible"),
    ] {
        let error = server.client(Some(&own)).spaces().await.unwrap_err();
        let Error::Transport {
            source: TransportError::Untrusted(words),
            ..
        } = &error
        else {
            panic!("{name}: {error}");
        };
        assert!(words.contains(reason), "{name}: {words}");
        assert!(
            !error.may_have_worked(&http::Method::POST),
            "{name}: nothing was sent"
        );
        assert_eq!(
            server.told.load(Ordering::SeqCst),
            0,
            "{name}: nothing was told"
        );
    }
}

#[tokio::test]
async fn s22_what_is_no_certificate_is_no_ca() {
    for pem in [
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "junk",
    ] {
        let key = Credentials::api_key("id:key").unwrap();
        let built = Client::builder("https://kibana.test", key)
            .ca_pem(pem)
            .build();
        assert!(matches!(built, Err(Error::Transport { .. })), "{pem:?}");
    }
}
