//! Writes of a client become proposals.

use boundary::{Action, Door};
use serde_json::{Map, Value};

use super::{DirectAnswer, Pending, Said, Session, opened};
use crate::acting::{Refused, Write};
use crate::conversations::internal;
use crate::error::GateError;

impl Session {
    pub(super) async fn write(
        &self,
        object: &str,
        id: Option<&str>,
        body: Option<&Map<String, Value>>,
    ) -> Result<DirectAnswer, GateError> {
        let said = self.words()?;
        let mut guard = self.open().await?;
        let conversation = &opened(&mut guard)?.conversation;
        let write = Write { object, id, body, said: &said };
        let proposed = self.acting().propose(conversation, write).await?;
        drop(guard);
        match proposed {
            Ok(proposed) => {
                let entry = Some(proposed.entry);
                let base = self.inner.config.base_url();
                let said = Said::Proposed(Pending {
                    address: format!("{base}/approvals/{}", proposed.id),
                    proposal: proposed.id,
                    operation: proposed.operation,
                    object: object.to_owned(),
                });
                Ok(DirectAnswer::of(said, "human-approval", entry))
            }
            Err(refused) => self.refuse(Action::Propose, refused).await,
        }
    }

    /// A change of the record that has this value in this field, or a new one with it.
    pub(super) async fn upsert(
        &self,
        object: &str,
        field: &str,
        value: &str,
        mut body: Map<String, Value>,
    ) -> Result<DirectAnswer, GateError> {
        let answer = self.record(object, field, value, Some(&["Id".to_owned()])).await?;
        let Said::Records { records, .. } = &answer.said else { return Ok(answer) };
        // The id as the client may have it, which may be a token: the draft resolves it.
        let found: Value = serde_json::from_str(records.text()).map_err(internal)?;
        let rows = found.get("records").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        body.retain(|name, _| !name.eq_ignore_ascii_case(field));
        match rows {
            [] => {
                body.insert(field.to_owned(), Value::String(value.to_owned()));
                self.write(object, None, Some(&body)).await
            }
            [row] => {
                if let Some(id) = row.get("Id").and_then(Value::as_str) {
                    return self.write(object, Some(id), Some(&body)).await;
                }
                let message = "the matrix keeps the ids of these records";
                let refused = Refused::new("INSUFFICIENT_ACCESS", message);
                self.refuse(Action::Propose, refused).await
            }
            _ => {
                let message = "more than one record has this value";
                let refused = Refused::new("DUPLICATE_EXTERNAL_ID", message).by("request");
                self.refuse(Action::Propose, refused).await
            }
        }
    }

    /// What the approver reads where a person's words would be.
    fn words(&self) -> Result<String, GateError> {
        if let Some(label) = &self.label {
            return Ok(format!(
                "The program \u{201c}{label}\u{201d} asked, through the door of tools."
            ));
        }
        let keys = self.inner.store.state().keys_of(self.who.person()).map_err(internal)?;
        let label = keys.into_iter().find(|key| key.id == self.who.client()).map(|key| key.label);
        let label = label.unwrap_or_else(|| self.who.client().to_owned());
        let door = match self.who.door() {
            Door::Salesforce => "the Salesforce API",
            Door::Mcp => "the door of tools",
            _ => "its door",
        };
        Ok(format!("The program with the key \u{201c}{label}\u{201d} asked, through {door}."))
    }
}
