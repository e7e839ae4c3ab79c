//! Signing in: OAuth 2.0 as the platform offers it, with real pages for the person.

mod app;
mod authorize;
mod identity;
mod jwt;
mod pages;
mod password;
mod rehearse;
mod secret;
pub(crate) mod soap;
mod token;
mod vault;

pub use app::ExternalClientApp;
pub(crate) use jwt::own_subject;
pub use jwt::rsa_public_key;
pub(crate) use password::{hash, matches};
pub use rehearse::ComeBack;
pub(crate) use vault::{Session, Vault};

use http::Method;
use serde_json::json;

use crate::exchange::{Reply, Request};
use crate::org::Org;

/// A refusal in OAuth's own shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OauthError {
    code: &'static str,
    description: &'static str,
}

impl OauthError {
    pub(crate) fn new(code: &'static str, description: &'static str) -> Self {
        Self { code, description }
    }
}

impl From<OauthError> for Reply {
    fn from(error: OauthError) -> Self {
        Self::json(400, json!({ "error": error.code, "error_description": error.description }))
            .with("cache-control", "no-store")
    }
}

/// Answers the paths of this module; `None` for any other.
pub(crate) fn answer(org: &Org, request: &Request) -> Option<Reply> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let post = request.method == Method::POST;
    Some(match segments.as_slice() {
        [] => pages::welcome(),
        ["practice.css"] => pages::style_sheet(),
        ["login"] if post => authorize::login(org, request),
        ["logout"] if post => authorize::logout(org, request),
        ["services", "oauth2", "authorize"] => authorize::authorize(org, request),
        ["services", "oauth2", "approve"] if post => authorize::approve(org, request),
        ["services", "oauth2", "token"] if post => token::token(org, request),
        ["services", "oauth2", "revoke"] => token::revoke(org, request),
        ["services", "oauth2", "introspect"] if post => identity::introspect(org, request),
        ["services", "oauth2", "userinfo"] => identity::user_info(org, request),
        ["id", "keys"] => identity::keys(org),
        ["id", organization, user] => identity::identity(org, request, organization, user),
        [".well-known", "openid-configuration" | "oauth-authorization-server"] => {
            identity::discovery(request)
        }
        ["services", "Soap", "u" | "c", ..] if post => soap::answer(org, request),
        _ => return None,
    })
}
