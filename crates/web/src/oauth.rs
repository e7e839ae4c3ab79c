//! The authorization server towards programs: who we are, and codes for tokens.
//!
//! People meet it at `/authorize` (`crate::door::consent`). There is no device flow: a code read out on
//! the telephone is how whole orgs were emptied.

use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use gateway::{OAuthError, SCOPE_PROPOSE, SCOPE_READ, TokenRequest};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::body::{media_type, of_stranger};
use crate::doors::Doors;
use crate::error::WebError;
use crate::mcp;

/// Where the door of tools says what it is (RFC 9728): its path after the well-known one.
pub(crate) const RESOURCE_METADATA: &str = "/.well-known/oauth-protected-resource/mcp";

/// Carries a proof of possession (RFC 9449).
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Documents and tokens.
pub(crate) fn router() -> Router<Doors> {
    Router::new()
        .route(RESOURCE_METADATA, get(resource))
        .route("/.well-known/oauth-protected-resource", get(resource))
        .route("/.well-known/oauth-authorization-server", get(server))
        .route("/token", post(token))
        .route("/revoke", post(revoke))
}

/// The protected resource (RFC 9728).
async fn resource(State(doors): State<Doors>) -> Response {
    let site = &doors.site;
    document(&json!({
        "resource": doors.gate.tool_resource(),
        "authorization_servers": [site.address("")],
        "scopes_supported": [SCOPE_READ, SCOPE_PROPOSE],
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": gateway::PROOF_ALGORITHMS,
        "resource_name": format!("Portcullis, in front of {}", site.org_name),
    }))
}

/// The authorization server (RFC 8414).
async fn server(State(doors): State<Doors>) -> Response {
    let site = &doors.site;
    document(&json!({
        "issuer": site.address(""),
        "authorization_endpoint": site.address("/authorize"),
        "token_endpoint": site.address("/token"),
        "revocation_endpoint": site.address("/revoke"),
        "scopes_supported": [SCOPE_READ, SCOPE_PROPOSE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": gateway::PROOF_ALGORITHMS,
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
        "protected_resources": [format!("{}{}", site.address(""), mcp::PATH)],
    }))
}

fn document(value: &Value) -> Response {
    let mut response = Json(value).into_response();
    let minutes = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, minutes);
    response
}

/// `POST /token`
async fn token(State(doors): State<Doors>, request: Request) -> Response {
    let headers = request.headers().clone();
    let exchanged = match (form::<TokenRequest>(request).await, proof(&headers)) {
        (Ok(form), Ok(proof)) => doors.gate.exchange(&form, proof).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match exchanged {
        Ok(tokens) => Json(json!({
            "access_token": tokens.access,
            "token_type": if tokens.bound { "DPoP" } else { "Bearer" },
            "expires_in": tokens.seconds,
            "refresh_token": tokens.refresh,
            "scope": tokens.scope,
        }))
        .into_response(),
        Err(error) => refused(&error),
    }
}

/// The one proof among the headers, if there is any.
pub(crate) fn proof(headers: &HeaderMap) -> Result<Option<&str>, OAuthError> {
    let wrong = || OAuthError {
        code: "invalid_dpop_proof",
        problem: "expected one `DPoP` header with a proof".to_owned(),
        redirect: None,
    };
    let mut given = headers.get_all(DPOP).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(proof), None) => proof.to_str().map(Some).map_err(|_| wrong()),
        (Some(_), Some(_)) => Err(wrong()),
    }
}

#[derive(Deserialize)]
struct Revocation {
    token: String,
}

/// `POST /revoke` (RFC 7009): the same answer for a token that is unknown.
async fn revoke(State(doors): State<Doors>, request: Request) -> Response {
    match form::<Revocation>(request).await {
        Ok(form) => match doors.gate.revoke_token(&form.token).await {
            Ok(()) => StatusCode::OK.into_response(),
            Err(error) => {
                let error = WebError::from(error);
                error.log();
                (error.status(), Json(json!({ "error": "server_error" }))).into_response()
            }
        },
        Err(error) => refused(&error),
    }
}

/// A form in which no member stands twice (RFC 6749, section 3.2).
async fn form<T: DeserializeOwned>(request: Request) -> Result<T, OAuthError> {
    let (parts, body) = request.into_parts();
    let wrong = |problem: &str| OAuthError {
        code: "invalid_request",
        problem: problem.to_owned(),
        redirect: None,
    };
    if media_type(&parts.headers) != "application/x-www-form-urlencoded" {
        return Err(wrong("expected application/x-www-form-urlencoded"));
    }
    let body = of_stranger(body).await.map_err(|error| wrong(&error.message()))?;
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(&body) {
        if members.insert(name.into_owned(), Value::String(value.into_owned())).is_some() {
            return Err(wrong("a member stands twice"));
        }
    }
    serde_json::from_value(Value::Object(members)).map_err(|_| wrong("a member is missing"))
}

fn refused(error: &OAuthError) -> Response {
    let status = match error.code {
        "invalid_client" => StatusCode::UNAUTHORIZED,
        "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = json!({ "error": error.code, "error_description": error.problem });
    (status, Json(body)).into_response()
}
