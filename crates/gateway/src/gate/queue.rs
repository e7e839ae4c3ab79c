//! Proposals: shown to their owner, approved once, carried out as the bytes that were signed.

use boundary::{
    Act, Action, ApprovalError, Facts, Label, Lookup, Operation, Principal, Proposal, Purpose, Raw,
    RecordRef, Records, Verdict,
};
use egress::WriteError;
use keys::{OsRandom, Random as _};
use store::{Page, Proposal as Row, ProposalFilter, ProposalState};

use super::{Gate, Inner, viewer};
use crate::approvals::{Executed, ProposalView, Standing};
use crate::conversations::{internal, nonce};
use crate::direct::{Decision, of_standing};
use crate::error::GateError;
use crate::people::{PersonView, of_salesforce};

/// Salesforce's status when a record is not as `If-Unmodified-Since` wants it.
const CHANGED: u16 = 412;

/// Proposals in a list.
const LISTED: usize = 200;

impl Gate {
    /// The person's proposals; those that wait come first, then the newest.
    pub async fn proposals(&self, who: &Principal) -> Result<Vec<ProposalView>, GateError> {
        self.0.expire().await?;
        let view = self.0.view(who.person()).await?;
        let filter = ProposalFilter { person: Some(who.person().clone()), state: None };
        let rows =
            self.0.store.state().proposals(&filter, &Page::first(LISTED)).map_err(internal)?;
        let shown = rows.iter().map(|row| self.0.shown(row, who, &view));
        let mut views: Vec<ProposalView> = shown.collect::<Result<_, _>>()?;
        views.sort_by_key(|it| (it.standing != Standing::Waiting, std::cmp::Reverse(it.created)));
        Ok(views)
    }

    /// One proposal of the person's.
    pub async fn proposal(&self, who: &Principal, id: &str) -> Result<ProposalView, GateError> {
        self.0.expire().await?;
        let view = self.0.view(who.person()).await?;
        let row = self.0.row(who, id)?;
        self.0.shown(&row, who, &view)
    }

    /// Signs a proposal and carries it out. `digest` is what the person saw.
    pub async fn approve(
        &self,
        who: &Principal,
        id: &str,
        digest: &str,
    ) -> Result<Executed, GateError> {
        let inner = std::sync::Arc::clone(&self.0);
        let (who, id, digest) = (who.clone(), id.to_owned(), digest.to_owned());
        // A closed browser must not stop a write between its signature and its record.
        let work = tokio::spawn(async move { inner.approve(&who, &id, &digest).await });
        work.await.map_err(internal)?
    }

    /// Replaces values of a waiting proposal by what the approver typed: a new digest.
    pub async fn edit(
        &self,
        who: &Principal,
        id: &str,
        edits: Vec<(String, String)>,
    ) -> Result<ProposalView, GateError> {
        let inner = &self.0;
        let row = inner.waiting(who, id)?;
        let proposal = inner.unseal(&row)?;
        let label = Label::typed_by(who.person());
        let edits = edits.into_iter().map(|(field, text)| (field, Raw::new(text, label.clone())));
        let edited = proposal.edit(salt()?, edits.collect(), inner.now())?;
        let act = inner.act(who)?;
        let facts = edited.facts(Purpose::Approval, Action::Edit, Verdict::Done, &act);
        inner.recorder.append_values(facts.rule("edited").entry(), &edited).await?;
        inner.amend(&row, &edited)?;
        self.proposal(who, id).await
    }

    /// Says no to a proposal.
    pub async fn reject(&self, who: &Principal, id: &str) -> Result<(), GateError> {
        let inner = &self.0;
        let row = inner.waiting(who, id)?;
        let proposal = inner.unseal(&row)?;
        let act = inner.act(who)?;
        let facts = proposal.facts(Purpose::Approval, Action::Reject, Verdict::Refused, &act);
        inner.recorder.record(facts.rule("rejected")).await?;
        inner.step(&row, ProposalState::Waiting, ProposalState::Rejected, Some(who))?;
        inner.decisions.note(id, Decision::Rejected);
        Ok(())
    }
}

impl Inner {
    /// Keeps a new proposal in the queue, once the ledger has it.
    pub(crate) async fn enqueue(&self, proposal: &Proposal, act: &Act) -> Result<u64, GateError> {
        let facts = proposal.facts(Purpose::Approval, Action::Propose, Verdict::Allowed, act);
        let entry = self
            .recorder
            .append_values(facts.rule("human-approval").entry(), proposal)
            .await?
            .index();
        let row = Row {
            id: proposal.id().to_owned(),
            person: proposal.owner().clone(),
            state: ProposalState::Waiting,
            sealed: proposal.seal(&self.proposals_key, nonce()?).map_err(internal)?,
            digest: proposal.digest(),
            created: proposal.created(),
            expires: proposal.expires(),
            decided_by: None,
            changed: proposal.created(),
        };
        self.store.state().add_proposal(&row).map_err(internal)?;
        Ok(entry)
    }

    async fn approve(
        &self,
        who: &Principal,
        id: &str,
        digest: &str,
    ) -> Result<Executed, GateError> {
        self.expire().await?;
        let row = self.waiting(who, id)?;
        let act = self.act(who)?;
        // INVARIANT: only one request gets past this step, so a proposal runs at most once.
        self.step(&row, ProposalState::Waiting, ProposalState::Executing, Some(who))?;
        // What is stored now can no longer be edited; an edit in between shows in its digest.
        let row = self.row(who, id)?;
        let proposal = self.unseal(&row)?;
        let view = self.view(who.person()).await;
        let current = match (&view, proposal.record()) {
            (Ok(view), Some(record)) => {
                let fields = seen_fields(&proposal, view);
                self.present(&record, &fields, who, view, &act).await.map(Some)
            }
            _ => Ok(None),
        };
        let (view, current) = match (view, current) {
            (Ok(view), Ok(current)) => (view, current),
            (Err(error), _) | (_, Err(error)) => {
                self.step(&row, ProposalState::Executing, ProposalState::Waiting, None)?;
                return Err(error);
            }
        };
        let policy = self.matrix().version().clone();
        let viewer = viewer(who, &view);
        let signed = proposal.approve(&viewer, digest, current.as_ref(), &policy, &act, self.now());
        let (signed, entry) = match signed {
            Ok(signed) => signed,
            Err((proposal, error)) => {
                return Err(self.conflict(&row, *proposal, error, current.as_ref(), &act).await);
            }
        };
        let action = entry.facts().action;
        let receipt = match self.recorder.append(entry).await {
            Ok(receipt) => receipt,
            Err(error) => {
                self.step(&row, ProposalState::Executing, ProposalState::Waiting, None)?;
                return Err(error);
            }
        };
        let mut outcome = Facts::new(Purpose::Outcome, action, Verdict::Done, &act)
            .rule("approved")
            .answers(&receipt);
        outcome.proposal = Some(id.to_owned());
        let approved = signed.recorded(receipt).map_err(internal)?;
        let (standing, state, record, problem) = match self.client.write(approved).await {
            Ok(written) => (Standing::Done, ProposalState::Done, written.id, None),
            Err(WriteError::Refused { status: CHANGED, .. }) => {
                return Err(self.overtaken(&row, outcome, who, &view, &act).await);
            }
            Err(WriteError::Refused { code, .. }) => {
                (Standing::Failed, ProposalState::Failed, None, Some(code))
            }
            Err(WriteError::NotSent(error)) => {
                let problem = error.code().map_or_else(|| error.to_string(), str::to_owned);
                (Standing::Failed, ProposalState::Failed, None, Some(problem))
            }
            Err(WriteError::Unknown(error)) => {
                (Standing::Unknown, ProposalState::Unknown, None, Some(error.to_string()))
            }
        };
        outcome.verdict = match standing {
            Standing::Done => Verdict::Done,
            Standing::Unknown => Verdict::Unknown,
            _ => Verdict::Failed,
        };
        // Recorded first: a write whose outcome the ledger did not take stays `executing`, and the
        // next start marks it unknown.
        let entry = self.recorder.record_sent(outcome).await?.index();
        self.step(&row, ProposalState::Executing, state, None)?;
        let record =
            record.or_else(|| self.unseal(&row).ok()?.record().map(|it| it.id().to_owned()));
        let decision = of_standing(standing, record.as_ref(), problem.as_ref());
        self.decisions.note(id, decision);
        Ok(Executed { standing, record, problem, entry })
    }

    /// The record changed between the last look at it and the write: Salesforce wrote nothing.
    async fn overtaken(
        &self,
        row: &Row,
        outcome: Facts,
        who: &Principal,
        view: &PersonView,
        act: &Act,
    ) -> GateError {
        let failed = Facts { verdict: Verdict::Failed, ..outcome };
        if let Err(error) = self.recorder.record_sent(failed).await {
            return error;
        }
        let proposal = match self.unseal(row) {
            Ok(proposal) => proposal,
            Err(error) => return error,
        };
        let current = match proposal.record() {
            Some(record) => {
                let fields = seen_fields(&proposal, view);
                self.present(&record, &fields, who, view, act).await.ok()
            }
            None => None,
        };
        self.conflict(row, proposal, ApprovalError::Record, current.as_ref(), act).await
    }

    /// An approval that does not fit. A changed record or policy puts the proposal back, brought
    /// up to date, for the person to look at again.
    async fn conflict(
        &self,
        row: &Row,
        proposal: Proposal,
        error: ApprovalError,
        current: Option<&Records>,
        act: &Act,
    ) -> GateError {
        let facts = proposal.facts(Purpose::Approval, Action::Conflict, Verdict::Refused, act);
        let recorded = self.recorder.record(facts.rule("stale")).await;
        let stale = matches!(error, ApprovalError::Record | ApprovalError::Policy);
        let back = match (current, stale) {
            (Some(current), true) => salt().and_then(|salt| {
                let policy = self.matrix().version().clone();
                Ok(Some(proposal.refresh(current, &policy, salt, self.now())?))
            }),
            _ => Ok(None),
        };
        let stepped = self.step(row, ProposalState::Executing, ProposalState::Waiting, None);
        let amended = back.and_then(|fresh| fresh.map_or(Ok(()), |fresh| self.amend(row, &fresh)));
        match recorded.map(|_| ()).and(stepped).and(amended) {
            Ok(()) => GateError::Approval(error),
            Err(error) => error,
        }
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
        let receipt = self.recorder.append(entry).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, act)
            .rule("before-write")
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

    pub(crate) fn row(&self, who: &Principal, id: &str) -> Result<Row, GateError> {
        let row = self.store.state().proposal(id).map_err(internal)?;
        let mine = row.filter(|row| &row.person == who.person());
        mine.ok_or_else(|| GateError::NotFound { what: "proposal", id: id.to_owned() })
    }

    fn waiting(&self, who: &Principal, id: &str) -> Result<Row, GateError> {
        let row = self.row(who, id)?;
        match standing_of(row.state) {
            Standing::Waiting => Ok(row),
            other => Err(GateError::Decided(other.name())),
        }
    }

    pub(crate) fn unseal(&self, row: &Row) -> Result<Proposal, GateError> {
        Proposal::open(&row.id, &row.person, &row.sealed, &self.proposals_key).map_err(internal)
    }

    fn amend(&self, row: &Row, proposal: &Proposal) -> Result<(), GateError> {
        let sealed = proposal.seal(&self.proposals_key, nonce()?).map_err(internal)?;
        let (state, now) = (self.store.state(), self.now());
        let amended = state.amend_proposal(&row.id, &row.digest, &sealed, &proposal.digest(), now);
        if amended.map_err(internal)? {
            Ok(())
        } else {
            Err(GateError::Decided("changed meanwhile"))
        }
    }

    fn step(
        &self,
        row: &Row,
        from: ProposalState,
        to: ProposalState,
        by: Option<&Principal>,
    ) -> Result<(), GateError> {
        let by = by.map(Principal::person);
        let moved = self.store.state().transition(&row.id, from, to, by, self.now());
        if moved.map_err(internal)? { Ok(()) } else { Err(GateError::Decided("decided meanwhile")) }
    }

    /// Proposals nobody decided in time: a denial, and recorded so.
    async fn expire(&self) -> Result<(), GateError> {
        let expired = self.store.state().expire_proposals(self.now()).map_err(internal)?;
        if expired.is_empty() {
            return Ok(());
        }
        let act = crate::recorder::act_of_gate(self.matrix().version().as_str())?;
        for id in expired {
            let mut facts = Facts::new(Purpose::Approval, Action::Expire, Verdict::Refused, &act)
                .rule("expired");
            facts.proposal = Some(id);
            self.recorder.record(facts).await?;
        }
        Ok(())
    }

    fn shown(
        &self,
        row: &Row,
        who: &Principal,
        view: &PersonView,
    ) -> Result<ProposalView, GateError> {
        let proposal = self.unseal(row)?;
        let shown = proposal.show(&viewer(who, view));
        let shown =
            shown.ok_or_else(|| GateError::NotFound { what: "proposal", id: row.id.clone() })?;
        let record = proposal.record().map(|record| record.id().to_owned());
        Ok(ProposalView {
            id: row.id.clone(),
            standing: standing_of(row.state),
            operation: proposal.operation().name(),
            object: proposal.object().to_owned(),
            link: record
                .as_ref()
                .map(|id| format!("{}/{id}", self.config.org.instance.trim_end_matches('/'))),
            record,
            shown,
            digest: proposal.digest(),
            said: proposal.said().to_owned(),
            tainted: proposal.is_tainted(),
            created: proposal.created(),
            expires: proposal.expires(),
            replaces: proposal.replaces().map(str::to_owned),
            problem: None,
        })
    }
}

/// The fields that the approver sees: what would be written, or of a record to be deleted every one.
fn seen_fields<'a>(proposal: &'a Proposal, view: &'a PersonView) -> Vec<&'a str> {
    match proposal.operation() {
        Operation::Delete => view.legible(proposal.object()),
        Operation::Create | Operation::Update => proposal.fields().collect(),
    }
}

fn standing_of(state: ProposalState) -> Standing {
    match state {
        ProposalState::Waiting => Standing::Waiting,
        ProposalState::Approved | ProposalState::Executing => Standing::Executing,
        ProposalState::Done => Standing::Done,
        ProposalState::Failed => Standing::Failed,
        ProposalState::Unknown | ProposalState::Conflict => Standing::Unknown,
        ProposalState::Rejected => Standing::Rejected,
        ProposalState::Expired => Standing::Expired,
    }
}

pub(crate) fn salt() -> Result<[u8; 16], GateError> {
    let mut salt = [0; 16];
    OsRandom.fill(&mut salt).map_err(internal)?;
    Ok(salt)
}
