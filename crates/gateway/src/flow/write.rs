//! A model's write becomes a proposal; it never reaches Salesforce here.

use serde_json::{Map, Value, json};

use super::run::Ended;
use super::{Progress, Request};
use crate::acting::{Acting, Write};
use crate::ask::Event;
use crate::conversations::Open;
use crate::error::GateError;
use crate::gate::Inner;

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
        let acting: Acting<'_> = self.acting(inner, progress);
        let write = Write { object, id, body: Some(body), said: &progress.said };
        let proposed = match acting.propose(&open.conversation, write).await? {
            Ok(proposed) => proposed,
            Err(refused) => return Ok(Ended::Refused(refused)),
        };
        self.tell(Event::Proposed { proposal: proposed.id.clone() }).await?;
        let (operation, fields) = (proposed.operation.name(), proposed.fields);
        let what = format!("proposed to {operation} {fields} fields of {object}");
        let answer = json!({ "status": "waiting_for_approval", "proposal": proposed.id });
        Ok(Ended::Tell { what, answer })
    }
}
