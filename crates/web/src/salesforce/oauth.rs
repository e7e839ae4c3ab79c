//! `/services/oauth2/token`, for clients that want to fetch their token themselves: the secret is a key
//! of the gate, and the token is that key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;

use super::answer::Answer;
use super::resource::Call;
use super::{Outcome, admit, error};
use crate::doors::Doors;

pub(super) async fn token(doors: &Doors, headers: &HeaderMap, call: &Call) -> Outcome {
    if call.method != Method::POST {
        return Ok(error::method(&call.method));
    }
    let form = call.form();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, it)| it.clone());
    let grant = field("grant_type").unwrap_or_default();
    if grant != "client_credentials" {
        return Ok(refused(
            "unsupported_grant_type",
            "grant type not supported: use client_credentials with a key of the gate as secret",
        ));
    }
    let secret = field("client_secret").or_else(|| basic(headers));
    let Some(secret) = secret.filter(|it| !it.is_empty()) else {
        return Ok(refused("invalid_client", "the client secret is missing"));
    };
    let Ok(who) = admit::by_key(doors, &secret).await else {
        return Ok(refused("invalid_client", "invalid client credentials"));
    };
    let person = who.person();
    let site = &doors.site;
    Ok(Answer::ok(json!({
        "access_token": secret,
        "instance_url": site.address("").trim_end_matches('/'),
        "id": site.address(&format!("/id/{}/{}", person.org(), person.user())),
        "token_type": "Bearer",
        "issued_at": (site.now)().0.to_string(),
        "scope": "api",
    })))
}

fn refused(error: &str, description: &str) -> Answer {
    let body = json!({ "error": error, "error_description": description });
    Answer::new(StatusCode::BAD_REQUEST, body)
}

/// The secret of `Authorization: Basic`.
fn basic(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let bytes = STANDARD.decode(value.trim()).ok()?;
    let (_, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| secret.to_owned())
}
