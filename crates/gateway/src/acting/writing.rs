//! A write becomes a proposal; it never reaches Salesforce here.

use boundary::{
    Action, Conversation, Draft, DraftError, Facts, Operation, Proposal, Purpose, RecordRef,
    Records, Verdict,
};
use keys::{OsRandom, random_id};
use serde_json::{Map, Value};

use super::{Acting, Refused};
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::salt;

/// A write as it was asked for, with tokens where values belong.
pub(crate) struct Write<'a> {
    pub(crate) object: &'a str,
    /// The record, for an update or a deletion: its id, or the token of one.
    pub(crate) id: Option<&'a str>,
    /// `None` deletes the record.
    pub(crate) body: Option<&'a Map<String, Value>>,
    /// The words that led to it.
    pub(crate) said: &'a str,
}

/// A write that waits for a person.
pub(crate) struct Proposed {
    pub(crate) id: String,
    pub(crate) operation: Operation,
    pub(crate) fields: usize,
    pub(crate) entry: u64,
}

impl Acting<'_> {
    /// Drafts a write and puts it into the person's queue.
    pub(crate) async fn propose(
        &self,
        conversation: &Conversation,
        write: Write<'_>,
    ) -> Result<Result<Proposed, Refused>, GateError> {
        let Write { object, id, body, said } = write;
        let record = id.map(|id| conversation.record(object, id, &self.viewer()));
        let Some(record) = record.map_or(Some(None), |found| found.map(Some)) else {
            let message = "`id` has to be a record id of 15 or 18 letters and digits";
            return Ok(Err(Refused::new("MALFORMED_ID", message).by("request")));
        };
        let current = match &record {
            None => None,
            Some(record) => {
                if body.is_none()
                    && let Some(refused) = self.kept(object)
                {
                    return Ok(Err(refused));
                }
                let fields: Vec<&str> = match body {
                    Some(body) => body.keys().map(String::as_str).collect(),
                    None => self.view.legible(object),
                };
                match self.present(record, &fields).await? {
                    Ok(records) => Some(records),
                    Err(refused) => return Ok(Err(refused)),
                }
            }
        };
        let tool = if record.is_some() { "updateSobjectRecord" } else { "createSobjectRecord" };
        let via = match self.ready(tool).await? {
            Ok(ready) => ready.map(|ready| ready.via),
            Err(refused) => return Ok(Err(refused)),
        };
        let matrix = self.inner.matrix();
        let draft = Draft {
            id: format!("p_{}", random_id(&mut OsRandom).map_err(internal)?),
            salt: salt()?,
            principal: self.who,
            object,
            target: record.as_ref().zip(current.as_ref()),
            body,
            said,
            batch: &self.act.trace,
            via,
            now: self.inner.now(),
        };
        let proposal = Proposal::draft(draft, conversation, &self.viewer(), &matrix);
        let proposal = match proposal {
            Ok(proposal) => proposal,
            Err(error) => {
                let facts =
                    Facts::new(Purpose::Refusal, Action::Propose, Verdict::Refused, self.act);
                let entry = self.inner.recorder.record(facts.rule("matrix")).await?.index();
                return Ok(Err(Refused { entry: Some(entry), ..of_draft(&error) }));
            }
        };
        let place = match self.inner.place_or_refusal(self.who.person()).await? {
            Ok(place) => place,
            Err(refused) => {
                let entry = Some(self.note_refusal(Action::Propose, refused.rule).await?);
                return Ok(Err(Refused { entry, ..refused }));
            }
        };
        let entry = self.inner.enqueue(place, &proposal, self.act).await?;
        Ok(Ok(Proposed {
            id: proposal.id().to_owned(),
            operation: proposal.operation(),
            fields: proposal.fields().count(),
            entry,
        }))
    }

    /// Why records of this object are not deleted: said before the record is read.
    fn kept(&self, object: &str) -> Option<Refused> {
        let rights = self.view.rights.object(object);
        if rights.is_some_and(|it| it.deletable) && self.inner.matrix().deletes(object) {
            return None;
        }
        if rights.is_none() {
            return Some(Refused::new("NOT_FOUND", "there is no such object").by("rights"));
        }
        let message = format!("records of `{object}` are not deleted through this gate");
        let rule = if rights.is_some_and(|it| it.deletable) { "matrix" } else { "rights" };
        Some(Refused {
            native: Some("insufficient access rights on object id".to_owned()),
            ..Refused::new("INSUFFICIENT_ACCESS", message).by(rule)
        })
    }

    /// The record as it is, or what to tell the caller.
    async fn present(
        &self,
        record: &RecordRef,
        fields: &[&str],
    ) -> Result<Result<Records, Refused>, GateError> {
        match self.inner.present(record, fields, self.who, &self.view, self.act).await {
            Ok(records) if records.total() == 1 => Ok(Ok(records)),
            Ok(_) => Ok(Err(Refused::new("NOT_FOUND", "there is no such record").by("salesforce"))),
            Err(GateError::Invalid { problem, .. }) => {
                Ok(Err(Refused::new("INVALID_FIELD", problem).by("salesforce")))
            }
            Err(GateError::Salesforce(code)) => {
                let message = "Salesforce did not give the record";
                Ok(Err(Refused::new(&code, message).by("salesforce")))
            }
            Err(other) => Err(other),
        }
    }
}

pub(crate) fn of_draft(error: &DraftError) -> Refused {
    let code = match error {
        DraftError::Empty
        | DraftError::Value { .. }
        | DraftError::Twice { .. }
        | DraftError::Encode
        | DraftError::NoValue
        | DraftError::NoUndo
        | DraftError::Moved { .. } => "INVALID_ARGUMENT",
        DraftError::NoRecord => "NOT_FOUND",
        DraftError::Object { .. } | DraftError::Kept { .. } => "INSUFFICIENT_ACCESS",
        DraftError::Field { .. } => "INVALID_FIELD",
        DraftError::Matrix { .. } => "NOT_ALLOWED",
        DraftError::Token(_) => "UNKNOWN_TOKEN",
    };
    let field = match error {
        DraftError::Field { field, .. }
        | DraftError::Matrix { field, .. }
        | DraftError::Twice { field }
        | DraftError::Value { field } => Some(field.as_str().into()),
        _ => None,
    };
    Refused { field, ..Refused::new(code, error.to_string()) }
}
