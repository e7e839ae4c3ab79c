//! Writing to the ledger: nothing leaves, and nothing is released, before this has answered.

use std::sync::Arc;

use boundary::{Act, Entry, Facts, Proposal, Receipt, Records, Verdict};
use keys::{OsRandom, random_hex};
use ledger::{Annex, SealedPart, Sequencer, Usage};

use crate::error::GateError;
use crate::metrics::{Counted, Meter};
use crate::sealing::Sealing;

/// Hands entries to the sequencer and waits until they are durable.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    sequencer: Arc<Sequencer>,
    sealing: Arc<Sealing>,
    meter: Arc<Meter>,
}

impl Recorder {
    pub(crate) fn new(sequencer: Arc<Sequencer>, sealing: Arc<Sealing>) -> Self {
        Self { sequencer, sealing, meter: Arc::default() }
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(crate) fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    pub(crate) fn sequencer(&self) -> &Sequencer {
        &self.sequencer
    }

    pub(crate) fn sequencer_handle(&self) -> Arc<Sequencer> {
        Arc::clone(&self.sequencer)
    }

    /// Waits until the entry is durable. Any failure means: refuse, nothing may cross.
    pub(crate) async fn append(&self, entry: Entry) -> Result<Receipt, GateError> {
        self.append_with(entry, Annex::default(), Vec::new()).await
    }

    /// The same with an annex and sealed parts.
    pub(crate) async fn append_with(
        &self,
        entry: Entry,
        annex: Annex,
        parts: Vec<SealedPart>,
    ) -> Result<Receipt, GateError> {
        let counted = Counted::of(entry.facts(), annex.usage);
        let receipt = self.sequencer.append_with(entry, annex, parts).await.map_err(|error| {
            tracing::error!(%error, "the ledger did not take an entry");
            GateError::Ledger
        })?;
        self.meter.count(counted, receipt.index(), self.sealing.now());
        Ok(receipt)
    }

    /// The same with one sealed text, under the key of the person who acts.
    pub(crate) async fn append_text(
        &self,
        entry: Entry,
        part: &str,
        text: &str,
    ) -> Result<Receipt, GateError> {
        let sealed = self.sealing.text(part, entry.facts(), text)?;
        self.append_with(entry, Annex::default(), vec![sealed]).await
    }

    /// The same with a model's answer, and what the model counted.
    pub(crate) async fn append_answer(
        &self,
        entry: Entry,
        text: &str,
        usage: Option<Usage>,
    ) -> Result<Receipt, GateError> {
        let sealed = self.sealing.text("answer", entry.facts(), text)?;
        self.append_with(entry, Annex { usage, ..Annex::default() }, vec![sealed]).await
    }

    /// The same with the old and new values of a proposal, under the key of the record.
    pub(crate) async fn append_values(
        &self,
        entry: Entry,
        proposal: &Proposal,
    ) -> Result<Receipt, GateError> {
        let (subjects, sealed) = self.sealing.values(entry.facts(), proposal)?;
        self.append_with(entry, Annex { subjects, ..Annex::default() }, vec![sealed]).await
    }

    /// The same, saying which records came, and under which id Salesforce logged the request.
    pub(crate) async fn append_about(
        &self,
        entry: Entry,
        records: &Records,
        org: &str,
        request: String,
    ) -> Result<Receipt, GateError> {
        let subjects = self.sealing.subjects(records, org)?;
        let annex = Annex { subjects, request: Some(request), ..Annex::default() };
        self.append_with(entry, annex, Vec::new()).await
    }

    /// The end of a request to Salesforce that brought no records. It went out under the trace.
    pub(crate) async fn record_sent(&self, facts: Facts) -> Result<Receipt, GateError> {
        let annex = Annex { request: Some(facts.trace.clone()), ..Annex::default() };
        self.append_with(facts.entry(), annex, Vec::new()).await
    }

    /// What was made of an answer. One that nobody could use ends its intent too, as failed.
    pub(crate) async fn or_failed<T, E: Into<GateError>>(
        &self,
        made: Result<T, E>,
        outcome: &Facts,
        request: Option<&str>,
    ) -> Result<T, GateError> {
        let error = match made {
            Ok(made) => return Ok(made),
            Err(error) => error.into(),
        };
        self.record_failed(outcome.clone(), request).await?;
        Err(error)
    }

    /// The end of a request that was answered, under the id of the answer, and came to nothing.
    pub(crate) async fn record_failed(
        &self,
        outcome: Facts,
        request: Option<&str>,
    ) -> Result<Receipt, GateError> {
        let failed = Facts { verdict: Verdict::Failed, ..outcome };
        let annex = Annex { request: request.map(str::to_owned), ..Annex::default() };
        self.append_with(failed.entry(), annex, Vec::new()).await
    }

    /// The same for facts that nothing waits on but their durability.
    pub(crate) async fn record(&self, facts: Facts) -> Result<Receipt, GateError> {
        self.append(facts.entry()).await
    }
}

/// A fresh trace: 32 hexadecimal digits, as W3C trace context and Salesforce want them.
pub(crate) fn new_trace() -> Result<String, GateError> {
    random_hex(&mut OsRandom).map_err(|error| GateError::Internal(error.to_string()))
}

/// The same request in another act, such as the gate acting for itself.
pub(crate) fn act_of_gate(policy: &str) -> Result<Act, GateError> {
    Ok(Act {
        trace: new_trace()?,
        actor: "gate".to_owned(),
        door: "gate".to_owned(),
        client: "gate".to_owned(),
        policy: policy.to_owned(),
        tenant: None,
        tool: None,
    })
}
