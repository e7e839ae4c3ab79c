//! `/authorize`: a person is asked whether a program may act for them.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway::AuthorizationRequest;
use http::StatusCode;
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::guard::FormLeadsTo;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

/// `GET /authorize`
pub(crate) async fn ask(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Query(request): Query<AuthorizationRequest>,
) -> Result<Response, WebError> {
    let consent = match doors.gate.consider(&session.principal, &request).await {
        Ok(consent) => consent,
        Err(error) => {
            return Ok(match error.redirect {
                Some(address) => to_program(&address),
                // The address to go back to is not proven: only the person can be told.
                None => WebError::Malformed(error.problem).into_response(),
            });
        }
    };
    let waiting = waiting(&doors, &session).await;
    let title = "Let a program act for you";
    let frame =
        Frame { site: &doors.site, session: &session, here: Here::Programs, title, waiting };
    let mut response = page::consent::page(&frame, &consent);
    response.extensions_mut().insert(FormLeadsTo(consent.return_origin));
    Ok(response)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    ticket: String,
    answer: String,
}

/// `POST /authorize`
pub(crate) async fn answer(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Answer>,
) -> Result<Response, WebError> {
    let answer = form.verified(&session)?;
    let yes = answer.answer == "allow";
    let address = doors.gate.consent(&session.principal, &answer.ticket, yes).await?;
    Ok(to_program(&address))
}

/// 303, so that a browser does not post the form on (RFC 9700, section 4.12).
fn to_program(address: &str) -> Response {
    let mut response = Redirect::to(address).into_response();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response
}
