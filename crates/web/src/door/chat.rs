//! The first page and conversations.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use gateway::Session;
use http::HeaderMap;
use serde::Deserialize;

use crate::cookie;
use crate::doors::Doors;
use crate::error::WebError;
use crate::page::chat::Chat;
use crate::page::exchange::{Exchange, exchanges};
use crate::page::frame::{Frame, Here};
use crate::page::{self, landing};
use crate::session::{SignedIn, Visitor, own_path};

#[derive(Debug, Deserialize)]
pub(crate) struct Arrival {
    return_to: Option<String>,
}

/// `/`
pub(crate) async fn first(
    State(doors): State<Doors>,
    Visitor(session): Visitor,
    Query(arrival): Query<Arrival>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let Some(session) = session else {
        return Ok(landing::page(
            &doors.site,
            own_path(arrival.return_to.as_deref().unwrap_or("/")),
        ));
    };
    page(&doors, &session, None, &[], saw(&headers)).await
}

/// `/c/{conversation}`
pub(crate) async fn conversation(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let turns = doors.gate.conversation(&session.principal, &id).await?;
    let exchanges = with_cards(&doors, &session, exchanges(turns)).await;
    page(&doors, &session, Some(&id), &exchanges, saw(&headers)).await
}

/// Exchanges of a kept conversation with the cards of what was proposed in them.
pub(crate) async fn with_cards(
    doors: &Doors,
    session: &Session,
    mut exchanges: Vec<Exchange>,
) -> Vec<Exchange> {
    for exchange in &mut exchanges {
        for id in exchange.proposed() {
            // One that was forgotten, or that cannot be read now, is not shown.
            if let Ok(view) = doors.gate.proposal(&session.principal, &id).await {
                exchange.proposals.push(view);
            }
        }
    }
    exchanges
}

/// A conversation with these exchanges.
pub(crate) async fn page(
    doors: &Doors,
    session: &Session,
    open: Option<&str>,
    exchanges: &[Exchange],
    saw: bool,
) -> Result<Response, WebError> {
    let conversations = doors.gate.conversations(&session.principal).await?;
    let title = conversations.iter().find(|it| Some(it.id.as_str()) == open);
    let frame = Frame {
        site: &doors.site,
        session,
        here: Here::Chat,
        title: title.map_or("Ask", |it| it.title.as_str()),
        waiting: waiting(doors, session).await,
    };
    let models = doors.gate.models();
    Ok(page::chat::page(&Chat {
        frame,
        conversations: &conversations,
        open,
        exchanges,
        models: &models,
        saw,
        corrects: doors.gate.administers(session),
    }))
}

/// How many proposals wait for a person. A page is not kept back because they cannot be counted.
pub(crate) async fn waiting(doors: &Doors, session: &Session) -> usize {
    doors.gate.waiting(&session.principal).await.unwrap_or_default()
}

fn saw(headers: &HeaderMap) -> bool {
    cookie::value(headers, cookie::SAW) == Some("1")
}
