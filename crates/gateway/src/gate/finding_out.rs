//! Finding out about a write whose end nobody knows. Nothing is ever sent again.

use std::collections::{BTreeMap, BTreeSet};

use boundary::{
    Act, Door, Facts, Known, Landed, Operation, PersonId, Principal, Proposal, Purpose, Span,
    UnixMillis, Verdict,
};
use store::{Page, Proposal as Row, ProposalFilter, ProposalState};

use super::queue::standing_of;
use super::{Gate, Inner};
use crate::conversations::internal;
use crate::direct::Decision;
use crate::error::GateError;
use crate::knowledge::date_time;
use crate::people::PersonView;

/// After this long nothing comes of a request any more: Salesforce ends every transaction within ten minutes.
pub(super) const SETTLED: u64 = 10 * 60 * 1_000;
/// By so much clocks may differ.
const LEEWAY: u64 = 5 * 60 * 1_000;
/// Proposals looked through for records that they made.
const LOOKED_THROUGH: usize = 500;
/// Until the gate asks again by itself about a write of which it could not ask.
const AGAIN: u64 = 60 * 60 * 1_000;

/// When a write went out, and as which request.
struct Sent {
    at: UnixMillis,
    trace: Option<String>,
}

impl Gate {
    /// Looks for a write of the person's whose end nobody knows: in its record, among the records that the
    /// person made at that time, and in the org's own log where the gate may read it. Says so in the
    /// ledger, whatever it finds. Writes nothing to the org.
    pub async fn find_out(&self, who: &Principal, id: &str) -> Result<Landed, GateError> {
        let row = self.0.row(who, id)?;
        self.0.find_out(who, &row, true).await
    }
}

impl Inner {
    async fn find_out(
        &self,
        who: &Principal,
        row: &Row,
        by_person: bool,
    ) -> Result<Landed, GateError> {
        if row.state != ProposalState::Unknown {
            return Err(GateError::Decided(standing_of(row.state).name()));
        }
        let proposal = self.unseal(row)?;
        let view = self.view(who.person()).await?;
        let act = self.act(&who.clone().at(Door::Page))?;
        let sent = self.sent(row)?;
        let over = self.now() >= sent.at.plus(SETTLED);
        let (mut landed, record) = self.seen(&proposal, who, &view, &act, &sent, over).await?;
        // What went through another server's tool is not in Salesforce's log under this trace.
        if landed != Landed::Yes
            && proposal.via().is_none()
            && let Some(trace) = &sent.trace
        {
            let since = UnixMillis(sent.at.0.saturating_sub(LEEWAY));
            landed = match self.logged(trace, since, sent.at.plus(LEEWAY)).await? {
                Some(true) => Landed::Yes,
                Some(false) if over => Landed::No,
                _ => landed,
            };
        }
        let (verdict, to, what) = match landed {
            Landed::Yes => (Verdict::Done, ProposalState::Done, "found"),
            Landed::No => (Verdict::Failed, ProposalState::Failed, "not found"),
            Landed::Unclear => (Verdict::Unknown, ProposalState::Unknown, "unclear"),
        };
        let mut facts = Facts::new(
            Purpose::Outcome,
            proposal.operation().action(),
            verdict,
            &proposal.called(&act),
        )
        .rule("reconciled");
        facts.proposal = Some(row.id.clone());
        facts.digest = Some(proposal.digest());
        let entry = self.recorder.record(facts).await?.index();
        if to != ProposalState::Unknown {
            self.step(row, ProposalState::Unknown, to, None)?;
        }
        let by = Some(who).filter(|_| by_person);
        self.happened(&row.id, what, by, Some(entry), record.as_deref())?;
        if landed == Landed::Yes {
            let known = proposal.record().map(|it| it.id().to_owned());
            self.decisions.note(&row.id, Decision::Done(record.or(known)));
        }
        Ok(landed)
    }

    /// What the records tell, and which one was made.
    async fn seen(
        &self,
        proposal: &Proposal,
        who: &Principal,
        view: &PersonView,
        act: &Act,
        sent: &Sent,
        over: bool,
    ) -> Result<(Landed, Option<String>), GateError> {
        if proposal.operation() == Operation::Update {
            let current = self.look(proposal, who, view, act).await?;
            let landed = current.map_or(Landed::Unclear, |it| proposal.landed(&it, over));
            return Ok((landed, None));
        }
        let from = date_time(sent.at.0.saturating_sub(LEEWAY));
        let to = date_time(sent.at.plus(SETTLED).0.saturating_add(LEEWAY));
        let span = Span { from: &from, to: &to, over };
        let Some(found) = self.after_write(proposal, span, who, view, act).await? else {
            return Ok((Landed::Unclear, None));
        };
        if proposal.operation() == Operation::Delete {
            return Ok((proposal.deleted(&found, span), None));
        }
        let others = self.made_by_others(proposal)?;
        let object = view.objects.iter().find(|it| it.summary.name == proposal.object());
        let unique = object.into_iter().flat_map(|it| &it.fields).filter(|it| it.form.unique);
        let unique: BTreeSet<String> = unique.map(|it| it.name.clone()).collect();
        let known = Known { others: &others, unique: &unique };
        let (landed, record) = proposal.made(&found, known, over);
        Ok((landed, record.map(|it| it.id().to_owned())))
    }

    /// Ids of records of the same object that other proposals of the person made.
    fn made_by_others(&self, proposal: &Proposal) -> Result<BTreeSet<String>, GateError> {
        let filter = ProposalFilter {
            person: Some(proposal.owner().clone()),
            state: Some(ProposalState::Done),
            ..ProposalFilter::default()
        };
        let rows = self.store.state().proposals(&filter, &Page::first(LOOKED_THROUGH));
        let mut made = BTreeSet::new();
        for row in rows.map_err(internal)?.iter().filter(|row| row.id != proposal.id()) {
            let other = self.unseal(row)?;
            if other.operation() == Operation::Create && other.object() == proposal.object() {
                made.extend(self.made(&row.id)?);
            }
        }
        Ok(made)
    }

    /// When a write went out.
    pub(super) fn sent_at(&self, row: &Row) -> Result<UnixMillis, GateError> {
        Ok(self.sent(row)?.at)
    }

    /// When it went out. One of an earlier version does not say, and went out before it was last touched.
    fn sent(&self, row: &Row) -> Result<Sent, GateError> {
        let events = self.store.state().events_of(&row.id).map_err(internal)?;
        let Some(sending) = events.iter().rev().find(|it| it.what == "sending") else {
            let ended = events.iter().rev().find(|it| it.what == "unknown");
            return Ok(Sent { at: ended.map_or(row.changed, |it| it.at), trace: None });
        };
        let mut trace = None;
        if let Some(index) = sending.entry {
            let rows = self.store.log().rows(index, 1).map_err(internal)?;
            if let Some(row) = rows.first() {
                trace = Some(row.entry().map_err(internal)?.facts.trace);
            }
        }
        Ok(Sent { at: sending.at, trace })
    }

    /// Finds out by itself, once, about writes whose time is over. `tried` says which could not be asked
    /// about lately, because the person's grant has ended or the org does not answer.
    pub(super) async fn find_out_what_is_over(
        &self,
        tried: &mut BTreeMap<String, UnixMillis>,
    ) -> Result<(), GateError> {
        let filter =
            ProposalFilter { state: Some(ProposalState::Unknown), ..ProposalFilter::default() };
        let rows = self.store.state().proposals(&filter, &Page::first(LOOKED_THROUGH));
        let now = self.now();
        tried.retain(|_, at| now < at.plus(AGAIN));
        for row in rows.map_err(internal)? {
            let events = self.store.state().events_of(&row.id).map_err(internal)?;
            // Whoever has looked since, or the gate itself, found it unclear when its time was over.
            let looked = events.iter().rev().find(|it| it.what == "unclear").map(|it| it.at);
            let over = self.sent(&row)?.at.plus(SETTLED);
            if now < over || looked.is_some_and(|at| at >= over) || tried.contains_key(&row.id) {
                continue;
            }
            tried.insert(row.id.clone(), now);
            let who = Principal::new(PersonId::clone(&row.person), Door::Page, "gate".to_owned());
            if let Err(error) = self.find_out(&who, &row, false).await {
                tracing::warn!(proposal = row.id, %error, "nobody knows whether a write landed");
            }
        }
        Ok(())
    }
}
