//! A question comes in: admitted, then answered by a task of its own.

use std::sync::{Arc, PoisonError};

use boundary::{PersonId, PolicyVersion, Principal};
use keys::{OsRandom, random_id};
use tokio::sync::{Semaphore, mpsc};

use super::{Gate, Inner};
use crate::ask::{Answering, Ask, ConversationRef, Event, Input};
use crate::conversations::internal;
use crate::error::GateError;
use crate::flow::{PATIENCE, Request};

/// Events that may wait for a slow reader before the work pauses.
const EVENTS_AHEAD: usize = 64;
/// Characters of one question.
const LONGEST_SAY: usize = 32_768;

impl Gate {
    /// Answers a question. Everything that can be refused before work begins is refused here;
    /// the rest arrives as events.
    pub async fn ask(&self, who: &Principal, ask: Ask) -> Result<Answering, GateError> {
        let inner = Arc::clone(&self.0);
        check(&ask)?;
        if let Some(model) = ask.model.as_deref()
            && !self.models().iter().any(|known| known == model)
        {
            return Err(GateError::NotFound { what: "model", id: model.to_owned() });
        }
        inner.knowledge.ready().await?;
        let own =
            inner.own_permits(who.person()).try_acquire_owned().map_err(|_| GateError::Busy)?;
        let permit = Arc::clone(&inner.permits).try_acquire_owned().map_err(|_| GateError::Busy)?;
        let act = inner.act(who)?;
        let conversation = match &ask.conversation {
            ConversationRef::New => random_id(&mut OsRandom).map_err(internal)?,
            ConversationRef::Existing(id) => id.clone(),
            // A client's name for a conversation must not reach one that the page made, nor another
            // person's of the same name.
            ConversationRef::Named(name) => {
                format!("named-{}", PolicyVersion::of(&format!("{}/{name}", who.person().as_str())))
            }
        };
        let (events, receiver) = mpsc::channel(EVENTS_AHEAD);
        let trace = act.trace.clone();
        let request = Request { who: who.clone(), ask, act, conversation, events: events.clone() };
        tokio::spawn(async move {
            let _permits = (own, permit);
            if let Err(error) = request.answer(&inner).await {
                tracing::info!(code = error.code(), "a request failed");
                // The reader may be gone; then nobody needs to know.
                let _ = events.send_timeout(Event::Failed(error), PATIENCE).await;
            }
        });
        Ok(Answering { trace, events: receiver })
    }
}

impl Inner {
    /// The person's own share of the places: nobody takes them all.
    pub(crate) fn own_permits(&self, person: &PersonId) -> Arc<Semaphore> {
        let share = self.config.limits.concurrent.div_ceil(4);
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let own = at_work.entry(person.clone()).or_insert_with(|| Arc::new(Semaphore::new(share)));
        Arc::clone(own)
    }
}

fn check(ask: &Ask) -> Result<(), GateError> {
    match &ask.input {
        Input::Say(text) if text.trim().is_empty() => {
            Err(GateError::invalid("the question is empty", Some("message")))
        }
        Input::Say(text) if text.chars().count() > LONGEST_SAY => {
            let problem = format!("the question has more than {LONGEST_SAY} characters");
            Err(GateError::invalid(problem, Some("message")))
        }
        Input::Replay { messages, .. } if messages.is_empty() => {
            Err(GateError::invalid("there is no message", Some("messages")))
        }
        _ => Ok(()),
    }
}
