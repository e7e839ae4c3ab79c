//! How a server is greeted: each request for itself, or a session for one call.

use std::sync::PoisonError;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::Full;
use keys::AccessToken;
use serde_json::{Value, json};

use super::{ID, SESSION, UpstreamDoor, VERSION, authorise, request};
use crate::line::Reuse;
use crate::{Bearer, EgressError};

/// The version in which requests stand alone.
pub(super) const ALONE: &str = "2026-07-28";
/// The versions with `initialize` that the gate speaks, the one it offers first.
const WITH_INITIALIZE: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    Alone,
    WithSession,
}

/// The head that all requests of one exchange share.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) version: &'static str,
    pub(super) session: Option<HeaderValue>,
}

impl UpstreamDoor {
    /// Finds out how the server is spoken to, and begins a session where it wants one. An expired token is
    /// renewed, once.
    pub(super) async fn begin<B: Bearer>(
        &self,
        bearer: &B,
    ) -> Result<(Manner, AccessToken), B::Error> {
        let token = bearer.token().await?;
        match self.greet(&token).await {
            Ok(manner) => Ok((manner, token)),
            Err(EgressError::Refused { status: 401, .. }) => {
                let token = bearer.renewed(&token).await?;
                Ok((self.greet(&token).await?, token))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn greet(&self, token: &AccessToken) -> Result<Manner, EgressError> {
        let known = *self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        if known == Some(Spoken::WithSession) {
            match self.initialize(token).await {
                // It may have learned the new way since.
                Err(error) if is_unfamiliar(&error) => {}
                told => return told,
            }
        }
        let manner = Manner { version: ALONE, session: None };
        // Asked each time: it is cheap, and it is what shows an expired token before a write is sent.
        let message = request("server/discover", json!({}));
        let told = self.exchange(&message, &manner, "server/discover", None, token).await;
        match told.and_then(|body| self.result(&body).map(drop)) {
            Ok(()) => {
                self.note(Spoken::Alone);
                return Ok(manner);
            }
            Err(error) if is_unfamiliar(&error) => {}
            Err(error) => return Err(error),
        }
        let manner = self.initialize(token).await?;
        self.note(Spoken::WithSession);
        Ok(manner)
    }

    fn note(&self, spoken: Spoken) {
        *self.spoken.lock().unwrap_or_else(PoisonError::into_inner) = Some(spoken);
    }

    async fn initialize(&self, token: &AccessToken) -> Result<Manner, EgressError> {
        let [offered, ..] = WITH_INITIALIZE;
        let first = Manner { version: offered, session: None };
        let params = json!({
            "protocolVersion": offered,
            "capabilities": {},
            "clientInfo": { "name": "portcullis", "version": env!("CARGO_PKG_VERSION") },
        });
        let message =
            json!({ "jsonrpc": "2.0", "id": ID, "method": "initialize", "params": params });
        let message = message.to_string().into_bytes();
        let mut answer = self.post(message, &first, "initialize", None, token).await?;
        let session = answer.response.headers().get(&SESSION).cloned();
        let body = self.body(&mut answer, ID).await?;
        let result = self.result(&body)?;
        let told = result.get("protocolVersion").and_then(Value::as_str).unwrap_or_default();
        let version = WITH_INITIALIZE.into_iter().find(|it| *it == told);
        let version = version.ok_or_else(|| self.refused(200, "UNKNOWN_VERSION"))?;
        let manner = Manner { version, session };
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let done = done.to_string().into_bytes();
        let method = "notifications/initialized";
        let mut noted = self.post(done, &manner, method, None, token).await?;
        if !noted.response.status().is_success() {
            return Err(self.refused(noted.response.status().as_u16(), "NOT_INITIALIZED"));
        }
        // It has no body that says anything; read, the connection is free again.
        drop(noted.body.whole().await);
        Ok(manner)
    }

    /// Ends a session. Whether the server hears of it does not matter to the answer.
    pub(super) async fn end(&self, manner: &Manner, token: &AccessToken) {
        let Some(session) = &manner.session else { return };
        let Ok(target) = self.line.address().target("") else { return };
        let request = Request::delete(target)
            .header(VERSION, manner.version)
            .header(SESSION, session)
            .body(Full::new(Bytes::new()));
        let Ok(mut request) = request else { return };
        if authorise(&mut request, token).is_ok() {
            drop(self.line.ask(request, Reuse::Freely, false).await);
        }
    }
}

/// Whether a server seems not to know the method or the version, rather than to refuse or to fail.
fn is_unfamiliar(error: &EgressError) -> bool {
    match error {
        EgressError::Refused { status, .. } => !matches!(status, 401 | 403 | 429 | 500..),
        _ => false,
    }
}
