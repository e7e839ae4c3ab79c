//! Administrators correct what the detectors missed, and what they took for a value.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use boundary::Kind;
use gateway::{GateError, Session};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

/// `/corrections`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    show(&doors, &session, "").await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    text: String,
}

/// `POST /corrections/message`: the page, with a message to correct something in. It is posted, since an address
/// is written down in more places than a form.
pub(crate) async fn message(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Message>,
) -> Result<Response, WebError> {
    let message = form.verified(&session)?;
    show(&doors, &session, &message.text).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    /// A kind, or nothing for a false alarm.
    kind: String,
    words: String,
    example: String,
}

/// `POST /corrections`
pub(crate) async fn correct(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Wish>,
) -> Result<Response, WebError> {
    let wish = form.verified(&session)?;
    let kind = match wish.kind.as_str() {
        "" => None,
        name => Some(
            Kind::parse(name).ok_or_else(|| GateError::invalid("no such kind", Some("kind")))?,
        ),
    };
    doors.gate.correct(&session, kind, &wish.words, &wish.example).await?;
    Ok(Redirect::to("/corrections").into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Removal {}

/// `/corrections/{id}/remove`
pub(crate) async fn remove(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    form: ProtectedForm<Removal>,
) -> Result<Response, WebError> {
    let Removal {} = form.verified(&session)?;
    doors.gate.uncorrect(&session, &id).await?;
    Ok(Redirect::to("/corrections").into_response())
}

async fn show(doors: &Doors, session: &Session, message: &str) -> Result<Response, WebError> {
    let corrections = doors.gate.corrections(session).await?;
    let waiting = waiting(doors, session).await;
    let (site, here) = (&doors.site, Here::Chat);
    let frame = Frame { site, session, here, title: "Corrections", waiting };
    Ok(page::corrections::page(&frame, &corrections, message))
}
