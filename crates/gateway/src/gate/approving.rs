//! From a signature to the write: signed by enough people, claimed once, sent once.

use std::sync::Arc;

use boundary::{
    Act, Action, ApprovalError, Approver, Facts, Principal, Proposal, Purpose, Records, Seen,
    Verdict,
};
use egress::WriteError;
use store::{Proposal as Row, ProposalState, SignatureRow};

use super::queue::{salt, still_waiting};
use super::{Gate, Inner, viewer};
use crate::approvals::{Executed, Standing};
use crate::conversations::{internal, nonce};
use crate::direct::of_standing;
use crate::error::GateError;
use crate::people::PersonView;

/// Salesforce's status when a record is not as `If-Unmodified-Since` wants it.
const CHANGED: u16 = 412;

/// Said to whoever signs a proposal whose record is gone.
const GONE: &str = "over: its record is gone";

/// What the person who asked can do and see at this moment.
type Asker = (Arc<PersonView>, Option<Records>);

impl Gate {
    /// Signs a proposal, and carries it out once enough people have. `digest` is what the person saw.
    pub async fn approve(
        &self,
        who: &Principal,
        id: &str,
        digest: &str,
    ) -> Result<Executed, GateError> {
        let inner = Arc::clone(&self.0);
        let (who, id, digest) = (who.clone(), id.to_owned(), digest.to_owned());
        // A closed browser must not stop a write between its signature and its record.
        let work = tokio::spawn(async move { inner.approve(&who, &id, &digest).await });
        work.await.map_err(internal)?
    }

    /// Signs several, one after the other, each with the digest that the person saw. What keeps one from
    /// running keeps no other.
    pub async fn approve_each(
        &self,
        who: &Principal,
        chosen: Vec<(String, String)>,
    ) -> Vec<(String, Result<Executed, GateError>)> {
        let mut results = Vec::with_capacity(chosen.len());
        for (id, digest) in chosen {
            let result = self.approve(who, &id, &digest).await;
            results.push((id, result));
        }
        results
    }
}

impl Inner {
    async fn approve(
        &self,
        who: &Principal,
        id: &str,
        digest: &str,
    ) -> Result<Executed, GateError> {
        self.expire().await?;
        let view = self.view(who.person()).await?;
        let row = still_waiting(self.visible(who, &view, id)?)?;
        let act = self.act(who)?;
        let proposal = self.unseal(&row)?;
        self.unchanged(&proposal).await?;
        let mine = &row.person == who.person();
        let current = match self.look(&proposal, who, &view, &act).await {
            // Whoever cannot read the record cannot tell whether it changed.
            Err(GateError::Invalid { .. } | GateError::Salesforce(_)) if !mine => None,
            other => other?,
        };
        let person = self.person(who.person())?;
        let groups = self.config.approvals.groups_of(&person.username);
        let viewer = viewer(who, &view);
        let approver =
            Approver { viewer, principal: who, username: &person.username, groups: &groups };
        let matrix = self.matrix();
        let seen = Seen {
            digest,
            current: current.as_ref(),
            policy: matrix.version(),
            bulk: self.bulk(&row)?,
            now: self.now(),
        };
        let signature = match proposal.sign(&approver, &seen, self.judge.as_ref()) {
            Ok(signature) => signature,
            Err(error) => {
                let asker = mine.then_some((Arc::clone(&view), current));
                return Err(self.conflict(&row, proposal, error, asker, &act).await);
            }
        };
        let facts = proposal.facts(Purpose::Approval, Action::Approve, Verdict::Allowed, &act);
        let entry = self.recorder.record(facts.rule("signed")).await?.index();
        let sealed = signature.seal(&self.proposals_key, nonce()?).map_err(internal)?;
        let signed = SignatureRow { person: who.person().clone(), sealed };
        if !self.store.state().add_signature(id, digest, &signed).map_err(internal)? {
            let late = proposal.facts(Purpose::Approval, Action::Conflict, Verdict::Refused, &act);
            self.recorder.record(late.rule("decided-meanwhile")).await?;
            return Err(GateError::Decided("decided meanwhile"));
        }
        self.happened(id, "signed", Some(who), Some(entry), None)?;
        if !proposal.is_signed(&self.signatures(&row)?) {
            return Ok(Executed {
                standing: Standing::Waiting,
                record: None,
                problem: None,
                entry,
            });
        }
        // INVARIANT: only one request gets past this step, so a proposal runs at most once.
        self.step(&row, ProposalState::Waiting, ProposalState::Approved, Some(who))?;
        let asker = mine.then_some((view, current));
        // Only the asker is helped by signing in again.
        self.run(&row, asker, &act).await.map_err(|error| match error {
            GateError::GrantEnded if !mine => ApprovalError::Grant.into(),
            other => other,
        })
    }

    /// Carries out a proposal that this request has claimed, under the grant of the person who asked.
    async fn run(&self, row: &Row, asker: Option<Asker>, act: &Act) -> Result<Executed, GateError> {
        let (fresh, asker) = match self.ready(row, asker, act).await {
            Ok(ready) => ready,
            Err(error) => return Err(self.back(row, error)),
        };
        let proposal = self.unseal(&fresh)?;
        let called = proposal.called(act);
        let signatures = self.signatures(&fresh)?;
        let owner = boundary::Viewer { person: &row.person, rights: &asker.0.rights };
        let matrix = self.matrix();
        let policy = matrix.version();
        let current = asker.1.as_ref();
        let signed = proposal.approve(&signatures, &owner, current, policy, act, self.now());
        let (signed, entry) = match signed {
            Ok(signed) => signed,
            Err((proposal, error)) => {
                self.step(row, ProposalState::Approved, ProposalState::Waiting, None)?;
                return Err(self.conflict(&fresh, *proposal, error, Some(asker), act).await);
            }
        };
        // INVARIANT: the state says `executing` before anything of it can leave. A crash from here on
        // leaves a write whose end nobody knows; one before leaves a write that was not sent.
        self.step(row, ProposalState::Approved, ProposalState::Executing, None)?;
        let action = entry.facts().action;
        let receipt = match self.recorder.append(entry).await {
            Ok(receipt) => receipt,
            Err(error) => {
                self.step(row, ProposalState::Executing, ProposalState::Waiting, None)?;
                return Err(error);
            }
        };
        let mut outcome = Facts::new(Purpose::Outcome, action, Verdict::Done, &called)
            .rule("approved")
            .answers(&receipt);
        outcome.proposal = Some(row.id.clone());
        let entry = receipt.index();
        let approved = signed.recorded(receipt).map_err(internal)?;
        // Says when it went out and as which request, for whoever has to find out what came of it.
        if let Err(error) = self.happened(&row.id, "sending", None, Some(entry), None) {
            self.recorder.record(Facts { verdict: Verdict::Failed, ..outcome }).await?;
            self.step(row, ProposalState::Executing, ProposalState::Waiting, None)?;
            return Err(error);
        }
        let written = match approved.via() {
            None => self.client.write(approved).await,
            Some(_) => self.upstreams.write(approved, &self.client).await,
        };
        let (standing, state, record, problem) = match written {
            Ok(written) => (Standing::Done, ProposalState::Done, written.id, None),
            Err(WriteError::Refused { status: CHANGED, .. }) => {
                return Err(self.overtaken(&fresh, outcome, act).await);
            }
            Err(WriteError::NotSent(salesforce::Error::SignIn)) => {
                return Err(self.ungranted(&fresh, outcome).await);
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
        self.step(row, ProposalState::Executing, state, None)?;
        let words = problem.as_deref().or(record.as_deref());
        self.happened(&row.id, state.name(), None, Some(entry), words)?;
        let known = || self.unseal(row).ok()?.record().map(|it| it.id().to_owned());
        let record = record.or_else(known);
        self.decisions.note(&row.id, of_standing(standing, record.as_ref(), problem.as_ref()));
        Ok(Executed { standing, record, problem, entry })
    }

    /// The record changed between the last look at it and the write: Salesforce wrote nothing.
    async fn overtaken(&self, row: &Row, outcome: Facts, act: &Act) -> GateError {
        let failed = Facts { verdict: Verdict::Failed, ..outcome };
        if let Err(error) = self.recorder.record_sent(failed).await {
            return error;
        }
        let back = self.step(row, ProposalState::Executing, ProposalState::Waiting, None);
        match back.and_then(|()| self.unseal(row)) {
            Ok(proposal) => self.conflict(row, proposal, ApprovalError::Record, None, act).await,
            Err(error) => error,
        }
    }

    /// The grant of the person who asked ended between the last look and the write: nothing was sent. It is
    /// back in the queue, and has to be signed again.
    async fn ungranted(&self, row: &Row, outcome: Facts) -> GateError {
        let failed = Facts { verdict: Verdict::Failed, ..outcome }.rule("grant-ended");
        let entry = match self.recorder.record_sent(failed).await {
            Ok(entry) => entry.index(),
            Err(error) => return error,
        };
        let voided = self.store.state().void_signatures(&row.id).map_err(internal);
        let back = voided.and_then(|()| {
            self.step(row, ProposalState::Executing, ProposalState::Waiting, None)?;
            self.happened(&row.id, "returned", None, Some(entry), None)
        });
        back.err().unwrap_or(GateError::GrantEnded)
    }

    /// What is stored now, which can no longer be edited (an edit between signature and claim shows in its
    /// digest), and what the person who asked can do.
    async fn ready(
        &self,
        row: &Row,
        asker: Option<Asker>,
        act: &Act,
    ) -> Result<(Row, Asker), GateError> {
        let fresh = self.store.state().proposal(&row.id).map_err(internal)?;
        let fresh = fresh.ok_or(GateError::Decided("forgotten meanwhile"))?;
        let proposal = self.unseal(&fresh)?;
        self.unchanged(&proposal).await?;
        let asker = match asker {
            Some(asker) => asker,
            None => self.asker(&proposal, act).await?,
        };
        Ok((fresh, asker))
    }

    /// A tool whose server changed it since somebody consented to it is not the one that was proposed.
    async fn unchanged(&self, proposal: &Proposal) -> Result<(), GateError> {
        let Some(via) = proposal.via() else { return Ok(()) };
        let still = match self.upstreams.named(&via.server) {
            Some(server) => server.still(self, proposal.owner(), via).await?,
            None => false,
        };
        if still { Ok(()) } else { Err(GateError::Approval(ApprovalError::Tool)) }
    }

    /// The record as the person who asked reads it now, under their own grant.
    async fn asker(&self, proposal: &Proposal, act: &Act) -> Result<Asker, GateError> {
        let view = self.view(proposal.owner()).await?;
        let (door, client) = (boundary::Door::Page, act.client.clone());
        let owner = Principal::new(proposal.owner().clone(), door, client);
        let current = self.look(proposal, &owner, &view, act).await?;
        Ok((view, current))
    }

    fn back(&self, row: &Row, error: GateError) -> GateError {
        let back = self.step(row, ProposalState::Approved, ProposalState::Waiting, None);
        back.err().unwrap_or(error)
    }

    /// An approval that does not fit. A changed record or policy brings the waiting proposal up to date,
    /// for people to look at again.
    async fn conflict(
        &self,
        row: &Row,
        proposal: Proposal,
        error: ApprovalError,
        asker: Option<Asker>,
        act: &Act,
    ) -> GateError {
        let stale = matches!(error, ApprovalError::Record | ApprovalError::Policy);
        // Who cannot read the record cannot tell whether it is gone; who asked can.
        let looks = stale || error == ApprovalError::Withheld;
        let asker = match asker {
            Some(asker) => Ok(asker),
            None if looks => self.asker(&proposal, act).await,
            None => Err(GateError::Approval(error)),
        };
        let gone =
            looks && asker.as_ref().is_ok_and(|(_, current)| is_gone(&proposal, current.as_ref()));
        let facts = proposal.facts(Purpose::Approval, Action::Conflict, Verdict::Refused, act);
        let rule = match error {
            _ if gone => "record-gone",
            ApprovalError::NotAllowed | ApprovalError::Withheld => "not-allowed",
            _ => "stale",
        };
        let entry = match self.recorder.record(facts.rule(rule)).await {
            Ok(entry) => entry.index(),
            Err(error) => return error,
        };
        if gone {
            return self.end_without_record(row, entry).err().unwrap_or(GateError::Decided(GONE));
        }
        if !stale {
            return GateError::Approval(error);
        }
        let amended = asker.and_then(|(_, current)| {
            let fresh = proposal.refresh(current.as_ref(), &self.matrix(), salt()?, self.now())?;
            self.amend(row, &fresh)?;
            self.happened(&row.id, "conflict", None, Some(entry), None)
        });
        amended.err().unwrap_or(GateError::Approval(error))
    }

    /// Ends a waiting proposal whose record is not there any more: nobody could ever carry it out.
    fn end_without_record(&self, row: &Row, entry: u64) -> Result<(), GateError> {
        self.step(row, ProposalState::Waiting, ProposalState::Conflict, None)?;
        self.happened(&row.id, "record gone", None, Some(entry), None)?;
        let problem = Some("ENTITY_IS_DELETED".to_owned());
        self.decisions.note(&row.id, of_standing(Standing::Conflict, None, problem.as_ref()));
        Ok(())
    }
}

/// Whether the record of the proposal is not there for the person who asked, as they just read it.
fn is_gone(proposal: &Proposal, current: Option<&Records>) -> bool {
    proposal.record().is_some() && current.is_some_and(|it| it.total() == 0)
}
