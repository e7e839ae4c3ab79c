//! The command line's way to a running gate. It carries what a person typed to the gate's own
//! door, and back what the gate released; no value of the CRM passes that the gate did not show.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http_body_util::Full;
use keys::SecretText;
use zeroize::Zeroizing;

use crate::line::{Line, Reuse};
use crate::salesforce::{bearer_header, unfit};
use crate::{Address, EgressError, Limits, Trust};

/// A client of one running gate, with one API key.
pub struct GateDoor {
    line: Line,
    key: SecretText,
}

impl GateDoor {
    /// A client of the gate at this address. Opens nothing yet.
    pub fn new(
        address: Address,
        trust: &Trust,
        limits: Limits,
        key: SecretText,
    ) -> Result<Self, EgressError> {
        Ok(Self { line: Line::new(address, trust, limits)?, key })
    }

    /// Posts JSON and gives status and body, whatever the status.
    pub async fn post(
        &self,
        path: &str,
        body: String,
    ) -> Result<(u16, Zeroizing<Vec<u8>>), EgressError> {
        let request = Request::post(self.line.address().target(path)?)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, bearer_header(self.key.expose())?)
            .body(Full::new(Bytes::from(body)))
            .map_err(unfit)?;
        let mut answer = self.line.ask(request, Reuse::Never, false).await?;
        let status = answer.response.status().as_u16();
        Ok((status, answer.body.whole().await?))
    }
}

impl std::fmt::Debug for GateDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GateDoor({})", self.line.host())
    }
}
