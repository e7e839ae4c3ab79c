//! Reading what entries commit to: for the compliance role alone, and recorded first.

use boundary::{Action, Facts, PartPlace, Principal, Purpose, Receipt, Verdict};
use ledger::{Envelope, Parts as _};

use super::{Gate, Inner};
use crate::activity::Disclosed;
use crate::conversations::internal;
use crate::error::GateError;

/// What the role is called.
pub(crate) const COMPLIANCE: &str = "compliance";

impl Gate {
    /// Opens the sealed parts of an entry, and names the records it is about. The ledger has that
    /// this person read them before they are opened.
    pub async fn disclose(&self, who: &Principal, index: u64) -> Result<Vec<Disclosed>, GateError> {
        let inner = &self.0;
        if !inner.is_compliance(who).await? {
            let facts =
                Facts::new(Purpose::Refusal, Action::Disclose, Verdict::Refused, &inner.act(who)?);
            inner.recorder.record(facts.rule(COMPLIANCE)).await?;
            return Err(GateError::NotYours(COMPLIANCE));
        }
        let entry = inner.entry(index)?;
        let mut facts =
            Facts::new(Purpose::Access, Action::Disclose, Verdict::Done, &inner.act(who)?)
                .rule(COMPLIANCE);
        facts.link = Some(index);
        let receipt = inner.recorder.record(facts).await?;
        inner.open_parts(&entry, &receipt)
    }
}

impl Inner {
    pub(crate) fn entry(&self, index: u64) -> Result<Envelope, GateError> {
        let missing = || GateError::NotFound { what: "entry", id: index.to_string() };
        let row = self.store.log().rows(index, 1).map_err(internal)?.pop().ok_or_else(missing)?;
        let entry = row.entry().map_err(internal)?;
        if entry.seq == index { Ok(entry) } else { Err(missing()) }
    }

    /// Opens all that an entry commits to, and the names of its records.
    pub(crate) fn open_parts(
        &self,
        entry: &Envelope,
        receipt: &Receipt,
    ) -> Result<Vec<Disclosed>, GateError> {
        let sealing = self.recorder.sealing();
        let mut disclosed = Vec::new();
        for commitment in &entry.annex.sealed {
            let (part, subject) = (commitment.part.as_str(), commitment.key.as_str());
            let bytes = self.store.sealed().part(&commitment.sha256).map_err(internal)?;
            let key = sealing.known_key(subject)?;
            let text = match bytes.zip(key) {
                None => None,
                Some((bytes, key)) => {
                    let place = PartPlace { part, trace: &entry.facts.trace, subject };
                    Some(key.open_part(&bytes, place, receipt).map_err(internal)?)
                }
            };
            let (part, subject) = (part.to_owned(), subject.to_owned());
            disclosed.push(Disclosed { part, subject, text });
        }
        for subject in &entry.annex.subjects {
            let text = self.name_of(subject, receipt)?;
            disclosed.push(Disclosed { part: "record".into(), subject: subject.clone(), text });
        }
        Ok(disclosed)
    }

    /// Object and id of the record that the ledger calls so; `None` once it was erased.
    pub(crate) fn name_of(
        &self,
        pseudonym: &str,
        receipt: &Receipt,
    ) -> Result<Option<boundary::Shown>, GateError> {
        let known = self.store.sealed().subject(pseudonym).map_err(internal)?;
        let reference = known.and_then(|subject| subject.reference);
        let key = self.recorder.sealing().known_key(pseudonym)?;
        let opened = reference.zip(key).map(|(sealed, key)| key.open_reference(&sealed, receipt));
        opened.transpose().map_err(internal)
    }
}
