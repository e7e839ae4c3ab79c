//! The command line's way to a running gate. It carries what a person typed to the gate's own
//! door, and back what the gate released; no value of the CRM passes that the gate did not show.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
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
        self.post_with(path, &[], body).await
    }

    /// The same with headers of the caller's.
    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<(u16, Zeroizing<Vec<u8>>), EgressError> {
        let mut request = Request::post(self.line.address().target(path)?)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .header(AUTHORIZATION, bearer_header(self.key.expose())?);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(unfit)?;
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

/// What a server answers somebody who has no key.
#[derive(Clone, Debug)]
pub struct Looked {
    /// HTTP status.
    pub status: u16,
    /// `WWW-Authenticate`.
    pub challenge: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Asks a server without any key, to see how it greets strangers: GET, or POST with this body of this
/// type. Redirects are told, not followed.
pub async fn look(
    address: &str,
    trust: &Trust,
    limits: Limits,
    headers: &[(&str, &str)],
    body: Option<(&str, String)>,
) -> Result<Looked, EgressError> {
    let line = Line::new(address.parse()?, trust, limits)?;
    let target = line.address().target("")?;
    let target = if target.path().is_empty() { line.address().target("/")? } else { target };
    let mut request = Request::get(target).header(ACCEPT, "application/json, text/event-stream");
    if let Some((kind, _)) = &body {
        request = request.method("POST").header(CONTENT_TYPE, *kind);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or_else(Bytes::new, |(_, body)| Bytes::from(body));
    let request = request.body(Full::new(body)).map_err(unfit)?;
    let mut answer = line.ask(request, Reuse::Never, false).await?;
    let text = |name| {
        let value = answer.response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let (challenge, location) = (text(WWW_AUTHENTICATE), text(LOCATION));
    let status = answer.response.status().as_u16();
    Ok(Looked { status, challenge, location, body: answer.body.whole().await? })
}
