//! Deciding about writes.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use gateway::{GateError, ProposalView, Session, Standing};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page::approvals;
use crate::page::frame::{Frame, Here};
use crate::page::problem::sentence;
use crate::session::SignedIn;

/// The script asks for the card alone, and learns from the answer how many still wait.
const FRAGMENT: HeaderName = HeaderName::from_static("x-fragment");
const WAITING: HeaderName = HeaderName::from_static("x-waiting");

/// `/approvals`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    let views = doors.gate.proposals(&session.principal).await?;
    let waiting = views.iter().filter(|view| view.standing == Standing::Waiting).count();
    Ok(approvals::page(&frame(&doors, &session, waiting), &views))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Decided {
    entry: Option<String>,
}

/// `/approvals/{proposal}`
pub(crate) async fn one(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    Query(decided): Query<Decided>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let view = doors.gate.proposal(&session.principal, &id).await?;
    let entry = decided.entry.and_then(|entry| entry.parse().ok());
    Ok(show(&doors, &session, &view, None, entry, &headers).await)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Approval {
    digest: String,
}

/// `/approvals/{proposal}/approve`
pub(crate) async fn approve(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Approval>,
) -> Result<Response, WebError> {
    let approval = form.verified(&session)?;
    match doors.gate.approve(&session.principal, &id, &approval.digest).await {
        Ok(executed) => {
            let mut view = doors.gate.proposal(&session.principal, &id).await?;
            // Only the outcome knows the id of a new record, and why Salesforce refused.
            let record = executed.record.filter(|_| executed.standing == Standing::Done);
            view.link = record.map(|id| record_address(&doors, &id));
            view.problem = executed.problem;
            Ok(show(&doors, &session, &view, None, Some(executed.entry), &headers).await)
        }
        Err(error) => refused(&doors, &session, &id, error, &headers).await,
    }
}

fn record_address(doors: &Doors, id: &str) -> String {
    format!("{}/{id}", doors.gate.config().org.instance.trim_end_matches('/'))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit {
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// `/approvals/{proposal}/edit`
pub(crate) async fn edit(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Edit>,
) -> Result<Response, WebError> {
    let edit = form.verified(&session)?;
    let view = doors.gate.proposal(&session.principal, &id).await?;
    let edits = edit.changed(&view);
    if edits.is_empty() {
        let trouble = "You changed no value.";
        return Ok(show(&doors, &session, &view, Some(trouble), None, &headers).await);
    }
    match doors.gate.edit(&session.principal, &id, edits).await {
        Ok(replacement) => {
            Ok(Redirect::to(&format!("/approvals/{}", replacement.id)).into_response())
        }
        Err(error) => refused(&doors, &session, &id, error, &headers).await,
    }
}

impl Edit {
    /// The values that differ from what the card showed, by API name.
    fn changed(mut self, view: &ProposalView) -> Vec<(String, String)> {
        let edits = view.shown.changes.iter().filter_map(|change| {
            let value = self.fields.remove(&format!("field.{}", change.field))?;
            (value != change.new.text().replace("\r\n", "\n"))
                .then(|| (change.field.clone(), value))
        });
        edits.collect()
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Rejection {}

/// `/approvals/{proposal}/reject`
pub(crate) async fn reject(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Rejection>,
) -> Result<Response, WebError> {
    let Rejection {} = form.verified(&session)?;
    match doors.gate.reject(&session.principal, &id).await {
        Ok(()) => Ok(Redirect::to(&format!("/approvals/{id}")).into_response()),
        Err(error) => refused(&doors, &session, &id, error, &headers).await,
    }
}

/// The card as it is now, with why nothing came of the decision.
async fn refused(
    doors: &Doors,
    session: &Session,
    id: &str,
    error: GateError,
    headers: &HeaderMap,
) -> Result<Response, WebError> {
    let error = WebError::from(error);
    if error.wants_sign_in() || matches!(error, WebError::Gate(GateError::NotFound { .. })) {
        return Err(error);
    }
    error.log();
    let view = doors.gate.proposal(&session.principal, id).await?;
    let trouble = sentence(&error.message());
    let mut response = show(doors, session, &view, Some(&trouble), None, headers).await;
    *response.status_mut() = match error.status() {
        status if status.is_server_error() => status,
        _ => StatusCode::CONFLICT,
    };
    Ok(response)
}

async fn show(
    doors: &Doors,
    session: &Session,
    view: &ProposalView,
    trouble: Option<&str>,
    entry: Option<u64>,
    headers: &HeaderMap,
) -> Response {
    let waiting = waiting(doors, session).await;
    let frame = frame(doors, session, waiting);
    if headers.contains_key(FRAGMENT) {
        let card = approvals::decided(&frame, view, trouble, entry);
        let count = HeaderValue::from(waiting);
        return ([(WAITING, count)], Html(card.into_string())).into_response();
    }
    approvals::one(&frame, view, trouble, entry)
}

fn frame<'a>(doors: &'a Doors, session: &'a Session, waiting: usize) -> Frame<'a> {
    Frame { site: &doors.site, session, here: Here::Approvals, title: "Approvals", waiting }
}
