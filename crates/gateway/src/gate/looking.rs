//! Reads for the gate's own purposes: the record of a write as somebody sees it now, and whether a write landed.

use boundary::{
    Act, Action, Entry, Facts, Lookup, Operation, Principal, Proposal, Purpose, RecordRef, Records,
    Span, Verdict,
};

use super::{Inner, viewer};
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::{PersonView, of_salesforce};

impl Inner {
    /// The record of a proposal as this person reads it now, as far as they may. A new record has none.
    pub(crate) async fn look(
        &self,
        proposal: &Proposal,
        who: &Principal,
        view: &PersonView,
        act: &Act,
    ) -> Result<Option<Records>, GateError> {
        let Some(record) = proposal.record() else { return Ok(None) };
        let may = |field: &&str| view.rights.may_read(proposal.object(), field);
        // Of a record to be deleted they see every value.
        let fields: Vec<&str> = match proposal.operation() {
            Operation::Delete => view.legible(proposal.object()),
            Operation::Create | Operation::Update | Operation::Call => {
                proposal.fields().filter(may).collect()
            }
        };
        self.present(&record, &fields, who, view, act).await.map(Some)
    }

    /// The record as it is now, read under the person's own grant, for their eyes.
    pub(crate) async fn present(
        &self,
        record: &RecordRef,
        fields: &[&str],
        who: &Principal,
        view: &PersonView,
        act: &Act,
    ) -> Result<Records, GateError> {
        let object =
            view.objects.iter().find(|it| it.summary.name.eq_ignore_ascii_case(record.object()));
        let name = object.and_then(|it| it.fields.iter().find(|field| field.names_record));
        let mut wanted: Vec<&str> = fields.to_vec();
        wanted.extend(name.map(|field| field.name.as_str()));
        wanted.push("SystemModstamp");
        wanted.sort_unstable_by_key(|field| field.to_ascii_lowercase());
        wanted.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let viewer = viewer(who, view);
        let lookup = Lookup::before_write(record, &wanted, &viewer, act);
        let (lookup, entry) =
            lookup.map_err(|error| GateError::invalid(error.to_string(), None))?;
        self.read(lookup, entry, "before-write", who, act).await
    }

    /// The records in which a creation or a deletion shows whose end nobody knows, as the person who asked
    /// reads them. `None` when they cannot be looked for: the person may not read what tells.
    pub(super) async fn after_write(
        &self,
        proposal: &Proposal,
        span: Span<'_>,
        who: &Principal,
        view: &PersonView,
        act: &Act,
    ) -> Result<Option<Records>, GateError> {
        let lookup = Lookup::after_write(proposal, span, &viewer(who, view), act);
        let Some(Ok((lookup, entry))) = lookup else { return Ok(None) };
        self.read(lookup, entry, "after-write", who, act).await.map(Some)
    }

    async fn read(
        &self,
        lookup: Lookup,
        entry: Entry,
        rule: &str,
        who: &Principal,
        act: &Act,
    ) -> Result<Records, GateError> {
        let receipt = self.recorder.append(entry).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, act)
            .rule(rule)
            .answers(&receipt);
        let fetch = lookup.recorded(receipt).map_err(internal)?;
        let reply = self.client.fetch(fetch).await;
        let request = reply.as_ref().map(|reply| reply.request.clone()).unwrap_or_default();
        let parsed = reply.map_err(|error| of_salesforce(&error)).and_then(|reply| {
            Records::parse(reply.body).map_err(|error| GateError::Salesforce(error.to_string()))
        });
        match &parsed {
            Ok(records) => outcome.counts.rows = records.total(),
            Err(_) => outcome.verdict = Verdict::Failed,
        }
        match &parsed {
            Ok(records) => {
                let org = who.person().org();
                self.recorder.append_about(outcome.entry(), records, org, request).await?
            }
            Err(_) => self.recorder.record_sent(outcome).await?,
        };
        parsed
    }
}
