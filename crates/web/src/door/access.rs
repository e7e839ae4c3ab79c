//! Signing in with the org, and out.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway::GateError;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use crate::cookie::Cookie;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::session::{SignedIn, own_path};

#[derive(Debug, Deserialize)]
pub(crate) struct Start {
    return_to: Option<String>,
    login_hint: Option<String>,
}

/// `/oauth/start`: to the org's own login page.
pub(crate) async fn start(
    State(doors): State<Doors>,
    Query(start): Query<Start>,
) -> Result<Response, WebError> {
    let return_to = own_path(start.return_to.as_deref().unwrap_or("/"));
    let mut address = doors.gate.begin_sign_in(return_to).await?;
    // The browser that comes back has to be the one that began: else somebody could sign it in
    // as themselves and read what it is told.
    let state = state_of(&address).unwrap_or_default();
    let cookie = Cookie::SignIn.set(&state, &doors.site).ok_or_else(no_cookie)?;
    let known = |hint: &String| doors.site.demo_users.iter().any(|user| user.username == *hint);
    if let Some(hint) = start.login_hint.filter(known) {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("login_hint", &hint);
        address.push('&');
        address.push_str(&query.finish());
    }
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&address)).into_response())
}

fn state_of(address: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "state").map(|(_, value)| value.into_owned())
}

fn no_cookie() -> WebError {
    GateError::Internal("a value of the gate's own does not fit into a cookie".to_owned()).into()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Callback {
    state: Option<String>,
    code: Option<String>,
}

/// `/oauth/callback`: from the org's login page.
pub(crate) async fn callback(
    State(doors): State<Doors>,
    Query(callback): Query<Callback>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let state = callback.state.ok_or(WebError::SignInRefused)?;
    if Cookie::SignIn.read(&headers, &doors.site).as_deref() != Some(state.as_str()) {
        return Err(GateError::StrayCallback.into());
    }
    let code = callback.code.ok_or(WebError::SignInRefused)?;
    let (signed_in, return_to) = doors.gate.finish_sign_in(&state, &code).await?;
    let cookie = Cookie::Session.set(&signed_in.cookie, &doors.site).ok_or_else(no_cookie)?;
    let mut response = Redirect::to(own_path(&return_to)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    if let Some(gone) = Cookie::SignIn.remove(&doors.site) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

#[derive(Debug, Deserialize)]
pub(crate) struct SignOut {}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    form: ProtectedForm<SignOut>,
) -> Result<Response, WebError> {
    let SignOut {} = form.verified(&session)?;
    if let Some(cookie) = Cookie::Session.read(&headers, &doors.site) {
        doors.gate.sign_out(&cookie).await?;
    }
    let mut response = Redirect::to("/").into_response();
    if let Some(gone) = Cookie::Session.remove(&doors.site) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

/// `/readyz`: whether requests can be taken.
pub(crate) async fn ready(State(doors): State<Doors>) -> Response {
    match doors.gate.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", error.code()))
            .into_response(),
    }
}
