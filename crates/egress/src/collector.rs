//! The ways to collectors of what the ledger says: HTTP, and syslog over TLS. What they carry is entries,
//! which hold no value of the CRM.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};
use http_body_util::Full;
use keys::SecretText;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

use crate::connect::{Connector, Stream};
use crate::line::{Line, Reuse};
use crate::salesforce::unfit;
use crate::{Address, EgressError, Limits, Phase, Trust};

/// Most bytes of a collector's answer that are read.
const ANSWER: usize = 64 * 1024;

/// A client of one collector that takes HTTP.
pub struct CollectorDoor {
    line: Line,
    authorization: Option<SecretText>,
}

impl CollectorDoor {
    /// A client of the collector at this address; `authorization` is the whole value of that header. Opens
    /// nothing yet.
    pub fn new(
        address: Address,
        trust: &Trust,
        limits: Limits,
        authorization: Option<SecretText>,
    ) -> Result<Self, EgressError> {
        let limits = Limits { reply_bytes: ANSWER, ..limits };
        Ok(Self { line: Line::new(address, trust, limits)?, authorization })
    }

    /// Posts a body to `path` below the address. Anything but a success is an error: it was not taken.
    pub async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> Result<(), EgressError> {
        let target = self.line.address().target(path)?;
        let target =
            if target.path().is_empty() { self.line.address().target("/")? } else { target };
        let mut request = Request::post(target).header(CONTENT_TYPE, kind);
        if let Some(secret) = &self.authorization {
            let mut value = HeaderValue::try_from(secret.expose().trim()).map_err(unfit)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(unfit)?;
        // Entries have numbers: a collector that got them twice can tell.
        let mut answer = self.line.ask(request, Reuse::Freely, false).await?;
        let status = answer.response.status();
        if status.is_success() {
            return answer.body.whole().await.map(drop);
        }
        let (host, status) = (self.line.host(), status.as_u16());
        Err(EgressError::Refused { host, status, code: "UNKNOWN".to_owned(), retry_after: None })
    }
}

impl std::fmt::Debug for CollectorDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CollectorDoor({})", self.line.host())
    }
}

/// A client of one syslog server: `tls://host:6514`, or `tcp://127.0.0.1:601` on this machine.
///
/// Syslog has no receipts (RFC 5425, RFC 6587). So each batch has a connection of its own: the gate ends
/// its side, and the server's own end, which comes when it has read to ours, is the receipt. A server that
/// dies before that resets the connection, and the batch is sent again.
pub struct SyslogDoor {
    connector: Connector,
    limits: Limits,
}

impl SyslogDoor {
    /// A client of this server. Opens nothing yet.
    pub fn new(url: &str, trust: &Trust, limits: Limits) -> Result<Self, EgressError> {
        let wrong = || EgressError::Address {
            text: url.to_owned(),
            expected: "`tls://host:port`, or for this machine `tcp://127.0.0.1:port`",
        };
        let (scheme, rest) = url.trim().split_once("://").ok_or_else(wrong)?;
        let scheme = match scheme {
            "tls" => "https",
            "tcp" => "http",
            _ => return Err(wrong()),
        };
        // Syslog's ports are not those that an address without one stands for.
        let port = rest.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none() || rest.contains('/') {
            return Err(wrong());
        }
        let address: Address = format!("{scheme}://{rest}").parse()?;
        Ok(Self { connector: Connector::new(address, trust)?, limits })
    }

    /// Sends framed messages, and waits until the server has read them.
    pub async fn send(&self, messages: &[u8]) -> Result<(), EgressError> {
        let deadline = Instant::now() + self.limits.connect;
        let (stream, _) = self.connector.stream(false, deadline).await?;
        let sent = match stream {
            Stream::Plain(stream) => timeout(self.limits.total, deliver(stream, messages)).await,
            Stream::Tls(stream) => timeout(self.limits.total, deliver(*stream, messages)).await,
        };
        let host = || self.connector.address().authority();
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(EgressError::Broken { host: host() }),
            Err(_) => Err(EgressError::TimedOut { host: host(), phase: Phase::Total }),
        }
    }
}

async fn deliver<S>(mut stream: S, messages: &[u8]) -> std::io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    stream.write_all(messages).await?;
    stream.shutdown().await?;
    let mut heard = 0;
    let mut part = [0; 1024];
    loop {
        match stream.read(&mut part).await {
            Ok(0) => return Ok(()),
            Ok(more) if heard + more <= ANSWER => heard += more,
            Ok(_) => return Err(std::io::ErrorKind::InvalidData.into()),
            // Many servers end TLS without its own farewell. What they had not read they would have reset.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

impl std::fmt::Debug for SyslogDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SyslogDoor({})", self.connector.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_on_this_machine_or_behind_tls_and_has_a_port() {
        let limits = Limits::salesforce();
        let door = |url: &str| SyslogDoor::new(url, &Trust::default(), limits);
        assert!(door("tcp://127.0.0.1:601").is_ok());
        for wrong in
            ["tcp://siem.example:601", "tls://siem.example", "udp://127.0.0.1:514", "tls://a:1/b"]
        {
            assert!(door(wrong).is_err(), "{wrong}");
        }
    }
}
