//! One connection: where it leads is checked before a byte of a request goes through it.

use std::future::Future;
use std::net::SocketAddr;

use boundary::Transport;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::address::{is_loopback, is_public};
use crate::{Address, EgressError, Phase, Trust};

/// Most bytes of headers that an answer may have.
const HEADER_BYTES: usize = 64 * 1024;

/// An open connection.
pub(crate) struct Link {
    pub(crate) sender: SendRequest<Full<Bytes>>,
    pub(crate) transport: Transport,
}

/// What a connection is made of.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Opens connections to one address.
pub(crate) struct Connector {
    address: Address,
    tls: Option<TlsConnector>,
    /// Whether only public addresses may be connected to.
    public: bool,
}

impl Connector {
    pub(crate) fn new(address: Address, trust: &Trust) -> Result<Self, EgressError> {
        let tls = if address.is_tls() { Some(trust.connector()?) } else { None };
        Ok(Self { address, tls, public: false })
    }

    /// The same, to public addresses alone.
    pub(crate) fn public_only(self) -> Self {
        Self { public: true, ..self }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Opens a connection; with `here`, to this machine or not at all.
    pub(crate) async fn open(&self, here: bool, deadline: Instant) -> Result<Link, EgressError> {
        match self.stream(here, deadline).await? {
            (Stream::Plain(stream), transport) => self.speak(stream, transport, deadline).await,
            (Stream::Tls(stream), transport) => self.speak(*stream, transport, deadline).await,
        }
    }

    /// A connection on which nothing was said yet.
    pub(crate) async fn stream(
        &self,
        here: bool,
        deadline: Instant,
    ) -> Result<(Stream, Transport), EgressError> {
        let (socket, at_home) = self.bare(here || !self.address.is_tls(), deadline).await?;
        let transport = match &self.tls {
            _ if at_home => Transport::Loopback,
            Some(_) => Transport::Tls { host: self.address.host().to_owned() },
            None => return Err(self.elsewhere()),
        };
        match &self.tls {
            Some(tls) => Ok((self.secured(tls, socket, deadline).await?, transport)),
            None => Ok((Stream::Plain(socket), transport)),
        }
    }

    /// A socket without TLS, and whether its other end is this machine: for a protocol that begins in the
    /// clear and goes on in TLS ([`Connector::go_on_in_tls`]).
    pub(crate) async fn bare(
        &self,
        here: bool,
        deadline: Instant,
    ) -> Result<(TcpStream, bool), EgressError> {
        let socket = self.socket(here, deadline).await?;
        // Without it the last part of every request would wait for an acknowledgement.
        socket.set_nodelay(true).map_err(|error| self.unreachable(&error))?;
        let peer = socket.peer_addr().map_err(|error| self.unreachable(&error))?;
        Ok((socket, is_loopback(peer.ip())))
    }

    /// TLS on a socket that was opened without.
    pub(crate) async fn go_on_in_tls(
        &self,
        socket: TcpStream,
        deadline: Instant,
    ) -> Result<Stream, EgressError> {
        match &self.tls {
            Some(tls) => self.secured(tls, socket, deadline).await,
            None => Err(self.elsewhere()),
        }
    }

    async fn secured(
        &self,
        tls: &TlsConnector,
        socket: TcpStream,
        deadline: Instant,
    ) -> Result<Stream, EgressError> {
        let name = ServerName::try_from(self.address.host().to_owned())
            .map_err(|error| self.unreachable(&error))?;
        let stream = self
            .in_time(deadline, tls.connect(name, socket))
            .await?
            .map_err(|error| self.unreachable(&error))?;
        Ok(Stream::Tls(Box::new(stream)))
    }

    /// A socket to the first address of the host that answers.
    async fn socket(&self, here: bool, deadline: Instant) -> Result<TcpStream, EgressError> {
        let host = (self.address.host(), self.address.port());
        let found = self
            .in_time(deadline, lookup_host(host))
            .await?
            .map_err(|error| self.unreachable(&error))?;
        let found: Vec<SocketAddr> = found.collect();
        // One private address among public ones is a trick, not a choice.
        if self.public && !found.iter().all(|address| is_public(address.ip())) {
            return Err(EgressError::Private { host: self.address.authority() });
        }
        let allowed: Vec<_> =
            found.iter().filter(|address| !here || is_loopback(address.ip())).collect();
        if allowed.is_empty() && !found.is_empty() {
            return Err(self.elsewhere());
        }
        let mut last = None;
        for (tried, address) in allowed.iter().enumerate() {
            // What is left of the time is shared among the addresses not yet tried, so that one
            // that swallows packets does not keep the next from being tried.
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(allowed.len() - tried).unwrap_or(1).max(1);
            match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(error)) => last = Some(self.unreachable(&error)),
                Err(_) => last = Some(self.too_slow()),
            }
        }
        Err(last.unwrap_or_else(|| self.unreachable(&"its name has no address")))
    }

    /// Starts HTTP/1.1 on a stream.
    async fn speak<S>(
        &self,
        stream: S,
        transport: Transport,
        deadline: Instant,
    ) -> Result<Link, EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut http = http1::Builder::new();
        let shake = http.max_buf_size(HEADER_BYTES).handshake(TokioIo::new(stream));
        let shaken = self.in_time(deadline, shake).await?;
        let (sender, connection) = shaken.map_err(|error| self.unreachable(&error))?;
        // Ends when the sender is dropped or the peer closes; the sender learns of errors.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Link { sender, transport })
    }

    async fn in_time<T>(
        &self,
        deadline: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, EgressError> {
        timeout_at(deadline, work).await.map_err(|_| self.too_slow())
    }

    fn too_slow(&self) -> EgressError {
        EgressError::TimedOut { host: self.address.authority(), phase: Phase::Connect }
    }

    fn elsewhere(&self) -> EgressError {
        EgressError::Elsewhere { host: self.address.authority() }
    }

    fn unreachable(&self, reason: &impl ToString) -> EgressError {
        EgressError::Unreachable { host: self.address.authority(), reason: reason.to_string() }
    }
}
