//! The door of tools: the Model Context Protocol at `/mcp`, over streamable HTTP.
//!
//! Serves 2026-07-28, where every request stands alone, and the clients in the field that begin with
//! `initialize` (2025-06-18, 2025-11-25), to which it gives no session either. What a tool answers is
//! treated as for any model; a write becomes a proposal.

mod answer;
mod asking;
mod call;
mod run;
mod schema;
mod server;
mod task;
mod tools;
mod upstream;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use gateway::{GateError, McpConfig, Presented};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;

use crate::body::{LIMIT, whole};
use crate::doors::Doors;
use crate::error::WebError;
use crate::oauth::DPOP;
use crate::site::Site;
use server::Tools;

/// The path of the door; with the base address it is what tokens are good at.
pub(crate) const PATH: &str = "/mcp";

type Service = StreamableHttpService<Tools, NeverSessionManager>;

/// The door.
pub(crate) fn router(doors: &Doors) -> Router<Doors> {
    let service = service(doors);
    Router::new().route(
        PATH,
        any(move |State(doors): State<Doors>, request: Request| {
            let service = service.clone();
            async move { serve(&service, &doors, request).await }
        }),
    )
}

fn service(doors: &Doors) -> Service {
    let (gate, site) = (doors.gate.clone(), Arc::clone(&doors.site));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_allowed_hosts(own_hosts(&doors.site))
        .with_allowed_origins(origins(&doors.site, &gate.config().mcp))
        .enforce_origin_validation()
        .with_max_request_body_bytes(LIMIT);
    let make = move || Ok(Tools { gate: gate.clone(), site: Arc::clone(&site) });
    StreamableHttpService::new(make, Arc::default(), config)
}

fn own_hosts(site: &Site) -> Vec<String> {
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    std::iter::once(site.authority().to_owned()).chain(own).collect()
}

/// Our own origin, this machine's when that is where we are, and those of the configuration.
fn origins(site: &Site, config: &McpConfig) -> Vec<String> {
    let own = [site.base_url.trim_end_matches('/').to_owned()];
    let port = site.authority().rsplit_once(':').map_or("80", |(_, port)| port);
    let here = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}"));
    let here = here.into_iter().filter(|_| !site.is_https());
    own.into_iter().chain(here).chain(config.origins.iter().cloned()).collect()
}

async fn serve(service: &Service, doors: &Doors, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    // Before anything is believed: a page that rebinds a name to us has a foreign host or origin.
    if let Err(error) = crate::guard::admit_tools(&doors.site, &doors.gate.config().mcp, &parts) {
        return refusal(&error);
    }
    let caller = match shown(&parts) {
        Some(shown) => doors.gate.by_token(shown).await,
        None => Err(GateError::SignInNeeded),
    };
    match caller {
        Ok(caller) => parts.extensions.insert(caller),
        Err(GateError::SignInNeeded) => return challenge(doors, None),
        Err(GateError::BadKey) => return challenge(doors, Some("invalid_token")),
        Err(error @ GateError::BadProof(_)) => return challenge(doors, Some(error.code())),
        Err(error) => return refusal(&error.into()),
    };
    // The token has done its work; nothing behind this point needs to see it.
    parts.headers.remove(header::AUTHORIZATION);
    parts.headers.remove(DPOP);
    let body = match parts.method {
        Method::POST => match whole(body).await {
            Ok(body) => Body::from(body),
            Err(error) => return refusal(&error),
        },
        _ => Body::empty(),
    };
    service.handle(Request::from_parts(parts, body)).await.map(Body::new)
}

/// What the program shows: a bearer token, or a token bound to a key with the one proof of it.
fn shown(parts: &Parts) -> Option<Presented<'_>> {
    let (scheme, token) =
        parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    let proof = if scheme.eq_ignore_ascii_case("dpop") {
        Some(crate::oauth::proof(&parts.headers).ok()??)
    } else if scheme.eq_ignore_ascii_case("bearer") {
        None
    } else {
        return None;
    };
    (!token.is_empty()).then_some(Presented { token, proof, method: parts.method.as_str() })
}

/// 401, and where a client finds out how to get a token (RFC 9728, section 5.1; RFC 9449, section 7.1).
fn challenge(doors: &Doors, error: Option<&str>) -> Response {
    let metadata = doors.site.address(crate::oauth::RESOURCE_METADATA);
    let scope = format!("{} {}", gateway::SCOPE_READ, gateway::SCOPE_PROPOSE);
    let error = error.map(|error| format!(", error=\"{error}\"")).unwrap_or_default();
    let algorithms = gateway::PROOF_ALGORITHMS.join(" ");
    let mut response = json_error(StatusCode::UNAUTHORIZED, "a token of this gate is needed");
    for text in [
        format!("Bearer resource_metadata=\"{metadata}\", scope=\"{scope}\"{error}"),
        format!("DPoP algs=\"{algorithms}\"{error}"),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

fn refusal(error: &WebError) -> Response {
    error.log();
    let status = match error {
        // Clients of this protocol know 403 for both (streamable HTTP, "Security Warning").
        WebError::ForeignHost | WebError::ForeignOrigin => StatusCode::FORBIDDEN,
        other => other.status(),
    };
    json_error(status, &error.message())
}

/// A JSON-RPC error without an id, for what was refused before it was read.
fn json_error(status: StatusCode, message: &str) -> Response {
    let error = json!({ "code": -32_000, "message": message });
    (status, Json(json!({ "jsonrpc": "2.0", "id": null, "error": error }))).into_response()
}
