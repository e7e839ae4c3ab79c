//! Keys for programs.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway::{GateError, NewKey, Session};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

const LONGEST_LABEL: usize = 80;

/// `/keys`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    show(&doors, &session, None).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    label: String,
}

/// `POST /keys`: answered with the page itself, since the secret is shown this once.
pub(crate) async fn create(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Wish>,
) -> Result<Response, WebError> {
    let wish = form.verified(&session)?;
    let label = wish.label.trim();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL {
        let problem = format!("say what the key is for, in at most {LONGEST_LABEL} characters");
        return Err(GateError::invalid(problem, Some("label")).into());
    }
    let made = doors.gate.create_key(&session.principal, label).await?;
    show(&doors, &session, Some(&made)).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Revocation {}

/// `/keys/{key}/revoke`
pub(crate) async fn revoke(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    form: ProtectedForm<Revocation>,
) -> Result<Response, WebError> {
    let Revocation {} = form.verified(&session)?;
    doors.gate.revoke_key(&session.principal, &id).await?;
    Ok(Redirect::to("/keys").into_response())
}

async fn show(
    doors: &Doors,
    session: &Session,
    made: Option<&NewKey>,
) -> Result<Response, WebError> {
    let keys = doors.gate.keys(&session.principal).await?;
    let waiting = waiting(doors, session).await;
    let frame = Frame { site: &doors.site, session, here: Here::Keys, title: "API keys", waiting };
    Ok(page::keys::page(&frame, &keys, made))
}
