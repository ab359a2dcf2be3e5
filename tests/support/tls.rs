//! The sandbox behind TLS, with certificates right or wrong as a test wants them.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use globus_sandbox::Sandbox;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{
    ALL_VERSIONS, HandshakeKind, ProtocolVersion, ServerConfig, SupportedProtocolVersion,
};

/// A certificate authority that no system knows.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A server's certificate.
pub struct Certificate {
    pub name: &'static str,
    pub years: Range<i32>,
}

/// A server that passes everything on to the sandbox.
pub struct TlsServer {
    /// `https://localhost:PORT/`
    pub url: String,
    connections: Arc<Mutex<Vec<Option<Connection>>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    pub version: ProtocolVersion,
    pub handshake: HandshakeKind,
    /// What follows: `h2`, or `http/1.1`.
    pub protocol: Option<String>,
}

impl Default for Certificate {
    fn default() -> Self {
        Self { name: "localhost", years: 2000..2100 }
    }
}

impl Authority {
    pub fn new() -> Self {
        Self::named("an authority")
    }

    pub fn named(name: &str) -> Self {
        let mut parameters = CertificateParams::new([]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn serve(&self, sandbox: &Sandbox, certificate: &Certificate) -> TlsServer {
        self.serve_with(sandbox, certificate, ALL_VERSIONS)
    }

    pub fn serve_with(
        &self,
        sandbox: &Sandbox,
        certificate: &Certificate,
        versions: &[&'static SupportedProtocolVersion],
    ) -> TlsServer {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new([certificate.name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(certificate.years.start, 1, 1);
        parameters.not_after = date_time_ymd(certificate.years.end, 1, 1);
        let signed = parameters.signed_by(&key, &self.0).unwrap();
        let mut config = ServerConfig::builder_with_protocol_versions(versions)
            .with_no_client_auth()
            .with_single_cert(vec![signed.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsServer::start(config, SocketAddr::from(([127, 0, 0, 1], sandbox.url().port().unwrap())))
    }
}

/// Passes a request of HTTP/2 on to the sandbox, which speaks HTTP/1 alone.
async fn pass_on(mut request: Request<Incoming>, behind: SocketAddr) -> hyper::Result<Response<Incoming>> {
    let inside = TcpStream::connect(behind).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(inside)).await?;
    tokio::spawn(connection);
    let host = request.uri().authority().unwrap().as_str();
    let host = HeaderValue::from_str(host).unwrap();
    request.headers_mut().insert(HOST, host);
    let path = request.uri().path_and_query().unwrap().as_str();
    *request.uri_mut() = path.parse().unwrap();
    *request.version_mut() = Version::HTTP_11;
    sender.send_request(request).await
}

impl TlsServer {
    fn start(config: ServerConfig, behind: SocketAddr) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let connections = Arc::<Mutex<Vec<_>>>::default();
        let seen = connections.clone();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap().port()).unwrap();
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let index = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(None);
                        seen.len() - 1
                    };
                    let (acceptor, seen) = (acceptor.clone(), seen.clone());
                    tokio::spawn(async move {
                        // A client that does not trust the certificate hangs up here.
                        let Ok(mut outside) = acceptor.accept(stream).await else { return };
                        let tls = outside.get_ref().1;
                        seen.lock().unwrap()[index] = Some(Connection {
                            version: tls.protocol_version().unwrap(),
                            handshake: tls.handshake_kind().unwrap(),
                            protocol: tls
                                .alpn_protocol()
                                .map(|name| String::from_utf8_lossy(name).into_owned()),
                        });
                        if outside.get_ref().1.alpn_protocol() == Some(b"h2") {
                            let pass_on = service_fn(move |request| pass_on(request, behind));
                            let server = http2::Builder::new(TokioExecutor::new());
                            let _ = server.serve_connection(TokioIo::new(outside), pass_on).await;
                            return;
                        }
                        let mut inside = TcpStream::connect(behind).await.unwrap();
                        let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                    });
                }
            });
        });
        Self { url: format!("https://localhost:{}/", receiver.recv().unwrap()), connections }
    }

    /// The connections since the last call; `None` is one that the client gave up.
    pub fn connections(&self) -> Vec<Option<Connection>> {
        std::mem::take(&mut *self.connections.lock().unwrap())
    }
}
