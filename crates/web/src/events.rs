//! `POST /ask`: a question from the page, answered as server-sent events or as a whole page.
//!
//! Takes a form or a JSON object: `csrf`, `question`, and, where wanted, `conversation` (an id)
//! and `model`. With `Accept: text/event-stream` the answer is a stream of named events, each
//! with one JSON object:
//!
//! | event | members |
//! |---|---|
//! | `heard` | `conversation`, `html`: the question as the person and as a model reads it |
//! | `sent` | `html`: where the prompt went |
//! | `step` | `html`: a tool that ran |
//! | `text` | `masked`, `pieces`: more of the answer; a piece is `[text]` or `[value, note]` |
//! | `proposed` | `html`: the card of a write that waits |
//! | `done`, `failed` | `html`: the whole answer; `waiting`: proposals that wait. The last event |
//!
//! `html` is made here and nowhere else, with everything in it escaped. A browser without the
//! script gets a page when the answer is complete.

mod gather;

use axum::extract::State;
use axum::response::Response;
use boundary::Sampling;
use gateway::{Answering, Ask, ConversationRef, Event, Input};
use http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::json;

use crate::door::chat;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page::exchange::{self, Exchange};
use crate::session::SignedIn;
use crate::sse::{self, Next, Teller};
use gather::Gathering;

#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    #[serde(rename = "question")]
    text: String,
    conversation: Option<String>,
    model: Option<String>,
}

/// Answers a question from the page.
pub(crate) async fn ask(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    form: ProtectedForm<Question>,
) -> Result<Response, WebError> {
    let question = form.verified(&session)?;
    let wants = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let streams = wants.is_some_and(|wants| wants.contains("text/event-stream"));
    let before = match &question.conversation {
        Some(id) if !streams => {
            let turns = doors.gate.conversation(&session.principal, id).await?;
            chat::with_cards(&doors, &session, exchange::exchanges(turns)).await
        }
        _ => Vec::new(),
    };
    let answering = doors.gate.ask(&session.principal, question.ask()).await;
    let gathering = Gathering::new(doors.clone(), session);
    match answering {
        Ok(Answering { events, .. }) if streams => Ok(sse::response(Vec::new(), events, gathering)),
        Err(error) if streams => {
            let (_, never) = tokio::sync::mpsc::channel(1);
            Ok(sse::response(vec![Event::Failed(error)], never, gathering))
        }
        Ok(Answering { events, .. }) => whole_page(gathering, events, before).await,
        Err(error) => Err(error.into()),
    }
}

impl Question {
    fn ask(self) -> Ask {
        Ask {
            conversation: self.conversation.map_or(ConversationRef::New, ConversationRef::Existing),
            input: Input::Say(self.text),
            model: self.model.filter(|name| !name.is_empty()),
            sampling: Sampling::default(),
        }
    }
}

async fn whole_page(
    mut gathering: Gathering,
    mut events: tokio::sync::mpsc::Receiver<Event>,
    mut before: Vec<Exchange>,
) -> Result<Response, WebError> {
    while let Some(event) = events.recv().await {
        gathering.take(event).await;
    }
    let Gathering { doors, session, exchange, conversation } = gathering.ended();
    before.push(exchange);
    chat::page(&doors, &session, conversation.as_deref(), &before, false).await
}

impl Teller<Event> for Gathering {
    async fn tell(&mut self, event: Option<Event>) -> Next {
        let Some(event) = event else {
            self.end();
            return self.last("failed").await;
        };
        let masked_before = self.exchange.answer_masked.len();
        let pieces_before = self.exchange.answer.len();
        let name = name(&event);
        self.take(event).await;
        let it = &self.exchange;
        let data = match name {
            "heard" => json!({
                "conversation": self.conversation,
                "html": exchange::asked(&it.question, &it.question_masked).into_string(),
            }),
            "sent" => {
                json!({ "html": it.sent.as_ref().map(|sent| exchange::sent(sent).into_string()) })
            }
            "step" => {
                json!({ "html": it.steps.last().map(|step| exchange::step(step).into_string()) })
            }
            "text" => json!({
                "masked": it.answer_masked.get(masked_before..),
                "pieces": gather::pieces(it.answer.get(pieces_before..).unwrap_or_default()),
            }),
            "proposed" => json!({ "html": self.last_card() }),
            "done" | "failed" => return self.last(name).await,
            _ => return Next::More(String::new()),
        };
        Next::More(sse::frame(Some(name), &data.to_string()))
    }
}

impl Gathering {
    async fn last(&self, name: &str) -> Next {
        let html =
            exchange::answered(&self.exchange, &self.session, &self.doors.site).into_string();
        let waiting = chat::waiting(&self.doors, &self.session).await;
        Next::Last(sse::frame(Some(name), &json!({ "html": html, "waiting": waiting }).to_string()))
    }
}

const fn name(event: &Event) -> &'static str {
    match event {
        Event::Heard { .. } => "heard",
        Event::Sent { .. } => "sent",
        Event::Step(_) => "step",
        Event::Text { .. } => "text",
        Event::Proposed { .. } => "proposed",
        Event::ClientCalls(_) => "calls",
        Event::Done(_) => "done",
        Event::Failed(_) => "failed",
    }
}
