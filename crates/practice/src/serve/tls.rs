//! HTTPS with a certificate of the org's own making, for clients that speak nothing else.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use super::{Peer, router};
use crate::error::OrgError;
use crate::org::Org;

/// A certificate for loopback names, and the file of the authority that signed it.
#[derive(Clone, Debug)]
pub struct Tls {
    config: Arc<ServerConfig>,
    authority: PathBuf,
}

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const HANDSHAKE: Duration = Duration::from_secs(10);

fn wrong(error: impl std::fmt::Display) -> OrgError {
    OrgError::Tls(error.to_string())
}

impl Tls {
    /// Reads the certificate in `folder`, or makes one the first time: `ca.pem` for clients to trust, `server.pem` and
    /// `server.key`. The authority's own key is thrown away once it has signed.
    ///
    /// # Errors
    /// When the files cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self, OrgError> {
        let authority = folder.join("ca.pem");
        let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
        if !(authority.exists() && certificate.exists() && key.exists()) {
            std::fs::create_dir_all(folder)?;
            make(&authority, &certificate, &key)?;
        }
        let chain = vec![CertificateDer::from_pem_file(&certificate).map_err(wrong)?];
        let key = PrivateKeyDer::from_pem_file(&key).map_err(wrong)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(wrong)?;
        Ok(Self { config: Arc::new(config), authority })
    }

    /// The file for `REQUESTS_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS` and the like.
    pub fn authority(&self) -> &Path {
        &self.authority
    }
}

fn make(authority: &Path, certificate: &Path, key: &Path) -> Result<(), OrgError> {
    let mut params = CertificateParams::new(Vec::new()).map_err(wrong)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.distinguished_name.push(DnType::CommonName, "Practice org authority");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let signer_key = KeyPair::generate().map_err(wrong)?;
    let signer = params.self_signed(&signer_key).map_err(wrong)?;
    let mut leaf = CertificateParams::new(NAMES.map(str::to_owned)).map_err(wrong)?;
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Some clients look up the signer by its key.
    leaf.use_authority_key_identifier_extension = true;
    let leaf_key = KeyPair::generate().map_err(wrong)?;
    let issued = leaf.signed_by(&leaf_key, &Issuer::new(params, signer_key)).map_err(wrong)?;
    write_private(key, &leaf_key.serialize_pem())?;
    std::fs::write(certificate, issued.pem())?;
    std::fs::write(authority, signer.pem())?;
    Ok(())
}

fn write_private(path: &Path, text: &str) -> Result<(), OrgError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}

/// Serves the org over HTTPS until `shutdown` is ready and open requests are answered.
///
/// # Errors
/// When the listener fails.
pub async fn serve_tls(
    org: Arc<Org>,
    listener: TcpListener,
    tls: Tls,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), OrgError> {
    let local = listener.local_addr()?;
    let (sender, shaken) = mpsc::channel(64);
    let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(tls.config), sender));
    let service = router(org, true).into_make_service_with_connect_info::<Peer>();
    let served =
        axum::serve(Shaken { shaken, local }, service).with_graceful_shutdown(shutdown).await;
    accepting.abort();
    Ok(served?)
}

impl Tls {
    /// Connections of this listener that have shaken hands, for another server on this machine. Ends when the receiver is
    /// dropped.
    pub fn accept(self, listener: TcpListener) -> Handshakes {
        let (sender, shaken) = mpsc::channel(64);
        tokio::spawn(async move {
            let (inner, mut connections) = mpsc::channel::<Connection>(64);
            let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(self.config), inner));
            loop {
                let next = tokio::select! {
                    () = sender.closed() => None,
                    next = connections.recv() => next,
                };
                let Some((stream, _)) = next else { break };
                if sender.send(stream).await.is_err() {
                    break;
                }
            }
            accepting.abort();
        });
        shaken
    }
}

/// Takes connections and shakes hands with each on its own: a slow client holds up nobody else.
async fn accept(listener: TcpListener, acceptor: TlsAcceptor, sender: mpsc::Sender<Connection>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                // Nobody listens any more when the server is going down.
                let _ = sender.send((stream, peer)).await;
            }
        });
    }
}

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// Connections that have shaken hands, each ready to be read and written in the clear.
pub type Handshakes = mpsc::Receiver<TlsStream<TcpStream>>;

struct Shaken {
    shaken: mpsc::Receiver<Connection>,
    local: SocketAddr,
}

impl Connected<IncomingStream<'_, Shaken>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Shaken>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Listener for Shaken {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.shaken.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.local)
    }
}
