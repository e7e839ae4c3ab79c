//! The door to one model.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use boundary::{Dispatch, Evidence, Residency, Transport, UnixMillis};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request};
use http_body_util::Full;
use keys::SecretText;

use crate::code::Refusal;
use crate::line::{Line, Reuse};
use crate::salesforce::{bearer_header, unfit};
use crate::{Address, EgressError, Limits, Trust};

/// How a provider wants to be asked.
pub trait Dialect: Send + Sync {
    /// Writes a dispatch down as this provider reads it.
    fn request(&self, dispatch: &Dispatch) -> DialectRequest;
}

/// A request as a provider reads it, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectRequest {
    /// Below the endpoint's address, from `/`, with its query.
    pub path: String,
    /// Where the key goes.
    pub key: KeyHeader,
    /// JSON.
    pub body: Vec<u8>,
}

/// The header that carries the endpoint's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: Bearer ..`.
    Bearer,
    /// A header of its own, in lower case.
    Named(&'static str),
}

/// The door to one endpoint of the configuration.
pub struct ModelDoor {
    name: String,
    line: Line,
    key: Option<SecretText>,
}

impl ModelDoor {
    /// A door to the endpoint called `name` in the configuration. Opens nothing yet.
    pub fn new(
        name: String,
        address: Address,
        trust: &Trust,
        limits: Limits,
        key: Option<SecretText>,
    ) -> Result<Self, EgressError> {
        Ok(Self { name, line: Line::new(address, trust, limits)?, key })
    }

    /// The endpoint's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it leads.
    pub fn address(&self) -> &Address {
        self.line.address()
    }

    /// Sends a prompt to the one endpoint it was cleared for, and gives the answer as it
    /// arrives. Tried again only while nothing of it was sent.
    ///
    /// An endpoint cleared as this machine is held to that on the connection used, whatever
    /// its name resolves to by now.
    pub async fn send(
        &self,
        dispatch: Dispatch,
        dialect: &dyn Dialect,
    ) -> Result<ModelStream, EgressError> {
        let endpoint = dispatch.endpoint();
        if endpoint.name() != self.name {
            return Err(EgressError::WrongEndpoint {
                cleared: endpoint.name().to_owned(),
                door: self.name.clone(),
            });
        }
        let here = *endpoint.residency() == Residency::Machine;
        let request = self.request(dialect.request(&dispatch))?;
        let answer = self.line.ask(request, Reuse::Warm, here).await?;
        let status = answer.response.status();
        if !status.is_success() {
            let refusal = Refusal::read(&answer.body.refusal().await);
            let headers = answer.response.headers();
            return Err(refusal.into_error(self.line.host(), status.as_u16(), headers));
        }
        let parts = stream::try_unfold(answer.body, |mut body| async move {
            Ok(body.next().await?.map(|part| (part, body)))
        });
        Ok(ModelStream { parts: Box::pin(parts) })
    }

    /// Connects and looks where that led. `now` is when.
    pub async fn probe(&self, now: UnixMillis) -> Result<Evidence, EgressError> {
        Ok(Evidence::observed(self.line.probe().await?, now))
    }

    fn request(&self, wanted: DialectRequest) -> Result<Request<Full<Bytes>>, EgressError> {
        let mut request = Request::post(self.line.address().target(&wanted.path)?)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/json")
            .body(Full::new(Bytes::from(wanted.body)))
            .map_err(unfit)?;
        if let Some(key) = &self.key {
            let (name, value) = match wanted.key {
                KeyHeader::Bearer => (AUTHORIZATION, bearer_header(key.expose())?),
                KeyHeader::Named(name) => {
                    let mut value = HeaderValue::try_from(key.expose()).map_err(unfit)?;
                    value.set_sensitive(true);
                    (HeaderName::try_from(name).map_err(unfit)?, value)
                }
            };
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

impl fmt::Debug for ModelDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelDoor({} at {})", self.name, self.line.address())
    }
}

/// An answer as it arrives, in parts of any size. Dropping it ends the request.
pub struct ModelStream {
    parts: Pin<Box<dyn Stream<Item = Result<Bytes, EgressError>> + Send>>,
}

impl ModelStream {
    /// Says that all has been read that counts. The few bytes that end an answer are then read
    /// without anybody waiting, and the connection is free for the next prompt.
    pub fn close(mut self) {
        const PATIENCE: Duration = Duration::from_secs(1);
        tokio::spawn(async move {
            let rest = async { while let Some(Ok(_)) = self.parts.next().await {} };
            drop(tokio::time::timeout(PATIENCE, rest).await);
        });
    }
}

impl Stream for ModelStream {
    type Item = Result<Bytes, EgressError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.parts.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for ModelStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ModelStream")
    }
}

/// Evidence for a model that runs inside this process: there is nothing to connect to.
pub fn in_process(now: UnixMillis) -> Evidence {
    Evidence::observed(Transport::InProcess, now)
}
