//! The life of a proposal, step by step: what is kept of it, and who is told.

use std::sync::{Arc, Weak};
use std::time::Duration;

use boundary::{PersonId, Principal};
use keys::{OsRandom, random_id};
use store::{Proposal as Row, ProposalEvent};

use super::Inner;
use crate::approvals::Happened;
use crate::conversations::{internal, nonce};
use crate::error::GateError;

/// The setting that every step changes, where gates share a database: one row to look at.
const NEWS: &str = "queue news";
/// Between two looks at it.
const EVERY: Duration = Duration::from_secs(1);
/// Steps whose words are the id of the record that a creation made.
const MADE: [&str; 2] = ["done", "found"];

impl Inner {
    /// Adds to the history of a proposal, and tells those who watch the queue.
    pub(super) fn happened(
        &self,
        proposal: &str,
        what: &str,
        who: Option<&Principal>,
        entry: Option<u64>,
        words: Option<&str>,
    ) -> Result<(), GateError> {
        self.note_event(proposal, what, who.map(|who| who.person().clone()), entry, words)
    }

    pub(super) fn note_event(
        &self,
        proposal: &str,
        what: &str,
        person: Option<PersonId>,
        entry: Option<u64>,
        words: Option<&str>,
    ) -> Result<(), GateError> {
        let seal = |words| {
            self.proposals_key.seal_text(words, &words_of(proposal), nonce()?).map_err(internal)
        };
        let event = ProposalEvent {
            proposal: proposal.to_owned(),
            at: self.now(),
            what: what.to_owned(),
            person,
            entry,
            sealed: words.map(seal).transpose()?,
        };
        self.store.state().note_event(&event).map_err(internal)?;
        if self.config.store.postgres.is_some() {
            let mark = random_id(&mut OsRandom).map_err(internal)?;
            self.store.state().put_setting(NEWS, &mark).map_err(internal)?;
        }
        self.queue_news.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// Begins to look for steps that other gates on the same database note.
    pub(crate) fn hear_of_others(self: &Arc<Self>) {
        if self.config.store.postgres.is_some() {
            tokio::spawn(hear_of_others(Arc::downgrade(self)));
        }
    }

    /// What happened so far, oldest first, and the id of the record that a creation made.
    pub(super) fn history(&self, row: &Row) -> Result<(Vec<Happened>, Option<String>), GateError> {
        let events = self.store.state().events_of(&row.id).map_err(internal)?;
        let mut made = None;
        let mut history = Vec::with_capacity(events.len());
        for event in events {
            let mut words = self.words(&event)?;
            if MADE.contains(&event.what.as_str()) {
                made = words.take().or(made);
            }
            history.push(Happened {
                at: event.at,
                what: event.what,
                who: event.person.map(|person| self.called(&person)),
                words,
                entry: event.entry,
            });
        }
        Ok((history, made))
    }

    /// The id of the record that a creation made, where Salesforce told it.
    pub(super) fn made(&self, proposal: &str) -> Result<Option<String>, GateError> {
        let events = self.store.state().events_of(proposal).map_err(internal)?;
        let told = events.iter().rev().filter(|it| MADE.contains(&it.what.as_str()));
        let mut told = told.filter(|it| it.sealed.is_some());
        told.next().map_or(Ok(None), |event| self.words(event))
    }

    fn words(&self, event: &ProposalEvent) -> Result<Option<String>, GateError> {
        let place = words_of(&event.proposal);
        let open = |sealed| self.proposals_key.open_text(sealed, &place).map_err(internal);
        event.sealed.as_deref().map(open).transpose()
    }

    /// What people call a person.
    pub(super) fn called(&self, person: &PersonId) -> String {
        self.person(person).map_or_else(|_| "somebody".to_owned(), |it| it.name)
    }
}

async fn hear_of_others(gate: Weak<Inner>) {
    let mut known = None;
    loop {
        let Some(inner) = gate.upgrade() else { return };
        match inner.store.state().setting(NEWS) {
            Ok(mark) if mark != known => {
                known = mark;
                inner.queue_news.send_modify(|count| *count = count.wrapping_add(1));
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "pages miss what other gates do to the queue"),
        }
        drop(inner);
        tokio::time::sleep(EVERY).await;
    }
}

/// Where the words of an event are sealed.
fn words_of(proposal: &str) -> String {
    format!("proposal event/{proposal}")
}
