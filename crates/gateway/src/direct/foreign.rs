//! Tools of other servers: reads that carry nothing the gate hides, and writes that wait for a person.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use boundary::{
    Action, Answered, CallDraft, Counts, Facts, ForeignError, Handover, Inquiry, Operation,
    Proposal, Purpose, Verdict,
};
use keys::{OsRandom, random_id};
use serde_json::{Map, Value};

use super::reading::after_outsiders_text;
use super::{DirectAnswer, MOST_TOKENS, Pending, Said, Session, opened};
use crate::acting::{Refused, of_draft};
use crate::config::AfterOutsiders;
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::salt;
use crate::upstream::{Ready, Upstream};

impl Session {
    pub(super) async fn foreign(
        &self,
        server: &str,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<DirectAnswer, GateError> {
        let Some(server) = self.inner.upstreams.named(server) else {
            let refused = Refused::new("NOT_FOUND", "there is no such tool").by("upstream");
            return self.refuse(Action::Read, refused).await;
        };
        let ready = match server.ready(&self.inner, self.who.person(), tool).await? {
            Ok(ready) => ready,
            Err(refused) => return self.refuse(Action::Read, refused).await,
        };
        // Names of arguments go into the ledger: only those that somebody consented to.
        if arguments.keys().any(|name| !ready.definition.takes(name)) {
            let message = "the tool takes no such argument";
            let refused = Refused::new("INVALID_ARGUMENT", message).by("request");
            return self.refuse(Action::Read, refused).await;
        }
        let act = self.act.calling(&ready.via.name());
        let call = Self { shared: Arc::clone(&self.shared), act };
        if ready.reads {
            call.inquire(server, &ready, arguments).await
        } else {
            call.propose_call(ready, arguments).await
        }
    }

    async fn inquire(
        &self,
        server: &Upstream,
        ready: &Ready,
        arguments: &Map<String, Value>,
    ) -> Result<DirectAnswer, GateError> {
        let Some(mut reserved) = self.reserve() else { return self.no_rows_left().await };
        // One call counts as one row, whatever came of it.
        reserved.spend(1);
        self.rows_left.fetch_sub(1, Ordering::AcqRel);
        let authorised = {
            let mut guard = self.open().await?;
            let conversation = &mut opened(&mut guard)?.conversation;
            let refuses = self.terms.after_outsiders == AfterOutsiders::Refuse;
            if refuses && conversation.label().is_tainted() {
                Err(after_outsiders_text())
            } else if conversation.covered() >= MOST_TOKENS {
                let message = "this conversation has too many tokens; name another one";
                Err(Refused::new("REQUEST_LIMIT_EXCEEDED", message).by("tokens"))
            } else {
                let (tool, detector) = (server.foreign(&ready.via), self.inner.detector.as_ref());
                let person = self.who.person();
                match Inquiry::authorise(
                    &tool,
                    arguments,
                    conversation,
                    person,
                    detector,
                    &self.act,
                ) {
                    Ok(authorised) => Ok(authorised),
                    Err(ForeignError::Mask(error)) => return Err(error.into()),
                    Err(error) => {
                        Err(Refused::new("VALUE_STAYS", error.to_string()).by("upstream-arguments"))
                    }
                }
            }
        };
        let (inquiry, entry) = match authorised {
            Ok(authorised) => authorised,
            Err(refused) => return self.refuse(Action::Read, refused).await,
        };
        let text = Value::Object(arguments.clone()).to_string();
        let receipt = self.inner.recorder.append_text(entry, "arguments", &text).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, &self.act)
            .rule("upstream")
            .answers(&receipt);
        outcome.objects.insert(ready.via.name());
        let errand = inquiry.recorded(receipt).map_err(internal)?;
        let reply = match server.ask(&self.inner.client, errand).await {
            Ok(reply) => reply,
            Err(salesforce::Error::SignIn) => {
                let failed = Facts { verdict: Verdict::Failed, ..outcome };
                self.inner.recorder.record(failed).await?;
                return Err(GateError::GrantEnded);
            }
            Err(error) => {
                let failed = Facts { verdict: Verdict::Failed, ..outcome };
                let entry = Some(self.inner.recorder.record(failed).await?.index());
                let refused = Refused { entry, ..server.failed(&error) };
                return self.refuse(Action::Read, refused).await;
            }
        };
        outcome.counts = Counts { rows: 1, bytes: reply.bytes, ..Counts::default() };
        let answered = Answered::parse(reply.body).map_err(boundary::MaskError::from);
        let answered = self.inner.recorder.or_failed(answered, &outcome, None).await?;
        self.tell(&answered, outcome).await
    }

    /// Treats what came, records it, and hands it over.
    async fn tell(
        &self,
        answered: &Answered,
        mut outcome: Facts,
    ) -> Result<DirectAnswer, GateError> {
        let mut guard = self.open().await?;
        let open = opened(&mut guard)?;
        let masked = open.conversation.treat_answer(answered, self.inner.detector.as_ref());
        let recorder = &self.inner.recorder;
        let masked = recorder.or_failed(masked, &outcome, None).await?;
        // A token that a client holds must mean the same after a restart.
        let saved = self.inner.conversations.save(open, self.inner.now()).await;
        recorder.or_failed(saved, &outcome, None).await?;
        drop(guard);
        outcome.counts.tokens = masked.tokens();
        let cleared = Handover::clear(masked, &self.terms.clearance, outcome.clone());
        let (handover, entry) = match cleared {
            Ok(cleared) => cleared,
            Err(uncovered) => {
                let facts = Facts { verdict: Verdict::Refused, ..outcome }.rule("clearance");
                let entry = Some(self.inner.recorder.record(facts).await?.index());
                let message = format!("this client is not cleared for it: {uncovered}");
                let refused = Refused::new("INSUFFICIENT_ACCESS", message).by("clearance");
                return self.refuse(Action::Read, Refused { entry, ..refused }).await;
            }
        };
        let receipt = self.inner.recorder.append(entry).await?;
        let index = Some(receipt.index());
        let said = handover.recorded(receipt).map_err(internal)?;
        let said = Said::Foreign { answer: said, failed: answered.failed() };
        let answer = DirectAnswer::of(said, "upstream", index);
        Ok(DirectAnswer { tainted: true, ..answer })
    }

    /// A call that may change something becomes a proposal; the stored bytes are the call itself.
    async fn propose_call(
        &self,
        ready: Ready,
        arguments: &Map<String, Value>,
    ) -> Result<DirectAnswer, GateError> {
        let said = self.words()?;
        let acting = self.acting();
        let mut guard = self.open().await?;
        let conversation = &opened(&mut guard)?.conversation;
        let object = ready.via.name();
        let draft = CallDraft {
            id: format!("p_{}", random_id(&mut OsRandom).map_err(internal)?),
            salt: salt()?,
            principal: &self.who,
            via: ready.via,
            arguments,
            said: &said,
            batch: &self.act.trace,
            now: self.inner.now(),
        };
        let matrix = self.inner.matrix();
        let drafted = Proposal::draft_call(draft, conversation, &acting.viewer(), &matrix);
        drop(guard);
        let proposal = match drafted {
            Ok(proposal) => proposal,
            Err(error) => return self.refuse(Action::Propose, of_draft(&error)).await,
        };
        let place = match self.inner.place_or_refusal(self.who.person()).await? {
            Ok(place) => place,
            Err(refused) => return self.refuse(Action::Propose, refused).await,
        };
        let entry = self.inner.enqueue(place, &proposal, &self.act).await?;
        let base = self.inner.config.base_url();
        let said = Said::Proposed(Pending {
            address: format!("{base}/approvals/{}", proposal.id()),
            proposal: proposal.id().to_owned(),
            operation: Operation::Call,
            object,
        });
        Ok(DirectAnswer::of(said, "human-approval", Some(entry)))
    }
}
