//! Administrators look at the tools of servers behind the gate, and consent to them.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

/// `/servers`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    let servers = doors.gate.servers(&session).await?;
    let waiting = waiting(&doors, &session).await;
    let (session, site) = (&session, &doors.site);
    let frame = Frame { site, session, here: Here::Programs, title: "Servers", waiting };
    Ok(page::servers::page(&frame, &servers))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Verdict {
    server: String,
    tool: String,
    digest: String,
    decision: String,
}

/// `POST /servers`
pub(crate) async fn decide(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Verdict>,
) -> Result<Response, WebError> {
    let Verdict { server, tool, digest, decision } = form.verified(&session)?;
    if decision == "consent" {
        doors.gate.consent_to_tool(&session, &server, &tool, &digest).await?;
    } else {
        doors.gate.withdraw_tool(&session, &server, &tool).await?;
    }
    Ok(Redirect::to("/servers").into_response())
}
