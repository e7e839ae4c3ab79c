//! The way to whoever wants to hear that something waits: a web hook that takes JSON.
//!
//! A notice says that there is something and where to look. It carries no value of the CRM, no name of a
//! person, and an address that asks whoever opens it to sign in.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::Full;

use crate::line::{Line, Reuse};
use crate::salesforce::unfit;
use crate::{Address, EgressError, Limits, Trust};

/// A client of one web hook.
pub struct NoticeDoor {
    line: Line,
}

impl NoticeDoor {
    /// A client of the hook at this address, with its path. Opens nothing yet.
    pub fn new(address: Address, trust: &Trust) -> Result<Self, EgressError> {
        let limits = Limits {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            idle: Duration::from_secs(5),
            total: Duration::from_secs(15),
            reply_bytes: 16 * 1024,
        };
        Ok(Self { line: Line::new(address, trust, limits)? })
    }

    /// Hands over a notice. Anything but a 2xx is an error.
    pub async fn tell(&self, notice: String) -> Result<(), EgressError> {
        let request = Request::post(self.line.address().target("")?)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(notice)))
            .map_err(unfit)?;
        // A notice that arrives twice does no harm, one that is lost does.
        let answer = self.line.ask(request, Reuse::Freely, false).await?;
        let status = answer.response.status();
        if status.is_success() {
            return Ok(());
        }
        let (host, status) = (self.line.host(), status.as_u16());
        Err(EgressError::Refused { host, status, code: "UNKNOWN".to_owned(), retry_after: None })
    }

    /// Opens a connection, and closes it again.
    pub async fn probe(&self) -> Result<(), EgressError> {
        self.line.probe().await.map(|_| ())
    }
}

impl std::fmt::Debug for NoticeDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path of a hook is its secret.
        write!(f, "NoticeDoor({})", self.line.host())
    }
}
