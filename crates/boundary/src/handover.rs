//! Treated records on their way to a client outside the gate.

use std::fmt;

use crate::endpoint::{Clearance, Uncovered};
use crate::entry::{Entry, Facts, Receipt, WrongReceipt};
use crate::label::Label;
use crate::mask::Masked;

/// Treated records that a client's clearance covers, and whose outcome is not yet in the ledger.
pub struct Handover {
    masked: Masked,
    number: u64,
}

impl Handover {
    /// Checks that the client's clearance covers what was left in the clear. `outcome` are the
    /// facts of the read; they take the label.
    pub fn clear(
        masked: Masked,
        clearance: &Clearance,
        outcome: Facts,
    ) -> Result<(Self, Entry), Uncovered> {
        clearance.covers(masked.label())?;
        let entry = outcome.labelled(masked.label()).entry();
        Ok((Self { masked, number: entry.number() }, entry))
    }

    /// Takes the receipt of the very entry that stated the outcome.
    pub fn recorded(self, receipt: Receipt) -> Result<HandedOver, WrongReceipt> {
        if receipt.number() != self.number {
            return Err(WrongReceipt);
        }
        Ok(HandedOver { masked: self.masked, receipt })
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handover({:?})", self.masked)
    }
}

/// Treated, cleared and recorded records: what a client outside the gate may read.
pub struct HandedOver {
    masked: Masked,
    receipt: Receipt,
}

impl HandedOver {
    /// JSON text in which tokens stand for covered values.
    pub fn text(&self) -> &str {
        self.masked.as_str()
    }

    /// The join of what was left in the clear.
    pub fn label(&self) -> &Label {
        self.masked.label()
    }

    /// Proof of the recorded outcome.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}

impl fmt::Debug for HandedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandedOver(entry {})", self.receipt.index())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::entry::{Act, Action, Purpose, Verdict};
    use crate::label::{Compliance, Integrity, Level, Readers};

    fn outcome() -> Facts {
        let text = |text: &str| text.to_owned();
        let act = Act {
            trace: "0".repeat(32),
            actor: text("a"),
            door: text("salesforce"),
            client: text("k"),
            policy: text("p"),
            tenant: None,
            tool: None,
        };
        Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, &act)
    }

    fn masked(level: Level, compliance: &[Compliance]) -> Masked {
        let compliance = compliance.iter().copied().collect();
        let label = Label::new(level, compliance, Integrity::Staff, Readers::Everyone);
        Masked::of_treated("{}".to_owned(), label, 0)
    }

    fn cleared(level: Level, compliance: &[Compliance]) -> Clearance {
        Clearance { level, compliance: compliance.iter().copied().collect::<BTreeSet<_>>() }
    }

    #[test]
    fn what_is_not_covered_is_not_handed_over() {
        let gdpr = &[Compliance::Gdpr][..];
        let high = Handover::clear(
            masked(Level::Restricted, &[]),
            &cleared(Level::Confidential, &[]),
            outcome(),
        );
        assert!(matches!(high, Err(Uncovered::Level { .. })), "{high:?}");
        let book = Handover::clear(
            masked(Level::Public, gdpr),
            &cleared(Level::Restricted, &[Compliance::Pii]),
            outcome(),
        );
        assert_eq!(book.unwrap_err(), Uncovered::Compliance { group: Compliance::Gdpr });
        let fits = Handover::clear(
            masked(Level::Internal, gdpr),
            &cleared(Level::Internal, gdpr),
            outcome(),
        );
        assert!(fits.is_ok());
    }

    #[test]
    fn only_the_receipt_of_its_own_outcome_hands_over() {
        let clearance = cleared(Level::Internal, &[]);
        let make = || Handover::clear(masked(Level::Public, &[]), &clearance, outcome()).unwrap();
        let ((first, own), (second, other)) = (make(), make());
        assert_eq!(own.facts().level, Some(Level::Public));
        let (own, other) = (own.attest_durable(7), other.attest_durable(8));
        assert!(first.recorded(other).is_err());
        assert!(second.recorded(own).is_err());
    }
}
