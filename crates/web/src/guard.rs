//! Before any door: the host name, the origin, the headers of every answer, and no panic out.

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use gateway::McpConfig;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::error::WebError;
use crate::site::Site;

/// No inline script, no inline style, nothing from elsewhere, and one place that may make HTML
/// out of a string (`assets/dom.js`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    require-trusted-types-for 'script'; trusted-types portcullis";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Other sites learn nothing. `no-referrer` would also turn the `Origin` of our own forms
    // into `null`, and the check below with it.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// The guard of the pages.
pub(crate) fn pages<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    site: Arc<Site>,
) -> Router<S> {
    router
        .layer(from_fn_with_state(site, own_page))
        .layer(from_fn(catch_page))
        .layer(from_fn(page_headers))
}

/// How an API says what went wrong.
pub(crate) type Says = fn(&WebError) -> Response;

/// The guard of an API.
pub(crate) fn api<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    site: Arc<Site>,
    says: Says,
) -> Router<S> {
    router
        .layer(from_fn_with_state((site, says), own_api))
        .layer(from_fn_with_state(says, catch_api))
        .layer(from_fn(api_headers))
}

async fn own_page(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match admit(&site, &request, reads_only(request.method())) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn own_api(
    State((site, says)): State<(Arc<Site>, Says)>,
    request: Request,
    next: Next,
) -> Response {
    // Programs send no origin. A browser that sends another one runs somebody else's page.
    match admit(&site, &request, false) {
        Ok(()) => next.run(request).await,
        Err(error) => says(&error),
    }
}

/// The guard of the door of tools. Programs send no origin; a browser sends one, and of others than our
/// own only those of the configuration may come in.
pub(crate) fn admit_tools(
    site: &Site,
    config: &McpConfig,
    parts: &http::request::Parts,
) -> Result<(), WebError> {
    let host = own_host(site, &parts.uri, &parts.headers)?;
    let origin = text(&parts.headers, &header::ORIGIN);
    let named = origin.is_some_and(|origin| config.origins.contains(origin));
    if named || is_own_origin(&parts.headers, host) { Ok(()) } else { Err(WebError::ForeignOrigin) }
}

/// The guard of documents and tokens, which pages of any origin may fetch: nothing there rests on what a
/// browser adds by itself.
pub(crate) fn open<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    site: Arc<Site>,
) -> Router<S> {
    router
        .layer(from_fn_with_state(site, own_host_only))
        .layer(from_fn_with_state(SAYS, catch_api))
        .layer(from_fn(open_headers))
}

/// Documents say what is wrong as the API does.
const SAYS: Says = crate::openai::error::response;

/// What is around the door of tools, which looks at hosts and origins itself.
pub(crate) fn tools<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(from_fn_with_state(SAYS, catch_api)).layer(from_fn(api_headers))
}

async fn own_host_only(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match own_host(&site, request.uri(), request.headers()) {
        Ok(_) => next.run(request).await,
        Err(error) => crate::openai::error::response(&error),
    }
}

async fn open_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn reads_only(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn admit(site: &Site, request: &Request, any_origin: bool) -> Result<(), WebError> {
    let host = own_host(site, request.uri(), request.headers())?;
    if any_origin || is_own_origin(request.headers(), host) {
        Ok(())
    } else {
        Err(WebError::ForeignOrigin)
    }
}

/// The host of a request, when it is ours.
fn own_host<'a>(
    site: &Site,
    uri: &'a http::Uri,
    headers: &'a HeaderMap,
) -> Result<&'a str, WebError> {
    let target = uri.authority().map(http::uri::Authority::as_str);
    let host = target.or_else(|| text(headers, &header::HOST)).ok_or(WebError::ForeignHost)?;
    if is_own_host(host, site) { Ok(host) } else { Err(WebError::ForeignHost) }
}

/// Ours, or this machine's own names: a page elsewhere cannot make those point anywhere else.
fn is_own_host(host: &str, site: &Site) -> bool {
    if host.eq_ignore_ascii_case(site.authority()) {
        return true;
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Browsers say where a request that changes something comes from.
fn is_own_origin(headers: &HeaderMap, host: &str) -> bool {
    let fetched_by_us =
        matches!(text(headers, &SEC_FETCH_SITE), None | Some("same-origin" | "none"));
    match text(headers, &header::ORIGIN) {
        None => !headers.contains_key(header::ORIGIN) && fetched_by_us,
        Some(origin) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host)) && fetched_by_us
        }
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A form of this page ends, after our own redirect, at this origin (`https://a.example`) or scheme
/// (`app:`). Browsers hold redirects of forms against the policy too.
#[derive(Clone, Debug)]
pub(crate) struct FormLeadsTo(pub(crate) String);

async fn page_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let leads_to = response.extensions().get::<FormLeadsTo>().cloned();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(FormLeadsTo(origin)) = leads_to {
        let policy =
            POLICY.replacen("form-action 'self'", &format!("form-action 'self' {origin}"), 1);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn api_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn catch_page(request: Request, next: Next) -> Response {
    caught(request, next).await.unwrap_or_else(WebError::into_response)
}

async fn catch_api(State(says): State<Says>, request: Request, next: Next) -> Response {
    caught(request, next).await.unwrap_or_else(|error| says(&error))
}

/// A panic is a mistake of ours. One request ends of it, and says nothing of where.
async fn caught(request: Request, next: Next) -> Result<Response, WebError> {
    let path = request.uri().path().to_owned();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.map_err(|_| {
        tracing::error!(path, "a handler panicked");
        WebError::Panicked
    })
}
