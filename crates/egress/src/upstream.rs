//! The door to another server of the Model Context Protocol, over streamable HTTP.
//!
//! Servers of 2026-07-28 answer each request for itself. Earlier ones begin with `initialize`: they get a
//! session for one call, so that no two persons share one. An answer may come as JSON or as a stream of
//! events; whatever else the server says in that stream is passed over, and nothing it asks is answered.

mod events;
mod session;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use boundary::{Approved, CallWire, Errand, Fetch, Raw, Via};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body_util::Full;
use keys::AccessToken;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use self::events::Events;
use self::session::{ALONE, Manner, Spoken};
use crate::body::Body;
use crate::line::{Answer, Line, Reuse};
use crate::salesforce::{bearer_header, unfit};
use crate::{Address, Bearer, EgressError, Limits, Reach, Reply, Trust, WriteError, Written};

const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// Pages of a list of tools.
const PAGES: usize = 20;
/// What a tool says of itself when it failed.
const TOOL_ERROR: &str = "TOOL_ERROR";
/// Tools of one server.
const TOOLS: usize = 500;

/// The door to one server.
pub struct UpstreamDoor {
    line: Line,
    spoken: Mutex<Option<Spoken>>,
}

impl UpstreamDoor {
    /// A door to the server at this address, with its path. Opens nothing yet. Redirects are not followed.
    pub fn new(
        address: Address,
        trust: &Trust,
        reach: Reach,
        time: Duration,
        reply_bytes: usize,
    ) -> Result<Self, EgressError> {
        let limits = Limits {
            connect: Duration::from_secs(5).min(time),
            first_byte: time,
            idle: time,
            total: time,
            reply_bytes,
        };
        let line = match reach {
            // What names this machine leads nowhere else: the connection is checked for that.
            Reach::Public if !address.names_loopback() => Line::to_public(address, trust, limits)?,
            _ => Line::new(address, trust, limits)?,
        };
        Ok(Self { line, spoken: Mutex::default() })
    }

    /// Where it leads.
    pub fn address(&self) -> &Address {
        self.line.address()
    }

    /// The tools that the server offers, as it describes them. Nothing of the CRM goes there, and what comes
    /// back is a stranger's text.
    pub async fn tools<B: Bearer>(&self, bearer: &B) -> Result<Vec<Value>, B::Error> {
        let (manner, token) = self.begin(bearer).await?;
        let mut tools = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let mut params = json!({});
            if let (Some(cursor), Some(params)) = (&cursor, params.as_object_mut()) {
                params.insert("cursor".to_owned(), Value::String(cursor.clone()));
            }
            let message = request("tools/list", params);
            let reply = self.exchange(&message, &manner, "tools/list", None, &token).await?;
            let result = self.result(&reply)?;
            let page = result.get("tools").and_then(Value::as_array);
            tools.extend(page.into_iter().flatten().cloned());
            cursor = result.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
            if cursor.is_none() || tools.len() > TOOLS {
                break;
            }
        }
        self.end(&manner, &token).await;
        if tools.len() > TOOLS {
            return Err(self.refused(200, "TOO_MANY_TOOLS").into());
        }
        Ok(tools)
    }

    /// Opens a connection, and closes it again.
    pub async fn probe(&self) -> Result<(), EgressError> {
        self.line.probe().await.map(|_| ())
    }

    /// Carries out a read that was recorded.
    pub async fn ask<B: Bearer>(&self, errand: Errand, bearer: &B) -> Result<Reply, B::Error> {
        let label = errand.label_of_reply();
        self.read(errand.into_call(), label, bearer).await
    }

    /// Carries out a read of the CRM as a call of this tool, which names its query `argument`.
    pub async fn fetch<B: Bearer>(
        &self,
        fetch: Fetch,
        via: &Via,
        argument: &str,
        bearer: &B,
    ) -> Result<Reply, B::Error> {
        let label = fetch.label_of_reply();
        let wire = fetch.into_call(via, argument);
        let reason = "this read cannot be made through a tool";
        let wire = wire.ok_or(EgressError::Request { reason })?;
        self.read(wire, label, bearer).await
    }

    async fn read<B: Bearer>(
        &self,
        wire: CallWire,
        label: boundary::Label,
        bearer: &B,
    ) -> Result<Reply, B::Error> {
        let (manner, token) = self.begin(bearer).await?;
        let sent = self.call(&wire, &manner, &token).await;
        self.end(&manner, &token).await;
        let mut body = sent?;
        let result = self.result(&body)?;
        self.complete(&result)?;
        drop(result);
        let bytes = body.len() as u64;
        let body = Raw::new(std::mem::take(&mut *body), label);
        Ok(Reply { body, bytes, request: wire.id })
    }

    /// Carries out a write that a person signed: its stored bytes, once.
    pub async fn write<B: Bearer>(
        &self,
        approved: Approved,
        bearer: &B,
    ) -> Result<Written, WriteError<B::Error>> {
        let reason = "it is not for this door";
        let misled = || WriteError::NotSent(EgressError::Request { reason }.into());
        let wire = approved.into_call().ok_or_else(misled)?;
        let atomic = wire.atomic;
        // Whatever may have to be tried again is done before: a new token, the server's manner, a session.
        let (manner, token) = self.begin(bearer).await.map_err(WriteError::NotSent)?;
        let sent = self.call(&wire, &manner, &token).await;
        self.end(&manner, &token).await;
        let body = sent.map_err(|error| match error {
            EgressError::Refused { status, code, .. } if (400..500).contains(&status) => {
                WriteError::Refused { status, code, fields: Vec::new() }
            }
            error if error.may_have_been_sent() => WriteError::Unknown(error),
            error => WriteError::NotSent(error.into()),
        })?;
        self.written(&body, atomic)
    }

    fn written<E>(&self, body: &[u8], atomic: bool) -> Result<Written, WriteError<E>> {
        let refused = |code: String| {
            Err(WriteError::Refused { status: StatusCode::OK.as_u16(), code, fields: Vec::new() })
        };
        let result = match self.result(body) {
            Ok(result) => result,
            // Only what is said of the request itself proves that nothing ran.
            Err(EgressError::Refused { code, .. }) if is_of_request(&code) => return refused(code),
            Err(error) => return Err(WriteError::Unknown(error)),
        };
        if result.get("isError").and_then(Value::as_bool) == Some(true) {
            // A tool that did several things may have done some of them.
            let unknown = || WriteError::Unknown(self.refused(200, TOOL_ERROR));
            return if atomic { refused(TOOL_ERROR.to_owned()) } else { Err(unknown()) };
        }
        match result.get("resultType").and_then(Value::as_str) {
            None | Some("complete") => Ok(Written { id: new_id(&result) }),
            Some("input_required") => refused("INPUT_REQUIRED".to_owned()),
            Some(_) => Err(WriteError::Unknown(self.refused(200, "NOT_COMPLETE"))),
        }
    }

    async fn call(
        &self,
        wire: &CallWire,
        manner: &Manner,
        token: &AccessToken,
    ) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        let (body, tool) = (wire.body.to_vec(), Some(wire.via.tool.as_str()));
        let mut answer = self.post(body, manner, "tools/call", tool, token).await?;
        self.body(&mut answer, &wire.id).await
    }

    async fn exchange(
        &self,
        message: &Value,
        manner: &Manner,
        method: &'static str,
        name: Option<&str>,
        token: &AccessToken,
    ) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        let message = message.to_string().into_bytes();
        let mut answer = self.post(message, manner, method, name, token).await?;
        self.body(&mut answer, ID).await
    }

    async fn post(
        &self,
        message: Vec<u8>,
        manner: &Manner,
        method: &'static str,
        name: Option<&str>,
        token: &AccessToken,
    ) -> Result<Answer, EgressError> {
        // Header and body agree by construction: servers of 2026-07-28 refuse what does not.
        let mut request = Request::post(self.line.address().target("")?)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .header(VERSION, manner.version)
            .header(METHOD, method);
        if let Some(name) = name {
            request = request.header(NAME, name);
        }
        if let Some(session) = &manner.session {
            request = request.header(SESSION, session);
        }
        let mut request = request.body(Full::new(Bytes::from(message))).map_err(unfit)?;
        authorise(&mut request, token)?;
        // A call may change something, whatever its server says of it.
        self.line.ask(request, Reuse::Never, false).await
    }

    /// The message that answers the request with this id.
    async fn body(&self, answer: &mut Answer, id: &str) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        let status = answer.response.status();
        if !status.is_success() {
            return Err(self.refused(status.as_u16(), "UNKNOWN"));
        }
        let events = is_stream(&answer.response);
        let found = if events {
            first_answer(&mut answer.body, id).await?
        } else {
            Some(answer.body.whole().await?).filter(|body| answers(body, id))
        };
        found.ok_or_else(|| self.refused(status.as_u16(), "NO_ANSWER"))
    }

    /// The result in a message; an error of the server's becomes its code.
    fn result(&self, body: &[u8]) -> Result<Value, EgressError> {
        let mut message: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(code) = message.pointer("/error/code").and_then(Value::as_i64) {
            return Err(self.refused(200, &code.to_string()));
        }
        match message.get_mut("result").map(Value::take) {
            Some(result) if result.is_object() => Ok(result),
            _ => Err(self.refused(200, "NO_RESULT")),
        }
    }

    /// Nothing that the server asks is answered: what it wanted to know could be a secret.
    fn complete(&self, result: &Value) -> Result<(), EgressError> {
        match result.get("resultType").and_then(Value::as_str) {
            None | Some("complete") => Ok(()),
            Some("input_required") => Err(self.refused(200, "INPUT_REQUIRED")),
            Some(_) => Err(self.refused(200, "NOT_COMPLETE")),
        }
    }

    fn refused(&self, status: u16, code: &str) -> EgressError {
        let (host, code) = (self.line.host(), code.to_owned());
        EgressError::Refused { host, status, code, retry_after: None }
    }
}

impl fmt::Debug for UpstreamDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpstreamDoor({})", self.line.host())
    }
}

/// The id of requests that are not calls.
const ID: &str = "gate";

fn request(method: &str, mut params: Value) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": ALONE,
        "io.modelcontextprotocol/clientInfo": { "name": "portcullis", "version": env!("CARGO_PKG_VERSION") },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    if let Some(params) = params.as_object_mut() {
        params.insert("_meta".to_owned(), meta);
    }
    json!({ "jsonrpc": "2.0", "id": ID, "method": method, "params": params })
}

/// An empty token is none: the server asks for no proof.
fn authorise(request: &mut Request<Full<Bytes>>, token: &AccessToken) -> Result<(), EgressError> {
    if !token.expose().is_empty() {
        request.headers_mut().insert(AUTHORIZATION, bearer_header(token.expose())?);
    }
    Ok(())
}

fn is_stream(response: &Response<()>) -> bool {
    let kind = |headers: &HeaderMap| Some(headers.get(CONTENT_TYPE)?.to_str().ok()?.to_owned());
    let kind = kind(response.headers()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/event-stream")
}

/// Reads events until one answers the request: the stream may stay open after it.
async fn first_answer(
    body: &mut Body,
    id: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, EgressError> {
    let mut events = Events::default();
    loop {
        let part = body.next().await?;
        let told = match &part {
            Some(part) => events.push(part),
            None => events.finish(),
        };
        if let Some(found) = told.into_iter().find(|data| answers(data, id)) {
            return Ok(Some(found));
        }
        if part.is_none() {
            return Ok(None);
        }
    }
}

/// Whether a message answers the request with this id. An error may come without one.
fn answers(message: &[u8], id: &str) -> bool {
    let Ok(message) = serde_json::from_slice::<Value>(message) else { return false };
    let ours = message.get("id").and_then(Value::as_str) == Some(id);
    let nobodys = message.get("id").is_none_or(Value::is_null);
    (ours && (message.get("result").is_some() || message.get("error").is_some()))
        || (nobodys && message.get("error").is_some())
}

/// Codes that speak of the request itself (JSON-RPC 2.0, section 5.1; MCP 2026-07-28, "Errors"): it was
/// not carried out.
fn is_of_request(code: &str) -> bool {
    matches!(code, "-32700" | "-32600" | "-32601" | "-32602" | "-32020" | "-32021" | "-32022")
}

/// The id of a new record in the manner of Salesforce's hosted servers, when it has the form of one.
fn new_id(result: &Value) -> Option<String> {
    let structured = result.get("structuredContent")?;
    let id = structured.get("id").or_else(|| structured.get("Id"))?.as_str()?;
    let sound = matches!(id.len(), 15 | 18) && id.bytes().all(|it| it.is_ascii_alphanumeric());
    sound.then(|| id.to_owned())
}
