//! The programs that act for a person.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

/// `/programs`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    let programs = doors.gate.delegations(&session.principal).await?;
    let waiting = waiting(&doors, &session).await;
    let (session, site) = (&session, &doors.site);
    let frame = Frame { site, session, here: Here::Programs, title: "Programs", waiting };
    Ok(page::programs::page(&frame, &programs, doors.gate.administers(session)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct End {}

/// `/programs/{id}/end`
pub(crate) async fn end(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    form: ProtectedForm<End>,
) -> Result<Response, WebError> {
    let End {} = form.verified(&session)?;
    doors.gate.end_delegation(&session.principal, &id).await?;
    Ok(Redirect::to("/programs").into_response())
}
