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
        body.retain(|name, _| !name.eq_ignore_ascii_case(field));
        match self.matched(object, field, value).await? {
            Match::One(id) => self.write(object, Some(&id), Some(&body)).await,
            Match::None => {
                body.insert(field.to_owned(), Value::String(value.to_owned()));
                self.write(object, None, Some(&body)).await
            }
            Match::Refused(answer) => Ok(answer),
            Match::Unclear(refused) => self.refuse(Action::Propose, refused).await,
        }
    }

    /// The end of the record that has this value in this field.
    pub(super) async fn delete_by(
        &self,
        object: &str,
        field: &str,
        value: &str,
    ) -> Result<DirectAnswer, GateError> {
        match self.matched(object, field, value).await? {
            Match::One(id) => self.write(object, Some(&id), None).await,
            Match::None => {
                let refused = Refused::new("NOT_FOUND", "there is no such record");
                self.refuse(Action::Propose, refused.by("salesforce")).await
            }
            Match::Refused(answer) => Ok(answer),
            Match::Unclear(refused) => self.refuse(Action::Propose, refused).await,
        }
    }

    /// The record with this value in this field, read as any other read is.
    async fn matched(&self, object: &str, field: &str, value: &str) -> Result<Match, GateError> {
        let answer = self.record(object, field, value, Some(&["Id".to_owned()])).await?;
        let Said::Records { records, .. } = &answer.said else {
            return Ok(Match::Refused(answer));
        };
        // The id as the client may have it, which may be a token: the draft resolves it.
        let found: Value = serde_json::from_str(records.text()).map_err(internal)?;
        let rows = found.get("records").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok(match rows {
            [] => Match::None,
            [row] => {
                let message = "the matrix keeps the ids of these records";
                let kept = || Match::Unclear(Refused::new("INSUFFICIENT_ACCESS", message));
                let id = row.get("Id").and_then(Value::as_str);
                id.map_or_else(kept, |id| Match::One(id.to_owned()))
            }
            _ => {
                let message = "more than one record has this value";
                Match::Unclear(Refused::new("DUPLICATE_EXTERNAL_ID", message).by("request"))
            }
        })
    }

    /// What the approver reads where a person's words would be.
    pub(super) fn words(&self) -> Result<String, GateError> {
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

/// What has a value in a field.
enum Match {
    None,
    /// Its id, or the token of it.
    One(String),
    /// The read was refused.
    Refused(DirectAnswer),
    /// Nobody can tell which record is meant.
    Unclear(Refused),
}
