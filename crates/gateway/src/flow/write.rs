//! A model's write becomes a proposal; it never reaches Salesforce here.

use boundary::{Action, Draft, DraftError, Facts, Proposal, Purpose, RecordRef, Verdict};
use keys::{OsRandom, random_id};
use serde_json::{Map, Value, json};

use super::run::{Ended, Refused};
use super::{Progress, Request};
use crate::ask::Event;
use crate::conversations::{Open, internal};
use crate::error::GateError;
use crate::gate::{Inner, salt, viewer};

impl Request {
    /// Drafts a write and puts it into the person's queue.
    pub(super) async fn propose(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &Progress,
        object: &str,
        id: Option<&str>,
        body: &Map<String, Value>,
    ) -> Result<Ended, GateError> {
        let view = std::sync::Arc::clone(&progress.view);
        let record = id.map(|id| open.conversation.record(object, id, &viewer(&self.who, &view)));
        let Some(record) = record.map_or(Some(None), |found| found.map(Some)) else {
            let message = "`id` has to be a record id of 15 or 18 letters and digits";
            return Ok(Ended::Refused(Refused::new("MALFORMED_ID", message)));
        };
        let current = match &record {
            None => None,
            Some(record) => {
                let fields: Vec<&str> = body.keys().map(String::as_str).collect();
                match self.present(inner, record, &fields, &view).await? {
                    Ok(records) => Some(records),
                    Err(refused) => return Ok(Ended::Refused(refused)),
                }
            }
        };
        let matrix = inner.matrix();
        let draft = Draft {
            id: format!("p_{}", random_id(&mut OsRandom).map_err(internal)?),
            salt: salt()?,
            principal: &self.who,
            object,
            target: record.as_ref().zip(current.as_ref()),
            body,
            said: &progress.said,
            now: inner.now(),
        };
        let proposal =
            Proposal::draft(draft, &open.conversation, &viewer(&self.who, &view), &matrix);
        let proposal = match proposal {
            Ok(proposal) => proposal,
            Err(error) => {
                let facts =
                    Facts::new(Purpose::Refusal, Action::Propose, Verdict::Refused, &self.act);
                inner.recorder.record(facts.rule("matrix")).await?;
                return Ok(Ended::Refused(Refused::new(code_of(&error), error.to_string())));
            }
        };
        inner.enqueue(&proposal, &self.act).await?;
        let id = proposal.id().to_owned();
        let fields = proposal.fields().count();
        self.tell(Event::Proposed { proposal: id.clone() }).await?;
        let what =
            format!("proposed to {} {fields} fields of {object}", proposal.operation().name());
        let answer = json!({ "status": "waiting_for_approval", "proposal": id });
        Ok(Ended::Tell { what, answer })
    }

    /// The record as it is, or what to tell the model.
    async fn present(
        &self,
        inner: &Inner,
        record: &RecordRef,
        fields: &[&str],
        view: &crate::people::PersonView,
    ) -> Result<Result<boundary::Records, Refused>, GateError> {
        match inner.present(record, fields, &self.who, view, &self.act).await {
            Ok(records) if records.total() == 1 => Ok(Ok(records)),
            Ok(_) => Ok(Err(Refused::new("NOT_FOUND", "there is no such record"))),
            Err(GateError::Invalid { problem, .. }) => {
                Ok(Err(Refused::new("INVALID_FIELD", problem)))
            }
            Err(GateError::Salesforce(code)) => {
                Ok(Err(Refused::new(&code, "Salesforce did not give the record")))
            }
            Err(other) => Err(other),
        }
    }
}

fn code_of(error: &DraftError) -> &'static str {
    match error {
        DraftError::Empty | DraftError::Value { .. } | DraftError::Encode => "INVALID_ARGUMENT",
        DraftError::NoRecord => "NOT_FOUND",
        DraftError::Object { .. } => "INSUFFICIENT_ACCESS",
        DraftError::Field { .. } => "INVALID_FIELD",
        DraftError::Matrix { .. } => "NOT_ALLOWED",
        DraftError::Token(_) => "UNKNOWN_TOKEN",
    }
}
