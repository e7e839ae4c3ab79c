//! Events of the gate, gathered into an exchange.

use boundary::Piece;
use gateway::{Event, Session};
use serde_json::{Value, json};

use crate::doors::Doors;
use crate::error::WebError;
use crate::page::exchange::{Exchange, Failure, Sent};
use crate::page::problem::sentence;
use crate::page::proposal;
use crate::text;

/// What has come so far of an answer.
#[derive(Debug)]
pub(crate) struct Gathering {
    pub(crate) doors: Doors,
    pub(crate) session: Session,
    pub(crate) exchange: Exchange,
    pub(crate) conversation: Option<String>,
}

impl Gathering {
    pub(crate) fn new(doors: Doors, session: Session) -> Self {
        Self { doors, session, exchange: Exchange::default(), conversation: None }
    }

    /// Adds an event.
    pub(crate) async fn take(&mut self, event: Event) {
        let it = &mut self.exchange;
        match event {
            Event::Heard { conversation, masked, shown } => {
                self.conversation = Some(conversation);
                it.question_masked = masked;
                it.question = shown.pieces().to_vec();
            }
            Event::Sent { endpoint, residency, level, entry } => {
                it.sent = Some(Sent { endpoint, residency, level, entry });
            }
            Event::Step(step) => it.steps.push(step),
            Event::Text { masked, shown } => {
                it.answer_masked.push_str(&masked);
                it.answer.extend_from_slice(shown.pieces());
            }
            Event::Proposed { proposal } => {
                match self.doors.gate.proposal(&self.session.principal, &proposal).await {
                    Ok(view) => it.proposals.push(view),
                    Err(error) => it.failure = Some(failure(&error.into())),
                }
            }
            // The page has no tools of its own.
            Event::ClientCalls(_) => {}
            Event::Done(summary) => it.summary = Some(summary),
            Event::Failed(error) => it.failure = Some(failure(&error.into())),
        }
    }

    /// The channel is closed. Without an end of either kind, the answer broke off.
    pub(crate) fn end(&mut self) {
        if self.exchange.summary.is_none() && self.exchange.failure.is_none() {
            let message = "The answer broke off; what came before it stands.".to_owned();
            self.exchange.failure = Some(Failure { message, sign_in: false });
        }
    }

    /// The same, for good.
    pub(crate) fn ended(mut self) -> Self {
        self.end();
        self
    }

    /// The card of the newest proposal.
    pub(crate) fn last_card(&self) -> Option<String> {
        let view = self.exchange.proposals.last()?;
        Some(proposal::card(view, &self.session, &self.doors.site).into_string())
    }
}

fn failure(error: &WebError) -> Failure {
    error.log();
    Failure { message: sentence(&error.message()), sign_in: error.wants_sign_in() }
}

/// Pieces for the script: `[text]`, or `[value, note]` for a value the model did not see.
pub(crate) fn pieces(pieces: &[Piece]) -> Value {
    let one = |piece: &Piece| match piece {
        Piece::Plain(plain) => json!([text::legible(plain)]),
        Piece::Restored { kind, layer, value, .. } => {
            json!([text::legible(value), text::note(*kind, *layer)])
        }
    };
    pieces.iter().map(one).collect()
}
