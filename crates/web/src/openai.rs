//! The OpenAI-compatible API: `POST /v1/chat/completions`, `GET /v1/models`.
//!
//! Takes what OpenAI's clients send and answers in OpenAI's shapes, errors too. Two additions:
//! the header `x-portcullis-conversation` (or the member `metadata.conversation_id`) names the
//! conversation, so that tokens stay the same from one request to the next, and the last object
//! of an answer carries a member `portcullis` that says where the prompt went, what was withheld
//! and which writes wait for a person.

pub(crate) mod error;
mod reply;
mod request;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, extract::Request};
use boundary::Principal;
use gateway::{Event, GateError};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::json;

use crate::body::{media_type, whole};
use crate::doors::Doors;
use crate::error::WebError;
use crate::sse;
use error::ApiError;
use reply::{Gathered, Head, Streaming};
use request::Completion;

const CONVERSATION: HeaderName = HeaderName::from_static("x-portcullis-conversation");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Paths below `/v1`.
pub(crate) fn router() -> Router<Doors> {
    Router::new()
        .route("/chat/completions", post(complete))
        .route("/explain", post(crate::door::explain::api))
        .route("/ledger", get(crate::door::ledger::api))
        .route("/models", get(models))
        .route("/models/{model}", get(model))
        .fallback(|| async { ApiError(WebError::NoSuchPage) })
        .method_not_allowed_fallback(|| async { ApiError(WebError::Method) })
}

async fn complete(State(doors): State<Doors>, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let who = admit(&doors, &parts.headers).await?;
    if media_type(&parts.headers) != "application/json" {
        return Err(WebError::MediaType("application/json").into());
    }
    let body = whole(body).await?;
    let named = parts.headers.get(CONVERSATION).map(|value| value.to_str().unwrap_or_default());
    let completion = request::parse(&body, named, doors.gate.unknown_members())?;
    known_model(&doors, &completion.model)?;
    answer(&doors, &who, completion).await
}

async fn answer(
    doors: &Doors,
    who: &Principal,
    completion: Completion,
) -> Result<Response, ApiError> {
    let Completion { model, ask, streams, usage, ignored } = completion;
    let answering = doors.gate.ask(who, ask).await?;
    let created = (doors.site.now)().0 / 1000;
    let base_url = doors.site.base_url.clone();
    let head = Head { trace: answering.trace, model, created, base_url, ignored };
    let request_id = HeaderValue::from_str(&head.trace).ok();
    let mut events = answering.events;
    let mut response = if streams {
        let before = begun(&mut events).await?;
        sse::response(before, events, Streaming::new(head, usage))
    } else {
        let mut gathered = Gathered::default();
        while let Some(event) = events.recv().await {
            gathered.take(event)?;
        }
        Json(gathered.whole(&head)?).into_response()
    };
    if let Some(request_id) = request_id {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    Ok(response)
}

/// Waits for the first event that a client can see, so that a failure before it still has a
/// status of its own.
async fn begun(events: &mut tokio::sync::mpsc::Receiver<Event>) -> Result<Vec<Event>, ApiError> {
    let mut before = Vec::new();
    loop {
        match events.recv().await {
            Some(Event::Failed(error)) => return Err(error.into()),
            Some(event @ (Event::Heard { .. } | Event::Sent { .. } | Event::Step(_))) => {
                before.push(event);
            }
            Some(event) => {
                before.push(event);
                return Ok(before);
            }
            None => return Err(reply::broke_off().into()),
        }
    }
}

async fn models(State(doors): State<Doors>, headers: HeaderMap) -> Result<Response, ApiError> {
    admit(&doors, &headers).await?;
    let data: Vec<_> = doors.gate.models().iter().map(|name| described(name)).collect();
    Ok(Json(json!({ "object": "list", "data": data })).into_response())
}

async fn model(
    State(doors): State<Doors>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    admit(&doors, &headers).await?;
    known_model(&doors, &name)?;
    Ok(Json(described(&name)).into_response())
}

/// OpenAI's clients want to know when a model was made. Ours are names of a configuration.
fn described(name: &str) -> serde_json::Value {
    json!({ "id": name, "object": "model", "created": 0, "owned_by": "portcullis" })
}

fn known_model(doors: &Doors, name: &str) -> Result<(), ApiError> {
    if doors.gate.models().iter().any(|known| known == name) {
        return Ok(());
    }
    Err(GateError::NotFound { what: "model", id: name.to_owned() }.into())
}

pub(crate) async fn admit(doors: &Doors, headers: &HeaderMap) -> Result<Principal, ApiError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, key) = header.and_then(|header| header.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") || key.trim().is_empty() {
        return Err(GateError::BadKey.into());
    }
    Ok(doors.gate.by_key(key.trim()).await?)
}
