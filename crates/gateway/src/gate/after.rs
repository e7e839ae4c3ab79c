//! After a write: taking it back, and finding out about one whose end nobody knows.

use boundary::{Door, Facts, Landed, Principal, Purpose, Undo, Verdict};
use keys::{OsRandom, random_id};
use store::ProposalState;

use super::queue::{salt, standing_of};
use super::{Gate, viewer};
use crate::approvals::{ProposalView, Standing};
use crate::conversations::internal;
use crate::error::GateError;

impl Gate {
    /// Proposes to take back a write of the person's that was carried out: the old values as new ones,
    /// under the same policy as any write.
    pub async fn undo(&self, who: &Principal, id: &str) -> Result<ProposalView, GateError> {
        let inner = &self.0;
        let row = inner.row(who, id)?;
        match standing_of(row.state) {
            Standing::Done => {}
            other => return Err(GateError::Decided(other.name())),
        }
        let proposal = inner.unseal(&row)?;
        let view = inner.view(who.person()).await?;
        let act = inner.act(who)?;
        let current = inner.look(&proposal, who, &view, &act).await?;
        let current = current.ok_or(boundary::DraftError::NoUndo)?;
        let undo = Undo {
            id: format!("p_{}", random_id(&mut OsRandom).map_err(internal)?),
            salt: salt()?,
            principal: who,
            current: &current,
            batch: &act.trace,
            now: inner.now(),
        };
        let undone = proposal.undo(undo, &viewer(who, &view), &inner.matrix())?;
        inner.enqueue(&undone, &act).await?;
        self.proposal(who, undone.id()).await
    }

    /// Looks in the record for a write of the person's whose end nobody knows, and says so in the ledger
    /// when the record tells. Writes nothing.
    pub async fn find_out(&self, who: &Principal, id: &str) -> Result<Landed, GateError> {
        let inner = &self.0;
        let row = inner.row(who, id)?;
        if row.state != ProposalState::Unknown {
            return Err(GateError::Decided(standing_of(row.state).name()));
        }
        let proposal = inner.unseal(&row)?;
        let view = inner.view(who.person()).await?;
        let act = inner.act(&who.clone().at(Door::Page))?;
        let current = inner.look(&proposal, who, &view, &act).await?;
        let landed = current.as_ref().map_or(Landed::Unclear, |it| proposal.landed(it));
        let (verdict, to) = match landed {
            Landed::Yes => (Verdict::Done, ProposalState::Done),
            Landed::No => (Verdict::Failed, ProposalState::Failed),
            Landed::Unclear => (Verdict::Unknown, ProposalState::Unknown),
        };
        let mut facts = Facts::new(Purpose::Outcome, proposal.operation().action(), verdict, &act)
            .rule("reconciled");
        facts.proposal = Some(id.to_owned());
        facts.digest = Some(proposal.digest());
        let entry = inner.recorder.record(facts).await?.index();
        if to != ProposalState::Unknown {
            inner.step(&row, ProposalState::Unknown, to, None)?;
        }
        let what = match landed {
            Landed::Yes => "found",
            Landed::No => "not found",
            Landed::Unclear => "unclear",
        };
        inner.happened(id, what, Some(who), Some(entry), None)?;
        Ok(landed)
    }
}
