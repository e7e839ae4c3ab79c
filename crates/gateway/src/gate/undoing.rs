//! Taking a write back, by another one.

use boundary::{DraftError, Operation, Principal, Proposal, RecordRef, Undo};
use keys::{OsRandom, random_id};

use super::queue::{salt, standing_of};
use super::{Gate, Inner, viewer};
use crate::approvals::{ProposalView, Standing};
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::PersonView;

impl Gate {
    /// Proposes to take back a write of the person's that was carried out, under the same policy as any
    /// write: of a change the old values, of a creation the deletion, of a deletion a new record.
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
        let record = match proposal.operation() {
            Operation::Update => proposal.record(),
            Operation::Create => {
                let made = inner.made(id)?;
                made.and_then(|made| RecordRef::new(proposal.object(), &made))
            }
            Operation::Delete | Operation::Call => None,
        };
        let current = match (&record, proposal.operation()) {
            (_, Operation::Delete) => None,
            (None, _) => return Err(DraftError::NoUndo.into()),
            (Some(record), operation) => {
                let legible = view.legible(proposal.object());
                let written = || proposal.fields().collect();
                let fields = if operation == Operation::Create { legible } else { written() };
                Some(inner.present(record, &fields, who, &view, &act).await?)
            }
        };
        let undo = Undo {
            id: format!("p_{}", random_id(&mut OsRandom).map_err(internal)?),
            salt: salt()?,
            principal: who,
            current: record.as_ref().zip(current.as_ref()),
            batch: &act.trace,
            now: inner.now(),
        };
        let undone = proposal.undo(undo, &viewer(who, &view), &inner.matrix())?;
        let place = inner.place_on_page(who, &act).await?;
        inner.enqueue(place, &undone, &act).await?;
        self.proposal(who, undone.id()).await
    }
}

impl Inner {
    /// Whether an undo of what was done could be proposed. `record` is what is known of where it was done.
    pub(super) fn undoable(
        &self,
        proposal: &Proposal,
        record: Option<&str>,
        view: &PersonView,
    ) -> bool {
        let rights = view.rights.object(proposal.object());
        match proposal.operation() {
            Operation::Update => true,
            Operation::Create => {
                record.is_some()
                    && rights.is_some_and(|it| it.deletable)
                    && self.matrix().deletes(proposal.object())
            }
            Operation::Delete => rights.is_some_and(|it| it.createable),
            Operation::Call => false,
        }
    }
}
