//! Writing to the ledger: nothing leaves, and nothing is released, before this has answered.

use std::sync::Arc;

use boundary::{Act, Entry, Facts, Receipt};
use keys::{OsRandom, random_hex};
use ledger::Sequencer;

use crate::error::GateError;

/// Hands entries to the sequencer and waits until they are durable.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    sequencer: Arc<Sequencer>,
}

impl Recorder {
    pub(crate) fn new(sequencer: Arc<Sequencer>) -> Self {
        Self { sequencer }
    }

    pub(crate) fn sequencer(&self) -> &Sequencer {
        &self.sequencer
    }

    /// Waits until the entry is durable. Any failure means: refuse, nothing may cross.
    pub(crate) async fn append(&self, entry: Entry) -> Result<Receipt, GateError> {
        self.sequencer.append(entry).await.map_err(|error| {
            tracing::error!(%error, "the ledger did not take an entry");
            GateError::Ledger
        })
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
    })
}
