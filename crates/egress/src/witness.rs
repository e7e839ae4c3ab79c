//! The way to a witness of the ledger. It carries sizes, hashes and signed checkpoints, which
//! anybody may see.

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::Full;
use zeroize::Zeroizing;

use crate::line::{Line, Reuse};
use crate::salesforce::unfit;
use crate::{Address, EgressError, Limits, Trust};

/// A client of one witness (c2sp.org/tlog-witness).
pub struct WitnessDoor {
    line: Line,
}

impl WitnessDoor {
    /// A client of the witness at this address. Opens nothing yet.
    pub fn new(address: Address, trust: &Trust, limits: Limits) -> Result<Self, EgressError> {
        Ok(Self { line: Line::new(address, trust, limits)? })
    }

    /// Asks for a cosignature; gives status and body, whatever the status.
    pub async fn add_checkpoint(
        &self,
        body: String,
    ) -> Result<(u16, Zeroizing<Vec<u8>>), EgressError> {
        let request = Request::post(self.line.address().target("/add-checkpoint")?)
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Full::new(Bytes::from(body)))
            .map_err(unfit)?;
        // The same checkpoint twice does no harm.
        let mut answer = self.line.ask(request, Reuse::Freely, false).await?;
        let status = answer.response.status().as_u16();
        Ok((status, answer.body.whole().await?))
    }
}

impl std::fmt::Debug for WitnessDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WitnessDoor({})", self.line.host())
    }
}
