//! A read: authorised, recorded, sent. Treating the answer is the caller's.

use boundary::{Action, Conversation, Denied, Entry, Facts, Lookup, Purpose, Records, Verdict};

use super::{Acting, Refused};
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::of_salesforce;
use crate::plan::{Asked, Plan};
use crate::upstream::Ready;

/// What a read brought, and the facts of its outcome, which are yet to be recorded.
pub(crate) struct Found {
    pub(crate) records: Records,
    pub(crate) outcome: Facts,
    /// The id under which Salesforce logged the request.
    pub(crate) request: String,
}

impl Acting<'_> {
    /// The tool that a read or a write goes through, consented to and unchanged, where it goes through one.
    pub(crate) async fn ready(
        &self,
        tool: &str,
    ) -> Result<Result<Option<Ready>, Refused>, GateError> {
        let Some(server) = self.via else { return Ok(Ok(None)) };
        let ready = server.ready(self.inner, self.who.person(), tool).await?;
        Ok(ready.map(Some))
    }

    /// Checks every touched field and puts values where tokens stand.
    pub(crate) fn authorise(
        &self,
        plan: &Plan,
        conversation: &Conversation,
    ) -> Result<(Lookup, Entry), Refused> {
        let matrix = self.inner.matrix();
        let viewer = self.viewer();
        let authorised = Lookup::authorise(
            plan.statement(),
            &plan.touches,
            conversation,
            &viewer,
            &matrix,
            self.act,
        );
        authorised.map_err(|denied| {
            let code = match denied {
                Denied::Token(_) => "UNKNOWN_TOKEN",
                Denied::Page => "INVALID_QUERY_LOCATOR",
                _ => "INVALID_FIELD",
            };
            Refused::new(code, denied.to_string())
        })
    }

    /// Records the intent and asks Salesforce. A failure is recorded here; a success by whoever
    /// treats the records.
    pub(crate) async fn fetch(
        &self,
        plan: &Plan,
        lookup: Lookup,
        entry: Entry,
    ) -> Result<Result<Found, Refused>, GateError> {
        // A next page is asked for where the first one says: at the org itself, under the same grant.
        let tool = match plan.asked {
            Asked::Search => Some("find"),
            Asked::Page => None,
            _ => Some("soqlQuery"),
        };
        let through = match tool {
            Some(tool) => match self.ready(tool).await? {
                Ok(ready) => self.via.zip(ready),
                Err(refused) => return Ok(Err(refused)),
            },
            None => None,
        };
        let receipt = self.inner.recorder.append_text(entry, "soql", &plan.statement).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, self.act)
            .rule("matrix")
            .answers(&receipt);
        let fetch = lookup.recorded(receipt).map_err(internal)?;
        let sent = match &through {
            Some((server, ready)) => server.fetch(&self.inner.client, fetch, ready).await,
            None => self.inner.client.fetch(fetch).await,
        };
        let reply = match sent {
            Ok(reply) => reply,
            Err(error) => {
                let failed = Facts { verdict: Verdict::Failed, ..outcome };
                let entry = Some(self.inner.recorder.record_sent(failed).await?.index());
                return match of_salesforce(&error) {
                    GateError::Salesforce(code) => {
                        let message = "Salesforce refused or failed; change the query or say so";
                        let refused = Refused::new(&code, message).by("salesforce");
                        Ok(Err(Refused { entry, ..refused }))
                    }
                    other => Err(other),
                };
            }
        };
        let request = reply.request;
        let parsed = match plan.asked {
            _ if through.is_some() => Records::parse_call(reply.body),
            Asked::Recent(_) => Records::parse_list(reply.body),
            _ => Records::parse(reply.body),
        };
        outcome.objects.insert(plan.about.clone());
        match parsed {
            Ok(records) => Ok(Ok(Found { records, outcome, request })),
            Err(error) => {
                let receipt = self.inner.recorder.record_failed(outcome, Some(&request)).await?;
                let (code, by) = match through {
                    Some(_) => ("UPSTREAM_FAILED", "upstream"),
                    None => ("UNKNOWN_EXCEPTION", "salesforce"),
                };
                let refused = Refused::new(code, error.to_string()).by(by);
                Ok(Err(Refused { entry: Some(receipt.index()), ..refused }))
            }
        }
    }
}
