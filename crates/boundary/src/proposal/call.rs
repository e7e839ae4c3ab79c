//! Writes that go through a tool of another server: the stored bytes are the call itself.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::draft::{WAITS_MILLIS, filled};
use super::risk;
use super::{Change, DraftError, Operation, Proposal};
use crate::conversation::Conversation;
use crate::entry::UnixMillis;
use crate::foreign::{Via, call_body};
use crate::matrix::Matrix;
use crate::principal::{Principal, Viewer};

/// What a draft of a call is made from.
#[derive(Debug)]
pub struct CallDraft<'a> {
    /// Fresh id of the proposal, and of the call.
    pub id: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Who asks, through what.
    pub principal: &'a Principal,
    /// The tool, as an administrator consented to it.
    pub via: Via,
    /// Arguments, with tokens where values belong.
    pub arguments: &'a Map<String, Value>,
    /// The words that led to it, masked.
    pub said: &'a str,
    /// The request that asks for it: 32 hexadecimal digits.
    pub batch: &'a str,
    /// The present moment.
    pub now: UnixMillis,
}

impl Proposal {
    /// Drafts a call of a tool that may change something: every token resolved, the bytes fixed.
    pub fn draft_call(
        draft: CallDraft<'_>,
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Self, DraftError> {
        let mut changes = Vec::new();
        for (name, written) in draft.arguments {
            let new = filled(written, conversation, viewer)?;
            let mark = risk::mark("argument", written, &new, None, conversation);
            changes.push(Change { field: name.clone(), old: None, new, mark });
        }
        let (door, client) = (draft.principal.door().name(), draft.principal.client());
        let mut proposal = Self {
            id: draft.id,
            owner: draft.principal.person().clone(),
            door: door.to_owned(),
            client: client.to_owned(),
            operation: Operation::Call,
            object: draft.via.name(),
            record: None,
            name: None,
            changes,
            body: Zeroizing::default(),
            version: None,
            policy: matrix.version().as_str().to_owned(),
            tainted: conversation.label().is_tainted(),
            created: draft.now,
            expires: draft.now.plus(WAITS_MILLIS),
            salt: draft.salt,
            replaces: None,
            said: draft.said.to_owned(),
            read: risk::read_so_far(conversation),
            batch: draft.batch.to_owned(),
            undoes: None,
            lost: Vec::new(),
            via: Some(draft.via),
        };
        proposal.body = proposal.bytes()?;
        Ok(proposal)
    }

    /// The bytes that its changes make.
    pub(super) fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, DraftError> {
        let changes = self.changes.iter();
        let values: Map<String, Value> =
            changes.map(|it| (it.field.clone(), it.new.clone())).collect();
        match &self.via {
            None => {
                let bytes = serde_json::to_vec(&values).map_err(|_| DraftError::Encode)?;
                Ok(Zeroizing::new(bytes))
            }
            Some(via) if self.operation == Operation::Call => {
                call_body(&self.id, &via.tool, &values).map_err(|_| DraftError::Encode)
            }
            Some(via) => of_record(&self.id, via, &self.object, self.record.as_deref(), values),
        }
    }
}

/// The call that writes a record in the manner of Salesforce's hosted servers.
pub(super) fn of_record(
    id: &str,
    via: &Via,
    object: &str,
    record: Option<&str>,
    values: Map<String, Value>,
) -> Result<Zeroizing<Vec<u8>>, DraftError> {
    let text = |text: &str| Value::String(text.to_owned());
    let mut arguments = Map::from_iter([("sobject-name".to_owned(), text(object))]);
    if let Some(record) = record {
        arguments.insert("id".to_owned(), text(record));
    }
    arguments.insert("body".to_owned(), Value::Object(values));
    call_body(id, &via.tool, &arguments).map_err(|_| DraftError::Encode)
}

#[cfg(test)]
impl Proposal {
    pub(crate) fn bytes_for_tests(&self) -> Vec<u8> {
        self.body.to_vec()
    }
}
