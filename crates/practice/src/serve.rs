//! The server: HTTP in, requests and replies in between.

mod tls;

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Limited};
use serde_json::Value as Json;
use tokio::net::{TcpListener, TcpStream};

pub use tls::{Handshakes, Tls, serve_tls};

use crate::control::Fault;
use crate::error::OrgError;
use crate::exchange::{ApiError, Body, Reply, Request};
use crate::log::Event;
use crate::org::Org;
use crate::{hosted, oauth, rest};

/// The largest body taken, in bytes; a bulk upload may be this long.
const LARGEST_BODY: usize = 150 * 1024 * 1024;

/// Serves the org over plain HTTP until `shutdown` is ready and open requests are answered. For loopback addresses:
/// anywhere else use [`serve_tls`].
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    org: Arc<Org>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), OrgError> {
    let service = router(org, false).into_make_service_with_connect_info::<Peer>();
    axum::serve(Plain(listener), service).with_graceful_shutdown(shutdown).await?;
    Ok(())
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, Plain>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Plain>) -> Self {
        Self(*stream.remote_addr())
    }
}

struct Plain(TcpListener);

impl Listener for Plain {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // Small replies must not wait for more to send.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        (stream, peer)
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

fn router(org: Arc<Org>, secure: bool) -> Router {
    Router::new().fallback(handle).with_state((org, secure))
}

async fn handle(
    State((org, secure)): State<(Arc<Org>, bool)>,
    peer: ConnectInfo<Peer>,
    request: http::Request<HttpBody>,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return response(
                ApiError::new(413, "REQUEST_TOO_LARGE", "the body is too large or was cut off")
                    .into(),
            );
        }
    };
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::new(parts.method, target, parts.headers, body);
    request.source = peer.0.0.ip().to_string();
    request.secure = secure;
    let faults = org.control().draw(&request.path);
    for fault in &faults {
        if let Fault::Latency(time) = fault {
            tokio::time::sleep(*time).await;
        }
    }
    let failing = faults.into_iter().find(|fault| !matches!(fault, Fault::Latency(_)));
    match failing {
        Some(Fault::DropBefore) => return dropped(),
        Some(Fault::Status { status, code }) => {
            return response(ApiError::new(status, code, "a planned fault").into());
        }
        Some(Fault::ExpiredSession) => return response(ApiError::invalid_session().into()),
        Some(Fault::LimitExceeded) => {
            let error =
                ApiError::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
            return response(error.into());
        }
        _ => {}
    }
    let drop_after = failing == Some(Fault::DropAfter);
    // Answering computes and may wait for the disk; it must not hold up other connections.
    let answered = tokio::task::spawn_blocking(move || answer(&org, &request)).await;
    let reply = answered.unwrap_or_else(|_| ApiError::unknown().into());
    if drop_after { dropped() } else { response(reply) }
}

/// Answers a request and writes it into the event log.
pub(crate) fn answer(org: &Org, request: &Request) -> Reply {
    let begun = Instant::now();
    let mut log = org.log.lock().unwrap_or_else(PoisonError::into_inner);
    let request_id = log.request_id(request);
    drop(log);
    let reply = respond(org, request);
    let token = request
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .map(|(_, token)| token);
    let user = token
        .and_then(|token| org.vault().session(token, org.now()).and_then(oauth::Session::user));
    let rows = match &reply.body {
        Body::Json(body) => body.get("totalSize").and_then(Json::as_u64).unwrap_or(0),
        _ => 0,
    };
    let event = Event {
        at: org.now(),
        request_id,
        user,
        method: request.method.to_string(),
        path: request.path.clone(),
        status: reply.status,
        rows,
        micros: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        source: request.source.clone(),
        agent: request.header("user-agent").unwrap_or_default().chars().take(200).collect(),
    };
    org.log.lock().unwrap_or_else(PoisonError::into_inner).add(event);
    reply
}

fn respond(org: &Org, request: &Request) -> Reply {
    if request.method == http::Method::POST && request.path == "/servlet/servlet.WebToLead" {
        return rest::web_form::answer(org, request);
    }
    let told = hosted::answer(org, request).or_else(|| oauth::answer(org, request));
    told.unwrap_or_else(|| rest::answer(org, request))
}

fn response(reply: Reply) -> Response {
    let (kind, body) = match reply.body {
        Body::Empty => (None, Bytes::new()),
        Body::Json(json) => {
            (Some("application/json;charset=UTF-8".to_owned()), Bytes::from(json.to_string()))
        }
        Body::Text(kind, text) => (Some(kind.to_owned()), Bytes::from(text)),
        Body::Bytes(kind, bytes) => (Some(kind), Bytes::from(bytes)),
    };
    let mut response = Response::new(HttpBody::from(body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let kind = kind.map(|kind| ("content-type", kind));
    for (name, value) in kind.into_iter().chain(reply.headers) {
        // A header that cannot be written is left out and never lets another be written in its place.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A reply whose body breaks off, which closes the connection.
fn dropped() -> Response {
    let broken = stream::once(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Err::<Bytes, _>(std::io::Error::other("planned"))
    });
    Response::new(HttpBody::from_stream(broken))
}
