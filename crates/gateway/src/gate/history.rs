//! Conversations and activity, for the person and for auditors.

use boundary::{Principal, Subject, Turn};
use ledger::{Envelope, LedgerError, ProofStatus};

use super::{Gate, Inner, viewer};
use crate::access::Session;
use crate::activity::{Activity, Alarm, Happening, Proof};
use crate::ask::{ConversationInfo, ShownTurn};
use crate::conversations::{Forgotten, internal};
use crate::error::GateError;
use crate::flow::cover;

/// Entries of one page of activity.
const PAGE: usize = 100;

impl Gate {
    /// Forgets a person: every value of theirs, in every conversation of everybody. Their tokens
    /// stand for nothing from then on, and nothing of the values stays in the files.
    pub async fn forget_subject(&self, subject: &Subject) -> Result<Forgotten, GateError> {
        self.0.forget_corrections(subject)?;
        let elsewhere = |known: &Subject| self.0.forget_corrections(known);
        self.0.conversations.forget(subject, elsewhere).await
    }

    /// The person's conversations, newest first.
    pub async fn conversations(&self, who: &Principal) -> Result<Vec<ConversationInfo>, GateError> {
        let view = self.0.view(who.person()).await?;
        self.0.conversations.list(who.person(), &viewer(who, &view)).await
    }

    /// A conversation of the person's, restored for them.
    pub async fn conversation(
        &self,
        who: &Principal,
        id: &str,
    ) -> Result<Vec<ShownTurn>, GateError> {
        let view = self.0.view(who.person()).await?;
        let guard = self.0.conversations.take(id, who.person()).await?;
        let open = guard
            .as_ref()
            .ok_or_else(|| GateError::NotFound { what: "conversation", id: id.to_owned() })?;
        let viewer = viewer(who, &view);
        let covers = self.0.covers_invented();
        let covered = |text: &str, json: bool| match covers.as_deref() {
            None => Ok(text.to_owned()),
            Some(detector) => {
                let mut cover = cover(detector, &open.conversation, &viewer);
                if json { cover.json(text) } else { cover.whole(text) }
            }
        };
        let shown = |speaker, tool: Option<&str>, masked: &str| ShownTurn {
            speaker,
            tool: tool.map(str::to_owned),
            masked: masked.to_owned(),
            shown: open.conversation.show(masked, &viewer),
            covered: open.conversation.coverage_in(&[masked]),
        };
        let mut turns = Vec::new();
        for turn in open.conversation.turns() {
            match turn.as_ref() {
                Turn::Client(text) => turns.push(shown("client", None, text.as_str())),
                Turn::Person(text) => turns.push(shown("person", None, text.as_str())),
                Turn::Model { text, calls } => {
                    if !text.as_str().is_empty() || calls.is_empty() {
                        turns.push(shown("model", None, &covered(text.as_str(), false)?));
                    }
                    for call in calls {
                        let arguments = covered(call.arguments.as_str(), true)?;
                        turns.push(shown("model", Some(&call.name), &arguments));
                    }
                }
                Turn::Tool { name, result, .. } => {
                    turns.push(shown("tool", Some(name), result.as_str()));
                }
            }
        }
        Ok(turns)
    }

    /// What happened, newest first, from below index `before`. `everyone` is for auditors;
    /// others see their own entries.
    pub async fn activity(
        &self,
        who: &Principal,
        everyone: bool,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Activity, GateError> {
        let me = self.0.person(who.person())?;
        let auditor = everyone && self.0.is_auditor(who).await?;
        let actor = if auditor { None } else { Some(me.pseudonym.as_str()) };
        let limit = limit.clamp(1, PAGE);
        let entries = self.0.store.activity(actor, before, limit).map_err(internal)?;
        let older =
            if entries.len() == limit { entries.last().map(|entry| entry.seq) } else { None };
        let happenings = self.0.happenings(entries)?;
        let size = self.0.recorder.sequencer().size();
        Ok(Activity { entries: happenings, older, size, unsearched: 0 })
    }
}

impl Gate {
    /// What somebody has to look at: a ledger that cannot write, a witness that does not sign, a copy or a collector that is
    /// behind. For auditors, administrators and the compliance role; others get none.
    pub fn alarms(&self, session: &Session) -> Vec<Alarm> {
        if !session.auditor && !session.compliance && !session.admin {
            return Vec::new();
        }
        let inner = &self.0;
        let trouble = inner.recorder.sequencer().health().trouble;
        let trouble = trouble.map(|trouble| ("ledger".to_owned(), trouble.to_string()));
        let witnesses = inner.witnesses.iter().map(crate::witness::Witnessed::standing);
        let witnesses =
            witnesses.filter_map(|it| Some((format!("witness {}", it.name), it.alarm?)));
        let copy = inner.copying.standing().alarm.map(|alarm| ("copy".to_owned(), alarm));
        let exports = inner.exports.iter().map(crate::exporting::Export::standing);
        let exports = exports.filter_map(|it| Some((format!("export {}", it.name), it.alarm?)));
        let all = trouble.into_iter().chain(witnesses).chain(copy).chain(exports);
        all.map(|(about, problem)| Alarm { about, problem }).collect()
    }
}

impl Inner {
    /// Entries with the names of their actors and their proofs.
    pub(crate) fn happenings(&self, entries: Vec<Envelope>) -> Result<Vec<Happening>, GateError> {
        let mut happenings = Vec::with_capacity(entries.len());
        for entry in entries {
            let index = entry.seq;
            let actor = &entry.facts.actor;
            let person = self.store.state().person_called(actor).map_err(internal)?;
            happenings.push(Happening {
                index,
                time: entry.time,
                proof: self.proof_of(index),
                actor_name: person.map(|person| person.name),
                sealed: entry.annex.sealed.len() + entry.annex.subjects.len(),
                request: entry.annex.request,
                facts: entry.facts,
            });
        }
        Ok(happenings)
    }

    /// Checks an entry's inclusion in the tree of the last signed checkpoint, now.
    pub(crate) fn proof_of(&self, index: u64) -> Proof {
        let sequencer = self.recorder.sequencer();
        match sequencer.proof_status(index) {
            ProofStatus::Pending => Proof::Pending,
            ProofStatus::Included { checkpoint_size, .. } => {
                match sequencer.prove(self.store.log(), index) {
                    Ok(_) => Proof::Included { checkpoint: checkpoint_size },
                    Err(LedgerError::NotYetSigned(_)) => Proof::Pending,
                    Err(error) => {
                        tracing::error!(index, %error, "an entry of the ledger is not proved");
                        Proof::Broken
                    }
                }
            }
        }
    }
}
