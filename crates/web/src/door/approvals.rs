//! Deciding about writes.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use gateway::{Following, GateError, ProposalView, Session, Standing};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page::approvals::{self, Choice};
use crate::page::frame::{Frame, Here};
use crate::page::problem::sentence;
use crate::session::SignedIn;
use crate::sse::{self, Next, Teller};

/// The script asks for the card alone, and learns from the answer how many still wait.
const FRAGMENT: HeaderName = HeaderName::from_static("x-fragment");
const WAITING: HeaderName = HeaderName::from_static("x-waiting");

/// `/approvals`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let views = doors.gate.proposals(&session.principal).await?;
    let waiting = views.iter().filter(|view| view.standing == Standing::Waiting).count();
    let frame = frame(&doors, &session, waiting);
    if headers.contains_key(FRAGMENT) {
        let queue = approvals::queue(&frame, &views, &choice);
        return Ok(
            ([(WAITING, HeaderValue::from(waiting))], Html(queue.into_string())).into_response()
        );
    }
    Ok(approvals::page(&frame, &views, &choice))
}

/// `/approvals/events`: a `queue` event with the number that waits, now and at every change.
///
/// A person follows with eight pages at once; a ninth gets 429, and shows what stands when it is loaded.
pub(crate) async fn events(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    let (tell, told) = tokio::sync::mpsc::channel(1);
    let following = doors.gate.follow_queue(&session.principal)?;
    let mut news = following.news.clone();
    news.mark_changed();
    tokio::spawn(async move {
        // The browser comes back by itself, and its session is looked at again.
        let end = tokio::time::sleep(FOLLOWED);
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => return,
                () = tell.closed() => return,
                changed = news.changed() => {
                    if changed.is_err() || tell.send(()).await.is_err() { return }
                }
            }
        }
    });
    Ok(sse::response(Vec::new(), told, Follower { doors, session, _following: following }))
}

/// How long one stream of news goes on.
const FOLLOWED: std::time::Duration = std::time::Duration::from_mins(10);

struct Follower {
    doors: Doors,
    session: Session,
    /// Counts as one of the person's until the stream is over.
    _following: Following,
}

impl Teller<()> for Follower {
    async fn tell(&mut self, event: Option<()>) -> Next {
        if event.is_none() {
            return Next::Last(String::new());
        }
        let waiting = waiting(&self.doors, &self.session).await;
        let data = serde_json::json!({ "waiting": waiting }).to_string();
        Next::More(sse::frame(Some("queue"), &data))
    }
}

/// `/approvals/batch/{batch}`
pub(crate) async fn batch(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(batch): Path<String>,
) -> Result<Response, WebError> {
    batch_page(&doors, &session, &batch, &[]).await
}

async fn batch_page(
    doors: &Doors,
    session: &Session,
    batch: &str,
    results: &[approvals::Result<'_>],
) -> Result<Response, WebError> {
    let all = doors.gate.proposals(&session.principal).await?;
    let mut views = Vec::new();
    for view in all.iter().filter(|view| view.batch.as_deref() == Some(batch)) {
        views.push(doors.gate.proposal(&session.principal, &view.id).await?);
    }
    if views.is_empty() {
        return Err(WebError::NoSuchPage);
    }
    views.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    let waiting = all.iter().filter(|view| view.standing == Standing::Waiting).count();
    Ok(approvals::batch(&frame(doors, session, waiting), batch, &views, results))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    decision: String,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// `/approvals/batch/{batch}`: decides about those that were chosen, each by its own digest.
pub(crate) async fn decide_batch(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(batch): Path<String>,
    form: ProtectedForm<Decision>,
) -> Result<Response, WebError> {
    let Decision { decision, fields } = form.verified(&session)?;
    let chosen: Vec<(String, String)> = fields
        .into_iter()
        .filter_map(|(name, digest)| Some((name.strip_prefix("chosen.")?.to_owned(), digest)))
        .collect();
    let gate = &doors.gate;
    let mut results = Vec::new();
    match decision.as_str() {
        "approve" => {
            for (id, result) in gate.approve_each(&session.principal, chosen).await {
                results.push((id, result.map(|executed| executed.standing)));
            }
        }
        "reject" => {
            for (id, _) in chosen {
                let result = gate.reject(&session.principal, &id, None).await;
                results.push((id, result.map(|()| Standing::Rejected)));
            }
        }
        _ => return Err(WebError::Malformed("`decision` is `approve` or `reject`".to_owned())),
    }
    let results: Vec<approvals::Result<'_>> = results
        .iter()
        .map(|(id, result)| {
            (id.as_str(), result.as_ref().copied().map_err(|it| sentence(&it.to_string())))
        })
        .collect();
    batch_page(&doors, &session, &batch, &results).await
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
pub(crate) struct Rejection {
    reason: Option<String>,
}

/// `/approvals/{proposal}/reject`
pub(crate) async fn reject(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Rejection>,
) -> Result<Response, WebError> {
    let Rejection { reason } = form.verified(&session)?;
    match doors.gate.reject(&session.principal, &id, reason.as_deref()).await {
        Ok(()) => Ok(Redirect::to(&format!("/approvals/{id}")).into_response()),
        Err(error) => refused(&doors, &session, &id, error, &headers).await,
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// `/approvals/{proposal}/undo`: proposes to take a write back.
pub(crate) async fn undo(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let Nothing {} = form.verified(&session)?;
    match doors.gate.undo(&session.principal, &id).await {
        Ok(view) => Ok(Redirect::to(&format!("/approvals/{}", view.id)).into_response()),
        Err(error) => refused(&doors, &session, &id, error, &headers).await,
    }
}

/// `/approvals/{proposal}/find-out`: looks in the record for a write whose end nobody knows.
pub(crate) async fn find_out(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let Nothing {} = form.verified(&session)?;
    match doors.gate.find_out(&session.principal, &id).await {
        Ok(_) => Ok(Redirect::to(&format!("/approvals/{id}")).into_response()),
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
